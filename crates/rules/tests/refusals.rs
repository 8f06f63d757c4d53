//! Every refusal of matters has its words in both languages, and no words are left over.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

/// The codes in the sources: what stands in `Refusal::new("…")`, `refuse("…")` and `Some("merge-…")`.
fn codes() -> BTreeSet<String> {
    let mut text = String::new();
    sources(&root().join("crates/rules/src/matters"), &mut text);
    let mut codes = BTreeSet::new();
    for opening in ["Refusal::new(\"", "refuse(\"", "Some(\"merge-"] {
        for rest in text.split(opening).skip(1) {
            let start = if opening.ends_with("merge-") { "merge-" } else { "" };
            codes.insert(format!("{start}{}", rest.split('"').next().unwrap()));
        }
    }
    codes
}

/// Per code the arguments that its words mention.
fn words(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = fs::read_to_string(root().join(format!("locales/{language}/matters-refusals.ftl"))).unwrap();
    let mut words: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut code = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some((key, _)) = line.strip_prefix("refusal-").and_then(|rest| rest.split_once(" =")) {
            code = key.to_owned();
            assert!(words.insert(code.clone(), BTreeSet::new()).is_none(), "{language}: {code} twice");
        }
        let names = line.split('$').skip(1);
        let names = names.map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect());
        words.entry(code.clone()).or_default().extend(names.map(|name: String| name.replace("_en", "")));
    }
    words.remove("");
    words
}

#[test]
fn every_refusal_has_words_in_both_languages() {
    let (codes, zh, en) = (codes(), words("zh-CN"), words("en"));
    assert!(codes.len() > 50, "the sources were read: {codes:?}");
    let keys = |words: &BTreeMap<String, BTreeSet<String>>| words.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(codes, keys(&zh));
    assert_eq!(codes, keys(&en));
    assert_eq!(zh, en, "both languages mention the same things");
}
