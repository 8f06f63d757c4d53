//! Clocks of matters: one waiting job each, moved with every change.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use rules::matters::{Change, Matter, workflow};
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Cell, Moment};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lateness;
use super::open::{Held, kind_of};
use crate::jobs::{self, Queued};
use crate::{Stop, Tx, city, places};

/// The job that looks at a matter's clocks.
pub const TICK: &str = "matters.tick";

/// Sets the next look, or takes it back when nothing is due any more.
pub async fn wake(tx: &mut Tx<'_>, at: Moment, change: &Change) -> Result<(), Stop> {
    let id = change.matter.id;
    match change.wake {
        Some(due) => watch(tx, at, id, due).await,
        None => jobs::cancel(tx, id.cell, TICK, &id.to_string()).await,
    }
}

/// The matters of a cell whose clocks run while no job waits to look at them. There are none; `doctor` asks.
pub async fn unwatched(tx: &mut Tx<'_>, cell: Cell, at: Moment) -> Result<Vec<(MatterId, Timestamp)>, Stop> {
    #[derive(Deserialize)]
    struct Open {
        id: Uuid,
    }
    #[derive(Deserialize)]
    struct Waiting {
        key: String,
    }
    let sql = "SELECT key FROM jobs_queue WHERE cell = $1 AND job = $2";
    let waiting: HashSet<String> =
        tx.all::<Waiting>(sql, db::args![cell.0, TICK]).await?.into_iter().map(|w| w.key).collect();
    let sql = "SELECT id FROM matters_matters WHERE cell = $1 AND closed_at IS NULL ORDER BY id";
    let mut found = Vec::new();
    for Open { id } in tx.all::<Open>(sql, db::args![cell.0]).await? {
        let id = MatterId::new(cell, id);
        if waiting.contains(&id.to_string()) {
            continue;
        }
        let matter = Held::load(tx, id).await?.matter;
        let due = workflow::wake(&matter, at.recorded);
        // What waits for a calendar is looked at now: it may be there by now.
        let due = if matter.missing_years().is_empty() { due } else { Some(at.recorded) };
        found.extend(due.map(|due| (id, due)));
    }
    Ok(found)
}

/// Queues the look that is missing.
pub async fn watch(tx: &mut Tx<'_>, at: Moment, id: MatterId, due: Timestamp) -> Result<(), Stop> {
    let key = id.to_string();
    let queued = Queued { job: TICK, key: &key, due, data: json!({ "matter": key }) };
    jobs::enqueue(tx, id.cell, at, queued).await
}

/// What bringing a calendar in did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Years that the file holds.
    pub years: usize,
    /// Matters whose clocks waited for one of them: they are looked at as soon as jobs are done, and have their day then.
    pub matters: usize,
}

/// Brings the years of a working-day file in, and wakes what waited for them.
///
/// # Errors
/// Those of [`places::files::read_workdays`].
pub async fn load_calendar(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (text, source): (&str, &str),
) -> Result<Loaded, Stop> {
    let years = places::actions::import_workdays(tx, who, at, text, source).await?;
    let city = tx.city();
    let calendar = city::calendar(tx, city.settings.zone.clone()).await?;
    let mut matters = 0;
    for cell in city.all_cells() {
        for (id, missing) in awaiting_calendar(tx, cell).await? {
            if calendar.is_loaded(missing) {
                watch(tx, at, id, at.recorded).await?;
                matters += 1;
            }
        }
    }
    Ok(Loaded { years, matters })
}

/// The open matters of a cell that a clock of theirs keeps waiting for a calendar, each with the first year that it lacks.
pub async fn awaiting_calendar(tx: &mut Tx<'_>, cell: Cell) -> Result<Vec<(MatterId, i16)>, Stop> {
    #[derive(Deserialize)]
    struct Open {
        state: String,
    }
    // The state is kept as the engine writes it: a year beside the name, or null.
    let sql = "SELECT state FROM matters_matters WHERE cell = $1 AND closed_at IS NULL AND state LIKE $2 ESCAPE '\\' ORDER BY id";
    let mut found = Vec::new();
    for Open { state } in tx.all::<Open>(sql, db::args![cell.0, "%\"missing\\_year\":2%"]).await? {
        let matter: Matter = serde_json::from_str(&state)?;
        found.extend(matter.missing_years().first().map(|year| (matter.id, *year)));
    }
    Ok(found)
}

/// A look that found nothing to do is followed by the next one no sooner than this.
const NEXT_LOOK: SignedDuration = SignedDuration::from_secs(1);

/// Looks at a matter's clocks: reminds, escalates, answers for those who stayed silent; once for everything due. A look that
/// finds nothing asks again, for a clock that waits for its calendar would else be forgotten.
pub async fn tick(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let id: MatterId = data["matter"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    let mut held = Held::load(&mut tx, id).await?;
    let (city, who) = (tx.city(), Actor::system());
    let kind = kind_of(&city, &held.matter.kind)?;
    // The command line may have brought in a year of which this program has not heard yet.
    let read = match held.matter.missing_years().is_empty() {
        true => None,
        false => Some(city::calendar(&mut tx, city.settings.zone.clone()).await?),
    };
    let calendar = read.as_ref().unwrap_or(&city.calendar);
    match workflow::tick(&workflow::Context { kind, calendar, at, who: &who }, &held.matter)? {
        Some(change) => {
            let facts = change.facts.clone();
            held.save(&mut tx, &who, at, change).await?;
            lateness::tell(&mut tx, at, &held, &facts).await
        }
        None => match workflow::wake(&held.matter, at.recorded) {
            Some(next) => watch(&mut tx, at, id, next.max(at.recorded + NEXT_LOOK)).await,
            None => Ok(()),
        },
    }
}
