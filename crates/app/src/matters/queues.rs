//! Lists of matters: always within what the asker may see.

use rules::matters::access::{Sight, sight};
use rules::shared::{Actor, Cell};
use uuid::Uuid;

use super::store::{self, Filter, MatterRow};
use crate::{Stop, Tx};

/// Where a list goes on: the clock and id of the last row.
pub type After = (i64, i32, Uuid);

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
        for cell in cells_of(tx, &path) {
            rows.extend(store::queue(tx, cell, &filter, after.map(|(at, _, id)| (at, id)), limit).await?);
        }
    }
    rows.sort_by_key(|row| (row.sort_at, row.id));
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

/// The cells that a part of the tree lies in: one from a county down, all for the city.
pub fn cells_of(tx: &Tx<'_>, path: &str) -> Vec<Cell> {
    let city = tx.city();
    let county = path.split('/').nth(1).filter(|code| !code.is_empty());
    match county {
        Some(code) => city.cell_of(code).into_iter().collect(),
        None => city.all_cells().filter(|cell| *cell != Cell::ROOT).collect(),
    }
}
