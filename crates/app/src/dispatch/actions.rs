//! Verbs of dispatch. Staff cut tasks and invite; the volunteer alone answers.

use jiff::Timestamp;
use rules::dispatch::Needs;
use rules::places::Distance;
use rules::shared::ids::{MatterId, OfferId, OrganisationId, PersonId, PlaceId, TaskId};
use rules::shared::{Actor, Moment, Window};

use super::reasons::Said;
use crate::{Stop, Tx};

/// A task to cut.
#[derive(Clone, Debug)]
pub struct NewTask {
    pub title: String,
    /// The matter's kind of help when nothing is said.
    pub category: Option<String>,
    /// What the volunteer should know beforehand. Never names, addresses or what the matter keeps sealed.
    pub notes: String,
    pub window: Window,
    /// How many people it takes.
    pub slots: u16,
    /// The matter's place when nothing is said.
    pub place: Option<PlaceId>,
    /// Community and building; the place's name when nothing is said.
    pub place_hint: Option<String>,
    /// The team whose leader may invite.
    pub team: Option<OrganisationId>,
    /// What the risks that triage found ask for is added.
    pub needs: Needs,
}

/// Who could serve, best first; who could not, and why; what relaxing would add.
#[derive(Clone, Debug)]
pub struct CandidateList {
    /// How many could serve, listed or not.
    pub eligible: u32,
    pub best: Vec<Suggested>,
    /// Of those near enough to be looked at, the first by name order; `excluded_counts` counts all.
    pub excluded: Vec<LeftOut>,
    /// Key of the first reason and how many, most first.
    pub excluded_counts: Vec<(&'static str, u32)>,
    /// How many more could serve if one condition were relaxed.
    pub widening: rules::dispatch::ranking::Widening,
    /// How many may be invited at once.
    pub most: u16,
    /// Until when an answer would count if they were invited now.
    pub reply_by: Timestamp,
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Suggested {
    pub person: PersonId,
    pub name: String,
    /// Where they live.
    pub place_name: String,
    pub score: i64,
    /// Joined, the one sentence: locale keys `reason-<key>`.
    pub reasons: Vec<Said>,
}

/// Somebody who cannot be invited: locale key `excluded-<key>`.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub person: PersonId,
    pub name: String,
    pub why: Said,
}

/// How to reach the person served. Shown to who serves, from acceptance until the task's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// How they can be reached safely, as they said.
    pub how: Option<String>,
    /// What the desk wrote for who serves.
    pub details: String,
}

macro_rules! soon {
    ($($arg:ident)*) => {{ $(let _ = $arg;)* Err(Stop::refused("dispatch-under-way")) }};
}

/// Cuts a task from a matter.
pub async fn cut_task(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    matter: MatterId,
    new: &NewTask,
) -> Result<TaskId, Stop> {
    soon!(tx who at matter new)
}

/// Who could serve, with the reasons, and who could not, with the first reason.
pub async fn candidates(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<CandidateList, Stop> {
    soon!(tx who at task)
}

/// Invites chosen volunteers. Without `reply_by` the plan of the matter's level says how long they have.
pub async fn invite(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    people: &[PersonId],
    reply_by: Option<Timestamp>,
) -> Result<Vec<OfferId>, Stop> {
    soon!(tx who at task people reply_by)
}

/// Lets the system invite in waves by the plan of the matter's level; the first wave goes out at once.
pub async fn start_waves(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    soon!(tx who at task)
}

/// Lets invitations reach further, or asks for less. With waves on, the next one goes out at once.
pub async fn widen(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    reach: Distance,
    without_skills: bool,
) -> Result<(), Stop> {
    soon!(tx who at task reach without_skills)
}

/// Opens a task to anyone eligible.
pub async fn open_task(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    soon!(tx who at task)
}

/// Cancels a task, and the offers that stand with it; who had accepted is told.
pub async fn cancel_task(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId, reason: &str) -> Result<(), Stop> {
    soon!(tx who at task reason)
}

/// Gives a slot to a colleague on staff, or takes it oneself. Staff are assigned, volunteers never.
pub async fn assign_staff(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    person: PersonId,
) -> Result<(), Stop> {
    soon!(tx who at task person)
}

/// Its service is over; said by the capability that records it.
pub async fn finish(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    soon!(tx who at task)
}

/// A volunteer says yes to an offer.
pub async fn accept(tx: &mut Tx<'_>, who: &Actor, at: Moment, offer: OfferId) -> Result<(), Stop> {
    soon!(tx who at offer)
}

/// A volunteer says no. No reason is asked for, and nothing follows.
pub async fn decline(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    offer: OfferId,
    reason: Option<&str>,
) -> Result<(), Stop> {
    soon!(tx who at offer reason)
}

/// A volunteer leaves a task they accepted.
pub async fn withdraw(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    offer: OfferId,
    reason: Option<&str>,
) -> Result<(), Stop> {
    soon!(tx who at offer reason)
}

/// A volunteer takes a slot of an open task; gives back the accepted offer.
pub async fn take_open(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<OfferId, Stop> {
    soon!(tx who at task)
}

/// How to reach the person served: for who accepted, until the task's end, and for staff who may read it on the matter.
/// `None` for everyone else who may see the task. Each field shown is written to the access log.
pub async fn contact(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<Option<Contact>, Stop> {
    soon!(tx who at task)
}
