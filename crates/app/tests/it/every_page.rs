use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use db::db_test;
use kit::words::{complaints, keys_in};

use crate::lived_in::{is_api, is_get, lived_in, routes};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

db_test!(every_page_is_drawn_in_both_languages, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let mut drawn = BTreeSet::new();
    let cast = lived.world.cast().map(|(key, _)| lived.world.api(key));
    for client in std::iter::once(lived.world.visitor()).chain(cast) {
        for route in routes().filter(|r| is_get(r) && !is_api(r)) {
            for address in lived.addresses(route.path) {
                for address in [address.clone(), format!("/en{address}")] {
                    // A word that is missing panics in tests, so its page is a 500.
                    let answered = client.get(&address).await;
                    assert!(answered.status.as_u16() < 500, "{address}: {}", answered.text);
                    // Some only lead on to the page they mean, never to the sign-in.
                    let to = answered.location.clone().unwrap_or_default();
                    if answered.status == 303 && !to.contains("/login") {
                        drawn.insert(route.path);
                    }
                    if answered.status == 200 {
                        let lang = if address.starts_with("/en/") { "lang=\"en\"" } else { "lang=\"zh-CN\"" };
                        let is_page = answered.text.starts_with("<!doctype html>");
                        assert!(!is_page || answered.text.contains(lang), "{address}");
                        drawn.insert(route.path);
                    }
                }
            }
        }
    }
    // What needs something that the small world has not, and is drawn by its capability's own tests.
    let elsewhere = |path: &str| {
        ["/login/code", "/login/staff/code", "/join"].contains(&path)
            || path.contains("/photo")
            || path.contains("{file}")
    };
    let never: Vec<_> = routes()
        .filter(|r| is_get(r) && !is_api(r) && !drawn.contains(r.path) && !elsewhere(r.path))
        .map(|r| r.path)
        .collect();
    assert_eq!(never, Vec::<&str>::new(), "nobody of the small world was shown these pages");
});

/// The lists, and who of the small world looks at each while nothing has happened yet.
const LISTS: &[(&str, &str)] = &[
    ("zhang", "/"),
    ("zhang", "/me"),
    ("zhang", "/me/readers"),
    ("zhang", "/me/cards"),
    ("zhang", "/me/family"),
    ("zhang", "/me/certificates"),
    ("zhang", "/hazard"),
    ("li", "/me/hours"),
    ("li", "/tasks"),
    ("leader", "/team"),
    ("social", "/"),
    ("social", "/desk"),
    ("social", "/desk/handover"),
    ("social", "/desk/confirm"),
    ("social", "/desk/reviews"),
    ("social", "/desk/corrections"),
    ("supervisor", "/assessments"),
    ("supervisor", "/privacy"),
    ("grid", "/handling"),
    ("community", "/desk/certificates"),
    ("community", "/imports"),
    ("community", "/paper"),
    ("community", "/cards"),
    ("community", "/people?q=没有这个人"),
    ("community", "/organisations?kind=shop"),
    ("social", "/report/needs_raised/records"),
];

db_test!(every_list_says_when_it_is_empty, app::migrations::STEPS, |db| async move {
    let world = app::testing::patient_world(db, &[]).await;
    for (who, path) in LISTS {
        for lang in ["", "/en"] {
            let page = world.api(who).get(&format!("{lang}{path}")).await.expect(200);
            assert!(page.text.contains("class=\"empty\""), "{who} {lang}{path}: {}", page.text);
        }
    }
});

/// What a page's main part says, without its tags.
fn said(html: &str) -> String {
    let main = html.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a main part");
    main.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

db_test!(a_chinese_page_says_no_key_and_no_english, app::migrations::STEPS, |db| async move {
    let world = app::testing::patient_world(db, &[]).await;
    let credentials = format!("/api/v1/people/{}/credentials", world.person("li"));
    let held = serde_json::json!({ "skill": "child_care", "valid_from": "2026-01-01" });
    world.api("li").post(&credentials, held).await.expect(201);
    let team = format!("/organisations/{}", world.team);
    for (who, path) in
        [("zhang", "/privacy"), ("zhang", "/me/data"), ("li", "/me/data"), ("li", "/me/volunteer"), ("leader", &team)]
    {
        let text = said(&world.api(who).get(path).await.expect(200).text);
        let words = text.split(|c: char| !c.is_ascii_alphabetic() && c != '_');
        // Names of things that have no other one.
        let foreign: Vec<&str> =
            words.filter(|w| w.len() > 2 && !["CSV", "JSON", "xlsx", "Excel"].contains(w)).collect();
        assert_eq!(foreign, Vec::<&str>::new(), "{who} {path}: {text}");
    }
});

#[test]
fn the_browser_looks_at_every_page() {
    let matrix = std::fs::read_to_string(root().join("e2e/routes.mjs")).unwrap();
    let pages = routes().filter(|r| is_get(r) && !is_api(r)).map(|r| r.path);
    let missing: Vec<_> = pages.filter(|path| !matrix.contains(&format!("'{path}'"))).collect();
    let nothing: Vec<&str> = Vec::new();
    assert_eq!(missing, nothing, "e2e/routes.mjs names each as a page, or elsewhere with the reason");
}

/// All files below `folder` whose name ends so.
fn files(folder: &Path, ending: &str, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

/// The beginnings of keys that code puts together: `format!("refusal-{…}")`, or says so: "locale key `reason-<key>`".
fn made(sources: &[String]) -> BTreeSet<String> {
    let mut made = BTreeSet::new();
    for source in sources {
        for rest in source.split("format!(\"").skip(1) {
            let Some((start, _)) = rest.split_once('{') else { continue };
            if is_beginning(start) {
                made.insert(start.to_owned());
            }
        }
        for rest in source.split('`').filter(|quoted| quoted.ends_with('>')) {
            if let Some((start, _)) = rest.split_once('<').filter(|(start, _)| is_beginning(start)) {
                made.insert(start.to_owned());
            }
        }
    }
    made
}

fn is_beginning(start: &str) -> bool {
    start.ends_with('-') && start.chars().all(|c| c.is_ascii_lowercase() || c == '-')
}

#[test]
fn every_word_is_said_somewhere_and_in_both_languages() {
    let mut sources = Vec::new();
    files(&root().join("templates"), ".html", &mut sources);
    for part in ["crates/app/src", "crates/kit/src", "crates/rules/src"] {
        files(&root().join(part), ".rs", &mut sources);
    }
    let keys =
        |lang: &str| -> BTreeSet<String> { keys_in(&root().join("locales").join(lang)).unwrap().into_keys().collect() };
    let made = made(&sources);
    let made: Vec<&str> = made.iter().map(String::as_str).collect();
    assert_eq!(complaints(&keys("zh-CN"), &keys("en"), &sources, &made), Vec::<String>::new());
}
