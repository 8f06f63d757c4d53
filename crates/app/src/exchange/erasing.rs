//! What an erasure takes out of spreadsheets that were brought in and are still looked at.

use rules::shared::ids::ImportId;
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use super::store::{CELLS, name_at, sealed_at, unread_at};
use crate::people::erasing::Marks;
use crate::{Stop, Tx};

/// Takes away the rows that speak of somebody, and the name of a file or of its columns that does.
pub async fn erase(tx: &mut Tx<'_>, marks: &Marks) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Import {
        cell: i32,
        id: Uuid,
        name_sealed: Option<Vec<u8>>,
        unread_sealed: Option<Vec<u8>>,
    }
    let sql = "SELECT cell, id, name_sealed, unread_sealed FROM exchange_imports WHERE NOT cleared ORDER BY cell, id";
    for import in tx.all::<Import>(sql, db::args![]).await? {
        let names = [import.name_sealed, import.unread_sealed];
        erase_in(tx, Id::new(Cell(import.cell), import.id), names, marks).await?;
    }
    Ok(())
}

async fn erase_in(tx: &mut Tx<'_>, id: ImportId, names: [Option<Vec<u8>>; 2], marks: &Marks) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        row: i32,
        cells_sealed: Vec<u8>,
    }
    let Some(key) = tx.find_data_key(id.cell.0, id.uuid).await? else { return Ok(()) };
    for (sealed, at) in names.into_iter().zip([name_at(id), unread_at(id)]) {
        let Some(sealed) = sealed else { continue };
        let column = at.column;
        if marks.are_in(&key.unseal(at, &sealed).map_err(Stop::from)?) {
            let sql = format!("UPDATE exchange_imports SET {column} = NULL WHERE cell = $1 AND id = $2");
            tx.run(&sql, db::args![id.cell.0, id.uuid]).await?;
        }
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
