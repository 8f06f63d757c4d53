//! When a service is over: once everyone who came has left, the task is done; with its last task the matter is served.

use jiff::SignedDuration;
use rules::dispatch::TaskState;
use rules::matters::workflow::Event;
use rules::service::AttendanceRules;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::store;
use crate::dispatch::store::TaskRow;
use crate::{Stop, Tx, audit, dispatch, matters};

/// Looks whether a task is over. `time_is_up`: nobody can come or sign any more, so who did not come is not waited for.
pub async fn settle(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: &TaskRow, time_is_up: bool) -> Result<(), Stop> {
    if store::still_there(tx, task.id(), time_is_up).await? > 0 {
        return Ok(());
    }
    let somebody_came = !store::attendance_of(tx, task.id()).await?.is_empty();
    if somebody_came {
        dispatch::actions::finish(tx, who, at, task.id()).await?;
    } else {
        audit::record(tx, who, at, "service.nobody_came", task.id(), json!({})).await?;
    }
    let Some(matter) = task.matter() else { return Ok(()) };
    let tasks = dispatch::store::tasks_of_matter(tx, matter).await?;
    let mut others = tasks.iter().filter(|other| other.id != task.id);
    if others.clone().any(|other| is_ahead(other, at)) {
        return Ok(());
    }
    let is_done = |other: &TaskRow| other.state == TaskState::Done.key();
    let event = if somebody_came || others.any(is_done) { Event::Done } else { Event::AllDeclined };
    matters::actions::heard(tx, who, at, matter, event).await
}

/// A task that stands and whose time to sign has not passed.
fn is_ahead(task: &TaskRow, at: Moment) -> bool {
    let overrun = SignedDuration::from_mins(AttendanceRules::default().overrun);
    let closes_at = task.window().ok().and_then(|planned| planned.end.checked_add(overrun).ok());
    task.state == TaskState::Standing.key() && closes_at.is_some_and(|closes_at| at.recorded <= closes_at)
}
