//! The words of the product in both languages, from Fluent files under `locales/`.
//!
//! The program embeds the files with `fluent_templates::static_loader!` (isolation marks off) and hands the loader over.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, StaticLoader};

use crate::lang::Lang;

static ZH_CN: LazyLock<LanguageIdentifier> = LazyLock::new(|| Lang::ZhCn.tag().parse().expect("a fixed tag"));
static EN: LazyLock<LanguageIdentifier> = LazyLock::new(|| Lang::En.tag().parse().expect("a fixed tag"));
static REPORTED: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);

/// A value that a message mentions. Numbers choose the plural form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Number(i64),
}

/// What can stand as a value in a message.
pub trait Arg {
    fn value(&self) -> Value;
}

impl Arg for Value {
    fn value(&self) -> Value {
        self.clone()
    }
}
impl Arg for str {
    fn value(&self) -> Value {
        Value::Text(self.to_owned())
    }
}
impl Arg for String {
    fn value(&self) -> Value {
        Value::Text(self.clone())
    }
}
macro_rules! number_args {
    ($($number:ty)*) => {$(
        impl Arg for $number {
            fn value(&self) -> Value {
                Value::Number(crate::format::Whole::whole(self))
            }
        }
    )*};
}
number_args!(u8 u16 u32 u64 usize i32 i64);
impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> Value {
        (**self).value()
    }
}

/// The words, looked up by key.
#[derive(Clone, Copy)]
pub struct Words(&'static StaticLoader);

impl Words {
    pub fn new(loader: &'static StaticLoader) -> Words {
        Words(loader)
    }

    /// The message `key` with `args`, or `None` when this language does not have it or it mentions something not given.
    pub fn find(&self, lang: Lang, key: &str, args: &[(&str, Value)]) -> Option<String> {
        self.look_up(lang, key, args).ok()
    }

    /// The message `key` with `args`.
    ///
    /// # Panics
    /// In debug and test builds, when the language lacks the key. A release build shows the key and logs it once.
    pub fn text(&self, lang: Lang, key: &str, args: &[(&str, Value)]) -> String {
        self.look_up(lang, key, args).unwrap_or_else(|why| {
            let lang = lang.tag();
            if cfg!(debug_assertions) {
                panic!("the words for `{key}` in {lang}: {why}");
            }
            let mut reported = REPORTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            if reported.insert(format!("{lang} {key}")) {
                tracing::error!(key, lang, why, "words missing");
            }
            key.to_owned()
        })
    }

    fn look_up(&self, lang: Lang, key: &str, args: &[(&str, Value)]) -> Result<String, String> {
        let id = match lang {
            Lang::ZhCn => &*ZH_CN,
            Lang::En => &*EN,
        };
        let fluent = |value: &Value| match value {
            Value::Text(text) => FluentValue::from(text.clone()),
            Value::Number(number) => FluentValue::from(*number),
        };
        let args: HashMap<&str, FluentValue<'static>> = args.iter().map(|(name, v)| (*name, fluent(v))).collect();
        // Without fallback: an English page that shows Chinese would hide the missing word from the tests.
        self.0.lookup_single_language(id, key, Some(&args)).map_err(|e| e.to_string())
    }
}

/// The message keys of a Fluent text, `key` and `key.attribute`, in order. Terms (`-brand`) are private to the files.
pub fn keys_of(ftl: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let mut message = None;
    for line in ftl.lines() {
        let Some((left, _)) = line.split_once('=') else { continue };
        let name = left.trim();
        let is_name = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        if let Some(attribute) = name.strip_prefix('.').filter(|n| is_name(n)) {
            if let Some(message) = &message {
                keys.push(format!("{message}.{attribute}"));
            }
        } else if !line.starts_with([' ', '-', '#', '\t']) && is_name(name) {
            message = Some(name.to_owned());
            keys.push(name.to_owned());
        } else if line.starts_with('-') {
            message = None;
        }
    }
    keys
}

/// All keys of one language's folder, each with the name of the file that has it.
///
/// # Errors
/// When the folder or a file cannot be read, or a key stands in it twice.
pub fn keys_in(folder: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut all = BTreeMap::new();
    let mut files: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(std::fs::DirEntry::file_name);
    for file in files.iter().filter(|f| f.path().extension().is_some_and(|e| e == "ftl")) {
        let name = file.file_name().to_string_lossy().into_owned();
        for key in keys_of(&std::fs::read_to_string(file.path())?) {
            if let Some(other) = all.insert(key.clone(), name.clone()) {
                return Err(io::Error::other(format!("{key} stands in {other} and in {name}")));
            }
        }
    }
    Ok(all)
}

/// What is wrong with the words: keys that one language lacks, and keys that no source mentions. `sources` are the
/// texts of templates and code; a key counts as used when it stands in quotes there or starts with one of `made`, the
/// prefixes of keys that code puts together.
pub fn complaints(zh: &BTreeSet<String>, en: &BTreeSet<String>, sources: &[String], made: &[&str]) -> Vec<String> {
    let mut complaints = Vec::new();
    complaints.extend(zh.difference(en).map(|key| format!("{key}: missing in en")));
    complaints.extend(en.difference(zh).map(|key| format!("{key}: missing in zh-CN")));
    for key in zh.intersection(en) {
        let quoted = format!("\"{key}\"");
        if !made.iter().any(|prefix| key.starts_with(prefix)) && !sources.iter().any(|text| text.contains(&quoted)) {
            complaints.push(format!("{key}: no page says it"));
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_messages_and_attributes_not_terms_selectors_or_comments() {
        let ftl = "# note = x\n-brand = 荷\n    .short = x\nhello = 您好 = 好\n    .title = 标题\ncount = { $n ->\n    [one] one = 1\n   *[other] many\n}\n";
        assert_eq!(keys_of(ftl), ["hello", "hello.title", "count"]);
    }

    #[test]
    fn complaints_name_the_missing_and_the_unused() {
        let set = |keys: &[&str]| keys.iter().map(std::string::ToString::to_string).collect::<BTreeSet<_>>();
        let got = complaints(
            &set(&["a", "b", "role-x", "lost"]),
            &set(&["a", "role-x", "lost", "only-en"]),
            &["page.t(\"a\")".into()],
            &["role-"],
        );
        assert_eq!(got, ["b: missing in en", "only-en: missing in zh-CN", "lost: no page says it"]);
    }
}
