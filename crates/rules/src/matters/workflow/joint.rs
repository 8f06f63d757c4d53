//! A joint review: several departments at the same time, each its part. One slow part stops no other.

use super::super::access::AnswerPart;
use super::super::matter::{Change, Fact, Given, Matter, PartState};
use super::super::step::{Joint, OneRefusal};
use super::answering::take;
use super::moving::{Context, Moving};
use crate::shared::ids::OrganisationId;
use crate::shared::{Length, Permit, Refusal};

/// What a department says about its part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartAnswer {
    pub organisation: OrganisationId,
    pub agrees: bool,
    /// In plain words first.
    pub said: Option<String>,
    /// A refusal names the law or rule it rests on (行政许可法 第三十八条: 不予许可应当说明理由).
    pub basis: Option<String>,
}

/// A department answers its part; the last one, or a refusal where one is enough, ends the review.
///
/// # Errors
/// `not-joint`, `part-not-asked`, `part-already-answered`, `part-refusal-needs-basis`.
pub fn answer_part(
    permit: &Permit<AnswerPart>,
    ctx: &Context<'_>,
    matter: &Matter,
    answer: &PartAnswer,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let step = moving.step()?;
    let joint = step.joint.as_ref().ok_or_else(|| Refusal::new("not-joint"))?;
    let (now, calendar) = (moving.now(), ctx.calendar);
    let part = moving
        .matter
        .parts
        .iter_mut()
        .find(|p| p.organisation == answer.organisation)
        .ok_or_else(|| Refusal::new("part-not-asked"))?;
    if part.state != PartState::Waiting {
        return Err(Refusal::new("part-already-answered"));
    }
    if !answer.agrees && answer.basis.as_deref().is_none_or(|b| b.trim().is_empty()) {
        return Err(Refusal::new("part-refusal-needs-basis").at_field("basis"));
    }
    Length::Words.fits("said", answer.said.as_deref())?;
    Length::Reason.fits("basis", answer.basis.as_deref())?;
    part.state = if answer.agrees { PartState::Agreed } else { PartState::Refused };
    part.answered_at = Some(now);
    part.clock.meet(now, calendar);
    part.said.clone_from(&answer.said);
    part.basis.clone_from(&answer.basis);
    let state = part.state;
    moving.fact(
        Fact::new("matters.part_answered")
            .with("organisation", answer.organisation.to_string())
            .with("state", state.key())
            .with_some("said", answer.said.clone())
            .with_some("basis", answer.basis.clone()),
    );
    if let Some(key) = joined(joint, &moving.matter) {
        let next = step.answer(key).ok_or_else(|| Refusal::new("step-gone").with("step", key))?;
        take(&mut moving, step, next, &Given::default())?;
    }
    Ok(moving.done())
}

/// The answer that the parts so far come to, if they do.
fn joined<'j>(joint: &'j Joint, matter: &Matter) -> Option<&'j str> {
    let any = |state: PartState| matter.parts.iter().any(|p| p.state == state);
    match (any(PartState::Refused), any(PartState::Waiting), joint.one_refusal) {
        (true, _, OneRefusal::Stops) | (true, false, OneRefusal::WaitsForAll) => Some(&joint.refused),
        (false, false, _) => Some(&joint.all_agreed),
        _ => None,
    }
}
