//! Verbs that change a place: dividing a community into grids, and what a place is called.

use rules::places::access::{self, AddGrid, Edit};
use rules::places::grid::{self, Named};
use rules::shared::ids::{PlaceId, PlaceThing};
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::store::{self, Place};
use crate::{Stop, Tx, audit};

fn named(place: &Place) -> Named<'_> {
    Named { code: &place.code, name: &place.name }
}

/// Divides a village or community: one more grid, coded after those there ever were.
///
/// # Errors
/// Those of [`grid::divide`].
pub async fn add_grid(tx: &mut Tx<'_>, who: &Actor, at: Moment, parent: PlaceId, name: &str) -> Result<Place, Stop> {
    let above = store::by_id(tx, parent).await?.ok_or(Stop::Missing)?;
    let permit = access::on_place::<AddGrid>(who, parent.uuid, &above.path)?;
    let ever = store::children_ever(tx, parent).await?;
    let ever: Vec<Named<'_>> = ever.iter().map(named).collect();
    let new = grid::divide(&permit, named(&above), &ever, name)?;
    let place = Place {
        id: tx.new_id::<PlaceThing>(parent.cell, at),
        path: format!("{}{}/", above.path, new.code.as_str()),
        code: new.code.as_str().to_owned(),
        name: new.name,
        level: "grid".into(),
        parent: Some(parent),
        invented: above.invented || tx.city().settings.demo,
    };
    let since = tx.city().calendar.date(at.recorded).to_string();
    store::insert(tx, &place, &crate::words::initials(&place.name), &since).await?;
    tx.search_put(place.id.cell.0, "plc", place.id.uuid, &place.name).await?;
    audit::record(tx, who, at, "places.add_grid", place.id, json!({ "code": place.code, "name": place.name })).await?;
    Ok(place)
}

/// Calls a place something else; `known` is the name its editor saw.
///
/// # Errors
/// Those of [`grid::rename`].
pub async fn rename(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: PlaceId,
    known: &str,
    name: &str,
) -> Result<Place, Stop> {
    let mut place = store::by_id(tx, id).await?.ok_or(Stop::Missing)?;
    let permit = access::on_place::<Edit>(who, id.uuid, &place.path)?;
    let beside = match place.parent {
        Some(parent) => store::children(tx, parent).await?,
        None => Vec::new(),
    };
    let beside: Vec<Named<'_>> = beside.iter().filter(|other| other.id != id).map(named).collect();
    place.name = grid::rename(&permit, &place.name, known, &beside, name).map_err(|refusal| match refusal.code {
        "changed-meanwhile" => Stop::Conflict(refusal),
        _ => Stop::Refused(refusal),
    })?;
    store::put_name(tx, id, &place.name, &crate::words::initials(&place.name)).await?;
    tx.search_put(id.cell.0, "plc", id.uuid, &place.name).await?;
    audit::record(tx, who, at, "places.edit", id, json!({ "was": known, "name": place.name })).await?;
    Ok(place)
}
