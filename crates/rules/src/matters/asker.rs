//! Whoever asked for another who is known here, as by their service card: a passer-by, a neighbour. They hear that it goes on,
//! and nothing of whom it is for: neither their name nor a word of theirs; nor, where a message reaches these, who comes.

use super::matter::Matter;
use crate::shared::ids::PersonId;

/// Whether `reader` asked for somebody else who is registered.
pub fn is_asker(matter: &Matter, reader: PersonId) -> bool {
    matter.raised_by == Some(reader) && matter.subject.is_some_and(|subject| subject != reader)
}

/// Whether it was done by whom it is for, or for them by who acts for them. `actor`, `on_behalf`: of the event.
pub fn is_of_subject(matter: &Matter, actor: Option<PersonId>, on_behalf: Option<PersonId>) -> bool {
    matter.subject.is_some() && (actor == matter.subject || on_behalf == matter.subject)
}

/// Who hears that somebody comes: the one at whose door they ring, where a message reaches them, else who asked and passes it
/// on. `reached`: whether a message reaches whom it is for.
pub fn hears_who_comes(matter: &Matter, reached: bool) -> Option<PersonId> {
    matter.subject.filter(|_| reached).or(matter.raised_by)
}

/// Whether `reader`, whose matter it is, reads who comes and the check code. Whoever asked reads them where they must pass
/// them on.
pub fn reads_who_comes(matter: &Matter, reader: PersonId, reached: bool) -> bool {
    !is_asker(matter, reader) || !reached
}
