//! Sending a filled form: the matter is raised, its photos are attached, the draft goes, in one transaction.

use rules::matters::Code;
use rules::matters::kind::{Asked, FieldType};
use rules::shared::ids::FileId;
use rules::shared::{Actor, Moment, Refusal};

use super::filled::{Filled, Photo, draft_name};
use super::questions;
use crate::identity::{drafts, once::Answer};
use crate::matters::actions::{self, New};
use crate::matters::{Held, behalf, kind_of, photos, prefill};
use crate::places::picker::{self, Picked};
use crate::web::go_with;
use crate::{Stop, Tx, people};

/// What is sent: a form just filled in, or the draft kept on the server.
#[derive(Clone, Debug)]
pub struct Sending {
    pub kind: String,
    pub filled: Option<Filled>,
}

/// Sends it, and goes on to the receipt.
pub async fn send(tx: &mut Tx<'_>, who: &Actor, at: Moment, sending: &Sending) -> Result<Answer, Stop> {
    let (me, of) = (who.person.ok_or(Stop::SignIn)?, behalf::other(who));
    // Whose matter it is: what was left empty comes from their record.
    let person = of.unwrap_or(me);
    let row = people::store::person(tx, person).await?.ok_or(Stop::Missing)?;
    let filled = match &sending.filled {
        Some(filled) => filled.clone(),
        None => Filled::load(tx, me, &sending.kind, of).await?.ok_or_else(|| Refusal::new("draft-gone"))?,
    };
    let form = filled.form();
    let place = match picker::pick(tx, &form, &row.place_path).await? {
        Picked::One(place) => Some(place.id),
        _ if form.text("place").is_empty() => Some(rules::shared::Id::new(person.cell, row.place_id)),
        _ => None,
    };
    let city = tx.city();
    let kind = kind_of(&city, &sending.kind)?;
    let mut values = questions::values(kind, kind.fields.iter().filter(|f| f.asked == Asked::Intake), &form);
    let is_near = place.is_some_and(|p| p.uuid == row.place_id);
    let prefilled = prefill::left_empty(tx, person, &row, (kind, is_near), &mut values).await?;
    if let Some(field) = kind.fields.iter().find(|f| f.type_ == FieldType::Photos).filter(|_| !filled.photos.is_empty())
    {
        // As the matter will call them, which may be of another county than who took them.
        let called = |p: &Photo| FileId::new(place.map_or(p.id.cell, |place| place.cell), p.id.uuid).to_string();
        values.insert(field.key.clone(), filled.photos.iter().map(called).collect());
    }
    let (kind, private) = (sending.kind.clone(), form.checked("private"));
    let new = New { kind, place, values, prefilled, private, ..New::default() };
    let held = actions::raise(tx, who, at, &new).await?;
    for photo in &filled.photos {
        photos::add(tx, who, at, &held, &photo.stored()).await?;
    }
    drafts::remove(tx, me, &draft_name(&sending.kind, of)).await?;
    // By the number of a private one nobody is told anything: there is nothing to keep.
    let flash = if held.matter.private { "matters-sent-private" } else { "matters-sent" };
    Ok(go_with(receipt(&held)?, flash))
}

/// The page of a matter for those whose it is.
pub fn receipt(held: &Held) -> Result<String, Stop> {
    let code: Code = held.code.parse().map_err(Stop::defect)?;
    Ok(format!("/help/{code}"))
}
