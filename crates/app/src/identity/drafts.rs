//! What somebody has typed into a long form and not sent yet: one draft per person and form, sealed under their key.
//! A draft is nobody else's business, so it records no event.

use db::At;
use rules::shared::ids::{DraftId, DraftThing, PersonId};
use rules::shared::{Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::sweep;
use crate::{Stop, Tx};

/// The name of a draft; `of`: for whom one acts, whose drafts lie apart from one's own.
pub fn name(form: &str, of: Option<PersonId>) -> String {
    of.map_or_else(|| form.to_owned(), |of| format!("{form} for {of}"))
}

/// The form that a name is of, and for whom.
pub fn named(name: &str) -> (&str, Option<PersonId>) {
    name.split_once(" for ").map_or((name, None), |(form, of)| (form, of.parse().ok()))
}

/// A draft as it was left.
#[derive(Clone, Debug)]
pub struct Draft {
    pub form: String,
    pub content: String,
    pub updated_at: i64,
}

#[derive(Deserialize)]
struct Row {
    id: Uuid,
    form: String,
    content_sealed: Vec<u8>,
    updated_at: i64,
}

fn at(id: Uuid) -> At<'static> {
    At { table: "identity_drafts", column: "content_sealed", id }
}

async fn open(tx: &mut Tx<'_>, person: PersonId, row: Row) -> Result<Draft, Stop> {
    let key = tx.data_key(person.cell.0, person.uuid).await?;
    let content = key.unseal(at(row.id), &row.content_sealed).map_err(Stop::from)?;
    Ok(Draft { form: row.form, content, updated_at: row.updated_at })
}

/// The draft of this form.
pub async fn load(tx: &mut Tx<'_>, person: PersonId, form: &str) -> Result<Option<Draft>, Stop> {
    let row = tx
        .one::<Row>(
            "SELECT id, form, content_sealed, updated_at FROM identity_drafts WHERE cell = $1 AND person_id = $2 \
             AND form = $3",
            db::args![person.cell.0, person.uuid, form],
        )
        .await?;
    match row {
        Some(row) => open(tx, person, row).await.map(Some),
        None => Ok(None),
    }
}

/// All drafts of a person, the newest first: 「您有一份没填完的」.
pub async fn all(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Draft>, Stop> {
    let rows = tx
        .all::<Row>(
            "SELECT id, form, content_sealed, updated_at FROM identity_drafts WHERE cell = $1 AND person_id = $2 \
             ORDER BY updated_at DESC",
            db::args![person.cell.0, person.uuid],
        )
        .await?;
    let mut drafts = Vec::new();
    for row in rows {
        drafts.push(open(tx, person, row).await?);
    }
    Ok(drafts)
}

/// Keeps the content, over what the draft held before.
pub async fn save(tx: &mut Tx<'_>, now: Moment, person: PersonId, form: &str, content: &str) -> Result<(), Stop> {
    // The seal is bound to the row's id, so the id must be known before the content is sealed.
    let new: DraftId = tx.new_id::<DraftThing>(person.cell, now);
    let key = tx.data_key(person.cell.0, person.uuid).await?;
    let millis = now.recorded.as_millisecond();
    sweep::later(tx, now, person.cell).await?;
    let added = tx
        .run(
            "INSERT INTO identity_drafts (cell, id, person_id, form, content_sealed, updated_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (cell, person_id, form) DO NOTHING",
            db::args![person.cell.0, new.uuid, person.uuid, form, key.seal(at(new.uuid), content), millis],
        )
        .await?;
    if added == 1 {
        return Ok(());
    }
    let id = id_of(tx, person, form).await?;
    tx.put(
        "UPDATE identity_drafts SET content_sealed = $3, updated_at = $4 WHERE cell = $1 AND id = $2",
        db::args![id.cell.0, id.uuid, key.seal(at(id.uuid), content), millis],
    )
    .await?;
    Ok(())
}

async fn id_of(tx: &mut Tx<'_>, person: PersonId, form: &str) -> Result<DraftId, Stop> {
    #[derive(Deserialize)]
    struct Key {
        id: Uuid,
    }
    let key = tx
        .one::<Key>(
            "SELECT id FROM identity_drafts WHERE cell = $1 AND person_id = $2 AND form = $3",
            db::args![person.cell.0, person.uuid, form],
        )
        .await?;
    key.map(|k| Id::new(person.cell, k.id)).ok_or_else(|| Stop::defect("a draft is taken and is not there"))
}

/// Throws the draft away: sent, or not wanted any more.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId, form: &str) -> Result<(), Stop> {
    tx.put(
        "DELETE FROM identity_drafts WHERE cell = $1 AND person_id = $2 AND form = $3",
        db::args![person.cell.0, person.uuid, form],
    )
    .await?;
    Ok(())
}
