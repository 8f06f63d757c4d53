//! The kinds that come with the program load; one that cannot be lived with is refused, with all that is wrong.

mod world;

use proptest::prelude::*;
use rules::matters::load::{Kept, Lacking};
use rules::matters::{EMBEDDED, Kinds, load};
use world::{NONE, PERMIT};

fn problems(text: &str) -> Vec<String> {
    match Kinds::load(EMBEDDED, [("permit.toml", text)]) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_kinds_of_the_program_load() {
    let kinds = Kinds::load(EMBEDDED, NONE).unwrap_or_else(|problems| panic!("{}", load::listed(&problems)));
    let ids: Vec<&str> = kinds.iter().map(|k| k.id.as_str()).collect();
    assert_eq!(ids, ["hazard", "need"]);
    assert_eq!(kinds.get("need").unwrap().types().len(), 8);
}

#[test]
fn where_a_word_is_waited_for_and_silence_goes_on_nobody_else_has_anything_to_do() {
    let kinds = Kinds::load(EMBEDDED, NONE).unwrap_or_else(|problems| panic!("{}", load::listed(&problems)));
    for (kind, step, waits) in [
        ("hazard", "confirm", true),
        ("need", "confirm", true),
        ("hazard", "review", false),
        ("hazard", "call_back", false),
        ("need", "dispatch", false),
    ] {
        let of = kinds.get(kind).and_then(|kind| kind.step(step)).unwrap_or_else(|| panic!("{kind} has no {step}"));
        assert_eq!(of.waits_for_a_word(), waits, "{kind}: {step}");
    }
}

/// Each mistake is made in a kind that is right, and must be told where and with what to do.
#[test]
fn mistakes_are_told() {
    let cases = [
        // What is replaced, by what, and what the problem says.
        ("act = \"joint_review\"", "act = \"judge\"", "permit.toml:", "unknown variant"),
        ("icon = \"shop\"", "ikon = \"shop\"", "permit.toml:", "unknown field `ikon`"),
        ("format = 1", "format = 2", "permit.toml:3: format", "reads format 1, not 2"),
        ("code_prefix = \"F\"", "code_prefix = \"Q\"", "code_prefix", "is the letter of the kind “need”"),
        ("code_prefix = \"F\"", "code_prefix = \"O\"", "code_prefix", "are misread"),
        ("start = \"intake\"", "start = \"entry\"", "start", "no step “entry”"),
        ("to = \"joint\"", "to = \"closed\"\noutcome = \"solved\"", "step “joint”", "no answer leads here"),
        ("to = \"call_back\"", "to = \"nowhere\"", "answer “grant” › to", "there is no step “nowhere”"),
        ("outcome = \"not_ours\"", "outcome = \"gone\"", "answer “not_ours” › outcome", "no outcome “gone”"),
        ("zh = \"正在决定\"", "zh = \" \"", "step “decide” › name", "both languages"),
        ("key = \"refuse\"", "key = \"grant\"", "answer “grant”", "used twice"),
        ("key = \"refuse\"", "key = \"Refuse!\"", "answer “Refuse!” › key", "small letters"),
        ("term = { working_days = 5 }", "term = { working_days = 0 }", "level “promised” › term", "from 1 to"),
        (
            "term = { working_days = 5 }",
            "term = { working_days = 9999999999999 }",
            "level “promised” › term",
            "from 1 to",
        ),
        ("remind_before = { hours = 39 }", "remind_before = { hours = 390 }", "remind_before", "before the end"),
        ("remind_before = { hours = 39 }", "remind_before = { working_days = 1 }", "remind_before", "at midnight"),
        ("requires = [\"departments\"]", "requires = []", "answer “accept” › requires", "add \"departments\""),
        ("requires = [\"departments\"]", "requires = [\"money\"]", "permit.toml:", "“money” cannot be required"),
        ("\"field.permit_number\"", "\"field.permit\"", "answer “grant” › requires", "asked = \"answer\""),
        ("max = 60", "max = 60\nasked = \"noted\"", "field “shop” › asked", "leave out required"),
        ("\"field.permit_number\"", "\"way\"", "answer “grant” › requires", "a way needs [[way]]"),
        ("requires = [\"owner\"]", "", "outcome “not_ours” › requires", "told whose it is"),
        ("requires = [\"reason\", \"basis\"]", "requires = [\"reason\"]", "outcome “cannot” › requires", "law or rule"),
        (
            "basis = \"《中华人民共和国行政许可法》第四十五条\"",
            "basis = \"\"",
            "pause “inspection” › basis",
            "only by law",
        ),
        ("allowed_in = [\"joint\"]", "allowed_in = [\"lunch\"]", "pause “inspection” › allowed_in", "no step “lunch”"),
        ("all_agreed = \"agreed\"", "all_agreed = \"yes\"", "joint › all_agreed", "no answer “yes”"),
        ("refused = \"refused\"", "refused = \"agreed\"", "joint › refused", "different answers"),
        ("choose = \"handler\"", "choose = \"listed\"", "joint › departments", "list the departments"),
        ("choose = \"handler\"", "choose = \"field\"", "joint › field", "type organisation"),
        ("on = \"not_solved\"", "on = \"accepted\"", "answer “not_solved” › on", "never happens"),
        ("on = \"not_solved\"", "", "step “call_back”", "add an answer with on = \"not_solved\""),
        ("by = [\"call_taker\", \"community_worker\"]", "by = []", "step “call_back” › by", "name the roles"),
        (
            "by = [\"call_taker\", \"community_worker\"]",
            "by = [\"volunteer\"]",
            "step “call_back” › by",
            "has no matters.answer",
        ),
        (
            "on_behalf = [\"department_clerk\", \"community_worker\"]",
            "on_behalf = []",
            "intake › on_behalf",
            "for a caller",
        ),
        ("counts_as = \"no_longer_needed\"", "counts_as = \"explained\"", "outcome", "counts as NoLongerNeeded"),
        ("default_level = \"promised\"", "default_level = \"fast\"", "default_level", "no level “fast”"),
        ("type = \"credit_code\"", "type = \"phone\"", "field “credit_code” › protected", "are sealed"),
        ("type = \"credit_code\"", "type = \"choice\"", "field “credit_code” › option", "options go with"),
        ("version = 1", "version = 0", "version", "count from 1"),
    ];
    for (from, to, part, says) in cases {
        assert!(PERMIT.contains(from), "the case replaces nothing: {from}");
        let found = problems(&PERMIT.replacen(from, to, 1));
        let told = found.iter().any(|p| p.contains(part) && p.contains(says));
        assert!(told, "{from} → {to}\nexpected {part} … {says}\nfound {found:#?}");
    }
}

#[test]
fn a_low_rating_that_nobody_calls_back_about_is_refused() {
    let need = EMBEDDED[0].1;
    let silent = need.replacen("to = \"call_back\"\non = \"low_rating\"", "to = \"triage\"\non = \"low_rating\"", 1);
    assert_ne!(silent, need);
    let found = problems(&silent);
    assert!(found.iter().any(|p| p.contains("the two lowest ratings are called back")), "{found:#?}");
}

#[test]
fn who_asks_a_party_is_named_with_the_rule_it_follows() {
    let hazard = EMBEDDED[1].1;
    let cases = [
        ("by = [\"grid_member\", \"community_worker\", \"department_clerk\"]\nwithin", "by = []\nwithin", "reply › by"),
        ("within = { working_days = 3 }", "within = { working_days = 0 }", "reply › within"),
        ("source = \"local setting; the right", "source = \"\" # the right", "reply › source"),
    ];
    for (from, to, part) in cases {
        assert!(hazard.contains(from), "the case replaces nothing: {from}");
        let found = problems(&hazard.replacen(from, to, 1));
        assert!(found.iter().any(|p| p.contains(part)), "{part}: {found:#?}");
    }
}

#[test]
fn levels_go_from_urgent_to_not() {
    let need = EMBEDDED[0].1.replacen("term = { hours = 24 }", "term = { hours = 1 }", 1);
    assert!(
        problems(&need)
            .iter()
            .any(|p| p.contains("level “day” › term") && p.contains("not longer than that of “urgent”"))
    );
}

#[test]
fn a_dead_end_is_found() {
    let text = PERMIT.replacen("to = \"closed\"\noutcome = \"solved\"", "to = \"decide\"", 1).replacen(
        "to = \"closed\"\noutcome = \"cannot\"",
        "to = \"joint\"",
        1,
    );
    let found = problems(&text);
    for step in ["joint", "decide", "call_back"] {
        assert!(found.iter().any(|p| p.contains(&format!("step “{step}”: a dead end"))), "{step}: {found:#?}");
    }
}

#[test]
fn all_problems_come_at_once_and_name_their_file() {
    let text = PERMIT.replace("version = 1", "version = 0").replace("icon = \"shop\"", "icon = \"\"");
    let broken = Kinds::load(EMBEDDED, [("a.toml", text.as_str()), ("b.toml", "format = 1\nid = 3")]).unwrap_err();
    let found = load::listed(&broken);
    for expected in ["a.toml: version", "a.toml: icon", "b.toml:2: "] {
        assert!(found.contains(expected), "{expected} in\n{found}");
    }
}

/// Reading ends at the first mistake, and whoever mends a file wants all of them.
#[test]
fn a_kind_that_cannot_be_read_is_told_everything_at_once() {
    let mistakes = [
        // What is replaced, by what, and what is said of it.
        ("icon = \"shop\"", "ikon = \"shop\"", "unknown field `ikon`"),
        ("code_prefix = \"F\"", "code_prefix = \"Q\"", "is the letter of the kind “need”"),
        ("act = \"joint_review\"", "act = \"judge\"", "step “joint”: unknown variant `judge`"),
        ("zh = \"承诺件\", en = \"Promised term\"", "zh = \"承诺件\"", "level “promised” › name: give the words"),
        ("max = 60", "max = \"sixty\"", "field “shop”: invalid type"),
        ("version = 1", "version = 0", "versions count from 1"),
        ("basis = \"《中华人民共和国行政许可法》第四十五条\"", "bases = \"\"", "unknown field `bases`"),
    ];
    let spoilt = mistakes.iter().fold(PERMIT.to_owned(), |text, (from, to, _)| {
        assert!(text.contains(from), "the case replaces nothing: {from}");
        text.replacen(from, to, 1)
    });
    let found = problems(&spoilt);
    for (from, _, says) in mistakes {
        assert!(found.iter().any(|p| p.contains(says)), "{from}: {says}\n{found:#?}");
    }
    // Nothing is said that follows from a part that could not be read.
    assert!(!found.iter().any(|p| p.contains("there is no step") || p.contains("dead end")), "{found:#?}");
    let two = PERMIT.replacen("act = \"joint_review\"", "act = \"judge\"", 1);
    let [only] = &problems(&two)[..] else { panic!("one mistake is told once: {:#?}", problems(&two)) };
    assert!(only.starts_with("permit.toml:"), "{only}");
}

#[test]
fn a_kind_with_mistakes_is_told_of_its_letter_too() {
    let text = PERMIT.replace("code_prefix = \"F\"", "code_prefix = \"Q\"").replace("version = 1", "version = 0");
    let found = problems(&text);
    for says in ["versions count from 1", "is the letter of the kind “need”"] {
        assert!(found.iter().any(|p| p.contains(says)), "{says}\n{found:#?}");
    }
}

#[test]
fn a_file_beside_the_data_replaces_a_kind_by_its_id() {
    let version = Kinds::load(EMBEDDED, NONE).unwrap().get("need").unwrap().version;
    let own = EMBEDDED[0].1.replacen(&format!("version = {version}"), &format!("version = {}", version + 1), 1);
    let kinds = Kinds::load(EMBEDDED, [("need.toml", own.as_str())]).unwrap();
    assert_eq!((kinds.get("need").unwrap().version, kinds.iter().count()), (version + 1, 2));
    let twice = Kinds::load(EMBEDDED, [("need.toml", own.as_str()), ("help.toml", own.as_str())]).unwrap_err();
    assert!(load::listed(&twice).contains("the id “need” is already in need.toml"));
}

#[test]
fn what_kept_matters_need_of_the_kinds_is_missed() {
    let kinds = Kinds::load(EMBEDDED, NONE).unwrap();
    let cases = [
        ("at its step", ("need", "triage", Some("day")), None),
        ("without an urgency", ("need", "triage", None), None),
        ("closed, whatever its file has now", ("need", "closed", Some("soon")), None),
        ("of no kind", ("permit", "decide", Some("promised")), Some(Lacking::Kind)),
        ("closed, of no kind", ("permit", "closed", None), Some(Lacking::Kind)),
        ("at a step that is gone", ("need", "decide", Some("day")), Some(Lacking::Step)),
        ("of an urgency that is gone", ("need", "triage", Some("soon")), Some(Lacking::Level)),
    ];
    for (case, (kind, step, level), lacking) in cases {
        assert_eq!(kinds.lacks(&Kept { kind, step, level }), lacking, "{case}");
    }
}

#[test]
fn the_example_of_the_manual_loads() {
    let manual = include_str!("../../../docs/kinds.md");
    let (_, rest) = manual.split_once("```toml\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let found = problems(example);
    assert!(found.is_empty(), "{found:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is in a file, reading it ends with kinds or with problems.
    #[test]
    fn no_file_brings_it_down(text in "\\PC*") {
        let _ = Kinds::load(&[], [("fuzz.toml", text.as_str())]);
    }

    /// A right file with a few bytes of nonsense, or lines dropped, swapped and doubled.
    #[test]
    fn no_mutation_brings_it_down(
        edits in prop::collection::vec((0usize..400, 0usize..400, 0u8..6, "\\PC{0,12}"), 1..8),
    ) {
        let mut lines: Vec<String> = PERMIT.lines().map(str::to_owned).collect();
        for (a, b, what, noise) in edits {
            let (a, b) = (a % lines.len(), b % lines.len());
            match what {
                0 => { lines.remove(a); }
                1 => lines.swap(a, b),
                2 => { let line = lines[a].clone(); lines.insert(b, line); }
                3 => lines[a] = noise,
                4 => lines[a] = lines[a].replace(|c: char| c.is_ascii_digit(), "9223372036854775807"),
                _ => lines[a].push_str(&noise),
            }
            if lines.is_empty() { break; }
        }
        let _ = Kinds::load(&[], [("fuzz.toml", lines.join("\n"))]);
    }
}
