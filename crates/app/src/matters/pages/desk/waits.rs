//! Whose word a matter waits for when that of whose it is is missing, until when, and what comes after.

use kit::Page;
use rules::matters::step::{Act as At, Trigger};
use rules::matters::{Kind, Matter};

use super::asked::words;

/// At a confirm step: in a sentence. `None` where somebody of the desk has something to do.
pub fn waits(page: &Page, kind: &Kind, matter: &Matter) -> Option<String> {
    let step = matter.at(kind).filter(|step| step.act == At::Confirm)?;
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
