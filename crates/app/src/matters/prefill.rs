//! What a form leaves empty and the register knows of whose it is.

use rules::matters::kind::{Asked, Field, FieldType, Kind, Prefill};
use rules::matters::{Change, Values};
use rules::shared::ids::{PersonId, PlaceId};

use crate::audit::Event;
use crate::people::store::{PersonRow, Protected};
use crate::{Stop, Tx, people};

/// The field of the number that is rung about it: the one that the register fills, else the only telephone that is asked for.
pub fn rung(kind: &Kind) -> Option<&Field> {
    let registered = kind.fields.iter().find(|field| field.prefill == Some(Prefill::Phone));
    let mut phones = kind.fields.iter().filter(|f| f.type_ == FieldType::Phone && f.asked.is_at_intake());
    registered.or_else(|| phones.next().filter(|_| phones.next().is_none()))
}

/// The event with which a matter comes in, and what of it names the fields that the register filled.
const RAISED: &str = "matters.raised";
const FILLED: &str = "prefilled";

/// Has the event of a matter that comes in name the fields that the register filled.
pub fn note(change: &mut Change, filled: &[String]) {
    if let Some(raised) = change.facts.iter_mut().find(|fact| fact.verb == RAISED) {
        raised.data.push((FILLED, filled.join(" ")));
    }
}

/// The door and the number that the register filled, by the events of a matter. Of one that came in before these named them: all
/// that it might have filled.
pub fn filled<'k>(kind: &'k Kind, events: &[Event]) -> Vec<&'k Field> {
    let noted = events.iter().find(|event| event.verb == RAISED).and_then(|event| event.data[FILLED].as_str());
    let is_filled = |field: &&Field| {
        let is_known = matches!(field.prefill, Some(Prefill::Phone | Prefill::Address));
        is_known && noted.is_none_or(|keys| keys.split(' ').any(|key| key == field.key))
    };
    kind.fields.iter().filter(is_filled).collect()
}

/// What a known caller left out and their record knows: fills it in, and answers the keys of what it filled.
pub async fn known_of(
    tx: &mut Tx<'_>,
    caller: PersonId,
    kind: &Kind,
    place: PlaceId,
    values: &mut Values,
) -> Result<Vec<String>, Stop> {
    let row = people::store::person(tx, caller).await?.ok_or(Stop::Missing)?;
    left_empty(tx, caller, &row, (kind, place.uuid == row.place_id), values).await
}

/// What the person left empty and their own record knows. Their own phone stands for them also when they ask for
/// somebody else; their address only for who lives there. `is_near`: it is in the community that they live in. Answers the keys
/// of what it filled.
pub async fn left_empty(
    tx: &mut Tx<'_>,
    person: PersonId,
    row: &PersonRow,
    (kind, is_near): (&Kind, bool),
    values: &mut Values,
) -> Result<Vec<String>, Stop> {
    let mut filled = Vec::new();
    let at_home = is_near && !kind.is_elsewhere(values);
    for field in kind.fields.iter().filter(|f| f.asked == Asked::Intake) {
        if values.contains_key(&field.key) {
            continue;
        }
        let known = match field.prefill {
            Some(Prefill::Phone) => people::store::unseal(tx, person, Protected::Phone).await?,
            Some(Prefill::Address) if at_home => people::store::unseal(tx, person, Protected::Address).await?,
            Some(Prefill::Group) => {
                field.options.iter().any(|o| o.key == row.reporter_group).then(|| row.reporter_group.clone())
            }
            _ => None,
        };
        if let Some(known) = known {
            values.insert(field.key.clone(), vec![known]);
            filled.push(field.key.clone());
        }
    }
    Ok(filled)
}
