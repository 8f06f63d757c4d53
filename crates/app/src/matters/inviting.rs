//! How far people are invited for the tasks of a matter: counted above, told to whoever works on it.

use jiff::Timestamp;
use kit::Page;
use rules::shared::Moment;
use serde::Deserialize;

use super::Held;
use crate::capability::{INVITING, Round, Sent, Stage};
use crate::{Stop, Tx};

#[derive(Deserialize)]
struct Row {
    title: String,
    open: bool,
    starts_at: i64,
    wave: i32,
    awaited: i64,
}

/// The title of each task for which people are invited in waves, and how far these have come.
pub async fn of(tx: &mut Tx<'_>, at: Moment, held: &Held) -> Result<Vec<(String, Round)>, Stop> {
    let city = tx.city();
    let plans = &city.dispatch_at(&held.matter.place_path, at).waves;
    let plan = plans.plan(&held.matter.level);
    let (id, now) = (held.id(), at.recorded);
    let rows = tx.all::<Row>(INVITING, db::args![id.cell.0, id.uuid, now.as_millisecond()]).await?;
    let round = |row: Row| {
        let wave = u16::try_from(row.wave).map_err(Stop::defect)?;
        let starts = Timestamp::from_millisecond(row.starts_at).map_err(Stop::defect)?;
        let sent = Sent { wave, awaited: row.awaited > 0, open: row.open, starts };
        Ok((row.title, plan.round(sent, now)))
    };
    rows.into_iter().map(round).collect()
}

/// How far the waves have come, in words.
pub fn words(page: &Page, round: Round) -> String {
    let key = match round.stage {
        Stage::Asking => "tasks-wave-asking",
        Stage::Open => "tasks-wave-open",
        Stage::Over if round.wave == 0 => return page.t("tasks-wave-none"),
        Stage::Over => "tasks-wave-over",
    };
    page.t2(key, "wave", round.wave.to_string(), "of", round.of.to_string())
}

/// What is said of a task on the page of its matter: which wave it is, and what can be done once the last is over.
pub fn line(page: &Page, (title, round): &(String, Round)) -> String {
    let key = if round.stage == Stage::Over { "tasks-wave-of-over" } else { "tasks-wave-of" };
    page.t2(key, "title", title.as_str(), "state", words(page, *round))
}
