//! One connection to a SQLite file. A statement runs in the thread that asks: it takes microseconds, and a thread of its
//! own would cost more in waking than the statement does.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, OpenFlags, ToSql};

use crate::value::{Cell, Row};
use crate::{Error, Value};

/// How long to wait for another process (a backup, `doctor`).
const PATIENCE: Duration = Duration::from_secs(5);
/// Prepared statements that a connection keeps.
const PREPARED: usize = 512;

/// Locked by nobody: it is always reached through `&mut`. The lock is what lets a transaction be looked at from two
/// threads.
pub(crate) struct Connection(Mutex<rusqlite::Connection>);

impl Connection {
    /// Opens a file and runs `settings`, PRAGMA statements. `creates`: a file that is not there yet is made.
    pub(crate) fn open(path: &Path, creates: bool, settings: &str) -> Result<Connection, Error> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        flags.set(OpenFlags::SQLITE_OPEN_CREATE, creates);
        let conn = rusqlite::Connection::open_with_flags(path, flags)?;
        conn.busy_timeout(PATIENCE)?;
        conn.set_prepared_statement_cache_capacity(PREPARED);
        conn.execute_batch(settings)?;
        Ok(Connection(Mutex::new(conn)))
    }

    fn get(&mut self) -> &mut rusqlite::Connection {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }

    /// At most `most` rows of a query.
    pub(crate) fn rows(&mut self, sql: &str, args: &[Value], most: usize) -> Result<Vec<Row>, Error> {
        let mut found = Vec::new();
        self.walk(sql, args, &mut |row| {
            found.push(row);
            Ok(found.len() < most)
        })?;
        Ok(found)
    }

    /// Gives the rows of a query one after the other.
    pub(crate) fn each(
        &mut self,
        sql: &str,
        args: &[Value],
        f: &mut dyn FnMut(Row) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.walk(sql, args, &mut |row| f(row).map(|()| true))
    }

    /// Gives the rows of a query to `f` until it has enough.
    fn walk(&mut self, sql: &str, args: &[Value], f: &mut dyn FnMut(Row) -> Result<bool, Error>) -> Result<(), Error> {
        let mut statement = self.get().prepare_cached(sql)?;
        bind(&mut statement, args)?;
        let columns: Arc<[Box<str>]> = statement.column_names().into_iter().map(Box::from).collect();
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let cells = (0..columns.len()).map(|column| row.get_ref(column).map(Cell::from));
            if !f(Row { columns: columns.clone(), cells: cells.collect::<Result<_, _>>()? })? {
                break;
            }
        }
        Ok(())
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) fn run(&mut self, sql: &str, args: &[Value]) -> Result<u64, Error> {
        let conn = self.get();
        let mut statement = conn.prepare_cached(sql)?;
        bind(&mut statement, args)?;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        drop(rows);
        Ok(if statement.readonly() { 0 } else { conn.changes() })
    }

    /// Many statements without arguments.
    pub(crate) fn script(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.get().execute_batch(sql)?)
    }

    pub(crate) fn close(self) -> Result<(), Error> {
        let conn = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        conn.close().map_err(|(_, error)| error.into())
    }
}

/// Gives `$3` the third argument. To SQLite `$3` is a name like any other, and its number that of its first appearance.
fn bind(statement: &mut CachedStatement<'_>, args: &[Value]) -> Result<(), Error> {
    for index in 1..=statement.parameter_count() {
        let number = statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| args.get(number.checked_sub(1)?));
        let value = value.ok_or_else(|| Error::defect("a statement names an argument that it was not given"))?;
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let value = match self {
            Value::Bool(Some(truth)) => ValueRef::Integer(i64::from(*truth)),
            Value::Int(Some(number)) => ValueRef::Integer(i64::from(*number)),
            Value::BigInt(Some(number)) => ValueRef::Integer(*number),
            Value::Double(Some(number)) => ValueRef::Real(*number),
            Value::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Value::Uuid(Some(id)) => ValueRef::Blob(id.as_bytes()),
            Value::Json(Some(json)) => return Ok(ToSqlOutput::from(json.to_string())),
            Value::Bool(None)
            | Value::Int(None)
            | Value::BigInt(None)
            | Value::Double(None)
            | Value::Text(None)
            | Value::Bytes(None)
            | Value::Uuid(None)
            | Value::Json(None) => ValueRef::Null,
        };
        Ok(ToSqlOutput::Borrowed(value))
    }
}

impl From<ValueRef<'_>> for Cell {
    fn from(value: ValueRef<'_>) -> Cell {
        match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Int(number),
            ValueRef::Real(number) => Cell::Real(number),
            // SQLite checks nothing; what is no UTF-8 was written by somebody else.
            ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        }
    }
}
