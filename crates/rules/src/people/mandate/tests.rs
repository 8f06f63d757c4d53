use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::people::access::on_mandate;
use crate::shared::ids::HouseholdId;
use crate::shared::{Actor, Cell, Id};

const ZHANG: u128 = 1;
const DAUGHTER: u128 = 2;
const CLERK: u128 = 3;

fn person(n: u128) -> PersonId {
    Id::new(Cell(1), Uuid::from_u128(n))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn today() -> &'static Term {
    term("2026-06-08".parse().unwrap())
}

fn asked() -> Mandate {
    Mandate {
        id: Id::new(Cell(1), Uuid::from_u128(9)),
        person: person(ZHANG),
        delegate: person(DAUGHTER),
        answers: Side::Person,
        kinds: Kinds::These(vec!["need".into()]),
        named: vec!["ABC".into()],
        asked_at: at("2026-06-08T01:00:00Z"),
        confirmed_at: None,
        until: at("2027-06-08T01:00:00Z"),
        revoked_at: None,
    }
}

/// The same, asked for by the one represented.
fn asked_of_daughter() -> Mandate {
    Mandate { answers: Side::Delegate, ..asked() }
}

fn confirmed() -> Mandate {
    Mandate { confirmed_at: Some(at("2026-06-09T01:00:00Z")), ..asked() }
}

#[test]
fn only_the_one_represented_names_what_was_private() {
    let some = ["24701-8".to_owned()];
    for (is_hers, named, expected) in [
        (true, &some[..], None),
        (true, &[][..], None),
        (false, &[][..], None),
        (false, &some[..], Some("mandate-named-theirs")),
    ] {
        assert_eq!(may_name(is_hers, named).err().map(|r| r.code), expected, "{is_hers} {named:?}");
    }
}

#[test]
fn what_is_named_is_a_private_matter_of_ones_own_that_the_mandate_reaches() {
    let codes = [1u64, 2, 3].map(|n| Code::new(Cell(1), n).unwrap().plain());
    let [hers, hazard, theirs] = &codes;
    let own = [Private { code: hers, kind: "need" }, Private { code: hazard, kind: "hazard" }];
    let needs = Kinds::These(vec!["need".into()]);
    let spaced = format!(" {}-{} ", &hers[..3], &hers[3..]);
    type Case<'a> = (&'a [&'a String], &'a Kinds, Result<Vec<&'a String>, &'a str>);
    let cases: [Case<'_>; 7] = [
        (&[], &needs, Ok(vec![])),
        (&[hers], &needs, Ok(vec![hers])),
        (&[hers, &spaced], &needs, Ok(vec![hers])),
        (&[hazard], &Kinds::All, Ok(vec![hazard])),
        (&[hazard], &needs, Err("mandate-named-kind")),
        (&[hers, theirs], &needs, Err("mandate-named-unknown")),
        (&[&"就是那一件".to_owned()], &needs, Err("mandate-named-unknown")),
    ];
    for (typed, kinds, expected) in cases {
        let typed: Vec<String> = typed.iter().map(|code| (*code).clone()).collect();
        let named = named_of(&typed, &own, kinds);
        assert_eq!(named.as_ref().map(|n| n.iter().collect()).map_err(|r| r.code), expected, "{typed:?}");
    }
}

#[test]
fn it_is_named_anew_by_the_one_represented_while_it_is_in_force() {
    let code = Code::new(Cell(1), 7).unwrap().plain();
    let own = [Private { code: &code, kind: "need" }];
    let who = Actor::person(person(ZHANG), Vec::new(), crate::shared::Channel::Web);
    let permit = on_mandate::<NamePrivate>(&who, confirmed().id, &[person(ZHANG)], "3717/").unwrap();
    let daughter = Actor::person(person(DAUGHTER), Vec::new(), crate::shared::Channel::Web);
    assert!(on_mandate::<NamePrivate>(&daughter, confirmed().id, &[person(ZHANG)], "3717/").is_err());
    let name = |when: &str| confirmed().name(&permit, (std::slice::from_ref(&code), &own), (at(when), today()));
    assert_eq!(name("2026-07-01T00:00:00Z"), Ok(vec![code.clone()]));
    assert_eq!(name("2027-07-01T00:00:00Z").map_err(|r| r.code), Err("mandate-ended"));
}

#[test]
fn a_number_goes_with_the_name_of_whom_is_meant() {
    for (said, registered, meant) in [
        ("孙秀英", "孙秀英", true),
        (" 孙 秀英", "孙秀英", true),
        ("阿依古丽买买提", "阿依古丽·买买提", true),
        ("", "孙秀英", true),
        ("孙秀", "孙秀英", false),
        ("李建国", "孙秀英", false),
    ] {
        let answer = is_meant(said, registered);
        assert_eq!(answer.is_ok(), meant, "{said} {registered}");
        let told =
            answer.err().map(|refusal| refusal.args.iter().any(|(_, arg)| format!("{arg:?}").contains(registered)));
        assert!(!told.unwrap_or_default(), "whose number it is, is not told: {said}");
    }
}

#[test]
fn who_is_to_act_is_named() {
    for (said, expected) in [("孙秀英", None), ("", Some("mandate-name")), (" \u{3000}", Some("mandate-name"))] {
        assert_eq!(is_named(said).err().map(|r| r.code), expected, "{said:?}");
    }
    assert_eq!((asked().answerer(), asked_of_daughter().answerer()), (person(ZHANG), person(DAUGHTER)));
}

#[test]
fn how_a_mandate_stands() {
    let revoked = |m: Mandate| Mandate { revoked_at: Some(at("2026-07-01T00:00:00Z")), ..m };
    let cases = [
        (asked(), "2026-06-08T02:00:00Z", Standing::Asked),
        (asked(), "2026-06-22T00:59:59Z", Standing::Asked),
        (asked(), "2026-06-22T01:00:00Z", Standing::Lapsed),
        (confirmed(), "2026-06-22T01:00:00Z", Standing::Holds),
        (confirmed(), "2027-06-08T00:59:59Z", Standing::Holds),
        (confirmed(), "2027-06-08T01:00:00Z", Standing::Lapsed),
        (revoked(confirmed()), "2026-06-30T23:59:59Z", Standing::Holds),
        (revoked(confirmed()), "2026-07-01T00:00:00Z", Standing::Revoked),
        (revoked(asked()), "2026-07-02T00:00:00Z", Standing::Revoked),
    ];
    for (mandate, when, expected) in cases {
        assert_eq!(mandate.standing(at(when), today()), expected, "{when}");
    }
}

#[test]
fn what_can_be_asked_for() {
    let cases = [
        (ZHANG, DAUGHTER, false, 365, None),
        (ZHANG, DAUGHTER, false, 1, None),
        (ZHANG, ZHANG, false, 365, Some("mandate-self")),
        (ZHANG, DAUGHTER, true, 365, Some("mandate-held")),
        (ZHANG, DAUGHTER, false, 0, Some("mandate-days")),
        (ZHANG, DAUGHTER, false, 366, Some("mandate-days")),
    ];
    for (of, to, held, days, expected) in cases {
        let said = ask(person(of), person(to), held, days, today());
        assert_eq!(said.err().map(|r| r.code), expected, "{of} {to} {held} {days}");
    }
}

#[test]
fn which_kinds_can_be_named() {
    let known = ["need", "hazard"];
    let chosen = |asked: &[&str]| {
        let asked: Vec<String> = asked.iter().map(|kind| (*kind).to_owned()).collect();
        Kinds::chosen(&asked, &known).map_err(|r| r.code)
    };
    assert_eq!(chosen(&["*", "need"]), Ok(Kinds::All));
    assert_eq!(chosen(&["need"]), Ok(Kinds::These(vec!["need".into()])));
    assert_eq!(chosen(&[]), Err("mandate-kinds"));
    assert_eq!(chosen(&["need", "divorce"]), Err("mandate-kind-unknown"));
}

#[test]
fn what_a_mandate_covers() {
    let (before, after) = ("2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z");
    let cases = [
        ("need", "XYZ", false, before, true),
        ("need", "XYZ", false, after, true),
        ("need", "XYZ", true, before, false),
        ("need", "ABC", true, before, true),
        ("need", "XYZ", true, after, true),
        ("hazard", "XYZ", false, after, false),
        ("hazard", "ABC", true, before, false),
    ];
    for (kind, code, private, when, expected) in cases {
        let matter = Touched { kind, code, private, raised_at: at(when) };
        assert_eq!(confirmed().covers(&matter), expected, "{kind} {code} {private} {when}");
    }
    assert!(confirmed().may_raise("need").is_ok());
    assert_eq!(confirmed().may_raise("hazard").map_err(|r| r.code), Err("mandate-kind"));
}

#[test]
fn who_confirms_and_how() {
    let home = |n: u128| -> Option<HouseholdId> { Some(Id::new(Cell(1), Uuid::from_u128(n))) };
    let party = |n: u128, household| Party { person: person(n), household, kin: &[] };
    let (zhang, daughter) = (party(ZHANG, home(1)), party(DAUGHTER, home(2)));
    let (clerk, kin) = (party(CLERK, home(3)), [person(DAUGHTER)]);
    let cases = [
        ("herself", asked(), How::Self_, Some(zhang), None),
        ("herself, as if telephoned", asked(), How::Phone, Some(zhang), Some("mandate-own-hand")),
        ("a clerk who telephoned", asked(), How::Phone, Some(clerk), None),
        ("a clerk with the slip", asked(), How::Slip, Some(clerk), None),
        ("a clerk, as if it were her", asked(), How::Self_, Some(clerk), Some("mandate-own-hand")),
        ("the delegate", asked(), How::Phone, Some(daughter), Some("mandate-witness")),
        ("of her household", asked(), How::Slip, Some(party(CLERK, home(1))), Some("mandate-witness")),
        ("of the delegate's", asked(), How::Slip, Some(party(CLERK, home(2))), Some("mandate-witness")),
        ("kin", asked(), How::Slip, Some(Party { kin: &kin, ..clerk }), Some("mandate-witness")),
        ("nobody", asked(), How::Slip, None, Some("needs-a-person")),
        ("twice", confirmed(), How::Phone, Some(clerk), Some("mandate-not-waiting")),
        ("whom she asked", asked_of_daughter(), How::Self_, Some(daughter), None),
        ("whom she asked, as if telephoned", asked_of_daughter(), How::Phone, Some(daughter), Some("mandate-own-hand")),
        ("herself, what she asked", asked_of_daughter(), How::Self_, Some(zhang), Some("mandate-delegate-answers")),
        ("a clerk, what she asked", asked_of_daughter(), How::Phone, Some(clerk), Some("mandate-delegate-answers")),
    ];
    let permit = on_mandate(&Actor::system(), asked().id, &[], "3717/").unwrap();
    for (name, mandate, how, confirmer, expected) in cases {
        let when = (at("2026-06-09T00:00:00Z"), today());
        let said = mandate.confirm(&permit, how, confirmer.as_ref(), (&zhang, &daughter), when);
        assert_eq!(said.err().map(|r| r.code), expected, "{name}");
    }
}

#[test]
fn the_terms_say_on_what_they_rest() {
    assert!(TERMS.iter().all(|t| !t.basis.is_empty() && 0 < t.usual && t.usual <= t.longest && t.answer_within > 0));
    assert!(TERMS.is_sorted_by_key(|t| t.valid_from));
    assert_eq!(term("1999-01-01".parse().unwrap()), &TERMS[0]);
}

proptest! {
    /// Whatever was said of it: after it is revoked, it never holds again.
    #[test]
    fn revoked_is_revoked(confirmed: bool, revoked in 0i64..400, later in 0i64..800) {
        let day = |n: i64| at("2026-06-08T01:00:00Z") + jiff::SignedDuration::from_hours(24 * n);
        let base = asked();
        let mandate = Mandate {
            confirmed_at: confirmed.then(|| day(0)),
            revoked_at: Some(day(revoked)),
            ..base
        };
        prop_assert_eq!(mandate.standing(day(revoked + later), today()), Standing::Revoked);
    }
}
