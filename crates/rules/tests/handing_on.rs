//! To whom a matter is given, and when it is handed on.

mod world;

use rules::matters::{Given, Matter, access, workflow};
use rules::shared::{Membership, Role};
use world::{World, code, monday, need_at, social_worker, unit, who};

#[test]
fn what_a_department_has_is_given_to_its_own_clerks() {
    let world = World::new();
    let by = social_worker();
    let ctx = world.context("need", &by, monday("10:00"));
    let with_unit = Matter { organisation: Some(unit(9)), ..need_at(&world, "department") };
    let nobody_yet = Matter { organisation: None, ..need_at(&world, "department") };
    let escalated = Matter { for_role: Some(Role::CountyOfficial), ..with_unit.clone() };
    // Back at a step that no department answers, which unit it was with before says nothing.
    let served = Matter { organisation: Some(unit(9)), ..need_at(&world, "serve") };
    let held = |role, organisation, place: &str| Membership { role, organisation, place_path: place.into() };
    let cases = [
        ("a clerk of it", &with_unit, vec![held(Role::DepartmentClerk, Some(unit(9)), world::COUNTY)], Ok(())),
        (
            "a clerk of another",
            &with_unit,
            vec![held(Role::DepartmentClerk, Some(unit(8)), world::COUNTY)],
            Err("assign-other-unit"),
        ),
        (
            "a clerk of both",
            &with_unit,
            vec![
                held(Role::DepartmentClerk, Some(unit(8)), world::COUNTY),
                held(Role::DepartmentClerk, Some(unit(9)), world::COUNTY),
            ],
            Ok(()),
        ),
        (
            "somebody of it who is no clerk",
            &with_unit,
            vec![held(Role::Inspector, Some(unit(9)), world::COUNTY)],
            Err("assign-not-staff"),
        ),
        (
            "a social worker, while a department has it",
            &with_unit,
            vec![held(Role::SocialWorker, None, world::COUNTY)],
            Err("assign-other-unit"),
        ),
        ("a social worker, while none has", &nobody_yet, vec![held(Role::SocialWorker, None, world::COUNTY)], Ok(())),
        (
            "a clerk of another county",
            &with_unit,
            vec![held(Role::DepartmentClerk, Some(unit(9)), "3717/371703/")],
            Err("assign-not-staff"),
        ),
        ("whom it went up to", &escalated, vec![held(Role::CountyOfficial, None, world::COUNTY)], Ok(())),
        ("a social worker who serves", &served, vec![held(Role::SocialWorker, None, world::COUNTY)], Ok(())),
    ];
    for (name, matter, held, expected) in cases {
        let step = matter.at(ctx.kind).unwrap();
        assert_eq!(code(workflow::may_be_given(matter, step, &held)), expected, "{name}");
    }
}

#[test]
fn what_is_done_is_not_handed_on() {
    let world = World::new();
    let leader = who(22, Role::CountyOfficial, world::COUNTY);
    let ctx = world.context("need", &leader, monday("10:00"));
    let to = workflow::Destination { place_path: None, organisation: Some(unit(9)) };
    let given = Given { reason: Some("该由住建局办".into()), ..Given::default() };
    let cases = [
        ("triage", Ok(())),
        ("dispatch", Ok(())),
        ("serve", Ok(())),
        ("department", Ok(())),
        ("confirm", Err("reroute-done")),
        ("call_back", Err("reroute-done")),
        ("closed", Err("matter-closed")),
    ];
    for (step, expected) in cases {
        let matter = need_at(&world, step);
        let permit = access::reroute(&leader, ctx.kind, &matter).unwrap();
        let done = code(workflow::reroute(&permit, &ctx, &matter, &to, &given));
        assert_eq!(done.map(|_| ()), expected, "{step}");
        assert_eq!(code(workflow::may_be_rerouted(ctx.kind, &matter)), expected, "the page offers as much: {step}");
    }
}
