//! Migrations: one SQL sequence for both engines, forward only.

use std::borrow::Cow;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use sqlx::Row as _;

use crate::database::Backend;
use crate::{Db, Engine, Error, Tx, args};

/// One step of the schema.
///
/// Tokens stand for what the engines write differently:
///
/// | token | SQLite | PostgreSQL |
/// | --- | --- | --- |
/// | `{uuid}` | `BLOB` | `UUID` |
/// | `{bytes}` | `BLOB` | `BYTEA` |
/// | `{json}` | `TEXT` | `JSONB` |
/// | `{double}` | `REAL` | `DOUBLE PRECISION` |
/// | `{c}` (after `TEXT`) | | `COLLATE "C"` |
/// | `{bigserial}` (before `PRIMARY KEY`) | `INTEGER` | `BIGSERIAL` |
/// | `{without_rowid}` (after the closing bracket of a table) | `WITHOUT ROWID` | |
///
/// `BIGINT`, `INTEGER`, `BOOLEAN` and `TEXT` are the same on both. A line `-- only: sqlite` or `-- only: postgres`
/// starts a part for one engine, `-- end` ends it.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique, and never changed once released: it is how the step is known in the database.
    pub name: &'static str,
    pub sql: &'static str,
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations \
    (name TEXT NOT NULL PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// "helin" in ASCII: the advisory lock under which one node at a time migrates a PostgreSQL database.
const LOCK: i64 = 0x68_65_6c_69_6e;

#[derive(Deserialize)]
struct Applied {
    name: String,
    checksum: String,
}

impl Migration {
    /// The step as this engine reads it.
    ///
    /// # Errors
    /// [`Error::Migration`] for an unknown token, a part that is not closed, or a deferred constraint.
    pub fn text(&self, engine: Engine) -> Result<String, Error> {
        let fail = |why: String| Error::Migration(format!("{}: {why}", self.name));
        let mut out = String::with_capacity(self.sql.len());
        let mut only = None;
        for line in self.sql.lines() {
            let marker = line.trim();
            if let Some(name) = marker.strip_prefix("-- only:") {
                let engine = Engine::named(name.trim()).ok_or_else(|| fail(format!("no engine is called {name}")))?;
                if only.replace(engine).is_some() {
                    return Err(fail("a part for one engine starts inside another".into()));
                }
            } else if marker == "-- end" {
                only.take().ok_or_else(|| fail("-- end without -- only".into()))?;
            } else if only.is_none_or(|only| only == engine) {
                out.push_str(&replace_tokens(line, engine).map_err(fail)?);
                out.push('\n');
            }
        }
        if only.is_some() {
            return Err(fail("a part for one engine is not ended".into()));
        }
        if out.to_ascii_uppercase().contains("DEFERRABLE") {
            return Err(fail("a constraint checked at COMMIT would fail all writes that share it".into()));
        }
        Ok(out)
    }

    pub(crate) fn checksum(&self) -> String {
        checksum([*self].as_slice())
    }
}

/// Says whether two sequences are the same. The ends of lines do not count.
pub(crate) fn checksum(steps: &[Migration]) -> String {
    let mut hash = Sha256::new();
    for step in steps {
        for part in [step.name, &step.sql.replace("\r\n", "\n")] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

/// Replaces `{word}`; braces around anything else are left alone (`'{}'`, JSON).
fn replace_tokens(line: &str, engine: Engine) -> Result<Cow<'_, str>, String> {
    if !line.contains('{') {
        return Ok(Cow::Borrowed(line));
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((word, behind)) if !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_') => {
                out.push_str(token(word, engine).ok_or_else(|| format!("{{{word}}} is not a token"))?);
                rest = behind;
            }
            _ => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Ok(Cow::Owned(out))
}

fn token(word: &str, engine: Engine) -> Option<&'static str> {
    let (sqlite, postgres) = match word {
        "uuid" => ("BLOB", "UUID"),
        "bytes" => ("BLOB", "BYTEA"),
        "json" => ("TEXT", "JSONB"),
        "double" => ("REAL", "DOUBLE PRECISION"),
        "c" => ("", "COLLATE \"C\""),
        "bigserial" => ("INTEGER", "BIGSERIAL"),
        "without_rowid" => ("WITHOUT ROWID", ""),
        _ => return None,
    };
    Some(match engine {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
    })
}

/// Which steps are not applied yet, in order.
pub(crate) async fn pending(db: &Db, steps: &[Migration]) -> Result<Vec<&'static str>, Error> {
    let steps = steps.to_vec();
    db.read(move |tx| {
        Box::pin(async move {
            let exists = match tx.engine() {
                Engine::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_migrations'",
                Engine::Postgres => {
                    "SELECT COUNT(*) FROM pg_tables WHERE schemaname = CURRENT_SCHEMA AND tablename = 'schema_migrations'"
                }
            };
            if tx.scalar_i64(exists, args![]).await? == 0 {
                return Ok(steps.iter().map(|step| step.name).collect());
            }
            let applied = applied(tx).await?;
            let mut pending = Vec::new();
            for step in &steps {
                if !is_applied(step, &applied)? {
                    pending.push(step.name);
                }
            }
            Ok(pending)
        })
    })
    .await
}

/// Applies what is not applied yet, each step in its own transaction, and says what it applied.
pub(crate) async fn migrate(db: &Db, steps: &[Migration]) -> Result<Vec<&'static str>, Error> {
    let texts: Vec<(Migration, String)> =
        steps.iter().map(|step| Ok((*step, step.text(db.engine())?))).collect::<Result<_, Error>>()?;
    match db.backend() {
        Backend::Sqlite(sqlite) => {
            let mut slot = sqlite.own_writer().await;
            let mut done = Vec::new();
            let mut tx = slot.begin(db.vault()).await?;
            tx.control(TABLE).await?;
            slot.put_back(tx.commit().await?);
            for (step, text) in texts {
                let mut tx = slot.begin(db.vault()).await?;
                let outcome = apply(&mut tx, &step, text).await;
                match outcome {
                    Ok(new) => {
                        slot.put_back(tx.commit().await?);
                        done.extend(new.then_some(step.name));
                    }
                    Err(error) => {
                        slot.put_back(tx.rollback().await);
                        return Err(error);
                    }
                }
            }
            Ok(done)
        }
        Backend::Postgres(postgres) => {
            let pool = postgres.patient().await?;
            let done = migrate_postgres(&pool, db, texts).await;
            // Closing the connections also gives up the lock.
            pool.close().await;
            done
        }
    }
}

async fn migrate_postgres(
    pool: &sqlx::PgPool,
    db: &Db,
    texts: Vec<(Migration, String)>,
) -> Result<Vec<&'static str>, Error> {
    let mut lock = pool.acquire().await?;
    sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut *lock).await?;
    sqlx::query(TABLE).execute(&mut *lock).await?;
    let mut done = Vec::new();
    for (step, text) in texts {
        let mut tx = Tx::postgres(pool.begin().await?, db.vault());
        if apply(&mut tx, &step, text).await? {
            done.push(step.name);
        }
        tx.commit().await?;
    }
    let row = sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).fetch_one(&mut *lock).await?;
    if !row.try_get::<bool, _>(0)? {
        return Err(Error::Migration("the lock of the migration was lost while it ran".into()));
    }
    Ok(done)
}

/// Applies one step unless it is applied; true when it was not.
async fn apply(tx: &mut Tx, step: &Migration, text: String) -> Result<bool, Error> {
    if is_applied(step, &applied(tx).await?)? {
        return Ok(false);
    }
    let named = |error: Error| match error {
        busy @ (Error::Busy(_) | Error::Unreachable(_)) => busy,
        other => Error::Migration(format!("{}: {other}", step.name)),
    };
    tx.script(&text).await.map_err(named)?;
    tx.run(
        "INSERT INTO schema_migrations (name, checksum, applied_at) VALUES ($1, $2, $3)",
        args![step.name, step.checksum(), now()],
    )
    .await?;
    Ok(true)
}

/// Milliseconds since 1970, UTC.
#[allow(
    clippy::disallowed_methods,
    reason = "a note for administrators of when a step was applied; nothing decides by it"
)]
fn now() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

async fn applied(tx: &mut Tx) -> Result<Vec<Applied>, Error> {
    tx.all("SELECT name, checksum FROM schema_migrations", args![]).await
}

/// A step that another version of the program applied and this one does not know is left alone: during an upgrade two
/// versions run side by side.
fn is_applied(step: &Migration, applied: &[Applied]) -> Result<bool, Error> {
    match applied.iter().find(|applied| applied.name == step.name) {
        None => Ok(false),
        Some(applied) if applied.checksum == step.checksum() => Ok(true),
        Some(_) => {
            Err(Error::Migration(format!("{} was changed after it was applied; add a new step instead", step.name)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(sql: &'static str, engine: Engine) -> Result<String, String> {
        Migration { name: "m", sql }.text(engine).map_err(|e| e.to_string())
    }

    #[test]
    fn tokens_become_types() {
        let cases = [
            ("id {uuid} NOT NULL", "id BLOB NOT NULL\n", "id UUID NOT NULL\n"),
            ("path TEXT {c}, b {bytes}", "path TEXT , b BLOB\n", "path TEXT COLLATE \"C\", b BYTEA\n"),
            ("d {json} DEFAULT '{}'", "d TEXT DEFAULT '{}'\n", "d JSONB DEFAULT '{}'\n"),
            ("'{\"a\":{\"b\":1}}'", "'{\"a\":{\"b\":1}}'\n", "'{\"a\":{\"b\":1}}'\n"),
            ("n {bigserial} PRIMARY KEY", "n INTEGER PRIMARY KEY\n", "n BIGSERIAL PRIMARY KEY\n"),
            ("a\n-- only: sqlite\nb\n-- end\nc", "a\nb\nc\n", "a\nc\n"),
            ("-- only: postgres\n{uuid}\n-- end", "", "UUID\n"),
        ];
        for (sql, sqlite, postgres) in cases {
            assert_eq!(text(sql, Engine::Sqlite).as_deref(), Ok(sqlite));
            assert_eq!(text(sql, Engine::Postgres).as_deref(), Ok(postgres));
        }
    }

    #[test]
    fn mistakes_are_refused_by_name() {
        let cases = [
            ("x {uid}", "{uid} is not a token"),
            ("-- only: oracle\n-- end", "no engine is called"),
            ("-- only: sqlite\nx", "is not ended"),
            ("-- end", "-- end without -- only"),
            ("-- only: sqlite\n-- only: postgres\n-- end", "inside another"),
            ("a INTEGER REFERENCES b (a) DEFERRABLE INITIALLY DEFERRED", "checked at COMMIT"),
        ];
        for (sql, expected) in cases {
            let error = text(sql, Engine::Sqlite).unwrap_err();
            assert!(error.contains(expected) && error.contains("m: "), "{sql}: {error}");
        }
    }

    #[test]
    fn the_ends_of_lines_do_not_count() {
        let unix = Migration { name: "m", sql: "a\nb" };
        let windows = Migration { name: "m", sql: "a\r\nb" };
        let other = Migration { name: "m", sql: "a b" };
        assert_eq!(unix.checksum(), windows.checksum());
        assert_ne!(unix.checksum(), other.checksum());
    }
}
