//! Refuses SQL that the two engines would read differently without saying so.

/// What a statement must not contain, in words; empty when it is sound. Debug builds ask before they run a statement.
///
/// A statement may carry the comment `/* nullable */` when it orders by a column that can be NULL: then the place of
/// the NULLs must be stated, because the engines put them at opposite ends.
pub fn lint(sql: &str) -> Vec<String> {
    let nullable = sql.contains("/* nullable */");
    let tokens = tokens(sql);
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if let Some(why) = finding(&tokens, at, nullable) {
            found.push(why);
        }
    }
    found
}

/// Panics in debug builds when a statement is refused. Each text is looked at once.
pub(crate) fn check(sql: &str) {
    use std::collections::HashSet;
    use std::hash::{BuildHasher as _, RandomState};
    use std::sync::{LazyLock, Mutex, PoisonError};

    static SEEN: LazyLock<(RandomState, Mutex<HashSet<u64>>)> = LazyLock::new(Default::default);
    if !cfg!(debug_assertions) {
        return;
    }
    let (hasher, seen) = &*SEEN;
    let hash = hasher.hash_one(sql);
    if seen.lock().unwrap_or_else(PoisonError::into_inner).contains(&hash) {
        return;
    }
    let found = lint(sql);
    assert!(found.is_empty(), "{}\nin: {sql}", found.join("\n"));
    seen.lock().unwrap_or_else(PoisonError::into_inner).insert(hash);
}

/// Functions and words of one engine, or read differently by each, with what to write instead.
const WORDS: &[(&str, &str)] = &[
    ("ILIKE", "is PostgreSQL's alone: dialect::like_any_case"),
    ("CURRENT_TIMESTAMP", "is a clock: pass the instant"),
    ("CURRENT_DATE", "is a clock: pass the day"),
    ("CURRENT_TIME", "is a clock: pass the instant"),
    ("BEGIN", "ends or begins a transaction: that is the work of Db"),
    ("COMMIT", "ends or begins a transaction: that is the work of Db"),
    ("ROLLBACK", "ends or begins a transaction: that is the work of Db"),
    ("SAVEPOINT", "ends or begins a transaction: use Tx::savepoint"),
];

const FUNCTIONS: &[(&str, &str)] = &[
    ("ANY", "is PostgreSQL's alone: write IN (…)"),
    ("GREATEST", "treats NULL in its own way: dialect::larger"),
    ("LEAST", "treats NULL in its own way: dialect::smaller"),
    ("NOW", "is a clock: pass the instant"),
    ("DATETIME", "is SQLite's alone: dialect::day_of_millis"),
    ("DATE", "differs: dialect::day_of_millis"),
    ("STRFTIME", "is SQLite's alone: dialect::day_of_millis"),
    ("JULIANDAY", "is SQLite's alone: pass the instant"),
    ("UNIXEPOCH", "is SQLite's alone: pass the instant"),
    ("TO_CHAR", "is PostgreSQL's alone: dialect::day_of_millis"),
    ("DATE_TRUNC", "is PostgreSQL's alone: dialect::day_of_millis"),
    ("EXTRACT", "is PostgreSQL's alone: dialect::day_of_millis"),
    ("JSON_EXTRACT", "is SQLite's alone: dialect::json_text"),
    ("IFNULL", "is SQLite's alone: COALESCE"),
    ("GROUP_CONCAT", "is SQLite's alone: STRING_AGG"),
    ("RANDOM", "is dice: pass the number"),
];

fn finding(tokens: &[String], at: usize, nullable: bool) -> Option<String> {
    let token = |i: usize| tokens.get(i).map_or("", String::as_str);
    let (word, next) = (token(at), token(at + 1));
    // What the dialect made is not judged again.
    if let Some((_, why)) = WORDS.iter().find(|(name, _)| *name == word) {
        return (word != "ILIKE" || token(at + 2) != "ESCAPE").then(|| format!("{word} {why}"));
    }
    if next == "(" && token(at.wrapping_sub(1)) != "." {
        if let Some((_, why)) = FUNCTIONS.iter().find(|(name, _)| *name == word) {
            return (!is_from_dialect(tokens, at)).then(|| format!("{word}( {why}"));
        }
        if matches!(word, "SUM" | "AVG") && !is_cast(tokens, at) {
            return Some(format!("{word}( has another type on each engine: CAST(… AS BIGINT) around it"));
        }
    }
    match word {
        "::" => Some(":: is PostgreSQL's alone: CAST(… AS …)".into()),
        "LIKE" if !escaped(tokens, at) => Some("LIKE needs ESCAPE '\\': only PostgreSQL has one by itself".into()),
        _ if word.starts_with('$') && next == "IS" => {
            Some(format!("{word} IS … has no type in PostgreSQL: CAST({word} AS …) IS …"))
        }
        "=" | "<>" | "!=" if matches!(next, "0" | "1") && is_flag(token(at.wrapping_sub(1))) => {
            Some(format!("{} {word} {next} compares a boolean with a number: name it, or NOT it", tokens[at - 1]))
        }
        "ORDER" if nullable && next == "BY" && !states_nulls(tokens, at) => {
            Some("ORDER BY a nullable column needs NULLS FIRST or NULLS LAST".into())
        }
        _ => None,
    }
}

/// Booleans are named so in our tables.
fn is_flag(word: &str) -> bool {
    ["IS_", "HAS_", "CAN_", "WAS_"].iter().any(|prefix| word.starts_with(prefix))
}

/// The shapes that `dialect` gives: `strftime('…', … , 'unixepoch')`, `to_char(to_timestamp(…`, and `json_extract`
/// inside its CASE.
fn is_from_dialect(tokens: &[String], at: usize) -> bool {
    let token = |i: usize| tokens.get(i).map_or("", String::as_str);
    match token(at) {
        "STRFTIME" => token(close(tokens, at + 1).wrapping_sub(1)) == "'UNIXEPOCH'",
        "TO_CHAR" => token(at + 2) == "TO_TIMESTAMP",
        "JSON_EXTRACT" => at >= 3 && token(at - 1) == "(" && token(at - 2) == "CAST" && token(at - 3) == "ELSE",
        _ => false,
    }
}

/// True when some bracket around `at` is that of a CAST.
fn is_cast(tokens: &[String], at: usize) -> bool {
    (1..at).any(|open| tokens[open] == "(" && tokens[open - 1] == "CAST" && close(tokens, open) > at)
}

/// True when an ESCAPE follows the pattern before the condition ends.
fn escaped(tokens: &[String], at: usize) -> bool {
    tokens[at + 1..]
        .iter()
        .take_while(|t| !matches!(t.as_str(), "AND" | "OR" | "ORDER" | "GROUP" | "LIMIT" | "LIKE"))
        .any(|t| t == "ESCAPE")
}

fn states_nulls(tokens: &[String], at: usize) -> bool {
    tokens[at..].iter().any(|t| t == "NULLS")
}

/// Where the bracket that opens at `open` closes; the end when it does not.
fn close(tokens: &[String], open: usize) -> usize {
    let mut depth = 0;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" => depth += 1,
            ")" if depth == 1 => return i,
            ")" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// Words in capitals, operators and brackets; comments are dropped, texts in quotes are one token each.
fn tokens(sql: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            c if c.is_whitespace() => {
                rest = &rest[c.len_utf8()..];
                continue;
            }
            '-' if rest.starts_with("--") => {
                rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
                continue;
            }
            '/' if rest.starts_with("/*") => {
                rest = rest.split_once("*/").map_or("", |(_, rest)| rest);
                continue;
            }
            '\'' | '"' => 1 + rest[1..].find(first).map_or(rest.len() - 1, |end| end + 1),
            ':' if rest.starts_with("::") => 2,
            '<' if rest.starts_with("<>") || rest.starts_with("<=") => 2,
            '!' if rest.starts_with("!=") => 2,
            c if c.is_alphanumeric() || matches!(c, '_' | '$') => {
                rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).unwrap_or(rest.len())
            }
            c => c.len_utf8(),
        };
        out.push(rest[..length].to_uppercase());
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, dialect};

    #[test]
    fn what_differs_silently_is_refused() {
        let refused = [
            "SELECT SUM(hours) FROM records",
            "SELECT COALESCE(SUM(hours), 0) FROM records",
            "SELECT sum (hours) FROM records",
            "SELECT AVG(score) FROM ratings",
            "SELECT CAST(a AS BIGINT), SUM(b) FROM t",
            "SELECT 1 FROM t WHERE id = ANY($1)",
            "SELECT GREATEST(a, b) FROM t",
            "SELECT least(a, b) FROM t",
            "SELECT 1 FROM t WHERE is_private = 1",
            "SELECT 1 FROM t WHERE t.has_photo <> 0",
            "SELECT 1 FROM t WHERE $1 IS NULL OR kind = $1",
            "SELECT 1 FROM t WHERE ($2 is not null)",
            "SELECT 1 FROM t WHERE name ILIKE $1",
            "SELECT 1 FROM t WHERE name LIKE $1",
            "SELECT 1 FROM t WHERE a LIKE $1 AND b LIKE $2 ESCAPE '\\'",
            "SELECT a::TEXT FROM t",
            "SELECT NOW()",
            "INSERT INTO t (at) VALUES (CURRENT_TIMESTAMP)",
            "SELECT datetime('now')",
            "SELECT strftime('%s', 'now')",
            "SELECT json_extract(data, '$.a') FROM t",
            "SELECT 1 /* nullable */ FROM t ORDER BY ended_at DESC",
            "COMMIT",
            "SELECT RANDOM()",
        ];
        for sql in refused {
            assert_eq!(lint(sql).len(), 1, "{sql}: {:?}", lint(sql));
        }
    }

    #[test]
    fn what_both_read_alike_passes() {
        let sound = [
            "SELECT CAST(SUM(hours) AS BIGINT) FROM records",
            "SELECT CAST(COALESCE(SUM(hours), 0) AS BIGINT) FROM records",
            "SELECT CAST(AVG(score) AS DOUBLE PRECISION) FROM ratings",
            "SELECT COUNT(*) FILTER (WHERE is_private) FROM t WHERE NOT is_closed",
            "SELECT 1 FROM t WHERE CAST($1 AS TEXT) IS NULL OR kind = $1",
            "SELECT 1 FROM t WHERE level = 1 AND ended_at IS NULL",
            "SELECT 1 FROM t WHERE name LIKE $1 ESCAPE '\\' ORDER BY id",
            "SELECT 'NOW() and SUM(x) :: are text' AS \"now\" -- SUM(x)",
            "SELECT 1 FROM t /* SUM(x) */ ORDER BY at DESC",
            "SELECT 1 /* nullable */ FROM t ORDER BY ended_at DESC NULLS LAST",
            "SELECT date, any, any_case FROM t WHERE summary = $1",
            "SELECT MIN(at), MAX(at) FROM t",
            "SELECT '它''s' FROM 表",
        ];
        for sql in sound {
            assert_eq!(lint(sql), Vec::<String>::new(), "{sql}");
        }
    }

    #[test]
    fn the_dialect_passes_its_own_lint() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            for expression in [
                dialect::json_text(engine, "data", "kind"),
                dialect::day_of_millis(engine, "at", 480),
                dialect::month_of_millis(engine, "at", 480),
                dialect::hour_of_millis(engine, "at", 480),
                dialect::like_any_case(engine, "name", "$1"),
                dialect::bool_sum("is_closed"),
                dialect::larger("a", "b"),
                dialect::smaller("a", "b"),
            ] {
                let sql = format!("SELECT {expression} FROM t {}", dialect::skip_locked(engine));
                assert_eq!(lint(&sql), Vec::<String>::new(), "{sql}");
            }
        }
    }
}
