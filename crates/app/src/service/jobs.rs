//! What service does later by itself: closing what was forgotten, and reminding of the ten working days of 令67.

use jiff::{SignedDuration, Timestamp};
use kit::{Lang, format};
use rules::dispatch::TaskState;
use rules::service::{AttendanceRules, RecordState, ServiceRecord};
use rules::shared::ids::{MatterId, PersonId, RecordId, TaskId};
use rules::shared::{Actor, Moment};
use serde_json::{Value, json};

use super::records::{self, RecordRow};
use super::{recording, settling, store};
use crate::dispatch::store::TaskRow;
use crate::jobs::{self, Queued};
use crate::matters::{Held, kind_of};
use crate::{Stop, Tx, audit, dispatch, people};

/// Closes the services of a task that nobody signed out of.
pub const CLOSE_FORGOTTEN: &str = "service.close_forgotten";

/// Calls off tasks that nobody has begun.
pub const CALL_OFF: &str = "service.call_off";

/// Reminds of a record that is not complete or not confirmed.
pub const RECORD_DUE: &str = "service.record_due";

/// How long before the ten working days end people are reminded. Local setting.
const REMIND_BEFORE: SignedDuration = SignedDuration::from_hours(72);

/// Time to sign out has passed a moment after its last minute.
const A_MOMENT: SignedDuration = SignedDuration::from_secs(1);

/// Sees to it that a task is closed once nobody can sign out of it any more.
pub async fn watch_task(tx: &mut Tx<'_>, at: Moment, task: &TaskRow) -> Result<(), Stop> {
    let overrun = SignedDuration::from_mins(AttendanceRules::default().overrun);
    let (key, due) = (task.id().to_string(), task.window()?.end + overrun + A_MOMENT);
    let queued = Queued { job: CLOSE_FORGOTTEN, key: &key, due, data: json!({ "task": key }) };
    jobs::enqueue(tx, task.id().cell, at, queued).await
}

/// Closes what was forgotten at the planned end, to be confirmed. When nobody came at all, the desk hears of it, and the
/// matter goes back to whoever finds people. Queued by dispatch when somebody accepts, and again with each check-in.
pub async fn close_forgotten(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let tx = &mut tx;
    let id: TaskId = data["task"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    let Some(task) = dispatch::store::task(tx, id).await? else { return Ok(()) };
    let (who, rules, planned) = (Actor::system(), AttendanceRules::default(), task.window()?);
    if at.recorded <= planned.end + SignedDuration::from_mins(rules.overrun) {
        return watch_task(tx, at, &task).await;
    }
    dispatch::store::lock_task(tx, id).await?;
    for row in store::attendance_of(tx, id).await? {
        let open = row.attendance(planned)?;
        let closed = open.clone().close_forgotten(&rules, at.recorded);
        if closed == open || !store::sign_out(tx, &closed, false).await? {
            continue;
        }
        dispatch::actions::left(tx, closed.offer, at.recorded).await?;
        // A record that the rules refuse is none; the volunteer may still write a late entry and say why.
        let without = match recording::of_attendance(tx, &who, at, &task, &closed, None).await {
            Ok(_) => None,
            Err(Stop::Refused(refusal)) => Some(refusal.code),
            Err(stop) => return Err(stop),
        };
        let data = json!({ "volunteer": closed.volunteer, "without_record": without });
        audit::record(tx, &who, at, "service.close_forgotten", id, data).await?;
    }
    if task.state == TaskState::Standing.key() {
        settling::settle(tx, &who, at, &task, true).await?;
    }
    Ok(())
}

/// Calls off what nobody has begun of a matter's tasks, when the matter is past them. Queued by matters. Who has signed in
/// already signs out as ever.
pub async fn call_off(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let tx = &mut tx;
    let id: MatterId = data["matter"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    let (city, held) = (tx.city(), Held::load(tx, id).await?);
    // It may have been reopened since.
    if !held.matter.phase(kind_of(&city, &held.matter.kind)?).is_past_tasks() {
        return Ok(());
    }
    for task in dispatch::store::tasks_of_matter(tx, id).await? {
        dispatch::store::lock_task(tx, task.id()).await?;
        // Whoever promised may have come and not signed, and writes a late entry.
        let may_have_come = task.window()?.start <= at.recorded && dispatch::store::is_promised(tx, task.id()).await?;
        if !may_have_come && store::attendance_of(tx, task.id()).await?.is_empty() {
            dispatch::actions::call_off(tx, &Actor::system(), at, task.id()).await?;
        }
    }
    Ok(())
}

/// The day of a record as messages say it.
pub(super) fn day_in_words(tx: &Tx<'_>, at: Moment, row: &RecordRow) -> String {
    let today = tx.city().calendar.date(at.recorded);
    row.day.parse().map_or_else(|_| row.day.clone(), |day| format::near_date(Lang::ZhCn, day, today))
}

/// Sets the reminder of a record, whose term ends at `due`.
pub async fn watch_record(tx: &mut Tx<'_>, at: Moment, id: RecordId, due: Timestamp) -> Result<(), Stop> {
    let remind_at = due - REMIND_BEFORE;
    let due = if remind_at > at.recorded { remind_at } else { due + A_MOMENT };
    let key = id.to_string();
    let queued = Queued { job: RECORD_DUE, key: &key, due, data: json!({ "record": key }) };
    jobs::enqueue(tx, id.cell, at, queued).await
}

/// Sets the reminder of a record anew that waits for its confirmation again.
pub async fn watch_again(tx: &mut Tx<'_>, at: Moment, row: &RecordRow, record: &ServiceRecord) -> Result<(), Stop> {
    match row.record_due_at.filter(|_| record.state == RecordState::Recorded) {
        Some(due) => watch_record(tx, at, row.id(), dispatch::store::instant(due)?).await,
        None => Ok(()),
    }
}

/// Takes the reminder back: the record is confirmed or void.
pub async fn unwatch_record(tx: &mut Tx<'_>, id: RecordId) -> Result<(), Stop> {
    jobs::cancel(tx, id.cell, RECORD_DUE, &id.to_string()).await
}

/// Reminds whom a record waits for; once its term has ended, who is in charge of the activity.
pub async fn record_due(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let tx = &mut tx;
    let id: RecordId = data["record"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    let Some(row) = records::record(tx, id).await? else { return Ok(()) };
    let Some(due) = row.record_due_at.filter(|_| row.state == RecordState::Recorded.key()) else { return Ok(()) };
    let due = dispatch::store::instant(due)?;
    let is_over = at.recorded > due;
    let verb = if is_over { "service.record_overdue" } else { "service.record_reminded" };
    let waits_for = if row.waits_for_content() { "content" } else { "confirmation" };
    audit::record(tx, &Actor::system(), at, verb, id, json!({ "waits_for": waits_for })).await?;
    if let Some(person) = whom(&row, is_over) {
        remind(tx, at, person, &row).await?;
    }
    if is_over { Ok(()) } else { watch_record(tx, at, id, due).await }
}

/// Who can do something about it. A message about a private matter goes to no phone of its people.
fn whom(row: &RecordRow, is_over: bool) -> Option<PersonId> {
    let first = match row.waits_for_content() {
        true => Some(row.volunteer()),
        false => row.served().filter(|_| row.matter_private != Some(true)),
    };
    if is_over { row.in_charge().or(first) } else { first.or(row.in_charge()) }
}

/// Tells somebody of a record that waits for them.
pub(super) async fn remind(tx: &mut Tx<'_>, at: Moment, person: PersonId, row: &RecordRow) -> Result<(), Stop> {
    let link = format!("{}/me", tx.city().settings.base_url);
    let template = if row.waits_for_content() { "record_to_describe" } else { "record_to_confirm" };
    let values = json!({ "day": day_in_words(tx, at, row), "link": link });
    people::tell(tx, at, person, template, values).await
}
