//! The queue: a table of our own, because jobs commit with the change that causes them.

use jiff::Timestamp;
use rules::shared::ids::JobThing;
use rules::shared::{Cell, Moment};
use serde_json::Value;

use crate::{Stop, Tx};

/// What to do and when.
pub struct Queued<'a> {
    pub job: &'static str,
    /// A waiting job with the same key moves to the new time instead of standing twice.
    pub key: &'a str,
    pub due: Timestamp,
    pub data: Value,
}

pub async fn enqueue(tx: &mut Tx<'_>, cell: Cell, at: Moment, queued: Queued<'_>) -> Result<(), Stop> {
    let id = tx.new_id::<JobThing>(cell, at);
    tx.put(
        "INSERT INTO jobs_queue (cell, id, job, data, due_at, key, tries, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7) \
         ON CONFLICT (cell, job, key) DO UPDATE SET due_at = excluded.due_at, data = excluded.data, tries = 0, \
         claimed_until = NULL",
        db::args![
            cell.0,
            id.uuid,
            queued.job,
            queued.data.to_string(),
            queued.due.as_millisecond(),
            queued.key,
            at.recorded.as_millisecond()
        ],
    )
    .await?;
    Ok(())
}

/// Takes a waiting job back: what it waited for has happened.
pub async fn cancel(tx: &mut Tx<'_>, cell: Cell, job: &'static str, key: &str) -> Result<(), Stop> {
    tx.put("DELETE FROM jobs_queue WHERE cell = $1 AND job = $2 AND key = $3", db::args![cell.0, job, key]).await?;
    Ok(())
}

/// Queues a job that many changes wait for: the first stands as it is, and the others write nothing, so that none waits for
/// a row that all of them touch.
pub async fn enqueue_first(tx: &mut Tx<'_>, cell: Cell, at: Moment, queued: Queued<'_>) -> Result<(), Stop> {
    let id = tx.new_id::<JobThing>(cell, at);
    let Queued { job, key, due, data } = queued;
    let (due, now) = (due.as_millisecond(), at.recorded.as_millisecond());
    tx.put(
        "INSERT INTO jobs_queue (cell, id, job, data, due_at, key, tries, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (cell, job, key) DO NOTHING",
        db::args![cell.0, id.uuid, job, data.to_string(), due, key, now],
    )
    .await?;
    Ok(())
}
