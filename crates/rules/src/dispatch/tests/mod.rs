//! Tables of cases for dispatch, on one small world.

mod answers;
mod fitness;
mod promise;
mod settings;
mod staff;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use uuid::Uuid;

use super::{Candidate, Needs, Offer, OfferState, Task, TaskState};
use crate::people::household::Party;
use crate::people::person::Guardianship;
use crate::people::{Credential, Sex};
use crate::shared::ids::{OfferId, PersonId, TaskId};
use crate::shared::{Actor, Cell, Channel, Id, Membership, Role, Window, WorkCalendar};

pub const VILLAGE: &str = "3717/371722/371722003/371722003003/";
pub const NEXT_VILLAGE: &str = "3717/371722/371722003/371722003004/";
pub const NEXT_TOWNSHIP: &str = "3717/371722/371722004/371722004001/";
pub const NEXT_COUNTY: &str = "3717/371703/371703001/371703001001/";

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn window(start: &str, end: &str) -> Window {
    Window { start: at(start), end: at(end) }
}

pub fn person(n: u128) -> PersonId {
    Id::new(Cell(1), Uuid::from_u128(n))
}

pub fn task_id(n: u128) -> TaskId {
    Id::new(Cell(1), Uuid::from_u128(1000 + n))
}

pub fn offer_id(n: u128) -> OfferId {
    Id::new(Cell(1), Uuid::from_u128(2000 + n))
}

pub fn calendar() -> WorkCalendar {
    WorkCalendar::new(TimeZone::fixed(Offset::constant(8)))
}

pub fn actor(n: u128, role: Role) -> Actor {
    let membership = Membership { role, organisation: None, place_path: "3717/".into() };
    Actor::person(person(n), vec![membership], Channel::Web)
}

/// Monday 23 November 2026, nine to eleven in the morning.
pub fn task(n: u128) -> Task {
    Task {
        id: task_id(n),
        matter: None,
        team: None,
        title: format!("陪诊 {n}"),
        category: "escort".into(),
        place_path: VILLAGE.into(),
        window: window("2026-11-23T09:00:00+08:00", "2026-11-23T11:00:00+08:00"),
        slots: 1,
        open: false,
        needs: Needs::default(),
        state: TaskState::Standing,
    }
}

/// A grown-up volunteer next door to whom nothing stands in the way.
pub fn candidate(n: u128) -> Candidate<'static> {
    Candidate {
        who: Party { person: person(n), household: None, kin: &[] },
        home_path: VILLAGE,
        active: true,
        born: Some(date(1990, 5, 1)),
        sex: Sex::Female,
        guardianship: Guardianship::default(),
        credentials: &[],
        skills: &[],
        languages: &[],
        weekly: &[],
        engaged: &[],
        alone_until: None,
        invited: false,
        insured: None,
        this_week: 0,
        last_served: None,
        served_before: 0,
        team_member: false,
    }
}

pub fn first_aid() -> Credential {
    Credential {
        key: "first_aid".into(),
        issued: date(2024, 3, 1),
        expires: Some(date(2026, 11, 22)),
        verified: Some(date(2024, 3, 2)),
        withdrawn: None,
    }
}

/// An offer of the first wave, to be answered by half past eight.
pub fn offer(n: u128, state: OfferState) -> Offer {
    Offer {
        id: offer_id(n),
        task: task_id(1),
        volunteer: person(n),
        wave: 1,
        state,
        offered_at: at("2026-11-23T08:15:00+08:00"),
        reply_by: Some(at("2026-11-23T08:30:00+08:00")),
        answered_at: None,
        began: None,
        reason: None,
    }
}
