//! SQL of what a volunteer told of whom they served, sealed in their record.

use db::At;
use rules::shared::ids::{PersonId, RecordId};
use serde::Deserialize;
use uuid::Uuid;

use super::store::person;
use crate::{Stop, Tx};

/// Where what a volunteer told is sealed.
fn told_at(id: RecordId) -> At<'static> {
    At { table: "service_records", column: "told_sealed", id: id.uuid }
}

/// Seals what a volunteer told under the key of `of`; a person who was erased takes it with them.
pub async fn seal_told(tx: &mut Tx<'_>, id: RecordId, of: PersonId, told: &str, look_wanted: bool) -> Result<(), Stop> {
    let Some(key) = tx.find_data_key(of.cell.0, of.uuid).await? else { return Ok(()) };
    tx.put(
        "UPDATE service_records SET told_sealed = $3, key_cell = $4, key_owner = $5, look_wanted = $6 \
         WHERE cell = $1 AND id = $2",
        db::args![id.cell.0, id.uuid, key.seal(told_at(id), told), of.cell.0, of.uuid, look_wanted],
    )
    .await?;
    Ok(())
}

/// What a volunteer told, and about whom it is sealed. The caller has permitted it and writes the access log.
pub async fn unseal_told(tx: &mut Tx<'_>, id: RecordId) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        told_sealed: Option<Vec<u8>>,
        key_cell: Option<i32>,
        key_owner: Option<Uuid>,
    }
    let sql = "SELECT told_sealed, key_cell, key_owner FROM service_records WHERE cell = $1 AND id = $2";
    let row = tx.one::<Row>(sql, db::args![id.cell.0, id.uuid]).await?.ok_or(Stop::Missing)?;
    let (Some(sealed), Some(of)) = (row.told_sealed, person(row.key_cell, row.key_owner)) else { return Ok(None) };
    let Some(key) = tx.find_data_key(of.cell.0, of.uuid).await? else { return Ok(None) };
    Ok(Some(key.unseal(told_at(id), &sealed).map_err(Stop::from)?))
}
