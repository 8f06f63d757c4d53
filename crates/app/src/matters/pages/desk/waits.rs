//! Whose word a matter waits for when that of whose it is is missing, until when, and what comes after; and who may write that
//! word down for them.

use kit::Page;
use rules::matters::step::Trigger;
use rules::matters::{Kind, Matter, access, workflow};
use rules::shared::Actor;

use super::act::rung_by_another;
use super::asked::words;
use crate::capability;
use crate::web::refusal_words;

/// At a confirm step, and at a call-back that a colleague has to make: in a sentence. `None` where whoever looks has something to
/// do.
pub fn waits(page: &Page, who: &Actor, kind: &Kind, matter: &Matter) -> Option<String> {
    let rung = rung_by_another(who, kind, matter).filter(|_| !access::answers(who, kind, matter).is_empty());
    if let Some(refusal) = rung {
        return Some(refusal_words(page, &refusal));
    }
    let step = matter.at(kind).filter(|step| step.waits_for_a_word())?;
    let silent = step.on(Trigger::Silence)?;
    let then = match (kind.step(&silent.to), silent.outcome.as_deref().and_then(|key| kind.outcome(key))) {
        (Some(next), _) => page.t1("desk-waits-then-step", "step", words(page, &next.desk)),
        (None, Some(outcome)) => page.t1("desk-waits-then-closed", "outcome", words(page, &outcome.name)),
        (None, None) => String::new(),
    };
    let said = match matter.step_due() {
        Some(due) => page.t1("desk-waits-until", "when", page.when(due.as_millisecond())),
        None => page.t("desk-waits"),
    };
    Some(format!("{said}{then}"))
}

/// Whether `who` writes down what whose matter it is says, at a confirm step or once it is closed: not of their own, nor of what
/// they did themselves.
pub fn hears(who: &Actor, kind: &Kind, matter: &Matter) -> bool {
    let is_asked = workflow::may_be_rated(kind, matter);
    let may = access::rate(who, kind, matter).is_ok() && capability::might(who, "service.rate");
    let did_it = who.person.is_some_and(|me| matter.handled_by().any(|one| one == me));
    is_asked && may && !matter.is_own(who.stands_for()) && !did_it
}
