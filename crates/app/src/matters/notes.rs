//! What people add to their own matter afterwards: sealed under their key like what they told at first, and named in the
//! event by its id.

use std::collections::{BTreeMap, BTreeSet};

use db::At;
use jiff::Timestamp;
use rules::matters::workflow::{self, READERS, STAFF};
use rules::matters::{access, asker};
use rules::shared::ids::{NoteId, NoteThing};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::open::{Held, NOTED, kind_of};
use crate::audit::{self, Whose};
use crate::{Stop, Tx};

/// The words of notes, by the id that their event names.
pub type Notes = BTreeMap<String, String>;

/// What the access log and the page of who looked call it.
const FIELD: &str = "note";

fn at(id: Uuid) -> At<'static> {
    At { table: "matters_notes", column: "text_sealed", id }
}

/// Who reads a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Those whose matter it is, and who handles it.
    All,
    /// Those who handle it: what a volunteer tells of whom they served.
    Staff,
}

/// Seals a note and gives back its id, for the event.
pub async fn keep(
    tx: &mut Tx<'_>,
    who: &Actor,
    when: Moment,
    held: &Held,
    (text, readers): (&str, For),
) -> Result<NoteId, Stop> {
    let matter = held.id();
    let owner = match held.key_person() {
        // Who was erased has no key any more; what others write about the matter is then theirs.
        Some(person) if tx.find_data_key(person.cell.0, person.uuid).await?.is_some() => Some(person),
        _ => who.person,
    };
    let owner = owner.ok_or_else(|| Stop::refused("needs-a-person"))?;
    let id: NoteId = tx.new_id::<NoteThing>(matter.cell, when);
    let sealed = tx.data_key(owner.cell.0, owner.uuid).await?.seal(at(id.uuid), text);
    tx.run(
        "INSERT INTO matters_notes (cell, id, matter_id, text_sealed, key_cell, key_owner, noted_at, for_staff) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        db::args![
            id.cell.0,
            id.uuid,
            matter.uuid,
            sealed,
            owner.cell.0,
            owner.uuid,
            when.recorded.as_millisecond(),
            readers == For::Staff
        ],
    )
    .await?;
    Ok(id)
}

/// Whether somebody may open the notes of a matter, and there are any.
pub async fn may_read(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<bool, Stop> {
    let city = tx.city();
    if access::read_notes(who, kind_of(&city, &held.matter.kind)?, &held.matter).is_err() {
        return Ok(false);
    }
    let sql = "SELECT COUNT(*) FROM matters_notes WHERE cell = $1 AND matter_id = $2";
    Ok(tx.scalar_i64(sql, db::args![held.id().cell.0, held.id().uuid]).await? > 0)
}

/// Opens the notes that `who` may read now, and writes the reading down; empty for everybody else. Those whose matter it is
/// find all of them in the copy of their data, and what is for staff nowhere else.
pub async fn read(tx: &mut Tx<'_>, who: &Actor, when: Moment, held: &Held, purpose: &str) -> Result<Notes, Stop> {
    let readers = if held.matter.is_own(who.stands_for()) { For::All } else { For::Staff };
    read_for(tx, who, when, held, (purpose, readers)).await
}

/// Every note of a matter, for the copy of their data of whose it is.
pub async fn copied(tx: &mut Tx<'_>, who: &Actor, when: Moment, held: &Held) -> Result<Notes, Stop> {
    read_for(tx, who, when, held, ("own", For::Staff)).await
}

async fn read_for(
    tx: &mut Tx<'_>,
    who: &Actor,
    when: Moment,
    held: &Held,
    (purpose, readers): (&str, For),
) -> Result<Notes, Stop> {
    #[derive(Deserialize)]
    struct Row {
        id: Uuid,
        text_sealed: Vec<u8>,
        key_cell: i32,
        key_owner: Uuid,
        for_staff: bool,
    }
    let (city, matter) = (tx.city(), held.id());
    if access::read_notes(who, kind_of(&city, &held.matter.kind)?, &held.matter).is_err() {
        return Ok(Notes::new());
    }
    let sql = "SELECT id, text_sealed, key_cell, key_owner, for_staff FROM matters_notes WHERE cell = $1 AND matter_id = $2 \
               ORDER BY id";
    let mut notes = Notes::new();
    let hidden = of_subject(tx, who, held).await?;
    for row in tx.all::<Row>(sql, db::args![matter.cell.0, matter.uuid]).await? {
        let id = Id::<NoteThing>::new(matter.cell, row.id).to_string();
        if row.for_staff && readers == For::All || hidden.contains(&id) {
            continue;
        }
        // A person who was erased took their words with them.
        let Some(key) = tx.find_data_key(row.key_cell, row.key_owner).await? else { continue };
        let of = match row.key_owner == matter.uuid {
            true => Whose::Unregistered(&held.matter.place_path),
            false => Whose::Person(Id::new(Cell(row.key_cell), row.key_owner)),
        };
        audit::looked_at(tx, who, when, audit::Look { of, fields: &[FIELD], purpose, subject: matter }).await?;
        let text = key.unseal(at(row.id), &row.text_sealed).map_err(Stop::from)?;
        notes.insert(id, text);
    }
    Ok(notes)
}

/// The notes of whom it is for, which whoever asked for them does not read.
async fn of_subject(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<BTreeSet<String>, Stop> {
    let is_asker = who.stands_for().is_some_and(|reader| asker::is_asker(&held.matter, reader));
    if !is_asker {
        return Ok(BTreeSet::new());
    }
    let theirs =
        |event: &audit::Event| event.verb == NOTED && asker::is_of_subject(&held.matter, event.actor, event.on_behalf);
    let events = audit::timeline(tx, held.id()).await?.into_iter().filter(theirs);
    Ok(events.filter_map(|event| event.data["note"].as_str().map(str::to_owned)).collect())
}

/// Whether `who` has just said the same of a matter to the same readers: a page that is gone back to sends its words again.
pub async fn is_said_again(
    tx: &mut Tx<'_>,
    who: &Actor,
    when: Moment,
    held: &Held,
    (text, internal): (&str, bool),
) -> Result<bool, Stop> {
    let Some(me) = who.person else { return Ok(false) };
    let is_mine = |event: &audit::Event| event.verb == NOTED && event.actor == Some(me);
    let Some(event) = audit::timeline(tx, held.id()).await?.into_iter().rfind(is_mine) else { return Ok(false) };
    let said_at = Timestamp::from_millisecond(event.recorded_at).map_err(Stop::defect)?;
    if !workflow::may_be_again(said_at, when.recorded) || (event.data[READERS] == STAFF) != internal {
        return Ok(false);
    }
    let last = words_of(tx, &event).await?;
    Ok(last.is_some_and(|last| workflow::is_said_again(&last, text)))
}

/// What a note says. Nobody is shown it, so nothing is written into the access log.
async fn words_of(tx: &mut Tx<'_>, event: &audit::Event) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        text_sealed: Vec<u8>,
        key_cell: i32,
        key_owner: Uuid,
    }
    let Some(note) = event.data["note"].as_str().and_then(|id| id.parse::<NoteId>().ok()) else {
        return Ok(event.data["text"].as_str().map(str::to_owned));
    };
    let sql = "SELECT text_sealed, key_cell, key_owner FROM matters_notes WHERE cell = $1 AND id = $2";
    let Some(row) = tx.all::<Row>(sql, db::args![note.cell.0, note.uuid]).await?.pop() else { return Ok(None) };
    let Some(key) = tx.find_data_key(row.key_cell, row.key_owner).await? else { return Ok(None) };
    Ok(Some(key.unseal(at(note.uuid), &row.text_sealed).map_err(Stop::from)?))
}
