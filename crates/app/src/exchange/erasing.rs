//! What an erasure takes out of spreadsheets that were brought in and are still looked at.

use rules::shared::ids::ImportId;
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use super::store::{CELLS, sealed_at};
use crate::people::erasing::Marks;
use crate::{Stop, Tx};

/// Takes away the rows that speak of somebody.
pub async fn erase(tx: &mut Tx<'_>, marks: &Marks) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Import {
        cell: i32,
        id: Uuid,
    }
    let sql = "SELECT cell, id FROM exchange_imports WHERE NOT cleared ORDER BY cell, id";
    for import in tx.all::<Import>(sql, db::args![]).await? {
        erase_in(tx, Id::new(Cell(import.cell), import.id), marks).await?;
    }
    Ok(())
}

async fn erase_in(tx: &mut Tx<'_>, id: ImportId, marks: &Marks) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        row: i32,
        cells_sealed: Vec<u8>,
    }
    let Some(key) = tx.find_data_key(id.cell.0, id.uuid).await? else { return Ok(()) };
    let sql = "SELECT row, cells_sealed FROM exchange_import_rows WHERE cell = $1 AND import_id = $2 ORDER BY row";
    for row in tx.all::<Row>(sql, db::args![id.cell.0, id.uuid]).await? {
        let cells = key.unseal(sealed_at(id, CELLS, row.row), &row.cells_sealed).map_err(Stop::from)?;
        if marks.are_in(&cells) {
            let sql = "DELETE FROM exchange_import_rows WHERE cell = $1 AND import_id = $2 AND row = $3";
            tx.run(sql, db::args![id.cell.0, id.uuid, row.row]).await?;
        }
    }
    Ok(())
}
