use std::collections::BTreeSet;
use std::path::Path;

use app::capability::{CAPABILITIES, access_table};

/// A generated file of the repository: compared, or written anew with `UPDATE=1`.
pub fn fresh(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/generated/{name} is stale: run this test with UPDATE=1 and review the difference\n{made}"
    );
}

#[test]
fn the_access_table_is_fresh() {
    fresh("access-table.txt", &access_table());
}

#[test]
fn each_verb_is_one_row() {
    let mut seen = BTreeSet::new();
    for (verb, grants) in CAPABILITIES.iter().flat_map(|c| c.verbs) {
        assert!(seen.insert(verb), "{verb} is declared twice");
        assert!(!grants.is_empty(), "nobody may {verb}");
    }
}
