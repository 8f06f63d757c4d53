//! What time alone does to a matter: pauses end, clocks remind and escalate, silence answers.

use super::super::clock::ClockEffect;
use super::super::matter::{Change, Fact, Given, Matter, PartState};
use super::super::step::Trigger;
use super::answering::take;
use super::moving::{Context, Moving};
use crate::shared::Refusal;

/// Looks at the clocks. `None` when nothing is due. Idempotent: what was told is not told again, and after a standstill
/// of days everything due is caught up with once, each clock with its last word only.
///
/// # Errors
/// `step-gone` when silence leads to a step that the kind no longer has.
pub fn tick(ctx: &Context<'_>, matter: &Matter) -> Result<Option<Change>, Refusal> {
    let Some(step) = matter.at(ctx.kind) else { return Ok(None) };
    let mut moving = Moving::by_event(ctx, matter);
    let now = moving.now();
    let ended = moving.matter.pause.as_ref().is_some_and(|p| p.until <= now);
    if ended {
        moving.end_pause(now);
    }
    tick_resident(&mut moving);
    tick_parts(&mut moving);
    if moving.matter.next_word_at.is_some_and(|at| at <= now) {
        moving.matter.next_word_at = None;
        moving.fact(Fact::new("matters.next_word_missed").with("to_role", step.clock.escalate_to.key()));
    }
    let mut ran_out = false;
    let effects = moving.matter.step_clock.as_mut().map_or_else(Vec::new, |c| c.tick(now, ctx.calendar));
    for effect in effects {
        match (effect, step.on(Trigger::Silence)) {
            // The person who was asked has not answered; nobody on staff is late.
            (ClockEffect::Escalate, Some(_)) => ran_out = true,
            (effect, _) => {
                moving.fact(told(effect, "step", step.clock.escalate_to.key()).with("step", step.key.as_str()));
            }
        }
    }
    if let (true, Some(answer)) = (ran_out, step.on(Trigger::Silence)) {
        take(&mut moving, step, answer, &Given::default())?;
    }
    Ok((!moving.facts.is_empty()).then(|| moving.done()))
}

fn tick_resident(moving: &mut Moving<'_>) {
    let kind = moving.ctx.kind;
    let (now, calendar) = (moving.now(), moving.ctx.calendar);
    let level = kind.level(&moving.matter.level).or_else(|| kind.levels.first());
    let role = level.map_or("administrator", |l| l.escalate_to.key());
    for effect in moving.matter.resident_clock.tick(now, calendar) {
        moving.fact(told(effect, "resident", role));
    }
}

fn tick_parts(moving: &mut Moving<'_>) {
    let (now, calendar) = (moving.now(), moving.ctx.calendar);
    let joint = moving.matter.at(moving.ctx.kind).and_then(|s| s.joint.as_ref());
    let role = joint.map_or("administrator", |j| j.part_clock.escalate_to.key());
    let mut facts = Vec::new();
    for part in moving.matter.parts.iter_mut().filter(|p| p.state == PartState::Waiting) {
        for effect in part.clock.tick(now, calendar) {
            facts.push(told(effect, "part", role).with("organisation", part.organisation.to_string()));
        }
    }
    moving.facts.extend(facts);
}

fn told(effect: ClockEffect, clock: &str, role: &str) -> Fact {
    let verb = match effect {
        ClockEffect::Remind => "matters.reminded",
        ClockEffect::Escalate => "matters.escalated",
        ClockEffect::Set => "matters.clock_set",
    };
    let fact = Fact::new(verb).with("clock", clock);
    if effect == ClockEffect::Escalate { fact.with("to_role", role) } else { fact }
}
