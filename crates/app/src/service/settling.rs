//! When a service is over: once everyone who came has left, the task is done; with its last task the matter is served.

use jiff::SignedDuration;
use rules::dispatch::TaskState;
use rules::matters::workflow::Event;
use rules::service::AttendanceRules;
use rules::service::record::RecordRules;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::store::{self, AttendanceRow};
use crate::dispatch::store::TaskRow;
use crate::{Stop, Tx, audit, dispatch, matters};

/// Looks whether a task is over. `time_is_up`: nobody can come or sign any more, so who did not come is not waited for.
pub async fn settle(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: &TaskRow, time_is_up: bool) -> Result<(), Stop> {
    if store::still_there(tx, task.id(), time_is_up).await? > 0 {
        return Ok(());
    }
    let before = dispatch::found::before(tx, task.matter()).await?;
    let came = store::attendance_of(tx, task.id()).await?;
    let mut is_served = somebody_served(task, &came)?;
    if !came.is_empty() {
        dispatch::actions::finish(tx, who, at, task.id(), is_served).await?;
    } else if !somebody_was_to_come(tx, task).await? || !dispatch::actions::unattended(tx, who, at, task.id()).await? {
        return Ok(());
    }
    let Some(matter) = task.matter() else { return Ok(()) };
    // Before the matter moves, so that whoever opens it reads why.
    if !is_served {
        let verb = if came.is_empty() { "service.nobody_came" } else { "service.cut_short" };
        audit::record(tx, who, at, verb, matter, json!({ "task": task.id() })).await?;
    }
    let mut others = dispatch::store::tasks_of_matter(tx, matter).await?;
    others.retain(|other| other.id != task.id);
    if others.iter().any(|other| is_ahead(other, at)) {
        // The matter may go back to whoever finds people: whoever opens it reads that a part is done.
        if is_served {
            audit::record(tx, who, at, "service.done_in_part", matter, json!({ "task": task.id() })).await?;
        }
        // The next shift may still be without people.
        dispatch::found::tell(tx, who, at, (task.matter(), before), false).await?;
        return Ok(());
    }
    for other in others.into_iter().filter(|other| other.state == TaskState::Done.key()) {
        is_served = is_served || somebody_served(&other, &store::attendance_of(tx, other.id()).await?)?;
    }
    // Where nobody was served somebody else is looked for.
    let event = if is_served { Event::Done } else { Event::AllDeclined };
    matters::actions::heard(tx, who, at, matter, event).await
}

/// Whether one of those who signed on a task served somebody, whatever became of the record.
fn somebody_served(task: &TaskRow, signed: &[AttendanceRow]) -> Result<bool, Stop> {
    let (planned, rules, records) = (task.window()?, AttendanceRules::default(), RecordRules::default());
    for row in signed {
        if row.attendance(planned)?.has_served(row.did, &rules, &records) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether volunteers had promised to come and nobody on staff holds a slot: colleagues do not sign in, and who left before
/// is not waited for.
async fn somebody_was_to_come(tx: &mut Tx<'_>, task: &TaskRow) -> Result<bool, Stop> {
    let promised = dispatch::store::is_promised(tx, task.id()).await?;
    Ok(promised && dispatch::store::staff_of_task(tx, task.id()).await?.is_empty())
}

/// A task that stands and whose time to sign has not passed.
fn is_ahead(task: &TaskRow, at: Moment) -> bool {
    let overrun = SignedDuration::from_mins(AttendanceRules::default().overrun);
    let closes_at = task.window().ok().and_then(|planned| planned.end.checked_add(overrun).ok());
    task.state == TaskState::Standing.key() && closes_at.is_some_and(|closes_at| at.recorded <= closes_at)
}
