use jiff::civil::{Date, date};
use proptest::prelude::*;
use uuid::Uuid;

use super::{VILLAGE, VOLUNTEER, actor, code, person};
use crate::service::access::{self, CertificateSubject, Certify, RevokeCertificate};
use crate::service::certificate::{
    self, Candidate, Certified, Gap, Period, RevocationReason, Standing, complete, content, lacking,
};
use crate::service::hours::Line;
use crate::service::{Evidence, Hours, RecordState};
use crate::shared::ids::{CertificateId, OrganisationId};
use crate::shared::{Actor, Cell, Channel, Id, Membership, Permit, Role};

const TODAY: Date = date(2026, 6, 30);

fn unit() -> OrganisationId {
    Id::new(Cell(1), Uuid::from_u128(60))
}

fn permit() -> Permit<Certify> {
    access::certify(&actor(VOLUNTEER), person(VOLUNTEER), unit(), VILLAGE).unwrap()
}

fn candidate(n: u128, day: Date, minutes: i64, evidence: Evidence, state: RecordState) -> Candidate {
    let record = Id::new(Cell(1), Uuid::from_u128(n));
    Candidate { record, volunteer: person(VOLUNTEER), day, line: Line { minutes, evidence, state, held: false } }
}

fn june() -> Period {
    Period::new(date(2026, 6, 1), TODAY, TODAY).unwrap()
}

#[test]
fn a_period_is_over_and_the_right_way_round() {
    let day = date(2026, 6, 10);
    for (from, to, expected) in [
        (day, day, None),
        (date(2020, 1, 1), TODAY, None),
        (day, date(2026, 6, 9), Some("certificate-period")),
        (day, date(2026, 7, 1), Some("certificate-future")),
    ] {
        assert_eq!(code(Period::new(from, to, TODAY)), expected, "{from} {to}");
    }
}

#[test]
fn only_confirmed_hours_of_the_period_are_certified_and_late_ones_apart() {
    use Evidence::{Code, Late};
    use RecordState::{Confirmed, Contested, Recorded, Void};
    let records = [
        candidate(1, date(2026, 5, 31), 1000, Code, Confirmed),
        candidate(2, date(2026, 6, 1), 60, Code, Confirmed),
        candidate(3, date(2026, 6, 30), 30, Late, Confirmed),
        candidate(4, date(2026, 6, 2), 500, Code, Recorded),
        candidate(5, date(2026, 6, 2), 500, Code, Contested),
        candidate(6, date(2026, 6, 2), 500, Code, Void),
    ];
    let Certified { records: chosen, hours, .. } = certificate::certify(&permit(), june(), &records).unwrap();
    assert_eq!(chosen, [records[1].record, records[2].record]);
    assert_eq!(hours, Hours { recorded: 60, late: 30, waiting: 0, held: 0 });
    assert_eq!(code(certificate::certify(&permit(), june(), &records[3..])), Some("certificate-empty"));
}

proptest! {
    #[test]
    fn a_certificate_says_no_more_than_what_was_confirmed(
        rows in proptest::collection::vec((0i64..500, 0usize..4, 0usize..4, 1i8..=30), 0..30)
    ) {
        let rows: Vec<Candidate> = rows.iter().enumerate().map(|(n, (minutes, evidence, state, day))| {
            let (evidence, state) = (Evidence::ALL[*evidence], RecordState::ALL[*state]);
            candidate(n as u128, date(2026, 6, *day), *minutes, evidence, state)
        }).collect();
        let confirmed: i64 = rows.iter().filter(|r| r.line.state == RecordState::Confirmed).map(|r| r.line.minutes).sum();
        match certificate::certify(&permit(), june(), &rows) {
            Ok(certified) => prop_assert_eq!(certified.hours.confirmed(), confirmed),
            Err(_) => prop_assert_eq!(confirmed, 0),
        }
    }
}

#[test]
fn a_certificate_is_taken_back_once_with_a_reason() {
    let id: CertificateId = Id::new(Cell(1), Uuid::from_u128(70));
    let subject =
        CertificateSubject { certificate: id, volunteer: person(VOLUNTEER), unit: unit(), place_path: VILLAGE };
    let permit: Permit<RevokeCertificate> = access::revoke_certificate(&actor(3), &subject).unwrap();
    let wrong = Some(RevocationReason::RecordWrong);
    for (standing, reason, note, expected) in [
        (Standing::Valid, wrong, "核实后时长不符", None),
        (Standing::Doubtful, wrong, "核实后时长不符", None),
        (Standing::Revoked, wrong, "核实后时长不符", Some("certificate-revoked")),
        (Standing::Valid, None, "核实后时长不符", Some("certificate-reason")),
        (Standing::Valid, wrong, "  ", Some("certificate-note")),
    ] {
        assert_eq!(code(certificate::revoke(&permit, id, standing, reason, note)), expected, "{standing:?} {note}");
    }
}

#[test]
fn a_certificate_is_doubted_when_a_record_in_it_is_void_or_shorter() {
    let line = |minutes, state| Line { minutes, evidence: Evidence::Code, state, held: false };
    for (minutes, state, expected) in [
        (120, RecordState::Confirmed, true),
        (120, RecordState::Contested, true),
        (130, RecordState::Recorded, true),
        (119, RecordState::Recorded, false),
        (120, RecordState::Void, false),
    ] {
        assert_eq!(certificate::bears_out(120, line(minutes, state)), expected, "{minutes} {state:?}");
    }
}

#[test]
fn the_volunteer_and_staff_of_the_unit_ask_and_only_staff_take_back() {
    let of = |n, role, organisation, path: &str| {
        let membership = Membership { role, organisation, place_path: path.into() };
        Actor::person(person(n), vec![membership], Channel::Web)
    };
    let elsewhere: OrganisationId = Id::new(Cell(1), Uuid::from_u128(61));
    let id = Id::new(Cell(1), Uuid::from_u128(70));
    let cases = [
        ("the volunteer", of(VOLUNTEER, Role::Volunteer, None, VILLAGE), true, false),
        ("who volunteers no more", of(VOLUNTEER, Role::Resident, None, VILLAGE), true, false),
        ("another volunteer", of(9, Role::Volunteer, None, VILLAGE), false, false),
        ("who leads the unit", of(8, Role::TeamLeader, Some(unit()), VILLAGE), true, true),
        ("who leads another team", of(8, Role::TeamLeader, Some(elsewhere), VILLAGE), false, false),
        ("the community's staff", of(3, Role::CommunityWorker, None, VILLAGE), true, true),
        ("staff of another county", of(3, Role::CommunityWorker, None, "3717/371703/"), false, false),
        ("who inspects", of(5, Role::Inspector, None, "3717/"), false, true),
        ("a call-taker", of(6, Role::CallTaker, None, VILLAGE), false, false),
    ];
    for (name, who, asks, takes_back) in cases {
        let subject =
            CertificateSubject { certificate: id, volunteer: person(VOLUNTEER), unit: unit(), place_path: VILLAGE };
        assert_eq!(access::certify(&who, person(VOLUNTEER), unit(), VILLAGE).is_ok(), asks, "{name}");
        assert_eq!(access::revoke_certificate(&who, &subject).is_ok(), takes_back, "{name}");
        assert_eq!(access::see_certificate(&who, &subject).is_ok(), asks || takes_back, "{name}");
    }
}

#[test]
fn a_number_names_its_unit_where_there_is_a_designation() {
    let second = crate::people::codes::designation("371722003003", 2);
    for (designation, serial, number) in [
        (None, 12, "志服证〔2026〕0012号"),
        (Some(second.as_str()), 1, "371722003003-2志服证〔2026〕0001号"),
        (Some("371722-1"), 12_345, "371722-1志服证〔2026〕12345号"),
    ] {
        assert_eq!(certificate::number(designation, 2026, serial), number);
    }
}

#[test]
fn a_certificate_is_looked_at_while_a_record_in_it_is() {
    let line = |state, held| Line { minutes: 60, evidence: Evidence::Code, state, held };
    let cases = [
        (line(RecordState::Confirmed, false), false),
        (line(RecordState::Confirmed, true), true),
        (line(RecordState::Contested, false), true),
        (line(RecordState::Void, false), false),
    ];
    for (now, expected) in cases {
        assert_eq!(certificate::is_looked_at(now), expected, "{now:?}");
        assert!(now.state == RecordState::Void || certificate::bears_out(60, now), "it holds meanwhile");
    }
}

#[test]
fn what_is_lacking_is_named_before_a_number_is_given_out() {
    let cases = [
        ("all is known", ("3717****0018", Some("91371722"), Some("陈队")), vec![]),
        ("no identity number", ("", Some("91371722"), Some("陈队")), vec![Gap::Identity]),
        ("nothing", (" ", None, Some("")), vec![Gap::Identity, Gap::CreditCode, Gap::Head]),
    ];
    for (name, (identity, credit_code, head), expected) in cases {
        let lacks = lacking(identity, credit_code, head);
        assert_eq!(lacks, expected, "{name}");
        assert_eq!(complete(&lacks, false).is_ok(), expected.is_empty(), "{name}");
        assert!(complete(&lacks, true).is_ok(), "{name}, and wanted so");
    }
}

#[test]
fn a_certificate_names_nobody_who_was_served() {
    let listed = ["聊天陪伴", "打扫"];
    let cases = [
        ("聊天陪伴、李大爷", true, "聊天陪伴"),
        ("聊天陪伴、打扫", true, "聊天陪伴、打扫"),
        ("陪李大爷说话", true, "陪伴 · 黄楼社区"),
        ("清扫楼道", false, "清扫楼道"),
    ];
    for (said, is_for_somebody, expected) in cases {
        assert_eq!(content(said, "陪伴 · 黄楼社区", is_for_somebody, &listed), expected, "{said}");
    }
}
