//! Clocks: a term in working or calendar time, its lawful pauses, its reminder and its escalation.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::shared::{CalendarError, Refusal, Term, WorkCalendar};

/// One running term.
///
/// When the year it runs into is not loaded, `due` is `None` and `missing_year` says which: what came in is accepted
/// all the same, and the administrator is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    pub started: Timestamp,
    pub term: Term,
    /// How long before `due` a reminder goes out.
    pub remind_before: Option<Term>,
    pub due: Option<Timestamp>,
    pub missing_year: Option<i16>,
    pub paused_at: Option<Timestamp>,
    /// The stretches during which it stood still; each moves the end by its length in the term's own unit.
    pub stood: Vec<(Timestamp, Timestamp)>,
    /// When what was promised was done; it can run again when the person says that it was not.
    pub met_at: Option<Timestamp>,
    pub reminded: bool,
    pub escalated: bool,
    /// The day that the person named, when this clock is measured for it and not from its start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<Wanted>,
}

/// How a clock is measured for the day that a matter is wanted: asked for next Friday, it is not late tomorrow, and asked
/// for this afternoon, it does not run for a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// It ends with the day: the promise to the person, and the service itself.
    On(Date),
    /// It ends its own term before the day begins, for what must be settled by then: who comes. It is never shorter than
    /// its term, unless the day ends first.
    Before(Date),
}

impl Wanted {
    const fn day(self) -> Date {
        match self {
            Wanted::On(day) | Wanted::Before(day) => day,
        }
    }
}

/// What became due since a clock was last looked at. Each is given once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockEffect {
    /// The end is near.
    Remind,
    /// The end has passed: the next in line is told.
    Escalate,
    /// The calendar has been loaded meanwhile and the clock has its end.
    Set,
}

/// What the chip says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Minutes until the end.
    Minutes(i64),
    /// Minutes since the end.
    Late(i64),
    /// Stands still since then.
    Paused(Timestamp),
    /// Done; `true` when in time.
    Met(bool),
    /// No end yet: this year's working days are not loaded.
    Unset(i16),
}

/// A term whose end cannot be named yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Awaited {
    /// So many working days were granted.
    pub working_days: i64,
    /// The first year whose calendar is missing.
    pub year: i16,
}

/// The refusal for what cannot be computed. It names the year, and the words say who loads it.
pub fn calendar_refusal(error: CalendarError) -> Refusal {
    match error {
        CalendarError::YearNotLoaded(year) => Refusal::new("calendar-year-not-loaded").with("year", i64::from(year)),
        CalendarError::OutOfRange => Refusal::new("date-out-of-range"),
    }
}

impl Clock {
    /// Starts a clock. Never refused: see the type's remarks.
    pub fn start(term: Term, remind_before: Option<Term>, at: Timestamp, calendar: &WorkCalendar) -> Clock {
        let mut clock = Clock {
            started: at,
            term,
            remind_before,
            due: None,
            missing_year: None,
            paused_at: None,
            stood: Vec::new(),
            met_at: None,
            reminded: false,
            escalated: false,
            wanted: None,
        };
        clock.compute(calendar);
        clock
    }

    /// The same clock, measured for the day that the person named. A day that had passed before the clock started (a paper
    /// form entered late, a matter opened again) measures nothing any more: the term counts.
    pub fn for_day(mut self, wanted: Wanted, calendar: &WorkCalendar) -> Clock {
        if wanted.day() >= calendar.date(self.started) {
            self.wanted = Some(wanted);
            self.compute(calendar);
        }
        self
    }

    /// The same clock with another term, from the same start: raising or lowering the urgency resets nothing.
    pub fn retermed(
        mut self,
        term: Term,
        remind_before: Option<Term>,
        at: Timestamp,
        calendar: &WorkCalendar,
    ) -> Clock {
        self.term = term;
        self.remind_before = remind_before;
        self.compute(calendar);
        if self.due.is_some_and(|due| due > at) {
            self.escalated = false;
            self.reminded = false;
        }
        self
    }

    fn compute(&mut self, calendar: &WorkCalendar) {
        match self.end(calendar) {
            Ok(due) => (self.due, self.missing_year) = (Some(due), None),
            Err(CalendarError::YearNotLoaded(year)) => (self.due, self.missing_year) = (None, Some(year)),
            // Beyond the dates a computer keeps: a clock that never rings. `check` refuses such terms in a kind.
            Err(CalendarError::OutOfRange) => (self.due, self.missing_year) = (Some(Timestamp::MAX), None),
        }
    }

    fn end(&self, calendar: &WorkCalendar) -> Result<Timestamp, CalendarError> {
        let mut stood: i64 = 0;
        for (from, to) in &self.stood {
            stood = stood.saturating_add(units_between(self.term, *from, *to, calendar)?);
        }
        let longer = |n: i64| match self.term {
            Term::Minutes(_) => Term::Minutes(n.saturating_add(stood)),
            Term::Hours(_) => Term::Minutes(n.saturating_mul(60).saturating_add(stood)),
            Term::CalendarDays(_) => Term::CalendarDays(n.saturating_add(stood)),
            Term::WorkingDays(_) => Term::WorkingDays(n.saturating_add(stood)),
        };
        match self.wanted {
            Some(wanted) => calendar.end_of(longer(0), self.end_for(wanted, calendar)?),
            None => {
                let (Term::Minutes(n) | Term::Hours(n) | Term::CalendarDays(n) | Term::WorkingDays(n)) = self.term;
                calendar.end_of(longer(n), self.started)
            }
        }
    }

    /// When a clock that never stood still ends for the day that was named.
    fn end_for(&self, wanted: Wanted, calendar: &WorkCalendar) -> Result<Timestamp, CalendarError> {
        let last = calendar.end_of_day(wanted.day())?;
        let span = match self.term {
            Term::Minutes(n) => Some(SignedDuration::from_mins(n)),
            Term::Hours(n) => Some(SignedDuration::from_hours(n)),
            Term::CalendarDays(_) | Term::WorkingDays(_) => None,
        };
        match (wanted, span) {
            (Wanted::On(day), Some(_)) if day == calendar.date(self.started) => {
                Ok(calendar.end_of(self.term, self.started)?.min(last))
            }
            (Wanted::On(_), _) => Ok(last),
            (Wanted::Before(day), _) => {
                let eve = calendar.end_of_day(day.yesterday().map_err(|_| CalendarError::OutOfRange)?)?;
                let settled = eve.checked_sub(span.unwrap_or_default()).map_err(|_| CalendarError::OutOfRange)?;
                Ok(calendar.end_of(self.term, self.started)?.max(settled).min(last))
            }
        }
    }

    pub fn is_running(&self) -> bool {
        self.paused_at.is_none() && self.met_at.is_none()
    }

    /// Lets the clock stand still. A clock that stands or is met stays as it is.
    pub fn pause(&mut self, at: Timestamp) {
        if self.is_running() {
            self.paused_at = Some(at);
        }
    }

    /// Lets it run again and moves its end by as long as it stood, in the clock's own unit.
    pub fn resume(&mut self, at: Timestamp, calendar: &WorkCalendar) {
        if let Some(since) = self.paused_at.take() {
            self.stand(since, at, calendar);
        }
    }

    /// What was promised is done.
    pub fn meet(&mut self, at: Timestamp, calendar: &WorkCalendar) {
        self.resume(at, calendar);
        self.met_at.get_or_insert(at);
    }

    /// It was not done after all: the clock runs on. The time spent waiting for the person's word is not counted.
    pub fn unmeet(&mut self, at: Timestamp, calendar: &WorkCalendar) {
        if let Some(since) = self.met_at.take() {
            self.stand(since, at, calendar);
        }
    }

    fn stand(&mut self, since: Timestamp, until: Timestamp, calendar: &WorkCalendar) {
        if until > since {
            self.stood.push((since, until));
            self.compute(calendar);
        }
    }

    /// What is granted while its end waits for the calendar of a year; `None` once the end is known, or the work is done.
    pub fn awaited(&self) -> Option<Awaited> {
        let year = self.missing_year.filter(|_| self.met_at.is_none())?;
        // No other unit asks the calendar.
        let Term::WorkingDays(working_days) = self.term else { return None };
        Some(Awaited { working_days, year })
    }

    /// What became due by `at`, each once. After a long standstill the reminder is left out: the end has passed.
    pub fn tick(&mut self, at: Timestamp, calendar: &WorkCalendar) -> Vec<ClockEffect> {
        let mut effects = Vec::new();
        if !self.is_running() {
            return effects;
        }
        if self.missing_year.is_some() {
            self.compute(calendar);
            if self.missing_year.is_none() {
                effects.push(ClockEffect::Set);
            }
        }
        let Some(due) = self.due else { return effects };
        if at > due && !self.escalated {
            (self.escalated, self.reminded) = (true, true);
            effects.push(ClockEffect::Escalate);
        } else if !self.reminded && self.reminds_at().is_some_and(|remind| at >= remind) {
            self.reminded = true;
            effects.push(ClockEffect::Remind);
        }
        effects
    }

    fn reminds_at(&self) -> Option<Timestamp> {
        let before = match self.remind_before? {
            Term::Minutes(n) => SignedDuration::from_mins(n),
            Term::Hours(n) => SignedDuration::from_hours(n),
            // `check` refuses reminders in days: they would go out at midnight.
            Term::CalendarDays(_) | Term::WorkingDays(_) => return None,
        };
        let remind = self.due?.checked_sub(before).ok()?;
        // A day named for tomorrow leaves no time for a reminder made for a week: it would go out with the first word.
        (self.wanted.is_none() || remind > self.started).then_some(remind)
    }

    /// When [`tick`](Clock::tick) has something to say next.
    pub fn rings_at(&self) -> Option<Timestamp> {
        let due = self.due.filter(|_| self.is_running() && !self.escalated)?;
        match self.reminds_at() {
            Some(remind) if !self.reminded => Some(remind),
            // The last second belongs to the term.
            _ => due.checked_add(SignedDuration::from_secs(1)).ok(),
        }
    }

    /// What the chip says at `at`.
    pub fn left(&self, at: Timestamp) -> Left {
        if let Some(met) = self.met_at {
            return Left::Met(self.due.is_none_or(|due| met <= due));
        }
        if let Some(since) = self.paused_at {
            return Left::Paused(since);
        }
        match self.due {
            None => Left::Unset(self.missing_year.unwrap_or_default()),
            Some(due) if at > due => Left::Late(at.duration_since(due).as_secs() / 60),
            Some(due) => Left::Minutes(due.duration_since(at).as_secs() / 60),
        }
    }
}

/// How much of `unit`'s own time lies between two instants.
fn units_between(unit: Term, from: Timestamp, to: Timestamp, calendar: &WorkCalendar) -> Result<i64, CalendarError> {
    match unit {
        Term::Minutes(_) | Term::Hours(_) => {
            // Rounded up: the person waiting for us must not lose a minute, nor a clerk one to rounding.
            let seconds = to.duration_since(from).as_secs().max(0);
            Ok((seconds + 59) / 60)
        }
        Term::CalendarDays(_) => {
            let days = calendar.date(from).until(calendar.date(to)).map_err(|_| CalendarError::OutOfRange)?;
            Ok(i64::from(days.get_days()).max(0))
        }
        Term::WorkingDays(_) => calendar.working_days_between(from, to),
    }
}
