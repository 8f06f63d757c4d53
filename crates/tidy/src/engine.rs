//! Invariant 2: only `db` names a database engine.

use crate::tokens::tokens;
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
}
