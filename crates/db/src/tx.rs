//! A transaction, the same on both engines.

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{FutureExt as _, TryStreamExt as _};
use sea_orm::sqlx::sqlite::{SqliteQueryResult, SqliteRow};
use sea_orm::sqlx::{self, AssertSqlSafe, Executor as _, SqliteConnection};
use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExecResult, FromQueryResult, QueryResult, RuntimeErr, Statement, Value, Values,
};
use sea_query_sqlx::SqlxValues;
use tokio::sync::Mutex;

use crate::error::is_transient;
use crate::pending::Pending;
use crate::{Engine, Error, Vault};

/// An open transaction. Derived entities work on it (`Entity::insert(row).exec_without_returning(tx)`), and so does one
/// SQL text with `$1`, `$2` … on both engines.
///
/// After a statement failed, every further one fails with the same error and the transaction cannot be kept: so it is
/// in PostgreSQL, and SQLite is held to it. What may fail is put in a [`Tx::savepoint`], or written
/// `ON CONFLICT DO NOTHING`.
pub struct Tx {
    inner: Mutex<Inner>,
    engine: Engine,
    vault: Vault,
}

struct Inner {
    conn: Conn,
    /// Only on SQLite.
    pending: Pending,
    /// The first statement that failed since the last savepoint was entered or undone.
    failure: Option<DbErr>,
    /// Whether PostgreSQL asked, at any time, that the whole be run again.
    transient: bool,
}

enum Conn {
    Sqlite(Box<SqliteConnection>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Tx {
    pub(crate) fn sqlite(conn: SqliteConnection, vault: &Vault) -> Tx {
        Tx::new(Conn::Sqlite(Box::new(conn)), Engine::Sqlite, vault)
    }

    pub(crate) fn postgres(conn: sqlx::Transaction<'static, sqlx::Postgres>, vault: &Vault) -> Tx {
        Tx::new(Conn::Postgres(conn), Engine::Postgres, vault)
    }

    fn new(conn: Conn, engine: Engine, vault: &Vault) -> Tx {
        Tx {
            inner: Mutex::new(Inner { conn, pending: Pending::default(), failure: None, transient: false }),
            engine,
            vault: vault.clone(),
        }
    }

    /// For the named expressions of [`crate::dialect`]; nothing outside this crate decides by it.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Seals and finds protected fields.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// All rows of a query.
    ///
    /// # Errors
    /// As [`Error`] says; [`Error::Other`] when a row has another shape than `R`.
    pub async fn all<R: FromQueryResult>(&mut self, sql: &str, args: Vec<Value>) -> Result<Vec<R>, Error> {
        crate::lint::check(sql);
        let rows = self.inner.get_mut().query_all(sql, Values(args)).await?;
        Ok(rows.iter().map(|row| R::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// The first row of a query, if there is one.
    ///
    /// # Errors
    /// As for [`Tx::all`].
    pub async fn one<R: FromQueryResult>(&mut self, sql: &str, args: Vec<Value>) -> Result<Option<R>, Error> {
        crate::lint::check(sql);
        let row = self.inner.get_mut().query_one(sql, Values(args)).await?;
        Ok(row.map(|row| R::from_query_result(&row, "")).transpose()?)
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
        crate::lint::check(sql);
        let Some(row) = self.inner.get_mut().query_one(sql, Values(args)).await? else { return Ok(None) };
        match row.try_get_by_index::<Option<i64>>(0) {
            Ok(number) => Ok(number),
            // An INTEGER column of PostgreSQL does not decode as a BIGINT.
            Err(wrong) => match row.try_get_by_index::<Option<i32>>(0) {
                Ok(number) => Ok(number.map(i64::from)),
                Err(_) => Err(wrong.into()),
            },
        }
    }

    /// Gives the rows of a query one after the other, for answers that are too long to hold.
    pub(crate) async fn each(
        &mut self,
        sql: &str,
        f: &mut (dyn FnMut(QueryResult) -> Result<(), Error> + Send),
    ) -> Result<(), Error> {
        let inner = self.inner.get_mut();
        inner.sound()?;
        inner.flush().await?;
        let query = AssertSqlSafe(sql.to_owned());
        match &mut inner.conn {
            Conn::Sqlite(conn) => {
                let mut rows = sqlx::query(query).fetch(&mut **conn);
                while let Some(row) = rows.try_next().await? {
                    f(row.into())?;
                }
            }
            Conn::Postgres(conn) => {
                let mut rows = sqlx::query(query).fetch(&mut **conn);
                while let Some(row) = rows.try_next().await? {
                    f(row.into())?;
                }
            }
        }
        Ok(())
    }

    /// Runs a statement and says how many rows it changed.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn run(&mut self, sql: &str, args: Vec<Value>) -> Result<u64, Error> {
        crate::lint::check(sql);
        Ok(self.inner.get_mut().execute(sql, Values(args)).await?.rows_affected())
    }

    /// Runs a statement whose answer nobody needs. It may be done together with the next statement, so a failure shows
    /// there at the latest, and before anything is kept.
    ///
    /// # Errors
    /// As [`Error`] says: its own, or that of a statement put before.
    pub async fn put(&mut self, sql: &str, args: Vec<Value>) -> Result<(), Error> {
        crate::lint::check(sql);
        let inner = self.inner.get_mut();
        inner.sound()?;
        match inner.conn {
            Conn::Sqlite(_) => {
                inner.pending.push(sql, args);
                if inner.pending.is_full() {
                    inner.flush().await?;
                }
            }
            Conn::Postgres(_) => {
                inner.execute(sql, Values(args)).await?;
            }
        }
        Ok(())
    }

    /// Begins a transaction that only reads, with its first question.
    pub(crate) fn begin_when_asked(&mut self) {
        self.inner.get_mut().pending.begin();
    }

    /// Does what was put and has not been done yet.
    ///
    /// # Errors
    /// That of the statement that failed.
    pub(crate) async fn flush(&mut self) -> Result<(), Error> {
        Ok(self.inner.get_mut().flush().await?)
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
                None => match self.keep().await {
                    Ok(()) => Ok(value),
                    // Something that was only put did not work after all.
                    Err(error) => {
                        self.undo().await?;
                        Err(error.into())
                    }
                },
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
        if let Some(failure) = self.failure() {
            return Err(failure);
        }
        let inner = self.inner.get_mut();
        if matches!(inner.conn, Conn::Sqlite(_)) {
            // What came before fails outside the savepoint, or undoing that would hide it.
            if inner.pending.may_fail() {
                inner.flush().await?;
            }
            inner.pending.enter("SAVEPOINT step");
            return Ok(());
        }
        self.control("SAVEPOINT step").await
    }

    pub(crate) async fn keep(&mut self) -> Result<(), Error> {
        self.control("RELEASE SAVEPOINT step").await
    }

    pub(crate) async fn undo(&mut self) -> Result<(), Error> {
        let inner = self.inner.get_mut();
        if inner.pending.forget() {
            inner.failure = None;
            return Ok(());
        }
        self.control("ROLLBACK TO SAVEPOINT step").await?;
        self.inner.get_mut().failure = None;
        self.control("RELEASE SAVEPOINT step").await
    }

    /// The failure that keeps this transaction from being kept.
    pub(crate) fn failure(&mut self) -> Option<Error> {
        self.inner.get_mut().failure.clone().map(Error::from)
    }

    pub(crate) fn is_transient(&mut self) -> bool {
        self.inner.get_mut().transient
    }

    /// A statement that begins or ends a transaction or savepoint.
    pub(crate) async fn control(&mut self, sql: &'static str) -> Result<(), Error> {
        let inner = self.inner.get_mut();
        match &mut inner.conn {
            // Prepared once: the writer sends these with every job.
            Conn::Sqlite(conn) if inner.pending.is_empty() => sqlx::query(sql).execute(&mut **conn).await.map(drop)?,
            Conn::Sqlite(_) => {
                inner.execute(sql, Values(Vec::new())).await?;
            }
            // Not prepared: PostgreSQL refuses to prepare anything in a failed transaction.
            Conn::Postgres(conn) => conn.execute(sql).await.map(drop)?,
        }
        Ok(())
    }

    /// Many statements at once, without arguments: a migration.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.inner.get_mut().script(sql).await.map(drop)?)
    }

    /// Commits; on SQLite the connection comes back to be used again.
    ///
    /// # Errors
    /// When it could not be kept. A connection that failed to commit is dropped, and its transaction with it.
    pub(crate) async fn commit(mut self) -> Result<Option<SqliteConnection>, Error> {
        self.flush().await?;
        if let Some(failure) = self.failure() {
            return Err(failure);
        }
        match self.inner.into_inner().conn {
            Conn::Sqlite(mut conn) => {
                sqlx::query("COMMIT").execute(&mut *conn).await?;
                Ok(Some(*conn))
            }
            Conn::Postgres(conn) => conn.commit().await.map(|()| None).map_err(|error| {
                let unknown = !matches!(error, sqlx::Error::Database(_));
                let error = Error::from(error);
                if unknown { Error::Unreachable(error.to_string()) } else { error }
            }),
        }
    }

    /// Rolls back; on SQLite the connection comes back when it is still sound.
    pub(crate) async fn rollback(self) -> Option<SqliteConnection> {
        let inner = self.inner.into_inner();
        match inner.conn {
            Conn::Sqlite(conn) if inner.pending.has_not_begun() => Some(*conn),
            Conn::Sqlite(mut conn) => sqlx::query("ROLLBACK").execute(&mut *conn).await.ok().map(|_| *conn),
            Conn::Postgres(conn) => {
                // A broken connection has lost its transaction anyway.
                conn.rollback().await.ok();
                None
            }
        }
    }
}

impl Inner {
    async fn flush(&mut self) -> Result<(), DbErr> {
        if self.pending.is_empty() {
            return Ok(());
        }
        self.execute("", Values(Vec::new())).await.map(drop)
    }

    async fn query_all(&mut self, sql: &str, args: Values) -> Result<Vec<QueryResult>, DbErr> {
        self.sound()?;
        let rows = match &mut self.conn {
            Conn::Sqlite(conn) => {
                let (sql, args) = self.pending.take_before(sql, args.0);
                let rows = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(Values(args))).fetch_all(&mut **conn).await;
                rows.map(|rows| rows.into_iter().map(QueryResult::from).collect())
            }
            Conn::Postgres(conn) => {
                let rows = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(args)).fetch_all(&mut **conn).await;
                rows.map(|rows| rows.into_iter().map(QueryResult::from).collect())
            }
        };
        rows.map_err(|error| self.failed(error))
    }

    async fn query_one(&mut self, sql: &str, args: Values) -> Result<Option<QueryResult>, DbErr> {
        self.sound()?;
        let row = match &mut self.conn {
            Conn::Sqlite(conn) => {
                let (sql, args) = self.pending.take_before(sql, args.0);
                let row = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(Values(args))).fetch_optional(&mut **conn);
                row.await.map(|row| row.map(QueryResult::from))
            }
            Conn::Postgres(conn) => {
                let row = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(args)).fetch_optional(&mut **conn);
                row.await.map(|row| row.map(QueryResult::from))
            }
        };
        row.map_err(|error| self.failed(error))
    }

    async fn execute(&mut self, sql: &str, args: Values) -> Result<ExecResult, DbErr> {
        self.sound()?;
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => {
                let (sql, args) = self.pending.take_before(sql, args.0);
                let query = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(Values(args)));
                last_of(conn.fetch_many(query)).await.map(ExecResult::from)
            }
            Conn::Postgres(conn) => {
                let query = sqlx::query_with(AssertSqlSafe(sql), SqlxValues(args));
                query.execute(&mut **conn).await.map(ExecResult::from)
            }
        };
        done.map_err(|error| self.failed(error))
    }

    async fn script(&mut self, sql: &str) -> Result<ExecResult, DbErr> {
        self.sound()?;
        self.flush().await?;
        let sql = AssertSqlSafe(sql);
        let done = match &mut self.conn {
            Conn::Sqlite(conn) => conn.execute(sql).await.map(ExecResult::from),
            Conn::Postgres(conn) => conn.execute(sql).await.map(ExecResult::from),
        };
        done.map_err(|error| self.failed(error))
    }

    fn sound(&self) -> Result<(), DbErr> {
        match &self.failure {
            None => Ok(()),
            Some(failure) => Err(failure.clone()),
        }
    }

    fn failed(&mut self, error: sqlx::Error) -> DbErr {
        self.transient |= is_transient(&error);
        let error = DbErr::Query(RuntimeErr::SqlxError(error.into()));
        self.failure = Some(error.clone());
        error
    }
}

type Rows<'r> = BoxStream<'r, Result<sqlx::Either<SqliteQueryResult, SqliteRow>, sqlx::Error>>;

/// What the last of several statements did: the ones before it travelled along.
async fn last_of(mut rows: Rows<'_>) -> Result<SqliteQueryResult, sqlx::Error> {
    let mut last = SqliteQueryResult::default();
    while let Some(row) = rows.try_next().await? {
        if let sqlx::Either::Left(done) = row {
            last = done;
        }
    }
    Ok(last)
}

#[sea_orm::prelude::async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        match self.engine {
            Engine::Sqlite => DbBackend::Sqlite,
            Engine::Postgres => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        let args = stmt.values.unwrap_or(Values(Vec::new()));
        self.inner.lock().await.execute(&stmt.sql, args).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.lock().await.script(sql).await
    }

    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        let args = stmt.values.unwrap_or(Values(Vec::new()));
        self.inner.lock().await.query_one(&stmt.sql, args).await
    }

    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let args = stmt.values.unwrap_or(Values(Vec::new()));
        self.inner.lock().await.query_all(&stmt.sql, args).await
    }
}
