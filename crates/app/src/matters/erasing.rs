//! What an erasure takes out of the matters of a person: their words, photos and notes, and what was written about them.
//! What was chosen in a form, that there was a matter, when, and how it ended stays, and is counted
//! (docs/adr/0005-erasure-in-events.md).

use rules::matters::kind::{CountsAs, Kind, Visibility};
use rules::matters::step::Act;
use rules::matters::workflow::{READERS, STAFF};
use rules::matters::{Matter, Values};
use rules::shared::ids::{FileId, MatterId, PersonId};
use rules::shared::{Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::store::{self, MatterRow};
use super::{NOTED, kind_of, replies};
use crate::exchange::loose;
use crate::people::erasing::Marks;
use crate::{Stop, Tx, audit};

/// What staff write down in the course of a matter.
const WORDS: [&str; 7] = ["text", "result", "reason", "said", "heard", "basis", "owner"];

/// Open matters that are theirs, and those that they are answerable for.
const WHOSE: [&str; 2] = [
    "phase <> 'closed' AND ((reporter_cell = $1 AND reporter_id = $2) OR (subject_cell = $1 AND subject_id = $2))",
    "phase <> 'closed' AND handler_cell = $1 AND handler_id = $2",
];

/// Open matters that they raised or that are about them, and open ones of others that they are answerable for.
pub async fn open_of(tx: &mut Tx<'_>, person: PersonId) -> Result<(i64, i64), Stop> {
    let mut counts = [0; 2];
    for (count, whose) in counts.iter_mut().zip(WHOSE) {
        let sql = format!("SELECT COUNT(*) FROM matters_matters WHERE {whose}");
        *count = tx.scalar_i64(&sql, db::args![person.cell.0, person.uuid]).await?;
    }
    Ok(counts.into())
}

/// The same matters, for who asks which they are: their own, and those of others.
pub async fn open_rows(tx: &mut Tx<'_>, person: PersonId) -> Result<(Vec<MatterRow>, Vec<MatterRow>), Stop> {
    #[derive(Deserialize)]
    struct Key {
        cell: i32,
        id: Uuid,
    }
    let [mut own, mut handled] = [const { Vec::new() }; 2];
    for (rows, whose) in [&mut own, &mut handled].into_iter().zip(WHOSE) {
        let sql = format!("SELECT cell, id FROM matters_matters WHERE {whose} ORDER BY cell, id");
        for key in tx.all::<Key>(&sql, db::args![person.cell.0, person.uuid]).await? {
            rows.extend(store::row(tx, Id::new(Cell(key.cell), key.id)).await?);
        }
    }
    Ok((own, handled))
}

/// Why somebody wants it opened again: their words, also where staff wrote them down for them.
const REOPEN_ASKED: &str = "matters.reopen_asked";

#[derive(Deserialize)]
struct Row {
    cell: i32,
    id: Uuid,
    kind: String,
    state: String,
    fields: String,
}

/// Erases what is theirs in their matters; gives back which these are.
pub async fn erase(tx: &mut Tx<'_>, at: Moment, person: PersonId, marks: &Marks) -> Result<Vec<MatterId>, Stop> {
    let sql = "SELECT cell, id, kind, state, fields FROM matters_matters WHERE key_cell = $1 AND key_owner = $2 \
               AND ((reporter_cell = $1 AND reporter_id = $2) OR (subject_cell = $1 AND subject_id = $2)) ORDER BY cell, id";
    let rows = tx.all::<Row>(sql, db::args![person.cell.0, person.uuid]).await?;
    let mut erased = Vec::with_capacity(rows.len());
    for row in rows {
        let id: MatterId = Id::new(Cell(row.cell), row.id);
        let city = tx.city();
        // What staff answer about a place that everybody may see is about the place; the rest was between them and the staff.
        let kind = kind_of(&city, &row.kind)?;
        let is_public = kind.visibility == Visibility::PublicMasked;
        if is_public {
            audit::strip_where(tx, id, &WORDS, |event| is_of_them(event, kind, person)).await?;
        } else {
            audit::strip(tx, id, &WORDS).await?;
        }
        put_wordless(tx, id, &row.state, |matter| !is_public || is_taken_back(kind, matter)).await?;
        keep_chosen(tx, id, kind, &row.fields).await?;
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
    forget_in_those_of_others(tx, person).await?;
    replies::erase(tx, person).await?;
    let handed = "UPDATE matters_handovers SET words_sealed = NULL WHERE by_cell = $1 AND by_id = $2";
    tx.run(handed, db::args![person.cell.0, person.uuid]).await?;
    Ok(erased)
}

/// Whether an event of a matter that everybody may know of says what they said, or what staff wrote about them or of
/// talking to them. The rest is what staff answered about the place.
fn is_of_them(event: &audit::Event, kind: &Kind, person: PersonId) -> bool {
    let asks_them = |step: &str| kind.step(step).is_some_and(|s| matches!(s.act, Act::Confirm | Act::CallBack));
    event.actor == Some(person)
        || event.on_behalf == Some(person)
        || matches!(event.verb.as_str(), REOPEN_ASKED | NOTED)
        || event.data[READERS] == STAFF
        || event.data["step"].as_str().is_some_and(asks_them)
}

fn is_taken_back(kind: &Kind, matter: &Matter) -> bool {
    let outcome = matter.closing.as_ref().and_then(|closing| kind.outcome(&closing.outcome));
    outcome.is_some_and(|outcome| outcome.counts_as == CountsAs::NoLongerNeeded)
}

/// Of what the form says in clear, what was chosen stays: it is counted, and says of nobody who they are.
async fn keep_chosen(tx: &mut Tx<'_>, id: MatterId, kind: &Kind, fields: &str) -> Result<(), Stop> {
    let mut values: Values = serde_json::from_str(fields)?;
    values.retain(|key, _| kind.field(key).is_some_and(|field| field.type_.is_chosen()));
    let sql = "UPDATE matters_matters SET fields = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, serde_json::to_string(&values)?]).await?;
    Ok(())
}

/// What they asked for in their own name for somebody else is that person's; why they wanted it opened again, or took it
/// back, is theirs.
async fn forget_in_those_of_others(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Stop> {
    let sql = "SELECT cell, id, kind, state, fields FROM matters_matters WHERE NOT (key_cell = $1 AND key_owner = $2) \
               AND ((reporter_cell = $1 AND reporter_id = $2) OR (subject_cell = $1 AND subject_id = $2)) ORDER BY cell, id";
    for row in tx.all::<Row>(sql, db::args![person.cell.0, person.uuid]).await? {
        let (id, city): (MatterId, _) = (Id::new(Cell(row.cell), row.id), tx.city());
        let kind = kind_of(&city, &row.kind)?;
        let is_theirs = |event: &audit::Event| event.actor == Some(person) || event.on_behalf == Some(person);
        let took_back = audit::timeline(tx, id).await?.iter().any(|e| e.verb == "matters.withdrawn" && is_theirs(e));
        audit::strip_where(tx, id, &WORDS, is_theirs).await?;
        put_wordless(tx, id, &row.state, |matter| took_back && is_taken_back(kind, matter)).await?;
    }
    Ok(())
}

/// The state without what was said in it, where that goes.
async fn put_wordless(
    tx: &mut Tx<'_>,
    id: MatterId,
    state: &str,
    goes: impl FnOnce(&Matter) -> bool,
) -> Result<(), Stop> {
    let mut matter: Matter = serde_json::from_str(state)?;
    if !goes(&matter) {
        return Ok(());
    }
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
