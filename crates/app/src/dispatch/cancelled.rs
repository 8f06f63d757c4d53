//! What is kept of a task that was cancelled: why, when and by whom, and who had accepted; for colleagues.

use std::collections::BTreeSet;

use rules::dispatch::TaskState;
use rules::shared::ids::TaskId;
use serde::Deserialize;
use uuid::Uuid;

use super::store::TaskRow;
use crate::{Stop, Tx, audit};

/// How a task was cancelled.
#[derive(Clone, Debug)]
pub struct Cancelled {
    /// An instant, in milliseconds.
    pub at: i64,
    /// `None` when nobody pressed it.
    pub by: Option<String>,
    pub reason: Option<String>,
    /// It was called off with its matter.
    pub matter_over: bool,
    /// The offers that had been accepted: whoever looks knows whom to ring.
    pub accepted: BTreeSet<Uuid>,
}

/// `None` of a task that was not.
pub async fn of(tx: &mut Tx<'_>, task: &TaskRow) -> Result<Option<Cancelled>, Stop> {
    if task.state != TaskState::Cancelled.key() {
        return Ok(None);
    }
    let events = audit::timeline(tx, task.id()).await?;
    let Some(event) = events.into_iter().rfind(|event| event.verb == "dispatch.cancel_task") else { return Ok(None) };
    let reason = event.data["reason"].as_str().map(str::to_owned);
    let accepted = accepted(tx, task.id()).await?;
    let matter_over = event.data.get("matter_over").is_some();
    Ok(Some(Cancelled { at: event.occurred_at, by: event.actor_name, reason, matter_over, accepted }))
}

/// Whoever had a slot when the task was cancelled has it still: nobody gave it back.
async fn accepted(tx: &mut Tx<'_>, task: TaskId) -> Result<BTreeSet<Uuid>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        offer_id: Uuid,
    }
    let sql = "SELECT offer_id FROM dispatch_slots WHERE cell = $1 AND task_id = $2 AND offer_id IS NOT NULL";
    let rows = tx.all::<Row>(sql, db::args![task.cell.0, task.uuid]).await?;
    Ok(rows.into_iter().map(|row| row.offer_id).collect())
}
