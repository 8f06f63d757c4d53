//! Storage: one API over SQLite (embedded, the default) and PostgreSQL, chosen at run time.
//!
//! This is the only crate that knows there are two engines. The rest says [`Db::read`] and [`Db::write`] and gets a
//! [`Tx`]; one SQL text runs on both engines, and what must differ has a name in [`dialect`].
//!
//! ```text
//! let taken = db
//!     .write(move |tx| {
//!         Box::pin(async move {
//!             tx.run("UPDATE slots SET taken_by = $3 WHERE cell = $1 AND id = $2 AND taken_by IS NULL", args![cell, id, who])
//!                 .await
//!         })
//!     })
//!     .await?;
//! ```

mod batch;
mod database;
pub mod dialect;
mod error;
mod keys;
mod lint;
mod migrate;
mod portable;
mod postgres;
pub mod search;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;
pub mod vault;
mod watch;
mod work;

pub use batch::Batch;
pub use database::{Db, Engine, Options, embedded};
pub use error::Error;
pub use futures::future::BoxFuture;
pub use keys::VAULT_MIGRATION;
pub use lint::lint;
pub use migrate::Migration;
pub use portable::{Loader, Sink, Step};
pub use search::SEARCH_MIGRATION;
pub use tx::Tx;
pub use value::Value;
pub use vault::{At, DataKey, Secrets, Vault, VaultError};

/// The arguments `$1`, `$2` … of a statement.
///
/// PostgreSQL takes the type from the value, not from the column: an `i64` is a BIGINT, an `i32` an INTEGER, a `Uuid` a
/// UUID, a `Vec<u8>` BYTEA, a `serde_json::Value` JSONB, an `Option` the NULL of its type. BIGINT and INTEGER may be
/// compared with and assigned to each other; the way back asks only that the number fits.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { ::std::vec![$($crate::Value::from($value)),*] };
}

/// Puts `values` behind the arguments of a statement; their marks, for `IN (…)`.
///
/// ```
/// let mut args = db::args![7];
/// assert_eq!(db::several(&mut args, ["a", "b"]), "$2, $3");
/// assert_eq!(args.len(), 3);
/// ```
pub fn several<V: Into<Value>>(args: &mut Vec<Value>, values: impl IntoIterator<Item = V>) -> String {
    let first = args.len() + 1;
    args.extend(values.into_iter().map(Into::into));
    let marks: Vec<String> = (first..=args.len()).map(|n| format!("${n}")).collect();
    marks.join(", ")
}
