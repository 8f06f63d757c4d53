//! Invariant 1: `rules` and `solver` depend on nothing that waits, reads a clock or rolls dice.

use crate::order::PURE_CRATES;
use crate::tokens::{find, tokens};
use crate::tree::{Finding, Source};

/// Everything that may lie beneath a pure crate. Serialising, dates without a clock, ids without dice.
const ALLOWED: &[&str] = &[
    "data-encoding",
    "equivalent",
    "hashbrown",
    "indexmap",
    "itoa",
    "jiff",
    "jiff-core",
    "memchr",
    "proc-macro2",
    "quote",
    "serde",
    "serde_core",
    "serde_derive",
    "serde_spanned",
    "syn",
    "toml",
    "toml_datetime",
    "toml_parser",
    "unicode-ident",
    "uuid",
    "winnow",
];

/// Features that would bring a clock, the system's time zones or dice into an allowed crate.
const FORBIDDEN_FEATURES: &[(&str, &[&str])] = &[
    ("jiff", &["std", "default", "tz-system", "tzdb-zoneinfo", "tzdb-concatenated", "js"]),
    ("uuid", &["v1", "v4", "v6", "v7", "rng", "rng-getrandom", "rng-rand", "fast-rng"]),
];

/// A package beneath a crate, with the features that it has when that crate is built alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Beneath {
    pub name: String,
    pub features: Vec<String>,
}

/// Findings for the normal dependencies, direct and indirect, of the pure crate `name`.
pub fn check_dependencies(name: &str, beneath: &[Beneath]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in beneath.iter().filter(|p| p.name != name) {
        if !ALLOWED.contains(&package.name.as_str()) {
            findings.push(Finding::of_path(name, format!("may not depend on {}", package.name)));
        }
        let forbidden = FORBIDDEN_FEATURES.iter().find(|(crate_name, _)| *crate_name == package.name);
        for feature in package.features.iter().filter(|f| forbidden.is_some_and(|(_, list)| list.contains(&f.as_str())))
        {
            findings.push(Finding::of_path(name, format!("may not use {} with the feature {feature}", package.name)));
        }
    }
    findings
}

/// What no source of a pure crate says, its tests included.
const FORBIDDEN: &[&str] = &[
    // `Moment::now(at)` takes the time; `now()` reads it.
    ":: now ( )",
    "rand ::",
    "getrandom ::",
    "std :: time",
    "std :: fs",
    "std :: net",
    "std :: env",
    "std :: thread",
    "std :: process",
    "std :: io",
    "async fn",
    "async move",
    "async {",
    ". await",
    "new_v4 (",
    "now_v7 (",
    "println !",
    "eprintln !",
    "dbg !",
    "thread_local !",
];

/// Findings for the sources of [`PURE_CRATES`]; other sources are left alone.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let is_pure = |s: &&Source| PURE_CRATES.iter().any(|name| s.path.starts_with(&format!("crates/{name}/src/")));
    let mut findings = Vec::new();
    for source in sources.iter().filter(is_pure) {
        let tokens = tokens(source);
        for pattern in FORBIDDEN {
            for index in find(&tokens, pattern) {
                let what = format!("no clock, dice or waiting here: {}", pattern.replace(' ', ""));
                findings.push(Finding::new(source, tokens[index].line, what));
            }
        }
        // `use std::{fs, time}` names them without the path.
        for index in find(&tokens, "std ::") {
            for name in crate::tokens::names_after(&tokens, index + 2) {
                let is_group = tokens[index + 2].text == "{";
                if is_group && FORBIDDEN.contains(&format!("std :: {}", name.text).as_str()) {
                    findings.push(Finding::new(source, name.line, format!("no std::{} here", name.text)));
                }
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_dice_and_waiting_are_found() {
        let file = "crates/rules/src/matters/clock.rs";
        let cases = [
            ("fn a() { Timestamp::now() }", 1),
            ("fn a(at: Timestamp) { Moment::now(at) }", 0),
            ("use rand::Rng;", 1),
            ("use std::time::Instant;", 1),
            ("use std::{fmt, fs, time::Duration};", 2),
            ("use std::collections::BTreeMap;", 0),
            ("async fn a() {}", 1),
            ("fn a() { b().await }", 1),
            ("fn a() { Uuid::new_v4() }", 1),
            ("fn a() { println!(\"\") }", 1),
            ("// Timestamp::now()\n/// rand::Rng\nfn a() {}", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(check(&[Source::new(file, text)]).len(), expected, "{text}");
        }
        assert_eq!(check(&[Source::new("crates/app/src/lib.rs", "use std::time::Instant;")]), []);
    }

    #[test]
    fn dependencies_and_features_beyond_the_list_are_found() {
        let package = |name: &str, features: &[&str]| Beneath {
            name: name.to_owned(),
            features: features.iter().map(|f| (*f).to_owned()).collect(),
        };
        let cases = [
            (package("rules", &[]), 0),
            (package("jiff", &["alloc", "serde"]), 0),
            (package("jiff", &["std"]), 1),
            (package("uuid", &["v7"]), 1),
            (package("tokio", &["time"]), 1),
            (package("rand", &[]), 1),
        ];
        for (beneath, expected) in cases {
            assert_eq!(check_dependencies("rules", std::slice::from_ref(&beneath)).len(), expected, "{beneath:?}");
        }
    }
}
