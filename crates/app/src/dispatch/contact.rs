//! How to reach the person served: shown to whom the task needs it, while it does, and each look is logged.

use rules::dispatch::way::{Known, leads_to_somebody};
use rules::dispatch::{OfferState, TaskState};
use rules::matters::kind::{Field, FieldType, Prefill};
use rules::matters::{Kind, Values};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Role};

use super::in_hand::InHand;
use super::store::OfferRow;
use crate::audit::{self, Whose};
use crate::matters::{Held, kind_of};
use crate::people::store::{Protected, unseal};
use crate::places::Place;
use crate::{Stop, Tx, people};

/// How to reach the person served. Shown to who serves, from acceptance until the task's end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// How they can be reached safely, as they said.
    pub how: Option<String>,
    /// Who asked, when that is for another: whoever goes there can ask them.
    pub asked_by: Option<Asker>,
    /// What the desk wrote for who serves.
    pub details: String,
}

/// Who asked for another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asker {
    pub name: Option<String>,
    pub phone: Option<String>,
}

/// Fields of a kind that have a meaning beyond their type.
const NAME: &str = "person_name";
/// What a caller whom nobody has registered said they are called.
const CALLER: &str = "caller_name";
const HOW: &str = "safe_contact";
/// What the access log calls the reason.
const PURPOSE: &str = "service";

/// How to reach the person served, for who has accepted by `offer`: from then until they sign out or the task's end, while it
/// stands. Each field shown is written to the access log. Staff read it on the matter, where they say what for.
pub async fn contact(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (hand, offer): (&InHand, &OfferRow),
) -> Result<Option<Contact>, Stop> {
    if offer.state != OfferState::Accepted.key() {
        return Ok(None);
    }
    let Some(held) = &hand.matter else { return Ok(None) };
    if hand.task.state != TaskState::Standing || at.recorded >= hand.task.window.end {
        return Ok(None);
    }
    // Whoever has signed out needs the door no more, nor does anybody who stopped volunteering, unless they are there already.
    if offer.left_at.is_some() || !who.has_role(Role::Volunteer) && offer.began_at.is_none() {
        return Ok(None);
    }
    let contact = Contact { details: hand.row.notes.clone(), ..known(tx, held).await? };
    log(tx, who, at, hand, held.key_person(), &contact).await?;
    Ok(Some(contact))
}

/// All that the form says, what is sealed too.
async fn whole_form(tx: &mut Tx<'_>, held: &Held) -> Result<Values, Stop> {
    let mut values = held.fields.clone();
    values.extend(held.unseal(tx).await?);
    Ok(values)
}

/// What those are called whom a matter is about, as it was written down and as they are registered.
pub async fn names(tx: &mut Tx<'_>, held: &Held) -> Result<Vec<String>, Stop> {
    let mut said = whole_form(tx, held).await?;
    let mut names: Vec<String> = [NAME, CALLER].iter().filter_map(|key| said.remove(*key)).flatten().collect();
    for person in held.matter.subject.into_iter().chain(held.matter.raised_by) {
        names.extend(people::store::person(tx, person).await?.map(|row| row.name));
    }
    names.iter_mut().for_each(|name| *name = name.trim().to_owned());
    Ok(names)
}

/// What the form and the register say of how to reach whom a matter is for. The caller writes the access log where it is shown.
async fn known(tx: &mut Tx<'_>, held: &Held) -> Result<Contact, Stop> {
    let city = tx.city();
    let values = whole_form(tx, held).await?;
    let mut contact = from_form(kind_of(&city, &held.matter.kind)?, &values);
    let (subject, raised_by) = (held.matter.subject, held.matter.raised_by);
    // A form about another says of them what it says, and never has the asker's name, number or door stand for theirs.
    let served = if contact.asked_by.is_some() { subject } else { subject.or(raised_by) };
    complete(tx, served, &mut contact).await?;
    if let (Some(asker), Some(person)) = (&mut contact.asked_by, raised_by) {
        asker.name = people::store::person(tx, person).await?.map(|row| row.name);
    }
    Ok(contact)
}

/// Whether whoever comes would find whom they come to. `hint`: where the task says that it is. A kind that asks for no door has
/// what its own fields say.
///
/// # Errors
/// Those of [`leads_to_somebody`].
pub(super) async fn has_way(tx: &mut Tx<'_>, held: &Held, place: &Place, hint: &str) -> Result<(), Stop> {
    let city = tx.city();
    if !kind_of(&city, &held.matter.kind)?.fields.iter().any(|field| field.type_ == FieldType::Address) {
        return Ok(());
    }
    let contact = known(tx, held).await?;
    let asker = contact.asked_by.is_some_and(|asker| asker.phone.is_some());
    let meeting = !hint.trim().is_empty() && hint.trim() != place.name;
    Ok(leads_to_somebody(Known {
        address: contact.address.is_some(),
        phone: contact.phone.is_some() || asker,
        meeting,
    })?)
}

fn from_form(kind: &Kind, values: &Values) -> Contact {
    let said = |key: &str| values.get(key).and_then(|v| v.first()).filter(|v| !v.is_empty()).cloned();
    let of = |wanted: &dyn Fn(&Field) -> bool| kind.fields.iter().filter(|f| wanted(f)).find_map(|f| said(&f.key));
    let is_phone = |field: &Field| field.type_ == FieldType::Phone;
    let is_asker = |field: &Field| is_phone(field) && field.prefill == Some(Prefill::Phone);
    let for_another = kind.is_for_another(values);
    Contact {
        name: said(NAME).or_else(|| said(CALLER).filter(|_| !for_another)),
        phone: of(&|field| is_phone(field) && !(for_another && is_asker(field))),
        address: of(&|field| field.type_ == FieldType::Address),
        how: said(HOW),
        asked_by: for_another.then(|| Asker { name: said(CALLER), phone: of(&is_asker) }),
        details: String::new(),
    }
}

/// Adds what the register knows of the person served, where the form says nothing.
async fn complete(tx: &mut Tx<'_>, served: Option<PersonId>, contact: &mut Contact) -> Result<(), Stop> {
    let Some(served) = served else { return Ok(()) };
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
    let of = hand.row.served().or(key_person).map_or(Whose::Unregistered(&hand.task.place_path), Whose::Person);
    let asker = contact.asked_by.clone().unwrap_or_default();
    let (name, phone) =
        (contact.name.as_ref().or(asker.name.as_ref()), contact.phone.as_ref().or(asker.phone.as_ref()));
    let shown = [("name", name), ("phone", phone), ("address", contact.address.as_ref()), (HOW, contact.how.as_ref())];
    let fields: Vec<&str> = shown.into_iter().filter(|(_, value)| value.is_some()).map(|(field, _)| field).collect();
    audit::looked_at(tx, who, at, audit::Look { of, fields: &fields, purpose: PURPOSE, subject: hand.task.id }).await
}
