//! What somebody says against a record (异议): by whom, what it waits for, and how it ends. Whoever gains the hours may answer
//! it; whoever sets the record right answers it in words; and whoever raised it may take it back until it is decided.

use serde::{Deserialize, Serialize};

use super::access::{AnswerReview, Correct, WithdrawObjection};
use super::record::RecordState;
use crate::shared::ids::{PersonId, RecordId};
use crate::shared::{Length, Permit, Refusal};

/// As what somebody objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The person served, or who acts for them by a mandate.
    Served,
    /// Whose hours they are.
    Volunteer,
    /// Staff of the place.
    Staff,
}

impl Side {
    pub const fn key(self) -> &'static str {
        match self {
            Side::Served => "served",
            Side::Volunteer => "volunteer",
            Side::Staff => "staff",
        }
    }

    /// As what `by`, the person for whom an actor stands, objects.
    pub fn of(by: Option<PersonId>, volunteer: PersonId, served: Option<PersonId>) -> Side {
        match by {
            Some(by) if served == Some(by) => Side::Served,
            Some(by) if by == volunteer => Side::Volunteer,
            _ => Side::Staff,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionState {
    /// Nobody has answered it; the hours do not count.
    Open,
    /// Who looked into it has answered, and a second person is to confirm the record.
    Answered,
    /// The record was confirmed, or made void.
    Decided,
    /// Taken back by who raised it.
    Withdrawn,
}

impl ObjectionState {
    pub const ALL: [ObjectionState; 4] =
        [ObjectionState::Open, ObjectionState::Answered, ObjectionState::Decided, ObjectionState::Withdrawn];

    pub const fn key(self) -> &'static str {
        match self {
            ObjectionState::Open => "open",
            ObjectionState::Answered => "answered",
            ObjectionState::Decided => "decided",
            ObjectionState::Withdrawn => "withdrawn",
        }
    }

    pub fn from_key(key: &str) -> Option<ObjectionState> {
        ObjectionState::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether it still waits for somebody.
    pub const fn is_undecided(self) -> bool {
        matches!(self, ObjectionState::Open | ObjectionState::Answered)
    }
}

/// What became of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It stands as it was.
    Unchanged,
    /// Its time or its words were set right.
    Corrected,
    /// It was false.
    Void,
}

impl Became {
    pub const fn key(self) -> &'static str {
        match self {
            Became::Unchanged => "unchanged",
            Became::Corrected => "corrected",
            Became::Void => "void",
        }
    }
}

/// An objection, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objection {
    pub record: RecordId,
    /// Who raised it: the person it was raised for, where somebody acted for them.
    pub raised_for: PersonId,
    pub state: ObjectionState,
    /// What the record was before.
    pub before: RecordState,
}

impl Objection {
    /// The words in which whoever sets the record right answers it.
    ///
    /// # Errors
    /// `objection-answer` without any; `text-too-long`.
    pub fn answer(&self, permit: &Permit<Correct>, words: &str) -> Result<String, Refusal> {
        self.is_subject_of(permit.subject);
        Length::Reason.said(words, Refusal::new("objection-answer").at_field("answer"))
    }

    /// What whoever gains the hours says to it, as often as they like until it is decided.
    ///
    /// # Errors
    /// `objection-over` once it is decided or taken back; `objection-words` without any; `text-too-long`.
    pub fn hear(&self, permit: &Permit<AnswerReview>, words: &str) -> Result<String, Refusal> {
        self.is_subject_of(permit.subject);
        self.is_undecided()?;
        Length::Reason.said(words, Refusal::new("objection-words").at_field("words"))
    }

    /// Who raised it takes it back; gives back what the record is then, which now is `state`: what was set right
    /// meanwhile stays so.
    ///
    /// # Errors
    /// `objection-of-another` for who did not raise it; `objection-over` once it is decided or taken back.
    pub fn withdraw(
        &self,
        permit: &Permit<WithdrawObjection>,
        by: Option<PersonId>,
        state: RecordState,
    ) -> Result<RecordState, Refusal> {
        self.is_subject_of(permit.subject);
        if by != Some(self.raised_for) {
            return Err(Refusal::new("objection-of-another"));
        }
        self.is_undecided()?;
        Ok(if state == RecordState::Contested { self.before } else { state })
    }

    fn is_undecided(&self) -> Result<(), Refusal> {
        if self.state.is_undecided() { Ok(()) } else { Err(Refusal::new("objection-over")) }
    }

    fn is_subject_of(&self, subject: uuid::Uuid) {
        assert_eq!(subject, self.record.uuid, "the permit is for another record");
    }
}
