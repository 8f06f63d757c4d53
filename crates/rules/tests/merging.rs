//! Matters that become one.

mod world;

use std::collections::BTreeSet;

use rules::matters::{Matter, access, workflow};
use rules::shared::Role;
use world::{World, code, matter_id, monday, need_at, person, resident, who};

#[test]
fn the_same_thing_twice_becomes_one_with_followers() {
    let world = World::new();
    let by = who(70, Role::GridMember, world::COUNTY);
    let ctx = world.context("hazard", &by, monday("10:00"));
    let first = world.raised("hazard", monday("09:00"));
    let mut second = world.raised("hazard", monday("09:20"));
    (second.id, second.raised_by) = (matter_id(2), Some(person(2)));
    second.followers = BTreeSet::from([person(1), person(3)]);
    let permit = access::merge(&by, ctx.kind, &second).unwrap();
    let (closed, kept) = workflow::merge(&permit, &ctx, &second, &first, None).unwrap();
    let closing = closed.matter.closing.unwrap();
    assert_eq!((closing.outcome.as_str(), closing.merged_into), ("duplicate", Some(first.id)));
    assert_eq!(kept.matter.followers, [person(2), person(3)].into(), "the first one's own reporter does not follow");

    let refused = |into: &Matter| code(workflow::merge(&permit, &ctx, &second, into, None)).map(|_| ()).unwrap_err();
    assert_eq!(refused(&second), "merge-itself");
    assert_eq!(refused(&need_at(&world, "triage")), "merge-other-kind");
    let private = Matter { private: true, ..first.clone() };
    assert_eq!(refused(&private), "merge-private");
    for (step, expected) in
        [("closed", "merge-into-closed"), ("confirm", "merge-into-served"), ("call_back", "merge-into-served")]
    {
        let over = Matter { step: step.into(), ..first.clone() };
        assert_eq!(refused(&over), expected, "{step}");
    }
    // It goes on as the other, and is not opened again beside it.
    let by = resident();
    let ctx = world.context("hazard", &by, monday("11:00"));
    let merged = Matter { closing: Some(closing), step: "closed".into(), raised_by: Some(person(1)), ..second };
    let permit = access::reopen(&by, ctx.kind, &merged).unwrap();
    assert_eq!(code(workflow::reopen(&permit, &ctx, &merged, "又坏了")).unwrap_err(), "reopen-merged");
}

#[test]
fn what_two_people_ask_for_is_one_only_with_a_reason() {
    let world = World::new();
    let by = who(70, Role::SocialWorker, world::COUNTY);
    let ctx = world.context("need", &by, monday("10:00"));
    let asked = |raised_by: Option<u128>, subject: Option<u128>| {
        let matter = need_at(&world, "triage");
        Matter { raised_by: raised_by.map(person), subject: subject.map(person), ..matter }
    };
    let first = Matter { id: matter_id(2), ..asked(Some(1), None) };
    // Who asked and for whom, the reason, what comes of it.
    let cases = [
        ("the same person", asked(Some(1), None), None, Ok(())),
        ("somebody else for the same person", asked(Some(2), Some(1)), None, Ok(())),
        ("another person", asked(Some(2), None), None, Err("merge-two-people")),
        ("the same, for another", asked(Some(1), Some(2)), None, Err("merge-two-people")),
        ("somebody nobody knows", asked(None, None), None, Err("merge-two-people")),
        ("another, and nothing but blanks", asked(Some(2), None), Some("  "), Err("merge-two-people")),
        ("another, with a reason", asked(Some(2), None), Some("a couple"), Ok(())),
    ];
    for (name, matter, reason, expected) in cases {
        let permit = access::merge(&by, ctx.kind, &matter).unwrap();
        let done = workflow::merge(&permit, &ctx, &matter, &first, reason);
        assert_eq!(code(done).map(|_| ()), expected, "{name}");
    }
}
