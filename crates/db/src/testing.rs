//! Storage tests, each on both engines with a fresh database of its own.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use crate::{Db, Engine, Migration, Options, Secrets, Vault, migrate};

/// The address of a PostgreSQL server on which databases may be created.
const VARIABLE: &str = "HELIN_TEST_POSTGRES";

/// Makes two tests of one body, `name::on_sqlite` and `name::on_postgres`.
///
/// ```text
/// db_test!(a_slot_is_taken_once, MIGRATIONS, |db| async move {
///     db.write(…).await.unwrap();
/// });
/// ```
#[macro_export]
macro_rules! db_test {
    ($(#[$meta:meta])* $name:ident, $migrations:expr, |$db:ident| $body:expr) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn body($db: $crate::Db) {
                $body.await
            }

            #[test]
            fn on_sqlite() {
                $crate::testing::run($crate::Engine::Sqlite, $migrations, body);
            }

            #[test]
            fn on_postgres() {
                $crate::testing::run($crate::Engine::Postgres, $migrations, body);
            }
        }
    };
}

/// Runs a test on a fresh database and drops the database, whatever became of the test.
///
/// # Panics
/// When the test does, or when there is no PostgreSQL to test on: a test is never skipped.
pub fn run<F: Future<Output = ()>>(engine: Engine, steps: &[Migration], body: impl FnOnce(Db) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let (db, _guard) = fresh(engine, steps).await;
        body(db.clone()).await;
        db.close().await;
    });
}

/// A fresh database, migrated, which is there as long as the guard.
///
/// # Panics
/// When it cannot be made.
pub async fn fresh(engine: Engine, steps: &[Migration]) -> (Db, Guard) {
    let guard = match engine {
        Engine::Sqlite => Guard::sqlite(steps).await,
        Engine::Postgres => Guard::postgres(steps).await,
    };
    (guard.open().await, guard)
}

/// What lies in the files of an embedded database and beside them, byte for byte; nothing of a server, whose files are not
/// ours to read.
///
/// # Panics
/// When the file cannot be read.
pub fn files_of(db: &Db) -> Vec<u8> {
    let crate::database::Backend::Sqlite(sqlite) = db.backend() else { return Vec::new() };
    let file = sqlite.path();
    let mut bytes = std::fs::read(file).expect("the file of the database");
    let log = format!("{}-wal", file.display());
    bytes.extend(std::fs::read(log).unwrap_or_default());
    bytes
}

/// The vault of tests: keys that everyone knows.
pub fn vault() -> Vault {
    Vault::new(Secrets { wrap: [7; 32], lookup: [8; 32] })
}

/// Keeps a test's database; drops it when it is dropped.
pub struct Guard {
    url: String,
    place: Place,
}

enum Place {
    /// The file lies in a folder of its own, which goes with it.
    Folder {
        _folder: TempDir,
    },
    Server {
        admin: String,
        name: String,
    },
}

impl Guard {
    /// The address, for a test that opens its database again or starts the program on it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens the database once more, as another node would.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self) -> Db {
        // A test's data need not outlive a power cut.
        let options = Options { url: self.url.clone(), readers: 8, vault: vault(), durable: false };
        Db::open(options).await.expect("the test's database opens")
    }

    async fn sqlite(steps: &[Migration]) -> Guard {
        let folder = TempDir::new().expect("a folder for the test's database");
        let path = folder.path().join("test.db");
        std::fs::write(&path, migrated_file(steps).await).expect("the test's database is written");
        Guard { url: format!("sqlite:{}", path.display()), place: Place::Folder { _folder: folder } }
    }

    async fn postgres(steps: &[Migration]) -> Guard {
        let admin = std::env::var(VARIABLE).unwrap_or_else(|_| {
            panic!("this test needs PostgreSQL: run ./dev test, which starts one and sets {VARIABLE}")
        });
        let template = migrated_template(&admin, steps).await;
        let name = format!("helin_test_{}_{}", std::process::id(), unique());
        command(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Guard { url: with_database(&admin, &name), place: Place::Server { admin, name } }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let Place::Server { admin, name } = &self.place else { return };
        let (admin, sql) = (admin.clone(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        // A drop cannot wait inside the runtime that it may be running on.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(command(&admin, &sql));
        });
        if dropped.join().is_err() {
            eprintln!("the test's database {name} is left behind");
        }
    }
}

fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let mut random = [0; 4];
    getrandom::fill(&mut random).expect("random bytes");
    format!("{}_{}", COUNT.fetch_add(1, Ordering::Relaxed), data_encoding::HEXLOWER.encode(&random))
}

/// The bytes of a migrated file, made once per process and sequence.
async fn migrated_file(steps: &[Migration]) -> Vec<u8> {
    static FILES: Mutex<Option<HashMap<String, Vec<u8>>>> = Mutex::new(None);
    let key = migrate::checksum(steps);
    let known = FILES.lock().unwrap_or_else(PoisonError::into_inner).as_ref().and_then(|f| f.get(&key).cloned());
    if let Some(bytes) = known {
        return bytes;
    }
    let folder = TempDir::new().expect("a folder for the template");
    let path = folder.path().join("template.db");
    migrate_at(format!("sqlite:{}", path.display()), steps).await;
    let bytes = std::fs::read(Path::new(&path)).expect("the template is read");
    FILES.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(key, bytes.clone());
    bytes
}

/// The name of a migrated database to copy, made once per server and sequence: tests run in many processes.
async fn migrated_template(admin: &str, steps: &[Migration]) -> String {
    static READY: Mutex<Option<HashSet<String>>> = Mutex::new(None);
    let key = migrate::checksum(steps);
    let template = format!("helin_template_{}", &key[..16]);
    if READY.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_some_and(|ready| ready.contains(&template)) {
        return template;
    }
    let mut conn = PgConnection::connect(admin).await.expect("the server of the tests answers");
    let lock = i64::from_str_radix(&key[..15], 16).expect("a checksum is hexadecimal");
    sqlx::query("SELECT pg_advisory_lock($1)").bind(lock).execute(&mut conn).await.expect("the lock");
    let exists = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(&template);
    if exists.fetch_optional(&mut conn).await.expect("the list of databases").is_none() {
        // Under another name until it is whole, in case a test run is stopped half-way.
        let building = format!("{template}_building");
        command(admin, &format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)")).await;
        command(admin, &format!("CREATE DATABASE {building}")).await;
        migrate_at(with_database(admin, &building), steps).await;
        command(admin, &format!("ALTER DATABASE {building} RENAME TO {template}")).await;
    }
    conn.close().await.expect("the lock is given up");
    READY.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().insert(template.clone());
    template
}

async fn migrate_at(url: String, steps: &[Migration]) {
    let options = Options { url, readers: 1, vault: vault(), durable: false };
    let db = Db::open(options).await.expect("the template opens");
    db.migrate(steps).await.expect("the migrations apply");
    db.close().await;
}

async fn command(admin: &str, sql: &str) {
    let mut conn = PgConnection::connect(admin).await.expect("the server of the tests answers");
    conn.execute(AssertSqlSafe(sql)).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    conn.close().await.expect("the connection closes");
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, settings) = url.split_once('?').map_or((url, None), |(address, rest)| (address, Some(rest)));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    let settings = settings.map(|rest| format!("?{rest}")).unwrap_or_default();
    format!("{}/{name}{settings}", &address[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_in_an_address_is_replaced() {
        let cases = [
            ("postgres://postgres@127.0.0.1:5544/postgres", "postgres://postgres@127.0.0.1:5544/t"),
            ("postgres://h/a?sslmode=disable", "postgres://h/t?sslmode=disable"),
            ("postgres://h", "postgres://h/t"),
        ];
        for (url, expected) in cases {
            assert_eq!(with_database(url, "t"), expected);
        }
    }
}
