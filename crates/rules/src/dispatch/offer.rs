//! An offer: an invitation to take a task, answered freely. There is no state in which somebody was ordered.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::{Accept, CancelOffer, Decline, Invite, TakeOpen, Withdraw};
use super::eligibility::Exclusion;
use super::task::{Task, TaskRules};
use crate::shared::ids::{OfferId, PersonId, TaskId};
use crate::shared::{Length, Permit, Refusal};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    Offered,
    Accepted,
    Declined,
    /// Nobody answered in time; that is no answer and no fault.
    Expired,
    WithdrawnByVolunteer,
    /// By staff, with or without the task.
    Cancelled,
}

impl OfferState {
    pub const ALL: [OfferState; 6] = [
        OfferState::Offered,
        OfferState::Accepted,
        OfferState::Declined,
        OfferState::Expired,
        OfferState::WithdrawnByVolunteer,
        OfferState::Cancelled,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            OfferState::Offered => "offered",
            OfferState::Accepted => "accepted",
            OfferState::Declined => "declined",
            OfferState::Expired => "expired",
            OfferState::WithdrawnByVolunteer => "withdrawn_by_volunteer",
            OfferState::Cancelled => "cancelled",
        }
    }

    pub fn from_key(key: &str) -> Option<OfferState> {
        OfferState::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// Task × person × wave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub id: OfferId,
    pub task: TaskId,
    pub volunteer: PersonId,
    /// 1 for the first wave; 0 for an open task that was taken.
    pub wave: u16,
    pub state: OfferState,
    pub offered_at: Timestamp,
    /// Until when an answer counts; `None` for an open task that was taken.
    pub reply_by: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    /// When whoever accepted signed in: from then on it is ended by signing out.
    pub began: Option<Timestamp>,
    /// Why it was declined or left, if they cared to say. Never shown in any ranking.
    pub reason: Option<String>,
}

/// What becomes of an offer whose volunteer volunteers no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// It goes back, as if they had left the task.
    GivenBack,
    /// As if they had said no.
    Declined,
    /// Answered, or begun: whoever is there serves to the end and signs out.
    Stays,
}

/// What remains to be done when somebody leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    pub offer: Offer,
    /// Whole minutes until the task begins; negative when it has begun.
    pub lead_minutes: i64,
    /// So near the start that the desk hears of it at once. It has no other consequence.
    pub alert_desk: bool,
}

/// Whom to invite, in which wave, and until when an answer counts.
#[derive(Clone, Copy, Debug)]
pub struct Invitation {
    pub id: OfferId,
    pub volunteer: PersonId,
    pub wave: u16,
    pub reply_by: Timestamp,
}

/// The circumstances in which somebody says yes.
#[derive(Clone, Copy, Debug)]
pub struct Taking<'a> {
    pub task: &'a Task,
    /// What [`super::eligibility::exclusion`] says for [`super::Way::OwnWish`] now: a credential may have run out since
    /// the invitation.
    pub unfit: Option<Exclusion<'a>>,
    /// A first look; the store's conditional update decides, and answers with [`slot_taken`] when it lost the race.
    pub slots_left: u16,
    /// From [`super::task::similar`]; named when the slots are gone.
    pub similar: &'a [&'a Task],
}

impl Offer {
    /// Invites a volunteer. `unfit` is what [`super::eligibility::exclusion`] says for [`super::Way::Invitation`].
    ///
    /// # Errors
    /// `task-not-standing`, `task-over`, `excluded-…`, and `offer-reply-by` when there would be no time to answer.
    pub fn invite(
        permit: &Permit<Invite>,
        invitation: Invitation,
        task: &Task,
        unfit: Option<Exclusion<'_>>,
        at: Timestamp,
    ) -> Result<Offer, Refusal> {
        assert_eq!(permit.subject, task.id.uuid, "the permit is for another task");
        task.still_stands(at)?;
        if let Some(why) = unfit {
            return Err(why.refusal());
        }
        let Invitation { id, volunteer, wave, reply_by } = invitation;
        if reply_by <= at || reply_by > task.window.end {
            return Err(Refusal::new("offer-reply-by").at_field("reply_by"));
        }
        Ok(Offer {
            id,
            task: task.id,
            volunteer,
            wave,
            state: OfferState::Offered,
            offered_at: at,
            reply_by: Some(reply_by),
            answered_at: None,
            began: None,
            reason: None,
        })
    }

    /// A volunteer says yes; also whoever declined, as long as an answer counts, and whoever gave it back, as long as there is
    /// room: a press too many, or another mind.
    ///
    /// # Errors
    /// `offer-answered`, `offer-expired`, `task-not-standing`, `task-over`, `excluded-…`, `slot-taken`.
    pub fn accept(mut self, permit: &Permit<Accept>, taking: &Taking<'_>, at: Timestamp) -> Result<Offer, Refusal> {
        self.is_subject_of(permit.subject);
        if !self.may_still_be_accepted(at) {
            self.still_asked(at)?;
        }
        taking.allowed(at)?;
        self.state = OfferState::Accepted;
        self.answered_at = Some(at);
        self.reason = None;
        Ok(self)
    }

    /// A volunteer takes a slot of an open task: an offer that is accepted as it is made.
    ///
    /// # Errors
    /// `task-not-open`, `task-taken-already` when they hold a slot of it, and those of [`Offer::accept`].
    pub fn take_open(
        id: OfferId,
        permit: &Permit<TakeOpen>,
        volunteer: PersonId,
        taking: &Taking<'_>,
        holds_slot: bool,
        at: Timestamp,
    ) -> Result<Offer, Refusal> {
        let task = taking.task;
        assert_eq!(permit.subject, task.id.uuid, "the permit is for another task");
        if holds_slot {
            return Err(Refusal::new("task-taken-already"));
        }
        if !task.open {
            return Err(Refusal::new("task-not-open"));
        }
        taking.allowed(at)?;
        Ok(Offer {
            id,
            task: task.id,
            volunteer,
            wave: 0,
            state: OfferState::Accepted,
            offered_at: at,
            reply_by: None,
            answered_at: Some(at),
            began: None,
            reason: None,
        })
    }

    /// A volunteer says no. No reason is asked for, and nothing follows.
    ///
    /// # Errors
    /// `offer-answered`, `offer-expired`, `text-too-long`.
    pub fn decline(mut self, permit: &Permit<Decline>, reason: Option<&str>, at: Timestamp) -> Result<Offer, Refusal> {
        self.is_subject_of(permit.subject);
        self.still_asked(at)?;
        self.reason = checked_reason(reason)?;
        self.state = OfferState::Declined;
        self.answered_at = Some(at);
        Ok(self)
    }

    /// A volunteer leaves a task they accepted, before it begins or while it lasts; whoever has signed in signs out instead.
    ///
    /// # Errors
    /// `offer-not-accepted`, `task-over`, `offer-begun`, `text-too-long`.
    pub fn withdraw(
        mut self,
        permit: &Permit<Withdraw>,
        task: &Task,
        reason: Option<&str>,
        rules: &TaskRules,
        at: Timestamp,
    ) -> Result<Withdrawal, Refusal> {
        self.is_subject_of(permit.subject);
        if self.state != OfferState::Accepted {
            return Err(Refusal::new("offer-not-accepted"));
        }
        if at >= task.window.end {
            return Err(Refusal::new("task-over"));
        }
        self.not_begun()?;
        self.reason = checked_reason(reason)?;
        self.state = OfferState::WithdrawnByVolunteer;
        self.answered_at = Some(at);
        let (lead_minutes, alert_desk) = task.notice(rules, at);
        Ok(Withdrawal { offer: self, lead_minutes, alert_desk })
    }

    /// Staff take it back.
    ///
    /// # Errors
    /// `offer-not-standing` when it was declined, expired, withdrawn or cancelled before; `offer-begun`.
    pub fn cancel(self, permit: &Permit<CancelOffer>, at: Timestamp) -> Result<Offer, Refusal> {
        self.is_subject_of(permit.subject);
        self.cancel_with_task(at)
    }

    /// The task was cancelled, and this offer with it; the permit was for the task.
    ///
    /// # Errors
    /// `offer-not-standing`, `offer-begun`.
    pub fn cancel_with_task(mut self, at: Timestamp) -> Result<Offer, Refusal> {
        if !matches!(self.state, OfferState::Offered | OfferState::Accepted) {
            return Err(Refusal::new("offer-not-standing"));
        }
        self.not_begun()?;
        self.state = OfferState::Cancelled;
        self.answered_at = Some(at);
        Ok(self)
    }

    /// The time to answer is over. Called by the job; a repetition changes nothing.
    pub fn expire(mut self, at: Timestamp) -> Offer {
        if self.state == OfferState::Offered && self.reply_by.is_some_and(|by| by < at) {
            self.state = OfferState::Expired;
        }
        self
    }

    /// What becomes of it when its volunteer stopped volunteering at the instant `stopped`. What came later is theirs anew.
    pub fn when_stopped(&self, stopped: Timestamp) -> Parting {
        match self.state {
            _ if self.began.is_some() || self.answered_at.unwrap_or(self.offered_at) > stopped => Parting::Stays,
            OfferState::Accepted => Parting::GivenBack,
            OfferState::Offered => Parting::Declined,
            _ => Parting::Stays,
        }
    }

    /// Whether a yes would count now: nobody answered yet, or they declined, and the time to answer is not over; or they had
    /// answered in time and gave it back.
    pub fn may_still_be_accepted(&self, at: Timestamp) -> bool {
        match self.state {
            OfferState::Offered | OfferState::Declined => self.reply_by.is_none_or(|by| at <= by),
            // Before it was refused, some gave back what they had begun: their record stands on that offer.
            OfferState::WithdrawnByVolunteer => self.began.is_none(),
            OfferState::Accepted | OfferState::Expired | OfferState::Cancelled => false,
        }
    }

    /// Whoever has signed in is there: what they did is recorded when they sign out, and nothing takes that away.
    fn not_begun(&self) -> Result<(), Refusal> {
        if self.began.is_some() { Err(Refusal::new("offer-begun")) } else { Ok(()) }
    }

    fn still_asked(&self, at: Timestamp) -> Result<(), Refusal> {
        match self.state {
            OfferState::Offered if self.reply_by.is_none_or(|by| at <= by) => Ok(()),
            OfferState::Offered | OfferState::Expired => Err(Refusal::new("offer-expired")),
            OfferState::Cancelled => Err(Refusal::new("offer-cancelled")),
            state => Err(Refusal::new("offer-answered").with("state", state.key())),
        }
    }

    /// A permit for another offer is a defect of the caller, not something to explain to a person.
    fn is_subject_of(&self, subject: uuid::Uuid) {
        assert_eq!(subject, self.id.uuid, "the permit is for another offer");
    }
}

impl Taking<'_> {
    fn allowed(&self, at: Timestamp) -> Result<(), Refusal> {
        self.task.still_stands(at)?;
        if let Some(why) = self.unfit {
            return Err(why.refusal());
        }
        if self.slots_left == 0 { Err(slot_taken(self.similar)) } else { Ok(()) }
    }
}

/// Somebody was faster. Names up to two similar tasks: `count`, and `first_id`, `first_title`, `second_id`,
/// `second_title` as far as there are any (empty otherwise).
pub fn slot_taken(similar: &[&Task]) -> Refusal {
    let id = |n: usize| similar.get(n).map_or(String::new(), |task| task.id.to_string());
    let title = |n: usize| similar.get(n).map_or(String::new(), |task| task.title.clone());
    Refusal::new("slot-taken")
        .with("count", similar.len().min(2) as i64)
        .with("first_id", id(0))
        .with("first_title", title(0))
        .with("second_id", id(1))
        .with("second_title", title(1))
}

pub(super) fn checked_reason(reason: Option<&str>) -> Result<Option<String>, Refusal> {
    let reason = reason.map(str::trim).filter(|r| !r.is_empty());
    Length::Line.fits("reason", reason)?;
    Ok(reason.map(str::to_owned))
}
