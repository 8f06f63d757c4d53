//! `helin doctor`: is what is kept still sound? Each finding is one line; any finding means exit code 1.

use std::process::ExitCode;

use anyhow::Result;
use app::App;
use app::city::{City, Settings};
use clap::Args;
use db::Db;
use rules::matters::Kinds;

use crate::calendar;
use crate::checks::{CHECKS, references};
use crate::ground::{self, Ground, system_now};
use crate::naming::{counted, told};
use crate::repair;

#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    ground: Ground,
    /// Says for each finding what would be repaired, and what a person must decide. Changes nothing.
    #[arg(long)]
    repair: bool,
    /// Does what the plan says.
    #[arg(long, requires = "repair")]
    apply: bool,
}

impl Doctor {
    pub async fn run(self) -> Result<ExitCode> {
        let db = self.ground.open_existing().await?;
        if self.repair {
            for line in repair::plan(&self.ground, &db).await? {
                println!("{line}");
            }
        }
        if self.apply {
            for line in repair::apply(&self.ground, &db).await? {
                println!("{line}");
            }
        }
        let (mut findings, app) = looked_over(&self.ground, &db).await?;
        findings.extend(owed(&self.ground, &db, app.as_ref()).await?);
        let held = match db.pending(app::migrations::STEPS).await?.is_empty() {
            true => held(&db).await,
            // Nothing but that was looked at.
            false => Ok(Vec::new()),
        };
        // A damaged file may not even be counted, which is told by what was found.
        let held = if findings.is_empty() { held? } else { held.unwrap_or_default() };
        db.close().await;
        for finding in &findings {
            println!("{finding}");
        }
        println!("{}", verdict(findings.len(), &held));
        Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The last line: content or not, with an empty city too, it says what was looked at. `held` is empty where nothing was.
fn verdict(findings: usize, held: &[String]) -> String {
    let looked_at = format!("{} checks and {} references", CHECKS.len(), references().count());
    let (found, held) = (counted(findings, "finding", "findings"), held.join(", "));
    match findings {
        0 => format!("the doctor is content: {looked_at} hold over {held}"),
        _ if held.is_empty() => found,
        _ => format!("{found}; looked at: {looked_at} over {held}"),
    }
}

/// How much of what there is.
async fn held(db: &Db) -> Result<Vec<String>> {
    let mut held = Vec::new();
    for (table, one, many) in [
        ("places_places", "place", "places"),
        ("people_people", "person", "people"),
        ("matters_matters", "matter", "matters"),
        ("dispatch_tasks", "task", "tasks"),
        ("service_records", "record of service", "records of service"),
    ] {
        let rows = count(db, &format!("SELECT COUNT(*) FROM {table}")).await?;
        held.push(counted(rows, one, many));
    }
    Ok(held)
}

/// Everything that is wrong with a city: its database, the files beside it, and the clocks that nobody looks at. One line each.
pub async fn sound(ground: &Ground, db: &Db) -> Result<Vec<String>> {
    Ok(looked_over(ground, db).await?.0)
}

/// The same, with the app over it where one can be put together.
async fn looked_over(ground: &Ground, db: &Db) -> Result<(Vec<String>, Option<App>)> {
    let mut findings = beside(ground, db).await;
    // Clocks are read by the kinds.
    let kinds_are_good = findings.is_empty();
    findings.extend(ground.strays()?);
    findings.extend(look(db).await?);
    if !kinds_are_good || !db.pending(app::migrations::STEPS).await?.is_empty() {
        return Ok((findings, None));
    }
    let unwatched = repair::unwatched(ground, db).await?;
    findings.extend(unwatched.finding());
    Ok((findings, Some(unwatched.app)))
}

/// What somebody has yet to enter for a city that is sound: who answers for personal information, and the calendar of the next
/// year. A backup is none the worse for it.
async fn owed(ground: &Ground, db: &Db, app: Option<&App>) -> Result<Vec<String>> {
    if ground.kinds().is_err() || !db.pending(app::migrations::STEPS).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut findings: Vec<String> = unanswered(ground, db).await?.into_iter().collect();
    // The calendar of a demo is invented with it.
    if let (Some(app), false) = (app, sim::is_demo(db).await?) {
        findings.extend(calendar::findings(app).await?);
    }
    Ok(findings)
}

/// The counties for whose personal information nobody is named to answer: every form has to name somebody
/// (个人信息保护法 第十七条).
async fn unanswered(ground: &Ground, db: &Db) -> Result<Option<String>> {
    let city = ground::load(db, Settings::demo("http://localhost"), ground.kinds()?).await?;
    let data_handlers = db.read(|tx| Box::pin(async move { app::city::data_handlers(tx).await })).await;
    let data_handlers = data_handlers.map_err(|stop: app::Stop| anyhow::anyhow!("{stop:?}"))?;
    let codes = city.unanswered(&data_handlers, city.calendar.date(system_now()));
    Ok((!codes.is_empty()).then(|| {
        format!(
            "nobody is named to answer for personal information in {}: an administrator enters it at /data-handlers",
            codes.join(", ")
        )
    }))
}

/// What is wrong with the files beside the data: kinds, those that matters need and that are not there, and what the city sets
/// for dispatch, for reviews, for signing in and for messages. All of it at once, whatever else is wrong.
async fn beside(ground: &Ground, db: &Db) -> Vec<String> {
    let kinds = ground.kinds();
    let usable = kinds.as_ref().ok();
    // A schema that is behind has neither counties nor matters to look at; that is found elsewhere.
    let all = usable.cloned().unwrap_or_else(Kinds::embedded);
    let city = ground::load(db, Settings::demo("http://localhost"), all).await.ok();
    let counties = city.as_ref().map(City::counties).unwrap_or_default();
    let wrong = ground.own(usable, &counties).err().unwrap_or_default();
    let wrong = kinds.as_ref().err().into_iter().chain(&wrong);
    let mut findings: Vec<String> = wrong.map(|error| format!("{error:#}")).collect();
    if let Some(kinds) = usable {
        findings.extend(ground::unreadable(db, kinds.clone()).await.unwrap_or_default());
    }
    findings
}

/// Everything that is wrong with this database, one line each.
pub async fn look(db: &Db) -> Result<Vec<String>> {
    let pending = db.pending(app::migrations::STEPS).await?;
    if !pending.is_empty() {
        // The other checks ask for columns that are not there yet.
        return Ok(vec![ground::lacking(&pending)]);
    }
    let mut findings = db.integrity().await?;
    if !findings.is_empty() {
        findings.push(ground::DAMAGED.to_owned());
    }
    findings.extend(db.dangling().await?);
    for check in CHECKS {
        findings.extend(told(db, check.finding, check.rows, check.named).await?);
    }
    for reference in references() {
        findings.extend(told(db, &reference.finding(), &reference.rows(), reference.named).await?);
    }
    Ok(findings)
}

/// Counts by a statement that may ask for the time.
pub async fn count(db: &Db, sql: &str) -> Result<i64> {
    let (sql, args) = (sql.to_owned(), with_now(sql));
    let counted: Result<i64, db::Error> =
        db.read(move |tx| Box::pin(async move { tx.scalar_i64(&sql, args).await })).await;
    Ok(counted?)
}

/// The arguments of a statement that may ask for the time.
pub fn with_now(sql: &str) -> Vec<db::Value> {
    if sql.contains("$1") { db::args![system_now().as_millisecond()] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use db::db_test;

    use super::*;

    db_test!(what_the_doctor_is_content_with_is_said, app::migrations::STEPS, |db| async move {
        let said = verdict(0, &held(&db).await.expect("counts"));
        assert!(said.starts_with("the doctor is content: "), "{said}");
        assert!(said.ends_with("hold over 0 places, 0 people, 0 matters, 0 tasks, 0 records of service"), "{said}");
        let said = verdict(1, &held(&db).await.expect("counts"));
        assert!(said.starts_with("1 finding; looked at: ") && said.contains(" checks and "), "{said}");
        assert!(said.ends_with("over 0 places, 0 people, 0 matters, 0 tasks, 0 records of service"), "{said}");
        assert_eq!((verdict(1, &[]), verdict(2, &[])), ("1 finding".into(), "2 findings".into()));
    });
}
