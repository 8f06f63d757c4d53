//! Who may do what to a matter, and who sees what of it.

mod world;

use rules::matters::access;
use rules::matters::visibility::{Shown, Surface, fields_for, phone_lookup_shows, public_summary, shown, shows_on};
use rules::matters::{Matter, Part, PartState, Phase};
use rules::shared::{Actor, Role};
use world::{World, clerk, monday, person, resident, unit, who};

const ELSEWHERE: &str = "3717/371703/";

/// The roles of these tests at the matter's place, a stranger, and a social worker of another county.
fn people() -> Vec<(&'static str, Actor)> {
    let mut people: Vec<(&'static str, Actor)> =
        Role::ALL.iter().filter(|r| **r != Role::Resident).map(|r| (r.key(), who(80, *r, world::COUNTY))).collect();
    people.push(("owner", resident()));
    people.push(("stranger", Actor::person(person(9), Vec::new(), rules::shared::Channel::Web)));
    people.push(("social_worker_elsewhere", who(81, Role::SocialWorker, ELSEWHERE)));
    people.push(("clerk_responsible", clerk(82, unit(1))));
    people.push(("clerk_asked", clerk(83, unit(3))));
    people
}

fn allowed(may: impl Fn(&Actor) -> bool) -> String {
    let names: Vec<&str> = people().iter().filter(|(_, who)| may(who)).map(|(name, _)| *name).collect();
    names.join(" ")
}

/// A need that a social worker has, with one department asked for its part.
fn need(world: &World) -> Matter {
    let mut matter = world.answer(&world.raised("need", monday("09:00")), "take", monday("09:30")).unwrap();
    matter.parts.push(Part {
        organisation: unit(3),
        state: PartState::Waiting,
        clock: matter.resident_clock.clone(),
        answered_at: None,
        said: None,
        basis: None,
    });
    matter
}

#[test]
fn the_table_and_the_kind_decide_together() {
    let world = World::new();
    let (needs, hazards) = (world.kind("need"), world.kind("hazard"));
    let need = need(&world);
    let fresh = world.raised("need", monday("09:00"));
    let hazard = world.raised("hazard", monday("09:00"));
    let confirming = world.answer(&hazard, "fixed", monday("10:00")).unwrap();
    let closed = Matter { step: "closed".into(), ..need.clone() };
    let cases = [
        ("triage a need", allowed(|w| access::triage(w, needs, &fresh, "dispatch").is_ok()), "social_worker"),
        (
            "review a hazard",
            allowed(|w| access::triage(w, hazards, &hazard, "fixed").is_ok()),
            "community_worker grid_member",
        ),
        ("answer a need", allowed(|w| access::answer(w, needs, &need, "served").is_ok()), "social_worker"),
        ("answer what is closed", allowed(|w| access::answer(w, needs, &closed, "served").is_ok()), ""),
        ("assign", allowed(|w| access::assign(w, needs, &need).is_ok()), "social_worker"),
        (
            "re-route",
            allowed(|w| access::reroute(w, needs, &need).is_ok()),
            "social_worker county_official clerk_responsible",
        ),
        (
            "speak for the resident",
            allowed(|w| access::rate(w, hazards, &confirming).is_ok()),
            "social_worker community_worker grid_member call_taker owner",
        ),
        (
            "reopen",
            allowed(|w| access::reopen(w, needs, &closed).is_ok()),
            "social_worker community_worker call_taker owner",
        ),
        ("pause without a rule", allowed(|w| access::pause(w, needs, &need, "lunch").is_ok()), ""),
        ("answer a part", allowed(|w| access::answer_part(w, &need, unit(3)).is_ok()), "clerk_asked"),
        (
            "see a need",
            allowed(|w| access::see(w, needs, &need).is_ok()),
            "social_worker community_worker call_taker inspector county_official administrator auditor owner \
             clerk_responsible clerk_asked",
        ),
        (
            "see a hazard",
            allowed(|w| access::see(w, hazards, &hazard).is_ok()),
            "social_worker community_worker grid_member call_taker inspector county_official administrator auditor \
             owner clerk_responsible",
        ),
        (
            "raise for a caller",
            allowed(|w| access::raise_for(w, hazards, hazard.id, world::VILLAGE).is_ok()),
            "social_worker community_worker grid_member call_taker",
        ),
    ];
    for (name, may, expected) in cases {
        assert_eq!(may, expected, "{name}");
    }
}

#[test]
fn a_private_matter_is_for_its_people_alone() {
    let world = World::new();
    let kind = world.kind("need");
    let private = Matter { private: true, ..need(&world) };
    let sees = allowed(|w| access::see(w, kind, &private).is_ok());
    assert_eq!(sees, "social_worker owner clerk_responsible clerk_asked");
    let given_it = who(40, Role::CommunityWorker, world::COUNTY);
    assert!(private.assignees.contains(&person(40)) && access::see(&given_it, kind, &private).is_ok());
    assert!(public_summary(kind, &private).is_none(), "as if there were no such code");
    for surface in
        [Surface::SharedCard, Surface::Receipt, Surface::PhoneLookUp, Surface::PublicTracking, Surface::PublicList]
    {
        assert!(!shows_on(kind, &private, surface), "{surface:?}");
    }
}

#[test]
fn a_look_up_by_phone_says_yes_or_no() {
    let world = World::new();
    let kind = world.kind("need");
    let open = need(&world);
    let private = Matter { private: true, ..open.clone() };
    let closed = Matter { step: "closed".into(), ..open.clone() };
    let cases: [(&str, Vec<&Matter>, bool); 4] = [
        ("nothing", vec![], false),
        ("one open", vec![&closed, &open], true),
        ("closed only", vec![&closed], false),
        ("a private one does not show", vec![&private, &closed], false),
    ];
    for (name, matters, expected) in cases {
        assert_eq!(phone_lookup_shows(matters.into_iter().map(|m| (kind, m))), expected, "{name}");
    }
}

#[test]
fn sealed_fields_are_open_to_whose_turn_it_is_and_masked_to_the_rest() {
    let world = World::new();
    let kind = world.kind("need");
    let matter = Matter { parts: Vec::new(), ..need(&world) };
    let field = |key: &str| kind.field(key).unwrap();
    let open = |matter: &Matter, key: &str| allowed(|w| shown(w, kind, matter, field(key)) == Shown::Open);
    assert_eq!(open(&matter, "what"), "social_worker owner clerk_responsible");
    let seen = "social_worker community_worker call_taker inspector county_official administrator auditor owner \
                clerk_responsible";
    assert_eq!(open(&matter, "category"), seen);
    let masked = allowed(|w| shown(w, kind, &matter, field("address")) == Shown::Masked);
    assert_eq!(masked, "community_worker call_taker inspector county_official administrator auditor");

    let called_back = {
        let confirm = world.answer(&matter, "served", monday("10:00")).unwrap();
        let system = Actor::system();
        let ctx = world.context("need", &system, world::at("2025-11-01T09:00:00+08:00"));
        rules::matters::workflow::tick(&ctx, &confirm).unwrap().unwrap().matter
    };
    assert_eq!(called_back.phase(kind), Phase::CallBack);
    let turn = "social_worker community_worker call_taker owner clerk_responsible";
    assert_eq!(open(&called_back, "phone"), turn, "whoever rings has the number");
    assert_eq!(open(&called_back, "what"), "social_worker call_taker owner clerk_responsible");

    let closed = Matter { step: "closed".into(), ..matter.clone() };
    assert_eq!(open(&closed, "phone"), "owner", "only while the task needs it");
    let volunteer = who(80, Role::Volunteer, world::COUNTY);
    assert!(fields_for(&volunteer, kind, &matter).is_empty(), "volunteers have a task sheet, never the matter");
    let all = fields_for(&resident(), kind, &matter);
    assert!(all.len() == kind.fields.len() && all.iter().all(|(_, shown)| *shown == Shown::Open));
}

#[test]
fn the_public_line_says_state_time_and_unit_alone() {
    let world = World::new();
    let kind = world.kind("hazard");
    let matter = world.raised("hazard", monday("09:00"));
    let summary = public_summary(kind, &matter).unwrap();
    assert_eq!(summary.state.unwrap().zh, "网格员正在看");
    assert_eq!((summary.phase, summary.due), (Phase::Review, matter.resident_clock.due));
    assert_eq!(summary.responsible, Some(unit(1)));
    assert!(shows_on(kind, &matter, Surface::PublicList));
    assert!(!shows_on(world.kind("need"), &need(&world), Surface::PublicList), "a need is on no list");
    let closed = world.answer(&matter, "not_found", monday("10:00")).unwrap();
    let summary = public_summary(kind, &closed).unwrap();
    assert_eq!((summary.state, summary.due), (None, None));
    assert_eq!(summary.outcome.unwrap().en, "Nothing found");
}
