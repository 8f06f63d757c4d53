//! For which counties somebody accounts, or for the whole city.

use kit::Choice;
use rules::places::{Level, path};
use rules::shared::permit::Verb;
use rules::shared::{Actor, Cell};

use crate::places::Place;
use crate::{Stop, Tx, places};

/// The city and its counties: the city first.
pub async fn places(tx: &mut Tx<'_>) -> Result<Vec<Place>, Stop> {
    let city = tx.city();
    let codes = std::iter::once(city.settings.root_code.as_str()).chain(city.counties());
    let mut found = Vec::new();
    for code in codes.collect::<Vec<_>>() {
        found.extend(places::store::by_code(tx, code).await?);
    }
    Ok(found)
}

/// Those of them in which one of somebody's roles has `V`.
pub async fn places_of<V: Verb>(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Place>, Stop> {
    let covers = |place: &Place| V::GRANTS.iter().any(|grant| who.covers(grant.role, &place.path));
    Ok(places(tx).await?.into_iter().filter(covers).collect())
}

pub fn choices(places: &[Place]) -> Vec<Choice> {
    places.iter().map(|place| Choice::new(place.code.as_str(), place.name.as_str())).collect()
}

/// The city or a county, by its code, with the cell that keeps what is said for it.
pub async fn place(tx: &mut Tx<'_>, code: &str) -> Result<Option<(Place, Cell)>, Stop> {
    let place = places::store::by_code(tx, code.trim()).await?;
    let is_whole = |place: &Place| matches!(path::level(&place.path), Some(Level::City | Level::County));
    let Some(place) = place.filter(is_whole) else { return Ok(None) };
    let cell = tx.city().cell_of(&place.code);
    Ok(cell.map(|cell| (place, cell)))
}

/// The place whose cell this is.
pub async fn of_cell(tx: &mut Tx<'_>, cell: Cell) -> Result<Option<Place>, Stop> {
    let city = tx.city();
    let code = city.cells.iter().find(|(_, known)| **known == cell).map(|(code, _)| code.clone());
    match code {
        Some(code) => places::store::by_code(tx, &code).await,
        None => Ok(None),
    }
}
