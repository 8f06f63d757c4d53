//! What nobody does for another. The list is data: `behalf.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

/// Verbs that a mandate never reaches, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// Verbs of the access table; `identity.*` for all of a capability.
    pub verbs: Vec<String>,
    /// The day on which the reason took effect here.
    pub valid_from: Date,
    /// Law and article, or whose setting it is.
    pub basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    never: Vec<Never>,
}

static NEVER: LazyLock<Vec<Never>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("behalf.toml")).expect("the embedded list can be read");
    file.never
});

/// The whole list.
pub fn never() -> &'static [Never] {
    &NEVER
}

/// Whether a mandate reaches `verb` (`matters.raise`).
pub fn reaches(verb: &str) -> bool {
    let covers = |one: &String| one.strip_suffix('*').map_or(*one == verb, |start| verb.starts_with(start));
    !NEVER.iter().any(|never| never.verbs.iter().any(covers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mandate_reaches() {
        let cases = [
            ("matters.raise", true),
            ("matters.withdraw", true),
            ("service.rate", true),
            ("service.confirm", true),
            ("service.check_in", false),
            ("service.record_late", false),
            ("service.see_hours", false),
            ("service.certify", false),
            ("service.see_certificate", false),
            ("dispatch.accept", false),
            ("identity.set_password", false),
            ("people.ask_mandate", false),
            ("people.confirm_mandate", false),
            ("people.consent", false),
            ("people.read_access_log", false),
        ];
        for (verb, expected) in cases {
            assert_eq!(reaches(verb), expected, "{verb}");
        }
        assert!(never().iter().all(|n| !n.verbs.is_empty() && !n.basis.is_empty()));
    }
}
