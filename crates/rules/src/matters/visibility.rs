//! Need-to-know: which fields who sees, and where a matter shows at all.

use jiff::Timestamp;

use super::access;
use super::clock::Awaited;
use super::kind::{Field, Kind, Visibility};
use super::matter::{Matter, Phase};
use super::step::Act;
use crate::shared::ids::OrganisationId;
use crate::shared::{Actor, Text};

/// A place where a matter might show to people who are not its handlers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// The household's printed card, which others in the house pick up.
    SharedCard,
    /// A printed slip.
    Receipt,
    /// What a call-taker sees for a phone number or card.
    PhoneLookUp,
    /// The page anyone opens with the public code, without signing in.
    PublicTracking,
    /// The masked list and the 「是不是这件事？」 of a place.
    PublicList,
}

/// Whether a matter shows on a surface. A private one shows on none.
pub fn shows_on(kind: &Kind, matter: &Matter, surface: Surface) -> bool {
    if matter.private {
        return false;
    }
    match surface {
        Surface::SharedCard | Surface::Receipt | Surface::PhoneLookUp | Surface::PublicTracking => true,
        Surface::PublicList => kind.visibility == Visibility::PublicMasked && !matter.is_closed(),
    }
}

/// What a phone number or a card tells a call-taker: whether something is open. Never what, and never a private one.
pub fn phone_lookup_shows<'m>(matters: impl IntoIterator<Item = (&'m Kind, &'m Matter)>) -> bool {
    matters.into_iter().any(|(kind, matter)| !matter.is_closed() && shows_on(kind, matter, Surface::PhoneLookUp))
}

/// What anyone sees with the public code: state, time, responsible unit.
#[derive(Clone, Debug, PartialEq)]
pub struct PublicSummary {
    pub kind: Text,
    pub phase: Phase,
    /// The word for the state; `None` when closed, where `outcome` has it, and while whose it is are asked about it: the word
    /// of that step speaks to them alone.
    pub state: Option<Text>,
    pub outcome: Option<Text>,
    /// The end of the resident's clock.
    pub due: Option<Timestamp>,
    /// What was promised while its day is not known yet.
    pub awaited: Option<Awaited>,
    pub next_word_at: Option<Timestamp>,
    pub responsible: Option<OrganisationId>,
}

/// The summary for a public code; `None` for a private matter, which looks like a code that does not exist.
pub fn public_summary(kind: &Kind, matter: &Matter) -> Option<PublicSummary> {
    if !shows_on(kind, matter, Surface::PublicTracking) {
        return None;
    }
    let outcome = matter.closing.as_ref().and_then(|c| kind.outcome(&c.outcome));
    Some(PublicSummary {
        kind: kind.name.clone(),
        phase: matter.phase(kind),
        state: matter.at(kind).filter(|s| s.act != Act::Confirm).map(|s| s.name.clone()),
        outcome: outcome.map(|o| o.name.clone()),
        due: matter.promised(),
        awaited: matter.awaited(),
        next_word_at: matter.next_word_at,
        responsible: matter.organisation,
    })
}

/// How much of a field someone sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    No,
    /// The masked form, which lists carry: 138****5678.
    Masked,
    /// As it is. For a protected field the read is logged.
    Open,
}

/// How much of a field `who` sees.
pub fn shown(who: &Actor, kind: &Kind, matter: &Matter, field: &Field) -> Shown {
    if access::see(who, kind, matter).is_err() {
        return Shown::No;
    }
    if matter.is_own(who.person) {
        return Shown::Open;
    }
    if field.protected {
        let reads = access::read_protected(who, kind, matter, field).is_ok();
        return if reads { Shown::Open } else { Shown::Masked };
    }
    let listed = field.shown_to.is_empty() || field.shown_to.iter().any(|role| who.has_role(*role));
    if listed { Shown::Open } else { Shown::No }
}

/// The fields of the form that `who` sees in any way, in the order of the form.
pub fn fields_for<'k>(who: &Actor, kind: &'k Kind, matter: &Matter) -> Vec<(&'k Field, Shown)> {
    let fields = kind.fields.iter().map(|f| (f, shown(who, kind, matter, f)));
    fields.filter(|(_, shown)| *shown != Shown::No).collect()
}
