//! SQL of places.

use std::collections::BTreeMap;

use rules::places::{Level, path};
use rules::shared::ids::PlaceId;
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

#[derive(Clone, Debug, Deserialize)]
pub struct PlaceRow {
    pub cell: i32,
    pub id: Uuid,
    pub code: String,
    pub name: String,
    pub level: String,
    pub parent_cell: Option<i32>,
    pub parent_id: Option<Uuid>,
    pub path: String,
    pub invented: bool,
}

/// A node of the tree as other capabilities use it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub id: PlaceId,
    pub code: String,
    pub name: String,
    pub level: String,
    pub parent: Option<PlaceId>,
    /// Codes from the city down, each closed by a slash.
    pub path: String,
    pub invented: bool,
}

impl Place {
    /// The code of the township this place lies in, or of itself when it lies above one.
    pub fn township(&self) -> &str {
        self.path.split('/').nth(2).filter(|c| !c.is_empty()).unwrap_or(&self.code)
    }
}

impl From<PlaceRow> for Place {
    fn from(row: PlaceRow) -> Place {
        Place {
            id: Id::new(Cell(row.cell), row.id),
            code: row.code,
            name: row.name,
            level: row.level,
            parent: row.parent_cell.zip(row.parent_id).map(|(cell, id)| Id::new(Cell(cell), id)),
            path: row.path,
            invented: row.invented,
        }
    }
}

const COLUMNS: &str = "cell, id, code, name, level, parent_cell, parent_id, path, invented";

pub async fn by_id(tx: &mut Tx<'_>, id: PlaceId) -> Result<Option<Place>, Stop> {
    let sql = format!("SELECT {COLUMNS} FROM places_places WHERE cell = $1 AND id = $2");
    Ok(tx.one::<PlaceRow>(&sql, db::args![id.cell.0, id.uuid]).await?.map(Place::from))
}

/// The place that has this code today.
pub async fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Place>, Stop> {
    let sql = format!("SELECT {COLUMNS} FROM places_places WHERE code = $1 AND valid_to IS NULL");
    Ok(tx.one::<PlaceRow>(&sql, db::args![code]).await?.map(Place::from))
}

/// Those that have one of these names today.
pub async fn of_names(tx: &mut Tx<'_>, names: &[&str]) -> Result<Vec<Place>, Stop> {
    let mut args = Vec::new();
    let marks = db::several(&mut args, names.iter().copied());
    let sql = format!("SELECT {COLUMNS} FROM places_places WHERE name IN ({marks}) AND valid_to IS NULL ORDER BY code");
    let rows = tx.all::<PlaceRow>(&sql, args).await?;
    Ok(rows.into_iter().map(Place::from).collect())
}

/// Those that lie in no other.
pub async fn tops(tx: &mut Tx<'_>) -> Result<Vec<Place>, Stop> {
    let sql = format!("SELECT {COLUMNS} FROM places_places WHERE parent_id IS NULL AND valid_to IS NULL ORDER BY code");
    Ok(tx.all::<PlaceRow>(&sql, db::args![]).await?.into_iter().map(Place::from).collect())
}

pub async fn children(tx: &mut Tx<'_>, parent: PlaceId) -> Result<Vec<Place>, Stop> {
    let sql = format!(
        "SELECT {COLUMNS} FROM places_places WHERE parent_cell = $1 AND parent_id = $2 AND valid_to IS NULL ORDER BY code"
    );
    let rows = tx.all::<PlaceRow>(&sql, db::args![parent.cell.0, parent.uuid]).await?;
    Ok(rows.into_iter().map(Place::from).collect())
}

/// The children there ever were, ended ones included.
pub async fn children_ever(tx: &mut Tx<'_>, parent: PlaceId) -> Result<Vec<Place>, Stop> {
    let sql = format!("SELECT {COLUMNS} FROM places_places WHERE parent_cell = $1 AND parent_id = $2 ORDER BY code");
    let rows = tx.all::<PlaceRow>(&sql, db::args![parent.cell.0, parent.uuid]).await?;
    Ok(rows.into_iter().map(Place::from).collect())
}

pub async fn put_name(tx: &mut Tx<'_>, id: PlaceId, name: &str, initials: &str) -> Result<(), Stop> {
    tx.put(
        "UPDATE places_places SET name = $1, initials = $2 WHERE cell = $3 AND id = $4",
        db::args![name, initials, id.cell.0, id.uuid],
    )
    .await?;
    Ok(())
}

/// The places on the way from the city to this one, this one last.
pub async fn ancestors(tx: &mut Tx<'_>, path: &str) -> Result<Vec<Place>, Stop> {
    let codes: Vec<&str> = path.split('/').filter(|code| !code.is_empty()).collect();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = Vec::new();
    let marks = db::several(&mut args, codes);
    let sql = format!("SELECT {COLUMNS} FROM places_places WHERE code IN ({marks}) AND valid_to IS NULL");
    let rows = tx.all::<PlaceRow>(&sql, args).await?;
    let mut places: Vec<Place> = rows.into_iter().map(Place::from).collect();
    places.sort_by_key(|place| place.path.len());
    Ok(places)
}

/// The county that a path lies in; `None` for the city's own.
pub async fn county_of(tx: &mut Tx<'_>, path: &str) -> Result<Option<Place>, Stop> {
    let county = path::up_to(path, Level::County);
    if path::level(county) != Some(Level::County) {
        return Ok(None);
    }
    by_code(tx, county.trim_end_matches('/').rsplit('/').next().unwrap_or_default()).await
}

pub async fn insert(tx: &mut Tx<'_>, place: &Place, initials: &str, valid_from: &str) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO places_places (cell, id, code, name, level, parent_cell, parent_id, path, initials, valid_from, \
         invented) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::args![
            place.id.cell.0,
            place.id.uuid,
            place.code.as_str(),
            place.name.as_str(),
            place.level.as_str(),
            place.parent.map(|p| p.cell.0),
            place.parent.map(|p| p.uuid),
            place.path.as_str(),
            initials,
            valid_from,
            place.invented
        ],
    )
    .await?;
    Ok(())
}

pub async fn insert_cell(tx: &mut Tx<'_>, cell: Cell, place: Uuid) -> Result<(), Stop> {
    tx.put("INSERT INTO places_cells (cell, place_id) VALUES ($1, $2)", db::args![cell.0, place]).await?;
    Ok(())
}

/// Where a page of what was found ends: by the length of the name, and by the path.
pub type After = (usize, String);

/// The place of one in the order of what was found: the shortest name first, as it says what was typed and little else.
pub fn after(place: &Place) -> After {
    (place.name.chars().count(), place.path.clone())
}

/// So many of what is found are put in order; who finds more types more.
const ALL: u32 = 5_000;
/// How many are read at once.
const AT_ONCE: usize = 500;

/// Places whose name, pinyin initials or code begin like or contain the words, within a part of the tree.
pub async fn search(tx: &mut Tx<'_>, words: &str, within: Option<&str>, limit: u32) -> Result<Vec<Place>, Stop> {
    let most = usize::try_from(limit).map_err(Stop::defect)?;
    found(tx, words, within, limit.saturating_mul(4), None, most).await
}

/// [`search`], what is found as far as [`ALL`], and from a place in its order on.
pub async fn found_after(
    tx: &mut Tx<'_>,
    words: &str,
    within: Option<&str>,
    after: Option<After>,
    most: usize,
) -> Result<Vec<Place>, Stop> {
    found(tx, words, within, ALL, after, most).await
}

async fn found(
    tx: &mut Tx<'_>,
    words: &str,
    within: Option<&str>,
    looked_at: u32,
    from: Option<After>,
    most: usize,
) -> Result<Vec<Place>, Stop> {
    let within = within.unwrap_or("");
    if words.chars().all(|c| c.is_ascii_alphanumeric()) {
        let column = if words.chars().all(|c| c.is_ascii_digit()) { "code" } else { "initials" };
        let sql = format!(
            "SELECT {COLUMNS} FROM places_places WHERE {column} >= $1 AND {column} <= $2 AND path >= $3 AND path < $4 \
             AND path > $5 AND valid_to IS NULL ORDER BY path LIMIT $6"
        );
        let words = words.to_ascii_lowercase();
        // These two columns sort as the server does, where a sign such as ~ comes before the letters: nothing that goes on
        // with letters and digits comes behind so many z.
        let last = format!("{words}{}", "z".repeat(40));
        let (path, most) = (from.map(|(_, path)| path).unwrap_or_default(), i64::try_from(most).map_err(Stop::defect)?);
        let args = db::args![words.as_str(), last, within, format!("{within}~"), path, most];
        let rows = tx.all::<PlaceRow>(&sql, args).await?;
        return Ok(rows.into_iter().map(Place::from).collect());
    }
    let hits = tx.search(None, "plc", words, looked_at).await?;
    let mut by_cell: BTreeMap<i32, Vec<Uuid>> = BTreeMap::new();
    for (cell, id) in hits {
        by_cell.entry(cell).or_default().push(id);
    }
    let mut places = Vec::new();
    for (cell, ids) in by_cell {
        for some in ids.chunks(AT_ONCE) {
            let mut args = db::args![cell];
            let marks = db::several(&mut args, some.iter().copied());
            let sql = format!("SELECT {COLUMNS} FROM places_places WHERE cell = $1 AND id IN ({marks})");
            let rows = tx.all::<PlaceRow>(&sql, args).await?;
            places.extend(rows.into_iter().map(Place::from).filter(|place| place.path.starts_with(within)));
        }
    }
    places.sort_by_cached_key(after);
    if let Some(from) = from {
        places.retain(|place| after(place) > from);
    }
    places.truncate(most);
    Ok(places)
}
