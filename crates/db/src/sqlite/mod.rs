//! The embedded engine: one file, one writer, readers that only query.

mod connection;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

pub(crate) use connection::Connection;
use writer::Queue;

use crate::value::Row;
use crate::work::Read;
use crate::{Error, Tx, Vault};

/// How long to wait for a free reader.
const PATIENCE: Duration = Duration::from_secs(5);

/// Settings of every connection. As in PostgreSQL, LIKE tells capital letters from small ones.
const COMMON: &str = "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 67108864; \
                      PRAGMA case_sensitive_like = ON;";
/// A destroyed data key must not stay readable in a free page.
const WRITING: &str = "PRAGMA journal_mode = WAL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;";
const READING: &str = "PRAGMA query_only = ON; PRAGMA cache_size = -8192;";

pub(crate) struct Sqlite {
    path: PathBuf,
    durable: bool,
    readers: Readers,
    writer: Arc<Mutex<Slot>>,
    queue: Queue,
}

/// The writer's connection. Who holds the lock is the only writer of this process: the writer's thread for a group, or
/// a batch for as long as it lasts.
pub(crate) struct Slot {
    path: PathBuf,
    durable: bool,
    conn: Option<Connection>,
    is_closed: bool,
}

impl Slot {
    fn open(path: &Path, durable: bool) -> Result<Connection, Error> {
        let synchronous = if durable { "FULL" } else { "OFF" };
        Connection::open(path, true, &format!("{COMMON} {WRITING} PRAGMA synchronous = {synchronous};"))
    }

    fn take(&mut self) -> Result<Connection, Error> {
        match self.conn.take() {
            _ if self.is_closed => Err(Error::closed()),
            Some(conn) => Ok(conn),
            None => Slot::open(&self.path, self.durable),
        }
    }

    /// Opens a transaction that already holds the write lock of the file.
    pub(crate) async fn begin(&mut self, vault: &Vault) -> Result<Tx, Error> {
        let conn = self.take()?;
        let mut tx = Tx::sqlite(conn, vault);
        tx.control("BEGIN IMMEDIATE").await?;
        Ok(tx)
    }

    /// Keeps a connection for the next transaction; `None` means that the last one is not sound, and a new one is
    /// opened.
    pub(crate) fn put_back(&mut self, conn: Option<Connection>) {
        self.conn = conn;
    }
}

impl Sqlite {
    pub(crate) fn open(path: &str, readers: u32, durable: bool, vault: &Vault) -> Result<Sqlite, Error> {
        if path.is_empty() || path.starts_with(":memory:") {
            return Err(Error::defect("SQLite needs a file: readers and the writer share it"));
        }
        let path = PathBuf::from(path);
        // The writer first: it makes the file and sets its journal mode.
        let conn = Slot::open(&path, durable)?;
        let writer = Arc::new(Mutex::new(Slot { path: path.clone(), durable, conn: Some(conn), is_closed: false }));
        let queue = writer::start(writer.clone(), vault.clone())?;
        Ok(Sqlite { readers: Readers::new(path.clone(), readers), path, durable, writer, queue })
    }

    #[cfg(feature = "testing")]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Takes the place of the writer's thread until the guard is dropped.
    pub(crate) async fn own_writer(&self) -> OwnedMutexGuard<Slot> {
        self.writer.clone().lock_owned().await
    }

    pub(crate) async fn read(&self, vault: &Vault, work: &mut dyn Read) -> Result<(), Error> {
        let acquired = tokio::time::timeout(PATIENCE, self.readers.permits.acquire()).await;
        let _permit =
            acquired.map_err(|_| Error::Busy("no reader became free".into()))?.map_err(|_| Error::closed())?;
        let mut tx = Tx::sqlite(self.readers.connection()?, vault);
        tx.control("BEGIN").await?;
        work.run(&mut tx).await;
        if let Some(conn) = tx.rollback().await {
            self.readers.put_back(conn);
        }
        Ok(())
    }

    /// One long read of everything, on a connection of its own, which goes with it and may keep temporary tables.
    pub(crate) async fn snapshot(&self, vault: &Vault) -> Result<Tx, Error> {
        let mut tx = Tx::sqlite(Connection::open(&self.path, false, COMMON)?, vault);
        tx.control("BEGIN").await?;
        // The moment is that of the first read, so it is read now.
        tx.scalar_i64("SELECT COUNT(*) FROM sqlite_master", crate::args![]).await?;
        Ok(tx)
    }

    /// Moves the write-ahead log into the file and empties it; flushed to the disk even when writes were not.
    pub(crate) async fn checkpoint(&self) -> Result<(), Error> {
        let mut slot = self.writer.lock().await;
        let mut conn = slot.take()?;
        let busy: Checkpoint = first(conn.rows("PRAGMA wal_checkpoint(TRUNCATE)", &[], 1)?)?;
        slot.put_back(Some(conn));
        if busy.busy != 0 {
            return Err(Error::Busy("a long read keeps the log from being emptied".into()));
        }
        if !self.durable {
            let path = self.path.clone();
            let synced = tokio::task::spawn_blocking(move || sync_file_and_folder(&path)).await;
            synced
                .map_err(|e| Error::defect(e.to_string()))?
                .map_err(|e| Error::Unreachable(format!("the file cannot be flushed: {e}")))?;
        }
        Ok(())
    }

    /// Writes the file anew, without what was deleted. A page that was split or merged may keep a copy of a row in a gap,
    /// which `secure_delete` does not reach, and the search index keeps removed words until its parts are merged.
    pub(crate) async fn scrub(&self) -> Result<(), Error> {
        let mut slot = self.writer.lock().await;
        let mut conn = slot.take()?;
        // It takes as long as the file is large; the copy is too large for memory.
        let work = move || {
            let searches = conn.rows("SELECT 1 FROM sqlite_master WHERE name = 'search_index'", &[], 1);
            let done = searches.and_then(|found| {
                if !found.is_empty() {
                    conn.script("INSERT INTO search_index (search_index) VALUES ('optimize');")?;
                }
                conn.script("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY;")
            });
            (conn, done)
        };
        let (conn, done) = tokio::task::spawn_blocking(work).await.map_err(|e| Error::defect(e.to_string()))?;
        slot.put_back(Some(conn));
        drop(slot);
        done?;
        self.checkpoint().await
    }

    /// Everything that SQLite itself finds wrong with the file; empty is sound.
    pub(crate) async fn integrity(&self) -> Result<Vec<String>, Error> {
        let _permit = self.readers.permits.acquire().await.map_err(|_| Error::closed())?;
        let mut conn = self.readers.connection()?;
        let mut found = Vec::new();
        for row in conn.rows("PRAGMA integrity_check", &[], usize::MAX)? {
            let Sound { integrity_check: line } = row.read()?;
            if line != "ok" {
                found.push(line);
            }
        }
        self.readers.put_back(conn);
        Ok(found)
    }

    /// Rows that point to one that is not there; the file itself may be sound.
    pub(crate) async fn dangling(&self) -> Result<Vec<String>, Error> {
        let _permit = self.readers.permits.acquire().await.map_err(|_| Error::closed())?;
        let mut conn = self.readers.connection()?;
        let mut found = Vec::new();
        for row in conn.rows("PRAGMA foreign_key_check", &[], usize::MAX)? {
            let Dangling { table, parent } = row.read()?;
            found.push(format!("a row of {table} points to a row of {parent} that is not there"));
        }
        self.readers.put_back(conn);
        Ok(found)
    }

    pub(crate) async fn close(&self) {
        self.queue.stop().await;
        self.readers.close().await;
        if let Err(error) = self.checkpoint().await {
            tracing::warn!(%error, "the log could not be emptied on closing; it will be at the next start");
        }
        let mut slot = self.writer.lock().await;
        slot.is_closed = true;
        if let Some(mut conn) = slot.conn.take() {
            // The planner's statistics of all tables, not only of those this connection read, bounded so that closing stays
            // quick (sqlite.org/pragma.html#pragma_optimize).
            let optimised = conn.script("PRAGMA analysis_limit = 400; PRAGMA optimize = 0x10002;");
            if let Err(error) = optimised.and(conn.close()) {
                tracing::warn!(%error, "the writer's connection did not close cleanly");
            }
        }
    }
}

#[derive(Deserialize)]
struct Checkpoint {
    busy: i64,
}

#[derive(Deserialize)]
struct Sound {
    integrity_check: String,
}

#[derive(Deserialize)]
struct Dangling {
    table: String,
    parent: String,
}

fn first<R: serde::de::DeserializeOwned>(rows: Vec<Row>) -> Result<R, Error> {
    rows.into_iter().next().ok_or_else(|| Error::defect("a PRAGMA answered nothing"))?.read()
}

fn sync_file_and_folder(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path)?.sync_all()?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

/// Connections that only query. One whose read was cut short (a panic, a client that left) is closed, not reused.
struct Readers {
    path: PathBuf,
    limit: u32,
    permits: Semaphore,
    idle: std::sync::Mutex<Vec<Connection>>,
}

impl Readers {
    fn new(path: PathBuf, limit: u32) -> Readers {
        let permits = Semaphore::new(limit as usize);
        Readers { path, limit, permits, idle: std::sync::Mutex::default() }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn connection(&self) -> Result<Connection, Error> {
        let idle = self.idle().pop();
        match idle {
            Some(conn) => Ok(conn),
            None => Connection::open(&self.path, false, &format!("{COMMON} {READING}")),
        }
    }

    fn put_back(&self, conn: Connection) {
        self.idle().push(conn);
    }

    async fn close(&self) {
        // Waits for the reads that are under way, but not for ever.
        let _all = tokio::time::timeout(PATIENCE, self.permits.acquire_many(self.limit)).await;
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for conn in idle {
            if let Err(error) = conn.close() {
                tracing::warn!(%error, "a reader did not close cleanly");
            }
        }
    }
}
