//! The lints, over the repository as it is.

use std::fs;

use tidy::{Finding, Source, adr, cargo, downhill, engine, licences, locales, order, pages, permits, pure, routes};
use tidy::{schemas, size, tree, unfinished};

fn rust() -> Vec<Source> {
    tree::read("crates", &["rs"])
}

/// What people read and write beside Rust.
fn texts() -> Vec<Source> {
    let folders = ["templates", "assets", "locales", "kinds", "migrations", "e2e", "scripts"];
    let extensions = ["html", "css", "js", "mjs", "ftl", "toml", "sql", "sh"];
    folders.iter().flat_map(|folder| tree::read(folder, &extensions)).collect()
}

fn assert_none(findings: &[Finding]) {
    let listed: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{} findings\n{}", findings.len(), listed.join("\n"));
}

#[test]
fn the_tree_is_read() {
    let sources = rust();
    for path in ["crates/rules/src/lib.rs", "crates/tidy/tests/tree.rs"] {
        assert!(sources.iter().any(|s| s.path == path), "{path} was not read");
    }
}

#[test]
fn pure_crates_have_no_clock_no_dice_and_do_not_wait() {
    assert_none(&pure::check(&rust()));
}

#[test]
fn pure_crates_depend_on_nothing_that_has_a_clock_or_dice() {
    let exists = |name: &&&str| tree::root().join("crates").join(name).is_dir();
    let pure: Vec<_> = order::PURE_CRATES.iter().filter(exists).collect();
    assert!(!pure.is_empty());
    for name in pure {
        let beneath = cargo::beneath(name);
        // A pure crate may stand on nothing but the standard library; cargo always names the crate itself.
        assert!(!beneath.is_empty(), "cargo tree did not name {name}");
        assert_none(&pure::check_dependencies(name, &beneath));
    }
}

#[test]
fn only_db_names_an_engine() {
    let manifests = tree::read("crates", &["toml"]);
    let shown = texts().into_iter().filter(|s| !s.path.starts_with("migrations/") && !s.path.starts_with("scripts/"));
    let sources: Vec<Source> = rust().into_iter().chain(manifests).chain(shown).collect();
    assert_none(&engine::check(&sources));
}

#[test]
fn the_api_describes_each_type_by_a_name_of_its_own() {
    assert_none(&schemas::check(&rust()));
}

#[test]
fn calls_go_downhill() {
    assert_none(&downhill::check(&rust()));
}

#[test]
fn crates_keep_their_direction() {
    assert_none(&downhill::check_crates(&cargo::workspace_crates()));
}

#[test]
fn only_access_files_make_permits() {
    let sources: Vec<Source> = rust().into_iter().filter(|s| !s.path.starts_with("crates/tidy/")).collect();
    assert_none(&permits::check(&sources));
}

#[test]
fn routes_stand_in_manifests_alone() {
    assert_none(&routes::check(&rust()));
}

#[test]
fn storage_is_tested_on_both_engines() {
    assert_none(&engine::check_tests(&rust()));
}

#[test]
fn files_and_functions_are_short() {
    assert_none(&size::check(&rust()));
}

#[test]
fn nothing_is_unfinished() {
    let ours = |s: &Source| !s.path.starts_with("crates/tidy/src/");
    let sources: Vec<Source> = rust().into_iter().chain(texts()).filter(ours).collect();
    assert_none(&unfinished::check(&sources));
}

#[test]
fn both_languages_have_every_key() {
    assert_none(&locales::check_both(&texts()));
}

#[test]
fn every_refusal_is_explained_in_both_languages() {
    let product = rust().into_iter().filter(|s| !s.path.starts_with("crates/tidy/") && !s.is_test());
    let sources: Vec<Source> = product.chain(texts()).collect();
    assert_none(&locales::check_refusals(&sources));
}

#[test]
fn chinese_is_written_as_chinese() {
    assert_none(&locales::check_chinese(&texts()));
}

#[test]
fn texts_stand_in_their_own_language() {
    assert_none(&locales::check_translated(&texts()));
}

#[test]
fn pages_name_their_colours_and_lock_nothing() {
    let sources: Vec<Source> = texts().into_iter().filter(|s| !s.path.starts_with("e2e/")).collect();
    assert_none(&pages::check(&sources));
}

#[test]
fn what_pages_say_stands_in_the_locales() {
    assert_none(&pages::check_words(&tree::read("templates", &["html"])));
}

#[test]
fn licences_bans_and_sources_hold() {
    let text = fs::read_to_string(tree::root().join("deny.toml")).unwrap();
    let packages = cargo::packages();
    assert!(packages.len() > 100, "cargo metadata named {} packages", packages.len());
    assert_none(&licences::Policy::parse(&text).unwrap().check(&packages));
}

#[test]
fn every_crate_takes_the_workspace_lints() {
    let takes = |s: &Source| s.text.contains("\n[lints]\nworkspace = true");
    let manifests = tree::read("crates", &["toml"]).into_iter().filter(|s| s.file_name() == "Cargo.toml");
    let findings: Vec<Finding> =
        manifests.filter(|s| !takes(s)).map(|s| Finding::new(&s, 0, "add [lints] workspace = true")).collect();
    assert_none(&findings);
}

#[test]
fn decisions_give_context_choice_and_price() {
    assert_none(&adr::check(&tree::read("docs/adr", &["md"])));
}
