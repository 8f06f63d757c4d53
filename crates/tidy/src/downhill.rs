//! Invariant 3: calls go downhill. Reads the paths that the files of a capability or room name.

use crate::order::{CRATES, Place, may_use, place_of};
use crate::tokens::{Token, find, names_after, tokens};
use crate::tree::{Finding, Source};

/// Findings for files of `crates/app/src/<folder>/` and `crates/rules/src/<folder>/`. Tests may look wherever they like.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        let Some(folder) = folder_of(&source.path) else { continue };
        if place_of(folder) == Place::Unknown {
            findings.push(Finding::new(source, 0, format!("say in crates/tidy/src/order.rs where {folder} stands")));
            continue;
        }
        let tokens = tokens(source);
        for used in used_folders(&tokens) {
            if !used.in_test && !may_use(folder, &used.text) {
                findings.push(Finding::new(source, used.line, format!("{folder} may not use {}", used.text)));
            }
        }
    }
    findings
}

/// `crates/app/src/<folder>/…`. Files at the crate's root wire it together and belong to nobody.
fn folder_of(path: &str) -> Option<&str> {
    let rest = ["crates/app/src/", "crates/rules/src/"].iter().find_map(|p| path.strip_prefix(p))?;
    rest.split_once('/').map(|(folder, _)| folder)
}

fn used_folders(tokens: &[Token]) -> Vec<&Token> {
    let mut used = Vec::new();
    for pattern in ["crate ::", "rules ::", "super ::"] {
        for index in find(tokens, pattern) {
            let is_start = index == 0 || tokens[index - 1].text != "::" || pattern == "super ::";
            if is_start {
                used.extend(names_after(tokens, index + 2));
            }
        }
    }
    used
}

/// The direction of the crates: `(crate, its dependencies of ours)` against [`CRATES`].
pub fn check_crates(crates: &[(String, Vec<String>)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, dependencies) in crates {
        let Some((_, allowed)) = CRATES.iter().find(|(known, _)| known == name) else {
            findings.push(Finding::of_path(name, "say in crates/tidy/src/order.rs what this crate may use"));
            continue;
        };
        for used in dependencies.iter().filter(|d| !allowed.contains(&d.as_str())) {
            findings.push(Finding::of_path(name, format!("may not depend on {used}")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings(path: &str, text: &str) -> Vec<String> {
        check(&[Source::new(path, text)]).into_iter().map(|f| f.what).collect()
    }

    #[test]
    fn uphill_calls_are_found() {
        let file = "crates/app/src/dispatch/actions.rs";
        let cases = [
            ("use crate::matters;", 0),
            ("use crate::service::actions;", 1),
            ("use crate::{places, service, reports::x};", 2),
            ("fn a() { crate::service::b() }", 1),
            ("use super::super::service;", 1),
            ("use rules::service::Record;", 1),
            ("use rules::{dispatch, shared::Id};", 0),
            ("mac! { crate::home::page() }", 1),
            ("// crate::service\n/// crate::service\nfn a() {}", 0),
            ("#[cfg(test)] mod tests { use crate::service; }", 0),
            ("use crate::testing::world;", 1),
            ("use other::rules::service;", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(findings(file, text).len(), expected, "{text}");
        }
    }

    #[test]
    fn folders_must_be_known_and_roots_are_free() {
        assert_eq!(findings("crates/app/src/basement/mod.rs", "").len(), 1);
        assert_eq!(findings("crates/app/src/capability.rs", "use crate::reports;").len(), 0);
        assert_eq!(findings("crates/app/src/lib.rs", "use crate::reports;").len(), 0);
        assert_eq!(findings("crates/rules/src/places/mod.rs", "use crate::people::X;").len(), 1);
    }

    #[test]
    fn crates_keep_their_direction() {
        let uses = |name: &str, used: &[&str]| (name.to_owned(), used.iter().map(|u| (*u).to_owned()).collect());
        assert_eq!(check_crates(&[uses("app", &["rules", "db"])]), []);
        assert_eq!(check_crates(&[uses("kit", &["rules"]), uses("db", &["app"]), uses("attic", &[])]).len(), 3);
    }
}
