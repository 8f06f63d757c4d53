//! `helin doctor`: is what is kept still sound? Each finding is one line; any finding means exit code 1.

use std::process::ExitCode;

use anyhow::Result;
use app::city::{City, Settings};
use clap::Args;
use db::Db;

use crate::checks::{CHECKS, REFERENCES, Reference};
use crate::ground::{self, Ground};

#[derive(Args)]
pub struct Doctor {
    #[command(flatten)]
    ground: Ground,
}

impl Doctor {
    pub async fn run(self) -> Result<ExitCode> {
        let db = self.ground.open(true).await?;
        let mut findings = Vec::new();
        findings.extend(self.beside(&db).await.err().map(|problems| format!("{problems:#}")));
        findings.extend(look(&db).await?);
        db.close().await;
        for finding in &findings {
            println!("{finding}");
        }
        if findings.is_empty() {
            println!("the doctor is content");
            return Ok(ExitCode::SUCCESS);
        }
        println!("{} findings", findings.len());
        Ok(ExitCode::FAILURE)
    }
}

impl Doctor {
    /// The files beside the data: kinds, and what the city sets for dispatch.
    async fn beside(&self, db: &Db) -> Result<()> {
        let kinds = self.ground.kinds()?;
        // A schema that is behind has no counties to look at; that is found below.
        let city = ground::load(db, Settings::demo("http://localhost"), kinds.clone()).await.ok();
        let counties = city.as_ref().map(City::counties).unwrap_or_default();
        self.ground.dispatch(&kinds, &counties).map(|_| ())
    }
}

/// Everything that is wrong with this database, one line each.
pub async fn look(db: &Db) -> Result<Vec<String>> {
    let pending = db.pending(app::migrations::STEPS).await?;
    if !pending.is_empty() {
        // The other checks ask for columns that are not there yet.
        return Ok(vec![format!("the schema lacks {}: run `helin migrate`", pending.join(", "))]);
    }
    let mut findings = db.integrity().await?;
    for check in CHECKS {
        let count = count(db, check.sql).await?;
        if count > 0 {
            findings.push(format!("{count} × {}", check.finding));
        }
    }
    for reference in REFERENCES {
        let count = count(db, &reference.sql()).await?;
        if count > 0 {
            let Reference { table, cell, id, target } = reference;
            findings.push(format!("{count} × {table} ({cell}, {id}) names nothing in {target}"));
        }
    }
    Ok(findings)
}

async fn count(db: &Db, sql: &str) -> Result<i64> {
    let sql = sql.to_owned();
    let counted: Result<i64, db::Error> =
        db.read(move |tx| Box::pin(async move { tx.scalar_i64(&sql, db::args![]).await })).await;
    Ok(counted?)
}
