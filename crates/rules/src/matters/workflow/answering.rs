//! Answers: what a person or an event says at the present step.

use jiff::civil::Date;

use super::super::access::{AnswerStep, Close, Triage};
use super::super::form::check_answer;
use super::super::kind::{CLOSED, CountsAs, Kind};
use super::super::matter::{Change, Fact, Given, Matter};
use super::super::step::{Act, Answer, Requirement, Step, Trigger};
use super::desk::may_promise;
use super::moving::{Context, Moving};
use super::reaching::may_give_up;
use crate::shared::ids::{OrganisationId, PersonId};
use crate::shared::{Length, Permit, Refusal, Text};

/// What dispatch and service tell a matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// One of its tasks has found all its people, or somebody is at work on one.
    Accepted,
    /// One more has said yes, and no task has all its people yet.
    Joined,
    /// Somebody has checked in.
    Started,
    /// All its tasks are done.
    Done,
    /// Nobody is left to ask, or those who had accepted gave it back.
    AllDeclined,
}

impl Event {
    pub const fn key(self) -> &'static str {
        match self {
            Event::Accepted => "accepted",
            Event::Joined => "joined",
            Event::Started => "started",
            Event::Done => "done",
            Event::AllDeclined => "all_declined",
        }
    }
}

/// Triage: an answer of a review step, with level, type, way of service and risks.
///
/// # Errors
/// `not-at-review`; else as [`answer_step`].
pub fn triage(
    permit: &Permit<Triage>,
    ctx: &Context<'_>,
    matter: &Matter,
    answer: &str,
    given: &Given,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    if moving.step()?.act != Act::Review {
        return Err(Refusal::new("not-at-review"));
    }
    take_by_person(&mut moving, answer, given)?;
    Ok(moving.done())
}

/// Any answer of the present step, except triage and the word of the person served ([`rate`](super::rate)).
///
/// # Errors
/// `matter-closed`; `answer-not-possible` with those that are; `answer-requires` with the field that is missing.
pub fn answer_step(
    permit: &Permit<AnswerStep>,
    ctx: &Context<'_>,
    matter: &Matter,
    answer: &str,
    given: &Given,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    if moving.step()?.act == Act::Review {
        return Err(Refusal::new("needs-triage"));
    }
    take_by_person(&mut moving, answer, given)?;
    Ok(moving.done())
}

/// Closes with an outcome, where the present step has an answer that closes with it.
///
/// # Errors
/// `outcome-not-possible` with those that are; else as [`answer_step`].
pub fn close(
    permit: &Permit<Close>,
    ctx: &Context<'_>,
    matter: &Matter,
    outcome: &str,
    given: &Given,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let step = moving.step()?;
    let closing = choosable(step).find(|a| a.to == CLOSED && a.outcome.as_deref() == Some(outcome));
    let Some(answer) = closing else {
        let words = choosable(step).filter_map(|a| ctx.kind.outcome(a.outcome.as_deref()?)).map(|o| (&o.key, &o.name));
        return Err(listing(Refusal::new("outcome-not-possible").with("outcome", outcome), words));
    };
    take_by_person(&mut moving, &answer.key, given)?;
    Ok(moving.done())
}

/// What dispatch and service tell. `None` when it changes nothing here: told twice, or the matter has moved on.
///
/// No permit is asked: the deciding function that caused the event has had its own.
///
/// # Errors
/// `step-gone` when the kind no longer has the step that the event leads to.
pub fn heard(ctx: &Context<'_>, matter: &Matter, event: Event) -> Result<Option<Change>, Refusal> {
    let Some(mut step) = matter.at(ctx.kind) else { return Ok(None) };
    let mut moving = Moving::by_event(ctx, matter);
    let back = matter.nobody_at.as_deref().and_then(|key| ctx.kind.step(key));
    if let (Event::Accepted | Event::Joined | Event::Started, Some(sought)) = (event, back) {
        // The desk has not decided yet what becomes of it, so a late yes does what one in time would have done.
        moving.go(&sought.key, None, &Given::default(), false)?;
        step = sought;
    }
    let trigger = match event {
        Event::Accepted | Event::Started => Some(Trigger::Accepted),
        Event::Joined => None,
        Event::Done => Some(Trigger::ServiceDone),
        Event::AllDeclined => Some(Trigger::AllDeclined),
    };
    if matches!(event, Event::Accepted | Event::Started) && !moving.matter.accepted {
        moving.matter.accepted = true;
        moving.fact(Fact::new("matters.accepted"));
    }
    if let Some(answer) = trigger.and_then(|t| step.on(t)) {
        take(&mut moving, step, answer, &Given::default())?;
        // Nobody pressed this: the history does not say it of whoever signed out or gave a task back.
        if let Some(fact) = moving.facts.iter_mut().rfind(|fact| fact.verb == "matters.answered") {
            fact.data.push(("event", event.key().to_owned()));
        }
        let at_review = moving.matter.at(ctx.kind).is_some_and(|now| now.act == Act::Review);
        if event == Event::AllDeclined && at_review {
            moving.matter.nobody_at = Some(step.key.clone());
        }
    }
    Ok((!moving.facts.is_empty()).then(|| moving.done()))
}

/// The answers that a person may choose at the present step, for the page's buttons.
pub fn possible<'k>(kind: &'k Kind, matter: &Matter) -> Vec<&'k Answer> {
    matter.at(kind).map_or_else(Vec::new, |step| choosable(step).collect())
}

/// What an event alone may take, a person may not: silence, the join of parts, the word of the person served, and that
/// volunteers have accepted, which is theirs to say.
fn choosable(step: &Step) -> impl Iterator<Item = &Answer> {
    step.answers.iter().filter(|answer| {
        let joined = step.joint.as_ref().is_some_and(|j| j.all_agreed == answer.key || j.refused == answer.key);
        let own_word = step.act == Act::Confirm
            && matches!(answer.on, Some(Trigger::Solved | Trigger::NotSolved | Trigger::LowRating));
        !joined && !own_word && !matches!(answer.on, Some(Trigger::Silence | Trigger::Accepted))
    })
}

/// Adds what would be possible, in both languages and by key.
fn listing<'n>(refusal: Refusal, words: impl Iterator<Item = (&'n String, &'n Text)>) -> Refusal {
    let words: Vec<(&String, &Text)> = words.collect();
    let join = |part: fn(&(&'n String, &'n Text)) -> &'n str, between| {
        words.iter().map(part).collect::<Vec<_>>().join(between)
    };
    refusal
        .with("count", i64::try_from(words.len()).unwrap_or(i64::MAX))
        .with("possible", join(|(_, name)| &name.zh, "、"))
        .with("possible_en", join(|(_, name)| &name.en, ", "))
        .with("possible_keys", join(|(key, _)| key, " "))
}

fn take_by_person(moving: &mut Moving<'_>, key: &str, given: &Given) -> Result<(), Refusal> {
    let step = moving.step()?;
    let Some(answer) = choosable(step).find(|a| a.key == key) else {
        let words = choosable(step).map(|a| (&a.key, &a.name));
        return Err(listing(Refusal::new("answer-not-possible").with("answer", key), words));
    };
    check_person(moving, step, given)?;
    may_give_up(moving.ctx.kind, &moving.matter, key)?;
    let outcome = answer.outcome.as_deref().and_then(|o| moving.ctx.kind.outcome(o));
    let of_outcome = outcome.into_iter().flat_map(|o| &o.requires).filter(|r| !answer.requires.contains(r));
    let requires = || answer.requires.iter().chain(of_outcome.clone());
    let unheard = is_unheard(moving.ctx.kind, step, answer, given).then(|| asks("heard"));
    Refusal::all(missing(requires(), given).chain(unheard))?;
    check_lengths(given)?;
    check_wanted(moving, answer, given)?;
    let fields = requires().filter_map(|r| match r {
        Requirement::Field(key) => Some(key.as_str()),
        _ => None,
    });
    check_answer(moving.ctx.kind, &given.fields, fields)?;
    apply(moving, answer, given)?;
    if leads_to_confirm(moving.ctx.kind, answer) {
        // Who says that the work is done is not the one who says that it was done well.
        moving.matter.assignees.extend(moving.ctx.who.person);
    }
    take(moving, step, answer, given)?;
    // After the step is entered, which forgets what was promised at the step before.
    if !moving.matter.is_closed() {
        moving.matter.next_word_at = given.next_word_at;
    }
    Ok(())
}

/// Longest account of a call-back, in characters.
pub const HEARD_CHARS: usize = Length::Notes.most();

/// Whether an answer rests on what somebody was told: who calls back writes down whom they reached and what was said. Who
/// reached nobody has nothing to write down.
pub fn rests_on_word(kind: &Kind, step: &Step, answer: &Answer) -> bool {
    let outcome = answer.outcome.as_deref().and_then(|key| kind.outcome(key));
    step.act == Act::CallBack && outcome.is_none_or(|outcome| outcome.counts_as != CountsAs::Unconfirmed)
}

fn is_unheard(kind: &Kind, step: &Step, answer: &Answer, given: &Given) -> bool {
    given.heard.as_deref().unwrap_or_default().trim().is_empty() && rests_on_word(kind, step, answer)
}

/// Whether an answer would say that something is done before the day that it is wanted for; the day.
pub fn is_early(kind: &Kind, matter: &Matter, answer: &Answer, today: Date) -> Option<Date> {
    matter.wanted.filter(|wanted| *wanted > today && leads_to_confirm(kind, answer))
}

/// What is wanted for a later day may be done before, when whoever says so says that too: else it is most likely a slip.
fn check_wanted(moving: &Moving<'_>, answer: &Answer, given: &Given) -> Result<(), Refusal> {
    let ctx = moving.ctx;
    match is_early(ctx.kind, &moving.matter, answer, ctx.calendar.date(ctx.now())).filter(|_| !given.early) {
        Some(wanted) => Err(Refusal::new("answer-before-wanted").with("day", wanted.to_string()).at_field("early")),
        None => Ok(()),
    }
}

/// Whether an answer says that nobody comes: whoever finds people sends the matter back.
fn says_nobody(step: &Step, answer: &Answer) -> bool {
    step.act == Act::Dispatch && answer.on == Some(Trigger::AllDeclined)
}

/// Whether a person may say that nobody comes. `coming`: the names of those who have accepted and are awaited.
///
/// # Errors
/// `answer-somebody-comes` with the names.
pub fn may_say_nobody(kind: &Kind, matter: &Matter, answer: &str, coming: &[String]) -> Result<(), Refusal> {
    let step = matter.at(kind);
    let says = step.is_some_and(|step| step.answer(answer).is_some_and(|answer| says_nobody(step, answer)));
    if says && !coming.is_empty() {
        return Err(Refusal::new("answer-somebody-comes").with("names", coming.join("、")));
    }
    Ok(())
}

/// The answer that a page proposes: not one by which the search for people ends without any, and where people are looked
/// for none that service gives by itself.
pub fn likely<'k>(kind: &'k Kind, matter: &Matter) -> Option<&'k Answer> {
    let step = matter.at(kind)?;
    let fits = |answer: &&&'k Answer| match answer.on {
        None => true,
        Some(on) => step.act != Act::Dispatch && on != Trigger::AllDeclined,
    };
    let possible = possible(kind, matter);
    possible.iter().find(fits).or(possible.first()).copied()
}

fn leads_to_confirm(kind: &Kind, answer: &Answer) -> bool {
    kind.step(&answer.to).is_some_and(|next| next.act == Act::Confirm)
}

/// Whether somebody may say at this step how it was: at a call-back none of the staff who did the work.
///
/// # Errors
/// `call-back-by-handler`.
pub fn may_call_back(step: &Step, matter: &Matter, person: PersonId) -> Result<(), Refusal> {
    if step.act == Act::CallBack && matter.is_done_by(person) {
        return Err(Refusal::new("call-back-by-handler"));
    }
    Ok(())
}

/// Some answers are for other people than those who did the work.
fn check_person(moving: &mut Moving<'_>, step: &Step, given: &Given) -> Result<(), Refusal> {
    let Some(person) = moving.ctx.who.person else { return Ok(()) };
    may_call_back(step, &moving.matter, person)?;
    if asks_other(moving.ctx.kind, step) && moving.matter.former.contains(&person) {
        if !given.nobody_else {
            return Err(Refusal::new("reopened-needs-other-person"));
        }
        moving.fact(Fact::new("matters.same_again"));
    }
    Ok(())
}

/// Whether a step is for others than those who handled the matter before it was reopened: the first answer, and what staff do
/// themselves. Where volunteers come, staff only say that they came.
fn asks_other(kind: &Kind, step: &Step) -> bool {
    let is_work = step.act == Act::Serve && !kind.asks_volunteers();
    kind.reopening.as_ref().is_some_and(|rule| rule.other_person && (rule.to == step.key || is_work))
}

/// Whether somebody may be given a matter that was reopened: not who handled it before, while others may have it. `others`:
/// there are some.
///
/// # Errors
/// `reopened-needs-other-person`.
pub fn may_have_again(kind: &Kind, matter: &Matter, handler: PersonId, others: bool) -> Result<(), Refusal> {
    let asks_other = kind.reopening.as_ref().is_some_and(|rule| rule.other_person);
    if asks_other && others && matter.former.contains(&handler) {
        return Err(Refusal::new("reopened-needs-other-person").at_field("handler"));
    }
    Ok(())
}

/// Refuses what is required and not said: the first of it, with the rest beside it.
pub(super) fn check_given<'r>(requires: impl Iterator<Item = &'r Requirement>, given: &Given) -> Result<(), Refusal> {
    Refusal::all(missing(requires, given))
}

/// What is required and not said, each with its field.
fn missing<'r>(requires: impl Iterator<Item = &'r Requirement>, given: &Given) -> impl Iterator<Item = Refusal> {
    let blank = |text: &Option<String>| text.as_deref().is_none_or(|t| t.trim().is_empty());
    let is_missing = move |required: &&Requirement| match required {
        Requirement::Reason => blank(&given.reason),
        Requirement::Owner => blank(&given.owner),
        Requirement::Basis => blank(&given.basis),
        Requirement::Level => blank(&given.level),
        Requirement::Type => blank(&given.type_key),
        Requirement::Way => blank(&given.way),
        Requirement::NextWordAt => given.next_word_at.is_none(),
        Requirement::Departments => given.departments.is_empty(),
        Requirement::Handler => given.handler.is_none(),
        Requirement::Result => blank(&given.result),
        Requirement::Head => blank(&given.head),
        // `check_answer` looks at these, with their type.
        Requirement::Field(_) => false,
    };
    requires.filter(is_missing).map(|required| asks(required.key()))
}

/// Something that an answer asks for and that is not said.
fn asks(field: &str) -> Refusal {
    Refusal::new("answer-requires").with("field", field).at_field(field)
}

/// Refuses what is longer than its kind of text may be.
pub(super) fn check_lengths(given: &Given) -> Result<(), Refusal> {
    Length::Words.fits("reason", given.reason.as_deref())?;
    Length::Words.fits("result", given.result.as_deref())?;
    Length::Reason.fits("basis", given.basis.as_deref())?;
    Length::Line.fits("owner", given.owner.as_deref())?;
    Length::Line.fits("head", given.head.as_deref())?;
    Length::Notes.fits("heard", given.heard.as_deref())
}

/// Applies what was filled in: level, type, way, risks, handler, fields.
fn apply(moving: &mut Moving<'_>, answer: &Answer, given: &Given) -> Result<(), Refusal> {
    let kind = moving.ctx.kind;
    if let Some(level) = &given.level {
        set_level(moving, level, given.reason.as_deref())?;
    }
    if let Some(type_key) = &given.type_key {
        if !kind.types().iter().any(|t| t.key == *type_key) {
            return Err(Refusal::new("type-unknown").with("type", type_key.as_str()).at_field("type"));
        }
        moving.matter.type_key = Some(type_key.clone());
    }
    if let Some(way) = &given.way {
        let fits = kind.ways.iter().any(|w| w.key == *way) && (answer.ways.is_empty() || answer.ways.contains(way));
        if !fits {
            return Err(Refusal::new("way-does-not-fit").with("way", way.as_str()).at_field("way"));
        }
        moving.matter.way = Some(way.clone());
    }
    if let Some(risks) = &given.risks {
        if let Some(unknown) = risks.iter().find(|risk| !kind.risks.iter().any(|r| r.key == **risk)) {
            return Err(Refusal::new("risk-unknown").with("risk", unknown.as_str()).at_field("risks"));
        }
        moving.matter.risks = risks.clone();
    }
    if let Some(at) = given.next_word_at {
        may_promise(moving.ctx, at)?;
    }
    if let Some(handler) = given.handler {
        hand_to(moving, handler);
    }
    let joint = kind.step(&answer.to).is_some_and(|next| next.act == Act::JointReview);
    match given.departments.as_slice() {
        [department] if !joint => {
            hand_to_department(moving, *department);
            // Who had it before has it no more: whoever of the unit takes it does.
            if given.handler.is_none() {
                moving.matter.assignees.clear();
            }
        }
        [_, _, ..] if !joint => return Err(Refusal::new("one-department").at_field("departments")),
        _ => {}
    }
    moving.fields = given.fields.clone();
    Ok(())
}

fn hand_to_department(moving: &mut Moving<'_>, department: OrganisationId) {
    moving.matter.organisation = Some(department);
    moving.fact(Fact::new("matters.handed_over").with("organisation", department.to_string()));
}

pub(super) fn hand_to(moving: &mut Moving<'_>, handler: PersonId) {
    moving.matter.assignees = [handler].into();
    moving.fact(Fact::new("matters.assigned").with("handler", handler.to_string()));
}

/// Sets the urgency. Raising it needs no reason, lowering it does.
fn set_level(moving: &mut Moving<'_>, key: &str, reason: Option<&str>) -> Result<(), Refusal> {
    let kind = moving.ctx.kind;
    let level = kind.level(key).ok_or_else(|| Refusal::new("level-unknown").with("level", key).at_field("level"))?;
    if key == moving.matter.level {
        return Ok(());
    }
    let lowers = kind.urgency(key) > kind.urgency(&moving.matter.level);
    if lowers && reason.is_none_or(|r| r.trim().is_empty()) {
        return Err(Refusal::new("lowering-needs-reason").at_field("reason"));
    }
    moving.fact(
        Fact::new("matters.level_set")
            .with("from", moving.matter.level.as_str())
            .with("to", key)
            .with_some("reason", reason),
    );
    moving.matter.level = key.to_owned();
    let (now, calendar) = (moving.now(), moving.ctx.calendar);
    let clock = moving.matter.resident_clock.clone().retermed(level.term, level.remind_before, now, calendar);
    moving.report_unset(&clock, "resident");
    moving.matter.resident_clock = clock;
    Ok(())
}

/// Takes an answer of the present step, whoever or whatever chose it.
pub(super) fn take(moving: &mut Moving<'_>, step: &Step, answer: &Answer, given: &Given) -> Result<(), Refusal> {
    moving.fact(
        Fact::new("matters.answered")
            .with("step", step.key.as_str())
            .with("answer", answer.key.as_str())
            .with_some("on", answer.on.map(Trigger::key))
            .with_some("reason", given.reason.clone())
            .with_some("result", given.result.clone())
            .with_some("heard", given.heard.clone())
            .with_some("way", given.way.clone()),
    );
    match answer.on {
        Some(Trigger::Solved | Trigger::LowRating) => moving.matter.solved = Some(true),
        Some(Trigger::NotSolved) => moving.matter.solved = Some(false),
        _ => {}
    }
    let confirmed = matches!(answer.on, Some(Trigger::Solved | Trigger::LowRating | Trigger::NotSolved));
    moving.go(&answer.to, answer.outcome.as_deref(), given, confirmed)
}
