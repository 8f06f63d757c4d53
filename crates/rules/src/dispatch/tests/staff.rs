//! Colleagues who go themselves, and step back; what is said of a task whose times nobody could read.

use super::*;
use crate::dispatch::access::{CutTask, StepBack, TaskSubject, on_matter, on_task};
use crate::dispatch::staff::Colleague;
use crate::dispatch::{SteppedBack, TaskRules};
use crate::shared::{Permit, Refusal};

#[test]
fn whoever_goes_themselves_may_step_back_until_it_is_over() {
    let standing = task(1);
    let done = Task { state: TaskState::Done, ..task(1) };
    let subject =
        TaskSubject { task: standing.id, place_path: &standing.place_path, team: None, handlers: &[], private: false };
    let permit: Permit<StepBack> = on_task(&actor(99, Role::SocialWorker), &subject).unwrap();
    assert!(on_task::<StepBack>(&actor(98, Role::Volunteer), &subject).is_err(), "a volunteer gives an offer back");
    let (early, late) = ("2026-11-23T06:00:00+08:00", "2026-11-23T08:30:00+08:00");
    let left = |lead_minutes, alert_desk| Ok(SteppedBack { reason: None, lead_minutes, alert_desk });
    let cases = [
        ("in good time", &standing, true, "", early, left(180, false)),
        ("shortly before", &standing, true, " ", late, left(30, true)),
        ("while it lasts", &standing, true, "", "2026-11-23T09:30:00+08:00", left(-30, true)),
        ("who does not go", &standing, false, "", early, Err("task-not-going")),
        ("when it is over", &standing, true, "", "2026-11-23T11:00:00+08:00", Err("task-over")),
        ("when it is done", &done, true, "", early, Err("task-not-standing")),
    ];
    for (name, task, goes, reason, when, expected) in cases {
        let got = task.step_back(&permit, goes, Some(reason), &TaskRules::default(), at(when));
        assert_eq!(got.map_err(|refusal| refusal.code), expected, "{name}");
    }
    let long = "病".repeat(2_000);
    let told = standing.step_back(&permit, true, Some(&long), &TaskRules::default(), at(early));
    assert_eq!(told.map_err(|refusal| refusal.code), Err("text-too-long"));
    let told = standing.step_back(&permit, true, Some(" 发烧了 "), &TaskRules::default(), at(early)).unwrap();
    assert_eq!(told.reason.as_deref(), Some("发烧了"));
}

#[test]
fn of_a_task_without_times_everything_else_is_said() {
    let permit: Permit<CutTask> =
        on_matter(&actor(99, Role::SocialWorker), uuid::Uuid::nil(), VILLAGE, &[], false).unwrap();
    let two = Needs { two_at_the_door: true, ..Needs::default() };
    let cases = [
        ("nothing", task(1), vec![]),
        ("no title and no number", Task { title: " ".into(), slots: 0, ..task(1) }, vec!["title", "slots"]),
        ("one where two must go", Task { needs: two, ..task(1) }, vec!["slots"]),
    ];
    for (name, task, expected) in cases {
        let said = task.cut_untimed(&permit, &TaskRules::default()).err();
        let fields: Vec<String> = said.iter().flat_map(Refusal::each).filter_map(|one| one.field.clone()).collect();
        assert_eq!(fields, expected, "{name}");
    }
}

#[test]
fn a_colleague_who_goes_is_held_to_what_volunteers_are_held_to() {
    let day = date(2026, 11, 23);
    let (plain, wished) = (task(1), Task { needs: Needs { women_only: true, ..Needs::default() }, ..task(1) });
    let home = Some(Id::new(Cell(1), Uuid::from_u128(70)));
    let (of_served, of_reporter) = ([person(6)], [person(7)]);
    let parties = [
        Party { person: person(90), household: home, kin: &of_served },
        Party { person: person(91), household: None, kin: &of_reporter },
    ];
    let alone = |n| Party { person: person(n), household: None, kin: &[] };
    let cases = [
        ("a stranger", &plain, alone(5), Sex::Male, None),
        ("a man where a woman is asked for", &wished, alone(5), Sex::Male, Some("task-assign-women-only")),
        ("who has not said", &wished, alone(5), Sex::Unstated, Some("task-assign-women-only")),
        ("a woman", &wished, alone(5), Sex::Female, None),
        ("kin of the served", &plain, alone(6), Sex::Female, Some("task-assign-close")),
        ("kin of the reporter", &plain, alone(7), Sex::Female, Some("task-assign-close")),
        ("of the same home", &plain, Party { household: home, ..alone(5) }, Sex::Female, Some("task-assign-close")),
        ("the served", &plain, alone(90), Sex::Female, Some("task-assign-close")),
    ];
    for (name, task, who, sex, expected) in cases {
        let colleague = Colleague { who, sex, credentials: &[] };
        let got = task.may_go(&colleague, &parties, day);
        assert_eq!(got.err().map(|refusal| refusal.code), expected, "{name}");
    }
}
