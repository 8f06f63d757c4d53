//! Records: from attendance, late, corrected, void; and their clock.

use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};

use super::*;
use crate::service::attendance::{AttendanceRules, Closing, Stamp};
use crate::service::presence::Means;
use crate::service::record::{LateEntry, Nature, OtherRecords, RecordRules};
use crate::shared::{CalendarError, WorkCalendar};

const NONE: OtherRecords<'static> = OtherRecords { served: &[], minutes_that_day: 0 };

fn stamp(time: &str, means: Means, by: u128) -> Option<Stamp> {
    Some(Stamp { device: None, server: on_monday(time), means, by: Some(person(by)) })
}

fn closed(check_in: Means, check_out: Means) -> Attendance {
    Attendance {
        check_in: stamp("09:00:00", check_in, VOLUNTEER),
        check_out: stamp("10:30:00", check_out, STAFF),
        ..attendance()
    }
}

fn write(attendance: &Attendance, activity: Activity, others: &OtherRecords<'_>) -> Result<ServiceRecord, Refusal> {
    let rules = (RecordRules::default(), AttendanceRules::default());
    ServiceRecord::of_attendance(record().id, attendance, activity, others, &rules.0, &rules.1)
}

#[test]
fn evidence_follows_how_presence_was_proved() {
    for (means, expected) in [
        (Means::CardQr, Evidence::BothPresent),
        (Means::Desk, Evidence::Desk),
        (Means::VenueQr, Evidence::Code),
        (Means::Code, Evidence::Code),
    ] {
        let record = write(&closed(means, Means::Code), activity(), &NONE).unwrap();
        assert_eq!((record.evidence, record.minutes, record.state), (expected, 90, RecordState::Recorded));
        assert_eq!(record.entered_by, [person(VOLUNTEER), person(STAFF)]);
    }
}

#[test]
fn a_record_is_plausible_or_refused() {
    let signed = closed(Means::Code, Means::Code);
    let open = Attendance { check_out: None, ..signed.clone() };
    let short = Attendance { check_out: stamp("09:09:59", Means::Code, VOLUNTEER), ..signed.clone() };
    let overlap = [window("10:29:00", "12:00:00")];
    let next = [window("10:30:00", "12:00:00")];
    let filler = Activity { content: " 好 ".into(), ..activity() };
    let others = |served, minutes_that_day| OtherRecords { served, minutes_that_day };
    let cases = [
        ("plain", &signed, activity(), NONE, None),
        ("not closed", &open, activity(), NONE, Some("record-not-closed")),
        ("nine minutes", &short, activity(), NONE, Some("record-too-short")),
        ("overlaps another", &signed, activity(), others(&overlap, 0), Some("record-overlaps")),
        ("right before another", &signed, activity(), others(&next, 0), None),
        ("a full day", &signed, activity(), others(&[], 630), None),
        ("more than a day holds", &signed, activity(), others(&[], 631), Some("record-day-full")),
        ("filler", &signed, filler, NONE, Some("record-content")),
    ];
    for (name, attendance, activity, others, expected) in cases {
        assert_eq!(code(write(attendance, activity, &others)), expected, "{name}");
    }
}

#[test]
fn what_was_done_after_a_forgotten_check_out_is_asked_later() {
    let forgotten = closed(Means::Code, Means::Unattended);
    let empty = Activity { content: String::new(), ..activity() };
    let written = write(&forgotten, empty, &NONE).unwrap();
    assert_eq!((written.closing, written.minutes), (Some(Closing::ToBeConfirmed), 120));
    let rules = RecordRules::default();
    let cases = [
        ("earlier", "10:15:00", "陪同取药", None),
        ("as closed", "11:00:00", "陪同取药", None),
        ("later than closed", "11:10:00", "陪同取药", Some("correct-longer")),
        ("nothing said", "10:15:00", "", Some("record-content")),
        ("before it began", "08:00:00", "陪同取药", Some("record-ends-first")),
    ];
    for (name, ended, content, expected) in cases {
        let permit = on_service(VOLUNTEER);
        let got = written.clone().describe(&permit, on_monday(ended), content.into(), &NONE, &rules);
        assert_eq!(code(got), expected, "{name}");
    }
    let permit = on_service(VOLUNTEER);
    let got = record().describe(&permit, on_monday("10:00:00"), "陪同取药".into(), &NONE, &rules);
    assert_eq!(code(got), Some("correct-state"));
}

fn entry() -> LateEntry {
    LateEntry {
        id: record().id,
        volunteer: person(VOLUNTEER),
        offer: None,
        activity: activity(),
        served: window("09:00:00", "10:00:00"),
        nature: Nature::Voluntary,
        reason: "手机没电".into(),
    }
}

#[test]
fn a_late_entry_is_a_class_of_its_own() {
    let now = at("2026-11-24T09:00:00+08:00");
    let last_moment = at("2027-01-22T10:59:00+08:00");
    let too_old = at("2027-01-22T11:00:00+08:00");
    let cases = [
        ("plain", entry(), now, None),
        ("no reason", LateEntry { reason: " ".into(), ..entry() }, now, Some("late-reason")),
        ("not over", entry(), on_monday("09:30:00"), Some("late-not-over")),
        ("sixty days after", entry(), last_moment, None),
        ("later", entry(), too_old, Some("late-too-old")),
        ("one's own post", LateEntry { nature: Nature::OwnPost, ..entry() }, now, Some("not-volunteer-service")),
        ("ordered", LateEntry { nature: Nature::Ordered, ..entry() }, now, Some("not-volunteer-service")),
        ("paid", LateEntry { nature: Nature::Paid, ..entry() }, now, Some("not-volunteer-service")),
        ("for oneself", LateEntry { nature: Nature::OwnInterest, ..entry() }, now, Some("not-volunteer-service")),
        ("backwards", LateEntry { served: window("10:00:00", "09:00:00"), ..entry() }, now, Some("record-ends-first")),
    ];
    for (name, entry, when, expected) in cases {
        let permit = access::on_volunteer(&actor(STAFF), person(VOLUNTEER), VILLAGE, None).unwrap();
        let got = ServiceRecord::late(&permit, entry, &NONE, &RecordRules::default(), when);
        if let Ok(record) = &got {
            assert_eq!((record.evidence, record.state), (Evidence::Late, RecordState::Recorded), "{name}");
            assert_eq!(record.entered_by, [person(STAFF)], "{name}");
        }
        assert_eq!(code(got), expected, "{name}");
    }
    let job = access::on_volunteer(&Actor::system(), person(VOLUNTEER), VILLAGE, None).unwrap();
    let got = ServiceRecord::late(&job, entry(), &NONE, &RecordRules::default(), now);
    assert_eq!(code(got), Some("needs-a-person"));
}

#[test]
fn a_correction_only_shrinks_and_names_who_made_it() {
    let contested = ServiceRecord { state: RecordState::Contested, ..record() };
    let permit = access::on_record(&actor(STAFF), &subject(&contested)).unwrap();
    let rules = RecordRules::default();
    let content = || "陪同去医院".to_owned();
    let shorter = window("09:30:00", "10:30:00");
    let corrected = contested.clone().correct(&permit, shorter, content(), &NONE, &rules).unwrap();
    assert_eq!((corrected.minutes, corrected.state), (60, RecordState::Recorded));
    assert_eq!(corrected.entered_by, [person(VOLUNTEER), person(STAFF)]);
    let longer = window("08:30:00", "10:30:00");
    assert_eq!(code(contested.correct(&permit, longer, content(), &NONE, &rules)), Some("correct-longer"));
    let confirmed = ServiceRecord { state: RecordState::Confirmed, ..record() };
    assert_eq!(code(confirmed.correct(&permit, shorter, content(), &NONE, &rules)), Some("correct-state"));
}

#[test]
fn a_false_record_is_voided_once_with_a_reason() {
    let permit = access::on_record(&actor(STAFF), &subject(&record())).unwrap();
    assert_eq!(code(record().void(&permit, " ")), Some("void-reason"));
    let void = record().void(&permit, "经核查并未到场").unwrap();
    assert_eq!(void.state, RecordState::Void);
    assert_eq!(code(void.void(&permit, "经核查并未到场")), Some("record-void"));
}

#[test]
fn ten_working_days_to_be_on_record() {
    let mut calendar = WorkCalendar::new(TimeZone::fixed(Offset::constant(8)));
    assert_eq!(record().record_by(&calendar), Err(CalendarError::YearNotLoaded(2026)));
    calendar.load_year(2026, [date(2026, 12, 1)], [date(2026, 11, 29)]);
    // Ten working days after Monday 23 November, with one holiday and one worked Sunday between.
    assert_eq!(record().record_by(&calendar), Ok(at("2026-12-07T23:59:59+08:00")));
    assert_eq!(record().day(&calendar), date(2026, 11, 23));
}
