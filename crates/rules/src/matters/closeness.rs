//! Who stands too close to whose matter it is: nobody on staff decides about their own people, nor writes down for them how it
//! was.

use super::access::{AnswerPart, AnswerStep, Close, Merge, PauseClocks, Rate, Triage, Withdraw};
use super::kind::{Kind, Visibility};
use super::step::Act;
use crate::shared::ids::PersonId;
use crate::shared::{Refusal, Verb};

/// What is decided about a matter. To write a remark, to hand it on and to give it to a colleague is open to whoever is close.
const DECIDES: &[&str] =
    &[Triage::NAME, AnswerStep::NAME, AnswerPart::NAME, Close::NAME, Merge::NAME, PauseClocks::NAME, Withdraw::NAME];

/// Whether a verb is for nobody who is close to whose a matter of the kind is. What everybody may see serves the public: who
/// reported it may also mend it. How it was is said by whose it is in every kind, also when they are rung up about it. `act`: what
/// happens at the step.
pub fn is_kept_from_close_ones(kind: &Kind, act: Option<Act>, verb: &str) -> bool {
    let decides = DECIDES.contains(&verb);
    verb == Rate::NAME || decides && (act == Some(Act::CallBack) || kind.visibility != Visibility::PublicMasked)
}

/// Whether somebody decides about a matter, or writes down what is said of it. `close`: whose it is, and everybody tied to one
/// of them; `others`: the names of those who may have it.
///
/// # Errors
/// `matter-close` with the names, and `matter-close-alone` where there are none. Not by which tie: kinship may have been
/// declared by the other side.
pub fn may_decide(person: Option<PersonId>, close: &[PersonId], others: &[String]) -> Result<(), Refusal> {
    if !person.is_some_and(|person| close.contains(&person)) {
        return Ok(());
    }
    Err(match others {
        [] => Refusal::new("matter-close-alone"),
        _ => Refusal::new("matter-close").with("names", others.join("、")),
    })
}

/// Whether a matter of the kind may be given to somebody; `close` as for [`may_decide`].
///
/// # Errors
/// `assign-close`.
pub fn may_have(kind: &Kind, handler: PersonId, close: &[PersonId]) -> Result<(), Refusal> {
    match is_kept_from_close_ones(kind, None, AnswerStep::NAME) && close.contains(&handler) {
        true => Err(Refusal::new("assign-close").at_field("handler")),
        false => Ok(()),
    }
}
