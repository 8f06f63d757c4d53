//! Doing what is due. A job is claimed, then runs in one transaction with the removal of its row, so that it is done once
//! or not yet; after days of standstill the due ones are done once each, oldest first.

use std::time::Duration;

use jiff::SignedDuration;
use rules::shared::{Cell, Moment};
use serde::Deserialize;
use tokio::sync::watch;
use uuid::Uuid;

use crate::exchange::loose;
use crate::{App, Stop, Tx, capability, city};

/// A job that failed this often stays in the queue for `doctor` to show.
const TRIES: i32 = 8;
/// A claim that a crashed node left behind is free again after this.
const CLAIM: SignedDuration = SignedDuration::from_mins(5);
/// How often a node looks whether places or working days were brought in beside it.
const KEEP_UP: SignedDuration = SignedDuration::from_secs(60);
/// How many jobs one claim takes.
const BATCH: i64 = 32;

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    pub done: usize,
    pub failed: usize,
}

impl Ran {
    fn nothing(self) -> bool {
        self == Ran::default()
    }
}

#[derive(Clone, Deserialize)]
struct Due {
    id: Uuid,
    job: String,
    data: String,
    tries: i32,
}

/// Does every job of the city that is due by the clock, and those that these queue for now.
pub async fn run_due(app: &App) -> Result<Ran, Stop> {
    let mut ran = Ran::default();
    loop {
        let more = round(app).await?;
        if more.nothing() {
            return Ok(ran);
        }
        ran = Ran { done: ran.done + more.done, failed: ran.failed + more.failed };
    }
}

/// One claim in each cell: a long row of jobs in one holds up neither the others nor the messages.
async fn round(app: &App) -> Result<Ran, Stop> {
    let mut ran = Ran::default();
    let cells: Vec<Cell> = app.city().all_cells().collect();
    for cell in cells {
        for due in claim(app, cell).await? {
            match run_claimed(app, cell, due).await? {
                true => ran.done += 1,
                false => ran.failed += 1,
            }
        }
    }
    Ok(ran)
}

/// Polls until `stop` says so, then finishes the jobs in hand.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    const POLL: Duration = Duration::from_secs(1);
    let mut kept_up = app.now().recorded;
    while !*stop.borrow() {
        let now = app.now().recorded;
        if now.duration_since(kept_up).abs() >= KEEP_UP {
            kept_up = now;
            match city::keep_up(&app).await {
                Ok(true) => tracing::info!("places or working days that were brought in are taken up"),
                Ok(false) => {}
                Err(error) => tracing::warn!(?error, "places and working days could not be read again"),
            }
        }
        let ran = round(&app).await.unwrap_or_else(|error| {
            tracing::warn!(?error, "the job queue could not be read");
            Ran::default()
        });
        super::notify::deliver_waiting(&app).await;
        if let Err(error) = loose::remove_given_up(&app).await {
            tracing::warn!(?error, "files that were given up could not be removed");
        }
        if let Err(error) = super::scrub::if_due(&app).await {
            tracing::warn!(?error, "the database could not be scrubbed; it is tried again in an hour");
        }
        if ran.nothing() {
            tokio::select! {
                _ = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

/// The simulator's way: every job due at `now`, inside the caller's transaction.
pub async fn run_due_in(tx: &mut Tx<'_>, cell: Cell, now: Moment) -> Result<usize, Stop> {
    let due = tx
        .all::<Due>(
            "SELECT id, job, data, tries FROM jobs_queue WHERE cell = $1 AND due_at <= $2 ORDER BY due_at, id",
            db::args![cell.0, now.recorded.as_millisecond()],
        )
        .await?;
    let count = due.len();
    for due in due {
        run_in(tx, cell, now, &due).await?;
    }
    Ok(count)
}

#[derive(Deserialize)]
struct Next {
    cell: i32,
    due: Option<i64>,
}

/// When each of these cells has something due next, in milliseconds. One question for all of them.
pub async fn next_due(tx: &mut Tx<'_>, cells: &[Cell]) -> Result<Vec<(Cell, Option<i64>)>, Stop> {
    let of_one = |cell: &Cell| {
        format!("SELECT {0} AS cell, (SELECT MIN(due_at) FROM jobs_queue WHERE cell = {0}) AS due", cell.0)
    };
    let sql = cells.iter().map(of_one).collect::<Vec<_>>().join(" UNION ALL ");
    let rows = tx.all::<Next>(&sql, db::args![]).await?;
    Ok(rows.into_iter().map(|row| (Cell(row.cell), row.due)).collect())
}

async fn claim(app: &App, cell: Cell) -> Result<Vec<Due>, Stop> {
    let now = app.clock.now();
    let (now_millis, until) = (now.as_millisecond(), (now + CLAIM).as_millisecond());
    // Look before writing: an idle poll takes no write lock.
    let any = app
        .read(move |mut tx| {
            Box::pin(async move {
                let sql = "SELECT COUNT(*) FROM jobs_queue WHERE cell = $1 AND due_at <= $2 AND tries < $3 \
                           AND (claimed_until IS NULL OR claimed_until < $2)";
                Ok(tx.scalar_i64(sql, db::args![cell.0, now_millis, TRIES]).await?)
            })
        })
        .await?;
    if any == 0 {
        return Ok(Vec::new());
    }
    app.write(move |mut tx| {
        Box::pin(async move {
            let sql = format!(
                "UPDATE jobs_queue SET claimed_until = $4, tries = tries + 1 WHERE cell = $1 AND id IN \
                 (SELECT id FROM jobs_queue WHERE cell = $1 AND due_at <= $2 AND tries < $3 \
                 AND (claimed_until IS NULL OR claimed_until < $2) ORDER BY due_at, id LIMIT {BATCH} {}) \
                 RETURNING id, job, data, tries",
                db::dialect::skip_locked(tx.engine())
            );
            Ok(tx.all::<Due>(&sql, db::args![cell.0, now_millis, TRIES, until]).await?)
        })
    })
    .await
}

/// Runs a claimed job; false when it failed and was put off.
async fn run_claimed(app: &App, cell: Cell, due: Due) -> Result<bool, Stop> {
    let now = app.now();
    let work = due.clone();
    let outcome = app
        .write(move |mut tx| {
            let work = work.clone();
            Box::pin(async move { run_in(&mut tx, cell, now, &work).await })
        })
        .await;
    let Err(stop) = outcome else { return Ok(true) };
    if matches!(stop, Stop::Away) {
        return Err(stop);
    }
    tracing::error!(job = due.job, id = %due.id, tries = due.tries, ?stop, "a job failed");
    // 1, 4, 9 … minutes.
    let later = now.recorded + SignedDuration::from_mins(i64::from(due.tries) * i64::from(due.tries));
    app.write(move |mut tx| {
        let error = format!("{stop:?}");
        Box::pin(async move {
            // A change that put it off meanwhile has given it a time of its own.
            let sql = "UPDATE jobs_queue SET due_at = $3, claimed_until = NULL, last_error = $4 \
                       WHERE cell = $1 AND id = $2 AND due_at <= $5";
            let now = now.recorded.as_millisecond();
            Ok(tx.put(sql, db::args![cell.0, due.id, later.as_millisecond(), error, now]).await?)
        })
    })
    .await?;
    Ok(false)
}

async fn run_in(tx: &mut Tx<'_>, cell: Cell, now: Moment, due: &Due) -> Result<(), Stop> {
    // Between the claim and now a change may have put the job off, taken it back, or (the claim ran out) another node done
    // it: then it is not ours to do.
    let sql = "DELETE FROM jobs_queue WHERE cell = $1 AND id = $2 AND due_at <= $3";
    if tx.run(sql, db::args![cell.0, due.id, now.recorded.as_millisecond()]).await? == 0 {
        return Ok(());
    }
    let job = capability::job(&due.job).ok_or_else(|| Stop::Defect(format!("no job is called {}", due.job)))?;
    let app = tx.app().clone();
    (job.run)(Tx::new(tx.db(), &app), now, serde_json::from_str(&due.data)?).await
}
