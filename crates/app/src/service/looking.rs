//! 需要社工去看看: what a volunteer saw stands before whoever dispatches until one of them has written down what came of it.

use std::collections::{BTreeMap, BTreeSet};

use rules::matters::access as matter_access;
use rules::service::access::{self, Look};
use rules::service::look::{self, Told};
use rules::shared::ids::MatterId;
use rules::shared::permit::might;
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::matters::store::MatterRow;
use crate::matters::{self, Held, kind_of, notes, queues};
use crate::{Stop, Tx, audit};

/// What a volunteer's word is called in the history of the matter.
pub const WANTED: &str = "service.look_wanted";
/// What came of it.
const LOOKED: &str = "service.look";

/// The longest list of a county; whoever asked first stands first.
const MOST: i64 = 200;

/// Writes down what came of it, for staff alone.
///
/// # Errors
/// Those of [`look::looked`].
pub async fn look(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, words: &str) -> Result<Held, Stop> {
    let held = Held::find(tx, who, id).await?;
    let permit = access::look(who, id, &held.matter.place_path, held.matter.private)?;
    let words = look::looked(&permit, id, waits(tx, id).await?, words)?;
    let note = notes::keep(tx, who, at, &held, (words, notes::For::Staff)).await?;
    audit::record(tx, who, at, LOOKED, id, json!({ "note": note })).await?;
    Ok(held)
}

/// Whether somebody is still to look in.
pub async fn waits(tx: &mut Tx<'_>, id: MatterId) -> Result<bool, Stop> {
    let told = |event: audit::Event| match event.verb.as_str() {
        WANTED => Some(Told::Wanted),
        LOOKED => Some(Told::Looked),
        _ => None,
    };
    Ok(look::waits(audit::timeline(tx, id).await?.into_iter().filter_map(told)))
}

/// Whether `who` may write down now what came of it.
pub async fn may_look(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<bool, Stop> {
    let may = access::look(who, held.id(), &held.matter.place_path, held.matter.private).is_ok();
    Ok(may && waits(tx, held.id()).await?)
}

#[derive(Deserialize)]
struct Open {
    matter_id: Uuid,
    wanted_at: i64,
}

/// The matters of a county in which somebody is still to look in, since when, the longest first.
async fn open(tx: &mut Tx<'_>, cell: Cell) -> Result<Vec<Open>, Stop> {
    let sql = "SELECT e.subject_id AS matter_id, MIN(e.recorded_at) AS wanted_at FROM audit_events e \
               WHERE e.cell = $1 AND e.verb = 'service.look_wanted' AND NOT EXISTS (SELECT 1 FROM audit_events l \
               WHERE l.cell = e.cell AND l.subject_id = e.subject_id AND l.verb = 'service.look' AND l.id > e.id) \
               GROUP BY e.subject_id ORDER BY wanted_at, e.subject_id LIMIT $2";
    Ok(tx.all::<Open>(sql, db::args![cell.0, MOST]).await?)
}

/// Where somebody is still to look in and `who` is one of those who may: the matter, and since when. None for everybody else.
pub async fn waiting(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<(MatterRow, i64)>, Stop> {
    if !might::<Look>(who) {
        return Ok(Vec::new());
    }
    let city = tx.city();
    let mut cells: Vec<Cell> = who.memberships.iter().flat_map(|m| queues::cells_in(&city, &m.place_path)).collect();
    cells.sort_unstable();
    cells.dedup();
    let mut found = Vec::new();
    for cell in cells {
        for Open { matter_id, wanted_at } in open(tx, cell).await? {
            let held = Held::load(tx, Id::new(cell, matter_id)).await?;
            let matter = &held.matter;
            let sees = matter_access::see_at_work(who, kind_of(&city, &matter.kind)?, matter).is_ok();
            if !sees || access::look(who, held.id(), &matter.place_path, matter.private).is_err() {
                continue;
            }
            if let Some(row) = matters::store::row(tx, held.id()).await? {
                found.push((row, wanted_at));
            }
        }
    }
    found.sort_by_key(|(row, wanted_at)| (*wanted_at, row.id));
    Ok(found)
}

/// Marks those of a list in which somebody is still to look in.
pub async fn mark(tx: &mut Tx<'_>, rows: &mut [MatterRow]) -> Result<(), Stop> {
    let mut open_in: BTreeMap<Cell, Vec<Uuid>> = BTreeMap::new();
    for cell in rows.iter().map(|row| row.id().cell).collect::<BTreeSet<_>>() {
        open_in.insert(cell, open(tx, cell).await?.into_iter().map(|one| one.matter_id).collect());
    }
    for row in rows {
        row.look_wanted = open_in.get(&row.id().cell).is_some_and(|wanted| wanted.contains(&row.id));
    }
    Ok(())
}
