//! Consents 同意: for which purpose, to which text. What exactly was agreed is kept with its version; a changed text is
//! asked for again (个人信息保护法第十四条).

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::access::Consent;
use crate::shared::ids::PersonId;
use crate::shared::{Permit, Refusal, Text};

/// A purpose, and one version of what is agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Stable: in the database and in the API.
    pub key: String,
    pub version: u16,
    /// The day from which this text is the one that is asked for.
    pub valid_from: Date,
    pub name: Text,
    pub text: Text,
    /// What withdrawing it does, said before it is done.
    pub effect: Text,
    /// Law and article.
    pub basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    purpose: Vec<Purpose>,
}

static PURPOSES: LazyLock<Vec<Purpose>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("consents.toml")).expect("the embedded purposes can be read");
    file.purpose
});

/// The text of a purpose that is asked for on a day.
pub fn purpose(key: &str, day: Date) -> Option<&'static Purpose> {
    PURPOSES.iter().filter(|p| p.key == key && p.valid_from <= day).max_by_key(|p| p.version)
}

/// The text of a purpose with this version, whenever it was asked for.
pub fn text(key: &str, version: u16) -> Option<&'static Purpose> {
    PURPOSES.iter().find(|p| p.key == key && p.version == version)
}

/// All purposes that are asked for on a day, in the order of the file.
pub fn purposes(day: Date) -> Vec<&'static Purpose> {
    let mut found: Vec<&'static Purpose> = Vec::new();
    for one in PURPOSES.iter().filter_map(|p| purpose(&p.key, day)) {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

/// Every text that was ever asked for up to a day, the newest of each purpose first.
pub fn versions(day: Date) -> Vec<&'static Purpose> {
    let mut all: Vec<&'static Purpose> = PURPOSES.iter().filter(|p| p.valid_from <= day).collect();
    all.sort_by(|a, b| (&a.key, std::cmp::Reverse(a.version)).cmp(&(&b.key, std::cmp::Reverse(b.version))));
    all
}

/// What somebody last said about a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub version: u16,
    pub given: bool,
}

/// Whether a consent holds: it was given last, and to the text that is asked for now.
pub fn holds(now: &Purpose, said: Option<Said>) -> bool {
    said.is_some_and(|said| said.given && said.version == now.version)
}

/// Gives a consent or takes it back.
///
/// # Errors
/// `consent-given` and `consent-not-given` when nothing would change.
pub fn say(
    permit: &Permit<Consent>,
    person: PersonId,
    now: &Purpose,
    said: Option<Said>,
    given: bool,
) -> Result<Said, Refusal> {
    assert_eq!(permit.subject, person.uuid, "a permit for somebody else than {person}");
    match (given, holds(now, said)) {
        (true, true) => Err(Refusal::new("consent-given")),
        // One to an older text can be taken back too.
        (false, false) if !said.is_some_and(|said| said.given) => Err(Refusal::new("consent-not-given")),
        _ => Ok(Said { version: now.version, given }),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::people::access::{PersonSubject, on_person};
    use crate::shared::{Actor, Cell, Id};

    #[test]
    fn what_changes_a_consent() {
        let person = Id::new(Cell(1), Uuid::from_u128(1));
        let subject = PersonSubject { person, home_path: "3717/", serving_now: &[] };
        let permit = on_person::<Consent>(&Actor::system(), &subject).unwrap();
        let text = purpose("photo_published", "2026-06-08".parse().unwrap()).unwrap();
        let now = Purpose { version: 2, ..text.clone() };
        let said = |version, given| Some(Said { version, given });
        let cases = [
            (None, true, Ok(true)),
            (None, false, Err("consent-not-given")),
            (said(2, true), true, Err("consent-given")),
            (said(2, true), false, Ok(false)),
            (said(1, true), true, Ok(true)),
            (said(1, true), false, Ok(false)),
            (said(2, false), false, Err("consent-not-given")),
            (said(2, false), true, Ok(true)),
        ];
        for (before, given, expected) in cases {
            let after = say(&permit, person, &now, before, given);
            assert_eq!(after.map(|s| s.given).map_err(|r| r.code), expected, "{before:?} {given}");
        }
        assert!(!holds(&now, said(1, true)), "the text has changed since");
        assert!(holds(&now, said(2, true)) && !holds(&now, said(2, false)) && !holds(&now, None));
    }

    #[test]
    fn every_purpose_says_what_it_rests_on() {
        let day: Date = "2026-06-08".parse().unwrap();
        assert_eq!(purposes(day).len(), 4);
        assert!(purposes(day).iter().all(|purpose| versions(day).contains(purpose)));
        assert!(PURPOSES.iter().all(|p| !p.basis.is_empty() && !p.effect.zh.is_empty() && p.version > 0));
        assert_eq!(purposes("1999-01-01".parse().unwrap()), Vec::<&Purpose>::new());
    }
}
