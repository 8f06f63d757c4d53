//! What is kept about people: why, by which law, for how long, and what an erasure leaves of it (个人信息保护法 第十七条,
//! 第十九条). The list is data: `kept.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::shared::Text;
use crate::shared::retention::Swept;

/// What an erasure does to a kind of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erased {
    /// Nothing is left that can be read.
    Gone,
    /// The row stays, and says of nobody that it is theirs.
    Nameless,
}

impl Erased {
    /// Part of the locale key `rights-erased-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Erased::Gone => "gone",
            Erased::Nameless => "nameless",
        }
    }
}

/// A kind of data that is kept about people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// Stable: in the API, and what the `retention` of a kind of matters names.
    pub key: String,
    /// The day from which this holds here.
    pub valid_from: Date,
    pub name: Text,
    /// The same in words for somebody else than whose it is, where the words speak to them.
    #[serde(default)]
    name_theirs: Option<Text>,
    /// Which fields.
    pub what: Text,
    pub purpose: Text,
    /// Law and article, with what makes it lawful to keep it.
    pub basis: String,
    /// For how long, in words; numbers that something counts by stand in {braces} ([`Kept::period_on`]).
    period: Text,
    /// The term in months, where a rule counts by it.
    pub months: Option<u16>,
    pub erased: Erased,
    /// What stays and why, or how it goes.
    pub after: Text,
    /// The same in words for somebody else than whose it is, where the words speak to them.
    #[serde(default)]
    after_theirs: Option<Text>,
}

impl Kept {
    /// What it is called, to the one whose it is or to somebody else.
    pub fn name_to(&self, own: bool) -> &Text {
        self.name_theirs.as_ref().filter(|_| !own).unwrap_or(&self.name)
    }

    /// What stays and why, or how it goes, to the one whose it is or to somebody else.
    pub fn after_to(&self, own: bool) -> &Text {
        self.after_theirs.as_ref().filter(|_| !own).unwrap_or(&self.after)
    }

    /// For how long it is kept, in words, with the numbers that the rules and the nightly sweep count by on a day.
    pub fn period_on(&self, day: Date) -> Text {
        let months = i64::from(self.months.unwrap_or(0));
        let mut numbers = vec![("months", months), ("years", months / 12)];
        numbers.extend(Swept::ALL.map(|swept| (swept.key(), swept.days(day))));
        let filled = |text: &str| {
            let named = |text: String, (name, n): &(&str, i64)| text.replace(&format!("{{{name}}}"), &n.to_string());
            numbers.iter().fold(text.to_owned(), named)
        };
        Text { zh: filled(&self.period.zh), en: filled(&self.period.en) }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    kept: Vec<Kept>,
}

static KEPT: LazyLock<Vec<Kept>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("kept.toml")).expect("the embedded list can be read");
    file.kept
});

/// What holds of a kind of data on a day.
pub fn kept(key: &str, day: Date) -> Option<&'static Kept> {
    KEPT.iter().filter(|k| k.key == key && k.valid_from <= day).max_by_key(|k| k.valid_from)
}

/// The whole list as it holds on a day, in the order of the file.
pub fn schedule(day: Date) -> Vec<&'static Kept> {
    let mut found: Vec<&'static Kept> = Vec::new();
    for one in KEPT.iter().filter_map(|k| kept(&k.key, day)) {
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matters::Kinds;

    #[test]
    fn every_kind_of_data_says_why_and_how_long() {
        let day: Date = "2026-06-08".parse().unwrap();
        let all = schedule(day);
        assert!(all.len() >= 8);
        for one in &all {
            let period = one.period_on(day);
            assert!(!period.zh.contains(['{', '}']) && !period.en.contains(['{', '}']), "{period:?}");
            let texts = [&one.name, &one.what, &one.purpose, &period, &one.after];
            assert!(texts.iter().all(|t| !t.zh.is_empty() && !t.en.is_empty()) && !one.basis.is_empty(), "{one:?}");
        }
        assert_eq!(kept("log", day).and_then(|k| k.months), Some(6));
        let messages = kept("sign_in", day).map(|k| k.period_on(day).en).unwrap_or_default();
        assert!(messages.ends_with(&format!("for {} days", Swept::Messages.days(day))), "{messages}");
        assert_eq!(schedule("1999-01-01".parse().unwrap()), Vec::<&Kept>::new());
    }

    #[test]
    fn what_an_erasure_leaves_is_said_to_a_third_person_of_a_third_person() {
        for one in &*KEPT {
            for text in [one.name_to(false), one.after_to(false)] {
                assert!(!text.zh.contains('您') && !text.en.to_lowercase().contains("you"), "{}: {text:?}", one.key);
            }
            assert_eq!((one.name_to(true), one.after_to(true)), (&one.name, &one.after));
        }
    }

    #[test]
    fn kinds_of_matters_name_a_class_of_the_schedule() {
        let day: Date = "2026-06-08".parse().unwrap();
        let kinds = Kinds::load(crate::matters::EMBEDDED, std::iter::empty::<(String, String)>()).unwrap();
        for kind in kinds.iter() {
            assert!(kept(&kind.retention, day).is_some(), "{}: {}", kind.id, kind.retention);
        }
    }
}
