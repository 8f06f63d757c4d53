//! A matter's state, and what a change to it consists of.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::clock::{Awaited, Clock};
use super::form::Values;
use super::kind::{CLOSED, Kind};
use super::step::{Act, Step};
use crate::shared::Role;
use crate::shared::ids::{MatterId, OrganisationId, PersonId};

/// Anything that comes in and must be answered. Its form is kept beside it, because parts of that are sealed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Matter {
    pub id: MatterId,
    pub kind: String,
    pub kind_version: u32,
    /// The step it is at, or [`CLOSED`].
    pub step: String,
    pub level: String,
    /// One of [`Kind::types`].
    pub type_key: Option<String>,
    pub way: Option<String>,
    pub risks: BTreeSet<String>,
    pub place_path: String,
    /// Who raised it; `None` when someone without an account rang.
    pub raised_by: Option<PersonId>,
    /// For whom it is, when that is a known person.
    pub subject: Option<PersonId>,
    /// The form says that it is for somebody else, whoever that is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub for_another: bool,
    /// The unit responsible now.
    pub organisation: Option<OrganisationId>,
    /// The staff who have it. Volunteers have tasks, never matters.
    pub assignees: BTreeSet<PersonId>,
    /// The staff who had it when the work was said to be done; whoever has it later did not do it. `None` before that, and for
    /// what was done before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_by: Option<BTreeSet<PersonId>>,
    /// Who on staff closed it by what they found or did; not who only heard that it is solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<PersonId>,
    /// Who handled it before it was reopened.
    pub former: BTreeSet<PersonId>,
    /// A role that has it besides the step's own: the supervisor after a reopening.
    pub for_role: Option<Role>,
    /// Others who have the same.
    pub followers: BTreeSet<PersonId>,
    pub private: bool,
    /// True from the moment someone has taken it; until then the resident may simply withdraw.
    pub accepted: bool,
    /// The step at which nobody was found to come, as long as the desk has decided nothing else: a late yes leads back there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nobody_at: Option<String>,
    /// When somebody rang at the step it is at and reached nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tries: Vec<Timestamp>,
    /// One per department while a joint review lasts.
    pub parts: Vec<Part>,
    pub pause: Option<Pause>,
    /// The day that it is wanted for, when the form named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Date>,
    /// The whole matter, as promised to the resident.
    pub resident_clock: Clock,
    /// The step it is at; `None` when closed.
    pub step_clock: Option<Clock>,
    /// 下次回话时间.
    pub next_word_at: Option<Timestamp>,
    /// What the person served said.
    pub solved: Option<bool>,
    /// 1 to 5, five being very satisfied.
    pub rating: Option<u8>,
    pub closing: Option<Closing>,
    pub rerouted: u32,
    pub reopened: u32,
    /// Counts up with each change; a page that shows an older one is told so.
    pub version: i64,
}

impl Matter {
    pub fn is_closed(&self) -> bool {
        self.step == CLOSED
    }

    /// Whether this is one of the staff who did the work, or closed it by what they found: somebody else asks how it was.
    pub fn is_done_by(&self, person: PersonId) -> bool {
        self.closed_by == Some(person) || self.done_by.as_ref().unwrap_or(&self.assignees).contains(&person)
    }

    /// The staff who have it, did the work, or had it before it was opened again: none of them enters for whose it is how it was.
    pub fn handled_by(&self) -> impl Iterator<Item = PersonId> {
        self.assignees.iter().chain(self.done_by.iter().flatten()).chain(&self.former).chain(&self.closed_by).copied()
    }

    /// The step it is at; `None` when closed. A county may have taken a step out of the kind while matters were at it:
    /// those are at the first step again, because nothing that came in may be lost.
    pub fn at<'k>(&self, kind: &'k Kind) -> Option<&'k Step> {
        if self.is_closed() {
            return None;
        }
        kind.step(&self.step).or_else(|| kind.step(&kind.start)).or_else(|| kind.steps.first())
    }

    /// Where it is, in words that all kinds share.
    pub fn phase(&self, kind: &Kind) -> Phase {
        match self.at(kind).map(|s| s.act) {
            None => Phase::Closed,
            Some(Act::Review | Act::JointReview) => Phase::Review,
            Some(Act::Dispatch) => Phase::Dispatch,
            Some(Act::Serve | Act::Answer) => Phase::Doing,
            Some(Act::Confirm) => Phase::Confirm,
            Some(Act::CallBack) => Phase::CallBack,
        }
    }

    /// By when the person was promised that it is done, as long as it is not.
    pub fn promised(&self) -> Option<Timestamp> {
        self.resident_clock.due.filter(|_| self.resident_clock.met_at.is_none() && !self.is_closed())
    }

    /// What the person was promised while its day is not known yet: the calendar of a year is missing.
    pub fn awaited(&self) -> Option<Awaited> {
        self.resident_clock.awaited().filter(|_| !self.is_closed())
    }

    /// The clocks that run: those of departments that are waited for, the step's, and what was promised.
    pub fn clocks(&self) -> impl Iterator<Item = &Clock> {
        let parts = self.parts.iter().filter(|p| p.state == PartState::Waiting).map(|p| &p.clock);
        parts.chain(&self.step_clock).chain([&self.resident_clock])
    }

    /// The years whose calendar its clocks wait for.
    pub fn missing_years(&self) -> BTreeSet<i16> {
        if self.is_closed() { BTreeSet::new() } else { self.clocks().filter_map(|c| c.missing_year).collect() }
    }

    /// By when the present step is over: its own clock, and not later than what was promised. A step that begins when the
    /// promise is broken already has its own term.
    pub fn step_due(&self) -> Option<Timestamp> {
        let clock = self.step_clock.as_ref()?;
        let promised = self.promised().filter(|promised| *promised > clock.started);
        clock.due.map(|own| promised.map_or(own, |promised| promised.min(own)))
    }

    /// Whose it is: who raised it and for whom.
    pub fn owners(&self) -> Vec<PersonId> {
        let mut owners: Vec<PersonId> = self.raised_by.into_iter().chain(self.subject).collect();
        owners.dedup();
        owners
    }

    /// For whom it is: whom it is about, else who asked. `None` for whoever was not registered.
    pub fn served(&self) -> Option<PersonId> {
        self.subject.or(self.raised_by)
    }

    /// Whether it is known to be for the same person as another: two that one raised need not be.
    pub fn serves_same(&self, other: &Matter) -> bool {
        let known = |matter: &Matter| matter.subject.or(matter.raised_by.filter(|_| !matter.for_another));
        known(self).is_some_and(|person| known(other) == Some(person))
    }

    /// Whether all whose it is are those whose another is.
    pub fn is_of_same_people(&self, other: &Matter) -> bool {
        let (mine, theirs) = (self.owners(), other.owners());
        !mine.is_empty() && self.followers.is_empty() && mine.iter().all(|person| theirs.contains(person))
    }

    pub fn is_own(&self, person: Option<PersonId>) -> bool {
        person.is_some_and(|p| self.raised_by == Some(p) || self.subject == Some(p))
    }
}

/// The tabs of the desk and the filter of the API: 待研判, 待派, 办理中, 待确认, 待回访, 已办结.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Review,
    Dispatch,
    Doing,
    Confirm,
    CallBack,
    Closed,
}

impl Phase {
    pub const ALL: [Phase; 6] =
        [Phase::Review, Phase::Dispatch, Phase::Doing, Phase::Confirm, Phase::CallBack, Phase::Closed];

    /// Whether tasks that nobody has begun are called off: what was asked for is done, or is not wanted any more. A matter
    /// that went back to triage may still be answered with a yes.
    pub const fn is_past_tasks(self) -> bool {
        matches!(self, Phase::Confirm | Phase::CallBack | Phase::Closed)
    }

    pub const fn key(self) -> &'static str {
        match self {
            Phase::Review => "review",
            Phase::Dispatch => "dispatch",
            Phase::Doing => "doing",
            Phase::Confirm => "confirm",
            Phase::CallBack => "call_back",
            Phase::Closed => "closed",
        }
    }

    pub fn from_key(key: &str) -> Option<Phase> {
        Phase::ALL.into_iter().find(|p| p.key() == key)
    }
}

/// One department's part of a joint review.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub organisation: OrganisationId,
    pub state: PartState,
    pub clock: Clock,
    pub answered_at: Option<Timestamp>,
    /// What the department said, and with a refusal its basis.
    pub said: Option<String>,
    pub basis: Option<String>,
}

/// How far a department is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartState {
    Waiting,
    Agreed,
    Refused,
    /// Another part ended the review before this one was answered.
    CalledOff,
}

impl PartState {
    pub const fn key(self) -> &'static str {
        match self {
            PartState::Waiting => "waiting",
            PartState::Agreed => "agreed",
            PartState::Refused => "refused",
            PartState::CalledOff => "called_off",
        }
    }
}

/// The clocks stand still, lawfully.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pause {
    /// The key of the kind's pause rule.
    pub rule: String,
    pub since: Timestamp,
    /// It ends by itself then.
    pub until: Timestamp,
    pub reason: String,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closing {
    /// The key of one of the kind's outcomes.
    pub outcome: String,
    pub at: Timestamp,
    /// Whether the person served said so. Silence closes too, and is counted apart.
    pub confirmed: bool,
    pub owner: Option<String>,
    pub basis: Option<String>,
    pub reason: Option<String>,
    pub head: Option<String>,
    pub merged_into: Option<MatterId>,
}

/// What a person filled in with an answer. What the answer does not require may still be said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    pub reason: Option<String>,
    pub owner: Option<String>,
    pub basis: Option<String>,
    pub level: Option<String>,
    pub type_key: Option<String>,
    pub way: Option<String>,
    /// `None` leaves the risks as they are.
    pub risks: Option<BTreeSet<String>>,
    pub next_word_at: Option<Timestamp>,
    pub departments: Vec<OrganisationId>,
    pub handler: Option<PersonId>,
    pub result: Option<String>,
    pub head: Option<String>,
    /// At a call-back: whom one reached, and what they said.
    pub heard: Option<String>,
    /// It is done before the day that it was wanted for, and whoever says so knows that.
    pub early: bool,
    /// After a reopening, nobody else could take the step: whoever had it before may.
    pub nobody_else: bool,
    /// Fields of the kind that are asked with an answer.
    pub fields: Values,
}

/// What the event log keeps of a change. Nothing protected is ever in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    pub verb: &'static str,
    pub data: Vec<(&'static str, String)>,
}

impl Fact {
    pub fn new(verb: &'static str) -> Fact {
        Fact { verb, data: Vec::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Fact {
        self.data.push((name, value.into()));
        self
    }

    pub(super) fn with_some<T: Into<String>>(self, name: &'static str, value: Option<T>) -> Fact {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The value said under `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.data.iter().find(|(n, _)| *n == name).map(|(_, v)| v.as_str())
    }
}

/// A decision: the new state, the facts for the event log, what to store of the form, and when to look again.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    pub matter: Matter,
    pub facts: Vec<Fact>,
    /// Values of fields to keep: sealed where the kind says `protected`.
    pub fields: Values,
    /// What the person themselves added: sealed like a protected field. The fact that tells of it has no words.
    pub note: Option<String>,
    /// When the clocks have something to do next; `None` when nothing is due. The shell enqueues one job for it.
    pub wake: Option<Timestamp>,
}
