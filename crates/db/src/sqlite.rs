//! The embedded engine: one file, one writer, readers that only query.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{self, ConnectOptions as _, Connection as _, Row as _, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};

use crate::writer::{self, Queue};
use crate::{Error, Tx, Vault};

/// How long to wait for another process (a backup, `doctor`) or for a free reader.
const PATIENCE: Duration = Duration::from_secs(5);
const KIB: i64 = 1024;
const MMAP_BYTES: i64 = 64 * KIB * KIB;

pub(crate) struct Sqlite {
    path: PathBuf,
    durable: bool,
    readers: Readers,
    writer: Arc<Mutex<Slot>>,
    queue: Queue,
}

/// The writer's connection. Who holds the lock is the only writer of this process: the writer task for a group, or a
/// batch for as long as it lasts.
pub(crate) struct Slot {
    options: SqliteConnectOptions,
    conn: Option<SqliteConnection>,
    is_closed: bool,
}

impl Slot {
    async fn take(&mut self) -> Result<SqliteConnection, Error> {
        match self.conn.take() {
            _ if self.is_closed => Err(Error::closed()),
            Some(conn) => Ok(conn),
            None => Ok(self.options.connect().await?),
        }
    }

    /// Opens a transaction that already holds the write lock of the file.
    pub(crate) async fn begin(&mut self, vault: &Vault) -> Result<Tx, Error> {
        let conn = self.take().await?;
        let mut tx = Tx::sqlite(conn, vault);
        tx.control("BEGIN IMMEDIATE").await?;
        Ok(tx)
    }

    /// Keeps a connection for the next transaction; `None` means that the last one is not sound, and a new one is
    /// opened.
    pub(crate) fn put_back(&mut self, conn: Option<SqliteConnection>) {
        self.conn = conn;
    }
}

impl Sqlite {
    pub(crate) async fn open(path: &str, readers: u32, durable: bool, vault: &Vault) -> Result<Sqlite, Error> {
        if path.is_empty() || path.starts_with(":memory:") {
            return Err(Error::defect("SQLite needs a file: readers and the writer share it"));
        }
        let path = PathBuf::from(path);
        let common = SqliteConnectOptions::new()
            .filename(&path)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
            .statement_cache_capacity(512)
            .row_buffer_size(256)
            .pragma("temp_store", "MEMORY")
            .pragma("mmap_size", MMAP_BYTES.to_string())
            // As in PostgreSQL, LIKE tells capital letters from small ones.
            .pragma("case_sensitive_like", "ON");
        let writing = common
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Off })
            // A destroyed data key must not stay readable in a free page.
            .pragma("secure_delete", "ON")
            .pragma("cache_size", "-16384");
        let reading = common.pragma("query_only", "ON").pragma("cache_size", "-8192");
        // The writer first: it makes the file and sets its journal mode.
        let conn = writing.connect().await?;
        let writer = Arc::new(Mutex::new(Slot { options: writing, conn: Some(conn), is_closed: false }));
        let queue = writer::start(writer.clone(), vault.clone());
        Ok(Sqlite { path, durable, readers: Readers::new(reading, readers), writer, queue })
    }

    pub(crate) fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Takes the place of the writer task until the guard is dropped.
    pub(crate) async fn own_writer(&self) -> OwnedMutexGuard<Slot> {
        self.writer.clone().lock_owned().await
    }

    pub(crate) async fn read<T, E, F>(&self, vault: &Vault, f: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
        T: Send,
        E: From<Error> + Send,
    {
        let acquired = tokio::time::timeout(PATIENCE, self.readers.permits.acquire()).await;
        let _permit =
            acquired.map_err(|_| Error::Busy("no reader became free".into()))?.map_err(|_| Error::closed())?;
        let mut tx = Tx::sqlite(self.readers.connection().await?, vault);
        tx.begin_when_asked();
        let outcome = f(&mut tx).await;
        if let Some(conn) = tx.rollback().await {
            self.readers.put_back(conn);
        }
        outcome
    }

    /// One long read of everything, on a connection of its own, which goes with it and may keep temporary tables.
    pub(crate) async fn snapshot(&self, vault: &Vault) -> Result<Tx, Error> {
        let options = self.readers.options.clone().pragma("query_only", "OFF");
        let mut tx = Tx::sqlite(options.connect().await?, vault);
        tx.control("BEGIN").await?;
        // The moment is that of the first read, so it is read now.
        tx.scalar_i64("SELECT COUNT(*) FROM sqlite_master", crate::args![]).await?;
        Ok(tx)
    }

    /// Moves the write-ahead log into the file and empties it; flushed to the disk even when writes were not.
    pub(crate) async fn checkpoint(&self) -> Result<(), Error> {
        let mut slot = self.writer.lock().await;
        let mut conn = slot.take().await?;
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut conn).await?;
        slot.put_back(Some(conn));
        if row.try_get::<i64, _>(0)? != 0 {
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

    /// Everything that SQLite itself finds wrong with the file; empty is sound.
    pub(crate) async fn integrity(&self) -> Result<Vec<String>, Error> {
        let _permit = self.readers.permits.acquire().await.map_err(|_| Error::closed())?;
        let mut conn = self.readers.connection().await?;
        let mut found = Vec::new();
        for row in sqlx::query("PRAGMA integrity_check").fetch_all(&mut conn).await? {
            let line: String = row.try_get(0)?;
            if line != "ok" {
                found.push(line);
            }
        }
        for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut conn).await? {
            let (table, parent): (String, String) = (row.try_get(0)?, row.try_get(2)?);
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
            // The planner's statistics, bounded so that closing stays quick.
            let optimised = sqlx::query("PRAGMA analysis_limit = 400; PRAGMA optimize;").execute(&mut conn).await;
            if let Err(error) = optimised.and(conn.close().await) {
                tracing::warn!(%error, "the writer's connection did not close cleanly");
            }
        }
    }
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
    options: SqliteConnectOptions,
    limit: u32,
    permits: Semaphore,
    idle: std::sync::Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    fn new(options: SqliteConnectOptions, limit: u32) -> Readers {
        let permits = Semaphore::new(limit as usize);
        Readers { options, limit, permits, idle: std::sync::Mutex::default() }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn connection(&self) -> Result<SqliteConnection, Error> {
        let idle = self.idle().pop();
        match idle {
            Some(conn) => Ok(conn),
            None => Ok(self.options.connect().await?),
        }
    }

    fn put_back(&self, conn: SqliteConnection) {
        self.idle().push(conn);
    }

    async fn close(&self) {
        // Waits for the reads that are under way, but not for ever.
        let _all = tokio::time::timeout(PATIENCE, self.permits.acquire_many(self.limit)).await;
        self.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for conn in idle {
            if let Err(error) = conn.close().await {
                tracing::warn!(%error, "a reader did not close cleanly");
            }
        }
    }
}
