//! What an erasure takes out of the matters of a person: their words, photos and notes, and what was written about them.
//! That there was a matter, of which kind, when, and how it ended stays, and is counted.

use rules::matters::Matter;
use rules::matters::kind::Visibility;
use rules::shared::ids::{FileId, MatterId, PersonId};
use rules::shared::{Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::{kind_of, replies};
use crate::exchange::loose;
use crate::people::erasing::Marks;
use crate::{Stop, Tx, audit};

/// What staff write down in the course of a matter.
const WORDS: [&str; 7] = ["text", "result", "reason", "said", "heard", "basis", "owner"];

/// Open matters that they raised or that are about them, and open ones of others that they are answerable for.
pub async fn open_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(i64, i64), Stop> {
    let args = || db::args![person.cell.0, person.uuid];
    let own = "SELECT COUNT(*) FROM matters_matters WHERE phase <> 'closed' AND ((reporter_cell = $1 AND reporter_id = $2) \
               OR (subject_cell = $1 AND subject_id = $2))";
    let handled =
        "SELECT COUNT(*) FROM matters_matters WHERE phase <> 'closed' AND handler_cell = $1 AND handler_id = $2";
    Ok((tx.scalar_i64(own, args()).await?, tx.scalar_i64(handled, args()).await?))
}

#[derive(Deserialize)]
struct Row {
    cell: i32,
    id: Uuid,
    kind: String,
    state: String,
}

/// Erases what is theirs in their matters; gives back which these are.
pub async fn erase(tx: &mut Tx<'_>, at: Moment, person: PersonId, marks: &Marks) -> Result<Vec<MatterId>, Stop> {
    let sql = "SELECT cell, id, kind, state FROM matters_matters WHERE key_cell = $1 AND key_owner = $2 \
               AND ((reporter_cell = $1 AND reporter_id = $2) OR (subject_cell = $1 AND subject_id = $2)) ORDER BY cell, id";
    let rows = tx.all::<Row>(sql, db::args![person.cell.0, person.uuid]).await?;
    let mut erased = Vec::with_capacity(rows.len());
    for row in rows {
        let id: MatterId = Id::new(Cell(row.cell), row.id);
        let city = tx.city();
        // What everybody may see was answered to everybody; the rest was between them and the staff.
        let is_public = kind_of(&city, &row.kind)?.visibility == Visibility::PublicMasked;
        if !is_public {
            audit::strip(tx, id, &WORDS).await?;
            put_wordless(tx, id, &row.state).await?;
        }
        forget_photos(tx, at, id, is_public.then_some(person)).await?;
        let key = db::args![row.cell, row.id];
        marks.take_out(tx, ("matters_matters", &["fields", "state"]), ("cell = $1 AND id = $2", &key)).await?;
        marks.take_out_of_events(tx, id).await?;
        tx.run("UPDATE matters_matters SET fields_sealed = NULL WHERE cell = $1 AND id = $2", key).await?;
        let notes = "DELETE FROM matters_notes WHERE cell = $1 AND matter_id = $2 AND key_owner = $3";
        tx.run(notes, db::args![row.cell, row.id, person.uuid]).await?;
        erased.push(id);
    }
    // Photos that they added as whom a report is about, to a matter of somebody else.
    for row in replies::of_party(tx, person, i64::MAX).await? {
        forget_photos(tx, at, row.matter(), Some(person)).await?;
    }
    replies::erase(tx, person).await?;
    let handed = "UPDATE matters_handovers SET words_sealed = NULL WHERE by_cell = $1 AND by_id = $2";
    tx.run(handed, db::args![person.cell.0, person.uuid]).await?;
    Ok(erased)
}

/// The state without what was said in it.
async fn put_wordless(tx: &mut Tx<'_>, id: MatterId, state: &str) -> Result<(), Stop> {
    let mut matter: Matter = serde_json::from_str(state)?;
    if let Some(closing) = &mut matter.closing {
        closing.reason = None;
        closing.basis = None;
    }
    for part in &mut matter.parts {
        part.said = None;
        part.basis = None;
    }
    let sql = "UPDATE matters_matters SET state = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, serde_json::to_string(&matter)?]).await?;
    Ok(())
}

/// Gives up the photos of a matter, with their covered copies; only those that `added_by` took where it is said.
async fn forget_photos(tx: &mut Tx<'_>, at: Moment, id: MatterId, added_by: Option<PersonId>) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Photo {
        id: Uuid,
        stored_cell: Option<i32>,
        shown_id: Option<Uuid>,
    }
    let sql = "SELECT f.id, f.stored_cell, r.shown_id FROM matters_files f LEFT JOIN matters_releases r ON r.cell = f.cell \
               AND r.file_id = f.id WHERE f.cell = $1 AND f.matter_id = $2 \
               AND (CAST($3 AS INTEGER) IS NULL OR (f.added_cell = $3 AND f.added_by = $4)) ORDER BY f.id";
    let by = (added_by.map(|p| p.cell.0), added_by.map(|p| p.uuid));
    for photo in tx.all::<Photo>(sql, db::args![id.cell.0, id.uuid, by.0, by.1]).await? {
        tx.run("DELETE FROM matters_releases WHERE cell = $1 AND file_id = $2", db::args![id.cell.0, photo.id]).await?;
        tx.run("DELETE FROM matters_files WHERE cell = $1 AND id = $2", db::args![id.cell.0, photo.id]).await?;
        let taken: FileId = Id::new(photo.stored_cell.map_or(id.cell, Cell), photo.id);
        let copy = photo.shown_id.map(|copy| Id::new(id.cell, copy));
        for file in std::iter::once(taken).chain(copy) {
            loose::left(tx, at, file).await?;
        }
    }
    Ok(())
}
