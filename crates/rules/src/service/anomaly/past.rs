//! What reviews found before about those concerned. It says nothing of this record but who made it, so what somebody else
//! stands for is left out, and nobody is held for the records of others.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::settings::FalseBefore;
use super::signs::Sign;
use crate::service::ReviewState;
use crate::shared::ids::PersonId;

/// Those concerned with a record, and the reviews of other records of theirs.
#[derive(Clone, Debug)]
pub struct Past {
    pub volunteer: PersonId,
    /// Who typed it: at a desk or after the fact. `None` where it was signed.
    pub typed_by: Option<PersonId>,
    /// Who confirmed it, where that is the person served or who speaks for them.
    pub confirmed_for_served: Option<PersonId>,
    /// How many others were at the same occasion, of whom nothing is held or was found false.
    pub others_there: i64,
    pub reviews: Vec<Reviewed>,
}

/// Another record that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reviewed {
    pub state: ReviewState,
    /// The local day of the service.
    pub day: Date,
    pub volunteer: PersonId,
    pub typed_by: Option<PersonId>,
    /// Who had confirmed it.
    pub confirmed_by: Option<PersonId>,
}

impl Reviewed {
    fn is_false_near(&self, day: Date, limits: &FalseBefore) -> bool {
        let apart = self.day.duration_since(day).as_hours().abs() / 24;
        self.state == ReviewState::Upheld && apart <= limits.within_days
    }
}

impl Past {
    /// The sign that a record of that day carries for them.
    pub(super) fn sign(&self, day: Date, limits: &FalseBefore) -> Option<Sign> {
        let found: Vec<&Reviewed> = self.reviews.iter().filter(|other| other.is_false_near(day, limits)).collect();
        let own: Vec<&Reviewed> = found.iter().copied().filter(|other| other.volunteer == self.volunteer).collect();
        if self.is_vouched_for(&own, limits) {
            return None;
        }
        let (records, days) = (count(own.iter()), limits.within_days);
        if records >= limits.records {
            return Some(Sign::FoundFalse { records, days });
        }
        let recorder = self.typed_by.filter(|recorder| *recorder != self.volunteer)?;
        let typed = |other: &&&Reviewed| other.typed_by == Some(recorder);
        let people: BTreeSet<PersonId> = found.iter().filter(typed).map(|other| other.volunteer).collect();
        let (records, people) = (count(own.iter().filter(typed)), count(people.iter()));
        (records > 0 && people >= limits.company).then_some(Sign::FoundFalseTogether { records, people, days })
    }

    /// Somebody else says that it took place, or could say so, who had no part in the false ones.
    fn is_vouched_for(&self, own: &[&Reviewed], limits: &FalseBefore) -> bool {
        let is_from_served = self.confirmed_for_served.is_some()
            && own.iter().all(|other| other.confirmed_by != self.confirmed_for_served);
        is_from_served || self.others_there >= limits.others_there
    }
}

fn count<T>(of: impl Iterator<Item = T>) -> i64 {
    i64::try_from(of.count()).unwrap_or(i64::MAX)
}
