//! Those who answer for a county urge whose step it is to see to what is late: the clock has told them, and they tell on.

use jiff::{SignedDuration, Timestamp};

use super::super::access::Urge;
use super::super::kind::Kind;
use super::super::matter::{Change, Fact, Matter};
use super::super::step::Act;
use super::desk::{READERS, STAFF};
use super::moving::{Context, Moving};
use crate::shared::ids::PersonId;
use crate::shared::{Length, Permit, Refusal};

/// How long an urging is given before the next. Local setting.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);

/// One urging.
#[derive(Clone, Copy, Debug)]
pub struct Urging<'u> {
    /// Whose step it is: who gets the message.
    pub told: &'u [PersonId],
    /// When the matter was urged before.
    pub last: Option<Timestamp>,
    /// What is said with it; may be empty.
    pub words: &'u str,
}

/// Whether there is something to urge: a clock has run out, and it is not the person served who is waited for.
///
/// # Errors
/// `matter-closed`, `urge-rests`, `urge-not-late`.
pub fn may_be_urged(kind: &Kind, matter: &Matter, now: Timestamp) -> Result<(), Refusal> {
    let step = matter.at(kind).ok_or_else(|| Refusal::new("matter-closed"))?;
    if step.act == Act::Confirm {
        return Err(Refusal::new("urge-rests"));
    }
    let is_over = |due: Option<Timestamp>| due.is_some_and(|due| due <= now);
    match matter.pause.is_none() && (is_over(matter.step_due()) || is_over(matter.promised())) {
        true => Ok(()),
        false => Err(Refusal::new("urge-not-late")),
    }
}

/// Urges those whose step it is. Nothing of the matter changes, and staff alone read what was said.
///
/// # Errors
/// Those of [`may_be_urged`]; `urge-nobody`, `urge-again` within a day, `text-too-long`.
pub fn urge(permit: &Permit<Urge>, ctx: &Context<'_>, matter: &Matter, urging: &Urging<'_>) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let now = moving.now();
    may_be_urged(ctx.kind, matter, now)?;
    if urging.last.is_some_and(|last| now < last + AGAIN) {
        return Err(Refusal::new("urge-again"));
    }
    let one = match urging.told {
        [] => return Err(Refusal::new("urge-nobody")),
        [one] => Some(one.to_string()),
        _ => None,
    };
    Length::Words.fits("text", urging.words)?;
    let words = Some(urging.words.trim()).filter(|words| !words.is_empty());
    moving.fact(
        Fact::new("matters.urged")
            .with("step", matter.step.as_str())
            .with("count", urging.told.len().to_string())
            .with_some("handler", one)
            .with_some("text", words)
            .with(READERS, STAFF),
    );
    Ok(moving.done())
}
