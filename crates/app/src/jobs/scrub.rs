//! The night after somebody was erased: the files of the database forget what was deleted in them.

use jiff::{SignedDuration, ToSpan};
use rules::shared::{Cell, Moment};

use crate::{App, Stop, Tx};

const DUE: &str = "jobs.scrub_due";
/// When of the night, in local time: writes wait while it lasts.
const HOUR: i8 = 3;
/// A long read was in the way: not again at once.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Asks for it, in the transaction of the erasure.
pub async fn later(tx: &mut Tx<'_>, at: Moment) -> Result<(), Stop> {
    let city = tx.city();
    let night = city.calendar.date(at.recorded).checked_add(1.day()).map_err(Stop::defect)?.at(HOUR, 0, 0, 0);
    let due = night.to_zoned_datetime(city.settings.zone.clone()).map_err(Stop::defect)?.timestamp();
    put(tx, at, due.as_millisecond()).await
}

async fn put(tx: &mut Tx<'_>, at: Moment, due: i64) -> Result<(), Stop> {
    let sql = "INSERT INTO audit_settings (cell, name, value, changed_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (cell, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at";
    tx.put(sql, db::args![Cell::ROOT.0, DUE, due.to_string(), at.recorded.as_millisecond()]).await?;
    Ok(())
}

/// Does it when its time has come; true when it was done. Outside any transaction, for it rewrites the files.
pub async fn if_due(app: &App) -> Result<bool, Stop> {
    #[derive(serde::Deserialize)]
    struct Row {
        value: String,
    }
    let asked = app.read(|mut tx| {
        Box::pin(async move {
            let sql = "SELECT value FROM audit_settings WHERE cell = $1 AND name = $2";
            Ok(tx.one::<Row>(sql, db::args![Cell::ROOT.0, DUE]).await?)
        })
    });
    let Some(Row { value }) = asked.await? else { return Ok(false) };
    let now = app.now();
    if value.parse::<i64>().map_err(Stop::defect)? > now.recorded.as_millisecond() {
        return Ok(false);
    }
    if let Err(error) = app.db.scrub().await {
        let due = (now.recorded + AGAIN).as_millisecond();
        app.write(move |mut tx| Box::pin(async move { put(&mut tx, now, due).await })).await?;
        return Err(error.into());
    }
    // Who was erased meanwhile has asked for the next night.
    app.write(move |mut tx| {
        let value = value.clone();
        Box::pin(async move {
            let sql = "DELETE FROM audit_settings WHERE cell = $1 AND name = $2 AND value = $3";
            tx.put(sql, db::args![Cell::ROOT.0, DUE, value]).await?;
            Ok(())
        })
    })
    .await?;
    Ok(true)
}
