//! How to reach the person served: shown to whom the task needs it, while it does, and each look is logged.

use rules::dispatch::TaskState;
use rules::matters::kind::FieldType;
use rules::matters::{Kind, Values};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment};

use super::in_hand::InHand;
use crate::matters::kind_of;
use crate::people::store::{Protected, unseal};
use crate::{Stop, Tx, audit, people};

/// How to reach the person served. Shown to who serves, from acceptance until the task's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// How they can be reached safely, as they said.
    pub how: Option<String>,
    /// What the desk wrote for who serves.
    pub details: String,
}

/// Fields of a kind that have a meaning beyond their type.
const NAME: &str = "person_name";
const HOW: &str = "safe_contact";
/// What the access log calls the reason.
const PURPOSE: &str = "service";

/// How to reach the person served, for who has accepted: from then until the task's end, while it stands. Each field shown
/// is written to the access log. Staff read it on the matter, where they say what for.
pub async fn contact(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<Option<Contact>, Stop> {
    let Some(held) = &hand.matter else { return Ok(None) };
    if hand.task.state != TaskState::Standing || at.recorded >= hand.task.window.end {
        return Ok(None);
    }
    let city = tx.city();
    let values = held.unseal(tx).await?;
    let mut contact = from_form(kind_of(&city, &held.matter.kind)?, &values, hand);
    complete(tx, hand, &mut contact).await?;
    log(tx, who, at, hand, held.key_person(), &contact).await?;
    Ok(Some(contact))
}

fn from_form(kind: &Kind, values: &Values, hand: &InHand) -> Contact {
    let said = |key: &str| values.get(key).and_then(|v| v.first()).filter(|v| !v.is_empty()).cloned();
    let of_type = |wanted: FieldType| kind.fields.iter().filter(|f| f.type_ == wanted).find_map(|f| said(&f.key));
    Contact {
        name: said(NAME),
        phone: of_type(FieldType::Phone),
        address: of_type(FieldType::Address),
        how: said(HOW),
        details: hand.row.notes.clone(),
    }
}

/// Adds what the register knows of the person served, where the form says nothing. A form about somebody else by name
/// is not completed with the reporter's own door.
async fn complete(tx: &mut Tx<'_>, hand: &InHand, contact: &mut Contact) -> Result<(), Stop> {
    let Some(served) = hand.row.served() else { return Ok(()) };
    if contact.name.is_none() {
        contact.name = people::store::person(tx, served).await?.map(|row| row.name);
        if contact.address.is_none() {
            contact.address = unseal(tx, served, Protected::Address).await?;
        }
    }
    if contact.phone.is_none() {
        contact.phone = unseal(tx, served, Protected::Phone).await?;
    }
    Ok(())
}

async fn log(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    hand: &InHand,
    key_person: Option<PersonId>,
    contact: &Contact,
) -> Result<(), Stop> {
    let Some(of) = hand.row.served().or(key_person) else { return Ok(()) };
    let shown =
        [("name", &contact.name), ("phone", &contact.phone), ("address", &contact.address), (HOW, &contact.how)];
    let fields: Vec<&str> = shown.into_iter().filter(|(_, value)| value.is_some()).map(|(field, _)| field).collect();
    audit::looked_at(tx, who, at, audit::Look { of, fields: &fields, purpose: PURPOSE, subject: hand.task.id }).await
}
