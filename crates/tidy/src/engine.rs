//! Invariants 2 and 6: only `db` names a database engine, and every storage test runs on both.

use crate::tokens::{find, tokens};
use crate::tree::{Finding, Source};

const ENGINES: [&str; 3] = ["postgres", "sqlite", "psql"];
const DRIVERS: [&str; 4] = ["sqlx", "rusqlite", "tokio-postgres", "diesel"];

/// Files that must name the engines, and why.
const ALLOWED: &[(&str, &str)] =
    &[("crates/server/src/config.rs", "explains to whoever runs the server what DATABASE_URL may be")];

/// Findings in code (comments may name engines, tests run on both) and in what the product shows or reads.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().filter(|s| concerns(s)).flat_map(check_one).collect()
}

fn concerns(source: &Source) -> bool {
    let exempt = ["crates/db/", "crates/tidy/"].iter().any(|folder| source.path.starts_with(folder));
    !exempt && !source.is_test() && !ALLOWED.iter().any(|(path, _)| *path == source.path)
}

fn check_one(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    if source.path.ends_with(".rs") {
        for token in tokens(source) {
            let text = token.text.to_lowercase();
            let is_driver = !token.is_string && DRIVERS.iter().any(|d| text == d.replace('-', "_"));
            if !token.in_test && (is_driver || ENGINES.iter().any(|engine| text.contains(engine))) {
                findings.push(Finding::new(source, token.line, format!("only db names an engine: {}", token.text)));
            }
        }
    } else {
        for (index, line) in source.text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().to_lowercase();
            if ENGINES.iter().chain(&DRIVERS).any(|word| line.contains(word)) {
                findings.push(Finding::new(source, index + 1, format!("only db names an engine: {}", line.trim())));
            }
        }
    }
    findings
}

/// Tests that open one engine, and why; all others are a `db_test!`, which makes one on each.
const ON_ONE: &[(&str, &str)] = &[
    ("crates/app/tests/it/reports.rs", "reads the query plan, which each engine words in its own way"),
    ("crates/server/src/backup/tests.rs", "moves a city from each engine to the other"),
    ("crates/server/tests/faults/nodes.rs", "two nodes share one database only where it is a server"),
    ("crates/server/src/tests.rs", "holds the city of one engine against that of the other"),
    ("crates/server/src/upgrade_tests.rs", "begins with a file, and moves it to the other engine"),
];

/// Findings in tests that open a database by themselves. The tests of `db` are about the engines.
pub fn check_tests(sources: &[Source]) -> Vec<Finding> {
    let exempt = |s: &&Source| {
        // A bench measures, and names the engine it measures.
        ["crates/db/", "crates/tidy/"].iter().any(|folder| s.path.starts_with(folder))
            || s.path.contains("/benches/")
            || ON_ONE.iter().any(|(path, _)| *path == s.path)
    };
    let mut findings = Vec::new();
    for source in sources.iter().filter(|s| s.path.ends_with(".rs") && !exempt(s)) {
        let tokens = tokens(source);
        for pattern in ["testing :: run", "testing :: fresh", "Db :: open", "Engine :: Sqlite", "Engine :: Postgres"] {
            for index in find(&tokens, pattern).into_iter().filter(|index| tokens[*index].in_test) {
                let what = format!("{}: a storage test is a db_test!, on both engines", pattern.replace(' ', ""));
                findings.push(Finding::new(source, tokens[index].line, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn engines_are_found_outside_db() {
        let cases = [
            ("crates/app/src/people/store.rs", "fn a() { db::Engine::Sqlite; }", 1),
            ("crates/app/src/people/store.rs", "const SQL: &str = \"SELECT sqlite_version()\";", 1),
            ("crates/app/src/people/store.rs", "use sqlx::Row;", 1),
            ("crates/app/src/people/store.rs", "/// On SQLite it waits.\n// sqlx\nfn a() {}", 0),
            ("crates/app/src/people/store.rs", "#[cfg(test)] mod tests { const E: &str = \"sqlite\"; }", 0),
            ("crates/app/tests/it/main.rs", "const E: &str = \"postgres\";", 0),
            ("crates/db/src/engine.rs", "enum Engine { Sqlite, Postgres }", 0),
            ("crates/server/src/config.rs", "const HELP: &str = \"postgres://\";", 0),
            ("crates/app/Cargo.toml", "[dependencies]\nsqlx = \"1\"", 1),
            ("crates/app/Cargo.toml", "# not sqlx, see db\n", 0),
            ("templates/home/index.html", "<p>PostgreSQL</p>", 1),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check(&[Source::new(path, text)]).len(), expected, "{path}: {text}");
        }
    }
    #[test]
    fn tests_of_one_engine_are_found() {
        let alone = "#[test] fn a() { db::testing::run(db::Engine::Sqlite, STEPS, |db| async {}) }";
        let cases = [
            ("crates/app/tests/it/people.rs", alone, 2),
            ("crates/app/tests/it/people.rs", "db_test!(a, STEPS, |db| async move {});", 0),
            ("crates/app/src/people/store.rs", "#[cfg(test)] mod tests { fn a() { Db::open(b); } }", 1),
            ("crates/server/src/ground.rs", "fn a() { Db::open(b); }", 0),
            ("crates/app/tests/it/reports.rs", alone, 0),
            ("crates/db/tests/engines/writes.rs", alone, 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check_tests(&[Source::new(path, text)]).len(), expected, "{path}: {text}");
        }
    }
}
