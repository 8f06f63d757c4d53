//! What fits while somebody types the name of a place: what the field takes, offered before it is sent.

use rules::places::{Level, path};

use super::picker::{is_settled, keep_wholes, lying_in, told_apart};
use super::store::{self, Place};
use crate::{Stop, Tx};

/// How many are offered: a list that somebody looks through with a finger.
pub const MOST: usize = 20;
/// How many a search looks at: a township's whole, and some beside it.
const LOOKED_AT: u32 = 60;

/// The places that fit, each with the name that tells it apart.
pub struct Fitting {
    pub places: Vec<(Place, String)>,
    /// Others fit too, and are not among them.
    pub more: bool,
}

/// The villages, communities and grids that are called so or nearly so, or lie in a township that is; those of the township
/// of `home` first, then those of its county. Words before the last say where they lie.
pub async fn fitting(tx: &mut Tx<'_>, typed: &str, home: &str) -> Result<Fitting, Stop> {
    let words: Vec<&str> = typed.split_whitespace().collect();
    let Some((name, above)) = words.split_last() else { return Ok(Fitting { places: Vec::new(), more: false }) };
    let county = path::up_to(home, Level::County);
    let mut places: Vec<Place> = Vec::new();
    for within in [Some(county), None] {
        if places.len() > MOST {
            break;
        }
        for place in found(tx, name, within).await? {
            if places.iter().all(|known| known.id != place.id) {
                places.push(place);
            }
        }
        places = lying_in(tx, places, above).await?;
        keep_wholes(&mut places);
    }
    let township = path::up_to(home, Level::Township);
    places.sort_by_key(|place| !place.path.starts_with(township));
    let more = places.len() > MOST;
    places.truncate(MOST);
    let names = told_apart(tx, &places).await?;
    Ok(Fitting { places: places.into_iter().zip(names).collect(), more })
}

async fn found(tx: &mut Tx<'_>, name: &str, within: Option<&str>) -> Result<Vec<Place>, Stop> {
    let mut places = Vec::new();
    for place in store::search(tx, name, within, LOOKED_AT).await? {
        match path::level(&place.path) {
            Some(Level::Township) => places.extend(store::children(tx, place.id).await?),
            _ if is_settled(&place) => places.push(place),
            _ => {}
        }
    }
    Ok(places)
}
