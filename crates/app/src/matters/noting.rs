//! A remark on a matter, and the photos that come with it.

use rules::matters::workflow;
use rules::matters::{Kind, Matter, access};
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment, Permit};

use super::actions::change;
use super::{Held, messages, notes, photos};
use crate::exchange::photos::Stored;
use crate::{Stop, Tx};

/// Adds a remark, with the photos that came with it; an `internal` one is read by staff alone, and of any other whose matter it is
/// hears by message. What the same person has just said in the same words is there already, and so are its photos.
pub async fn note(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MatterId,
    (text, internal): (&str, bool),
    photos: &[Stored],
) -> Result<Held, Stop> {
    let permit = |kind: &Kind, matter: &Matter| access::note(who, kind, matter);
    let held = Held::find(tx, who, id).await?;
    if notes::is_said_again(tx, who, at, &held, (text, internal)).await? {
        for photo in photos {
            photos::add_once(tx, who, at, &held, photo).await?;
        }
        return Ok(held);
    }
    let decide = |permit: &Permit<access::Note>, ctx: &workflow::Context<'_>, matter: &Matter| {
        workflow::note(permit, ctx, matter, text, internal)
    };
    let held = change(tx, who, at, id, permit, decide).await?;
    if !internal {
        messages::staff_said(tx, who, at, &held).await?;
    }
    for photo in photos {
        photos::add(tx, who, at, &held, photo).await?;
    }
    Ok(held)
}
