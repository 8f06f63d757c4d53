//! What verbs of dispatch write.

use jiff::Timestamp;
use rules::dispatch::{Needs, Offer, OfferState, Task};
use rules::shared::ids::{OfferId, PersonId, TaskId};
use rules::shared::{Moment, Window};

use super::reasons::Said;
use crate::places::Place;
use crate::{Stop, Tx};

/// Everything a new row of a task holds beside what the rules decided.
pub struct NewRow<'a> {
    pub task: &'a Task,
    pub code: &'a str,
    pub notes: &'a str,
    pub place: &'a Place,
    pub place_hint: &'a str,
    pub check_code: &'a str,
    pub qr_token: &'a str,
    pub cut_by: Option<PersonId>,
}

pub async fn insert_task(tx: &mut Tx<'_>, at: Moment, new: NewRow<'_>) -> Result<(), Stop> {
    let task = new.task;
    let cell = task.id.cell.0;
    tx.put(
        "INSERT INTO dispatch_tasks (cell, id, code, matter_id, team_id, title, category, notes, place_id, place_path, \
         township, place_hint, starts_at, ends_at, slots, needs, state, open, waves, check_code, qr_token, cut_cell, \
         cut_by, created_at, invented, free, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
         $16, $17, $18, $19, $20, $21, $22, $23, $24, \
         COALESCE((SELECT m.invented FROM matters_matters m WHERE m.cell = $1 AND m.id = $4), $25), $15, 1)",
        db::args![
            cell,
            task.id.uuid,
            new.code,
            task.matter.map(|m| m.uuid),
            task.team.map(|t| t.uuid),
            task.title.trim(),
            task.category.as_str(),
            new.notes,
            new.place.id.uuid,
            task.place_path.as_str(),
            new.place.township(),
            new.place_hint,
            task.window.start.as_millisecond(),
            task.window.end.as_millisecond(),
            i32::from(task.slots),
            serde_json::to_string(&task.needs)?,
            task.state.key(),
            task.open,
            false,
            new.check_code,
            new.qr_token,
            new.cut_by.map(|p| p.cell.0),
            new.cut_by.map(|p| p.uuid),
            at.recorded.as_millisecond(),
            false
        ],
    )
    .await?;
    let slots: Vec<String> = (1..=task.slots).map(|no| format!("($1, $2, {no})")).collect();
    let sql = format!("INSERT INTO dispatch_slots (cell, task_id, no) VALUES {}", slots.join(", "));
    tx.put(&sql, db::args![cell, task.id.uuid]).await?;
    Ok(())
}

/// Counts the task's version up, and by that waits for whoever changes the same task.
pub async fn touch(tx: &mut Tx<'_>, task: TaskId) -> Result<(), Stop> {
    let sql = "UPDATE dispatch_tasks SET version = version + 1 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![task.cell.0, task.uuid]).await?;
    Ok(())
}

/// Saves a decided task: its state, whether it is open, what it needs.
pub async fn update_task(tx: &mut Tx<'_>, task: &Task, closed_at: Option<i64>) -> Result<(), Stop> {
    tx.put(
        "UPDATE dispatch_tasks SET state = $3, open = $4, needs = $5, closed_at = $6, version = version + 1 \
         WHERE cell = $1 AND id = $2",
        db::args![
            task.id.cell.0,
            task.id.uuid,
            task.state.key(),
            task.open,
            serde_json::to_string::<Needs>(&task.needs)?,
            closed_at
        ],
    )
    .await?;
    Ok(())
}

/// Saves what a task says and when it is, also in the offers that stand, by which it is known when somebody is busy.
pub async fn rewrite_task(tx: &mut Tx<'_>, task: &Task, notes: &str, place_hint: &str) -> Result<(), Stop> {
    let (starts, ends) = (task.window.start.as_millisecond(), task.window.end.as_millisecond());
    tx.put(
        "UPDATE dispatch_tasks SET title = $3, notes = $4, place_hint = $5, starts_at = $6, ends_at = $7, \
         version = version + 1 WHERE cell = $1 AND id = $2",
        db::args![task.id.cell.0, task.id.uuid, task.title.as_str(), notes, place_hint, starts, ends],
    )
    .await?;
    let offers = "UPDATE dispatch_offers SET starts_at = $3, ends_at = $4, version = version + 1 \
                  WHERE cell = $1 AND task_id = $2 AND state IN ('offered', 'accepted')";
    tx.run(offers, db::args![task.id.cell.0, task.id.uuid, starts, ends]).await?;
    Ok(())
}

/// Keeps as many slots as a task takes: more free ones, or fewer. None that somebody has is taken away.
pub async fn put_slots(tx: &mut Tx<'_>, task: &Task) -> Result<(), Stop> {
    let key = || db::args![task.id.cell.0, task.id.uuid];
    let of_task = "FROM dispatch_slots WHERE cell = $1 AND task_id = $2";
    let now = tx.scalar_i64(&format!("SELECT COUNT(*) {of_task}"), key()).await?;
    let last = tx.scalar_i64(&format!("SELECT CAST(COALESCE(MAX(no), 0) AS BIGINT) {of_task}"), key()).await?;
    let (now, last) = (i32::try_from(now).map_err(Stop::defect)?, i32::try_from(last).map_err(Stop::defect)?);
    let more = i32::from(task.slots) - now;
    if more > 0 {
        let slots: Vec<String> = (last + 1..=last + more).map(|no| format!("($1, $2, {no})")).collect();
        let sql = format!("INSERT INTO dispatch_slots (cell, task_id, no) VALUES {}", slots.join(", "));
        tx.put(&sql, key()).await?;
    }
    for _ in more..0 {
        let sql = format!(
            "DELETE FROM dispatch_slots WHERE cell = $1 AND task_id = $2 AND no = (SELECT MAX(no) {of_task} \
             AND offer_id IS NULL AND staff_id IS NULL)"
        );
        tx.put(&sql, key()).await?;
    }
    let sql =
        "UPDATE dispatch_tasks SET slots = $3, free = free + $4, version = version + 1 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![task.id.cell.0, task.id.uuid, i32::from(task.slots), more]).await?;
    Ok(())
}

/// Lets invitations that are not answered run out at `last` if they would later: what was granted is never made longer.
pub async fn cut_replies(tx: &mut Tx<'_>, task: TaskId, last: Timestamp) -> Result<(), Stop> {
    let sql = "UPDATE dispatch_offers SET reply_by = $3, version = version + 1 WHERE cell = $1 AND task_id = $2 \
               AND state = 'offered' AND reply_by > $3";
    tx.run(sql, db::args![task.cell.0, task.uuid, last.as_millisecond()]).await?;
    Ok(())
}

/// Whether somebody has accepted another task that stands within a time.
pub async fn is_promised_elsewhere(
    tx: &mut Tx<'_>,
    task: TaskId,
    person: PersonId,
    window: Window,
) -> Result<bool, Stop> {
    let sql = "SELECT COUNT(*) FROM dispatch_offers o WHERE o.person_cell = $1 AND o.person_id = $2 \
               AND o.state = 'accepted' AND o.task_id <> $3 AND o.starts_at < $5 AND o.ends_at > $4";
    let (starts, ends) = (window.start.as_millisecond(), window.end.as_millisecond());
    Ok(tx.scalar_i64(sql, db::args![person.cell.0, person.uuid, task.uuid, starts, ends]).await? > 0)
}

pub async fn set_waves(tx: &mut Tx<'_>, task: TaskId, waves: bool) -> Result<(), Stop> {
    let sql = "UPDATE dispatch_tasks SET waves = $3, version = version + 1 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![task.cell.0, task.uuid, waves]).await?;
    Ok(())
}

/// Whoever holds a slot.
#[derive(Clone, Copy, Debug)]
pub enum Holder {
    Offer(OfferId),
    Staff(PersonId),
}

/// Takes a free slot, and says how many are left then; nothing when none was. One conditional update decides between all who come at once: whoever comes
/// second waits for the first, and so sees what it left.
pub async fn take_slot(tx: &mut Tx<'_>, task: TaskId, holder: Holder) -> Result<Option<i64>, Stop> {
    let count = "UPDATE dispatch_tasks SET free = free - 1, version = version + 1 WHERE cell = $1 AND id = $2 AND free > 0 \
                 RETURNING free";
    let Some(left) = tx.maybe_i64(count, db::args![task.cell.0, task.uuid]).await? else { return Ok(None) };
    let take = "UPDATE dispatch_slots SET offer_id = $3, staff_cell = $4, staff_id = $5 WHERE cell = $1 AND task_id = $2 \
                AND no = (SELECT MIN(f.no) FROM dispatch_slots f WHERE f.cell = $1 AND f.task_id = $2 \
                AND f.offer_id IS NULL AND f.staff_id IS NULL)";
    let (offer, staff) = match holder {
        Holder::Offer(offer) => (Some(offer.uuid), None),
        Holder::Staff(staff) => (None, Some(staff)),
    };
    let args = db::args![task.cell.0, task.uuid, offer, staff.map(|p| p.cell.0), staff.map(|p| p.uuid)];
    match tx.run(take, args).await? {
        1 => Ok(Some(left)),
        _ => Err(Stop::Defect(format!("{task} counts a free slot and has none"))),
    }
}

/// Gives back the slot that somebody holds.
pub async fn free_slot(tx: &mut Tx<'_>, task: TaskId, holder: Holder) -> Result<(), Stop> {
    let (cell, id) = (task.cell.0, task.uuid);
    let freed = match holder {
        Holder::Offer(offer) => {
            let sql = "UPDATE dispatch_slots SET offer_id = NULL WHERE cell = $1 AND task_id = $2 AND offer_id = $3";
            tx.run(sql, db::args![cell, id, offer.uuid]).await?
        }
        Holder::Staff(staff) => {
            let sql = "UPDATE dispatch_slots SET staff_cell = NULL, staff_id = NULL WHERE cell = $1 AND task_id = $2 \
                       AND staff_cell = $3 AND staff_id = $4";
            tx.run(sql, db::args![cell, id, staff.cell.0, staff.uuid]).await?
        }
    };
    let sql = "UPDATE dispatch_tasks SET free = free + $3, version = version + 1 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![cell, id, i64::try_from(freed).map_err(Stop::defect)?]).await?;
    Ok(())
}

/// Whether somebody comes, or may still say so, for any task of the matter that stands and is not over.
pub async fn anybody_of_matter(tx: &mut Tx<'_>, task: &Task, at: Moment) -> Result<bool, Stop> {
    let sql = "SELECT (SELECT COUNT(*) FROM dispatch_tasks t JOIN dispatch_slots s ON s.cell = t.cell AND s.task_id = t.id \
               WHERE t.cell = $1 AND t.matter_id = $2 AND t.state = 'standing' AND t.ends_at > $3 AND (s.offer_id IS NOT NULL \
               OR s.staff_id IS NOT NULL)) + (SELECT COUNT(*) FROM dispatch_tasks t JOIN dispatch_offers o \
               ON o.cell = t.cell AND o.task_id = t.id WHERE t.cell = $1 AND t.matter_id = $2 \
               AND t.state = 'standing' AND t.ends_at > $3 AND o.state = 'offered')";
    let args = db::args![task.id.cell.0, task.matter.map(|m| m.uuid), at.recorded.as_millisecond()];
    Ok(tx.scalar_i64(sql, args).await? > 0)
}

/// Keeps a new offer; false when this person has a live one for the task already.
pub async fn insert_offer(tx: &mut Tx<'_>, offer: &Offer, task: &Task, reasons: &[Said]) -> Result<bool, Stop> {
    let kept = tx
        .run(
            "INSERT INTO dispatch_offers (cell, id, task_id, person_cell, person_id, wave, state, reasons, reason, \
             reply_by, offered_at, answered_at, starts_at, ends_at, version) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, $11, $12, $13, 1) \
             ON CONFLICT (cell, task_id, person_cell, person_id) WHERE state IN ('offered', 'accepted') DO NOTHING",
            db::args![
                offer.id.cell.0,
                offer.id.uuid,
                offer.task.uuid,
                offer.volunteer.cell.0,
                offer.volunteer.uuid,
                i32::from(offer.wave),
                offer.state.key(),
                serde_json::to_string(reasons)?,
                offer.reply_by.map(Timestamp::as_millisecond),
                offer.offered_at.as_millisecond(),
                offer.answered_at.map(Timestamp::as_millisecond),
                task.window.start.as_millisecond(),
                task.window.end.as_millisecond()
            ],
        )
        .await?;
    Ok(kept == 1)
}

/// Saves a decided offer over the state it was read in; false when somebody else changed it first.
pub async fn update_offer(tx: &mut Tx<'_>, offer: &Offer, was: OfferState) -> Result<bool, Stop> {
    let saved = tx
        .run(
            "UPDATE dispatch_offers SET state = $4, answered_at = $5, reason = $6, version = version + 1 \
             WHERE cell = $1 AND id = $2 AND state = $3",
            db::args![
                offer.id.cell.0,
                offer.id.uuid,
                was.key(),
                offer.state.key(),
                offer.answered_at.map(Timestamp::as_millisecond),
                offer.reason.clone().unwrap_or_default()
            ],
        )
        .await?;
    Ok(saved == 1)
}

/// Notes that whoever accepted has signed in; false when the offer does not stand any more.
pub async fn put_begun(tx: &mut Tx<'_>, offer: OfferId, at: Timestamp) -> Result<bool, Stop> {
    let sql = "UPDATE dispatch_offers SET began_at = $3, version = version + 1 WHERE cell = $1 AND id = $2 \
               AND state = 'accepted' AND began_at IS NULL";
    Ok(tx.run(sql, db::args![offer.cell.0, offer.uuid, at.as_millisecond()]).await? == 1)
}

/// Notes that they have signed out, also of an offer that was given back before that was refused.
pub async fn put_left(tx: &mut Tx<'_>, offer: OfferId, at: Timestamp) -> Result<(), Stop> {
    let sql = "UPDATE dispatch_offers SET left_at = $3, version = version + 1 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![offer.cell.0, offer.uuid, at.as_millisecond()]).await?;
    Ok(())
}

/// When the next offer of a task runs out.
pub async fn next_reply_by(tx: &mut Tx<'_>, task: TaskId) -> Result<Option<i64>, Stop> {
    let sql = "SELECT MIN(reply_by) FROM dispatch_offers WHERE cell = $1 AND task_id = $2 AND state = 'offered'";
    Ok(tx.maybe_i64(sql, db::args![task.cell.0, task.uuid]).await?)
}

/// Waits for whoever answers for the same volunteer, so that nobody is taken twice for one hour.
pub async fn hold_volunteer(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Stop> {
    let lock = db::dialect::for_update(tx.engine());
    let sql = format!("SELECT joined_at FROM people_volunteers WHERE cell = $1 AND person_id = $2 {lock}");
    tx.maybe_i64(&sql, db::args![person.cell.0, person.uuid]).await?;
    Ok(())
}
