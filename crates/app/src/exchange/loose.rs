//! Files that belong to nothing yet. Each has a row from before it lies in the store until it is attached, so that none is
//! forgotten: not those of a draft nobody returns to, nor those of a form that was refused.

use std::sync::Arc;

use object_store::ObjectStore;
use rules::shared::ids::{FileId, FileThing};
use rules::shared::{Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::photos;
use crate::{App, Stop, Tx};

/// How many files one round removes.
const ROUND: i64 = 200;

/// A file is about to be put into the store.
pub async fn taken(tx: &mut Tx<'_>, at: Moment, id: FileId) -> Result<(), Stop> {
    insert(tx, at, id, false).await
}

async fn insert(tx: &mut Tx<'_>, at: Moment, id: FileId, given_up: bool) -> Result<(), Stop> {
    let sql = "INSERT INTO exchange_loose (cell, id, kept_at, given_up) VALUES ($1, $2, $3, $4)";
    tx.run(sql, db::args![id.cell.0, id.uuid, at.recorded.as_millisecond(), given_up]).await?;
    Ok(())
}

/// The draft that these files belong to was kept again.
pub async fn kept(tx: &mut Tx<'_>, at: Moment, cell: Cell, files: &[FileId]) -> Result<(), Stop> {
    if files.is_empty() {
        return Ok(());
    }
    let mut args = db::args![cell.0, at.recorded.as_millisecond(), false];
    let marks = db::several(&mut args, files.iter().map(|file| file.uuid));
    let sql = format!("UPDATE exchange_loose SET kept_at = $2 WHERE cell = $1 AND given_up = $3 AND id IN ({marks})");
    tx.run(&sql, args).await?;
    Ok(())
}

/// The file belongs to something now.
pub async fn attached(tx: &mut Tx<'_>, id: FileId) -> Result<(), Stop> {
    tx.run("DELETE FROM exchange_loose WHERE cell = $1 AND id = $2", db::args![id.cell.0, id.uuid]).await?;
    Ok(())
}

/// The file belonged to something that has another now.
pub async fn left(tx: &mut Tx<'_>, at: Moment, id: FileId) -> Result<(), Stop> {
    insert(tx, at, id, true).await
}

/// Gives up what nobody has kept since `before`; gives back how many.
pub async fn give_up(tx: &mut Tx<'_>, cell: Cell, before: i64) -> Result<u64, Stop> {
    let sql = "UPDATE exchange_loose SET given_up = $3 WHERE cell = $1 AND given_up = $4 AND kept_at < $2";
    Ok(tx.run(sql, db::args![cell.0, before, true, false]).await?)
}

/// Removes the files that were given up, and their rows. Outside any transaction, because a store may be slow: a crash in
/// between leaves a row for the next round, never a file without one.
pub async fn remove_given_up(app: &App) -> Result<usize, Stop> {
    let files: Arc<dyn ObjectStore> = app.files.clone();
    let mut removed = 0;
    let cells: Vec<Cell> = app.city().all_cells().collect();
    for cell in cells {
        for id in given_up(app, cell).await? {
            photos::remove(&files, id).await?;
            app.write(move |mut tx| Box::pin(async move { attached(&mut tx, id).await })).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

async fn given_up(app: &App, cell: Cell) -> Result<Vec<FileId>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        id: Uuid,
    }
    let rows = app
        .read(move |mut tx| {
            Box::pin(async move {
                let sql =
                    "SELECT id FROM exchange_loose WHERE cell = $1 AND given_up = $2 ORDER BY kept_at, id LIMIT $3";
                Ok(tx.all::<Row>(sql, db::args![cell.0, true, ROUND]).await?)
            })
        })
        .await?;
    Ok(rows.into_iter().map(|row| Id::<FileThing>::new(cell, row.id)).collect())
}
