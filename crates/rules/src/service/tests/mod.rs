//! Tables of cases for service, on one small world.

mod anomalies;
mod appeals;
mod certificates;
mod found_false;
mod objections;
mod reviews;
mod signing;
mod two_people;
mod writing;

use jiff::Timestamp;
use uuid::Uuid;

use super::access::{self, RecordSubject};
use super::{Attendance, Evidence, RecordState, ServiceRecord};
use crate::service::record::Activity;
use crate::shared::ids::{OfferId, PersonId};
use crate::shared::{Actor, Cell, Channel, Id, Membership, Permit, Refusal, Role, Window};

pub const VILLAGE: &str = "3717/371722/371722003/371722003003/";
pub const VOLUNTEER: u128 = 1;
pub const SERVED: u128 = 2;
pub const STAFF: u128 = 3;
pub const OTHER_STAFF: u128 = 4;

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A time on Monday 23 November 2026.
pub fn on_monday(time: &str) -> Timestamp {
    at(&format!("2026-11-23T{time}+08:00"))
}

pub fn window(start: &str, end: &str) -> Window {
    Window { start: on_monday(start), end: on_monday(end) }
}

pub fn person(n: u128) -> PersonId {
    Id::new(Cell(1), Uuid::from_u128(n))
}

pub fn offer() -> OfferId {
    Id::new(Cell(1), Uuid::from_u128(2000))
}

/// Everyone here holds every role of the service verbs everywhere, so that only the rules say no.
pub fn actor(n: u128) -> Actor {
    let roles = [Role::Volunteer, Role::CommunityWorker, Role::CallTaker, Role::CountyOfficial];
    let memberships =
        roles.into_iter().map(|role| Membership { role, organisation: None, place_path: "3717/".into() }).collect();
    Actor::person(person(n), memberships, Channel::Web)
}

pub fn on_service<V: access::ServiceVerb>(n: u128) -> Permit<V> {
    access::on_service(&actor(n), offer(), person(VOLUNTEER), VILLAGE, None).unwrap()
}

pub fn subject(record: &ServiceRecord) -> RecordSubject<'_> {
    RecordSubject { record: record.id, place_path: VILLAGE, volunteer: record.volunteer, served: Some(person(SERVED)) }
}

pub fn attendance() -> Attendance {
    Attendance {
        offer: offer(),
        volunteer: person(VOLUNTEER),
        planned: window("09:00:00", "11:00:00"),
        check_in: None,
        check_out: None,
    }
}

pub fn activity() -> Activity {
    Activity {
        name: "陪诊".into(),
        place_path: VILLAGE.into(),
        content: "陪同去医院取药".into(),
        organiser: Some(Id::new(Cell(1), Uuid::from_u128(60))),
        in_charge: Some(person(STAFF)),
    }
}

/// Two hours, signed by the volunteer with the code of the venue.
pub fn record() -> ServiceRecord {
    ServiceRecord {
        id: Id::new(Cell(1), Uuid::from_u128(3000)),
        volunteer: person(VOLUNTEER),
        offer: Some(offer()),
        activity: activity(),
        served: window("09:00:00", "11:00:00"),
        minutes: 120,
        evidence: Evidence::Code,
        closing: Some(crate::service::Closing::CheckedOut),
        entered_by: vec![person(VOLUNTEER)],
        late_reason: None,
        state: RecordState::Recorded,
    }
}

pub fn code<T>(result: Result<T, Refusal>) -> Option<&'static str> {
    result.err().map(|refusal| refusal.code)
}
