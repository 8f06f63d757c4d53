//! `helin doctor --repair`: first a plan, then, with `--apply`, what it says. Only what loses nothing is done; the rest is
//! said with what a person does about it.

use anyhow::Result;
use app::city::Settings;
use app::core::Dice;
use app::jobs::notify::Outbox;
use app::{App, matters};
use db::Db;
use jiff::Timestamp;
use rules::shared::ids::MatterId;

use crate::checks::{CHECKS, FOREIGN, Remedy, references};
use crate::doctor::with_now;
use crate::ground::{self, Ground, Outside, Reached, SystemClock, stopped};
use crate::naming::{first, told};

/// Matters whose clocks run while nothing will look at them.
pub struct Unwatched {
    pub app: App,
    found: Vec<(MatterId, Timestamp)>,
}

impl Unwatched {
    pub fn finding(&self) -> Option<String> {
        let matters: Vec<MatterId> = self.found.iter().map(|(id, _)| *id).collect();
        let number = matters.len();
        (number > 0).then(|| {
            format!("{number} × matter whose clock runs while no job waits to look at it: {}", first(&matters))
        })
    }
}

/// An app over a database that nobody is served from.
async fn app(ground: &Ground, db: &Db) -> Result<App> {
    let outside = Outside { clock: Box::new(SystemClock), dice: Dice::system(), notifier: Box::new(Outbox) };
    ground::app(ground, db.clone(), Settings::demo("http://localhost"), Reached::default(), outside).await
}

pub async fn unwatched(ground: &Ground, db: &Db) -> Result<Unwatched> {
    let app = app(ground, db).await?;
    let (at, cells) = (app.now(), app.city().all_cells().collect::<Vec<_>>());
    let mut found = Vec::new();
    for cell in cells {
        let of_cell = app
            .read(move |mut tx| Box::pin(async move { matters::unwatched(&mut tx, cell, at).await }))
            .await
            .map_err(stopped)?;
        found.extend(of_cell);
    }
    Ok(Unwatched { app, found })
}

/// What is wrong, what would be done about it and to how many rows. Changes nothing.
pub async fn plan(ground: &Ground, db: &Db) -> Result<Vec<String>> {
    if !db.pending(app::migrations::STEPS).await?.is_empty() {
        return Ok(vec!["nothing is repaired before `helin migrate`".into()]);
    }
    let mut lines = Vec::new();
    for check in CHECKS {
        let found = told(db, check.finding, check.rows, check.named).await?;
        lines.extend(found.map(|found| planned(&found, check.remedy)));
    }
    for reference in references() {
        let found = told(db, &reference.finding(), &reference.rows(), reference.named).await?;
        lines.extend(found.map(|found| planned(&found, FOREIGN)));
    }
    if let Some(finding) = unwatched(ground, db).await?.finding() {
        lines.push(format!("repair: {finding} — the job is queued for the time at which the clock rings"));
    }
    for wrong in db.integrity().await? {
        lines.push(format!("by hand: {wrong} — stop the program, keep the file, and restore the last backup"));
    }
    for wrong in db.dangling().await? {
        lines.push(format!("by hand: {wrong} — compare with the newest backup"));
    }
    if lines.is_empty() {
        lines.push("there is nothing to repair".into());
    }
    Ok(lines)
}

/// What was found, with what is done about it behind the names.
fn planned(found: &str, remedy: Remedy) -> String {
    match remedy {
        Remedy::Repair { does, .. } => format!("repair: {found} — {does}"),
        Remedy::Ask(what) => format!("by hand: {found} — {what}"),
    }
}

/// Does what the plan calls a repair, and says to how many rows.
pub async fn apply(ground: &Ground, db: &Db) -> Result<Vec<String>> {
    if !db.pending(app::migrations::STEPS).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = Vec::new();
    for check in CHECKS {
        let Remedy::Repair { done, sql, .. } = check.remedy else { continue };
        let args = with_now(sql);
        let changed: Result<u64, db::Error> = db
            .write(move |tx| {
                let args = args.clone();
                Box::pin(async move { tx.run(sql, args).await })
            })
            .await;
        let rows = changed?;
        if rows > 0 {
            lines.push(format!("repaired: {rows} × {}: {done}", check.finding));
        }
    }
    let Unwatched { app, found } = unwatched(ground, db).await?;
    let (at, rows) = (app.now(), found.len());
    app.write(move |mut tx| {
        let found = found.clone();
        Box::pin(async move {
            for (id, due) in found {
                matters::watch(&mut tx, at, id, due).await?;
            }
            Ok(())
        })
    })
    .await
    .map_err(stopped)?;
    if rows > 0 {
        lines.push(format!(
            "repaired: {rows} × matter whose clock ran while no job waited to look at it: the job is queued"
        ));
    }
    Ok(lines)
}
