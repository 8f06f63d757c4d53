//! Check-in, check-out, and what counts.

use super::*;
use crate::service::attendance::{AttendanceRules, Closing, Signing, Stamp};
use crate::service::presence::Means;
use crate::service::record::RecordRules;

const RULES: AttendanceRules =
    AttendanceRules { early: 30, overrun: 30, clock_slack: 2, outbox: 24 * 60, most_pairs_a_day: 3 };

fn signed_in(time: &str) -> Attendance {
    let stamp = Stamp { device: None, server: on_monday(time), means: Means::Code, by: Some(person(VOLUNTEER)) };
    Attendance { check_in: Some(stamp), ..attendance() }
}

#[test]
fn checking_in_has_its_window() {
    let device = |time| Some(on_monday(time));
    let cases = [
        ("half an hour early", "08:30:00", None, 0, None),
        ("earlier", "08:29:59", None, 0, Some("check-in-early")),
        ("at the start, clocks apart by a minute", "09:00:00", device("08:59:00"), 0, None),
        ("late but during", "10:59:59", None, 0, None),
        ("over", "11:00:00", None, 0, Some("check-in-late")),
        ("kept on the device without network", "13:00:00", device("09:00:00"), 0, None),
        ("kept, but made too early", "13:00:00", device("08:00:00"), 0, Some("check-in-early")),
        ("a clock that runs ahead", "08:00:00", device("09:00:00"), 0, Some("device-clock")),
        ("the fourth time today", "09:00:00", None, 3, Some("check-in-often")),
    ];
    for (name, server, device, pairs, expected) in cases {
        let permit = on_service(VOLUNTEER);
        let got =
            attendance().check_in(&Signing::Own(&permit), Means::VenueQr, device, pairs, &RULES, on_monday(server));
        assert_eq!(code(got), expected, "{name}");
    }
    let permit = on_service(VOLUNTEER);
    let two_days_later = at("2026-11-25T09:00:00+08:00");
    let stale =
        attendance().check_in(&Signing::Own(&permit), Means::Code, device("09:00:00"), 0, &RULES, two_days_later);
    assert_eq!(code(stale), Some("device-clock"));
    let twice =
        signed_in("09:00:00").check_in(&Signing::Own(&permit), Means::Code, None, 1, &RULES, on_monday("09:05:00"));
    assert_eq!(code(twice), Some("check-in-done"));
}

#[test]
fn waiting_to_check_in_is_told_in_minutes() {
    let permit = on_service(VOLUNTEER);
    let got = attendance().check_in(&Signing::Own(&permit), Means::Code, None, 0, &RULES, on_monday("08:00:00"));
    assert_eq!(got.unwrap_err().to_string(), "check-in-early minutes=31");
}

#[test]
fn the_desk_signs_for_others_and_never_for_itself() {
    let other = on_service(STAFF);
    let got = attendance().check_in(&Signing::Desk(&other), Means::Code, None, 0, &RULES, on_monday("09:00:00"));
    let stamp = got.unwrap().check_in.unwrap();
    assert_eq!((stamp.means, stamp.by), (Means::Desk, Some(person(STAFF))));
    let own = on_service(VOLUNTEER);
    let got = attendance().check_in(&Signing::Desk(&own), Means::Desk, None, 0, &RULES, on_monday("09:00:00"));
    assert_eq!(code(got), Some("desk-own"));
    let job = access::on_service(&Actor::system(), offer(), person(VOLUNTEER), VILLAGE, None).unwrap();
    let got = attendance().check_in(&Signing::Own(&job), Means::Code, None, 0, &RULES, on_monday("09:00:00"));
    assert_eq!(code(got), Some("needs-a-person"));
}

#[test]
fn checking_out_has_its_window_too() {
    let device = |time| Some(on_monday(time));
    let cases = [
        ("on time", signed_in("09:00:00"), "11:00:00", None, None),
        ("half an hour over", signed_in("09:00:00"), "11:30:00", None, None),
        ("later", signed_in("09:00:00"), "11:30:01", None, Some("check-out-late")),
        ("kept on the device", signed_in("09:00:00"), "14:00:00", device("11:05:00"), None),
        (
            "before the check-in",
            signed_in("10:00:00"),
            "10:30:00",
            device("09:30:00"),
            Some("check-out-before-check-in"),
        ),
        ("never checked in", attendance(), "11:00:00", None, Some("check-out-no-check-in")),
    ];
    for (name, attendance, server, device, expected) in cases {
        let permit = on_service(VOLUNTEER);
        let got = attendance.check_out(&Signing::Own(&permit), Means::Code, device, &RULES, on_monday(server));
        if let Ok(done) = got.clone() {
            assert_eq!(done.closing(), Some(Closing::CheckedOut), "{name}");
            let again = done.check_out(&Signing::Own(&permit), Means::Code, None, &RULES, on_monday(server));
            assert_eq!(code(again), Some("check-out-done"), "{name}");
        }
        assert_eq!(code(got), expected, "{name}");
    }
}

#[test]
fn the_desk_signs_out_at_the_time_that_it_was_told() {
    let cases = [
        ("as they leave", "10:30:00", "10:30:00", Ok(90)),
        ("a while ago", "10:30:00", "10:05:00", Ok(65)),
        ("to come", "10:30:00", "10:45:00", Err("desk-out-ahead")),
        ("before they came", "10:30:00", "08:40:00", Err("desk-out-before-in")),
        ("said after the window, and within it", "12:00:00", "11:10:00", Ok(130)),
    ];
    for (name, server, told, expected) in cases {
        let permit = on_service(STAFF);
        let told = Some(on_monday(told));
        let got =
            signed_in("09:00:00").check_out(&Signing::Desk(&permit), Means::Desk, told, &RULES, on_monday(server));
        let minutes = got.map(|done| done.served(&RULES).map_or(0, |served| served.minutes()));
        assert_eq!(minutes.map_err(|refusal| refusal.code), expected, "{name}");
    }
}

#[test]
fn what_counts_is_within_the_plan() {
    let cases = [
        ("to the minute", "09:00:00", "11:00:00", Some(120)),
        ("early and over", "08:40:00", "11:20:00", Some(140)),
        ("by the clock that the record shows, 9:10 to 10:40", "09:10:30", "10:40:00", Some(90)),
        ("and 9:00 to 9:15", "09:00:50", "09:15:10", Some(15)),
        ("left at once", "08:40:00", "08:50:00", None),
    ];
    for (name, come, go, expected) in cases {
        let permit = on_service(VOLUNTEER);
        let done = signed_in(come).check_out(&Signing::Own(&permit), Means::Code, None, &RULES, on_monday(go)).unwrap();
        assert_eq!(done.served(&RULES).map(|w| w.minutes()), expected, "{name}");
    }
    assert_eq!(signed_in("09:00:00").served(&RULES), None);
}

#[test]
fn a_page_says_what_the_record_will() {
    let cases = [
        ("came early, not begun", "08:45:30", "08:58:00", 0, Some("09:00:00")),
        ("came early", "08:45:30", "09:05:59", 5, Some("09:00:00")),
        ("on time", "09:00:00", "09:10:00", 10, None),
        ("by the clock that the record shows", "09:00:50", "09:10:10", 10, None),
        ("beyond what counts", "09:00:00", "12:00:00", 150, None),
    ];
    for (name, come, now, minutes, from) in cases {
        let signed = signed_in(come);
        assert_eq!(signed.counts_so_far(&RULES, on_monday(now)), minutes, "{name}");
        assert_eq!(signed.counts_from(&RULES), from.map(on_monday), "{name}");
    }
    assert_eq!(attendance().counts_so_far(&RULES, on_monday("10:00:00")), 0);
}

#[test]
fn whoever_names_what_they_did_has_served_however_short() {
    let records = RecordRules::default();
    let cases = [("09:05:00", false, false), ("09:05:00", true, true), ("09:10:00", false, true)];
    for (go, did, expected) in cases {
        let permit = on_service(VOLUNTEER);
        let come = signed_in("09:00:00");
        assert!(!come.has_served(did, &RULES, &records), "still there");
        let done = come.check_out(&Signing::Own(&permit), Means::Code, None, &RULES, on_monday(go)).unwrap();
        assert_eq!(done.has_served(did, &RULES, &records), expected, "{go} {did}");
    }
}

#[test]
fn a_delayed_signature_counts_by_the_device() {
    let stamp = |device: Option<&str>, server: &str| Stamp {
        device: device.map(on_monday),
        server: on_monday(server),
        means: Means::Code,
        by: None,
    };
    let cases = [
        (stamp(None, "09:00:00"), "09:00:00", false),
        (stamp(Some("08:58:00"), "09:00:00"), "09:00:00", false),
        (stamp(Some("09:02:00"), "09:00:00"), "09:00:00", false),
        (stamp(Some("08:57:59"), "09:00:00"), "08:57:59", true),
    ];
    for (stamp, counts, delayed) in cases {
        assert_eq!(stamp.counts_at(&RULES), Ok(on_monday(counts)));
        assert_eq!(stamp.was_delayed(&RULES), delayed);
    }
}

#[test]
fn a_forgotten_check_out_closes_at_the_planned_end() {
    let open = signed_in("09:15:00");
    assert_eq!(open.clone().close_forgotten(&RULES, on_monday("11:30:00")), open);
    let closed = open.clone().close_forgotten(&RULES, on_monday("11:31:00"));
    assert_eq!(closed.closing(), Some(Closing::ToBeConfirmed));
    assert_eq!(closed.served(&RULES), Some(window("09:15:00", "11:00:00")));
    // The job may come days late and twice.
    let late = open.close_forgotten(&RULES, at("2026-11-26T08:00:00+08:00"));
    assert_eq!(late.served(&RULES), closed.served(&RULES));
    assert_eq!(closed.clone().close_forgotten(&RULES, on_monday("12:00:00")), closed);
    assert_eq!(attendance().close_forgotten(&RULES, on_monday("12:00:00")).closing(), None);
}
