//! Colleagues on staff who go themselves: they are given a task, and may step back from it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::access::{AssignStaff, StepBack};
use super::offer::checked_reason;
use super::task::{Task, TaskRules};
use crate::people::credential::proves;
use crate::people::household::{Party, tie};
use crate::people::{Credential, Sex};
use crate::shared::{Permit, Refusal};

/// A colleague on staff as they are held against a task.
#[derive(Clone, Copy, Debug)]
pub struct Colleague<'a> {
    pub who: Party<'a>,
    pub sex: Sex,
    pub credentials: &'a [Credential],
}

/// What remains to be done when a colleague does not go after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SteppedBack {
    /// Why, for colleagues, if they cared to say.
    pub reason: Option<String>,
    /// Whole minutes until the task begins; negative when it has begun.
    pub lead_minutes: i64,
    /// So near the start that the desk hears of it at once.
    pub alert_desk: bool,
}

impl Task {
    /// Says whether a colleague may be given the task. Staff are assigned, volunteers never.
    ///
    /// # Errors
    /// `task-assign-not-staff` when the person holds no staff membership that covers the place; `task-not-standing`, `task-over`;
    /// those of [`Task::may_go`].
    pub fn assign_staff(
        &self,
        permit: &Permit<AssignStaff>,
        is_staff_here: bool,
        (colleague, parties): (&Colleague<'_>, &[Party<'_>]),
        day: Date,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        self.is_subject_of(permit.subject);
        self.still_stands(at)?;
        if !is_staff_here {
            return Err(Refusal::new("task-assign-not-staff").at_field("person"));
        }
        self.may_go(colleague, parties, day)
    }

    /// Whether a colleague has shown what the task asks for on `day`, that of the service, and is none of those who stand too
    /// close: `parties` are who is served and who reported. What protects the person served does not depend on who pays
    /// whoever comes, so volunteers are held to the same.
    ///
    /// # Errors
    /// `task-assign-credential`, `task-assign-women-only`, `task-assign-close`.
    pub fn may_go(&self, colleague: &Colleague<'_>, parties: &[Party<'_>], day: Date) -> Result<(), Refusal> {
        if let Some(key) = self.needs.credentials.iter().find(|key| proves(colleague.credentials, key, day).is_err()) {
            return Err(Refusal::new("task-assign-credential").with("credential", key.as_str()).at_field("person"));
        }
        if self.needs.women_only && colleague.sex != Sex::Female {
            return Err(Refusal::new("task-assign-women-only").at_field("person"));
        }
        // Not by which tie: kinship may have been declared by the other side, who need not want it told.
        match parties.iter().any(|party| tie(party, &colleague.who).is_some()) {
            true => Err(Refusal::new("task-assign-close").at_field("person")),
            false => Ok(()),
        }
    }

    /// How many whole minutes are left until it begins, negative when it has begun; and whether whoever gives it back then does so
    /// at short notice, so that the desk hears of it at once.
    pub(super) fn notice(&self, rules: &TaskRules, at: Timestamp) -> (i64, bool) {
        let minutes = self.window.start.duration_since(at).as_mins();
        (minutes, minutes < rules.short_notice)
    }

    /// Whoever is on staff and goes themselves (`goes`) does not after all, as a volunteer gives back what they accepted: before
    /// it begins or while it lasts. Staff do not sign in, so nobody who is there is taken away from it.
    ///
    /// # Errors
    /// `task-not-standing`, `task-over`; `task-not-going` of somebody who has no slot; `text-too-long`.
    pub fn step_back(
        &self,
        permit: &Permit<StepBack>,
        goes: bool,
        reason: Option<&str>,
        rules: &TaskRules,
        at: Timestamp,
    ) -> Result<SteppedBack, Refusal> {
        self.is_subject_of(permit.subject);
        self.still_stands(at)?;
        if !goes {
            return Err(Refusal::new("task-not-going"));
        }
        let reason = checked_reason(reason)?;
        let (lead_minutes, alert_desk) = self.notice(rules, at);
        Ok(SteppedBack { reason, lead_minutes, alert_desk })
    }
}
