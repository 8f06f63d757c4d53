//! How long a role may be given for: a last day far ahead is mostly a slip, and would be read as none.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::shared::{Refusal, dated};

/// How far ahead the last day of a role may lie, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub valid_from: Date,
    pub longest_years: i64,
    /// Law and article, or whose setting it is.
    pub basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Term>,
}

static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("memberships.toml")).expect("the embedded terms can be read");
    file.term
});

/// Whether a role given `today` may end on `last`.
///
/// # Errors
/// `appoint-far`, with the most `years` there may be.
pub fn ends_in_time(last: Date, today: Date) -> Result<(), Refusal> {
    let years = dated::at(TERMS.iter(), today, |term| term.valid_from).longest_years;
    match today.checked_add(years.years()) {
        Ok(furthest) if last > furthest => Err(Refusal::new("appoint-far").with("years", years).at_field("until")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_ends_in_sight() {
        let day = |day: &str| day.parse::<Date>().unwrap();
        for (last, expected) in [
            ("2026-06-09", None),
            ("2046-06-08", None),
            ("2046-06-09", Some("appoint-far")),
            ("9999-12-31", Some("appoint-far")),
        ] {
            let refused = ends_in_time(day(last), day("2026-06-08")).err();
            assert_eq!(refused.map(|refusal| refusal.code), expected, "{last}");
        }
        assert!(TERMS.iter().all(|term| term.longest_years > 0 && !term.basis.is_empty()));
    }
}
