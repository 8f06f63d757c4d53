//! Ringing whoever is to say how it was: each time that nobody answered is written down, and only after several of them does a
//! matter end without their word.

use super::super::access::AnswerStep;
use super::super::clock::calendar_refusal;
use super::super::kind::{CountsAs, Kind};
use super::super::matter::{Change, Fact, Matter};
use super::super::step::{Act, Answer, Step};
use super::moving::{Context, Moving};
use crate::shared::{Permit, Refusal};

/// Whether an answer says that nobody could be reached.
fn gives_up(kind: &Kind, step: &Step, answer: &Answer) -> bool {
    let outcome = answer.outcome.as_deref().and_then(|key| kind.outcome(key));
    step.act == Act::CallBack && outcome.is_some_and(|outcome| outcome.counts_as == CountsAs::Unconfirmed)
}

/// Whether a matter may end with an answer for want of a word: only after as many tries as the step asks for. A page asks before
/// anything is pressed.
///
/// # Errors
/// `unreachable-too-few` with how many are written down (`count`) and how many there must be (`times`).
pub fn may_give_up(kind: &Kind, matter: &Matter, answer: &str) -> Result<(), Refusal> {
    let Some(step) = matter.at(kind) else { return Ok(()) };
    let times = usize::from(step.reaching().times);
    let is_early = matter.tries.len() < times && step.answer(answer).is_some_and(|one| gives_up(kind, step, one));
    if !is_early {
        return Ok(());
    }
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Err(Refusal::new("unreachable-too-few").with("count", number(matter.tries.len())).with("times", number(times)))
}

/// Somebody rang and nobody answered. Twice in a row is one try: those who did not answer now do not a minute later.
///
/// # Errors
/// `matter-closed`, `try-not-here` where nobody is called back; `call-back-by-handler` for who did the work; `try-too-soon` with
/// the `minutes` until the next one counts.
pub fn tried(permit: &Permit<AnswerStep>, ctx: &Context<'_>, matter: &Matter) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let step = moving.step()?;
    if step.act != Act::CallBack {
        return Err(Refusal::new("try-not-here"));
    }
    if ctx.who.person.is_some_and(|person| matter.is_done_by(person)) {
        return Err(Refusal::new("call-back-by-handler"));
    }
    let now = moving.now();
    if let Some(last) = matter.tries.last() {
        let next = ctx.calendar.end_of(step.reaching().apart, *last).map_err(calendar_refusal)?;
        if now < next {
            let seconds = next.duration_since(now).as_secs();
            return Err(
                Refusal::new("try-too-soon").with("minutes", seconds.div_euclid(60) + i64::from(seconds % 60 > 0))
            );
        }
    }
    moving.matter.tries.push(now);
    let count = moving.matter.tries.len();
    moving.fact(Fact::new("matters.tried").with("count", count.to_string()));
    Ok(moving.done())
}
