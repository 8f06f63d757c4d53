//! Every expression that the engines write differently, by name. What is not here is written once for both, and
//! [`crate::lint`] refuses what would differ silently.

use crate::Engine;

/// A field of a JSON column (`{json}` in migrations) as text, NULL when it is missing or null. `column` and `key` are
/// names from our own code, never input.
pub fn json_text(engine: Engine, column: &str, key: &str) -> String {
    debug_assert!(is_plain(key), "a JSON key of letters, digits and _: {key}");
    match engine {
        // json_extract gives 1 for true, where PostgreSQL says 'true'.
        Engine::Sqlite => format!(
            "CASE json_type({column}, '$.{key}') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' \
             ELSE CAST(json_extract({column}, '$.{key}') AS TEXT) END"
        ),
        Engine::Postgres => format!("({column} ->> '{key}')"),
    }
}

/// The day (`2026-11-23`) of an instant in milliseconds UTC, `offset_minutes` east of Greenwich. A city has one offset
/// (China: 480); there is no summer time to look up.
pub fn day_of_millis(engine: Engine, column: &str, offset_minutes: i32) -> String {
    date_part(engine, column, offset_minutes, "%Y-%m-%d", "YYYY-MM-DD")
}

/// The month (`2026-11`) of an instant, as [`day_of_millis`].
pub fn month_of_millis(engine: Engine, column: &str, offset_minutes: i32) -> String {
    date_part(engine, column, offset_minutes, "%Y-%m", "YYYY-MM")
}

/// The hour of the day (`00` to `23`) of an instant, as [`day_of_millis`].
pub fn hour_of_millis(engine: Engine, column: &str, offset_minutes: i32) -> String {
    date_part(engine, column, offset_minutes, "%H", "HH24")
}

fn date_part(engine: Engine, column: &str, offset_minutes: i32, sqlite: &str, postgres: &str) -> String {
    // Whole seconds rounded down, before 1970 too: division alone rounds towards zero.
    let seconds =
        format!("(({column} - (({column} % 1000) + 1000) % 1000) / 1000 + {})", i64::from(offset_minutes) * 60);
    match engine {
        Engine::Sqlite => format!("strftime('{sqlite}', {seconds}, 'unixepoch')"),
        // The connection's time zone is UTC (see postgres.rs), so the offset is the only shift.
        Engine::Postgres => format!("to_char(to_timestamp({seconds}), '{postgres}')"),
    }
}

/// Locks the rows of a queue that no one else has locked: goes at the end of a SELECT. SQLite has one writer, so there
/// is nothing to lock.
pub fn skip_locked(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE SKIP LOCKED",
    }
}

/// Locks the rows that a SELECT reads until the transaction ends: goes at its end.
pub fn for_update(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "",
        Engine::Postgres => "FOR UPDATE",
    }
}

/// Compares text without regard to capital letters A–Z: `LIKE` with `\` as its escape (see [`escape_like`]).
pub fn like_any_case(engine: Engine, column: &str, argument: &str) -> String {
    match engine {
        Engine::Sqlite => format!("LOWER({column}) LIKE LOWER({argument}) ESCAPE '\\'"),
        Engine::Postgres => format!("{column} ILIKE {argument} ESCAPE '\\'"),
    }
}

/// How many rows of a group hold `condition`, as a BIGINT; 0 for an empty group. The same on both engines.
pub fn bool_sum(condition: &str) -> String {
    format!("CAST(COALESCE(SUM(CASE WHEN {condition} THEN 1 ELSE 0 END), 0) AS BIGINT)")
}

/// The larger of two numbers, neither of them NULL. The same on both engines, which disagree about NULL in their own
/// functions.
pub fn larger(a: &str, b: &str) -> String {
    format!("CASE WHEN {a} >= {b} THEN {a} ELSE {b} END")
}

/// The smaller of two numbers, neither of them NULL.
pub fn smaller(a: &str, b: &str) -> String {
    format!("CASE WHEN {a} <= {b} THEN {a} ELSE {b} END")
}

/// Makes typed text literal inside a LIKE pattern with `ESCAPE '\'`.
pub fn escape_like(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '%' | '_') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
