//! Waves: how many are invited at once, how long they have to answer, and what comes when nobody does.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::offer::{Offer, OfferState};
use super::task::Task;
use crate::places::Distance;
use crate::shared::{CalendarError, Term, WorkCalendar};

/// How invitations to the tasks of one level of urgency go out, as data. Local setting throughout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WavePlan {
    /// The level of urgency it is for, as the kind names it.
    pub level: String,
    /// How many are invited per free slot.
    pub per_slot: u16,
    /// Most people invited in one wave: 5 keeps the desk's list readable and spares volunteers vain messages.
    pub most: u16,
    pub reply_within: Term,
    /// How far each wave reaches, first wave first.
    pub reach: Vec<Distance>,
    /// After the last wave the task is opened to anyone eligible.
    pub then_open: bool,
}

/// What the desk, or the job in its place, does next for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// All slots are taken, or the task stands no more.
    Nothing,
    /// Answers are awaited until then.
    Wait(Timestamp),
    Send {
        wave: u16,
        size: u16,
        reach: Distance,
        reply_by: Timestamp,
    },
    /// Open it to anyone eligible.
    Open,
    /// Nothing is left to try: the social worker decides (relax, another day, herself).
    AskDesk,
}

impl WavePlan {
    /// The next step for a task. `offers` are all its offers; `slots_left` those nobody has accepted.
    ///
    /// # Errors
    /// When the time to answer runs into a year whose working days are not loaded.
    pub fn next(
        &self,
        task: &Task,
        offers: &[Offer],
        slots_left: u16,
        calendar: &WorkCalendar,
        at: Timestamp,
    ) -> Result<Step, CalendarError> {
        if slots_left == 0 || task.still_stands(at).is_err() {
            return Ok(Step::Nothing);
        }
        let awaited = offers.iter().filter(|o| o.state == OfferState::Offered).filter_map(|o| o.reply_by);
        if let Some(until) = awaited.filter(|by| *by >= at).min() {
            return Ok(Step::Wait(until));
        }
        let sent = offers.iter().map(|o| o.wave).max().unwrap_or(0);
        if let Some(reach) = self.reach.get(usize::from(sent)) {
            let by = calendar.end_of(self.reply_within, at)?;
            return Ok(Step::Send {
                wave: sent + 1,
                size: slots_left.saturating_mul(self.per_slot).clamp(1, self.most.max(1)),
                reach: *reach,
                // An answer after the start helps nobody, unless someone is needed at once.
                reply_by: by.min(if task.window.start > at { task.window.start } else { task.window.end }),
            });
        }
        Ok(if task.open && at < task.window.start {
            Step::Wait(task.window.start)
        } else if task.open {
            Step::AskDesk
        } else if self.then_open {
            Step::Open
        } else {
            Step::AskDesk
        })
    }
}
