//! Whether a kind can be lived with: every state reachable, no dead end, a permission and a clock on each step, both
//! languages everywhere. Checked when a file is loaded, so that a mistake meets the one who wrote it.

mod parts;
mod walk;

use std::collections::BTreeSet;

use super::access::is_granted;
use super::kind::Kind;
use super::load::Problem;
use crate::shared::{Role, Term, Text, Verb};

/// The longest term, in days of either sort: ten years.
const LONGEST_DAYS: i64 = 3_660;

/// Everything that is wrong with one kind. Empty when it may be used.
pub fn check(file: &str, kind: &Kind) -> Vec<Problem> {
    let mut found = Found { file, problems: Vec::new() };
    parts::head(&mut found, kind);
    parts::fields(&mut found, kind);
    parts::levels(&mut found, kind);
    parts::outcomes(&mut found, kind);
    parts::pauses(&mut found, kind);
    parts::returns(&mut found, kind);
    parts::reply(&mut found, kind);
    walk::steps(&mut found, kind);
    walk::reach(&mut found, kind);
    found.problems
}

/// What is wrong with a kind of which some parts could not be read: all but what rests on those. `without` names their sorts,
/// as the file does.
pub fn check_without(file: &str, kind: &Kind, without: &BTreeSet<&str>) -> Vec<Problem> {
    let mut found = Found { file, problems: Vec::new() };
    let has = |sorts: &[&str]| sorts.iter().all(|sort| !without.contains(sort));
    if has(&["risk", "way", "outcome"]) {
        parts::head(&mut found, kind);
    } else {
        parts::letter(&mut found, kind);
    }
    if has(&["page", "field", "level"]) {
        parts::fields(&mut found, kind);
    }
    if has(&["level"]) {
        parts::levels(&mut found, kind);
    }
    if has(&["outcome", "field", "way"]) {
        parts::outcomes(&mut found, kind);
    }
    if has(&["pause", "step"]) {
        parts::pauses(&mut found, kind);
    }
    if has(&["step", "field", "way"]) {
        parts::returns(&mut found, kind);
    }
    parts::reply(&mut found, kind);
    if has(&["step", "outcome", "field", "way"]) {
        walk::steps(&mut found, kind);
        walk::reach(&mut found, kind);
    }
    found.problems
}

/// What is wrong between kinds: two with the same letter before their codes.
pub fn check_together<'k>(kinds: impl Iterator<Item = (&'k str, &'k Kind)>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut letters: Vec<(char, &str)> = Vec::new();
    for (file, kind) in kinds {
        match letters.iter().find(|(letter, _)| *letter == kind.code_prefix) {
            Some((letter, other)) => {
                let mut found = Found { file, problems: Vec::new() };
                found.add("code_prefix", format!("“{letter}” is the letter of the kind “{other}”; choose a free one"));
                problems.extend(found.problems);
            }
            None => letters.push((kind.code_prefix, &kind.id)),
        }
    }
    problems
}

/// The problems found so far.
struct Found<'f> {
    file: &'f str,
    problems: Vec<Problem>,
}

impl Found<'_> {
    fn add(&mut self, part: impl Into<String>, message: impl Into<String>) {
        let (file, part, message) = (self.file.to_owned(), part.into(), message.into());
        self.problems.push(Problem { file, line: None, part, message });
    }

    fn text(&mut self, part: &str, text: &Text) {
        if text.is_incomplete() {
            self.add(part, "give the words in both languages, zh and en");
        }
    }

    fn filled(&mut self, part: &str, text: &str, what: &str) {
        if text.trim().is_empty() {
            self.add(part, what);
        }
    }

    fn key(&mut self, part: &str, key: &str) {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if key.is_empty() || key.len() > 40 || !key.chars().all(fits) {
            self.add(part, format!("“{key}” is no key: use small letters, digits and _, at most 40"));
        }
    }

    fn unique<'k>(&mut self, what: &str, keys: impl Iterator<Item = &'k str>) {
        let mut seen = BTreeSet::new();
        for key in keys {
            self.key(&format!("{what} “{key}” › key"), key);
            if !seen.insert(key) {
                self.add(format!("{what} “{key}”"), "this key is used twice; rename one");
            }
        }
    }

    fn term(&mut self, part: &str, term: Term) {
        let (n, most) = match term {
            Term::Minutes(n) => (n, LONGEST_DAYS * 24 * 60),
            Term::Hours(n) => (n, LONGEST_DAYS * 24),
            Term::CalendarDays(n) | Term::WorkingDays(n) => (n, LONGEST_DAYS),
        };
        if !(1..=most).contains(&n) {
            self.add(part, format!("a term is from 1 to {most} of its unit"));
        }
    }

    /// A role that the access table does not grant the verb could never use it.
    fn granted<V: Verb>(&mut self, part: &str, roles: &[Role]) {
        for role in roles.iter().filter(|role| !is_granted::<V>(**role)) {
            let message = format!("the role {} has no {} in the access table; take it out", role.key(), V::NAME);
            self.add(part, message);
        }
    }

    /// Reminders are in minutes or hours, shorter than the term.
    fn reminder(&mut self, part: &str, before: Option<Term>, term: Term) {
        let Some(before) = before else { return };
        self.term(part, before);
        if matches!(before, Term::CalendarDays(_) | Term::WorkingDays(_)) {
            self.add(part, "give the reminder in minutes or hours; one in days would go out at midnight");
        } else if before.roughly_minutes() >= term.roughly_minutes() {
            self.add(part, "a reminder comes before the end: make it shorter than the term");
        }
    }
}
