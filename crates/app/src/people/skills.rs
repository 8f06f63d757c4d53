//! What skills, certificates and the labels of teams are called. Their keys are for programs; people read and type words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kit::{Choice, Page};
use rules::shared::{Arg, Refusal};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    format: u32,
    #[serde(flatten)]
    names: BTreeMap<String, Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    zh: String,
    en: String,
    /// Other words by which somebody who types one means it.
    #[serde(default)]
    also: Vec<String>,
}

impl Named {
    fn in_lang(&self, lang: &str) -> &str {
        if lang == "en" { &self.en } else { &self.zh }
    }

    /// All that it is called.
    fn words(&self) -> impl Iterator<Item = &str> {
        [&self.zh, &self.en].into_iter().chain(&self.also).map(String::as_str)
    }
}

static OWN: LazyLock<File> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("skills.toml")).expect("skills.toml reads");
    assert_eq!(file.format, 1, "the format of skills.toml");
    file
});

/// The words of a key; one that has none is shown as it is.
pub fn name(page: &Page, key: &str) -> String {
    OWN.names.get(key).map_or(key, |named| named.in_lang(page.lang.tag())).to_owned()
}

/// The key that somebody means who types a name, or the key itself.
pub fn key(typed: &str) -> String {
    let typed = typed.trim();
    let is_named = |named: &Named| named.words().any(|word| word.eq_ignore_ascii_case(typed));
    let found = OWN.names.iter().find(|(_, named)| is_named(named));
    found.map_or_else(|| typed.to_owned(), |(key, _)| key.clone())
}

/// A skill that has words: its key, its name in the reader's language, and what else it is called.
pub struct Known {
    pub key: &'static str,
    pub name: &'static str,
    pub synonyms: Vec<&'static str>,
}

/// All skills that have words, by their keys.
pub fn known(page: &Page) -> impl Iterator<Item = Known> {
    let lang = page.lang.tag();
    OWN.names.iter().map(move |(key, named)| {
        let name = named.in_lang(lang);
        Known { key, name, synonyms: named.words().filter(|word| *word != name).collect() }
    })
}

/// The labels of a team in words.
pub fn names(page: &Page, labels: &str) -> String {
    let names: Vec<String> = labels.split_whitespace().map(|label| name(page, label)).collect();
    names.join(if page.is_en() { ", " } else { "、" })
}

/// The keys of labels as they were typed, set apart by commas or, where none is a name with spaces in it, by spaces.
pub fn keys(typed: &str) -> String {
    let parts = typed.split(['、', '，', ',']).map(key);
    let keys: Vec<String> = parts
        .flat_map(|part| match OWN.names.contains_key(&part) {
            true => vec![part],
            false => part.split_whitespace().map(key).collect(),
        })
        .collect();
    keys.join(" ")
}

/// Keys to choose from, by their names: what is chosen is what stands in the field.
pub fn choices(page: &Page, keys: &[String]) -> Vec<Choice> {
    keys.iter().map(|key| Choice::new(name(page, key), String::new())).collect()
}

/// A refusal that names a skill, in words.
pub fn in_words(page: &Page, mut refusal: Refusal) -> Refusal {
    for (arg, value) in &mut refusal.args {
        if let ("credential" | "skill", Arg::Text(key)) = (*arg, &mut *value) {
            *value = Arg::Text(name(page, key));
        }
    }
    refusal
}

/// Why not, to be read: a refusal that may name a skill.
pub fn refusal_words(page: &Page, refusal: &Refusal) -> String {
    crate::web::refusal_words(page, &in_words(page, refusal.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_known_by_its_name() {
        for (typed, expected) in [
            ("急救", "first_aid"),
            ("First Aid", "first_aid"),
            (" first_aid ", "first_aid"),
            ("急救员", "first_aid"),
            ("cpr", "first_aid"),
            ("理发", "理发"),
        ] {
            assert_eq!(key(typed), expected, "{typed}");
        }
        for (typed, expected) in [
            ("照护老人、陪诊 理发", "elder_care hospital 理发"),
            ("Care for elders, Law", "elder_care law"),
            ("elder_care hospital", "elder_care hospital"),
            ("", ""),
        ] {
            assert_eq!(keys(typed), expected, "{typed}");
        }
    }
    #[test]
    fn no_word_means_two_skills() {
        let mut seen = BTreeMap::new();
        for (key, named) in &OWN.names {
            for word in named.words().chain([key.as_str()]).map(str::to_lowercase) {
                if let Some(other) = seen.insert(word.clone(), key) {
                    assert_eq!(other, key, "{word}");
                }
            }
        }
    }
}
