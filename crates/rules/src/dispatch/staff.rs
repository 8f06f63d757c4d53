//! Colleagues on staff who go themselves: they are given a task, and may step back from it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::access::{AssignStaff, StepBack};
use super::offer::checked_reason;
use super::task::{Task, TaskRules};
use crate::people::Credential;
use crate::people::credential::proves;
use crate::shared::{Permit, Refusal};

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
    /// `task-assign-not-staff` when the person holds no staff membership that covers the place; `task-assign-credential`,
    /// `task-not-standing`, `task-over`.
    pub fn assign_staff(
        &self,
        permit: &Permit<AssignStaff>,
        is_staff_here: bool,
        (credentials, day): (&[Credential], Date),
        at: Timestamp,
    ) -> Result<(), Refusal> {
        self.is_subject_of(permit.subject);
        self.still_stands(at)?;
        if !is_staff_here {
            return Err(Refusal::new("task-assign-not-staff").at_field("person"));
        }
        self.credentials_shown(credentials, day)
    }

    /// Whether a colleague has shown what the task asks for; `day` is that of the service. What protects the person served
    /// does not depend on who pays whoever comes.
    ///
    /// # Errors
    /// `task-assign-credential`.
    pub fn credentials_shown(&self, credentials: &[Credential], day: Date) -> Result<(), Refusal> {
        match self.needs.credentials.iter().find(|key| proves(credentials, key, day).is_err()) {
            Some(key) => {
                Err(Refusal::new("task-assign-credential").with("credential", key.as_str()).at_field("person"))
            }
            None => Ok(()),
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
