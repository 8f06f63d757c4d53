//! The daily sweep: drafts that nobody returns to, with the photos that belong to nothing else, answers that no request
//! will repeat any more, and messages that were sent.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use rules::shared::retention::Swept;
use rules::shared::{Cell, Moment};
use serde_json::{Value, json};

use crate::exchange::loose;
use crate::jobs::{self, Queued, notify};
use crate::{Stop, Tx};

pub const SWEEP: &str = "identity.sweep";

/// When of the day the sweep runs, in local time: nobody fills in forms then.
const HOUR: i8 = 3;

/// Sees to it that what is kept now is swept once its time is over: one job per cell and day, whatever was kept that day.
pub async fn later(tx: &mut Tx<'_>, at: Moment, cell: Cell) -> Result<(), Stop> {
    let days = Swept::Drafts.days(tx.city().calendar.date(at.recorded));
    after_days(tx, at, cell, days + 1).await
}

async fn after_days(tx: &mut Tx<'_>, at: Moment, cell: Cell, days: i64) -> Result<(), Stop> {
    let day = tx.city().calendar.date(at.recorded).checked_add(days.days()).map_err(Stop::defect)?;
    let due = morning(tx, day)?;
    let data = json!({ "cell": cell.0 });
    jobs::enqueue_first(tx, cell, at, Queued { job: SWEEP, key: &day.to_string(), due, data }).await
}

fn morning(tx: &Tx<'_>, day: Date) -> Result<Timestamp, Stop> {
    let zone = tx.city().settings.zone.clone();
    day.at(HOUR, 0, 0, 0).to_zoned_datetime(zone).map(|at| at.timestamp()).map_err(Stop::defect)
}

/// Sweeps everything that is over, not only what this day's job was queued for: after a standstill the first does it all.
pub async fn sweep(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let tx = &mut tx;
    let cell = data["cell"].as_i64().and_then(|cell| i32::try_from(cell).ok()).map(Cell);
    let cell = cell.ok_or_else(|| Stop::defect("a sweep of no cell"))?;
    let today = tx.city().calendar.date(at.recorded);
    let before = |swept: Swept| (at.recorded - SignedDuration::from_hours(24 * swept.days(today))).as_millisecond();
    let (drafts, answers) = (before(Swept::Drafts), before(Swept::Answers));
    tx.run("DELETE FROM identity_drafts WHERE cell = $1 AND updated_at < $2", db::args![cell.0, drafts]).await?;
    tx.run("DELETE FROM identity_answers WHERE cell = $1 AND created_at < $2", db::args![cell.0, answers]).await?;
    loose::give_up(tx, cell, drafts).await?;
    notify::sweep(tx, at).await?;
    // Answers queue nothing, each request has one: where a sweep has begun, it goes on as long as there are any.
    let left = tx.scalar_i64("SELECT COUNT(*) FROM identity_answers WHERE cell = $1", db::args![cell.0]).await?;
    if left > 0 { after_days(tx, at, cell, 1).await } else { Ok(()) }
}
