//! Choosing a village or community without any script: a typed name is looked up, several of one name are offered, and a
//! page leads from the county down.

use kit::{Choice, Errors, Failure, Form, Page};
use rules::places::{Level, path};
use rules::shared::Refusal;
use rules::shared::ids::PlaceId;

use super::store::{self, Place};
use crate::{App, Stop, Tx};

/// How many places of one name are offered.
const MOST: u32 = 20;

/// What came of the typed name.
#[derive(Clone, Debug)]
pub enum Picked {
    One(Place),
    /// Several have this name, or lie in what was named.
    Several(Vec<Place>),
    None,
}

/// The question as it is drawn.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// The villages and communities of the township near by, offered while typing.
    pub near: Vec<Choice>,
    /// Those that the typed name could mean.
    pub several: Vec<Choice>,
}

/// True for a place that things happen in: a village, a community or a grid.
pub fn is_settled(place: &Place) -> bool {
    matches!(path::level(&place.path), Some(Level::Village | Level::Grid))
}

/// The name with the township before it: `园艺街道 黄楼社区`.
pub async fn full_name(tx: &mut Tx<'_>, place: &Place) -> Result<String, Stop> {
    let mut names: Vec<String> = Vec::new();
    for above in store::ancestors(tx, &place.path).await? {
        if matches!(path::level(&above.path), Some(Level::City | Level::County)) {
            continue;
        }
        // A grid carries the name of its community.
        names.pop_if(|last| above.name.starts_with(last.as_str()));
        names.push(above.name);
    }
    Ok(if names.is_empty() { place.name.clone() } else { names.join(" ") })
}

/// The names that tell places apart: with the township before each, and where they lie in several counties with the
/// county too.
pub async fn told_apart(tx: &mut Tx<'_>, places: &[Place]) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for place in places {
        names.push(full_name(tx, place).await?);
    }
    let county = |place: &Place| path::up_to(&place.path, Level::County).to_owned();
    let is_one = places.windows(2).all(|pair| matches!(pair, [a, b] if county(a) == county(b)));
    if is_one {
        return Ok(names);
    }
    for (place, name) in places.iter().zip(&mut names) {
        if matches!(path::level(&place.path), Some(Level::City | Level::County)) {
            continue;
        }
        if let Some(county) = store::county_of(tx, &place.path).await? {
            *name = format!("{} {name}", county.name);
        }
    }
    Ok(names)
}

/// [`full_name`] of the place that a path leads to; empty when there is none.
pub async fn full_name_at(tx: &mut Tx<'_>, path: &str) -> Result<String, Stop> {
    match store::ancestors(tx, path).await?.last() {
        Some(place) => full_name(tx, place).await,
        None => Ok(String::new()),
    }
}

/// What those who live there call it: a grid goes by its village or community.
pub async fn common_name(tx: &mut Tx<'_>, place: &Place) -> Result<String, Stop> {
    let whole = match place.parent {
        Some(parent) if path::level(&place.path) == Some(Level::Grid) => store::by_id(tx, parent).await?,
        _ => None,
    };
    Ok(whole.map_or_else(|| place.name.clone(), |whole| whole.name))
}

/// Places as choices by their id, with the way to them as hint.
pub async fn choices(tx: &mut Tx<'_>, places: &[Place]) -> Result<Vec<Choice>, Stop> {
    let names = told_apart(tx, places).await?;
    Ok(places.iter().zip(names).map(|(place, name)| Choice::new(place.id.to_string(), name)).collect())
}

/// The villages and communities of the township that `home` lies in.
pub async fn near(tx: &mut Tx<'_>, home: &str) -> Result<Vec<Choice>, Stop> {
    let township = path::up_to(home, Level::Township).trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let Some(township) = store::by_code(tx, township).await? else { return Ok(Vec::new()) };
    let places = store::children(tx, township.id).await?;
    Ok(places.into_iter().map(|p| Choice::new(p.name, township.name.as_str())).collect())
}

/// What is said at the field when [`pick`] found nothing: nothing was typed, or nothing has that name.
pub fn not_found(page: &Page, form: &Form) -> String {
    match form.text("place") {
        "" => page.t("places-picker-missing"),
        typed => page.t1("places-picker-unknown", "name", typed),
    }
}

/// The place of a form, and what it could be when several have that name; what is unclear is said at its fields.
pub async fn asked(
    app: &App,
    page: &Page,
    form: &Form,
    home: String,
    errors: &mut Errors,
) -> Result<(Option<PlaceId>, Vec<Choice>), Failure> {
    let typed = form.clone();
    let (picked, several) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let picked = pick(&mut tx, &typed, &home).await?;
                let several = match &picked {
                    Picked::Several(places) => choices(&mut tx, places).await?,
                    _ => Vec::new(),
                };
                Ok((picked, several))
            })
        })
        .await?;
    match picked {
        Picked::One(place) => return Ok((Some(place.id), several)),
        Picked::Several(_) => errors.add("place_id", page.t("places-picker-which")),
        Picked::None => errors.add("place", not_found(page, form)),
    }
    Ok((None, several))
}

/// The place that the inputs `place` and `place_id` mean, for somebody who is at home at `home`.
pub async fn pick(tx: &mut Tx<'_>, form: &Form, home: &str) -> Result<Picked, Stop> {
    let typed = form.text("place");
    if let Ok(id) = form.text("place_id").parse::<PlaceId>()
        && let Some(place) = store::by_id(tx, id).await?.filter(is_settled)
        && (typed.is_empty() || typed.ends_with(&place.name) || typed.ends_with(&common_name(tx, &place).await?))
    {
        return Ok(Picked::One(place));
    }
    let Some(name) = typed.split_whitespace().next_back() else { return Ok(Picked::None) };
    let county = path::up_to(home, Level::County);
    let mut found = store::search(tx, name, Some(county), MOST).await?;
    if found.is_empty() {
        found = store::search(tx, name, None, MOST).await?;
    }
    let named: Vec<Place> =
        found.iter().filter(|p| is_settled(p) && (p.name == name || p.code == name)).cloned().collect();
    let township = path::up_to(home, Level::Township);
    let mut at_home = named.iter().filter(|p| p.path.starts_with(township));
    if let (Some(place), None) = (at_home.next(), at_home.next()) {
        return Ok(Picked::One(place.clone()));
    }
    let mut candidates = if named.is_empty() { Vec::new() } else { named };
    if candidates.is_empty() {
        for place in found {
            match path::level(&place.path) {
                Some(Level::Township) if place.name == name => candidates.extend(store::children(tx, place.id).await?),
                _ => candidates.push(place),
            }
        }
        candidates.retain(is_settled);
    }
    // Whoever names a community means it and not one of its grids, which carry its name.
    let wholes: Vec<String> = candidates.iter().map(|p| p.path.clone()).collect();
    candidates.retain(|p| !wholes.iter().any(|path| p.path.starts_with(path.as_str()) && p.path != *path));
    candidates.truncate(MOST as usize);
    Ok(match candidates.len() {
        0 => Picked::None,
        1 => Picked::One(candidates.remove(0)),
        _ => Picked::Several(candidates),
    })
}

/// The place that somebody means who names one by its name, by its township and its name, or by its code: of any level,
/// first in the county of `home`.
///
/// # Errors
/// `place-unknown`; `place-several` with those that have the name. Both at the field `at`.
pub async fn named(tx: &mut Tx<'_>, typed: &str, home: &str, at: &'static str) -> Result<Place, Stop> {
    let unknown = || Stop::from(Refusal::new("place-unknown").with("name", typed.trim()).at_field(at));
    let words: Vec<&str> = typed.split_whitespace().collect();
    let Some((name, above)) = words.split_last() else { return Err(unknown()) };
    // The code, perhaps with the name after it.
    if let Some(place) = store::by_code(tx, words[0]).await? {
        return Ok(place);
    }
    let county = path::up_to(home, Level::County);
    let mut found = store::search(tx, name, Some(county), MOST).await?;
    if found.is_empty() {
        found = store::search(tx, name, None, MOST).await?;
    }
    let exact = found.iter().any(|place| place.name == *name);
    found.retain(|place| !exact || place.name == *name);
    // Whoever names a community means it and not one of its grids, which carry its name.
    let wholes: Vec<String> = found.iter().map(|place| place.path.clone()).collect();
    found.retain(|place| !wholes.iter().any(|path| place.path.starts_with(path.as_str()) && place.path != *path));
    let mut meant = Vec::new();
    for place in found {
        let way: Vec<String> = store::ancestors(tx, &place.path).await?.into_iter().map(|p| p.name).collect();
        if above.iter().all(|word| way.iter().any(|name| name.contains(word))) {
            meant.push(place);
        }
    }
    match meant.len() {
        0 => Err(unknown()),
        1 => Ok(meant.remove(0)),
        _ => {
            meant.truncate(NAMED);
            let names = told_apart(tx, &meant).await?;
            Err(Refusal::new("place-several").with("places", names.join("；")).at_field(at).into())
        }
    }
}

/// How many of several places are named.
const NAMED: usize = 5;

/// The townships of the county that `home` lies in and the places of its own township, as [`named`] takes them.
pub async fn parts_near(tx: &mut Tx<'_>, home: &str) -> Result<Vec<Choice>, Stop> {
    let mut choices = Vec::new();
    let above = store::ancestors(tx, path::up_to(home, Level::Township)).await?;
    for parent in above.iter().rev().take(2) {
        for place in store::children(tx, parent.id).await? {
            choices.push(Choice::new(format!("{} {}", parent.name, place.name), ""));
        }
    }
    Ok(choices)
}
