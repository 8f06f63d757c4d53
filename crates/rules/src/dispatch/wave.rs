//! Waves: how many are invited at once, how long they have to answer, and what comes when nobody does.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::offer::{Offer, OfferState};
use super::quiet::Night;
use super::task::{Task, TaskRules};
use crate::places::Distance;
use crate::shared::{CalendarError, Refusal, Term, WorkCalendar};

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

/// The plans of all levels.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WavePlans {
    plan: Vec<WavePlan>,
}

static EMBEDDED: LazyLock<WavePlans> =
    LazyLock::new(|| WavePlans::parse(include_str!("waves.toml")).expect("the embedded plans are read by a test"));

impl Default for WavePlans {
    fn default() -> WavePlans {
        EMBEDDED.clone()
    }
}

impl WavePlans {
    /// Reads a county's file.
    ///
    /// # Errors
    /// What the reader says, or which plan invites nobody, reaches nowhere, or is missing.
    pub fn parse(toml: &str) -> Result<WavePlans, String> {
        let plans: WavePlans = toml::from_str(toml).map_err(|e| e.to_string())?;
        if let Some(idle) = plans.plan.iter().find(|p| p.per_slot == 0 || p.most == 0 || p.reach.is_empty()) {
            return Err(format!("the plan for {} invites nobody", idle.level));
        }
        if plans.plan.iter().all(|p| p.level != "*") {
            return Err("there is no plan for *".into());
        }
        Ok(plans)
    }

    /// The plans with that of one level put in the place of what was there for it.
    pub fn with(mut self, plan: WavePlan) -> WavePlans {
        self.plan.retain(|p| p.level != plan.level);
        self.plan.push(plan);
        self
    }

    /// The plan for a level of urgency.
    pub fn plan(&self, level: &str) -> &WavePlan {
        let find = |level: &str| self.plan.iter().find(|p| p.level == level);
        find(level).or_else(|| find("*")).expect("checked when parsed")
    }
}

impl WavePlan {
    /// Whether the desk may invite so many at once.
    ///
    /// # Errors
    /// `wave-empty`, `wave-too-many`.
    pub fn allows(&self, invited: usize) -> Result<(), Refusal> {
        if invited == 0 {
            return Err(Refusal::new("wave-empty").at_field("people"));
        }
        if invited > usize::from(self.most) {
            return Err(Refusal::new("wave-too-many").with("most", i64::from(self.most)).at_field("people"));
        }
        Ok(())
    }

    /// Until when an answer counts when nobody says otherwise: as long as the plan grants from when the invitation goes out,
    /// the quiet hours not counted, and never past the start, unless the service has begun.
    ///
    /// # Errors
    /// When it runs into a year whose working days are not loaded.
    pub fn reply_by(
        &self,
        task: &Task,
        calendar: &WorkCalendar,
        at: Timestamp,
        night: &Night<'_>,
    ) -> Result<Timestamp, CalendarError> {
        let from = night.goes_out(at);
        let by = night.answered_by(from, calendar.end_of(self.reply_within, from)?);
        Ok(by.min(task.last_answer(at)))
    }

    /// Whether an invitation that goes out at `from` leaves time to answer until `by`: what the limits name, and no more than the
    /// plan grants.
    ///
    /// # Errors
    /// `offer-reply-short` with the minutes.
    pub fn leaves_time(&self, limits: &TaskRules, from: Timestamp, by: Timestamp) -> Result<(), Refusal> {
        let least = limits.shortest_reply.min(self.reply_within.roughly_minutes());
        // What is over altogether has a refusal of its own.
        if by > from && by < from + SignedDuration::from_mins(least) {
            return Err(Refusal::new("offer-reply-short").with("minutes", least).at_field("reply_by"));
        }
        Ok(())
    }

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
        night: &Night<'_>,
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
            return Ok(Step::Send {
                wave: sent + 1,
                size: slots_left.saturating_mul(self.per_slot).clamp(1, self.most.max(1)),
                reach: *reach,
                reply_by: self.reply_by(task, calendar, at, night)?,
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

/// What is known of the invitations of a task that go out in waves and for which there is room still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The last wave that went out; 0 when there was nobody to invite.
    pub wave: u16,
    /// An answer is waited for.
    pub awaited: bool,
    /// Anyone eligible may take it.
    pub open: bool,
    pub starts: Timestamp,
}

/// How far the waves of a task have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// The last that went out, and how many there are.
    pub wave: u16,
    pub of: u16,
    pub stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Answers are waited for.
    Asking,
    /// All waves are over, and whoever is eligible may come until it begins.
    Open,
    /// All waves are over, and nobody else is asked.
    Over,
}

impl WavePlan {
    /// How far the waves have come. Where nobody's answer is waited for there is no wave left: the next goes out at once.
    pub fn round(&self, sent: Sent, at: Timestamp) -> Round {
        let planned = u16::try_from(self.reach.len()).unwrap_or(u16::MAX);
        let stage = match sent.awaited {
            true => Stage::Asking,
            false if sent.open && at < sent.starts => Stage::Open,
            false => Stage::Over,
        };
        // One that reached further than planned was one more.
        Round { wave: sent.wave, of: planned.max(sent.wave), stage }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_which_wave_it_is_and_when_the_last_is_over() {
        let plan = WavePlans::default().plan("*").clone();
        let (before, starts): (Timestamp, Timestamp) =
            ("2026-06-08T09:00:00+08:00".parse().unwrap(), "2026-06-08T15:00:00+08:00".parse().unwrap());
        for (case, wave, awaited, open, at, round) in [
            ("the first waits for answers", 1, true, false, before, (1, 3, Stage::Asking)),
            ("an open one, too, while somebody may answer", 3, true, true, before, (3, 3, Stage::Asking)),
            ("a wave that was widened is one more", 4, true, false, before, (4, 4, Stage::Asking)),
            ("all are over, and it is open", 3, false, true, before, (3, 3, Stage::Open)),
            ("nobody came by its start", 3, false, true, starts, (3, 3, Stage::Over)),
            ("all are over", 3, false, false, before, (3, 3, Stage::Over)),
            ("the others would have reached nobody", 1, false, false, before, (1, 3, Stage::Over)),
            ("there was nobody to invite", 0, false, false, before, (0, 3, Stage::Over)),
        ] {
            let found = plan.round(Sent { wave, awaited, open, starts }, at);
            assert_eq!((found.wave, found.of, found.stage), round, "{case}");
        }
    }
}
