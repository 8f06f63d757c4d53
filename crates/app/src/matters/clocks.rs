//! Clocks of matters: one waiting job each, moved with every change.

use std::collections::HashSet;

use jiff::Timestamp;
use rules::matters::{Change, workflow};
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Cell, Moment};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::open::{Held, context, kind_of};
use crate::jobs::{self, Queued};
use crate::{Stop, Tx};

/// The job that looks at a matter's clocks.
pub const TICK: &str = "matters.tick";

/// Sets the next look, or takes it back when nothing is due any more.
pub async fn wake(tx: &mut Tx<'_>, at: Moment, change: &Change) -> Result<(), Stop> {
    let id = change.matter.id;
    match change.wake {
        Some(due) => watch(tx, at, id, due).await,
        None => jobs::cancel(tx, id.cell, TICK, &id.to_string()).await,
    }
}

/// The matters of a cell whose clocks run while no job waits to look at them. There are none; `doctor` asks.
pub async fn unwatched(tx: &mut Tx<'_>, cell: Cell, at: Moment) -> Result<Vec<(MatterId, Timestamp)>, Stop> {
    #[derive(Deserialize)]
    struct Open {
        id: Uuid,
    }
    #[derive(Deserialize)]
    struct Waiting {
        key: String,
    }
    let sql = "SELECT key FROM jobs_queue WHERE cell = $1 AND job = $2";
    let waiting: HashSet<String> =
        tx.all::<Waiting>(sql, db::args![cell.0, TICK]).await?.into_iter().map(|w| w.key).collect();
    let sql = "SELECT id FROM matters_matters WHERE cell = $1 AND closed_at IS NULL ORDER BY id";
    let mut found = Vec::new();
    for Open { id } in tx.all::<Open>(sql, db::args![cell.0]).await? {
        let id = MatterId::new(cell, id);
        if waiting.contains(&id.to_string()) {
            continue;
        }
        let matter = Held::load(tx, id).await?.matter;
        found.extend(workflow::wake(&matter, at.recorded).map(|due| (id, due)));
    }
    Ok(found)
}

/// Queues the look that is missing.
pub async fn watch(tx: &mut Tx<'_>, at: Moment, id: MatterId, due: Timestamp) -> Result<(), Stop> {
    let key = id.to_string();
    let queued = Queued { job: TICK, key: &key, due, data: json!({ "matter": key }) };
    jobs::enqueue(tx, id.cell, at, queued).await
}

/// Looks at a matter's clocks: reminds, escalates, answers for those who stayed silent; once for everything due.
pub async fn tick(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let id: MatterId = data["matter"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    let mut held = Held::load(&mut tx, id).await?;
    let (city, who) = (tx.city(), Actor::system());
    let kind = kind_of(&city, &held.matter.kind)?;
    match workflow::tick(&context(&city, kind, &who, at), &held.matter)? {
        Some(change) => held.save(&mut tx, &who, at, change).await,
        None => Ok(()),
    }
}
