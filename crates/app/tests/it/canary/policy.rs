//! Who may see what: a table that is read like a policy, and compared with what everybody was shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use super::watch::{Seen, Way};

/// A table of this folder, as it lies there: it is changed and read without the test.
pub fn table(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/canary").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The pairs of a list: two words a line.
pub fn pairs(list: &str) -> BTreeSet<(String, String)> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pair = |line: &str| line.split_once(char::is_whitespace).map(|(a, b)| (a.to_owned(), b.trim().to_owned()));
    lines.map(|line| pair(line).unwrap_or_else(|| panic!("two words: {line}"))).collect()
}

/// A cell of a table: who, and what.
pub type Cells = BTreeMap<(String, String), String>;

/// Reads tables: a line of names, then lines of who and a cell below each name. Empty lines part tables; what begins with
/// `#` explains.
pub fn cells(tables: &str) -> Cells {
    let mut cells = Cells::new();
    let mut names: Vec<&str> = Vec::new();
    for line in tables.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.split_first() {
            None => names.clear(),
            Some(_) if names.is_empty() => names = words,
            Some((who, row)) => {
                assert_eq!(row.len(), names.len(), "a cell for each name: {line}");
                for (name, cell) in names.iter().zip(row) {
                    let before = cells.insert((who.to_string(), (*name).to_owned()), (*cell).to_owned());
                    assert!(before.is_none(), "{who} {name} stands twice");
                }
            }
        }
    }
    cells
}

/// What differs between the policy and what was seen: a thing that was shown to somebody it is not for, and one that the
/// policy says is shown and never was.
pub fn differences(policy: &Cells, seen: &Seen) -> String {
    let mut out = String::new();
    for ((who, what), (way, place)) in seen {
        let cell = policy.get(&(who.clone(), (*what).to_owned()));
        let is = word(*way);
        if cell.map(String::as_str) != Some(is) {
            let _ = writeln!(out, "{who} {is} {what} at {place}; the policy says {cell:?}");
        }
    }
    for ((who, what), cell) in policy.iter().filter(|(_, cell)| *cell != "-") {
        if !seen.keys().any(|(asker, name)| asker == who && name == what) {
            let _ = writeln!(out, "{who} never {cell} {what}");
        }
    }
    out
}

fn word(way: Way) -> &'static str {
    match way {
        Way::Sees => "sees",
        Way::Asks => "asks",
    }
}

#[test]
fn a_policy_is_broken_by_too_much_and_by_too_little() {
    let policy = cells("        name  phone\n# what neighbours know\nneighbour -  -\nsocial  sees  asks\n");
    let seen = |cells: &[(&str, &'static str, Way)]| -> Seen {
        cells.iter().map(|(who, what, way)| (((*who).to_owned(), *what), (*way, "/a".to_owned()))).collect()
    };
    let right = [("social", "name", Way::Sees), ("social", "phone", Way::Asks)];
    assert_eq!(differences(&policy, &seen(&right)), "");
    let cases = [
        (vec![right[0]], "social never asks phone\n"),
        (vec![right[0], ("social", "phone", Way::Sees)], "social sees phone at /a; the policy says Some(\"asks\")\n"),
        (
            [&right[..], &[("neighbour", "phone", Way::Asks)]].concat(),
            "neighbour asks phone at /a; the policy says Some(\"-\")\n",
        ),
        ([&right[..], &[("stranger", "name", Way::Sees)]].concat(), "stranger sees name at /a; the policy says None\n"),
    ];
    for (cells, expected) in cases {
        assert_eq!(differences(&policy, &seen(&cells)), expected);
    }
}
