//! Clocks: pauses, holiday swaps, re-routing, paper entered late, a year not loaded, a job that stood still.

mod world;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use rules::matters::clock::Wanted;
use rules::matters::workflow::{self, Destination, Event};
use rules::matters::{Change, Clock, ClockEffect, Given, Left, Matter, access};
use rules::shared::{Actor, Role, Term};
use world::{World, at, calendar, code, monday, unit, who};

fn clock(term: Term, from: &str) -> Clock {
    Clock::start(term, None, at(from), &calendar())
}

/// Name, term, start, pause, resume, end.
const PAUSES: &[(&str, Term, &str, &str, &str, &str)] = &[
    ("hours", Term::Hours(2), "2025-09-15T09:00", "2025-09-15T09:30", "2025-09-15T10:15", "2025-09-15T11:45:00"),
    (
        "hours overnight",
        Term::Hours(24),
        "2025-09-15T09:00",
        "2025-09-15T20:00",
        "2025-09-16T08:00",
        "2025-09-16T21:00:00",
    ),
    ("days", Term::CalendarDays(7), "2025-09-15T09:00", "2025-09-16T09:00", "2025-09-19T08:00", "2025-09-25T23:59:59"),
    (
        "days, within one day",
        Term::CalendarDays(7),
        "2025-09-15T09:00",
        "2025-09-16T09:00",
        "2025-09-16T18:00",
        "2025-09-22T23:59:59",
    ),
    (
        "days, over midnight",
        Term::CalendarDays(7),
        "2025-09-15T09:00",
        "2025-09-16T23:59",
        "2025-09-17T00:01",
        "2025-09-23T23:59:59",
    ),
    (
        "working days",
        Term::WorkingDays(5),
        "2025-09-15T09:00",
        "2025-09-16T09:00",
        "2025-09-18T09:00",
        "2025-09-24T23:59:59",
    ),
    (
        "working days over a weekend",
        Term::WorkingDays(5),
        "2025-09-15T09:00",
        "2025-09-19T17:00",
        "2025-09-22T08:00",
        "2025-09-23T23:59:59",
    ),
    (
        "working days over a swapped Sunday",
        Term::WorkingDays(5),
        "2025-09-22T09:00",
        "2025-09-26T17:00",
        "2025-09-29T08:00",
        "2025-09-30T23:59:59",
    ),
    (
        "working days over the holiday",
        Term::WorkingDays(3),
        "2025-09-29T09:00",
        "2025-09-30T09:00",
        "2025-10-09T09:00",
        "2025-10-11T23:59:59",
    ),
    (
        "resumed before it paused",
        Term::Hours(2),
        "2025-09-15T09:00",
        "2025-09-15T09:30",
        "2025-09-15T09:10",
        "2025-09-15T11:00:00",
    ),
];

#[test]
fn a_pause_moves_the_end_by_as_long_as_it_lasted_in_the_clocks_own_unit() {
    for (name, term, start, pause, resume, end) in PAUSES {
        let mut clock = clock(*term, &format!("{start}:00+08:00"));
        clock.pause(at(&format!("{pause}:00+08:00")));
        clock.resume(at(&format!("{resume}:00+08:00")), &calendar());
        assert_eq!(clock.due, Some(at(&format!("{end}+08:00"))), "{name}");
    }
}

/// Name, term, start, what is wanted when, end.
const FOR_A_DAY: &[(&str, Term, &str, Wanted, &str)] = {
    const FRIDAY_WEEK: Date = date(2025, 9, 26);
    const TOMORROW: Date = date(2025, 9, 16);
    const TODAY: Date = date(2025, 9, 15);
    const YESTERDAY: Date = date(2025, 9, 14);
    &[
        (
            "a later day is not late a week before",
            Term::CalendarDays(7),
            "09:00",
            Wanted::On(FRIDAY_WEEK),
            "26T23:59:59",
        ),
        (
            "a nearer day does not wait for the term",
            Term::CalendarDays(7),
            "09:00",
            Wanted::On(TOMORROW),
            "16T23:59:59",
        ),
        ("this afternoon does not wait a week", Term::CalendarDays(7), "09:00", Wanted::On(TODAY), "15T23:59:59"),
        ("what is urgent is due before its day ends", Term::Hours(2), "09:00", Wanted::On(TODAY), "15T11:00:00"),
        ("late in the evening the day still ends", Term::Hours(2), "23:00", Wanted::On(TODAY), "15T23:59:59"),
        ("a later day, however urgent", Term::Hours(2), "09:00", Wanted::On(FRIDAY_WEEK), "26T23:59:59"),
        ("a day that has passed", Term::Hours(2), "09:00", Wanted::On(YESTERDAY), "15T11:00:00"),
        ("settled a term before the day", Term::Hours(10), "09:00", Wanted::Before(FRIDAY_WEEK), "25T13:59:59"),
        ("never less than the term", Term::Hours(10), "09:00", Wanted::Before(TOMORROW), "15T19:00:00"),
        ("into the day, if the term does", Term::Hours(10), "18:00", Wanted::Before(TOMORROW), "16T04:00:00"),
        ("not beyond the day", Term::Hours(10), "18:00", Wanted::Before(TODAY), "15T23:59:59"),
        (
            "a term in days is settled on the eve",
            Term::CalendarDays(2),
            "09:00",
            Wanted::Before(FRIDAY_WEEK),
            "25T23:59:59",
        ),
        (
            "a term in days, and the day before it",
            Term::WorkingDays(5),
            "09:00",
            Wanted::Before(TOMORROW),
            "16T23:59:59",
        ),
        ("settled before a day that has passed", Term::Hours(10), "09:00", Wanted::Before(YESTERDAY), "15T19:00:00"),
    ]
};

#[test]
fn a_clock_is_measured_for_the_day_that_was_named() {
    for (name, term, start, wanted, end) in FOR_A_DAY {
        let clock =
            Clock::start(*term, Some(Term::Minutes(30)), monday(start), &calendar()).for_day(*wanted, &calendar());
        assert_eq!(clock.due, Some(at(&format!("2025-09-{end}+08:00"))), "{name}");
    }
    let mut clock = clock(Term::CalendarDays(7), "2025-09-15T09:00:00+08:00");
    clock = clock.for_day(Wanted::On(date(2025, 9, 26)), &calendar());
    clock.pause(at("2025-09-17T09:00:00+08:00"));
    clock.resume(at("2025-09-19T09:00:00+08:00"), &calendar());
    assert_eq!(clock.due, Some(at("2025-09-28T23:59:59+08:00")), "a pause moves it too");
}

#[test]
fn a_reminder_made_for_a_week_does_not_go_out_with_the_first_word() {
    let week = || Clock::start(Term::CalendarDays(7), Some(Term::Hours(39)), monday("10:00"), &calendar());
    let rings = |day| week().for_day(Wanted::On(day), &calendar()).rings_at();
    assert_eq!(rings(date(2025, 9, 26)), Some(at("2025-09-25T08:59:59+08:00")));
    assert_eq!(rings(date(2025, 9, 16)), Some(at("2025-09-17T00:00:00+08:00")), "only its end is told");
}

#[test]
fn a_need_is_due_with_the_day_it_is_for() {
    let world = World::new();
    let system = Actor::system();
    let raise = |when: &str| {
        let mut raising = world.raising("need");
        raising.values.insert("when".into(), vec![when.into()]);
        world.raise("need", monday("09:00"), raising).unwrap().matter
    };
    let due = |clock: &Clock| clock.due.map(|due| calendar().zone().to_datetime(due).to_string());
    // When, the promise, and the clocks of triage, of finding people, of the service, when each begins at ten.
    let cases = [
        ("2025-09-26", ["26T23:59:59", "15T11:00:00", "25T13:59:59", "26T23:59:59"]),
        ("2025-09-16/morning", ["16T23:59:59", "15T11:00:00", "15T20:00:00", "16T23:59:59"]),
        ("2025-09-15/afternoon", ["15T23:59:59", "15T11:00:00", "15T20:00:00", "15T23:59:59"]),
        ("today", ["15T23:59:59", "15T11:00:00", "15T20:00:00", "15T23:59:59"]),
        // No day is named: the level says how soon, and the service has its own term.
        ("now", ["15T11:00:00", "15T11:00:00", "15T20:00:00", "22T23:59:59"]),
    ];
    for (when, expected) in cases {
        let matter = raise(when);
        let given = Given {
            level: Some(matter.level.clone()),
            type_key: Some("errands".into()),
            way: Some("volunteers".into()),
            ..Given::default()
        };
        let found = world.answer_with(&matter, "dispatch", monday("10:00"), given).unwrap();
        let ctx = world.context("need", &system, monday("10:00"));
        let served = workflow::heard(&ctx, &found, Event::Accepted).unwrap().unwrap().matter;
        let clocks = [
            &matter.resident_clock,
            matter.step_clock.as_ref().unwrap(),
            found.step_clock.as_ref().unwrap(),
            served.step_clock.as_ref().unwrap(),
        ];
        assert_eq!(clocks.map(due), expected.map(|end| Some(format!("2025-09-{end}"))), "{when}");
        assert_eq!(served.resident_clock.due, matter.resident_clock.due, "{when}: the promise stays");
    }
}

#[test]
fn a_day_or_part_of_it_that_has_passed_or_is_years_away_is_refused_where_it_is_asked() {
    let world = World::new();
    let by = world::call_taker();
    let cases = [
        ("yesterday", "2025-09-14", "2025-09-15T09:00", Err("field-day-past")),
        ("today", "2025-09-15/evening", "2025-09-15T18:00", Ok(())),
        ("this morning, in the evening", "2025-09-15/morning", "2025-09-15T18:00", Err("field-part-over")),
        ("this morning, while it lasts", "2025-09-15/morning", "2025-09-15T11:59", Ok(())),
        ("on paper in the morning, for that morning", "2025-09-14/morning", "2025-09-14T09:00", Ok(())),
        ("a year ahead", "2026-09-16", "2025-09-15T09:00", Ok(())),
        ("beyond a year: a slip", "2206-09-16", "2025-09-15T09:00", Err("field-day-far")),
        ("on paper, when it still lay ahead", "2025-09-15", "2025-09-14T09:00", Ok(())),
        ("on paper, and passed even then", "2025-09-13", "2025-09-14T09:00", Err("field-day-past")),
    ];
    for (name, when, said_at, expected) in cases {
        let mut ctx = world.context("need", &by, at("2025-09-15T19:00:00+08:00"));
        ctx.at.occurred = at(&format!("{said_at}:00+08:00"));
        let mut raising = world.raising("need");
        raising.values.insert("when".into(), vec![when.into()]);
        let permit = access::raise_for(&by, ctx.kind, raising.id, world::VILLAGE).unwrap();
        let done = workflow::raise_for(&permit, &ctx, raising);
        if let Err(refusal) = &done {
            assert_eq!(refusal.field.as_deref(), Some("when"), "{name}");
        }
        assert_eq!(code(done).map(|_| ()), expected, "{name}");
    }
}

#[test]
fn the_chip_says_what_is_left() {
    let due_at_eleven = clock(Term::Hours(2), "2025-09-15T09:00:00+08:00");
    let mut paused = due_at_eleven.clone();
    paused.pause(monday("09:30"));
    let mut met = due_at_eleven.clone();
    met.meet(monday("10:00"), &calendar());
    let mut late = due_at_eleven.clone();
    late.meet(monday("11:01"), &calendar());
    let unset = clock(Term::WorkingDays(3), "2026-12-30T09:00:00+08:00");
    let cases = [
        ("fresh", &due_at_eleven, monday("09:15"), Left::Minutes(105)),
        ("the last second belongs to the term", &due_at_eleven, monday("11:00"), Left::Minutes(0)),
        ("late", &due_at_eleven, monday("11:12"), Left::Late(12)),
        ("paused", &paused, monday("15:00"), Left::Paused(monday("09:30"))),
        ("met in time", &met, monday("15:00"), Left::Met(true)),
        ("met late", &late, monday("15:00"), Left::Met(false)),
        ("no calendar", &unset, at("2026-12-31T09:00:00+08:00"), Left::Unset(2027)),
    ];
    for (name, clock, now, expected) in cases {
        assert_eq!(clock.left(now), expected, "{name}");
    }
    let end_of_day = clock(Term::CalendarDays(1), "2025-09-15T00:00:00+08:00");
    assert_eq!(end_of_day.left(at("2025-09-16T23:59:59+08:00")), Left::Minutes(0), "midnight edge");
    assert_eq!(end_of_day.left(at("2025-09-17T00:01:00+08:00")), Left::Late(1), "midnight edge");
    let from_midnight = clock(Term::WorkingDays(1), "2025-09-15T23:59:59+08:00");
    assert_eq!(from_midnight.due, Some(at("2025-09-16T23:59:59+08:00")), "late at night it is still today");
}

#[test]
fn each_effect_is_given_once_and_a_standstill_is_caught_up_once() {
    use ClockEffect::{Escalate, Remind};
    let fresh = || Clock::start(Term::Hours(2), Some(Term::Minutes(30)), monday("09:00"), &calendar());
    let next_days = ["2025-09-17T09:00:00+08:00", "2025-09-18T09:00:00+08:00"].map(at);
    type Ticks = Vec<(Timestamp, Vec<ClockEffect>)>;
    let cases: [(&str, Ticks); 3] = [
        (
            "minute by minute",
            vec![
                (monday("10:29"), vec![]),
                (monday("10:30"), vec![Remind]),
                (monday("10:31"), vec![]),
                (monday("11:00"), vec![]),
                (at("2025-09-15T11:00:01+08:00"), vec![Escalate]),
                (monday("11:30"), vec![]),
            ],
        ),
        ("the job was down for two days", vec![(next_days[0], vec![Escalate]), (next_days[1], vec![])]),
        ("asked twice in the same second", vec![(monday("10:30"), vec![Remind]), (monday("10:30"), vec![])]),
    ];
    for (name, ticks) in cases {
        let mut clock = fresh();
        for (now, expected) in ticks {
            assert_eq!(clock.tick(now, &calendar()), expected, "{name} at {now}");
        }
    }
    let mut paused = fresh();
    paused.pause(monday("09:30"));
    assert_eq!(paused.tick(monday("18:00"), &calendar()), [], "a clock that stands says nothing");
}

#[test]
fn what_rings_next_is_what_the_tick_says_next() {
    let mut clock = Clock::start(Term::Hours(2), Some(Term::Minutes(30)), monday("09:00"), &calendar());
    let mut said = Vec::new();
    while let Some(now) = clock.rings_at() {
        said.extend(clock.tick(now, &calendar()).into_iter().map(|effect| (now, effect)));
    }
    let end = at("2025-09-15T11:00:01+08:00");
    assert_eq!(said, [(monday("10:30"), ClockEffect::Remind), (end, ClockEffect::Escalate)]);
}

fn tick(world: &World, matter: &Matter, now: Timestamp) -> Option<Change> {
    let system = Actor::system();
    workflow::tick(&world.context(&matter.kind, &system, now), matter).unwrap()
}

fn verbs(change: &Option<Change>) -> Vec<(&'static str, Option<&str>)> {
    change.iter().flat_map(|c| c.facts.iter().map(|f| (f.verb, f.get("clock")))).collect()
}

#[test]
fn a_matter_left_alone_for_two_days_is_caught_up_once() {
    let world = World::new();
    let mut raising = world.raising("need");
    raising.level = Some("urgent".into());
    raising.values.insert("when".into(), vec!["now".into()]);
    let matter = world.raise_for("need", monday("09:00"), raising).unwrap().matter;
    let change = tick(&world, &matter, at("2025-09-17T09:00:00+08:00"));
    let told = [("matters.escalated", Some("resident")), ("matters.escalated", Some("step"))];
    assert_eq!(verbs(&change), told);
    let matter = change.unwrap().matter;
    assert_eq!(tick(&world, &matter, at("2025-09-17T09:00:00+08:00")), None, "idempotent");
    assert_eq!(tick(&world, &matter, at("2025-09-18T09:00:00+08:00")), None);
}

#[test]
fn re_routing_never_resets_the_residents_clock() {
    let world = World::new();
    let matter = world.raised("need", monday("09:00"));
    let by = who(21, Role::SocialWorker, world::COUNTY);
    let ctx = world.context("need", &by, monday("10:30"));
    let permit = access::reroute(&by, ctx.kind, &matter).unwrap();
    let to = Destination { place_path: Some("3717/371722/371722004/".into()), organisation: Some(unit(9)) };
    let given = Given { reason: Some("住在那边".into()), ..Given::default() };
    let change = workflow::reroute(&permit, &ctx, &matter, &to, &given).unwrap();
    assert_eq!(change.matter.resident_clock, matter.resident_clock);
    assert_eq!(change.matter.step_clock.as_ref().unwrap().started, monday("10:30"));
    assert_eq!(change.matter.organisation, Some(unit(9)));

    let again = Destination { place_path: Some(world::VILLAGE.into()), organisation: None };
    let permit = access::reroute(&by, ctx.kind, &change.matter).unwrap();
    let refused = workflow::reroute(&permit, &ctx, &change.matter, &again, &given);
    assert_eq!(code(refused).unwrap_err(), "reroute-too-often", "nobody is sent from door to door");
    let leader = who(22, Role::CountyOfficial, world::COUNTY);
    let ctx = world.context("need", &leader, monday("10:40"));
    let permit = access::reroute(&leader, ctx.kind, &change.matter).unwrap();
    assert!(workflow::reroute(&permit, &ctx, &change.matter, &again, &given).is_ok(), "the supervisor may");
}

#[test]
fn paper_entered_late_runs_from_the_day_it_was_recorded() {
    let world = World::new();
    let by = world::call_taker();
    let mut ctx = world.context("need", &by, at("2025-09-18T09:00:00+08:00"));
    ctx.at.occurred = at("2025-09-15T09:00:00+08:00");
    let raising = world.raising("need");
    let permit = access::raise_for(&by, ctx.kind, raising.id, world::VILLAGE).unwrap();
    let matter = workflow::raise_for(&permit, &ctx, raising).unwrap().matter;
    assert_eq!(matter.resident_clock.started, ctx.at.recorded);
    assert_eq!(matter.resident_clock.due, Some(at("2025-09-20T23:59:59+08:00")), "with the day that the form names");
}

#[test]
fn a_missing_calendar_loses_nothing_that_comes_in_and_is_told() {
    let mut world = World::new();
    let change = world.raise("food_permit", at("2026-12-30T09:00:00+08:00"), world.raising("food_permit")).unwrap();
    let unset = change.facts.iter().find(|f| f.verb == "matters.clock_unset").unwrap();
    assert_eq!((unset.get("year"), unset.get("to_role")), (Some("2027"), Some("administrator")));
    assert_eq!(change.matter.resident_clock.left(at("2026-12-30T10:00:00+08:00")), Left::Unset(2027));
    assert_eq!(change.wake, Some(at("2026-12-31T09:00:00+08:00")), "looked at every day");
    let awaited = change.matter.awaited().map(|a| (a.working_days, a.year));
    assert_eq!(awaited, Some((5, 2027)), "the promise is known, its day is not");
    assert_eq!(change.matter.missing_years().into_iter().collect::<Vec<_>>(), [2027]);

    // A pause whose lawful end cannot be computed is not begun.
    let clerk = world::clerk(61, unit(1));
    let ctx = world.context("food_permit", &clerk, at("2026-12-30T10:00:00+08:00"));
    let permit = access::pause(&clerk, ctx.kind, &change.matter, "supplement").unwrap();
    let refusal = workflow::pause(&permit, &ctx, &change.matter, "supplement", "缺材料").unwrap_err();
    assert_eq!(refusal.to_string(), "calendar-year-not-loaded year=2027");

    // The administrator loads the year; the clock has its end, from the day the matter came in.
    let still = tick(&world, &change.matter, at("2026-12-31T09:00:00+08:00"));
    assert!(still.is_none() || !verbs(&still).contains(&("matters.clock_set", Some("resident"))));
    world.calendar.load_year(2027, [jiff::civil::date(2027, 1, 1)], []);
    let set = tick(&world, &change.matter, at("2027-01-02T09:00:00+08:00"));
    assert!(verbs(&set).contains(&("matters.clock_set", Some("resident"))));
    let set = set.unwrap().matter;
    assert_eq!(set.resident_clock.due, Some(at("2027-01-07T23:59:59+08:00")));
    assert_eq!((set.awaited(), set.missing_years().len()), (None, 0), "nothing waits for a calendar any more");
}

#[test]
fn waiting_for_the_persons_word_is_not_counted_as_ours() {
    let world = World::new();
    let matter = world.raised("hazard", monday("09:00"));
    let fixed = world.answer(&matter, "fixed", monday("10:00")).unwrap();
    assert_eq!(fixed.resident_clock.left(monday("12:00")), Left::Met(true));
    let by = world::resident();
    let ctx = world.context("hazard", &by, at("2025-09-18T10:00:00+08:00"));
    let permit = access::rate(&by, ctx.kind, &fixed).unwrap();
    let said = workflow::Said { solved: false, rating: None };
    let back = workflow::rate(&permit, &ctx, &fixed, said).unwrap().matter;
    let again = world.answer(&back, "not_solved", at("2025-09-18T15:00:00+08:00")).unwrap();
    assert_eq!(again.step, "review");
    assert_eq!(again.resident_clock.due, Some(at("2025-09-25T23:59:59+08:00")), "seven days, and the three of waiting");
}

#[test]
fn changing_the_urgency_keeps_the_start() {
    let world = World::new();
    // Where no day is named: with one, the promise is that day.
    let mut raising = world.raising("need");
    raising.level = Some("normal".into());
    raising.values.insert("when".into(), vec!["now".into()]);
    let matter = world.raise_for("need", monday("09:00"), raising).unwrap().matter;
    let given = |level: &str, reason: Option<&str>| Given {
        level: Some(level.into()),
        type_key: Some("repairs".into()),
        way: Some("volunteers".into()),
        reason: reason.map(Into::into),
        ..Given::default()
    };
    let cases = [
        ("raised without a reason", given("urgent", None), Ok(monday("11:00"))),
        ("the same", given("normal", None), Ok(at("2025-09-22T23:59:59+08:00"))),
        ("lowered without a reason", given("complex", None), Err("lowering-needs-reason")),
        ("lowered with a blank reason", given("complex", Some(" ")), Err("lowering-needs-reason")),
        ("lowered with a reason", given("complex", Some("要等配件")), Ok(at("2025-09-30T23:59:59+08:00"))),
        ("unknown", given("soon", None), Err("level-unknown")),
    ];
    for (name, given, expected) in cases {
        let done = code(world.answer_with(&matter, "dispatch", monday("10:00"), given));
        assert_eq!(done.map(|m| m.resident_clock.due.unwrap()), expected, "{name}");
    }
}

#[test]
fn no_step_promises_more_than_the_matter() {
    let world = World::new();
    let system = Actor::system();
    let raise = |when: &str| {
        let mut raising = world.raising("need");
        raising.values.insert("when".into(), vec![when.into()]);
        world.raise("need", monday("09:00"), raising).unwrap().matter
    };
    let due = |due: Option<Timestamp>| due.map(|due| calendar().zone().to_datetime(due).to_string());
    let urgent = raise("now");
    assert_eq!(due(urgent.promised()).as_deref(), Some("2025-09-15T11:00:00"));
    let given = Given {
        level: Some("urgent".into()),
        type_key: Some("errands".into()),
        way: Some("volunteers".into()),
        ..Given::default()
    };
    let found = |at: &str| world.answer_with(&urgent, "dispatch", monday(at), given.clone()).unwrap();
    let ten = found("10:00");
    assert!(ten.step_clock.as_ref().unwrap().due > ten.promised(), "its own term is longer");
    assert_eq!(due(ten.step_due()).as_deref(), Some("2025-09-15T11:00:00"));
    let served = |at: &str, matter: &Matter, event: Event| {
        workflow::heard(&world.context("need", &system, monday(at)), matter, event).unwrap().unwrap().matter
    };
    let under_way = served("10:30", &ten, Event::Accepted);
    assert_eq!(due(under_way.step_due()).as_deref(), Some("2025-09-15T11:00:00"));
    // Once the promise is broken the step says what can still be kept.
    assert_eq!(due(found("11:30").step_due()).as_deref(), Some("2025-09-15T21:30:00"));
    // What was promised is done: only the step's clock runs.
    let done = served("10:45", &under_way, Event::Done);
    assert_eq!((done.promised(), done.step_due()), (None, done.step_clock.as_ref().unwrap().due));
}
