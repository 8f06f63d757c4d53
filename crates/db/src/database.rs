//! The handle that everything else holds.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::future::BoxFuture;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::work::Reading;
use crate::{Batch, Error, Migration, Tx, Vault, migrate, watch, work};

/// Which engine is behind a [`Db`]. Asked only by this crate and by `doctor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Engine> {
        [Engine::Sqlite, Engine::Postgres].into_iter().find(|engine| engine.name() == name)
    }
}

/// What a database is opened with.
#[derive(Clone, Debug)]
pub struct Options {
    /// `sqlite:path` or `postgres://user@host:port/name`.
    pub url: String,
    /// How many connections work at once. 0 means as many readers as cores on SQLite, and on PostgreSQL, where they
    /// write as well, four a core and at least eight.
    pub readers: u32,
    pub vault: Vault,
    /// False only while a fresh demonstration is built: a write no longer waits for the disk, and a power cut may cost
    /// everything. [`Db::checkpoint`] then makes durable what was written.
    pub durable: bool,
}

/// A database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    vault: Vault,
    writes: AtomicU64,
}

pub(crate) enum Backend {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// The address of the embedded database in this file.
pub fn embedded(file: &Path) -> String {
    format!("sqlite:{}", file.display())
}

impl Db {
    /// Opens a database; a SQLite file that does not exist is created. Must be called inside a Tokio runtime, for what
    /// the closures of writes use of it.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when the server or the file cannot be reached, [`Error::Other`] for an address of neither
    /// engine.
    pub async fn open(options: Options) -> Result<Db, Error> {
        let cores = std::thread::available_parallelism().map_or(1, |n| u32::try_from(n.get()).unwrap_or(u32::MAX));
        let Options { url, readers, vault, durable } = options;
        let backend = if let Some(path) = url.strip_prefix("sqlite:") {
            let readers = if readers == 0 { cores } else { readers };
            Backend::Sqlite(Sqlite::open(path.strip_prefix("//").unwrap_or(path), readers, durable, &vault)?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let size = if readers == 0 { (cores * 4).max(8) } else { readers };
            Backend::Postgres(Postgres::open(&url, size, durable).await?)
        } else {
            return Err(Error::defect("the address of a database starts with sqlite: or postgres://"));
        };
        Ok(Db { inner: Arc::new(Inner { backend, vault, writes: AtomicU64::new(0) }) })
    }

    pub fn engine(&self) -> Engine {
        match self.backend() {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    pub fn vault(&self) -> &Vault {
        &self.inner.vault
    }

    pub(crate) fn backend(&self) -> &Backend {
        &self.inner.backend
    }

    /// Applies the steps that are not applied yet, in order, each in its own transaction, and names them. Two nodes may
    /// call it at once.
    ///
    /// # Errors
    /// [`Error::Migration`] with the name of the step: its statements failed (then it left nothing), or it was changed
    /// after it was applied.
    pub async fn migrate(&self, steps: &[Migration]) -> Result<Vec<&'static str>, Error> {
        migrate::migrate(self, steps).await
    }

    /// The steps that [`Db::migrate`] would apply.
    ///
    /// # Errors
    /// [`Error::Migration`] when an applied step was changed.
    pub async fn pending(&self, steps: &[Migration]) -> Result<Vec<&'static str>, Error> {
        migrate::pending(self, steps).await
    }

    /// Reads from one consistent snapshot, as of its first statement.
    ///
    /// # Errors
    /// What the closure returned; [`Error::Busy`] when no connection became free; [`Error::Unreachable`].
    pub async fn read<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
        T: Send,
        E: From<Error> + Send,
    {
        watch::forbid_nesting();
        let mut reading = Reading::new(f);
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.read(self.vault(), &mut reading).await?,
            Backend::Postgres(postgres) => postgres.read(self.vault(), &mut reading).await?,
        }
        reading.answer().unwrap_or_else(|| Err(Error::defect("a read did not run").into()))
    }

    /// A transaction that reads as of one moment, for as long as it takes.
    pub(crate) async fn snapshot(&self) -> Result<Tx, Error> {
        watch::forbid_nesting();
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.snapshot(self.vault()).await,
            Backend::Postgres(postgres) => postgres.snapshot(self.vault()).await,
        }
    }

    /// Writes; when it returns `Ok`, it is durable. An `Err` or a panic of the closure leaves nothing.
    ///
    /// The closure may run more than once: PostgreSQL asks for it after a deadlock. So it owns what it captures, and
    /// does nothing that cannot be undone by the database. It awaits nothing slow: no file, hash or request.
    ///
    /// # Errors
    /// What the closure returned; [`Error::Busy`] and [`Error::Unreachable`] as they say.
    ///
    /// # Panics
    /// When the closure panics, in the caller.
    pub async fn write<T, E, F>(&self, f: F) -> Result<T, E>
    where
        F: for<'t> Fn(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        watch::forbid_nesting();
        self.inner.writes.fetch_add(1, Ordering::Relaxed);
        let write = work::write(f);
        work::answer(match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.queue().write(write).await,
            Backend::Postgres(postgres) => postgres.write(self.vault(), write).await,
        })
    }

    /// How many writes were asked for since it was opened: a measurement, kept or not.
    pub fn writes(&self) -> u64 {
        self.inner.writes.load(Ordering::Relaxed)
    }

    /// Begins one long write transaction. See [`Batch`].
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Unreachable`] as they say.
    pub async fn batch(&self) -> Result<Batch, Error> {
        watch::forbid_nesting();
        match self.backend() {
            Backend::Sqlite(sqlite) => {
                let mut slot = sqlite.own_writer().await;
                let tx = slot.begin(self.vault()).await?;
                Ok(Batch::new(tx, Some(slot)))
            }
            Backend::Postgres(postgres) => {
                Ok(Batch::new(postgres.begin("BEGIN ISOLATION LEVEL READ COMMITTED", self.vault()).await?, None))
            }
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Why it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        self.read(|tx| Box::pin(async move { tx.scalar_i64("SELECT 1", crate::args![]).await.map(drop) })).await
    }

    /// SQLite: moves the write-ahead log into the file and empties it. With `durable: false`, on both engines, makes
    /// durable what was written so far.
    ///
    /// # Errors
    /// [`Error::Busy`] when a long read is in the way.
    pub async fn checkpoint(&self) -> Result<(), Error> {
        watch::forbid_nesting();
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.checkpoint().await,
            Backend::Postgres(postgres) => postgres.checkpoint().await,
        }
    }

    /// Leaves nothing of what was deleted or overwritten in the files of the database. SQLite merges the search index,
    /// whose removed words stay in it until then, and writes the whole file anew, while other writes wait: about as long
    /// as copying it takes. PostgreSQL gives the room of dead rows free, and writes over it as it needs it.
    ///
    /// # Errors
    /// [`Error::Busy`] when a long read is in the way: some of it may be done.
    pub async fn scrub(&self) -> Result<(), Error> {
        watch::forbid_nesting();
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.scrub().await,
            Backend::Postgres(postgres) => postgres.scrub().await,
        }
    }

    /// What is wrong with the database itself, in words; empty is sound. SQLite checks the file; PostgreSQL keeps its own
    /// checks (`pg_amcheck`) for its administrators.
    ///
    /// # Errors
    /// When the check could not run.
    pub async fn integrity(&self) -> Result<Vec<String>, Error> {
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.integrity().await,
            Backend::Postgres(_) => {
                tracing::info!("the files of PostgreSQL are checked by pg_amcheck, not here");
                Ok(Vec::new())
            }
        }
    }

    /// Rows that point to one that is not there, in words. PostgreSQL lets none in.
    ///
    /// # Errors
    /// When the check could not run.
    pub async fn dangling(&self) -> Result<Vec<String>, Error> {
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.dangling().await,
            Backend::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Finishes the writes that wait, makes everything durable and closes. Later calls fail as unreachable.
    pub async fn close(&self) {
        match self.backend() {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close().await,
        }
    }
}
