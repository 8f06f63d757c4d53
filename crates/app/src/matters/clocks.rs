//! Clocks of matters: one waiting job each, moved with every change.

use rules::matters::{Change, workflow};
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment};
use serde_json::{Value, json};

use super::open::{Held, context, kind_of};
use crate::jobs::{self, Queued};
use crate::{Stop, Tx};

/// The job that looks at a matter's clocks.
pub const TICK: &str = "matters.tick";

/// Sets the next look, or takes it back when nothing is due any more.
pub async fn wake(tx: &mut Tx<'_>, at: Moment, change: &Change) -> Result<(), Stop> {
    let id = change.matter.id;
    let key = id.to_string();
    match change.wake {
        Some(due) => {
            let queued = Queued { job: TICK, key: &key, due, data: json!({ "matter": key }) };
            jobs::enqueue(tx, id.cell, at, queued).await
        }
        None => jobs::cancel(tx, id.cell, TICK, &key).await,
    }
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
