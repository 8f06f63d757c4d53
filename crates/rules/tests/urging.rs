//! Who urges whose step it is, when, and how often.

mod world;

use jiff::{Timestamp, ToSpan};
use rules::matters::workflow::{self, Urging};
use rules::matters::{Matter, access};
use rules::shared::Role;
use world::{World, code, monday, need_at, person, who};

fn urged(world: &World, matter: &Matter, now: Timestamp, urging: &Urging<'_>) -> Result<Vec<String>, &'static str> {
    let official = who(60, Role::CountyOfficial, world::COUNTY);
    let ctx = world.context("need", &official, now);
    let permit = access::urge(&official, matter).unwrap();
    let change = code(workflow::urge(&permit, &ctx, matter, urging))?;
    assert_eq!(change.matter.step, matter.step, "nothing of it moves");
    let fact = change.facts.iter().find(|fact| fact.verb == "matters.urged").unwrap();
    Ok(["count", "handler", "text", "readers"].map(|key| fact.get(key).unwrap_or_default().to_owned()).to_vec())
}

#[test]
fn what_is_late_is_urged_once_a_day_and_whose_step_it_is_is_told() {
    let world = World::new();
    let raised = world.raised("need", monday("09:00"));
    let late = raised.step_due().unwrap() + 1.hour();
    let (one, two) = ([person(40)], [person(40), person(41)]);
    let day = |hours: i64| Some(late - hours.hours());
    let confirm = need_at(&world, "confirm");
    let closed = Matter { step: "closed".into(), ..raised.clone() };
    let words = "x".repeat(2_001);
    let urging = |told, last, words| Urging { told, last, words };
    let cases = [
        ("before it is late", &raised, monday("09:01"), urging(&one[..], None, ""), Err("urge-not-late")),
        ("late", &raised, late, urging(&one[..], None, " "), Ok(("1", person(40).to_string(), ""))),
        ("to several", &raised, late, urging(&two[..], None, "请快办"), Ok(("2", String::new(), "请快办"))),
        ("to nobody", &raised, late, urging(&[], None, ""), Err("urge-nobody")),
        ("again on the same day", &raised, late, urging(&one[..], day(23), ""), Err("urge-again")),
        ("a day later", &raised, late, urging(&one[..], day(24), ""), Ok(("1", person(40).to_string(), ""))),
        ("who asked is waited for", &confirm, late + 400.hours(), urging(&one[..], None, ""), Err("urge-rests")),
        ("what is closed", &closed, late, urging(&one[..], None, ""), Err("matter-closed")),
        ("too much to say", &raised, late, urging(&one[..], None, &words), Err("text-too-long")),
    ];
    for (name, matter, now, urging, expected) in cases {
        let expected = expected
            .map(|(count, handler, text)| [count.to_owned(), handler, text.to_owned(), "staff".to_owned()].to_vec());
        assert_eq!(urged(&world, matter, now, &urging), expected, "{name}");
    }
}

#[test]
fn those_who_answer_for_the_county_urge_and_leave_a_note_and_who_works_on_it_urges_nobody() {
    let world = World::new();
    let need = world.raised("need", monday("09:00"));
    let sealed = Matter { private: true, ..need.clone() };
    for role in Role::ALL {
        let actor = who(60, *role, world::COUNTY);
        let urges = matches!(role, Role::CountyOfficial | Role::Inspector);
        assert_eq!(access::urge(&actor, &need).is_ok(), urges, "{role:?}");
        assert!(!urges || access::urge(&actor, &sealed).is_err(), "what they do not see: {role:?}");
    }
    let official = who(60, Role::CountyOfficial, world::COUNTY);
    assert!(access::note(&official, world.kind("need"), &need).is_ok());
    assert!(access::note(&official, world.kind("need"), &sealed).is_err());
    assert!(access::urge(&who(61, Role::CountyOfficial, "3717/371703/"), &need).is_err(), "another county's");
}
