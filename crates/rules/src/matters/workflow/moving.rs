//! What every move has in common: entering a step, closing, the clocks, the facts.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::super::clock::{Clock, Wanted};
use super::super::form::Values;
use super::super::kind::{CLOSED, Kind, Level};
use super::super::matter::{Change, Closing, Fact, Given, Matter, Part, PartState};
use super::super::step::{Act, Step, StepClock};
use crate::shared::ids::{OrganisationId, PersonId};
use crate::shared::{Actor, Moment, Permit, Refusal, Verb, WorkCalendar};

/// What every decision is given besides the matter.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    pub kind: &'a Kind,
    pub calendar: &'a WorkCalendar,
    pub at: Moment,
    pub who: &'a Actor,
}

impl Context<'_> {
    /// The instant that decisions count from: when it was written down.
    pub(super) fn now(&self) -> Timestamp {
        self.at.recorded
    }
}

/// A matter on its way to its next state.
pub(super) struct Moving<'a> {
    pub ctx: &'a Context<'a>,
    pub matter: Matter,
    pub facts: Vec<Fact>,
    pub fields: Values,
    pub note: Option<String>,
}

impl<'a> Moving<'a> {
    /// Starts a move of an existing matter by someone who may.
    ///
    /// # Panics
    /// When the permit is for another matter: that is a defect of the caller, never a person's mistake.
    pub fn permitted<V: Verb>(permit: &Permit<V>, ctx: &'a Context<'a>, matter: &Matter) -> Moving<'a> {
        assert_eq!(permit.subject, matter.id.uuid, "a permit for another matter than {}", matter.id);
        Moving::by_event(ctx, matter)
    }

    /// Starts a move that something outside caused and that another capability has already permitted.
    pub fn by_event(ctx: &'a Context<'a>, matter: &Matter) -> Moving<'a> {
        Moving { ctx, matter: matter.clone(), facts: Vec::new(), fields: Values::new(), note: None }
    }

    pub fn now(&self) -> Timestamp {
        self.ctx.now()
    }

    pub fn fact(&mut self, fact: Fact) {
        self.facts.push(fact);
    }

    /// The step it is at.
    ///
    /// # Errors
    /// `matter-closed` when it is over.
    pub fn step(&self) -> Result<&'a Step, Refusal> {
        self.matter.at(self.ctx.kind).ok_or_else(|| Refusal::new("matter-closed"))
    }

    /// Moves to a step or to the close, as an answer says.
    ///
    /// # Errors
    /// `departments-missing` when a joint review has nobody to ask.
    pub fn go(&mut self, to: &str, outcome: Option<&str>, given: &Given, confirmed: bool) -> Result<(), Refusal> {
        if to == CLOSED {
            self.close(outcome.unwrap_or_default(), given, confirmed);
            return Ok(());
        }
        if to == self.matter.step {
            // Still under way: the step and its clock go on.
            return Ok(());
        }
        self.end_pause(self.now());
        self.call_off_parts();
        let is_work = |step: &Step| !matches!(step.act, Act::Confirm | Act::CallBack);
        let kind = self.ctx.kind;
        if self.matter.at(kind).is_none_or(is_work) && kind.step(to).is_some_and(|step| !is_work(step)) {
            self.matter.done_by = Some(self.matter.assignees.clone());
        }
        self.enter(to, &given.departments)
    }

    pub fn enter(&mut self, to: &str, departments: &[OrganisationId]) -> Result<(), Refusal> {
        let kind = self.ctx.kind;
        let step = kind.step(to).ok_or_else(|| Refusal::new("step-gone").with("step", to))?;
        let (now, calendar) = (self.now(), self.ctx.calendar);
        self.fact(Fact::new("matters.moved").with("from", self.matter.step.as_str()).with("to", to));
        self.matter.step = to.to_owned();
        self.matter.next_word_at = None;
        self.matter.nobody_at = None;
        self.matter.tries.clear();
        self.matter.step_clock = Some(self.start_step(step));
        match step.act {
            Act::Confirm | Act::CallBack => self.matter.resident_clock.meet(now, calendar),
            _ => self.matter.resident_clock.unmeet(now, calendar),
        }
        match step.act {
            Act::Serve | Act::Answer => self.matter.accepted = true,
            Act::Review | Act::Dispatch => self.matter.accepted = false,
            Act::JointReview | Act::Confirm | Act::CallBack => {}
        }
        if step.act == Act::JointReview {
            self.open_parts(step, departments)?;
        }
        Ok(())
    }

    fn open_parts(&mut self, step: &Step, departments: &[OrganisationId]) -> Result<(), Refusal> {
        let Some(joint) = &step.joint else { return Ok(()) };
        let mut asked: Vec<OrganisationId> = departments.to_vec();
        asked.sort_unstable();
        asked.dedup();
        if asked.is_empty() {
            return Err(Refusal::new("departments-missing").at_field("departments"));
        }
        self.matter.parts.clear();
        for organisation in asked {
            let clock = self.start(&joint.part_clock, "part");
            self.fact(Fact::new("matters.part_asked").with("organisation", organisation.to_string()));
            self.matter.parts.push(Part {
                organisation,
                state: PartState::Waiting,
                clock,
                answered_at: None,
                said: None,
                basis: None,
            });
        }
        Ok(())
    }

    /// Parts still open are called off when the review is left; what the others said stays readable.
    pub fn call_off_parts(&mut self) {
        for part in self.matter.parts.iter_mut().filter(|p| p.state == PartState::Waiting) {
            part.state = PartState::CalledOff;
            let organisation = part.organisation.to_string();
            self.facts.push(Fact::new("matters.part_called_off").with("organisation", organisation));
        }
    }

    /// Starts a clock now; one whose year is not loaded is reported to the administrator and runs without an end.
    pub fn start(&mut self, rule: &StepClock, which: &str) -> Clock {
        let clock = Clock::start(rule.term, rule.remind_before, self.now(), self.ctx.calendar);
        self.report_unset(&clock, which);
        clock
    }

    /// Starts the clock of a step. Finding who comes and the service itself are measured for the day that was named; how
    /// soon somebody looks at it, answers or asks afterwards is not.
    pub fn start_step(&mut self, step: &Step) -> Clock {
        let rule = &step.clock;
        let clock = Clock::start(rule.term, rule.remind_before, self.now(), self.ctx.calendar);
        let clock = match (step.act, self.matter.wanted) {
            (Act::Dispatch, Some(day)) => clock.for_day(Wanted::Before(day), self.ctx.calendar),
            (Act::Serve, Some(day)) => clock.for_day(Wanted::On(day), self.ctx.calendar),
            _ => clock,
        };
        self.report_unset(&clock, "step");
        clock
    }

    /// Starts the resident's clock for a level.
    pub fn start_resident(&mut self, level: &Level, from: Timestamp) -> Clock {
        let clock = promised(level, self.matter.wanted, from, self.ctx.calendar);
        self.report_unset(&clock, "resident");
        clock
    }

    pub fn report_unset(&mut self, clock: &Clock, which: &str) {
        if let Some(year) = clock.missing_year {
            let fact = Fact::new("matters.clock_unset").with("clock", which).with("year", year.to_string());
            self.fact(fact.with("to_role", "administrator"));
        }
    }

    /// Who on staff ends it by what they found or did at this step.
    fn closer(&self) -> Option<PersonId> {
        let is_work = self.matter.at(self.ctx.kind).is_some_and(|s| !matches!(s.act, Act::Confirm | Act::CallBack));
        let who = self.ctx.who;
        who.person.filter(|_| is_work && who.is_staff() && !self.matter.is_own(who.stands_for()))
    }

    pub fn close(&mut self, outcome: &str, given: &Given, confirmed: bool) {
        let now = self.now();
        self.end_pause(now);
        self.call_off_parts();
        self.fact(
            Fact::new("matters.closed")
                .with("from", self.matter.step.as_str())
                .with("outcome", outcome)
                .with("confirmed", if confirmed { "yes" } else { "no" })
                .with_some("owner", given.owner.clone())
                .with_some("basis", given.basis.clone())
                .with_some("head", given.head.clone()),
        );
        self.matter.resident_clock.meet(now, self.ctx.calendar);
        self.matter.closed_by = self.closer();
        self.matter.step = CLOSED.to_owned();
        self.matter.step_clock = None;
        self.matter.nobody_at = None;
        self.matter.next_word_at = None;
        self.matter.closing = Some(Closing {
            outcome: outcome.to_owned(),
            at: now,
            confirmed,
            owner: given.owner.clone(),
            basis: given.basis.clone(),
            reason: given.reason.clone(),
            head: given.head.clone(),
            merged_into: None,
        });
    }

    /// Ends a pause: the clocks run again and their ends move by as long as they stood.
    pub fn end_pause(&mut self, at: Timestamp) {
        let Some(pause) = self.matter.pause.take() else { return };
        let calendar = self.ctx.calendar;
        // It never lasts longer than it may, whenever somebody notices.
        let end = at.min(pause.until);
        let matter = &mut self.matter;
        let parts = matter.parts.iter_mut().map(|p| &mut p.clock);
        for clock in parts.chain(&mut matter.step_clock).chain([&mut matter.resident_clock]) {
            clock.resume(end, calendar);
        }
        self.fact(Fact::new("matters.resumed").with("rule", pause.rule).with("at", end.to_string()));
    }

    /// The finished change.
    pub fn done(mut self) -> Change {
        self.matter.version += 1;
        let wake = wake(&self.matter, self.now());
        Change { matter: self.matter, facts: self.facts, fields: self.fields, note: self.note, wake }
    }
}

/// The resident's clock: by the term of the level, or by the day that they named.
pub(super) fn promised(level: &Level, wanted: Option<Date>, from: Timestamp, calendar: &WorkCalendar) -> Clock {
    let clock = Clock::start(level.term, level.remind_before, from, calendar);
    match wanted {
        Some(day) => clock.for_day(Wanted::On(day), calendar),
        None => clock,
    }
}

/// When a matter's clocks have something to do next; every [`Change`] carries it. A job that found nothing to do asks
/// again. A clock that waits for its calendar is looked at every day.
pub fn wake(matter: &Matter, now: Timestamp) -> Option<Timestamp> {
    if matter.is_closed() {
        return None;
    }
    let tomorrow = now.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
    let rings = matter.clocks().filter_map(|c| if c.missing_year.is_some() { Some(tomorrow) } else { c.rings_at() });
    rings.chain(matter.pause.as_ref().map(|p| p.until)).chain(matter.next_word_at).min()
}
