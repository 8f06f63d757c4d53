//! What skills, certificates and the labels of teams are called. Their keys are for programs; people read and type words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kit::{Choice, Page};
use rules::shared::{Arg, Refusal};
use serde::Deserialize;

use super::register::CredentialLine;

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
    /// A certificate may be asked for by this name: there is one that somebody issues.
    #[serde(default)]
    certificate: bool,
    /// What else people call it, in both languages.
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

    fn is_called(&self, typed: &str) -> bool {
        self.words().any(|word| word.to_lowercase() == typed)
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

/// The key that somebody means who types a name or another word for it, or the key itself.
pub fn key(typed: &str) -> String {
    let typed = typed.trim();
    let lower = typed.to_lowercase();
    let found = OWN.names.iter().find(|(_, named)| named.is_called(&lower));
    found.map_or_else(|| typed.to_owned(), |(key, _)| key.clone())
}

/// The choice of whoever has something that is not in the list, and names it.
const OTHER: &str = "other";

/// Which skill or certificate is meant: one of the list, another that was typed, or with [`OTHER`] what it is `called`.
///
/// # Errors
/// `credential-skill-missing`, `credential-called-missing`.
pub fn meant(typed: &str, called: &str) -> Result<String, Refusal> {
    let key = key(typed);
    match (key.as_str(), called.trim()) {
        ("", _) => Err(Refusal::new("credential-skill-missing").at_field("skill")),
        (OTHER, "") => Err(Refusal::new("credential-called-missing").at_field("called")),
        (OTHER, called) => Ok(self::key(called)),
        _ => Ok(key),
    }
}

/// Whether a kind is in the list.
pub fn is_known(key: &str) -> bool {
    OWN.names.contains_key(key)
}

/// Everything that people may have entered for a key, as a look-up in the database needs it: the key, and the words that
/// stand for it, from before these had a key or from another list.
pub fn spellings(key: &str) -> Vec<String> {
    let mut all = vec![key.to_owned()];
    if let Some(named) = OWN.names.get(key) {
        all.extend(named.words().map(str::to_owned));
    }
    all
}

/// The keys of certificates that a task may ask for, whoever holds one.
pub fn certificates() -> impl Iterator<Item = &'static str> {
    OWN.names.iter().filter(|(_, named)| named.certificate).map(|(key, _)| key.as_str())
}

/// The keys of all skills that have words; that somebody has another is none of them.
pub fn keys_known() -> impl Iterator<Item = &'static str> {
    OWN.names.keys().map(String::as_str).filter(|key| *key != OTHER)
}

/// A skill that has words: its key, its name in the reader's language, and what else it is called.
pub struct Known {
    pub key: &'static str,
    pub name: &'static str,
    pub synonyms: Vec<&'static str>,
}

/// All skills that have words, by their keys; that somebody has another is none of them.
pub fn known(page: &Page) -> impl Iterator<Item = Known> {
    let lang = page.lang.tag();
    OWN.names.iter().filter(|(key, _)| *key != OTHER).map(move |(key, named)| {
        let name = named.in_lang(lang);
        Known { key, name, synonyms: named.words().filter(|word| *word != name).collect() }
    })
}

/// The labels of a team in words.
pub fn names(page: &Page, labels: &str) -> String {
    let names: Vec<String> = labels.split_whitespace().map(|label| name(page, label)).collect();
    page.row_of(&names)
}

/// What was typed into one field, set apart by commas.
pub fn set_apart(typed: &str) -> impl Iterator<Item = &str> {
    typed.split(['、', '，', ',']).map(str::trim).filter(|word| !word.is_empty())
}

/// The keys of labels as they were typed, set apart by commas or, where none is a name with spaces in it, by spaces.
pub fn keys(typed: &str) -> String {
    let parts = set_apart(typed).map(key);
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
    keys.iter().filter(|key| *key != OTHER).map(|key| Choice::new(name(page, key), String::new())).collect()
}

/// What whoever enters a skill chooses from: all of the list, what else was looked at here, and last that it is another.
pub fn offered(page: &Page, looked_at: &[String]) -> Vec<Choice> {
    let listed = known(page).map(|one| one.key.to_owned());
    let keys: Vec<String> = listed.chain(looked_at.iter().filter(|key| !is_known(key)).cloned()).collect();
    let mut choices = choices(page, &keys);
    choices.push(Choice::new(name(page, OTHER), String::new()));
    choices
}

impl CredentialLine {
    /// There is a document, with a day of issue; a skill without one has the day on which it was stated.
    pub fn is_certificate(&self) -> bool {
        !self.number.is_empty() || !self.issuer.is_empty() || self.credential.expires.is_some()
    }
}

/// A refusal that names a skill, in words.
pub fn in_words(page: &Page, mut refusal: Refusal) -> Refusal {
    refusal.further = refusal.further.into_iter().map(|other| in_words(page, other)).collect();
    for (arg, value) in &mut refusal.args {
        if let ("credential" | "skill", Arg::Text(key)) = (*arg, &mut *value) {
            *value = Arg::Text(name(page, key));
        } else if let ("known", Arg::Text(keys)) = (*arg, &mut *value) {
            let names: Vec<String> = keys.split('、').map(|key| name(page, key)).collect();
            *value = Arg::Text(page.row_of(&names));
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
            ("救护员", "first_aid"),
            ("CPR", "first_aid"),
            ("律师", "law"),
            ("lawyer", "law"),
            ("电工证", "electrician"),
            ("带孩子", "child_care"),
            ("babysitting", "child_care"),
            ("心理咨询", "psychology"),
        ] {
            assert_eq!(key(typed), expected, "another word: {typed}");
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
    fn what_is_not_in_the_list_is_called_by_whoever_has_it() {
        for (typed, called, expected) in [
            ("急救", "", Ok("first_aid")),
            ("急救", "健康证", Ok("first_aid")),
            ("其他", "健康证", Ok("健康证")),
            ("other", " 律师 ", Ok("law")),
            ("其他", " ", Err("credential-called-missing")),
            (" ", "健康证", Err("credential-skill-missing")),
            ("健康证", "", Ok("健康证")),
        ] {
            let got = meant(typed, called);
            assert_eq!(got.as_deref().map_err(|refusal| refusal.code), expected, "{typed} {called}");
        }
        assert!(is_known("first_aid") && !is_known("健康证"));
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
        assert!(certificates().any(|key| key == "first_aid"));
    }
}
