//! Invariant: only the `access.rs` of a capability makes a permit.

use crate::tokens::{find, names_after, tokens};
use crate::tree::{Finding, Source};

pub fn check(sources: &[Source]) -> Vec<Finding> {
    sources.iter().filter(|s| !may_make_permits(s)).flat_map(check_one).collect()
}

fn may_make_permits(source: &Source) -> bool {
    source.file_name() == "access.rs" || source.path == "crates/rules/src/shared/permit.rs"
}

fn check_one(source: &Source) -> Vec<Finding> {
    let tokens = tokens(source);
    let mut lines = Vec::new();
    // Named through its module, called or imported.
    for index in find(&tokens, "permit ::") {
        lines.extend(names_after(&tokens, index + 2).iter().filter(|n| n.text == "check").map(|n| n.line));
    }
    // Called under its own name, as only an import could make it.
    lines.extend(find(&tokens, "check :: <").iter().map(|i| tokens[*i].line));
    lines.sort_unstable();
    lines.dedup();
    lines.into_iter().map(|line| Finding::new(source, line, "only access.rs makes permits")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_made_elsewhere_are_found() {
        let cases = [
            ("crates/app/src/matters/actions.rs", "fn a() { permit::check::<Close>(who, id, &r) }", 1),
            ("crates/app/src/matters/actions.rs", "use rules::shared::permit::check;", 1),
            ("crates/app/src/matters/actions.rs", "use rules::shared::permit::{Denied, check};", 1),
            ("crates/app/src/matters/actions.rs", "fn a() { check::<Close>(who, id, &r) }", 1),
            ("crates/app/src/matters/actions.rs", "fn a() { permit::might::<Close>(who); check(b) }", 0),
            ("crates/rules/src/matters/access.rs", "fn a() { permit::check::<Close>(who, id, &r) }", 0),
            ("crates/rules/src/shared/permit.rs", "fn a() { check::<Close>(who, id, &r) }", 0),
        ];
        for (path, text, expected) in cases {
            assert_eq!(check(&[Source::new(path, text)]).len(), expected, "{path}: {text}");
        }
    }
}
