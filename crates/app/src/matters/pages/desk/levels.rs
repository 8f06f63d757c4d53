//! The levels by which the queue is narrowed, of all the kinds that are in it.

use kit::{Choice, Page};
use rules::matters::Kind;

use super::asked::words;

/// A level that kinds have under one key.
struct Among<'k> {
    key: &'k str,
    /// The shortest of its terms, to sort by.
    minutes: i64,
    /// What kinds call it.
    names: Vec<(&'k str, Vec<&'k Kind>)>,
}

/// The levels of some kinds, the shortest term first. One that not all of them have, or that they do not call the same, says
/// of which kind it is.
pub fn levels(page: &Page, kinds: &[&Kind]) -> Vec<Choice> {
    let mut among: Vec<Among<'_>> = Vec::new();
    for (kind, level) in kinds.iter().flat_map(|kind| kind.levels.iter().map(move |level| (*kind, level))) {
        let (name, minutes) = (words(page, &level.name), level.term.roughly_minutes());
        let Some(known) = among.iter_mut().find(|known| known.key == level.key) else {
            among.push(Among { key: &level.key, minutes, names: vec![(name, vec![kind])] });
            continue;
        };
        known.minutes = known.minutes.min(minutes);
        match known.names.iter_mut().find(|(known, _)| *known == name) {
            Some((_, of)) => of.push(kind),
            None => known.names.push((name, vec![kind])),
        }
    }
    among.sort_by_key(|level| level.minutes);
    let of = |(name, of): &(&str, Vec<&Kind>)| match of.len() == kinds.len() {
        true => (*name).to_owned(),
        false => {
            let of: Vec<&str> = of.iter().map(|kind| words(page, &kind.name)).collect();
            page.t2("desk-level-of", "level", *name, "kinds", page.row_of(&of))
        }
    };
    let label = |level: &Among<'_>| page.row_of(&level.names.iter().map(of).collect::<Vec<_>>());
    among.iter().map(|level| Choice::new(level.key, label(level))).collect()
}
