//! How far people are found for a matter, counted again whenever somebody comes or leaves, or a task goes.

use db::dialect::for_update;
use rules::dispatch::{Filled, Found, TaskState, found};
use rules::matters::Phase;
use rules::matters::workflow::Event;
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment};
use serde::Deserialize;

use super::in_hand::InHand;
use super::store;
use crate::{Stop, Tx, matters};

#[derive(Deserialize)]
struct Row {
    slots: i32,
    free: i32,
    begun: i64,
}

/// How far people are found for the tasks of a matter, before somebody leaves. Of two who leave different tasks at once the
/// second waits for the first: one of them is the last.
pub async fn before(tx: &mut Tx<'_>, matter: Option<MatterId>) -> Result<Found, Stop> {
    let lock = for_update(tx.engine());
    of_matter(tx, matter, lock).await
}

async fn of_matter(tx: &mut Tx<'_>, matter: Option<MatterId>, lock: &str) -> Result<Found, Stop> {
    let Some(matter) = matter else { return Ok(Found::Nobody) };
    let sql = format!(
        "SELECT t.slots, t.free, (SELECT COUNT(*) FROM dispatch_offers o WHERE o.cell = t.cell AND o.task_id = t.id \
         AND o.began_at IS NOT NULL) AS begun FROM dispatch_tasks t \
         WHERE t.cell = $1 AND t.matter_id = $2 AND t.state = 'standing' ORDER BY t.id {lock}"
    );
    let rows = tx.all::<Row>(&sql, db::args![matter.cell.0, matter.uuid]).await?;
    let small = |n: i32| u16::try_from(n).unwrap_or_default();
    Ok(found(rows.iter().map(|row| Filled { slots: small(row.slots), free: small(row.free), begun: row.begun > 0 })))
}

/// Tells the matter what has changed since `before`; whether people are looked for again. `taken`: somebody has just taken a
/// slot.
pub async fn tell(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (matter, before): (Option<MatterId>, Found),
    taken: bool,
) -> Result<bool, Stop> {
    let Some(id) = matter else { return Ok(false) };
    // Whoever takes a slot waits for nobody at another task.
    let after = of_matter(tx, matter, "").await?;
    let Some(event) = before.heard(after, taken) else { return Ok(false) };
    if event == Event::AllDeclined {
        let (city, held) = (tx.city(), matters::Held::load(tx, id).await?);
        // Where people are looked for already, whoever leaves changes nothing: the next look says whether nobody is left.
        if held.matter.phase(matters::kind_of(&city, &held.matter.kind)?) == Phase::Dispatch {
            return Ok(false);
        }
    }
    matters::actions::heard(tx, who, at, id, event).await?;
    Ok(event == Event::AllDeclined)
}

/// Whether the matter of a task that was just cancelled is served by another of its tasks, and nothing of it stands any more:
/// then it hears so. A task that was over before this one was cut was of an earlier round, which this one followed.
pub async fn served_besides(tx: &mut Tx<'_>, who: &Actor, at: Moment, cancelled: &InHand) -> Result<bool, Stop> {
    let Some(id) = cancelled.task.matter else { return Ok(false) };
    let others = store::tasks_of_matter(tx, id).await?;
    let stands = |state: &str| state == TaskState::Standing.key();
    let beside = |closed_at: Option<i64>| closed_at.is_some_and(|closed_at| closed_at > cancelled.row.created_at);
    let is_served = others.iter().any(|other| other.state == TaskState::Done.key() && beside(other.closed_at));
    if !is_served || others.iter().any(|other| stands(&other.state)) {
        return Ok(false);
    }
    let (city, held) = (tx.city(), matters::Held::load(tx, id).await?);
    // People were looked for again since: what was done leads it to where it would be if they had not been.
    if held.matter.phase(matters::kind_of(&city, &held.matter.kind)?) == Phase::Dispatch {
        matters::actions::heard(tx, who, at, id, Event::Started).await?;
    }
    matters::actions::heard(tx, who, at, id, Event::Done).await?;
    Ok(true)
}
