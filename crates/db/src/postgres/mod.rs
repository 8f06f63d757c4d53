//! The server engine: a pool, and transactions that are run again when PostgreSQL asks for it.

pub(crate) mod statement;

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool};

use crate::work::{Boxed, Fault, Read, Write};
use crate::{Error, Tx, Vault, watch};

/// A write is run this often at most before its caller is told that the database is busy.
const ATTEMPTS: u32 = 8;

/// How long a transaction waits for a connection. Long enough to sit out a server that is started again; then who asked is
/// told, instead of looking at a page that does not come. The pool tries a server that refuses again after at most a fifth
/// of this.
const PATIENCE: Duration = Duration::from_secs(4);

const SETTINGS: [(&str, &str); 6] = [
    ("statement_timeout", "30s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "60s"),
    ("timezone", "UTC"),
    // Compiling a plan costs more than it saves on statements of milliseconds.
    ("jit", "off"),
    // Lists end after a page, and their index has their order. The default of 4, meant for turning disks, makes a plan that
    // is kept for all parameters read and sort everything in reach instead: 7 ms for 0.4.
    ("random_page_cost", "1.1"),
];

pub(crate) struct Postgres {
    pool: PgPool,
    options: PgConnectOptions,
    size: u32,
    durable: bool,
}

impl Postgres {
    pub(crate) async fn open(url: &str, size: u32, durable: bool) -> Result<Postgres, Error> {
        let options: PgConnectOptions = url.parse::<PgConnectOptions>()?;
        let options = options
            .application_name("helin")
            .statement_cache_capacity(512)
            .options(SETTINGS)
            .options([("synchronous_commit", if durable { "on" } else { "off" })]);
        // The pool would go on trying for its whole patience, and then say that it is busy.
        options.connect().await?.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(size)
            .acquire_timeout(PATIENCE)
            // `begin` notices a dead connection itself, which saves a round trip on each transaction.
            .test_before_acquire(false)
            .connect_lazy_with(options.clone());
        Ok(Postgres { pool, options, size, durable })
    }

    /// Opens a transaction; connections that died in the pool (a restart of the server) are passed over.
    pub(crate) async fn begin(&self, begin: &'static str, vault: &Vault) -> Result<Tx, Error> {
        let mut dead = 0;
        loop {
            match self.pool.begin_with(begin).await.map_err(Error::from) {
                Ok(transaction) => return Ok(Tx::postgres(transaction, vault)),
                Err(Error::Unreachable(_)) if dead < self.size && !self.pool.is_closed() => dead += 1,
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) async fn read(&self, vault: &Vault, work: &mut dyn Read) -> Result<(), Error> {
        let mut tx = self.begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", vault).await?;
        work.run(&mut tx).await;
        tx.rollback().await;
        Ok(())
    }

    pub(crate) async fn write(&self, vault: &Vault, work: Write) -> Result<Boxed, Fault> {
        let mut attempt = 1;
        loop {
            let begun = self.begin("BEGIN ISOLATION LEVEL READ COMMITTED", vault).await;
            let mut tx = begun.map_err(Fault::Storage)?;
            let outcome = watch::writing(async { work(&mut tx).await }).await;
            let again = tx.is_transient() && attempt < ATTEMPTS;
            let outcome = match (outcome, tx.failure()) {
                (Ok(_), Some(failure)) => Err(Fault::Storage(failure)),
                (outcome, _) => outcome.map_err(Fault::Said),
            };
            match outcome {
                Ok(value) => {
                    tx.commit().await.map_err(Fault::Storage)?;
                    return Ok(value);
                }
                Err(fault) => {
                    tx.rollback().await;
                    if !again {
                        return Err(fault);
                    }
                }
            }
            tokio::time::sleep(pause(attempt)).await;
            attempt += 1;
        }
    }

    /// One long read of everything, without limits of time.
    pub(crate) async fn snapshot(&self, vault: &Vault) -> Result<Tx, Error> {
        let pool = self.patient().await?;
        let begun = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        Ok(Tx::postgres(begun, vault))
    }

    /// A connection of its own that has no time limits, for migrations.
    pub(crate) async fn patient(&self) -> Result<PgPool, Error> {
        let options = self.options.clone().options([
            ("statement_timeout", "0"),
            ("lock_timeout", "0"),
            ("idle_in_transaction_session_timeout", "0"),
        ]);
        Ok(PgPoolOptions::new().max_connections(2).connect_with(options).await?)
    }

    /// PostgreSQL checkpoints by itself. What was committed without waiting for the disk is made durable here: a
    /// commit that waits also waits for everything before it.
    pub(crate) async fn checkpoint(&self) -> Result<(), Error> {
        if self.durable {
            return Ok(());
        }
        let mut transaction = self.pool.begin().await?;
        sqlx::query("SET LOCAL synchronous_commit = on").execute(&mut *transaction).await?;
        // PostgreSQL waits for the disk only where the transaction itself put something into the log.
        sqlx::query("SELECT pg_logical_emit_message(true, 'helin', 'checkpoint')").execute(&mut *transaction).await?;
        Ok(transaction.commit().await?)
    }

    /// Frees the room of dead rows and of dead entries of the indexes, and takes the planner's samples anew: they hold
    /// values of columns.
    pub(crate) async fn scrub(&self) -> Result<(), Error> {
        let pool = self.patient().await?;
        let done = sqlx::query("VACUUM (ANALYZE)").execute(&pool).await;
        pool.close().await;
        Ok(done.map(drop)?)
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Doubles from 4 ms to 256 ms, give or take a half, so that two that met do not meet again.
fn pause(attempt: u32) -> Duration {
    let base = 4u64 << (attempt - 1).min(6);
    let mut random = [0; 2];
    // Without random bytes the pause is merely not spread.
    let _ = getrandom::fill(&mut random);
    let spread = u64::from(u16::from_le_bytes(random)) * base / u64::from(u16::MAX);
    Duration::from_millis(base / 2 + spread)
}
