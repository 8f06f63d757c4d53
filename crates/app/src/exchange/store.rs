//! SQL of imports and their rows.

use db::At;
use db::dialect::for_update;
use kit::spreadsheets::Cell as SheetCell;
use rules::shared::ids::{ImportId, PersonId};
use rules::shared::{Cell, Id, Moment};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::intake::{Noted, Problem};
use crate::{Stop, Tx};

/// An import, as its pages see it.
#[derive(Clone, Debug, Deserialize)]
pub struct ImportRow {
    cell: i32,
    id: Uuid,
    pub intake: String,
    person_cell: Option<i32>,
    person_id: Option<Uuid>,
    pub state: String,
    columns: String,
    pub rows_total: i32,
    pub hidden: i32,
    pub further: i32,
    pub added: i32,
    pub same: i32,
    pub refused: i32,
    pub asked: i32,
    pub repeated: i32,
    pub entered_to: Option<i32>,
    pub created_at: i64,
    pub ended_at: Option<i64>,
    pub cleared: bool,
    name_sealed: Option<Vec<u8>>,
    unread_sealed: Option<Vec<u8>>,
}

impl ImportRow {
    pub fn id(&self) -> ImportId {
        Id::new(Cell(self.cell), self.id)
    }

    /// Who brings it in; nobody for the command line.
    pub fn person(&self) -> Option<PersonId> {
        Some(Id::new(Cell(self.person_cell?), self.person_id?))
    }

    /// The columns of the file by our names; empty for one that nobody knows.
    pub fn columns(&self) -> Result<Vec<String>, Stop> {
        Ok(serde_json::from_str(&self.columns)?)
    }
}

const SELECT: &str = "SELECT cell, id, intake, person_cell, person_id, state, columns, rows_total, hidden, further, \
                      added, same, refused, asked, repeated, entered_to, created_at, ended_at, cleared, name_sealed, unread_sealed \
                      FROM exchange_imports";

pub async fn import(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<ImportRow>, Stop> {
    let sql = format!("{SELECT} WHERE cell = $1 AND id = $2");
    Ok(tx.one::<ImportRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The import, held until the transaction ends: a batch and a cancellation wait for one another.
pub async fn hold(tx: &mut Tx<'_>, id: ImportId) -> Result<Option<ImportRow>, Stop> {
    let sql = format!("{SELECT} WHERE cell = $1 AND id = $2 {}", for_update(tx.engine()));
    Ok(tx.one::<ImportRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// What somebody brought in lately, newest first.
pub async fn of_person(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<ImportRow>, Stop> {
    let sql = format!(
        "{SELECT} WHERE person_cell = $1 AND person_id = $2 AND state <> 'reading' ORDER BY created_at DESC, id DESC LIMIT $3"
    );
    Ok(tx.all::<ImportRow>(&sql, db::args![person.cell.0, person.uuid, limit]).await?)
}

/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// Where the name of a file is sealed for.
pub(super) const fn name_at(id: ImportId) -> At<'static> {
    At { table: "exchange_imports", column: "name_sealed", id: id.uuid }
}

/// Keeps what the file is called by whoever brings it in.
pub async fn put_name(tx: &mut Tx<'_>, id: ImportId, name: &str) -> Result<(), Stop> {
    // Some browsers send the folders before it.
    let name: String = name.rsplit(['/', '\\']).next().unwrap_or_default().trim().chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        return Ok(());
    }
    let sealed = tx.data_key(id.cell.0, id.uuid).await?.seal(name_at(id), &name);
    let sql = "UPDATE exchange_imports SET name_sealed = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, sealed]).await?;
    Ok(())
}

/// What the file is called; empty when it has no name, or no key any more.
pub async fn name(tx: &mut Tx<'_>, row: &ImportRow) -> Result<String, Stop> {
    let Some(sealed) = &row.name_sealed else { return Ok(String::new()) };
    let id = row.id();
    let Some(key) = tx.find_data_key(id.cell.0, id.uuid).await? else { return Ok(String::new()) };
    key.unseal(name_at(id), sealed).map_err(Stop::from)
}

/// Where the names of the columns that were not read are sealed for.
pub(super) const fn unread_at(id: ImportId) -> At<'static> {
    At { table: "exchange_imports", column: "unread_sealed", id: id.uuid }
}

/// The names of the columns that were not read; none any more once the key is gone.
pub async fn unread(tx: &mut Tx<'_>, row: &ImportRow) -> Result<Vec<String>, Stop> {
    let Some(sealed) = &row.unread_sealed else { return Ok(Vec::new()) };
    let id = row.id();
    let Some(key) = tx.find_data_key(id.cell.0, id.uuid).await? else { return Ok(Vec::new()) };
    Ok(serde_json::from_str(&key.unseal(unread_at(id), sealed).map_err(Stop::from)?)?)
}

/// Everything a new import holds beside its rows.
pub struct NewImport<'a> {
    pub id: ImportId,
    pub intake: &'a str,
    pub person: Option<PersonId>,
    pub columns: &'a [String],
    /// The names of those that nobody knows.
    pub unread: &'a [String],
    pub rows: usize,
    pub hidden: usize,
    pub further: usize,
}

pub async fn insert(tx: &mut Tx<'_>, at: Moment, new: NewImport<'_>) -> Result<(), Stop> {
    let count = |n: usize| i32::try_from(n).map_err(Stop::defect);
    tx.create_data_key(new.id.cell.0, new.id.uuid, at.recorded.as_millisecond()).await?;
    let unread = match new.unread {
        [] => None,
        names => {
            let key = tx.data_key(new.id.cell.0, new.id.uuid).await?;
            Some(key.seal(unread_at(new.id), &serde_json::to_string(names)?))
        }
    };
    tx.put(
        "INSERT INTO exchange_imports (cell, id, intake, person_cell, person_id, state, columns, rows_total, hidden, \
         further, added, same, refused, created_at, cleared, unread_sealed) \
         VALUES ($1, $2, $3, $4, $5, 'reading', $6, $7, $8, $9, 0, 0, 0, $10, $11, $12)",
        db::args![
            new.id.cell.0,
            new.id.uuid,
            new.intake,
            new.person.map(|p| p.cell.0),
            new.person.map(|p| p.uuid),
            serde_json::to_string(new.columns)?,
            count(new.rows)?,
            count(new.hidden)?,
            count(new.further)?,
            at.recorded.as_millisecond(),
            false,
            unread
        ],
    )
    .await?;
    Ok(())
}

/// Each row is sealed for its own place: the import's id with the row's number in it.
pub(super) fn sealed_at(id: ImportId, column: &'static str, row: i32) -> At<'static> {
    let place = id.uuid.as_u128() ^ u128::from(row.unsigned_abs());
    At { table: "exchange_import_rows", column, id: Uuid::from_u128(place) }
}

pub(super) const CELLS: &str = "cells_sealed";
const PROBLEM: &str = "problem_sealed";

/// Keeps rows of a file: their numbers and their cells as JSON.
pub async fn put_rows(tx: &mut Tx<'_>, id: ImportId, rows: &[(i32, String)]) -> Result<(), Stop> {
    let key = tx.data_key(id.cell.0, id.uuid).await?;
    let sql = "INSERT INTO exchange_import_rows (cell, import_id, row, state, cells_sealed) \
               VALUES ($1, $2, $3, 'waiting', $4)";
    for (row, cells) in rows {
        let sealed = key.seal(sealed_at(id, CELLS, *row), cells);
        tx.put(sql, db::args![id.cell.0, id.uuid, *row, sealed]).await?;
    }
    Ok(())
}

/// A row of a file as it is kept.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    pub cells: Vec<SheetCell>,
    /// Rows before it that may be of the same.
    pub before: Vec<i32>,
}

impl Kept {
    /// An older program kept the cells alone.
    fn read(text: &str) -> Result<Kept, serde_json::Error> {
        serde_json::from_str(text)
            .or_else(|_| serde_json::from_str(text).map(|cells| Kept { cells, before: Vec::new() }))
    }
}

/// What became of a row: why it was refused, or what is to be known of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fate {
    pub problem: Option<Problem>,
    pub noted: Noted,
}

impl Fate {
    /// An older program kept the problem alone.
    fn read(text: &str) -> Result<Fate, serde_json::Error> {
        serde_json::from_str(text)
            .or_else(|_| serde_json::from_str(text).map(|problem| Fate { problem: Some(problem), ..Fate::default() }))
    }
}

/// A row of a file, opened.
pub struct OpenRow {
    pub row: i32,
    pub state: String,
    pub kept: Kept,
    pub problem: Option<Problem>,
    pub noted: Noted,
}

#[derive(Deserialize)]
struct SealedRow {
    row: i32,
    state: String,
    cells_sealed: Vec<u8>,
    problem_sealed: Option<Vec<u8>>,
}

const ROWS: &str = "SELECT row, state, cells_sealed, problem_sealed FROM exchange_import_rows \
                    WHERE cell = $1 AND import_id = $2";

/// The first rows in one of these states after a row, in the order of the file.
pub async fn rows_after(
    tx: &mut Tx<'_>,
    id: ImportId,
    states: &[&str],
    (after, limit): (i32, i64),
) -> Result<Vec<OpenRow>, Stop> {
    let mut args = db::args![id.cell.0, id.uuid, after, limit];
    let marks = db::several(&mut args, states.iter().copied());
    let sql = format!("{ROWS} AND row > $3 AND state IN ({marks}) ORDER BY row LIMIT $4");
    let found = tx.all::<SealedRow>(&sql, args).await?;
    opened(tx, id, found).await
}

/// The first rows that were refused, in the order of the file.
pub async fn refused(tx: &mut Tx<'_>, id: ImportId, limit: i64) -> Result<Vec<OpenRow>, Stop> {
    rows_after(tx, id, &["refused"], (i32::MIN, limit)).await
}

/// A row by its number.
pub async fn row(tx: &mut Tx<'_>, id: ImportId, row: i32) -> Result<Option<OpenRow>, Stop> {
    let found = tx.all::<SealedRow>(&format!("{ROWS} AND row = $3"), db::args![id.cell.0, id.uuid, row]).await?;
    Ok(opened(tx, id, found).await?.pop())
}

async fn opened(tx: &mut Tx<'_>, id: ImportId, found: Vec<SealedRow>) -> Result<Vec<OpenRow>, Stop> {
    let Some(key) = tx.find_data_key(id.cell.0, id.uuid).await? else { return Ok(Vec::new()) };
    let open = |found: SealedRow| {
        let at = |column| sealed_at(id, column, found.row);
        let Fate { problem, noted } = match &found.problem_sealed {
            Some(sealed) => Fate::read(&key.unseal(at(PROBLEM), sealed).map_err(Stop::from)?)?,
            None => Fate::default(),
        };
        let kept = Kept::read(&key.unseal(at(CELLS), &found.cells_sealed).map_err(Stop::from)?)?;
        Ok(OpenRow { row: found.row, state: found.state, kept, problem, noted })
    };
    found.into_iter().map(open).collect()
}

/// Notes what became of a row.
pub async fn put_state(tx: &mut Tx<'_>, id: ImportId, row: i32, state: &str, fate: &Fate) -> Result<(), Stop> {
    let sealed = if *fate == Fate::default() {
        None
    } else {
        let key = tx.data_key(id.cell.0, id.uuid).await?;
        Some(key.seal(sealed_at(id, PROBLEM, row), &serde_json::to_string(fate)?))
    };
    let sql = "UPDATE exchange_import_rows SET state = $4, problem_sealed = $5 \
               WHERE cell = $1 AND import_id = $2 AND row = $3";
    tx.put(sql, db::args![id.cell.0, id.uuid, row, state, sealed]).await?;
    Ok(())
}

/// How many rows are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub waiting: i32,
    pub new: i32,
    pub added: i32,
    /// Of the new or added those in which somebody is asked first.
    pub asked: i32,
    pub same: i32,
    /// Rows that repeat one before them.
    pub repeated: i32,
    pub refused: i32,
    /// The last row that was entered, as the file numbers it.
    pub entered_to: Option<i32>,
}

pub async fn counts(tx: &mut Tx<'_>, id: ImportId) -> Result<Counts, Stop> {
    #[derive(Deserialize)]
    struct Row {
        state: String,
        n: i64,
        last: i32,
    }
    let sql = "SELECT state, COUNT(*) AS n, MAX(row) AS last FROM exchange_import_rows WHERE cell = $1 AND import_id = $2 GROUP BY state";
    let mut counts = Counts::default();
    for row in tx.all::<Row>(sql, db::args![id.cell.0, id.uuid]).await? {
        let n = i32::try_from(row.n).map_err(Stop::defect)?;
        match row.state.as_str() {
            "new" => counts.new += n,
            "ask" => (counts.new, counts.asked) = (counts.new + n, counts.asked + n),
            "added" => counts.added += n,
            "repeated" => counts.repeated = n,
            "asked" => (counts.added, counts.asked) = (counts.added + n, counts.asked + n),
            "same" => counts.same = n,
            "refused" => counts.refused = n,
            _ => counts.waiting = n,
        }
        if ["added", "asked"].contains(&row.state.as_str()) {
            counts.entered_to = counts.entered_to.max(Some(row.last));
        }
    }
    Ok(counts)
}

/// Goes on from one state to another; false when it was not in the first.
pub async fn go(tx: &mut Tx<'_>, id: ImportId, from: &str, to: &str) -> Result<bool, Stop> {
    let sql = "UPDATE exchange_imports SET state = $4 WHERE cell = $1 AND id = $2 AND state = $3";
    Ok(tx.run(sql, db::args![id.cell.0, id.uuid, from, to]).await? == 1)
}

pub async fn end(tx: &mut Tx<'_>, at: Moment, id: ImportId, state: &str, counts: Counts) -> Result<(), Stop> {
    let sql = "UPDATE exchange_imports SET state = $3, ended_at = $4, added = $5, same = $6, refused = $7, asked = $8, \
               repeated = $9, entered_to = $10 WHERE cell = $1 AND id = $2";
    let Counts { added, same, refused, asked, repeated, entered_to, .. } = counts;
    let ended_at = at.recorded.as_millisecond();
    let args = db::args![id.cell.0, id.uuid, state, ended_at, added, same, refused, asked, repeated, entered_to];
    tx.put(sql, args).await?;
    Ok(())
}

/// Destroys the key of the rows, and takes the rows away.
pub async fn clear(tx: &mut Tx<'_>, at: Moment, id: ImportId) -> Result<(), Stop> {
    tx.destroy_data_key(id.cell.0, id.uuid, at.recorded.as_millisecond()).await?;
    tx.put("DELETE FROM exchange_import_rows WHERE cell = $1 AND import_id = $2", db::args![id.cell.0, id.uuid])
        .await?;
    let sql = "UPDATE exchange_imports SET cleared = $3, name_sealed = NULL, unread_sealed = NULL WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, true]).await?;
    Ok(())
}
