//! Nothing half done: no ignored test, no stub, no note to oneself.

use crate::tokens::{find, tokens};
use crate::tree::{Finding, Source};

/// Put together here, so that this file does not contain them.
const NOTES: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().flat_map(check_one).collect()
}

fn check_one(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        if let Some(note) = words.find(|word| NOTES.contains(word)) {
            findings.push(Finding::new(source, index + 1, format!("{note}: finish it or write an issue")));
        }
    }
    if source.path.ends_with(".rs") {
        let tokens = tokens(source);
        for pattern in ["# [ ignore", "todo !", "unimplemented !"] {
            for index in find(&tokens, pattern) {
                findings.push(Finding::new(source, tokens[index].line, format!("{pattern} is not finished")));
            }
        }
        for (index, line) in source.text.lines().enumerate() {
            let opened = line.trim_start().trim_start_matches(['/', '!']).trim_start();
            let attributes = opened.strip_prefix("```").unwrap_or_default();
            if attributes.split(',').any(|word| ["ignore", "no_run"].contains(&word.trim())) {
                findings.push(Finding::new(source, index + 1, "every example runs, or is ```text"));
            }
        }
    }
    if source.path.ends_with(".mjs") {
        for (index, line) in source.text.lines().enumerate() {
            if ["test.skip", "test.todo", "test.only", "skip: true"].iter().any(|w| line.contains(w)) {
                findings.push(Finding::new(source, index + 1, "every test runs"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unfinished_is_found() {
        let note = format!("// {}: later", NOTES[0]);
        let cases = [
            ("a.rs", "#[ignore]\n#[test]\nfn a() {}", 1),
            ("a.rs", "#[ignore = \"slow\"]\nfn a() {}", 1),
            ("a.rs", "fn a() { todo!() }", 1),
            ("a.rs", "fn a() { unimplemented!(\"b\") }", 1),
            ("a.rs", "/// ```ignore\n/// a();\n/// ```\nfn a() {}", 1),
            ("a.rs", "//! ```rust,no_run\n//! a();\n//! ```", 1),
            ("a.rs", "/// ```text\n/// a\n/// ```\nfn a() {}", 0),
            ("a.rs", note.as_str(), 1),
            ("a.css", note.as_str(), 1),
            ("a.rs", "// what to do next\nfn a() {}", 0),
            ("a.test.mjs", "test.skip('a', b);", 1),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check(&[Source::new(path, text)]).len(), expected, "{path}: {text}");
        }
    }
}
