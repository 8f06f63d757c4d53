//! Matters of the same kind near by that may be the same as one in hand.

use rules::matters::Kind;
use rules::matters::kind::Radius;
use rules::places::{Level, path};
use rules::shared::Actor;

use super::is_for;
use crate::matters::Held;
use crate::matters::store::{self, MatterRow};
use crate::{Stop, Tx};

/// What may be the same, as far as whoever reads may open it.
pub async fn similar(
    tx: &mut Tx<'_>,
    who: &Actor,
    kind: &Kind,
    held: &Held,
    row: &MatterRow,
) -> Result<Vec<MatterRow>, Stop> {
    let Some(duplicate) = kind.duplicate.filter(|_| !held.matter.private && !held.matter.is_closed()) else {
        return Ok(Vec::new());
    };
    let level = match duplicate.within {
        Radius::Grid => Level::Grid,
        Radius::Village => Level::Village,
        Radius::Township => Level::Township,
        Radius::County => Level::County,
    };
    let within = path::up_to(&held.matter.place_path, level);
    let since = row.recorded_at - i64::from(duplicate.days) * 24 * 60 * 60 * 1000;
    let category = held.matter.type_key.as_deref().unwrap_or_default();
    let mut rows = store::similar(tx, held.id().cell, (&kind.id, category), within, since).await?;
    rows.retain(|other| other.id != row.id);
    let mut seen = Vec::new();
    for other in rows {
        let held = Held::load(tx, other.id()).await?;
        if is_for(tx, who, &held)? {
            seen.push(other);
        }
        if seen.len() == store::SIMILAR {
            break;
        }
    }
    Ok(seen)
}
