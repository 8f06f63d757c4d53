//! What a form leaves empty and the register knows of whose it is.

use rules::matters::Values;
use rules::matters::kind::{Asked, Field, FieldType, Kind, Prefill};
use rules::shared::ids::{PersonId, PlaceId};

use crate::people::store::{PersonRow, Protected};
use crate::{Stop, Tx, people};

/// The field of the number that is rung about it: the one that the register fills, else the only telephone that is asked for.
pub fn rung(kind: &Kind) -> Option<&Field> {
    let registered = kind.fields.iter().find(|field| field.prefill == Some(Prefill::Phone));
    let mut phones = kind.fields.iter().filter(|f| f.type_ == FieldType::Phone && f.asked.is_at_intake());
    registered.or_else(|| phones.next().filter(|_| phones.next().is_none()))
}

/// What a known caller left out and their record knows.
pub async fn known_of(
    tx: &mut Tx<'_>,
    caller: PersonId,
    kind: &Kind,
    place: PlaceId,
    values: &mut Values,
) -> Result<(), Stop> {
    let row = people::store::person(tx, caller).await?.ok_or(Stop::Missing)?;
    left_empty(tx, caller, &row, (kind, place.uuid == row.place_id), values).await
}

/// What the person left empty and their own record knows. Their own phone stands for them also when they ask for
/// somebody else; their address only for who lives there. `is_near`: it is in the community that they live in.
pub async fn left_empty(
    tx: &mut Tx<'_>,
    person: PersonId,
    row: &PersonRow,
    (kind, is_near): (&Kind, bool),
    values: &mut Values,
) -> Result<(), Stop> {
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
        }
    }
    Ok(())
}
