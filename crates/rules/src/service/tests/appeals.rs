//! Who appeals until when, who decides, and what a record becomes again.

use jiff::tz::{Offset, TimeZone};

use super::*;
use crate::people::household::Party;
use crate::service::ReviewState;
use crate::service::appeal::{AppealState, Appealable, Outcome, appeal_by};
use crate::service::record::{OtherRecords, RecordRules};
use crate::service::review::Bench;
use crate::shared::ids::HouseholdId;
use crate::shared::{CalendarError, WorkCalendar};

const DURING: &str = "2026-12-14T23:59:59+08:00";
const AFTER: &str = "2026-12-15T00:00:00+08:00";
/// Who found it false.
const REVIEWER: u128 = 5;

fn found_false() -> Appealable {
    Appealable {
        record: record().id,
        volunteer: person(VOLUNTEER),
        review: ReviewState::Upheld,
        appeal_by: Some(at(DURING)),
        appeal: None,
    }
}

fn waiting() -> Appealable {
    Appealable { appeal: Some(AppealState::Waiting), ..found_false() }
}

fn party(n: u128) -> Party<'static> {
    Party { person: person(n), household: None, kin: &[] }
}

#[test]
fn one_appeals_once_and_in_time() {
    let unending = Appealable { appeal_by: None, ..found_false() };
    let (open, cleared) = (ReviewState::Open, ReviewState::Cleared);
    let (stands, overturned) = (Some(AppealState::Stands), Some(AppealState::Overturned));
    let long = "字".repeat(501);
    let cases = [
        ("in time", found_false(), " 那天我在 ", DURING, Ok("那天我在".to_owned())),
        ("a second late", found_false(), "那天我在", AFTER, Err("appeal-late")),
        ("a year that is not loaded", unending, "那天我在", AFTER, Ok("那天我在".to_owned())),
        ("while it waits", waiting(), "还有一句", DURING, Err("appeal-once")),
        ("after it stood", Appealable { appeal: stands, ..found_false() }, "再看看", DURING, Err("appeal-once")),
        (
            "after it fell",
            Appealable { appeal: overturned, review: cleared, ..found_false() },
            "再看看",
            DURING,
            Err("appeal-once"),
        ),
        ("looked at", Appealable { review: open, ..found_false() }, "那天我在", DURING, Err("appeal-nothing")),
        ("counts", Appealable { review: cleared, ..found_false() }, "那天我在", DURING, Err("appeal-nothing")),
        ("nothing said", found_false(), "  ", DURING, Err("appeal-words")),
        ("too much said", found_false(), &long, DURING, Err("text-too-long")),
    ];
    for (name, review, words, now, expected) in cases {
        for by in [VOLUNTEER, STAFF] {
            let permit = access::on_review(&actor(by), &subject(&record())).unwrap();
            let asked = review.ask(&permit, words, at(now)).map_err(|refusal| refusal.code);
            assert_eq!(asked, expected, "{name}");
        }
    }
    let job = access::on_review(&Actor::system(), &subject(&record())).unwrap();
    assert_eq!(code(found_false().ask(&job, "那天我在", at(DURING))), Some("needs-a-person"));
}

#[test]
fn the_term_runs_in_working_days() {
    let mut calendar = WorkCalendar::new(TimeZone::fixed(Offset::constant(8)));
    let found = at("2026-11-23T09:00:00+08:00");
    assert_eq!(appeal_by(15, &calendar, found), Err(CalendarError::YearNotLoaded(2026)));
    calendar.load_year(2026, [], []);
    assert_eq!(appeal_by(15, &calendar, found), Ok(at(DURING)));
}

#[test]
fn who_appeals_and_who_decides() {
    let with = |role: Option<Role>, path: &str| {
        let memberships = role.map(|role| Membership { role, organisation: None, place_path: path.into() });
        Actor::person(person(77), memberships.into_iter().collect(), Channel::Web)
    };
    let (record, near, far) = (record(), "3717/371722/", "3717/371724/");
    let may = |who: &Actor| {
        let of = subject(&record);
        (
            access::on_review::<access::Appeal>(who, &of).is_ok(),
            access::on_review::<access::DecideAppeal>(who, &of).is_ok(),
        )
    };
    let cases = [
        (None, near, (false, false)),
        (Some(Role::SocialWorker), near, (true, false)),
        (Some(Role::CommunityWorker), near, (true, false)),
        (Some(Role::CallTaker), near, (true, false)),
        (Some(Role::GridMember), near, (false, false)),
        (Some(Role::Inspector), near, (false, true)),
        (Some(Role::CountyOfficial), near, (false, true)),
        (Some(Role::Auditor), near, (false, false)),
        (Some(Role::SocialWorker), far, (false, false)),
        (Some(Role::Inspector), far, (false, false)),
    ];
    for (role, path, expected) in cases {
        assert_eq!(may(&with(role, path)), expected, "{role:?} of {path}");
    }
    let own = |n| Actor::person(person(n), Vec::new(), Channel::Web);
    assert_eq!((may(&own(VOLUNTEER)), may(&own(SERVED))), ((true, false), (false, false)));
}

#[test]
fn a_third_decides_once() {
    let hands = [party(STAFF), party(REVIEWER)];
    let bench = Bench { decider: party(OTHER_STAFF), volunteer: party(VOLUNTEER), took_part: &hands };
    let home = Some(HouseholdId::new(Cell(1), Uuid::from_u128(7)));
    let (at_home, of_reviewer) = (Party { household: home, ..party(OTHER_STAFF) }, [person(REVIEWER)]);
    let lives_with = Bench { decider: at_home, volunteer: Party { household: home, ..party(VOLUNTEER) }, ..bench };
    let kin = Bench { decider: Party { kin: &of_reviewer, ..party(OTHER_STAFF) }, ..bench };
    let by = |n| Bench { decider: party(n), ..bench };
    let state = |state| Appealable { appeal: Some(state), ..found_false() };
    let cases = [
        ("a third", waiting(), bench, "问过队长", Ok("问过队长".to_owned())),
        ("whose hours they are", waiting(), by(VOLUNTEER), "是我", Err("appeal-own")),
        ("who entered it", waiting(), by(STAFF), "属实", Err("appeal-took-part")),
        ("who found it false", waiting(), by(REVIEWER), "属实", Err("appeal-took-part")),
        ("who lives with the volunteer", waiting(), lives_with, "属实", Err("appeal-household")),
        ("kin of who found it false", waiting(), kin, "属实", Err("appeal-household")),
        ("without a reason", waiting(), bench, " ", Err("appeal-reason")),
        ("it stood", state(AppealState::Stands), bench, "属实", Err("appeal-decided")),
        ("it fell", state(AppealState::Overturned), bench, "属实", Err("appeal-decided")),
        ("nobody asked", found_false(), bench, "属实", Err("appeal-decided")),
    ];
    for (name, appeal, bench, reason, expected) in cases {
        let permit = access::on_review(&actor_of(bench.decider.person), &subject(&record())).unwrap();
        assert_eq!(appeal.decide(&permit, &bench, reason).map_err(|refusal| refusal.code), expected, "{name}");
    }
    let job = access::on_review(&Actor::system(), &subject(&record())).unwrap();
    assert_eq!(code(waiting().decide(&job, &bench, "属实")), Some("needs-a-person"));
    assert_eq!(
        [Outcome::Stand, Outcome::Overturn].map(Outcome::becomes),
        [AppealState::Stands, AppealState::Overturned]
    );
}

/// Whoever it is, with every role.
fn actor_of(who: PersonId) -> Actor {
    Actor { person: Some(who), ..actor(OTHER_STAFF) }
}

#[test]
fn a_record_becomes_what_it_was_unless_its_time_is_taken() {
    let permit = access::on_review(&actor(OTHER_STAFF), &subject(&record())).unwrap();
    let void = || ServiceRecord { state: RecordState::Void, ..record() };
    let beside = [window("11:00:00", "12:00:00")];
    let across = [window("10:30:00", "12:00:00")];
    let cases = [
        ("nothing since", &[][..], 0, Ok(RecordState::Confirmed)),
        ("another beside it", &beside, 60, Ok(RecordState::Confirmed)),
        ("the same time anew", &across, 90, Err("appeal-overlaps")),
        ("a day that is full", &[], 601, Err("appeal-overlaps")),
    ];
    for (name, served, minutes_that_day, expected) in cases {
        let others = OtherRecords { served, minutes_that_day };
        let restored = void().restored(&permit, RecordState::Confirmed, &others, &RecordRules::default());
        assert_eq!(restored.map(|record| record.state).map_err(|refusal| refusal.code), expected, "{name}");
    }
}
