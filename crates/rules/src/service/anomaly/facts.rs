//! One record and what stands around it, as the store knows it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::past::Past;
use crate::people::household::Tie;
use crate::service::{Evidence, Means};
use crate::shared::Window;
use crate::shared::ids::PersonId;

/// What the signs of one record are read from. Neighbouring records are those that are not void.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The local day on which it began.
    pub day: Date,
    pub place_path: &'a str,
    pub served: Window,
    pub minutes: i64,
    pub evidence: Evidence,
    /// When its task was planned, where there was one.
    pub planned: Option<Window>,
    /// Minutes of it that lie in the night, by [`night_minutes`].
    pub night_minutes: i64,
    /// The occasion that it is part of, and when it was entered by hand: at a desk or after the fact.
    pub entered: Option<Entry>,
    /// What the same person entered by hand around that time, whoever's hours they are.
    pub entered_beside: &'a [Entry],
    /// The same occasion, and when it was confirmed.
    pub confirmed: Option<Entry>,
    /// What the same two people entered by hand and confirmed around that time.
    pub confirmed_beside: &'a [Entry],
    /// The volunteer's other records of that day, the day before and the day after.
    pub own: &'a [Neighbour<'a>],
    /// Who of staff confirmed the volunteer's hours, and the others' there. `None` when the person served confirmed.
    pub shares: Option<Shares>,
    /// How presence was shown, and who showed it the same way.
    pub signed: Option<Signed<'a>>,
    /// How who entered it stands to the volunteer, when that is somebody else.
    pub tie: Option<Tie>,
    /// The person served, asked by telephone, says that nobody came.
    pub denied: bool,
    /// What reviews found before. `None` where nothing of the volunteer was found false.
    pub past: Option<&'a Past>,
}

/// A record as one of many: whose, of which occasion, and when it was written or confirmed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub at: Timestamp,
    pub volunteer: PersonId,
    /// The same for all who were there together: its task, or the name and start of an activity.
    pub occasion: String,
}

/// Another record of the same volunteer.
#[derive(Clone, Copy, Debug)]
pub struct Neighbour<'a> {
    pub day: Date,
    pub served: Window,
    pub minutes: i64,
    pub place_path: &'a str,
    /// It was signed when it happened.
    pub attended: bool,
}

/// Minutes confirmed by the member of staff who confirmed this record, of the volunteer's and of all others' at the place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// How many records of the volunteer are counted.
    pub records: i64,
    pub by_confirmer: i64,
    pub all: i64,
    pub others_by_confirmer: i64,
    pub others: i64,
}

/// The signatures of a record that was signed when it happened.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'a> {
    pub means: Means,
    pub came: Signature,
    pub left: Option<Signature>,
    /// Others who signed in by the same card, or by the same code of the same task.
    pub beside: &'a [Card],
}

/// When a signature counts, and when it reached the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    pub at: Timestamp,
    pub received: Timestamp,
}

/// Another signature by the same card or code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    pub came: Timestamp,
    pub left: Option<Timestamp>,
    pub same_task: bool,
}
