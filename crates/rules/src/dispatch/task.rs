//! A task: the piece of work that an offer is about, and what a volunteer sees of a matter.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::access::{CancelTask, CutTask, EditTask, OpenTask, StopWaves, Widen};
use crate::matters::Phase;
use crate::people::{MinorRules, Sex};
use crate::places::Distance;
use crate::shared::ids::{MatterId, OrganisationId, TaskId};
use crate::shared::{Faults, Length, Permit, Refusal, Window};

/// What may happen to who serves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    #[default]
    Ordinary,
    /// May bring bodily danger: accident insurance comes first (志愿服务条例 第十七条).
    Bodily,
    /// Rescue, patrol by night and the like: insured, and never for minors (山东省志愿服务条例 第十条).
    Dangerous,
}

impl Risk {
    pub const ALL: [Risk; 3] = [Risk::Ordinary, Risk::Bodily, Risk::Dangerous];

    pub const fn key(self) -> &'static str {
        match self {
            Risk::Ordinary => "ordinary",
            Risk::Bodily => "bodily",
            Risk::Dangerous => "dangerous",
        }
    }

    pub fn from_key(key: &str) -> Option<Risk> {
        Risk::ALL.into_iter().find(|risk| risk.key() == key)
    }

    pub const fn needs_insurance(self) -> bool {
        !matches!(self, Risk::Ordinary)
    }
}

/// Whether tasks are cut from a matter that is so far. Not before somebody has looked at it: triage weighs the risks and
/// says who comes, and whoever accepts a task is shown the address.
///
/// # Errors
/// `task-before-triage`, `task-matter-closed`.
pub fn is_cut_from(phase: Phase) -> Result<(), Refusal> {
    match phase {
        Phase::Review => Err(Refusal::new("task-before-triage")),
        Phase::Closed => Err(Refusal::new("task-matter-closed")),
        Phase::Dispatch | Phase::Doing | Phase::Confirm | Phase::CallBack => Ok(()),
    }
}

/// Whether a yes still counts, by what has become of the matter: also when it is back with the desk only because nobody was
/// found (`nobody_found`), but not once the desk looks at it anew for another reason.
///
/// # Errors
/// `offer-matter-back`, `offer-matter-closed`.
pub fn is_still_sought(phase: Phase, nobody_found: bool) -> Result<(), Refusal> {
    match phase {
        Phase::Review if !nobody_found => Err(Refusal::new("offer-matter-back")),
        Phase::Closed => Err(Refusal::new("offer-matter-closed")),
        _ => Ok(()),
    }
}

/// What a task asks of those who serve.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Needs {
    /// Keys of credentials of which each must hold on the day.
    pub credentials: Vec<String>,
    /// Keys of skills without which nobody is invited; widening may drop them.
    pub skills: Vec<String>,
    /// Keys of skills that help.
    pub useful_skills: Vec<String>,
    /// Keys of languages or dialects that the person served speaks best.
    pub languages: Vec<String>,
    /// Whom the person served would rather have; a wish, not a condition.
    pub preferred_sex: Option<Sex>,
    /// Triage found that only women may come.
    pub women_only: bool,
    /// Nobody goes to this door alone.
    pub two_at_the_door: bool,
    /// Full years.
    pub least_age: Option<u8>,
    pub risk: Risk,
    /// How far away people may be invited from; widening raises it.
    pub reach: Distance,
}

impl Default for Needs {
    fn default() -> Needs {
        Needs {
            credentials: Vec::new(),
            skills: Vec::new(),
            useful_skills: Vec::new(),
            languages: Vec::new(),
            preferred_sex: None,
            women_only: false,
            two_at_the_door: false,
            least_age: None,
            risk: Risk::Ordinary,
            reach: Distance::SameTownship,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    Standing,
    Cancelled,
    /// Its service is over and recorded.
    Done,
    /// Whoever came left again too soon for a record: it is over, and nobody was served.
    CutShort,
    /// Its time is over and nobody who had accepted signed in: the desk asks what happened. It says something about the
    /// task, nothing about a person: they may have come and forgotten to sign, or the door stayed shut.
    Unattended,
}

impl TaskState {
    pub const ALL: [TaskState; 5] =
        [TaskState::Standing, TaskState::Cancelled, TaskState::Done, TaskState::CutShort, TaskState::Unattended];

    pub const fn key(self) -> &'static str {
        match self {
            TaskState::Standing => "standing",
            TaskState::Cancelled => "cancelled",
            TaskState::Done => "done",
            TaskState::CutShort => "cut_short",
            TaskState::Unattended => "unattended",
        }
    }

    pub fn from_key(key: &str) -> Option<TaskState> {
        TaskState::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// A task as rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub id: TaskId,
    /// `None` for a task that stands on its own, such as a team's round.
    pub matter: Option<MatterId>,
    pub team: Option<OrganisationId>,
    pub title: String,
    /// The key of the kind of help: two tasks of one category are alike.
    pub category: String,
    pub place_path: String,
    pub window: Window,
    /// How many people it takes.
    pub slots: u16,
    /// Anyone eligible may take a slot.
    pub open: bool,
    pub needs: Needs,
    pub state: TaskState,
}

/// Whether a task is called something, in no more words than fit.
///
/// # Errors
/// `task-title`; `text-too-long`, both at the field `title`.
pub fn is_titled(title: &str) -> Result<(), Refusal> {
    if title.trim().is_empty() {
        return Err(Refusal::new("task-title").at_field("title"));
    }
    Length::Title.fits("title", title)
}

/// Limits of tasks, as data of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TaskRules {
    /// Minutes. Below, the way there is longer than the service: it is done with another. Local setting.
    pub shortest: i64,
    /// Minutes. Local setting.
    pub longest: i64,
    /// Local setting.
    pub most_slots: u16,
    /// Days. How far ahead a task may begin: as far as a day may be wanted for. Local setting.
    pub ahead: i64,
    /// How many minutes a task may have begun before it is cut: someone is needed now.
    pub begun: i64,
    /// Minutes between two services of one person. Local setting.
    pub rest: i64,
    /// Leaving less than this many minutes before the start alerts the desk at once. Local setting.
    pub short_notice: i64,
    /// Minutes that an invitation leaves to answer, at least; a wave that grants less grants that. Local setting.
    pub shortest_reply: i64,
    pub minors: MinorRules,
}

impl Default for TaskRules {
    fn default() -> TaskRules {
        TaskRules {
            shortest: 10,
            longest: 12 * 60,
            most_slots: 200,
            ahead: 366,
            begun: 30,
            rest: 15,
            short_notice: 120,
            shortest_reply: 5,
            minors: MinorRules::default(),
        }
    }
}

impl Task {
    /// Cuts a task: checks what was asked and gives it back standing.
    ///
    /// # Errors
    /// All that is wrong with it: `task-title`, `text-too-long` of the title, `task-window`, `task-in-past` (what is over is a
    /// late entry), `task-too-far-ahead`, `task-too-short`, `task-too-long`, `task-slots`, `task-two-needed`.
    pub fn cut(self, _permit: &Permit<CutTask>, rules: &TaskRules, at: Timestamp) -> Result<Task, Refusal> {
        let mut faults = Faults::default();
        faults.of(is_titled(&self.title));
        faults.of(self.is_timely(rules, at));
        faults.of(self.has_slots(rules));
        faults.none()?;
        Ok(Task { state: TaskState::Standing, ..self })
    }

    /// Says of a task whose times nobody could read all that is wrong with it besides.
    ///
    /// # Errors
    /// Those of [`Task::cut`] but of its times.
    pub fn cut_untimed(&self, _permit: &Permit<CutTask>, rules: &TaskRules) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.of(is_titled(&self.title));
        faults.of(self.has_slots(rules));
        faults.none()
    }

    fn has_slots(&self, rules: &TaskRules) -> Result<(), Refusal> {
        if !(1..=rules.most_slots).contains(&self.slots) {
            return Err(Refusal::new("task-slots").with("most", i64::from(rules.most_slots)).at_field("slots"));
        }
        if self.needs.two_at_the_door && self.slots < 2 {
            return Err(Refusal::new("task-two-needed").at_field("slots"));
        }
        Ok(())
    }

    fn is_timely(&self, rules: &TaskRules, at: Timestamp) -> Result<(), Refusal> {
        if self.window.end <= self.window.start {
            return Err(Refusal::new("task-window").at_field("end"));
        }
        let earliest = at - SignedDuration::from_mins(rules.begun);
        if self.window.start < earliest || self.window.end <= at {
            return Err(Refusal::new("task-in-past").at_field("start"));
        }
        // A slip in the year: nobody would ever come. Up to a day more, so that the last day counts to its
        // end whatever the time is now.
        if self.window.start > at + SignedDuration::from_hours(24 * (rules.ahead + 1)) {
            return Err(Refusal::new("task-too-far-ahead").with("days", rules.ahead).at_field("start"));
        }
        if self.window.minutes() < rules.shortest {
            return Err(Refusal::new("task-too-short").with("minutes", rules.shortest).at_field("end"));
        }
        if self.window.minutes() > rules.longest {
            return Err(Refusal::new("task-too-long").with("hours", rules.longest / 60).at_field("end"));
        }
        Ok(())
    }

    /// Until when an answer helps at all: the start, or the end when someone is needed at once.
    pub fn last_answer(&self, at: Timestamp) -> Timestamp {
        if self.window.start > at { self.window.start } else { self.window.end }
    }

    /// Changes what it is called and when it is, as long as nobody has begun.
    ///
    /// # Errors
    /// `task-not-standing`, `task-over`, `task-change-begun` when somebody has signed in; those of [`Task::cut`] for title and time.
    pub fn edit(
        mut self,
        permit: &Permit<EditTask>,
        (title, window): (&str, Window),
        begun: bool,
        rules: &TaskRules,
        at: Timestamp,
    ) -> Result<Task, Refusal> {
        self.is_subject_of(permit.subject);
        self.still_stands(at)?;
        if begun {
            return Err(Refusal::new("task-change-begun"));
        }
        let moved = window != self.window;
        title.trim().clone_into(&mut self.title);
        self.window = window;
        is_titled(&self.title)?;
        // A time that stays was right when it was set.
        if moved {
            self.is_timely(rules, at)?;
        }
        Ok(self)
    }

    /// Lets it take more people, or fewer: never fewer than have a slot, `taken`.
    ///
    /// # Errors
    /// `task-slots`, `task-two-needed` as [`Task::cut`]; `task-slots-taken` with how many have one.
    pub fn resize(
        mut self,
        permit: &Permit<EditTask>,
        slots: u16,
        taken: u16,
        rules: &TaskRules,
    ) -> Result<Task, Refusal> {
        self.is_subject_of(permit.subject);
        self.slots = slots;
        self.has_slots(rules)?;
        if slots < taken {
            return Err(Refusal::new("task-slots-taken").with("taken", i64::from(taken)).at_field("slots"));
        }
        Ok(self)
    }

    /// Opens it to anyone eligible.
    ///
    /// # Errors
    /// `task-not-standing`, `task-over`.
    pub fn open(mut self, permit: &Permit<OpenTask>, at: Timestamp) -> Result<Task, Refusal> {
        self.is_subject_of(permit.subject);
        self.still_stands(at)?;
        self.open = true;
        Ok(self)
    }

    /// Ends the search by waves, also where these have opened it to everybody: nobody is looked for any more until somebody
    /// invites, opens or begins anew. `waves`: they are running; `slots_left`: those nobody has accepted.
    ///
    /// # Errors
    /// `task-not-standing`, `task-over`; `waves-not-running` when nobody is looked for by waves.
    pub fn stop_waves(
        mut self,
        permit: &Permit<StopWaves>,
        (waves, slots_left): (bool, u16),
        at: Timestamp,
    ) -> Result<Task, Refusal> {
        self.is_subject_of(permit.subject);
        self.still_stands(at)?;
        if !waves || slots_left == 0 {
            return Err(Refusal::new("waves-not-running"));
        }
        self.open = false;
        Ok(self)
    }

    /// Lets invitations reach further, or asks for less. Credentials, age and insurance are never relaxed.
    ///
    /// # Errors
    /// `task-not-standing`, `task-over`; `widen-nothing` when it would change nothing or reach less far.
    pub fn widen(
        mut self,
        permit: &Permit<Widen>,
        reach: Distance,
        without_skills: bool,
        at: Timestamp,
    ) -> Result<Task, Refusal> {
        self.is_subject_of(permit.subject);
        self.still_stands(at)?;
        let drops_skills = without_skills && !self.needs.skills.is_empty();
        if reach < self.needs.reach || (reach == self.needs.reach && !drops_skills) {
            return Err(Refusal::new("widen-nothing").at_field("reach"));
        }
        self.needs.reach = reach;
        if drops_skills {
            // What was needed still helps: it moves to what is useful, so that ranking keeps asking for it.
            let skills = std::mem::take(&mut self.needs.skills);
            self.needs.useful_skills.extend(skills);
        }
        Ok(self)
    }

    /// Cancels it; the offers that stand are cancelled with it. Where somebody has signed in (`begun`) it ends as they sign
    /// out.
    ///
    /// # Errors
    /// `task-not-standing`, `task-begun`.
    pub fn cancel(mut self, permit: &Permit<CancelTask>, begun: bool) -> Result<Task, Refusal> {
        self.is_subject_of(permit.subject);
        if self.state != TaskState::Standing {
            return Err(Refusal::new("task-not-standing"));
        }
        if begun {
            return Err(Refusal::new("task-begun"));
        }
        self.state = TaskState::Cancelled;
        Ok(self)
    }

    /// Its time is over and nobody signed in. Called by the job; `None` when it is settled already, so that a repetition
    /// changes nothing.
    pub fn unattended(mut self, at: Timestamp) -> Option<Task> {
        if self.state != TaskState::Standing || at < self.window.end {
            return None;
        }
        self.state = TaskState::Unattended;
        Some(self)
    }

    /// # Errors
    /// `task-not-standing` when it was cancelled or is done, `task-over` when its window has passed.
    pub fn still_stands(&self, at: Timestamp) -> Result<(), Refusal> {
        if self.state != TaskState::Standing {
            return Err(Refusal::new("task-not-standing"));
        }
        if at >= self.window.end {
            return Err(Refusal::new("task-over"));
        }
        Ok(())
    }

    /// A permit for another task is a defect of the caller, not something to explain to a person.
    pub(super) fn is_subject_of(&self, subject: uuid::Uuid) {
        assert_eq!(subject, self.id.uuid, "the permit is for another task");
    }
}

/// The open tasks most like `task` for somebody who lives at `home_path`: of its category, not over, nearest first, then
/// soonest, then by id. At most two, named when a slot was just taken.
pub fn similar<'t>(
    task: &Task,
    home_path: &str,
    open: impl IntoIterator<Item = &'t Task>,
    at: Timestamp,
) -> Vec<&'t Task> {
    let rank =
        |other: &Task| (crate::places::path::distance(home_path, &other.place_path), other.window.start, other.id);
    let mut best: Vec<&Task> = Vec::with_capacity(3);
    for other in open {
        let fits = other.id != task.id && other.open && other.category == task.category;
        if !fits || other.still_stands(at).is_err() {
            continue;
        }
        let place = best.partition_point(|b| rank(b) < rank(other));
        best.insert(place, other);
        best.truncate(2);
    }
    best
}
