//! What comes next, for those whose matter it is.

use jiff::Timestamp;

use super::kind::Kind;
use super::matter::Matter;
use super::step::Step;

/// A step that is still to come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ahead<'k> {
    pub step: &'k Step,
    pub by: Option<By>,
}

/// By when, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Step(Timestamp),
    Whole(Timestamp),
}

impl By {
    pub const fn at(self) -> Timestamp {
        match self {
            By::Step(at) | By::Whole(at) => at,
        }
    }
}

/// The steps from here to the end, the way it usually goes: the present one with its own time, the last with what was
/// promised of the whole. Their times run forward: once a step has its own time because the promise is broken, the promise
/// is no time to come, and the last step names none.
pub fn ahead<'k>(kind: &'k Kind, matter: &Matter) -> Vec<Ahead<'k>> {
    let mut steps: Vec<Ahead<'k>> = Vec::new();
    let mut at = matter.at(kind);
    while let Some(step) = at.filter(|step| steps.iter().all(|seen| seen.step.key != step.key)) {
        let by = matter.step_due().filter(|_| steps.is_empty()).map(By::Step);
        steps.push(Ahead { step, by });
        at = step.answers.first().and_then(|answer| kind.step(&answer.to));
    }
    let now = steps.first().and_then(|first| first.by);
    if let Some(last) = steps.last_mut().filter(|last| last.by.is_none()) {
        let whole = matter.promised().filter(|whole| now.is_none_or(|now| now.at() <= *whole));
        last.by = whole.map(By::Whole);
    }
    steps
}
