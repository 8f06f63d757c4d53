//! 请社工去看看: what a volunteer saw stands before whoever dispatches until one of them has written down what came of it.

use std::collections::{BTreeMap, BTreeSet};

use rules::matters::access as matter_access;
use rules::service::access::{self, Look};
use rules::service::look;
use rules::shared::ids::MatterId;
use rules::shared::permit::{Verb as _, might};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use crate::matters::store::MatterRow;
use crate::matters::{self, Held, kind_of, looks, notes, queues};
use crate::{Stop, Tx, audit};

/// The longest list of a part of the tree; whoever asked first stands first.
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
    audit::record(tx, who, at, Look::NAME, id, json!({ "note": note })).await?;
    Ok(held)
}

/// Whether somebody is still to look in.
pub async fn waits(tx: &mut Tx<'_>, id: MatterId) -> Result<bool, Stop> {
    Ok(looks::waits(&audit::timeline(tx, id).await?))
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

/// Events of a cell by which somebody asked, with nothing written down since.
const OPEN: &str = "FROM audit_events e JOIN matters_matters m ON m.cell = e.cell AND m.id = e.subject_id \
                    WHERE e.cell = $1 AND e.verb = 'service.look_wanted' AND NOT EXISTS (SELECT 1 FROM audit_events l \
                    WHERE l.cell = e.cell AND l.subject_id = e.subject_id AND l.verb = 'service.look' AND l.id > e.id)";

/// The matters of a part of the tree in which somebody is still to look in, since when, the longest first.
async fn open(tx: &mut Tx<'_>, cell: Cell, within: &str) -> Result<Vec<Open>, Stop> {
    let sql = format!(
        "SELECT e.subject_id AS matter_id, MIN(e.recorded_at) AS wanted_at {OPEN} AND m.place_path >= $2 \
         AND m.place_path < $3 GROUP BY e.subject_id ORDER BY wanted_at, e.subject_id LIMIT $4"
    );
    Ok(tx.all::<Open>(&sql, db::args![cell.0, within, format!("{within}~"), MOST]).await?)
}

/// Where somebody is still to look in and `who` is one of those who may: the matter, and since when. None for everybody else.
pub async fn waiting(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<(MatterRow, i64)>, Stop> {
    if !might::<Look>(who) {
        return Ok(Vec::new());
    }
    let city = tx.city();
    let mut since = BTreeMap::new();
    for membership in &who.memberships {
        if !Look::GRANTS.iter().any(|grant| grant.role == membership.role) {
            continue;
        }
        for cell in queues::cells_in(&city, &membership.place_path) {
            let found = open(tx, cell, &membership.place_path).await?;
            since.extend(found.into_iter().map(|one| ((cell, one.matter_id), one.wanted_at)));
        }
    }
    let mut found = Vec::new();
    for ((cell, matter), wanted_at) in since {
        let held = Held::load(tx, Id::new(cell, matter)).await?;
        let matter = &held.matter;
        let sees = matter_access::see_at_work(who, kind_of(&city, &matter.kind)?, matter).is_ok();
        if !sees || access::look(who, held.id(), &matter.place_path, matter.private).is_err() {
            continue;
        }
        if let Some(row) = matters::store::row(tx, held.id()).await? {
            found.push((row, wanted_at));
        }
    }
    found.sort_by_key(|(row, wanted_at)| (*wanted_at, row.id));
    Ok(found)
}

/// Marks those of a list in which somebody is still to look in.
pub async fn mark(tx: &mut Tx<'_>, rows: &mut [MatterRow]) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Wanted {
        matter_id: Uuid,
    }
    let mut ids: BTreeMap<Cell, Vec<Uuid>> = BTreeMap::new();
    for row in rows.iter() {
        ids.entry(row.id().cell).or_default().push(row.id);
    }
    let mut wanted = BTreeSet::new();
    for (cell, ids) in ids {
        let mut args = db::args![cell.0];
        let marks = db::several(&mut args, ids);
        let sql = format!("SELECT e.subject_id AS matter_id {OPEN} AND e.subject_id IN ({marks})");
        wanted.extend(tx.all::<Wanted>(&sql, args).await?.into_iter().map(|one| (cell, one.matter_id)));
    }
    for row in rows {
        row.look_wanted = wanted.contains(&(row.id().cell, row.id));
    }
    Ok(())
}
