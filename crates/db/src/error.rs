//! What can go wrong with a statement, named alike on both engines.

use std::fmt;

use sqlx::postgres::PgDatabaseError;

use crate::vault::VaultError;

/// Why the database did not do what was asked.
///
/// Neither `Display` nor `Debug` shows the values of a row: PostgreSQL repeats them in its details, and a protected
/// field must not reach a log that way.
#[derive(Clone)]
pub enum Error {
    /// A row with this key is already there. `columns` is a list like `cell, phone_hash` on both engines (the name of
    /// the index when it is over an expression).
    Unique { table: String, columns: String },
    /// The row that is pointed to is missing, or the row is still pointed to. PostgreSQL names the constraint, SQLite
    /// does not say.
    ForeignKey { constraint: Option<String> },
    /// Others were in the way for too long. Nothing was written; the same request may succeed when sent again.
    Busy(String),
    /// The database cannot be reached, the connection broke, or the disk is full or broken. After a write, whether it was kept is unknown: send it
    /// again with its idempotency key.
    Unreachable(String),
    /// A migration cannot be applied, with its name and the reason.
    Migration(String),
    /// A protected field cannot be read or written.
    Vault(VaultError),
    /// A defect: a wrong statement, a row of another shape, a violated check.
    Other(String),
}

impl Error {
    /// True when the same request may succeed if it is sent again, by a person or a client.
    pub fn is_retriable(&self) -> bool {
        matches!(self, Error::Busy(_) | Error::Unreachable(_))
    }

    pub(crate) fn defect(text: impl Into<String>) -> Error {
        Error::Other(text.into())
    }

    pub(crate) fn closed() -> Error {
        Error::Unreachable("the database was closed".into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Unique { table, columns } => write!(f, "{table} already has a row with this {columns}"),
            Error::ForeignKey { constraint: Some(name) } => write!(f, "a row that is pointed to is missing ({name})"),
            Error::ForeignKey { constraint: None } => f.write_str("a row that is pointed to is missing"),
            Error::Busy(why) => write!(f, "the database is busy: {why}"),
            Error::Unreachable(why) => write!(f, "the database cannot be reached: {why}"),
            Error::Migration(why) => write!(f, "the schema cannot be brought up to date: {why}"),
            Error::Vault(why) => write!(f, "a protected field: {why}"),
            Error::Other(why) => write!(f, "{why}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let variant = match self {
            Error::Unique { .. } => "Unique",
            Error::ForeignKey { .. } => "ForeignKey",
            Error::Busy(_) => "Busy",
            Error::Unreachable(_) => "Unreachable",
            Error::Migration(_) => "Migration",
            Error::Vault(_) => "Vault",
            Error::Other(_) => "Other",
        };
        write!(f, "{variant}({self})")
    }
}

impl std::error::Error for Error {}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Error::Vault(error)
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(code, message) => {
                let message = message.clone().unwrap_or_else(|| code.to_string());
                classify_sqlite(code.extended_code, &message).unwrap_or(Error::Other(message))
            }
            other => Error::Other(other.to_string()),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(inner) => {
                let known = inner.try_downcast_ref::<PgDatabaseError>().and_then(classify_postgres);
                known.unwrap_or_else(|| Error::Other(inner.message().to_owned()))
            }
            sqlx::Error::PoolTimedOut => Error::Busy("no connection became free".into()),
            // The last: a server that goes away while a connection is being made ends it in the middle of a message.
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => {
                Error::Unreachable(error.to_string())
            }
            sqlx::Error::PoolClosed => Error::closed(),
            other => Error::Other(other.to_string()),
        }
    }
}

/// By SQLSTATE (PostgreSQL documentation, appendix A).
fn classify_postgres(error: &PgDatabaseError) -> Option<Error> {
    let code = error.code();
    match code {
        "23505" => Some(Error::Unique {
            table: error.table().unwrap_or_default().into(),
            columns: error.detail().and_then(columns_of_detail).or(error.constraint()).unwrap_or_default().to_owned(),
        }),
        "23503" => Some(Error::ForeignKey { constraint: error.constraint().map(str::to_owned) }),
        "40001" | "40P01" | "55P03" | "53300" => Some(Error::Busy(format!("{} ({code})", error.message()))),
        "53100" | "57P01" | "57P02" | "57P03" => Some(Error::Unreachable(format!("{} ({code})", error.message()))),
        _ if code.starts_with("08") => Some(Error::Unreachable(format!("{} ({code})", error.message()))),
        _ => None,
    }
}

/// `Key (cell, phone)=(1, …) already exists.` gives `cell, phone`; never the values.
fn columns_of_detail(detail: &str) -> Option<&str> {
    let (columns, _) = detail.strip_prefix("Key (")?.split_once(")=(")?;
    columns.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ',' || c == ' ').then_some(columns)
}

/// By extended result code (sqlite.org/rescode.html).
fn classify_sqlite(code: i32, message: &str) -> Option<Error> {
    match code {
        1555 | 2067 => {
            let list = message.rsplit("failed: ").next().unwrap_or_default();
            let table = list.split_once('.').map_or("", |(table, _)| table);
            let columns: Vec<&str> =
                list.split(", ").map(|column| column.split_once('.').map_or(column, |(_, name)| name)).collect();
            Some(Error::Unique { table: table.into(), columns: columns.join(", ") })
        }
        787 => Some(Error::ForeignKey { constraint: None }),
        // Extended codes keep their primary code in the low byte: BUSY is 5, LOCKED 6.
        _ => match code & 0xff {
            5 | 6 => Some(Error::Busy(message.into())),
            // An input or output error, a full disk, a file that cannot be opened.
            10 | 13 | 14 => Some(Error::Unreachable(message.into())),
            _ => None,
        },
    }
}

/// True for what PostgreSQL asks to run again: a serialisation failure or a deadlock that it broke.
pub(crate) fn is_transient(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(inner) if matches!(inner.code().as_deref(), Some("40001" | "40P01")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sqlite_names_the_key() {
        let cases = [
            (2067, "UNIQUE constraint failed: people.cell, people.phone", "people", "cell, phone"),
            (1555, "UNIQUE constraint failed: people.id", "people", "id"),
            (2067, "UNIQUE constraint failed: index 'people_by_day'", "", "index 'people_by_day'"),
        ];
        for (code, message, table, columns) in cases {
            match classify_sqlite(code, message) {
                Some(Error::Unique { table: t, columns: c }) => assert_eq!((t.as_str(), c.as_str()), (table, columns)),
                other => panic!("{message}: {other:?}"),
            }
        }
    }

    #[test]
    fn sqlite_codes_in_all_their_forms() {
        for code in [5, 261, 517, 6, 262] {
            assert!(matches!(classify_sqlite(code, "database is locked"), Some(Error::Busy(_))), "{code}");
        }
        for code in [10, 778, 13, 14] {
            assert!(matches!(classify_sqlite(code, "disk I/O error"), Some(Error::Unreachable(_))), "{code}");
        }
        assert!(classify_sqlite(1, "no such table").is_none());
    }

    #[test]
    fn a_server_that_goes_away_is_away() {
        let cases = [
            (sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into()), true),
            (sqlx::Error::Protocol("unexpected response from SSLRequest: 0x00".into()), true),
            (sqlx::Error::PoolTimedOut, true),
            (sqlx::Error::ColumnNotFound("name".into()), false),
        ];
        for (error, away) in cases {
            let name = error.to_string();
            assert_eq!(Error::from(error).is_retriable(), away, "{name}");
        }
    }

    #[test]
    fn postgres_details_give_columns_but_never_values() {
        let cases = [
            ("Key (cell, phone)=(1, 139…) already exists.", Some("cell, phone")),
            ("Key (lower(name))=(zhang) already exists.", None),
            ("Failing row contains (1, 2).", None),
        ];
        for (detail, expected) in cases {
            assert_eq!(columns_of_detail(detail), expected, "{detail}");
        }
    }
}
