//! Matters that are one: which another was merged into, which were merged into it, and how they become one.

use rules::matters::{Change, access, workflow};
use rules::shared::code::in_groups;
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment, Refusal};

use super::{Held, behalf, closeness, context, kind_of, view};
use crate::audit::Event;
use crate::{Stop, Tx};

/// The other matter of a merge.
#[derive(Clone, Debug)]
pub struct Other {
    /// As people read it, with the letter of its kind.
    pub code: String,
    /// The page of it that who asks may open.
    pub href: String,
}

/// The one that a matter was merged into.
pub async fn into(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<Option<Other>, Stop> {
    match held.matter.closing.as_ref().and_then(|closing| closing.merged_into) {
        Some(id) => other(tx, who, id).await,
        None => Ok(None),
    }
}

/// A refusal with the number of the one that a matter goes on as; `none` where that is not for who asks.
pub async fn goes_on(tx: &mut Tx<'_>, who: &Actor, held: &Held, refusal: Refusal) -> Result<Refusal, Stop> {
    let other = into(tx, who, held).await?;
    Ok(refusal.with("number", other.map_or_else(|| "none".to_owned(), |other| other.code)))
}

/// Those that its events tell were merged into a matter.
pub async fn from(tx: &mut Tx<'_>, who: &Actor, events: &[Event]) -> Result<Vec<Other>, Stop> {
    let mut others = Vec::new();
    for event in events.iter().filter(|event| event.verb == "matters.merged_from") {
        if let Some(id) = event.data["from"].as_str().and_then(|id| id.parse().ok()) {
            others.extend(other(tx, who, id).await?);
        }
    }
    Ok(others)
}

/// `None` for one that has become private, and is not for who asks: its number is not told either.
async fn other(tx: &mut Tx<'_>, who: &Actor, id: MatterId) -> Result<Option<Other>, Stop> {
    let held = Held::load(tx, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let own = held.matter.is_own(who.stands_for()) && behalf::gate(tx, who, &held).await.is_ok();
    let href = if access::see_at_work(who, kind, &held.matter).is_ok() {
        format!("/desk/{}", held.code)
    } else if own {
        format!("/help/{}", in_groups(&held.code))
    } else if !held.matter.private {
        format!("/t/{}", in_groups(&held.code))
    } else {
        return Ok(None);
    };
    Ok(Some(Other { code: view::shown_code(&city, &kind.id, &held.code), href }))
}

/// Whether a rule lets one be closed as the same as the other, once somebody has said why.
pub async fn may_merge(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held, into: &Held) -> Result<(), Stop> {
    decided(tx, who, at, (held, into), Some("said later")).await.map(drop)
}

/// What becomes of the one that is closed, and of the one that it goes on as.
async fn decided(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (held, into): (&Held, &Held),
    reason: Option<&str>,
) -> Result<(Change, Change), Stop> {
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let permit = access::merge(who, kind, &held.matter)?;
    closeness::may_do::<access::Merge>(tx, who, at, held).await?;
    Ok(workflow::merge(&permit, &context(&city, kind, who, at), &held.matter, &into.matter, reason)?)
}

/// Closes it as the same as another, whose number the person is told. Where what two people asked for becomes one, `reason`
/// says why.
pub async fn merge(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    into: MatterId,
    reason: Option<&str>,
) -> Result<Held, Stop> {
    let mut other = Held::find(tx, who, into).await?;
    let mut held = Held::find(tx, who, id).await?;
    let (closed, gained) = decided(tx, who, at, (&held, &other), reason).await?;
    other.save(tx, who, at, gained).await?;
    held.save(tx, who, at, closed).await?;
    Ok(held)
}
