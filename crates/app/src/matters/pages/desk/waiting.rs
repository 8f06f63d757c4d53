//! How much waits at somebody's desk, for their first page.

use rules::shared::Actor;

use super::queue::lists;
use crate::matters::queues;
use crate::matters::store::PhaseCount;
use crate::{Stop, Tx, places};

/// What waits at the desk of somebody: the place that its lists are of, and how many there are in each phase.
pub struct Waiting {
    pub place: String,
    pub counts: Vec<PhaseCount>,
    /// What is private is not among them.
    pub but_private: bool,
}

impl Waiting {
    /// How many of them are late.
    pub fn late(&self) -> i64 {
        self.counts.iter().map(|count| count.late).sum()
    }
}

/// What the desk of `who` shows when it is opened; `None` for whoever has none.
pub async fn waiting(tx: &mut Tx<'_>, who: &Actor, now: i64) -> Result<Option<Waiting>, Stop> {
    let city = tx.city();
    let Some(lists) = lists(&city, who, None) else { return Ok(None) };
    let counts = queues::counts(tx, &lists.cells, &lists.filter(who), now).await?;
    let place = places::store::ancestors(tx, &lists.within).await?.pop().map(|place| place.name).unwrap_or_default();
    Ok(Some(Waiting { place, counts, but_private: !lists.private }))
}
