//! Jobs of dispatch: one of each kind per task, moved as things change.

use jiff::{SignedDuration, Timestamp};
use rules::dispatch::OfferState;
use rules::shared::ids::{PersonId, TaskId};
use rules::shared::{Actor, Moment};
use serde_json::{Value, json};

use super::in_hand::InHand;
use super::{answers, saving, store, waves};
use crate::jobs::{Queued, cancel, enqueue};
use crate::{Stop, Tx, audit};

/// Lets offers run out whose time to answer is over, and sees to what comes next.
pub const EXPIRE: &str = "dispatch.expire";
/// Sees to what comes next for a task.
pub const WAVE: &str = "dispatch.wave";

/// Tells those invited in the quiet hours, when these are over.
pub const TELL: &str = "dispatch.tell";

/// Takes back what somebody accepted who volunteers no more. Queued by people.
pub const STOPPED: &str = "dispatch.stopped";

/// The job of `service` that looks whether anybody came, and closes what was forgotten. Service stands above dispatch, so
/// it is reached by the queue: it knows itself until when one may sign out, and looks again then.
const CLOSE_FORGOTTEN: &str = "service.close_forgotten";

async fn put(tx: &mut Tx<'_>, at: Moment, job: &'static str, task: TaskId, due: Timestamp) -> Result<(), Stop> {
    let key = task.to_string();
    enqueue(tx, task.cell, at, Queued { job, key: &key, due, data: json!({ "task": key }) }).await
}

/// Looks at the task when the next offer has run out.
pub async fn await_replies(tx: &mut Tx<'_>, at: Moment, task: TaskId) -> Result<(), Stop> {
    match saving::next_reply_by(tx, task).await? {
        // An answer still counts in the very millisecond of its end.
        Some(by) => put(tx, at, EXPIRE, task, store::instant(by)? + SignedDuration::from_millis(1)).await,
        None => cancel(tx, task.cell, EXPIRE, &task.to_string()).await,
    }
}

/// Tells those of a wave that they are invited, when the quiet hours end.
pub async fn tell_later(tx: &mut Tx<'_>, at: Moment, (task, wave): (TaskId, u16), due: Timestamp) -> Result<(), Stop> {
    let key = format!("{task} {wave}");
    let data = json!({ "task": task.to_string(), "wave": wave });
    enqueue(tx, task.cell, at, Queued { job: TELL, key: &key, due, data }).await
}

/// Looks at the task again at `due`.
pub async fn look_again(tx: &mut Tx<'_>, at: Moment, task: TaskId, due: Timestamp) -> Result<(), Stop> {
    put(tx, at, WAVE, task, due).await
}

/// Somebody has promised to come: when the time is over it is looked at whether they did. However many promise, it is one
/// look.
pub async fn watch_service(tx: &mut Tx<'_>, at: Moment, task: TaskId, ends: Timestamp) -> Result<(), Stop> {
    put(tx, at, CLOSE_FORGOTTEN, task, ends).await
}

/// No further wave is due for the task; answers that are waited for still run out.
pub async fn no_further_wave(tx: &mut Tx<'_>, task: TaskId) -> Result<(), Stop> {
    cancel(tx, task.cell, WAVE, &task.to_string()).await
}

/// Nothing more is due for the task.
pub async fn forget(tx: &mut Tx<'_>, task: TaskId) -> Result<(), Stop> {
    let key = task.to_string();
    cancel(tx, task.cell, EXPIRE, &key).await?;
    cancel(tx, task.cell, WAVE, &key).await
}

fn task_of(data: &Value) -> Result<TaskId, Stop> {
    data["task"].as_str().unwrap_or_default().parse().map_err(Stop::defect)
}

pub async fn wave(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    waves::go_on(&mut tx, &Actor::system(), at, task_of(&data)?).await
}

pub async fn tell(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let hand = InHand::load(&mut tx, task_of(&data)?).await?;
    waves::tell_wave(&mut tx, at, &hand, serde_json::from_value(data["wave"].clone())?).await
}

pub async fn stopped(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let person: PersonId = data["person"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    let stopped: Timestamp = data["stopped"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    answers::stopped(&mut tx, at, person, stopped).await
}

pub async fn expire(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let task = task_of(&data)?;
    let who = Actor::system();
    let mut count = 0;
    for row in store::offers_of_task(&mut tx, task).await? {
        let expired = row.offer()?.expire(at.recorded);
        let changed = row.state == OfferState::Offered.key() && expired.state == OfferState::Expired;
        // Who answers in this moment was faster.
        if changed && saving::update_offer(&mut tx, &expired, OfferState::Offered).await? {
            count += 1;
        }
    }
    if count > 0 {
        audit::record(&mut tx, &who, at, EXPIRE, task, json!({ "count": count })).await?;
    }
    await_replies(&mut tx, at, task).await?;
    waves::go_on(&mut tx, &who, at, task).await
}
