//! Who may say that a record is right: a second party, never who recorded it, who gains the hours, or either's household.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::access::{Confirm, Contest, Remind};
use super::attendance::Closing;
use super::record::{RecordState, ServiceRecord};
use crate::people::household::{Party, tie};
use crate::shared::ids::RecordId;
use crate::shared::{Length, Permit, Refusal};

/// As what somebody confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The person served.
    Served,
    /// A call-taker who heard the person served say it.
    ServedByPhone,
    /// Community staff, where nobody was served or the person served cannot answer.
    Staff,
}

impl Standing {
    pub const ALL: [Standing; 3] = [Standing::Served, Standing::ServedByPhone, Standing::Staff];

    pub const fn key(self) -> &'static str {
        match self {
            Standing::Served => "served",
            Standing::ServedByPhone => "served_by_phone",
            Standing::Staff => "staff",
        }
    }

    pub fn from_key(key: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|standing| standing.key() == key)
    }
}

/// How long a reminder is given before the next. Local setting.
const REMIND_AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether somebody who was reminded at `last` is not reminded again yet.
pub fn was_reminded_lately(last: Timestamp, at: Timestamp) -> bool {
    at < last + REMIND_AGAIN
}

/// A confirmation, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    pub record: RecordId,
    pub by: crate::shared::ids::PersonId,
    pub standing: Standing,
    pub at: Timestamp,
}

/// The people around a record, with their households and kin.
#[derive(Clone, Copy, Debug)]
pub struct Around<'a> {
    /// Who confirms: the person the permit was made for.
    pub confirmer: Party<'a>,
    pub volunteer: Party<'a>,
    /// One for each of [`ServiceRecord::entered_by`].
    pub recorders: &'a [Party<'a>],
    /// The person served, when one was.
    pub served: Option<Party<'a>>,
    /// The confirmer is staff of the place, not (only) the person served.
    pub is_staff: bool,
    /// The confirmer speaks for the person served, by telephone.
    pub by_phone: bool,
    /// The confirmer acts for the person served, by a mandate that holds.
    pub by_mandate: bool,
}

impl ServiceRecord {
    /// A second party says it is right, and the hours count from now on.
    ///
    /// # Errors
    /// `confirm-state`; `needs-a-person` when no person asks; `confirm-own` for who gains the hours; `confirm-recorder`
    /// for who entered any part of it; `confirm-household` for a household or declared kin of either;
    /// `confirm-standing` for somebody who is neither served nor staff; `confirm-forgotten` when a forgotten check-out has
    /// no content yet.
    pub fn confirm(
        mut self,
        permit: &Permit<Confirm>,
        around: &Around<'_>,
        at: Timestamp,
    ) -> Result<(ServiceRecord, Confirmation), Refusal> {
        self.is_subject_of(permit.subject);
        let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
        assert_eq!(by, around.confirmer.person, "the confirmer is who holds the permit");
        if self.state != RecordState::Recorded {
            return Err(Refusal::new("confirm-state").with("state", self.state.key()));
        }
        self.second_party(around)?;
        let standing = standing(around).ok_or_else(|| Refusal::new("confirm-standing"))?;
        if self.closing == Some(Closing::ToBeConfirmed) && self.activity.content.trim().is_empty() {
            return Err(Refusal::new("confirm-forgotten"));
        }
        self.state = RecordState::Confirmed;
        let confirmation = Confirmation { record: self.id, by, standing, at };
        Ok((self, confirmation))
    }

    /// Either side says that it is wrong. Its hours stop counting until it is settled.
    ///
    /// # Errors
    /// `contest-state` when it is void or contested already; `contest-reason` without one; `text-too-long`.
    pub fn contest(mut self, permit: &Permit<Contest>, reason: &str) -> Result<ServiceRecord, Refusal> {
        self.is_subject_of(permit.subject);
        if !self.state.may_be_contested() {
            return Err(Refusal::new("contest-state"));
        }
        if reason.trim().is_empty() {
            return Err(Refusal::new("contest-reason").at_field("reason"));
        }
        Length::Reason.fits("reason", reason)?;
        self.state = RecordState::Contested;
        Ok(self)
    }

    /// The volunteer is to be reminded to say what was done. `last`: when they were reminded before, by a clock or by somebody.
    ///
    /// # Errors
    /// `remind-state` when nothing is waited for, `remind-again` within a week.
    pub fn remind(&self, permit: &Permit<Remind>, last: Option<Timestamp>, at: Timestamp) -> Result<(), Refusal> {
        self.is_subject_of(permit.subject);
        if self.state != RecordState::Recorded || !self.activity.content.trim().is_empty() {
            return Err(Refusal::new("remind-state"));
        }
        match last.is_some_and(|last| was_reminded_lately(last, at)) {
            true => Err(Refusal::new("remind-again")),
            false => Ok(()),
        }
    }

    fn second_party(&self, around: &Around<'_>) -> Result<(), Refusal> {
        let confirmer = &around.confirmer;
        assert!(
            self.volunteer == around.volunteer.person
                && self.entered_by.iter().all(|id| around.recorders.iter().any(|r| r.person == *id)),
            "the people around a record are those of the record"
        );
        if confirmer.person == self.volunteer {
            return Err(Refusal::new("confirm-own"));
        }
        if self.entered_by.contains(&confirmer.person) {
            return Err(Refusal::new("confirm-recorder"));
        }
        // Where the confirmer only carries the word of the person served, that person must be a second party too.
        let speaks_for = around.served.as_ref().filter(|_| around.by_phone || around.by_mandate);
        let tied = |party: &Party<'_>| {
            std::iter::once(&around.volunteer).chain(around.recorders).any(|other| tie(party, other).is_some())
        };
        if tied(confirmer) || speaks_for.is_some_and(tied) {
            return Err(Refusal::new("confirm-household"));
        }
        Ok(())
    }
}

fn standing(around: &Around<'_>) -> Option<Standing> {
    let is_served = around.served.is_some_and(|served| served.person == around.confirmer.person);
    let has_mandate = around.by_mandate && around.served.is_some();
    match (is_served || has_mandate, around.by_phone, around.is_staff) {
        (true, ..) => Some(Standing::Served),
        (false, true, true) if around.served.is_some() => Some(Standing::ServedByPhone),
        (false, false, true) => Some(Standing::Staff),
        _ => None,
    }
}
