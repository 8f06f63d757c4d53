//! Lists of matters: always within what the asker may see.

use std::collections::BTreeMap;

use rules::matters::access::{HandOver, Sight, sight, steps_of};
use rules::matters::{Kind, Phase};
use rules::places::{Level, path};
use rules::shared::permit::might;
use rules::shared::{Actor, Cell};
use serde::Deserialize;
use uuid::Uuid;

use super::store::{self, Filter, MatterRow, PhaseCount, RaisedCount, Turn, Urgency};
use crate::city::City;
use crate::{Stop, Tx, places};

/// Where a list goes on: whether its last row was an ordinary one, its clock and its id.
pub type After = (bool, i64, Uuid);

/// Whether it waits and is of its kind's most urgent level.
pub fn is_urgent(city: &City, row: &MatterRow) -> bool {
    let kind = city.kinds.get(&row.kind).filter(|_| row.phase != Phase::Closed.key());
    kind.and_then(|kind| kind.urgency(row.level.as_deref()?)) == Some(0)
}

/// The place of a matter in every list: what is urgent first, then by the clocks.
pub fn mark(city: &City, row: &MatterRow) -> After {
    (!is_urgent(city, row), row.sort_at, row.id)
}

/// The most urgent matters of a part of the tree, as far as `who` sees them.
///
/// `filter.within` names the part; a part that spans several cells is merged from each.
pub async fn within(
    tx: &mut Tx<'_>,
    who: &Actor,
    filter: &Filter,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<MatterRow>, Stop> {
    let city = tx.city();
    let path = filter.within.clone().unwrap_or_default();
    let wanted = |kind: &str| filter.kind.as_deref().is_none_or(|k| k == kind);
    let mut rows = Vec::new();
    for kind in city.kinds.iter().filter(|k| wanted(&k.id)) {
        let sight = sight(who, kind, &path);
        if sight == Sight::Own {
            continue;
        }
        let filter = Filter { kind: Some(kind.id.clone()), private: sight == Sight::All, ..filter.clone() };
        rows.extend(merged(tx, &cells_of(tx, &path), &filter, after, limit).await?);
    }
    first(&city, &mut rows, limit);
    Ok(rows)
}

/// The most urgent matters of several cells together.
pub async fn merged(
    tx: &mut Tx<'_>,
    cells: &[Cell],
    filter: &Filter,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<MatterRow>, Stop> {
    let city = tx.city();
    let levels = urgent_levels(&city, filter);
    let mut rows = Vec::new();
    // Two lists, one after the other, so that an index has each in its order.
    for ordinary in [false, true] {
        let is_past = after.is_some_and(|(was_ordinary, ..)| was_ordinary && !ordinary);
        let left = limit - i64::try_from(rows.len()).map_err(Stop::defect)?;
        if is_past || left <= 0 || (!ordinary && levels.is_empty()) {
            continue;
        }
        let after = after.filter(|(was_ordinary, ..)| *was_ordinary == ordinary).map(|(_, at, id)| (at, id));
        let filter = Filter { urgency: Some(Urgency { levels: levels.clone(), ordinary }), ..filter.clone() };
        for cell in cells {
            rows.extend(store::queue(tx, *cell, &filter, after, left).await?);
        }
        first(&city, &mut rows, limit);
    }
    Ok(rows)
}

/// Kind and most urgent level, as far as a list may hold them.
fn urgent_levels(city: &City, filter: &Filter) -> Vec<(String, String)> {
    let wanted = |asked: &Option<String>, key: &str| asked.as_deref().is_none_or(|asked| asked == key);
    let of = |kind: &Kind| Some((kind.id.clone(), kind.levels.first()?.key.clone()));
    let levels = city.kinds.iter().filter_map(of);
    levels.filter(|(kind, level)| wanted(&filter.kind, kind) && wanted(&filter.level, level)).collect()
}

fn first(city: &City, rows: &mut Vec<MatterRow>, limit: i64) {
    rows.sort_by_key(|row| mark(city, row));
    rows.truncate(usize::try_from(limit).unwrap_or(0));
}

/// What waits for `who` at a place by their roles, or is in their hands. None for whoever has no desk to leave: an inspector or
/// an official looks at everything.
pub fn turn(city: &City, who: &Actor, within: &str) -> Option<Turn> {
    if !might::<HandOver>(who) {
        return None;
    }
    let of = |kind: &Kind| {
        // Where whose it is is waited for, and their silence goes on by itself, nobody else has anything to do.
        let steps = steps_of(who, kind, within).into_iter().filter(|step| !step.waits_for_a_word());
        steps.map(|step| (kind.id.clone(), step.key.clone())).collect::<Vec<_>>()
    };
    let steps: Vec<_> = city.kinds.iter().flat_map(of).collect();
    let waiting = city.kinds.iter().flat_map(|kind| {
        let steps = kind.steps.iter().filter(|step| step.waits_for_a_word());
        steps.map(|step| (kind.id.clone(), step.key.clone()))
    });
    let waiting = waiting.collect();
    (!steps.is_empty()).then_some(Turn { steps, waiting, person: who.person, theirs: true })
}

/// How many open matters each phase holds in several cells together.
pub async fn counts(tx: &mut Tx<'_>, cells: &[Cell], filter: &Filter, now: i64) -> Result<Vec<PhaseCount>, Stop> {
    let mut counts: Vec<PhaseCount> = Vec::new();
    for cell in cells {
        for one in store::counts(tx, *cell, filter, now).await? {
            match counts.iter_mut().find(|count| count.phase == one.phase) {
                Some(count) => (count.n, count.late) = (count.n + one.n, count.late + one.late),
                None => counts.push(one),
            }
        }
    }
    Ok(counts)
}

/// How many matters were recorded after an instant and are still open, of each kind and level, in several cells together.
pub async fn raised_since(
    tx: &mut Tx<'_>,
    cells: &[Cell],
    filter: &Filter,
    since: i64,
) -> Result<Vec<RaisedCount>, Stop> {
    let mut counts = Vec::new();
    for cell in cells {
        counts.extend(store::raised_since(tx, *cell, filter, since).await?);
    }
    Ok(counts)
}

/// The names of the counties that matters lie in, by the path of each: for whoever works for more than one, for villages of
/// one name are in many.
pub async fn county_names<'r>(
    tx: &mut Tx<'_>,
    rows: impl IntoIterator<Item = &'r MatterRow>,
) -> Result<BTreeMap<String, String>, Stop> {
    let mut names = BTreeMap::new();
    for row in rows {
        let county = path::up_to(&row.place_path, Level::County);
        if !names.contains_key(county)
            && let Some(place) = places::store::county_of(tx, county).await?
        {
            names.insert(county.to_owned(), place.name);
        }
    }
    Ok(names)
}

/// The cells that a part of the tree lies in: one from a county down, all for the city.
pub fn cells_of(tx: &Tx<'_>, path: &str) -> Vec<Cell> {
    cells_in(&tx.city(), path)
}

/// [`cells_of`] a city in hand.
pub fn cells_in(city: &City, path: &str) -> Vec<Cell> {
    let county = path.split('/').nth(1).filter(|code| !code.is_empty());
    match county {
        Some(code) => city.cell_of(code).into_iter().collect(),
        None => city.all_cells().filter(|cell| *cell != Cell::ROOT).collect(),
    }
}

/// The units of each matter that were asked for their part and have not answered: the matter, the unit's name.
pub async fn asked_units(tx: &mut Tx<'_>, cell: Cell, matters: &[Uuid]) -> Result<Vec<(Uuid, String)>, Stop> {
    named(tx, cell, matters, |ids| {
        format!(
            "SELECT q.matter_id, o.name FROM matters_parts q JOIN people_organisations o ON o.cell = q.cell \
             AND o.id = q.organisation_id WHERE q.cell = $1 AND q.matter_id IN ({}) AND q.answered_at IS NULL \
             ORDER BY o.name",
            ids.join(", ")
        )
    })
    .await
}

/// So many at once are looked up by their ids.
const AT_ONCE: usize = 200;

/// Names that belong to matters of a cell, by a statement that is given the marks of their ids.
pub async fn named(
    tx: &mut Tx<'_>,
    cell: Cell,
    matters: &[Uuid],
    sql: impl Fn(&[String]) -> String,
) -> Result<Vec<(Uuid, String)>, Stop> {
    #[derive(Deserialize)]
    struct Named {
        matter_id: Uuid,
        name: String,
    }
    let mut found = Vec::new();
    for some in matters.chunks(AT_ONCE) {
        let mut args = db::args![cell.0];
        args.extend(some.iter().map(|id| db::Value::from(*id)));
        let marks: Vec<String> = (2..=args.len()).map(|n| format!("${n}")).collect();
        found.extend(tx.all::<Named>(&sql(&marks), args).await?);
    }
    Ok(found.into_iter().map(|named| (named.matter_id, named.name)).collect())
}
