//! Verbs of places: bringing the tree and the calendar in.

use std::collections::BTreeMap;

use rules::places::access::{self, AddGrid, Import};
use rules::places::{Level, PlaceCode, name};
use rules::shared::ids::{PlaceId, PlaceThing};
use rules::shared::{Actor, Cell, Moment, Refusal};
use serde_json::json;

use super::files;
pub use super::files::{Division, read_divisions};
use super::store::{self, Place};
use crate::{Stop, Tx, audit};

/// Where the tree's codes begin to hold: 国家统计局 publishes them per year.
const CODES_VALID_FROM: &str = "2023-01-01";

/// What an import did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: usize,
    pub known: usize,
}

/// Adds the places that are not there yet, parents first; a known code is left as it is, so the same file twice changes
/// nothing. Each new county-level unit gets the next cell.
pub async fn import_divisions(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    divisions: &[Division],
) -> Result<Imported, Stop> {
    let root = tx.city().settings.root_code.clone();
    access::on_place::<Import>(who, uuid::Uuid::nil(), &format!("{root}/"))?;
    let mut sorted: Vec<&Division> = divisions.iter().collect();
    sorted.sort_by_key(|d| (d.code.len(), d.code.clone()));
    let mut known: BTreeMap<String, Place> = BTreeMap::new();
    let mut imported = Imported::default();
    let mut cells: BTreeMap<String, Cell> = tx.city().cells.clone();
    for division in sorted {
        if let Some(place) = store::by_code(tx, &division.code).await? {
            known.insert(division.code.clone(), place);
            imported.known += 1;
            continue;
        }
        let code = PlaceCode::parse(&division.code)?;
        code.fits(&division.level, &division.parent)?;
        let level = code.level();
        let parent = if level == Level::City { None } else { Some(parent_of(tx, division, &mut known).await?) };
        let parent = parent.as_ref();
        let cell = match level {
            Level::City => Cell::ROOT,
            Level::County => Cell(i32::try_from(cells.len()).map_err(Stop::defect)?),
            _ => parent.map_or(Cell::ROOT, |p| p.id.cell),
        };
        let place = add(tx, at, division, parent, cell, false).await?;
        if matches!(level, Level::City | Level::County) {
            cells.insert(division.code.clone(), cell);
            store::insert_cell(tx, cell, place.id.uuid).await?;
        }
        known.insert(division.code.clone(), place);
        imported.added += 1;
    }
    let top = store::by_code(tx, &root).await?;
    if let Some(root) = top.as_ref().or_else(|| known.values().next()) {
        let data = json!({ "added": imported.added, "known": imported.known });
        audit::record(tx, who, at, "places.import", root.id, data).await?;
    }
    Ok(imported)
}

/// The place above a line's: one of this file, or one that was there before.
async fn parent_of(tx: &mut Tx<'_>, division: &Division, known: &mut BTreeMap<String, Place>) -> Result<Place, Stop> {
    if let Some(place) = known.get(&division.parent) {
        return Ok(place.clone());
    }
    let place = store::by_code(tx, &division.parent).await?.ok_or_else(|| {
        Refusal::new("place-parent-unknown")
            .with("code", division.code.as_str())
            .with("parent", division.parent.as_str())
    })?;
    known.insert(division.parent.clone(), place.clone());
    Ok(place)
}

/// Adds one place below `parent` with a code of its own: an invented village of the demo.
pub async fn add_place(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    parent: PlaceId,
    division: &Division,
    invented: bool,
) -> Result<Place, Stop> {
    let above = store::by_id(tx, parent).await?.ok_or(Stop::Missing)?;
    access::on_place::<AddGrid>(who, parent.uuid, &above.path)?;
    let place = add(tx, at, division, Some(&above), parent.cell, invented).await?;
    audit::record(tx, who, at, "places.add", place.id, json!({ "code": place.code, "name": place.name })).await?;
    Ok(place)
}

async fn add(
    tx: &mut Tx<'_>,
    at: Moment,
    division: &Division,
    parent: Option<&Place>,
    cell: Cell,
    invented: bool,
) -> Result<Place, Stop> {
    let place = Place {
        id: tx.new_id::<PlaceThing>(cell, at),
        code: division.code.clone(),
        name: name::of_committee(&division.name),
        level: division.level.clone(),
        parent: parent.map(|p| p.id),
        path: format!("{}{}/", parent.map_or("", |p| p.path.as_str()), division.code),
        invented,
    };
    store::insert(tx, &place, &crate::words::initials(&place.name), CODES_VALID_FROM).await?;
    // Found by the name of its committee too.
    let text =
        if place.name == division.name { place.name.clone() } else { format!("{} {}", place.name, division.name) };
    tx.search_put(cell.0, "plc", place.id.uuid, &text).await?;
    Ok(place)
}

/// Loads the years of a working-day file; a year that is there already is replaced by the file's. How many they were.
/// `matters::load_calendar` sees besides to what waited for them: a city that lives is given its years by that.
///
/// # Errors
/// Those of [`files::read_workdays`].
pub async fn import_workdays(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    text: &str,
    source: &str,
) -> Result<usize, Stop> {
    let root = tx.city().settings.root_code.clone();
    access::on_place::<Import>(who, uuid::Uuid::nil(), &format!("{root}/"))?;
    let years = files::read_workdays(text)?;
    for (year, days) in &years {
        let year = i32::from(*year);
        tx.put("DELETE FROM places_days WHERE cell = $1 AND year = $2", db::args![Cell::ROOT.0, year]).await?;
        tx.put(
            "INSERT INTO places_years (cell, year, source) VALUES ($1, $2, $3) \
             ON CONFLICT (cell, year) DO UPDATE SET source = excluded.source",
            db::args![Cell::ROOT.0, year, source],
        )
        .await?;
        for day in days {
            tx.put(
                "INSERT INTO places_days (cell, day, year, kind, name) VALUES ($1, $2, $3, $4, $5)",
                db::args![Cell::ROOT.0, day.date.as_str(), year, day.kind.as_str(), day.name.as_str()],
            )
            .await?;
        }
    }
    if let Some(root) = store::by_code(tx, &root).await? {
        let data = json!({ "years": years.keys().collect::<Vec<_>>(), "source": source });
        audit::record(tx, who, at, "places.load_calendar", root.id, data).await?;
    }
    Ok(years.len())
}
