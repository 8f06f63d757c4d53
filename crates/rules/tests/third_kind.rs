//! A kind that nobody compiled: joint review by two departments, a lawful pause, a call-back. It loads from text beside
//! the embedded kinds and walks to its close.

mod world;

use rules::matters::workflow::{self, PartAnswer};
use rules::matters::{Clock, Kinds, Left, Matter, PartState, access};
use rules::shared::Term;
use world::{NONE, World, at, clerk, code, unit, who};

const KIND: &str = "food_permit";

fn part(world: &World, matter: &Matter, n: u128, agrees: bool, when: &str) -> Result<Matter, &'static str> {
    let by = clerk(60 + n, unit(n));
    let ctx = world.context(KIND, &by, at(when));
    let permit = access::answer_part(&by, matter, unit(n)).unwrap();
    let basis = (!agrees).then(|| "食品安全法第三十三条".to_owned());
    let answer = PartAnswer { organisation: unit(n), agrees, said: Some("已看".into()), basis };
    code(workflow::answer_part(&permit, &ctx, matter, &answer)).map(|change| change.matter)
}

fn due(clock: &Clock) -> jiff::Timestamp {
    clock.due.unwrap()
}

#[test]
fn it_is_absent_without_the_file_and_there_with_it() {
    assert!(Kinds::load(rules::matters::EMBEDDED, NONE).unwrap().get(KIND).is_none());
    assert!(World::new().kinds.get(KIND).is_some());
}

#[test]
fn two_departments_a_pause_and_a_call_back_lead_to_a_close() {
    let world = World::new();
    // Raised on the Monday, accepted the same day: five working days end on the next Monday.
    let matter = world.raised(KIND, at("2025-09-15T09:00:00+08:00"));
    assert_eq!(due(&matter.resident_clock), at("2025-09-22T23:59:59+08:00"));
    let matter = world.answer(&matter, "accept", at("2025-09-15T10:00:00+08:00")).unwrap();
    assert_eq!(matter.parts.iter().map(|p| p.organisation).collect::<Vec<_>>(), [unit(2), unit(3)]);

    // The first department agrees at once; the slow one holds nobody up but itself.
    let matter = part(&world, &matter, 2, true, "2025-09-15T11:00:00+08:00").unwrap();
    assert_eq!(matter.step, "joint");
    assert_eq!(matter.parts[0].clock.left(at("2025-09-20T09:00:00+08:00")), Left::Met(true));

    // Papers are missing from Wednesday to Friday: two working days that count for nobody.
    let handler = clerk(61, unit(1));
    let ctx = world.context(KIND, &handler, at("2025-09-17T09:00:00+08:00"));
    let permit = access::pause(&handler, ctx.kind, &matter, "supplement").unwrap();
    let paused = workflow::pause(&permit, &ctx, &matter, "supplement", "缺健康证").unwrap();
    assert_eq!(paused.facts[0].get("basis"), Some("《中华人民共和国行政许可法》第三十二条"));
    let matter = paused.matter;
    assert!(matches!(matter.resident_clock.left(at("2025-09-18T09:00:00+08:00")), Left::Paused(_)));
    let ctx = world.context(KIND, &handler, at("2025-09-19T16:00:00+08:00"));
    let permit = access::pause(&handler, ctx.kind, &matter, "supplement").unwrap();
    let matter = workflow::resume(&permit, &ctx, &matter).unwrap().matter;
    assert_eq!(due(&matter.resident_clock), at("2025-09-24T23:59:59+08:00"));
    assert_eq!(due(&matter.parts[1].clock), at("2025-09-19T23:59:59+08:00"), "its own two days, and the two paused");

    // The second one agrees: the parts join, the decision follows.
    let matter = part(&world, &matter, 3, true, "2025-09-19T17:00:00+08:00").unwrap();
    assert_eq!(matter.step, "decide");
    let matter = world.answer(&matter, "grant", at("2025-09-22T09:00:00+08:00")).unwrap();
    assert_eq!(matter.step, "call_back");

    // The first call-back finds nothing in the letter-box; the second one closes.
    let matter = world.answer(&matter, "not_solved", at("2025-09-22T15:00:00+08:00")).unwrap();
    assert_eq!((matter.step.as_str(), matter.solved), ("decide", Some(false)));
    let matter = world.answer(&matter, "grant", at("2025-09-23T09:00:00+08:00")).unwrap();
    let matter = world.answer(&matter, "solved", at("2025-09-23T15:00:00+08:00")).unwrap();
    assert!(matter.is_closed());
    assert!(matter.closing.unwrap().confirmed);
    assert_eq!(matter.resident_clock.left(at("2025-10-20T09:00:00+08:00")), Left::Met(true));
}

#[test]
fn what_one_refusal_does_is_the_kinds_choice() {
    let waits = World::new();
    let text = world::PERMIT.replace("\"waits_for_all\"", "\"stops\"");
    let kinds = Kinds::load(rules::matters::EMBEDDED, [("food_permit.toml", text.as_str())]).unwrap();
    let stops = World { kinds, calendar: world::calendar() };
    let now = "2025-09-15T11:00:00+08:00";
    for (world, step, second) in [(waits, "joint", PartState::Waiting), (stops, "decide", PartState::CalledOff)] {
        let matter = world.raised(KIND, at("2025-09-15T09:00:00+08:00"));
        let matter = world.answer(&matter, "accept", at(now)).unwrap();
        let matter = part(&world, &matter, 2, false, now).unwrap();
        assert_eq!((matter.step.as_str(), matter.parts[1].state), (step, second));
    }
}

#[test]
fn a_part_is_answered_once_by_its_own_department_with_a_basis() {
    let world = World::new();
    let now = "2025-09-15T11:00:00+08:00";
    let matter = world.raised(KIND, at("2025-09-15T09:00:00+08:00"));
    let matter = world.answer(&matter, "accept", at(now)).unwrap();
    assert_eq!(part(&world, &matter, 7, true, now), Err("part-not-asked"));
    assert!(access::answer_part(&clerk(60, unit(2)), &matter, unit(3)).is_err(), "another department's part");
    assert!(access::answer_part(&who(60, rules::shared::Role::DepartmentClerk, "3717/"), &matter, unit(3)).is_err());

    let by = clerk(62, unit(2));
    let ctx = world.context(KIND, &by, at(now));
    let permit = access::answer_part(&by, &matter, unit(2)).unwrap();
    let no = PartAnswer { organisation: unit(2), agrees: false, said: None, basis: Some("  ".into()) };
    assert_eq!(code(workflow::answer_part(&permit, &ctx, &matter, &no)).unwrap_err(), "part-refusal-needs-basis");

    let matter = part(&world, &matter, 2, true, now).unwrap();
    assert_eq!(part(&world, &matter, 2, true, now), Err("part-already-answered"));
}

#[test]
fn the_kind_says_that_a_paper_form_counts_from_the_day_it_was_handed_in() {
    let world = World::new();
    let by = who(30, rules::shared::Role::CommunityWorker, world::VILLAGE);
    let mut ctx = world.context(KIND, &by, at("2025-09-18T09:00:00+08:00"));
    ctx.at.occurred = at("2025-09-15T09:00:00+08:00");
    let raising = world.raising(KIND);
    let permit = access::raise_for(&by, ctx.kind, raising.id, world::VILLAGE).unwrap();
    let matter = workflow::raise_for(&permit, &ctx, raising).unwrap().matter;
    assert_eq!(due(&matter.resident_clock), at("2025-09-22T23:59:59+08:00"));
    assert_eq!(matter.resident_clock.term, Term::WorkingDays(5));
    assert_eq!(matter.step_clock.unwrap().started, ctx.at.recorded, "a desk cannot start before it knows");
}

#[test]
fn a_pause_ends_by_itself_at_its_longest() {
    let world = World::new();
    let matter = world.raised(KIND, at("2025-09-15T09:00:00+08:00"));
    let handler = clerk(61, unit(1));
    let ctx = world.context(KIND, &handler, at("2025-09-15T10:00:00+08:00"));
    let permit = access::pause(&handler, ctx.kind, &matter, "supplement").unwrap();
    let matter = workflow::pause(&permit, &ctx, &matter, "supplement", "缺健康证").unwrap().matter;
    let until = matter.pause.as_ref().unwrap().until;
    assert_eq!(until, at("2025-09-28T23:59:59+08:00"), "ten working days, the tenth a Sunday that is worked");
    // Noticed three days late: the clocks stood until the lawful end and not a day more.
    let system = rules::shared::Actor::system();
    let ctx = world.context(KIND, &system, at("2025-10-01T08:00:00+08:00"));
    let change = workflow::tick(&ctx, &matter).unwrap().unwrap();
    assert!(change.matter.pause.is_none());
    assert_eq!(change.matter.resident_clock.stood, [(at("2025-09-15T10:00:00+08:00"), until)]);
    assert_eq!(due(&change.matter.resident_clock), at("2025-10-11T23:59:59+08:00"));
}
