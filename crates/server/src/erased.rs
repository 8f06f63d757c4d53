//! `helin erased`: who was erased, for the list that lies beside the backups; and, after a restore, who of such a list came
//! back and has to be erased again.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use db::{Db, args};
use jiff::Timestamp;
use jiff::tz::Offset;
use rules::shared::Cell;
use rules::shared::ids::PersonId;
use serde::Deserialize;
use uuid::Uuid;

use crate::ground::Ground;

#[derive(Args)]
pub struct Erased {
    #[command(flatten)]
    ground: Ground,
    /// A list that this command printed before the restore: names those of it who are there again, and where to erase them.
    #[arg(long, value_name = "LIST")]
    again: Option<PathBuf>,
}

impl Erased {
    pub async fn run(self) -> Result<ExitCode> {
        let db = self.ground.open_existing().await?;
        let Some(list) = self.again else {
            for line in lines(&db).await? {
                println!("{line}");
            }
            db.close().await;
            return Ok(ExitCode::SUCCESS);
        };
        let text = std::fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
        let back = again(&db, &text).await.with_context(|| format!("{} cannot be used", list.display()))?;
        db.close().await;
        for line in &back {
            println!("{line}");
        }
        if back.is_empty() {
            println!("nobody of this list is there any more");
            return Ok(ExitCode::SUCCESS);
        }
        println!(
            "{} to be erased again: an administrator opens each of these pages, then this is run once more",
            back.len()
        );
        Ok(ExitCode::FAILURE)
    }
}

#[derive(Deserialize)]
struct Row {
    cell: i32,
    id: Uuid,
    erased_at: Option<i64>,
}

async fn rows(db: &Db, which: &str, with: Vec<db::Value>) -> Result<Vec<Row>> {
    let sql = format!("SELECT cell, id, erased_at FROM people_people WHERE {which} ORDER BY erased_at, cell, id");
    let found: Result<Vec<Row>, db::Error> = db.read(move |tx| Box::pin(async move { tx.all(&sql, with).await })).await;
    Ok(found?)
}

/// Everybody who was erased: id and time, one a line, the earliest first.
pub async fn lines(db: &Db) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for Row { cell, id, erased_at } in rows(db, "erased_at IS NOT NULL", args![]).await? {
        let at = Timestamp::from_millisecond(erased_at.unwrap_or_default())?.display_with_offset(Offset::constant(8));
        lines.push(format!("{} {at}", PersonId::new(Cell(cell), id)));
    }
    Ok(lines)
}

/// Those of a list who are there and not erased, with the page on which they are. Who registered after the backup was made
/// did not come back, and is passed over.
pub async fn again(db: &Db, list: &str) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for (at, line) in list.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let (id, when) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let person: PersonId = id.parse().ok().with_context(|| {
            format!("line {} does not begin with the id of a person (per_…), as in what `helin erased` prints", at + 1)
        })?;
        let found = rows(db, "cell = $1 AND id = $2 AND erased_at IS NULL", args![person.cell.0, person.uuid]).await?;
        if !found.is_empty() {
            lines.push(format!("/people/{person}/erase  (was erased {when})"));
        }
    }
    Ok(lines)
}
