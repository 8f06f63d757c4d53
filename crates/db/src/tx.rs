//! A transaction, the same on both engines.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, Executor as _};

use crate::error::is_transient;
use crate::postgres::statement;
use crate::sqlite::Connection;
use crate::value::Row;
use crate::{Engine, Error, Value, Vault};

/// An open transaction. One SQL text with `$1`, `$2` … works on both engines; rows are structs that derive `Deserialize`.
///
/// After a statement failed, every further one fails with the same error and the transaction cannot be kept: so it is
/// in PostgreSQL, and SQLite is held to it. What may fail is put in a [`Tx::savepoint`], or written
/// `ON CONFLICT DO NOTHING`.
pub struct Tx {
    conn: Conn,
    vault: Vault,
    /// The first statement that failed since the last savepoint was entered or undone.
    failure: Option<Error>,
    /// Whether PostgreSQL asked, at any time, that the whole be run again.
    transient: bool,
}

enum Conn {
    Sqlite(Connection),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Tx {
    pub(crate) fn sqlite(conn: Connection, vault: &Vault) -> Tx {
        Tx { conn: Conn::Sqlite(conn), vault: vault.clone(), failure: None, transient: false }
    }

    pub(crate) fn postgres(conn: sqlx::Transaction<'static, sqlx::Postgres>, vault: &Vault) -> Tx {
        Tx { conn: Conn::Postgres(conn), vault: vault.clone(), failure: None, transient: false }
    }

    /// For the named expressions of [`crate::dialect`]; nothing outside this crate decides by it.
    pub fn engine(&self) -> Engine {
        match self.conn {
            Conn::Sqlite(_) => Engine::Sqlite,
            Conn::Postgres(_) => Engine::Postgres,
        }
    }

    /// Seals and finds protected fields.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// As [`Error`] says; [`Error::Other`] when a row has another shape than `R`.
    pub async fn all<R: DeserializeOwned>(&mut self, sql: &str, args: Vec<Value>) -> Result<Vec<R>, Error> {
        let rows = self.rows(sql, args).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// As for [`Tx::all`].
    pub async fn one<R: DeserializeOwned>(&mut self, sql: &str, args: Vec<Value>) -> Result<Option<R>, Error> {
        self.row(sql, args).await?.map(Row::read).transpose()
    }

    /// The whole number in the first column of the first row: a count or a sum.
    ///
    /// # Errors
    /// [`Error::Other`] when there is no row or the number is NULL; use [`Tx::maybe_i64`] where that is no defect.
    pub async fn scalar_i64(&mut self, sql: &str, args: Vec<Value>) -> Result<i64, Error> {
        let found = self.maybe_i64(sql, args).await?;
        found.ok_or_else(|| Error::defect(format!("a number was expected, NULL or no row came: {sql}")))
    }

    /// The whole number in the first column of the first row, if there is a row and it is not NULL.
    ///
    /// # Errors
    /// As for [`Tx::all`].
    pub async fn maybe_i64(&mut self, sql: &str, args: Vec<Value>) -> Result<Option<i64>, Error> {
        let row = self.row(sql, args).await?;
        match row.and_then(|row| row.cells.into_iter().next()) {
            None => Ok(None),
            Some(first) => Option::<i64>::deserialize(first).map_err(|_| Error::defect(format!("no number: {sql}"))),
        }
    }

    /// Gives the rows of a query one after the other, for answers that are too long to hold.
    pub(crate) async fn each(
        &mut self,
        sql: &str,
        f: &mut (dyn FnMut(Row) -> Result<(), Error> + Send),
    ) -> Result<(), Error> {
        self.sound()?;
        match &mut self.conn {
            Conn::Sqlite(conn) => conn.each(sql, &[], f),
            Conn::Postgres(conn) => statement::each(conn, sql, f).await,
        }
    }

    /// Runs a statement and says how many rows it changed.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn run(&mut self, sql: &str, args: Vec<Value>) -> Result<u64, Error> {
        crate::lint::check(sql);
        self.sound()?;
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => conn.run(sql, &args),
            Conn::Postgres(conn) => statement::run(conn, sql, args).await.map_err(noting(&mut self.transient)),
        };
        self.noted(done)
    }

    /// Runs a statement of which nobody needs to know how many rows it changed.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn put(&mut self, sql: &str, args: Vec<Value>) -> Result<(), Error> {
        self.run(sql, args).await.map(drop)
    }

    /// Tries something that may fail: when `f` returns an error, what it did is undone and the transaction goes on.
    ///
    /// # Errors
    /// What `f` returned, or why the savepoint could not be set.
    pub async fn savepoint<T, E, F>(&mut self, f: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send,
        T: Send,
        E: From<Error> + Send,
    {
        self.enter().await?;
        match AssertUnwindSafe(async { f(&mut *self).await }).catch_unwind().await {
            Ok(Ok(value)) => match self.failure() {
                None => self.keep().await.map(|()| value).map_err(E::from),
                Some(failure) => {
                    self.undo().await?;
                    Err(failure.into())
                }
            },
            Ok(Err(error)) => {
                self.undo().await?;
                Err(error)
            }
            Err(panic) => {
                self.undo().await?;
                resume_unwind(panic)
            }
        }
    }

    pub(crate) async fn enter(&mut self) -> Result<(), Error> {
        self.sound()?;
        self.control("SAVEPOINT step").await
    }

    pub(crate) async fn keep(&mut self) -> Result<(), Error> {
        self.control("RELEASE SAVEPOINT step").await
    }

    pub(crate) async fn undo(&mut self) -> Result<(), Error> {
        self.control("ROLLBACK TO SAVEPOINT step").await?;
        self.failure = None;
        self.control("RELEASE SAVEPOINT step").await
    }

    /// The failure that keeps this transaction from being kept.
    pub(crate) fn failure(&self) -> Option<Error> {
        self.failure.clone()
    }

    pub(crate) fn is_transient(&self) -> bool {
        self.transient
    }

    /// A statement that begins or ends a transaction or savepoint.
    pub(crate) async fn control(&mut self, sql: &'static str) -> Result<(), Error> {
        match &mut self.conn {
            // Prepared once: the writer sends these with every job.
            Conn::Sqlite(conn) => conn.run(sql, &[]).map(drop),
            // Not prepared: PostgreSQL refuses to prepare anything in a failed transaction.
            Conn::Postgres(conn) => Ok(conn.execute(sql).await.map(drop)?),
        }
    }

    /// Many statements at once, without arguments, in the words of one engine: a migration.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn script(&mut self, sql: &str) -> Result<(), Error> {
        self.sound()?;
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => conn.script(sql),
            Conn::Postgres(conn) => {
                conn.execute(AssertSqlSafe(sql)).await.map(drop).map_err(noting(&mut self.transient))
            }
        };
        self.noted(done)
    }

    /// Commits; on SQLite the connection comes back to be used again.
    ///
    /// # Errors
    /// When it could not be kept. A connection that failed to commit is dropped, and its transaction with it.
    pub(crate) async fn commit(self) -> Result<Option<Connection>, Error> {
        self.sound()?;
        match self.conn {
            Conn::Sqlite(mut conn) => {
                conn.run("COMMIT", &[])?;
                Ok(Some(conn))
            }
            Conn::Postgres(conn) => conn.commit().await.map(|()| None).map_err(|error| {
                let unknown = !matches!(error, sqlx::Error::Database(_));
                let error = Error::from(error);
                if unknown { Error::Unreachable(error.to_string()) } else { error }
            }),
        }
    }

    /// Rolls back; on SQLite the connection comes back when it is still sound.
    pub(crate) async fn rollback(self) -> Option<Connection> {
        match self.conn {
            Conn::Sqlite(mut conn) => conn.run("ROLLBACK", &[]).ok().map(|_| conn),
            Conn::Postgres(conn) => {
                // A broken connection has lost its transaction anyway.
                conn.rollback().await.ok();
                None
            }
        }
    }

    async fn rows(&mut self, sql: &str, args: Vec<Value>) -> Result<Vec<Row>, Error> {
        crate::lint::check(sql);
        self.sound()?;
        let rows = match &mut self.conn {
            Conn::Sqlite(conn) => conn.rows(sql, &args, usize::MAX),
            Conn::Postgres(conn) => statement::rows(conn, sql, args).await.map_err(noting(&mut self.transient)),
        };
        self.noted(rows)
    }

    async fn row(&mut self, sql: &str, args: Vec<Value>) -> Result<Option<Row>, Error> {
        crate::lint::check(sql);
        self.sound()?;
        let row = match &mut self.conn {
            Conn::Sqlite(conn) => conn.rows(sql, &args, 1).map(|rows| rows.into_iter().next()),
            Conn::Postgres(conn) => statement::row(conn, sql, args).await.map_err(noting(&mut self.transient)),
        };
        self.noted(row)
    }

    fn sound(&self) -> Result<(), Error> {
        match &self.failure {
            None => Ok(()),
            Some(failure) => Err(failure.clone()),
        }
    }

    /// Remembers a failure.
    fn noted<T>(&mut self, done: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &done {
            self.failure = Some(error.clone());
        }
        done
    }
}

/// Remembers whether PostgreSQL asks that the whole be run again.
fn noting(transient: &mut bool) -> impl FnOnce(sqlx::Error) -> Error {
    |error| {
        *transient |= is_transient(&error);
        error.into()
    }
}
