//! 申请复核: whoever lost hours to a review may ask, once, that somebody above looks at it again. Who decides had no part in
//! the record, in the review or in the asking, and the finding stands or falls with a reason.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::{Appeal, DecideAppeal};
use super::review::{Bench, Part, ReviewState};
use crate::shared::ids::{PersonId, RecordId};
use crate::shared::{CalendarError, Length, Permit, Refusal, Term, WorkCalendar};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppealState {
    /// Nobody has decided yet; the record is void meanwhile.
    Waiting,
    /// The finding stands.
    Stands,
    /// The record is what it was before, and its review counts as cleared.
    Overturned,
}

impl AppealState {
    pub const ALL: [AppealState; 3] = [AppealState::Waiting, AppealState::Stands, AppealState::Overturned];

    pub const fn key(self) -> &'static str {
        match self {
            AppealState::Waiting => "waiting",
            AppealState::Stands => "stands",
            AppealState::Overturned => "overturned",
        }
    }

    pub fn from_key(key: &str) -> Option<AppealState> {
        AppealState::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// What somebody decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Stand,
    Overturn,
}

impl Outcome {
    pub const ALL: [Outcome; 2] = [Outcome::Stand, Outcome::Overturn];

    pub const fn key(self) -> &'static str {
        match self {
            Outcome::Stand => "stand",
            Outcome::Overturn => "overturn",
        }
    }

    pub fn from_key(key: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|outcome| outcome.key() == key)
    }

    pub const fn becomes(self) -> AppealState {
        match self {
            Outcome::Stand => AppealState::Stands,
            Outcome::Overturn => AppealState::Overturned,
        }
    }
}

/// A review, as far as appealing against it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appealable {
    pub record: RecordId,
    pub volunteer: PersonId,
    pub review: ReviewState,
    /// Until when one may appeal; `None` while the calendar of that year is not loaded, and then the term is open.
    pub appeal_by: Option<Timestamp>,
    /// How the appeal against this finding stands, when there is one.
    pub appeal: Option<AppealState>,
}

/// Until when one may appeal against what was found now.
///
/// # Errors
/// When the working days run into a year that is not loaded.
pub fn appeal_by(working_days: i64, calendar: &WorkCalendar, found: Timestamp) -> Result<Timestamp, CalendarError> {
    calendar.end_of(Term::WorkingDays(working_days), found)
}

impl Appealable {
    /// Whether an appeal would be taken at this time.
    ///
    /// # Errors
    /// `appeal-once`, `appeal-nothing` where nothing was found false, `appeal-late`.
    pub fn is_open(&self, at: Timestamp) -> Result<(), Refusal> {
        if self.appeal.is_some() {
            return Err(Refusal::new("appeal-once"));
        }
        if self.review != ReviewState::Upheld {
            return Err(Refusal::new("appeal-nothing"));
        }
        match self.appeal_by {
            Some(by) if at > by => Err(Refusal::new("appeal-late")),
            _ => Ok(()),
        }
    }

    /// Takes what the volunteer says against the finding, by themselves or written down for them.
    ///
    /// # Errors
    /// `needs-a-person`; those of [`Appealable::is_open`]; `appeal-words` when nothing is said, `text-too-long`.
    pub fn ask(&self, permit: &Permit<Appeal>, words: &str, at: Timestamp) -> Result<String, Refusal> {
        assert_eq!(permit.subject, self.record.uuid, "the permit is for another record");
        if permit.by.is_none() {
            return Err(Refusal::new("needs-a-person"));
        }
        self.is_open(at)?;
        Length::Reason.said(words, Refusal::new("appeal-words").at_field("words"))
    }

    /// Gives back the reason for which the finding stands or falls.
    ///
    /// # Errors
    /// `needs-a-person`; `appeal-decided`; `appeal-own` for who lost the hours; `appeal-took-part` for who had a hand in the
    /// record, in the review or in the asking; `appeal-household` for a household or kin of any of them; `appeal-reason`.
    pub fn decide(&self, permit: &Permit<DecideAppeal>, bench: &Bench<'_>, reason: &str) -> Result<String, Refusal> {
        assert_eq!(permit.subject, self.record.uuid, "the permit is for another record");
        let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
        assert_eq!(by, bench.decider.person, "the decider is who holds the permit");
        assert_eq!(self.volunteer, bench.volunteer.person, "the volunteer of an appeal is that of its record");
        if self.appeal != Some(AppealState::Waiting) {
            return Err(Refusal::new("appeal-decided"));
        }
        match bench.part() {
            Some(Part::Own) => return Err(Refusal::new("appeal-own")),
            Some(Part::Taken) => return Err(Refusal::new("appeal-took-part")),
            Some(Part::Close) => return Err(Refusal::new("appeal-household")),
            None => {}
        }
        Length::Reason.said(reason, Refusal::new("appeal-reason").at_field("reason"))
    }
}
