//! How to reach the person served: shown to whom the task needs it, while it does, and each look is logged.

use rules::dispatch::{OfferState, TaskState};
use rules::matters::kind::FieldType;
use rules::matters::{Kind, Values};
use rules::shared::ids::{PersonId, TaskId};
use rules::shared::{Actor, Moment};

use super::in_hand::InHand;
use super::store;
use crate::matters::{Held, kind_of};
use crate::people::store::{Protected, unseal};
use crate::{Stop, Tx, audit, matters, people};

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

/// How to reach the person served: for who accepted, until the task's end, and for staff who may read it on the matter.
/// `None` for everyone else who may see the task. Each field shown is written to the access log.
pub async fn contact(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<Option<Contact>, Stop> {
    let hand = InHand::find(tx, who, task).await?;
    let Some(matter) = hand.task.matter else { return Ok(None) };
    let held = Held::load(tx, matter).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    if serves(tx, who, at, &hand).await? {
        let values = held.unseal(tx).await?;
        let mut contact = from_form(kind, &values, &hand);
        complete(tx, &hand, &mut contact).await?;
        log(tx, who, at, &hand, held.key_person(), &contact).await?;
        return Ok(Some(contact));
    }
    if !hand.is_staff(who) {
        return Ok(None);
    }
    let values = matters::actions::read_protected(tx, who, at, &held, PURPOSE).await?;
    Ok((!values.is_empty()).then(|| from_form(kind, &values, &hand)))
}

/// Whether `who` holds a slot of the task, and it is neither over nor off.
async fn serves(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<bool, Stop> {
    let Some(person) = who.person else { return Ok(false) };
    if hand.task.state != TaskState::Standing || at.recorded >= hand.task.window.end {
        return Ok(false);
    }
    let offers = store::offers_to(tx, hand.task.id, person).await?;
    let accepted = offers.iter().any(|o| o.state == OfferState::Accepted.key());
    Ok(accepted || store::staff_of_task(tx, hand.task.id).await?.iter().any(|s| s.id() == person))
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
    for (field, _) in shown.into_iter().filter(|(_, value)| value.is_some()) {
        audit::looked_at(tx, who, at, audit::Look { of, field, purpose: PURPOSE, subject: hand.task.id }).await?;
    }
    Ok(())
}
