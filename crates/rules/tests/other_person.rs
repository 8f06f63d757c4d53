//! Who has a matter once it was opened again: somebody else, as far as there is anybody.

mod world;

use rules::matters::{Change, Given, Matter, access, workflow};
use rules::shared::{Actor, Refusal, Role};
use world::{World, at, code, fill, monday, person, rate, resident, who};

/// A hazard that grid member 40 dealt with, opened again by whoever reported it.
fn reopened(world: &World) -> Matter {
    let raised = world.raised("hazard", monday("09:00"));
    let fixed = answer(world, &raised, &grid(40), "fixed", false).unwrap().matter;
    let closed = rate(world, &fixed, &resident(), true, Some(5)).unwrap().matter;
    let by = resident();
    let ctx = world.context("hazard", &by, at("2025-09-16T09:00:00+08:00"));
    let permit = access::reopen(&by, ctx.kind, &closed).unwrap();
    workflow::reopen(&permit, &ctx, &closed, "又堆上了").unwrap().matter
}

fn grid(number: u128) -> Actor {
    who(number, Role::GridMember, world::VILLAGE)
}

fn answer(world: &World, matter: &Matter, by: &Actor, key: &str, nobody_else: bool) -> Result<Change, Refusal> {
    let now = at("2025-09-16T10:00:00+08:00");
    let ctx = world.context("hazard", by, now);
    let given = fill(ctx.kind, matter.at(ctx.kind).unwrap().answer(key).unwrap(), now);
    let given = Given { nobody_else, ..given };
    if key == "done" {
        let permit = access::answer(by, ctx.kind, matter, key).unwrap();
        return workflow::answer_step(&permit, &ctx, matter, key, &given);
    }
    let permit = access::triage(by, ctx.kind, matter, key).unwrap();
    workflow::triage(&permit, &ctx, matter, key, &given)
}

#[test]
fn whoever_dealt_with_it_leaves_it_to_another_while_there_is_one() {
    let world = World::new();
    let review = reopened(&world);
    assert!(review.former.contains(&person(40)) && review.step == "review");
    let fix = answer(&world, &review, &grid(41), "fix", false).unwrap().matter;
    let cases = [
        ("who looked before", &review, 40, "fixed", false, Err("reopened-needs-other-person")),
        ("another", &review, 41, "fixed", false, Ok(false)),
        ("who looked before, where there is nobody else", &review, 40, "fixed", true, Ok(true)),
        ("who did it before does it again", &fix, 40, "done", false, Err("reopened-needs-other-person")),
        ("another does it", &fix, 41, "done", false, Ok(false)),
    ];
    for (name, matter, by, key, nobody_else, expected) in cases {
        let done = code(answer(&world, matter, &grid(by), key, nobody_else));
        let said = done.map(|change| change.facts.iter().any(|fact| fact.verb == "matters.same_again"));
        assert_eq!(said, expected, "{name}");
    }
}

#[test]
fn it_is_not_given_back_to_whoever_dealt_with_it_while_there_is_another() {
    let world = World::new();
    let (again, kind) = (reopened(&world), world.kind("hazard"));
    let first = world.raised("hazard", monday("09:00"));
    let cases = [
        ("before any reopening", &first, 40, true, Ok(())),
        ("another", &again, 41, true, Ok(())),
        ("who had it", &again, 40, true, Err("reopened-needs-other-person")),
        ("who had it, where there is nobody else", &again, 40, false, Ok(())),
    ];
    for (name, matter, handler, others, expected) in cases {
        assert_eq!(code(workflow::may_have_again(kind, matter, person(handler), others)), expected, "{name}");
    }
}
