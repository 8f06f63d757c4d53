//! The kinds that come with the program load, and what is wrong with a kind is told all at once.

use rules::matters::{EMBEDDED, Kinds, load};

const NONE: [(&str, &str); 0] = [];

#[test]
fn the_kinds_of_the_program_load() {
    let kinds = Kinds::load(EMBEDDED, NONE).unwrap_or_else(|problems| panic!("{}", load::listed(&problems)));
    let ids: Vec<&str> = kinds.iter().map(|k| k.id.as_str()).collect();
    assert_eq!(ids, ["hazard", "need"]);
}
