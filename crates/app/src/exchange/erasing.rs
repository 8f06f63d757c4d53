//! What an erasure takes out of spreadsheets that were brought in and are still looked at.

use rules::shared::ids::ImportId;
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use super::store::{CELLS, name_at, sealed_at};
use crate::people::erasing::Marks;
use crate::{Stop, Tx};

/// Takes away the rows that speak of somebody, and a name of a file that does.
pub async fn erase(tx: &mut Tx<'_>, marks: &Marks) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Import {
        cell: i32,
        id: Uuid,
        name_sealed: Option<Vec<u8>>,
    }
    let sql = "SELECT cell, id, name_sealed FROM exchange_imports WHERE NOT cleared ORDER BY cell, id";
    for import in tx.all::<Import>(sql, db::args![]).await? {
        erase_in(tx, Id::new(Cell(import.cell), import.id), import.name_sealed, marks).await?;
    }
    Ok(())
}

async fn erase_in(tx: &mut Tx<'_>, id: ImportId, name_sealed: Option<Vec<u8>>, marks: &Marks) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        row: i32,
        cells_sealed: Vec<u8>,
    }
    let Some(key) = tx.find_data_key(id.cell.0, id.uuid).await? else { return Ok(()) };
    if let Some(sealed) = name_sealed
        && marks.are_in(&key.unseal(name_at(id), &sealed).map_err(Stop::from)?)
    {
        let sql = "UPDATE exchange_imports SET name_sealed = NULL WHERE cell = $1 AND id = $2";
        tx.run(sql, db::args![id.cell.0, id.uuid]).await?;
    }
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
