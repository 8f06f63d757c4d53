//! SQL of appeals. What a list says of one is a column of its review: [`super::reviews::ReviewRow`].

use db::At;
use rules::service::appeal::AppealState;
use rules::service::{Confirmation, ServiceRecord};
use rules::shared::ids::RecordId;
use rules::shared::{Actor, Cell, Moment};

use super::records::{self, RecordRow};
use super::reviews::{ReviewRow, SELECT, unsealed};
use crate::{Stop, Tx};

fn words_at(record: RecordId) -> At<'static> {
    At { table: "service_appeals", column: "words_sealed", id: record.uuid }
}

/// Keeps an appeal against what was found, with what the volunteer says sealed under their key; false when there is one.
pub async fn insert(tx: &mut Tx<'_>, who: &Actor, at: Moment, row: &ReviewRow, words: &str) -> Result<bool, Stop> {
    let found_at = row.decided_at.ok_or_else(|| Stop::defect("an appeal against what nobody has decided"))?;
    let by = who.person.ok_or_else(|| Stop::refused("needs-a-person"))?;
    let key = tx.find_data_key(row.person_cell, row.person_id).await?;
    let sql = "INSERT INTO service_appeals (cell, record_id, found_at, place_path, person_cell, person_id, state, asked_at, \
               asked_cell, asked_by, words_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
               ON CONFLICT (cell, record_id, found_at) DO NOTHING";
    let args = db::args![
        row.cell,
        row.record_id,
        found_at,
        row.place_path.as_str(),
        row.person_cell,
        row.person_id,
        AppealState::Waiting.key(),
        at.recorded.as_millisecond(),
        by.cell.0,
        by.uuid,
        key.map(|key| key.seal(words_at(row.record()), words))
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// What the volunteer says against it. The caller has permitted it and writes the access log.
pub async fn words(tx: &mut Tx<'_>, row: &ReviewRow) -> Result<Option<String>, Stop> {
    let sql = "SELECT words_sealed FROM service_appeals WHERE cell = $1 AND record_id = $2 AND found_at = $3";
    unsealed(tx, row, words_at(row.record()), (sql, db::args![row.cell, row.record_id, row.decided_at])).await
}

/// The appeals of a part of the tree that wait, the longest waiting first; or else the last that were decided.
pub async fn within(
    tx: &mut Tx<'_>,
    cell: Cell,
    within: &str,
    (waiting, limit): (bool, i64),
) -> Result<Vec<ReviewRow>, Stop> {
    let (state, order) = if waiting { ("= 'waiting'", "a.asked_at") } else { ("<> 'waiting'", "a.decided_at DESC") };
    let sql = format!(
        "{SELECT} WHERE a.cell = $1 AND a.state {state} AND a.place_path >= $2 AND a.place_path < $3 \
         ORDER BY {order}, a.record_id LIMIT $4"
    );
    Ok(tx.all::<ReviewRow>(&sql, db::args![cell.0, within, format!("{within}~"), limit]).await?)
}

/// Notes what was decided; false when it was decided meanwhile.
pub async fn decide(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &ReviewRow,
    (state, reason): (AppealState, &str),
) -> Result<bool, Stop> {
    let sql = "UPDATE service_appeals SET state = $4, decided_at = $5, decided_cell = $6, decided_by = $7, reason = $8 \
               WHERE cell = $1 AND record_id = $2 AND found_at = $3 AND state = 'waiting'";
    let args = db::args![
        row.cell,
        row.record_id,
        row.decided_at,
        state.key(),
        at.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid),
        reason
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// A finding that was overturned counts as a review that cleared its record; false when it is none any more.
pub async fn clear(tx: &mut Tx<'_>, row: &ReviewRow) -> Result<bool, Stop> {
    let sql = "UPDATE service_reviews SET state = 'cleared' WHERE cell = $1 AND record_id = $2 AND state = 'upheld'";
    Ok(tx.run(sql, db::args![row.cell, row.record_id]).await? == 1)
}

/// Saves a record that is no longer void, with the confirmation that it had before; why it was void is gone with that.
///
/// # Errors
/// A conflict when somebody else changed it first.
pub async fn restore(
    tx: &mut Tx<'_>,
    row: &RecordRow,
    record: &ServiceRecord,
    confirmation: Option<&Confirmation>,
) -> Result<(), Stop> {
    records::update(tx, row, record, confirmation, None).await?;
    let sql = "UPDATE service_records SET reason = NULL WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![row.cell, row.id]).await?;
    Ok(())
}
