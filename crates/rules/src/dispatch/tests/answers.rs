//! Tasks, answers and waves.

use jiff::civil::Time;

use super::*;
use crate::dispatch::access::{self, TaskSubject};
use crate::dispatch::offer::{Invitation, Parting, Taking};
use crate::dispatch::quiet::{Night, QuietHours};
use crate::dispatch::staff::Colleague;
use crate::dispatch::task::similar;
use crate::dispatch::{Exclusion, Step, TaskRules, WavePlan, WavePlans};
use crate::places::Distance;
use crate::shared::{Permit, Refusal, Term};

fn on_offer<V: access::OfferVerb>(n: u128) -> Permit<V> {
    access::on_offer(&actor(n, Role::Volunteer), offer_id(n), person(n), VILLAGE).unwrap()
}

fn by_staff<V: access::TaskVerb>(task: &Task) -> Permit<V> {
    let subject =
        TaskSubject { task: task.id, place_path: &task.place_path, team: None, handlers: &[], private: false };
    access::on_task(&actor(99, Role::SocialWorker), &subject).unwrap()
}

fn code<T>(result: Result<T, Refusal>) -> Option<&'static str> {
    result.err().map(|refusal| refusal.code)
}

const EIGHT_TWENTY: &str = "2026-11-23T08:20:00+08:00";

#[test]
fn an_offer_is_accepted_or_the_reason_is_told() {
    use OfferState::*;
    let standing = task(1);
    let cancelled = Task { state: TaskState::Cancelled, ..task(1) };
    let cases = [
        ("in time", Offered, &standing, None, 1, EIGHT_TWENTY, None),
        ("in the last second", Offered, &standing, None, 1, "2026-11-23T08:30:00+08:00", None),
        ("a second too late", Offered, &standing, None, 1, "2026-11-23T08:30:01+08:00", Some("offer-expired")),
        ("expired", Expired, &standing, None, 1, EIGHT_TWENTY, Some("offer-expired")),
        ("accepted before", Accepted, &standing, None, 1, EIGHT_TWENTY, Some("offer-answered")),
        ("declined, and another mind", Declined, &standing, None, 1, EIGHT_TWENTY, None),
        ("declined, and too late", Declined, &standing, None, 1, "2026-11-23T08:30:01+08:00", Some("offer-answered")),
        ("declined, and no slot", Declined, &standing, None, 0, EIGHT_TWENTY, Some("slot-taken")),
        ("given back, and another mind", WithdrawnByVolunteer, &standing, None, 1, EIGHT_TWENTY, None),
        ("given back, at any hour", WithdrawnByVolunteer, &standing, None, 1, "2026-11-23T10:00:00+08:00", None),
        ("given back, and taken", WithdrawnByVolunteer, &standing, None, 0, EIGHT_TWENTY, Some("slot-taken")),
        (
            "given back, and over",
            WithdrawnByVolunteer,
            &standing,
            None,
            1,
            "2026-11-23T11:00:00+08:00",
            Some("task-over"),
        ),
        ("taken back", Cancelled, &standing, None, 1, EIGHT_TWENTY, Some("offer-cancelled")),
        ("no slot", Offered, &standing, None, 0, EIGHT_TWENTY, Some("slot-taken")),
        ("no task", Offered, &cancelled, None, 1, EIGHT_TWENTY, Some("task-not-standing")),
        ("unfit now", Offered, &standing, Some(Exclusion::Engaged), 1, EIGHT_TWENTY, Some("excluded-engaged")),
    ];
    for (name, state, task, unfit, slots_left, when, expected) in cases {
        let taking = Taking { task, unfit, slots_left, similar: &[] };
        let before = Offer { reason: Some("要去看孙子".to_owned()), ..offer(1, state) };
        let got = before.accept(&on_offer(1), &taking, at(when));
        if let Ok(offer) = &got {
            assert_eq!((offer.state, offer.answered_at, &offer.reason), (Accepted, Some(at(when)), &None), "{name}");
        }
        assert_eq!(code(got), expected, "{name}");
    }
}

#[test]
#[should_panic(expected = "the permit is for another offer")]
fn a_permit_for_another_offer_is_a_defect() {
    let task = task(1);
    let taking = Taking { task: &task, unfit: None, slots_left: 1, similar: &[] };
    let _ = offer(2, OfferState::Offered).accept(&on_offer(1), &taking, at(EIGHT_TWENTY));
}

#[test]
fn a_slot_that_is_gone_names_two_like_it() {
    let lost = task(1);
    let open = |n, place: &str| Task { open: true, place_path: place.into(), ..task(n) };
    let later =
        Task { window: window("2026-11-24T09:00:00+08:00", "2026-11-24T10:00:00+08:00"), ..open(3, NEXT_VILLAGE) };
    let other_help = Task { category: "repair".into(), ..open(6, VILLAGE) };
    let over = Task { window: window("2026-11-22T09:00:00+08:00", "2026-11-22T10:00:00+08:00"), ..open(7, VILLAGE) };
    let closed = task(8);
    let tasks = [
        open(2, NEXT_TOWNSHIP),
        later,
        open(4, NEXT_VILLAGE),
        open(5, NEXT_COUNTY),
        other_help,
        over,
        closed,
        lost.clone(),
    ];
    let found = similar(&lost, VILLAGE, &tasks, at(EIGHT_TWENTY));
    assert_eq!(found.iter().map(|t| t.id).collect::<Vec<_>>(), [task_id(4), task_id(3)]);

    let taking = Taking { task: &lost, unfit: None, slots_left: 0, similar: &found };
    let refusal = offer(1, OfferState::Offered).accept(&on_offer(1), &taking, at(EIGHT_TWENTY)).unwrap_err();
    let expected = format!(
        "slot-taken count=2 first_id={} first_title=陪诊 4 second_id={} second_title=陪诊 3",
        task_id(4),
        task_id(3)
    );
    assert_eq!(refusal.to_string(), expected);
}

#[test]
fn declining_needs_no_reason() {
    let long = "忙".repeat(201);
    let cases = [
        (None, Ok(None)),
        (Some("  "), Ok(None)),
        (Some(" 要去看孙子 "), Ok(Some("要去看孙子".to_owned()))),
        (Some(long.as_str()), Err("text-too-long")),
    ];
    for (reason, expected) in cases {
        let got = offer(1, OfferState::Offered).decline(&on_offer(1), reason, at(EIGHT_TWENTY));
        assert_eq!(got.map(|o| o.reason).map_err(|r| r.code), expected);
    }
    let twice = offer(1, OfferState::Declined).decline(&on_offer(1), None, at(EIGHT_TWENTY));
    assert_eq!(code(twice), Some("offer-answered"));
}

#[test]
fn leaving_is_free_and_only_alerts_the_desk() {
    let cases = [
        ("2026-11-23T06:59:00+08:00", Ok((121, false))),
        ("2026-11-23T07:00:00+08:00", Ok((120, false))),
        ("2026-11-23T07:01:00+08:00", Ok((119, true))),
        ("2026-11-23T10:00:00+08:00", Ok((-60, true))),
        ("2026-11-23T11:00:00+08:00", Err("task-over")),
    ];
    for (when, expected) in cases {
        let accepted = offer(1, OfferState::Accepted);
        let got = accepted.withdraw(&on_offer(1), &task(1), None, &TaskRules::default(), at(when));
        assert_eq!(got.map(|w| (w.lead_minutes, w.alert_desk)).map_err(|r| r.code), expected, "{when}");
    }
    let offered = offer(1, OfferState::Offered);
    let got = offered.withdraw(&on_offer(1), &task(1), None, &TaskRules::default(), at(EIGHT_TWENTY));
    assert_eq!(code(got), Some("offer-not-accepted"));
}

#[test]
fn whoever_has_signed_in_signs_out_and_is_not_taken_off() {
    let begun = || Offer { began: Some(at("2026-11-23T08:55:00+08:00")), ..offer(1, OfferState::Accepted) };
    let during = at("2026-11-23T09:10:00+08:00");
    let own = begun().withdraw(&on_offer(1), &task(1), None, &TaskRules::default(), during);
    assert_eq!(code(own), Some("offer-begun"));
    let staff = access::on_offer(&actor(99, Role::SocialWorker), offer_id(1), person(1), VILLAGE).unwrap();
    assert_eq!(code(begun().cancel(&staff, during)), Some("offer-begun"));
    assert_eq!(code(begun().cancel_with_task(during)), Some("offer-begun"));
    let task = task(1);
    for (begun, expected) in [(true, Some("task-begun")), (false, None)] {
        assert_eq!(code(task.clone().cancel(&by_staff(&task), begun)), expected, "{begun}");
    }
}

#[test]
fn whoever_stops_volunteering_keeps_only_what_has_begun() {
    use OfferState::*;
    let stopped = at("2026-11-23T08:25:00+08:00");
    let (before, after) = (Some(at(EIGHT_TWENTY)), Some(at("2026-11-23T08:26:00+08:00")));
    let cases = [
        ("accepted", Accepted, before, None, Parting::GivenBack),
        ("accepted and there", Accepted, before, Some(at("2026-11-23T08:24:00+08:00")), Parting::Stays),
        ("accepted after coming back", Accepted, after, None, Parting::Stays),
        ("asked", Offered, None, None, Parting::Declined),
        ("declined", Declined, before, None, Parting::Stays),
        ("given back", WithdrawnByVolunteer, before, None, Parting::Stays),
        ("over", Expired, None, None, Parting::Stays),
        ("cancelled", Cancelled, before, None, Parting::Stays),
    ];
    for (name, state, answered_at, began, expected) in cases {
        let offer = Offer { answered_at, began, ..offer(1, state) };
        assert_eq!(offer.when_stopped(stopped), expected, "{name}");
    }
    let asked_later = Offer { offered_at: at("2026-11-23T08:26:00+08:00"), ..offer(1, Offered) };
    assert_eq!(asked_later.when_stopped(stopped), Parting::Stays);
}

#[test]
fn offers_expire_and_are_cancelled_where_they_stand() {
    use OfferState::*;
    let (before, after) = (at("2026-11-23T08:30:00+08:00"), at("2026-11-23T08:31:00+08:00"));
    for (state, expired, cancelled) in [
        (Offered, Expired, Some(Cancelled)),
        (Accepted, Accepted, Some(Cancelled)),
        (Declined, Declined, None),
        (Expired, Expired, None),
        (WithdrawnByVolunteer, WithdrawnByVolunteer, None),
        (Cancelled, Cancelled, None),
    ] {
        assert_eq!(offer(1, state).expire(after).state, expired);
        assert_eq!(offer(1, state).expire(before).state, state);
        assert_eq!(offer(1, state).cancel_with_task(after).map(|o| o.state).ok(), cancelled);
    }
    let staff = access::on_offer(&actor(99, Role::SocialWorker), offer_id(1), person(1), VILLAGE).unwrap();
    assert_eq!(offer(1, Offered).cancel(&staff, after).map(|o| o.state), Ok(Cancelled));
}

#[test]
fn an_open_task_is_taken_by_who_comes() {
    let open = Task { open: true, ..task(1) };
    let closed = task(1);
    let cases = [
        ("free", &open, false, 1, None),
        ("not open", &closed, false, 1, Some("task-not-open")),
        ("holds a slot already", &open, true, 1, Some("task-taken-already")),
        ("gone", &open, false, 0, Some("slot-taken")),
    ];
    for (name, task, holds_slot, slots_left, expected) in cases {
        let permit = access::on_open_task(&actor(1, Role::Volunteer), task.id).unwrap();
        let taking = Taking { task, unfit: None, slots_left, similar: &[] };
        let got = Offer::take_open(offer_id(1), &permit, person(1), &taking, holds_slot, at(EIGHT_TWENTY));
        if let Ok(offer) = &got {
            assert_eq!((offer.state, offer.wave, offer.volunteer), (OfferState::Accepted, 0, person(1)), "{name}");
        }
        assert_eq!(code(got), expected, "{name}");
    }
}

#[test]
fn a_task_is_cut_only_for_what_is_to_come() {
    let permit = access::on_matter(&actor(99, Role::SocialWorker), Uuid::nil(), VILLAGE, &[], false).unwrap();
    let now = at("2026-11-23T09:20:00+08:00");
    let plain = task(1);
    let over = window("2026-11-23T08:00:00+08:00", "2026-11-23T09:00:00+08:00");
    let nine = window("2026-11-23T12:00:00+08:00", "2026-11-23T12:09:00+08:00");
    let ten = window("2026-11-23T12:00:00+08:00", "2026-11-23T12:10:00+08:00");
    let backwards = window("2026-11-23T12:00:00+08:00", "2026-11-23T11:00:00+08:00");
    let long = window("2026-11-23T12:00:00+08:00", "2026-11-24T12:00:00+08:00");
    let next_year = window("2027-11-23T09:00:00+08:00", "2027-11-23T10:00:00+08:00");
    let year_after = window("2028-01-23T09:00:00+08:00", "2028-01-23T10:00:00+08:00");
    let never = window("9999-06-23T09:00:00+08:00", "9999-06-23T10:00:00+08:00");
    let two = Needs { two_at_the_door: true, ..Needs::default() };
    let cases = [
        ("begun a little ago", plain.clone(), None),
        ("over", Task { window: over, ..plain.clone() }, Some("task-in-past")),
        ("nine minutes", Task { window: nine, ..plain.clone() }, Some("task-too-short")),
        ("ten minutes", Task { window: ten, ..plain.clone() }, None),
        ("backwards", Task { window: backwards, ..plain.clone() }, Some("task-window")),
        ("a whole day", Task { window: long, ..plain.clone() }, Some("task-too-long")),
        ("in a year", Task { window: next_year, ..plain.clone() }, None),
        ("in the year after", Task { window: year_after, ..plain.clone() }, Some("task-too-far-ahead")),
        ("in a year that nobody sees", Task { window: never, ..plain.clone() }, Some("task-too-far-ahead")),
        ("no title", Task { title: " ".into(), ..plain.clone() }, Some("task-title")),
        ("no slot", Task { slots: 0, ..plain.clone() }, Some("task-slots")),
        ("too many slots", Task { slots: 201, ..plain.clone() }, Some("task-slots")),
        ("one where two must go", Task { needs: two.clone(), ..plain.clone() }, Some("task-two-needed")),
        ("two where two must go", Task { needs: two, slots: 2, ..plain.clone() }, None),
    ];
    for (name, task, expected) in cases {
        assert_eq!(code(task.cut(&permit, &TaskRules::default(), now)), expected, "{name}");
    }
    let wrong = Task { title: String::new(), window: backwards, slots: 0, ..plain };
    let refusal = wrong.cut(&permit, &TaskRules::default(), now).unwrap_err();
    let fields: Vec<_> = refusal.each().filter_map(|one| one.field.as_deref()).collect();
    assert_eq!(fields, ["title", "end", "slots"], "all of it at once");
}

#[test]
fn a_task_is_opened_cancelled_and_given_to_staff() {
    let (during, after) = (at("2026-11-23T10:00:00+08:00"), at("2026-11-23T11:00:00+08:00"));
    let standing = task(1);
    let done = Task { state: TaskState::Done, ..task(1) };
    assert!(standing.clone().open(&by_staff(&standing), during).unwrap().open);
    assert_eq!(code(standing.clone().open(&by_staff(&standing), after)), Some("task-over"));
    assert_eq!(code(done.clone().cancel(&by_staff(&done), false)), Some("task-not-standing"));
    assert_eq!(standing.clone().cancel(&by_staff(&standing), false).unwrap().state, TaskState::Cancelled);
    let day = date(2026, 11, 22);
    let aid = Task { needs: Needs { credentials: vec!["first_aid".into()], ..Needs::default() }, ..task(1) };
    let cases = [
        ("a volunteer", &standing, false, vec![], day, Some("task-assign-not-staff")),
        ("a colleague", &standing, true, vec![], day, None),
        ("who has shown nothing", &aid, true, vec![], day, Some("task-assign-credential")),
        ("who has shown it", &aid, true, vec![first_aid()], day, None),
        ("when it has run out", &aid, true, vec![first_aid()], date(2026, 11, 23), Some("task-assign-credential")),
        (
            "whom nobody has checked",
            &aid,
            true,
            vec![Credential { verified: None, ..first_aid() }],
            day,
            Some("task-assign-credential"),
        ),
    ];
    let who = Party { person: person(5), household: None, kin: &[] };
    for (name, task, is_staff_here, credentials, day, expected) in cases {
        let colleague = Colleague { who, sex: Sex::Male, credentials: &credentials };
        let got = task.assign_staff(&by_staff(task), is_staff_here, (&colleague, &[]), day, during);
        assert_eq!(code(got), expected, "{name}");
    }
}

#[test]
fn nobody_came_is_said_of_a_task_once_and_only_when_its_time_is_over() {
    let standing = task(1);
    let (before, over) = (at("2026-11-23T10:59:59+08:00"), standing.window.end);
    let state = |task: Option<Task>| task.map(|t| t.state);
    let of = |state| Task { state, ..task(1) };
    let cases = [
        ("too early", standing.clone(), before, None),
        ("over", standing, over, Some(TaskState::Unattended)),
        ("said already", of(TaskState::Unattended), over, None),
        ("served", of(TaskState::Done), over, None),
        ("cancelled", of(TaskState::Cancelled), over, None),
    ];
    for (name, task, when, expected) in cases {
        assert_eq!(state(task.unattended(when)), expected, "{name}");
    }
    for state in TaskState::ALL {
        assert_eq!(TaskState::from_key(state.key()), Some(state));
    }
}

#[test]
fn waves_follow_their_plan() {
    let plan = WavePlan {
        level: "today".into(),
        per_slot: 3,
        most: 5,
        reply_within: Term::Minutes(15),
        reach: vec![Distance::SameTownship, Distance::SameCounty],
        then_open: true,
    };
    let no_open = WavePlan { then_open: false, ..plan.clone() };
    let closed = task(1);
    let open = Task { open: true, ..task(1) };
    let answered = |wave| Offer { wave, state: OfferState::Declined, ..offer(1, OfferState::Declined) };
    let asked = offer(2, OfferState::Offered);
    let by = |text| at(text);
    let send = |wave, size, reach, reply_by: &str| Step::Send { wave, size, reach, reply_by: at(reply_by) };
    let (early, late) = ("2026-11-23T08:00:00+08:00", "2026-11-23T08:50:00+08:00");
    let begun = "2026-11-23T09:05:00+08:00";
    let cases = [
        ("first", &plan, &closed, vec![], 1, early, send(1, 3, Distance::SameTownship, "2026-11-23T08:15:00+08:00")),
        ("capped", &plan, &closed, vec![], 2, early, send(1, 5, Distance::SameTownship, "2026-11-23T08:15:00+08:00")),
        (
            "before the start",
            &plan,
            &closed,
            vec![],
            1,
            late,
            send(1, 3, Distance::SameTownship, "2026-11-23T09:00:00+08:00"),
        ),
        ("begun", &plan, &closed, vec![], 1, begun, send(1, 3, Distance::SameTownship, "2026-11-23T09:20:00+08:00")),
        ("awaited", &plan, &closed, vec![asked.clone()], 1, EIGHT_TWENTY, Step::Wait(by("2026-11-23T08:30:00+08:00"))),
        (
            "all answered",
            &plan,
            &closed,
            vec![answered(1)],
            1,
            early,
            send(2, 3, Distance::SameCounty, "2026-11-23T08:15:00+08:00"),
        ),
        (
            "timed out",
            &plan,
            &closed,
            vec![asked],
            1,
            late,
            send(2, 3, Distance::SameCounty, "2026-11-23T09:00:00+08:00"),
        ),
        ("widened to all", &plan, &closed, vec![answered(2)], 1, early, Step::Open),
        ("open, wait", &plan, &open, vec![answered(2)], 1, early, Step::Wait(by("2026-11-23T09:00:00+08:00"))),
        ("open, nobody came", &plan, &open, vec![answered(2)], 1, begun, Step::AskDesk),
        ("not to be opened", &no_open, &closed, vec![answered(2)], 1, early, Step::AskDesk),
        ("full", &plan, &closed, vec![], 0, early, Step::Nothing),
        ("over", &plan, &closed, vec![], 1, "2026-11-23T11:00:00+08:00", Step::Nothing),
    ];
    let hours = QuietHours { from: Time::midnight(), until: Time::midnight(), through: vec![] };
    for (name, plan, task, offers, slots_left, when, expected) in cases {
        let calendar = calendar();
        let night = Night { hours: &hours, level: "today", starts: task.window.start, zone: calendar.zone() };
        assert_eq!(plan.next(task, &offers, slots_left, &calendar, at(when), &night), Ok(expected), "{name}");
    }
}

#[test]
fn an_invitation_leaves_time_to_answer() {
    let standing = task(1);
    let done = Task { state: TaskState::Done, ..task(1) };
    let half_past = "2026-11-23T08:30:00+08:00";
    let cases = [
        ("plain", &standing, None, half_past, None),
        ("no time", &standing, None, EIGHT_TWENTY, Some("offer-reply-by")),
        ("an answer after the end", &standing, None, "2026-11-23T11:00:01+08:00", Some("offer-reply-by")),
        ("who is busy", &standing, Some(Exclusion::Engaged), half_past, Some("excluded-engaged")),
        ("to what is done", &done, None, half_past, Some("task-not-standing")),
    ];
    for (name, task, unfit, reply_by, expected) in cases {
        let invitation = Invitation { id: offer_id(1), volunteer: person(1), wave: 2, reply_by: at(reply_by) };
        let got = Offer::invite(&by_staff(task), invitation, task, unfit, at(EIGHT_TWENTY));
        if let Ok(offer) = &got {
            assert_eq!((offer.state, offer.wave, offer.answered_at), (OfferState::Offered, 2, None), "{name}");
        }
        assert_eq!(code(got), expected, "{name}");
    }
}

#[test]
fn nobody_is_given_less_time_to_answer_than_the_settings_name() {
    let limits = TaskRules { shortest_reply: 5, ..TaskRules::default() };
    let hours = WavePlans::default().plan("*").clone();
    let hasty = WavePlan { reply_within: Term::Minutes(2), ..hours.clone() };
    let cases = [
        ("in the very minute", &hours, "2026-11-23T08:20:40+08:00", Some("offer-reply-short")),
        ("a second short", &hours, "2026-11-23T08:24:59+08:00", Some("offer-reply-short")),
        ("five minutes", &hours, "2026-11-23T08:25:00+08:00", None),
        ("what a hasty plan grants", &hasty, "2026-11-23T08:22:00+08:00", None),
        ("less than a hasty plan grants", &hasty, "2026-11-23T08:21:59+08:00", Some("offer-reply-short")),
        ("what is over is refused as such", &hours, "2026-11-23T08:19:00+08:00", None),
    ];
    for (name, plan, by, expected) in cases {
        assert_eq!(code(plan.leaves_time(&limits, at(EIGHT_TWENTY), at(by))), expected, "{name}");
    }
}

#[test]
fn widening_asks_for_less_and_never_for_more() {
    let needs = Needs { skills: vec!["driving".into()], ..Needs::default() };
    let picky = Task { needs, ..task(1) };
    let plain = task(1);
    let cases = [
        ("further", &plain, Distance::SameCounty, false, None),
        ("as far as before", &plain, Distance::SameTownship, false, Some("widen-nothing")),
        ("nearer", &picky, Distance::SameVillage, true, Some("widen-nothing")),
        ("without the skill", &picky, Distance::SameTownship, true, None),
        ("without a skill that nobody asked for", &plain, Distance::SameTownship, true, Some("widen-nothing")),
    ];
    for (name, task, reach, without_skills, expected) in cases {
        let got = task.clone().widen(&by_staff(task), reach, without_skills, at(EIGHT_TWENTY));
        if let Ok(widened) = &got {
            assert_eq!(widened.needs.reach, reach, "{name}");
            assert_eq!(widened.needs.skills.is_empty(), without_skills || task.needs.skills.is_empty(), "{name}");
        }
        assert_eq!(code(got), expected, "{name}");
    }
    let widened = picky.clone().widen(&by_staff(&picky), Distance::Beyond, true, at(EIGHT_TWENTY)).unwrap();
    assert_eq!(widened.needs.useful_skills, ["driving"]);
}

#[test]
fn plans_of_waves_are_data_that_is_checked() {
    let text = include_str!("../waves.toml");
    let plans = WavePlans::parse(text).unwrap();
    assert_eq!(plans.plan("urgent").reply_within, Term::Minutes(5));
    assert_eq!(plans.plan("some level of a county"), plans.plan("*"));
    for (from, to) in [("most = 10", "most = 0"), ("level = \"*\"", "level = \"x\""), ("then_open = true", "")] {
        assert!(WavePlans::parse(&text.replacen(from, to, 1)).is_err(), "{to}");
    }
    let plan = plans.plan("day");
    for (invited, expected) in [(0, Some("wave-empty")), (5, None), (6, Some("wave-too-many"))] {
        assert_eq!(code(plan.allows(invited)), expected);
    }
}

#[test]
fn waves_are_ended_while_somebody_is_looked_for() {
    let standing = task(1);
    let opened = Task { open: true, ..task(1) };
    let cancelled = Task { state: TaskState::Cancelled, ..task(1) };
    let (before, after) = (EIGHT_TWENTY, "2026-11-23T11:00:00+08:00");
    let cases = [
        ("while they run", &standing, (true, 1), before, None),
        ("after they have opened it", &opened, (true, 1), before, None),
        ("none have been begun", &standing, (false, 1), before, Some("waves-not-running")),
        ("opened by hand", &opened, (false, 1), before, Some("waves-not-running")),
        ("all places are taken", &standing, (true, 0), before, Some("waves-not-running")),
        ("cancelled", &cancelled, (true, 1), before, Some("task-not-standing")),
        ("over", &standing, (true, 1), after, Some("task-over")),
    ];
    for (name, task, running, when, expected) in cases {
        let stopped = task.clone().stop_waves(&by_staff(task), running, at(when));
        if let Ok(stopped) = &stopped {
            assert_eq!((stopped.open, stopped.state), (false, TaskState::Standing), "nobody is looked for: {name}");
        }
        assert_eq!(code(stopped), expected, "{name}");
    }
}
