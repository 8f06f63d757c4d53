//! When a service is over: once everyone who came has left, the task is done; with its last task the matter is served.

use std::collections::HashSet;

use jiff::SignedDuration;
use rules::dispatch::{OfferState, TaskState};
use rules::matters::workflow::Event;
use rules::service::AttendanceRules;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::{records, store};
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
    } else if !somebody_was_to_come(tx, task).await? || !dispatch::actions::unattended(tx, who, at, task.id()).await? {
        return Ok(());
    }
    let Some(matter) = task.matter() else { return Ok(()) };
    let served: HashSet<_> = records::of_matter(tx, matter).await?.into_iter().filter_map(|row| row.task_id).collect();
    let was_served = |task: &TaskRow| served.contains(&task.id().uuid);
    // Before the matter moves, so that whoever opens it reads why.
    if !somebody_came {
        audit::record(tx, who, at, "service.nobody_came", matter, json!({ "task": task.id() })).await?;
    } else if !was_served(task) {
        audit::record(tx, who, at, "service.cut_short", matter, json!({ "task": task.id() })).await?;
    }
    let tasks = dispatch::store::tasks_of_matter(tx, matter).await?;
    let mut others = tasks.iter().filter(|other| other.id != task.id);
    if others.clone().any(|other| is_ahead(other, at)) {
        return Ok(());
    }
    // A visit too short for a record helped nobody: somebody else is looked for.
    let event = if was_served(task) || others.any(was_served) { Event::Done } else { Event::AllDeclined };
    matters::actions::heard(tx, who, at, matter, event).await
}

/// Whether volunteers had promised to come and nobody on staff holds a slot: colleagues do not sign in, and who left before
/// is not waited for.
async fn somebody_was_to_come(tx: &mut Tx<'_>, task: &TaskRow) -> Result<bool, Stop> {
    let offers = dispatch::store::offers_of_task(tx, task.id()).await?;
    let promised = offers.iter().any(|offer| offer.state == OfferState::Accepted.key());
    Ok(promised && dispatch::store::staff_of_task(tx, task.id()).await?.is_empty())
}

/// A task that stands and whose time to sign has not passed.
fn is_ahead(task: &TaskRow, at: Moment) -> bool {
    let overrun = SignedDuration::from_mins(AttendanceRules::default().overrun);
    let closes_at = task.window().ok().and_then(|planned| planned.end.checked_add(overrun).ok());
    task.state == TaskState::Standing.key() && closes_at.is_some_and(|closes_at| at.recorded <= closes_at)
}
