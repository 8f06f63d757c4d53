//! How long what goes by itself is kept (个人信息保护法 第十九条: no longer than its purpose needs). The list is data:
//! `retention.toml`; the sweeps count by it, and it is what people are shown.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Text, dated};

/// What is swept away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Swept {
    Drafts,
    Messages,
    Imports,
    Answers,
}

impl Swept {
    pub const ALL: [Swept; 4] = [Swept::Drafts, Swept::Messages, Swept::Imports, Swept::Answers];

    /// What a text names in {braces} to say the days.
    pub const fn key(self) -> &'static str {
        match self {
            Swept::Drafts => "drafts",
            Swept::Messages => "messages",
            Swept::Imports => "imports",
            Swept::Answers => "answers",
        }
    }

    /// The term that holds on a day; the first one before any does.
    pub fn term(self, day: Date) -> &'static Retention {
        dated::at(TERMS.iter().filter(|term| term.key == self), day, |term| term.valid_from)
    }

    /// For how many days it is kept.
    pub fn days(self, day: Date) -> i64 {
        i64::from(self.term(day).days)
    }
}

/// How long something is kept, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    pub key: Swept,
    pub valid_from: Date,
    pub days: u16,
    pub name: Text,
    /// Law and article, or whose setting it is.
    pub basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    retention: Vec<Retention>,
}

static TERMS: LazyLock<Vec<Retention>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("retention.toml")).expect("the embedded terms can be read");
    file.retention
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_swept_has_a_term_with_its_reason() {
        for day in ["1999-01-01", "2026-06-08"] {
            let day: Date = day.parse().unwrap();
            for swept in Swept::ALL {
                let term = swept.term(day);
                assert!(term.days > 0 && !term.basis.is_empty() && !term.name.en.is_empty(), "{term:?}");
            }
        }
        assert_eq!(Swept::Imports.days("2026-06-08".parse().unwrap()), 7);
    }
}
