//! Choosing a village or community without any script: a typed name is looked up, several of one name are offered, and a
//! page leads from the county down.

use kit::{Choice, Errors, Failure, Form, Page};
use rules::places::{Level, path};
use rules::shared::Refusal;
use rules::shared::ids::PlaceId;

use super::store::{self, Place};
use crate::{App, Stop, Tx};

/// How many places are offered to choose from: a whole township, and no page that nobody reads to its end.
const MOST: usize = 60;

/// What came of the typed name.
#[derive(Clone, Debug)]
pub enum Picked {
    One(Place),
    /// Several have this name, or lie in what was named; `more`: and others beside them, which are not offered.
    Several {
        places: Vec<Place>,
        more: bool,
    },
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
    path::is_settled(&place.path)
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

/// The village or community that a form means, with its township: several have one name. What was typed, when it is unclear.
pub async fn in_full(tx: &mut Tx<'_>, form: &Form, home: &str) -> Result<String, Stop> {
    let typed = form.text("place");
    if typed.is_empty() && form.text("place_id").is_empty() {
        return Ok(String::new());
    }
    match pick(tx, form, home).await? {
        Picked::One(place) => full_name_at(tx, path::up_to(&place.path, Level::Village)).await,
        _ => Ok(typed.to_owned()),
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

/// What is said above several places to choose from.
pub fn which(page: &Page, more: bool) -> String {
    if more { page.t1("places-picker-which-more", "count", MOST) } else { page.t("places-picker-which") }
}

/// Why a text names no one place.
#[derive(Clone, Debug)]
pub struct Unclear {
    /// The full names of those that it could mean; empty when it means none.
    names: Vec<String>,
}

impl Unclear {
    pub fn says(&self, page: &Page, form: &Form) -> String {
        if self.names.is_empty() {
            not_found(page, form)
        } else {
            page.t1("places-picker-name-in-full", "names", page.row_of(&self.names))
        }
    }
}

/// The place that a line of a table names. It has no room to choose in: the full name says which one is meant.
pub async fn named(tx: &mut Tx<'_>, form: &Form, home: &str) -> Result<Result<Place, Unclear>, Stop> {
    Ok(match pick(tx, form, home).await? {
        Picked::One(place) => Ok(place),
        Picked::Several { places, .. } => Err(Unclear { names: told_apart(tx, &places).await? }),
        Picked::None => Err(Unclear { names: Vec::new() }),
    })
}

/// The place of a form, and what it could be when that is not clear; what is unclear is said at its fields.
pub async fn asked(
    app: &App,
    page: &Page,
    form: &Form,
    home: String,
    errors: &mut Errors,
) -> Result<(Option<Place>, Vec<Choice>), Failure> {
    let typed = form.clone();
    let (picked, several) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let picked = pick(&mut tx, &typed, &home).await?;
                let several = match &picked {
                    Picked::Several { places, .. } => choices(&mut tx, places).await?,
                    _ => Vec::new(),
                };
                Ok((picked, several))
            })
        })
        .await?;
    match picked {
        Picked::One(place) => return Ok((Some(place), several)),
        Picked::Several { more, .. } => errors.add("place_id", which(page, more)),
        Picked::None => errors.add("place", not_found(page, form)),
    }
    Ok((None, several))
}

/// As [`asked`]; what lies where `may` says no is told at its field, so that nothing of the form is lost.
pub async fn asked_within(
    app: &App,
    page: &Page,
    form: &Form,
    home: String,
    errors: &mut Errors,
    may: impl Fn(&Place) -> bool,
) -> Result<(Option<Place>, Vec<Choice>), Failure> {
    let (place, several) = asked(app, page, form, home, errors).await?;
    if let Some(place) = place.as_ref().filter(|place| !may(place)) {
        errors.add("place", page.t2("places-picker-not-yours", "place", place.name.as_str(), "number", page.hotline()));
    }
    Ok((place, several))
}

/// The place that the inputs of a picker mean, for somebody who is at home at `home`: `place` is what was typed, `place_id`
/// what was chosen, and `place_for` the text whose places were offered to choose from.
pub async fn pick(tx: &mut Tx<'_>, form: &Form, home: &str) -> Result<Picked, Stop> {
    let typed = form.text("place");
    let words: Vec<&str> = typed.split_whitespace().collect();
    if let Ok(id) = form.text("place_id").parse::<PlaceId>()
        && let Some(place) = store::by_id(tx, id).await?.filter(is_settled)
    {
        // What was chosen from a list holds while the text stands for which the list was; a choice from before, only
        // while the text still names it, with what stands before its name.
        let is_offered = !typed.is_empty() && typed == form.text("place_for");
        let is_named = |name: &str| typed.is_empty() || typed.ends_with(name);
        let is_meant = is_named(&place.name) || is_named(&common_name(tx, &place).await?);
        let above = words.split_last().map_or(&[][..], |(_, above)| above);
        if is_offered || is_meant && !lying_in(tx, vec![place.clone()], above).await?.is_empty() {
            return Ok(Picked::One(place));
        }
    }
    let Some((name, above)) = words.split_last() else { return Ok(Picked::None) };
    let county = path::up_to(home, Level::County);
    let mut candidates = meant(tx, (name, above), Some(county)).await?;
    if candidates.is_empty() {
        candidates = meant(tx, (name, above), None).await?;
    }
    let township = path::up_to(home, Level::Township);
    let mut at_home = candidates.iter().filter(|p| p.path.starts_with(township) && is_called(p, name));
    if let (Some(place), None) = (at_home.next(), at_home.next()) {
        return Ok(Picked::One(place.clone()));
    }
    keep_wholes(&mut candidates);
    let more = candidates.len() > MOST;
    candidates.truncate(MOST);
    Ok(match candidates.len() {
        0 => Picked::None,
        1 => Picked::One(candidates.remove(0)),
        _ => Picked::Several { places: candidates, more },
    })
}

fn is_called(place: &Place, name: &str) -> bool {
    place.name == name || place.code == name
}

/// Those of some places whose way names each of these words: what was written before the name.
pub(super) async fn lying_in(tx: &mut Tx<'_>, places: Vec<Place>, above: &[&str]) -> Result<Vec<Place>, Stop> {
    if above.is_empty() {
        return Ok(places);
    }
    let mut lying = Vec::new();
    for place in places {
        let way = store::ancestors(tx, &place.path).await?;
        if above.iter().all(|word| way.iter().any(|place| place.name.contains(word))) {
            lying.push(place);
        }
    }
    Ok(lying)
}

/// Whoever names a community means it and not one of its grids, which carry its name.
pub(super) fn keep_wholes(places: &mut Vec<Place>) {
    let wholes: Vec<String> = places.iter().map(|place| place.path.clone()).collect();
    places.retain(|place| !wholes.iter().any(|path| place.path.starts_with(path.as_str()) && place.path != *path));
}

/// The villages, communities and grids that a name means, within a part of the tree: those that are called so, else those
/// that lie in a township called so or are called nearly so.
async fn meant(tx: &mut Tx<'_>, (name, above): (&str, &[&str]), within: Option<&str>) -> Result<Vec<Place>, Stop> {
    let found = store::search(tx, name, within, u32::try_from(MOST).map_err(Stop::defect)? + 1).await?;
    let found = lying_in(tx, found, above).await?;
    let named: Vec<Place> = found.iter().filter(|p| is_settled(p) && is_called(p, name)).cloned().collect();
    if !named.is_empty() {
        return Ok(named);
    }
    let mut candidates = Vec::new();
    for place in found {
        match path::level(&place.path) {
            Some(Level::Township) if place.name == name => candidates.extend(store::children(tx, place.id).await?),
            _ => candidates.push(place),
        }
    }
    candidates.retain(is_settled);
    Ok(candidates)
}

/// The place that somebody means who names one by its name, by its township and its name, or by its code: of any level,
/// first in the county of `home`.
///
/// # Errors
/// `place-unknown`; `place-several` with those that have the name. Both at the field `at`.
pub async fn in_words(tx: &mut Tx<'_>, typed: &str, home: &str, at: &'static str) -> Result<Place, Stop> {
    let unknown = || Stop::from(Refusal::new("place-unknown").with("name", typed.trim()).at_field(at));
    let words: Vec<&str> = typed.split_whitespace().collect();
    let Some((name, above)) = words.split_last() else { return Err(unknown()) };
    // The code, perhaps with the name after it.
    if let Some(place) = store::by_code(tx, words[0]).await? {
        return Ok(place);
    }
    let (county, most) = (path::up_to(home, Level::County), u32::try_from(MOST).map_err(Stop::defect)?);
    let mut found = store::search(tx, name, Some(county), most).await?;
    if found.is_empty() {
        found = store::search(tx, name, None, most).await?;
    }
    let exact = found.iter().any(|place| place.name == *name);
    found.retain(|place| !exact || place.name == *name);
    keep_wholes(&mut found);
    let mut meant = lying_in(tx, found, above).await?;
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

/// The townships of the county that `home` lies in and the places of its own township, as [`in_words`] takes them.
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
