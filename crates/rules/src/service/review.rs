//! A record that is looked at before its hours count: the volunteer is told why and heard, and somebody who had no part in
//! it decides. Nobody decides on their own, and nothing is taken away unheard.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::{AnswerCallBack, AnswerReview, DecideReview};
use crate::people::household::{Party, tie};
use crate::shared::ids::{PersonId, RecordId};
use crate::shared::{CalendarError, Length, Permit, Refusal, Term, WorkCalendar};

/// The longest answer and the longest reason, in characters.
pub const MOST_WORDS: usize = Length::Reason.most();

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Looked at; the hours do not count meanwhile.
    Open,
    /// Nothing is wrong: the hours count.
    Cleared,
    /// The record is false, and void.
    Upheld,
}

impl ReviewState {
    pub const ALL: [ReviewState; 3] = [ReviewState::Open, ReviewState::Cleared, ReviewState::Upheld];

    pub const fn key(self) -> &'static str {
        match self {
            ReviewState::Open => "open",
            ReviewState::Cleared => "cleared",
            ReviewState::Upheld => "upheld",
        }
    }

    pub fn from_key(key: &str) -> Option<ReviewState> {
        ReviewState::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether hours under such a review are left out of every sum.
    pub const fn holds(self) -> bool {
        !matches!(self, ReviewState::Cleared)
    }
}

/// What somebody decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Clear,
    Uphold,
}

impl Verdict {
    pub fn from_key(key: &str) -> Option<Verdict> {
        match key {
            "clear" => Some(Verdict::Clear),
            "uphold" => Some(Verdict::Uphold),
            _ => None,
        }
    }

    pub const fn key(self) -> &'static str {
        match self {
            Verdict::Clear => "clear",
            Verdict::Uphold => "uphold",
        }
    }
}

/// The review of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Review {
    pub record: RecordId,
    pub volunteer: PersonId,
    pub state: ReviewState,
    /// The volunteer has answered.
    pub is_heard: bool,
    /// Until when the volunteer may answer unhurried; `None` while the calendar of that year is not loaded, and then
    /// nobody decides against them before they have.
    pub answer_by: Option<Timestamp>,
}

/// Who stands around a review.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// Who decides: the person the permit was made for.
    pub decider: Party<'a>,
    pub volunteer: Party<'a>,
    /// Who entered or confirmed the record, asked about it by telephone, or wrote the volunteer's answer down; on an appeal
    /// also who found it false and who wrote the appeal down.
    pub took_part: &'a [Party<'a>],
}

/// What keeps somebody from deciding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The hours are theirs.
    Own,
    /// They had a hand in it.
    Taken,
    /// They live with one of these, or are kin.
    Close,
}

impl Bench<'_> {
    /// The part that the decider has in it; `None` for a third.
    pub fn part(&self) -> Option<Part> {
        let decider = &self.decider;
        if decider.person == self.volunteer.person {
            return Some(Part::Own);
        }
        if self.took_part.iter().any(|party| party.person == decider.person) {
            return Some(Part::Taken);
        }
        let is_close =
            std::iter::once(&self.volunteer).chain(self.took_part).any(|other| tie(decider, other).is_some());
        is_close.then_some(Part::Close)
    }
}

/// A review that there is of a record, for whoever would void the record besides.
#[derive(Clone, Copy, Debug)]
pub struct LookedAt<'a> {
    pub state: ReviewState,
    /// Who decided it, and on an appeal against it.
    pub deciders: &'a [PersonId],
}

impl LookedAt<'_> {
    /// Whether `by` may void the record past its review. While it is looked at, the volunteer is heard first; and what was found
    /// true, at once or on an appeal, stays so until somebody else says that the record is wrong, and is then for others to find.
    ///
    /// # Errors
    /// `void-in-review`, `void-reviewed`, `void-decided-before`.
    pub fn may_void(&self, by: Option<PersonId>, is_contested: bool) -> Result<(), Refusal> {
        match self.state {
            ReviewState::Open => Err(Refusal::new("void-in-review")),
            ReviewState::Cleared if !is_contested => Err(Refusal::new("void-reviewed")),
            _ if by.is_some_and(|by| self.deciders.contains(&by)) => Err(Refusal::new("void-decided-before")),
            ReviewState::Cleared | ReviewState::Upheld => Ok(()),
        }
    }
}

/// Until when the volunteer may answer.
///
/// # Errors
/// When the working days run into a year that is not loaded.
pub fn answer_by(working_days: i64, calendar: &WorkCalendar, opened: Timestamp) -> Result<Timestamp, CalendarError> {
    calendar.end_of(Term::WorkingDays(working_days), opened)
}

impl Review {
    /// What the volunteer says to it, by themselves or written down for them. It may be said again until it is decided.
    ///
    /// # Errors
    /// `needs-a-person`, `review-decided`, `review-words` when nothing is said, `text-too-long`.
    pub fn answer(&self, permit: &Permit<AnswerReview>, words: &str) -> Result<String, Refusal> {
        assert_eq!(permit.subject, self.record.uuid, "the permit is for another record");
        if permit.by.is_none() {
            return Err(Refusal::new("needs-a-person"));
        }
        self.is_open()?;
        Length::Reason.said(words, Refusal::new("review-words").at_field("words"))
    }

    /// Clears the record, or finds it false.
    ///
    /// # Errors
    /// `needs-a-person`; `review-decided`; `review-own` for who gains the hours; `review-took-part` for who had a hand in
    /// the record; `review-household` for a household or kin of either; `review-not-heard` to uphold before the volunteer
    /// has answered or their term is over; `review-reason`.
    pub fn decide(
        &self,
        permit: &Permit<DecideReview>,
        bench: &Bench<'_>,
        verdict: Verdict,
        reason: &str,
        at: Timestamp,
    ) -> Result<ReviewState, Refusal> {
        assert_eq!(permit.subject, self.record.uuid, "the permit is for another record");
        let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
        assert_eq!(by, bench.decider.person, "the decider is who holds the permit");
        self.is_open()?;
        assert_eq!(self.volunteer, bench.volunteer.person, "the volunteer of a review is that of its record");
        match bench.part() {
            Some(Part::Own) => return Err(Refusal::new("review-own")),
            Some(Part::Taken) => return Err(Refusal::new("review-took-part")),
            Some(Part::Close) => return Err(Refusal::new("review-household")),
            None => {}
        }
        Length::Reason.said(reason, Refusal::new("review-reason").at_field("reason"))?;
        match verdict {
            Verdict::Clear => Ok(ReviewState::Cleared),
            Verdict::Uphold if self.is_heard || self.answer_by.is_some_and(|by| at > by) => Ok(ReviewState::Upheld),
            Verdict::Uphold => Err(Refusal::new("review-not-heard").at_field("verdict")),
        }
    }

    fn is_open(&self) -> Result<(), Refusal> {
        if self.state == ReviewState::Open { Ok(()) } else { Err(Refusal::new("review-decided")) }
    }
}

/// What the person served says by telephone: was this service done?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallBack {
    Done,
    NotDone,
    /// Nobody answered, or they cannot say.
    NoAnswer,
}

impl CallBack {
    pub const ALL: [CallBack; 3] = [CallBack::Done, CallBack::NotDone, CallBack::NoAnswer];

    pub const fn key(self) -> &'static str {
        match self {
            CallBack::Done => "done",
            CallBack::NotDone => "not_done",
            CallBack::NoAnswer => "no_answer",
        }
    }

    pub fn from_key(key: &str) -> Option<CallBack> {
        CallBack::ALL.into_iter().find(|said| said.key() == key)
    }
}

/// An answer, with whom one reached and what they said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    pub said: Option<CallBack>,
    pub words: String,
}

/// Whether who asked may write the answer down: nobody who had a hand in the record asks whether it is true. Who reached
/// nobody need not say more.
///
/// # Errors
/// `needs-a-person`, `review-own`, `review-took-part`, `call-back-given`, `call-back-answer` without one,
/// `call-back-heard` without words or with too many.
pub fn call_back(
    permit: &Permit<AnswerCallBack>,
    volunteer: PersonId,
    took_part: &[PersonId],
    is_answered: bool,
    heard: &Heard,
) -> Result<CallBack, Refusal> {
    let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
    if by == volunteer {
        return Err(Refusal::new("review-own"));
    }
    if took_part.contains(&by) {
        return Err(Refusal::new("review-took-part"));
    }
    if is_answered {
        return Err(Refusal::new("call-back-given"));
    }
    let said = heard.said.ok_or_else(|| Refusal::new("call-back-answer").at_field("said"))?;
    match said {
        CallBack::NoAnswer => Length::Notes.fits("heard", heard.words.as_str())?,
        _ => Length::Notes.said(&heard.words, Refusal::new("call-back-heard").at_field("heard")).map(drop)?,
    }
    Ok(said)
}
