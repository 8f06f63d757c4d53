//! What a correction does: each field by the verb that changes it anyway, with its own permission and event.

use rules::people::Phone;
use rules::rights::correction::Field;
use rules::shared::ids::{CredentialId, HouseholdId};
use rules::shared::{Actor, Id, Moment, Refusal};

use super::store::CorrectionRow;
use crate::people::actions::{self, Skill};
use crate::people::changing::{self, Edit};
use crate::people::register;
use crate::people::store::{self, PersonRow, Protected, door};
use crate::places::picker::{self, full_name_at};
use crate::{Stop, Tx, identity};

/// What whoever decides found to be right.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// The value; empty: as it was asked for. For a village its code; for a household the phone of somebody in it, or
    /// nothing for who lives with nobody there; for what no field names, what was done about it.
    pub value: String,
    /// The credential that takes the place of the wrong one; none when that is only withdrawn.
    pub credential: Option<Skill>,
}

/// How a field stands, in words or as it would be typed.
pub async fn stands(
    tx: &mut Tx<'_>,
    row: &PersonRow,
    field: Field,
    credential: Option<CredentialId>,
) -> Result<String, Stop> {
    let id = row.id();
    let said = match field {
        Field::Name => Some(row.name.clone()),
        Field::Sex => row.sex.clone(),
        Field::BirthDate => row.birth_date.clone(),
        Field::Phone => store::unseal(tx, id, Protected::Phone).await?,
        Field::Identity => store::unseal(tx, id, Protected::Identity).await?,
        Field::Address => store::unseal(tx, id, Protected::Address).await?,
        Field::Place => Some(full_name_at(tx, &row.place_path).await?),
        Field::Household => match row.household_id {
            Some(household) => door(tx, row.cell, household).await?,
            None => None,
        },
        Field::Credential => match credential {
            Some(id) => register::credential(tx, id).await?.map(|line| {
                let until = line.credential.expires.map(|day| day.to_string()).unwrap_or_default();
                let parts =
                    [&line.credential.key, &line.issuer, &line.number, &line.credential.issued.to_string(), &until];
                let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
                parts.join(" · ")
            }),
            None => None,
        },
        Field::Other => None,
    };
    Ok(said.unwrap_or_default())
}

/// A refusal of the verb behind a field, at the field of the decision's form.
fn at_value(stop: Stop) -> Stop {
    match stop {
        Stop::Refused(refusal) => Stop::Refused(refusal.at_field("value")),
        Stop::Conflict(refusal) => Stop::Conflict(refusal.at_field("value")),
        other => other,
    }
}

/// Changes what was asked for, in the same transaction: what it has become. `wanted`: how it was asked for.
///
/// # Errors
/// Those of the verbs that change it, and of [`Field::read`], at `value`.
pub async fn apply(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &CorrectionRow,
    (wanted, verified): (&str, &Verified),
) -> Result<String, Stop> {
    let person = store::present(tx, row.person()).await?;
    let field = row.field()?;
    match field {
        Field::Household => household(tx, who, at, &person, &verified.value).await.map_err(at_value)?,
        Field::Credential => {
            changing::withdraw_credential(tx, who, at, row.credential().ok_or(Stop::Missing)?).await?;
            if let Some(right) = &verified.credential {
                actions::add_credential(tx, who, at, row.person(), right).await?;
                return Ok([right.skill.as_str(), &right.issuer, &right.number].join(" · "));
            }
            return Ok(String::new());
        }
        Field::Other => return Ok(verified.value.trim().to_owned()),
        _ => {
            let typed =
                if verified.value.trim().is_empty() && field != Field::Place { wanted } else { &verified.value };
            let value = field.read(typed, "value", tx.city().calendar.date(at.recorded))?;
            let edit = edit(tx, &person, field, value).await?;
            changing::edit(tx, who, at, row.person(), &edit).await.map_err(at_value)?;
        }
    }
    let now = store::present(tx, row.person()).await?;
    stands(tx, &now, field, None).await
}

/// An edit of one field.
async fn edit(tx: &mut Tx<'_>, person: &PersonRow, field: Field, value: String) -> Result<Edit, Stop> {
    let mut edit = Edit { name: person.name.clone(), version: person.version, ..Edit::default() };
    match field {
        Field::Name => edit.name = value,
        Field::Sex => edit.sex = Some(value),
        Field::BirthDate => edit.birth_date = Some(value.parse().map_err(Stop::defect)?),
        Field::Address => edit.address = Some(value),
        Field::Phone => edit.phone = Some(value),
        Field::Identity => edit.identity_number = Some(value),
        Field::Place => {
            edit.home = Some(picker::in_words(tx, &value, &person.place_path, "value").await?.id);
        }
        Field::Household | Field::Credential | Field::Other => {
            return Err(Stop::defect("no field of the register"));
        }
    }
    Ok(edit)
}

/// Puts them where the one with this phone lives, out of their household before; or only out of it.
async fn household(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: &PersonRow, phone: &str) -> Result<(), Stop> {
    let joining: Option<HouseholdId> = match phone.trim() {
        "" => None,
        phone => {
            let phone = Phone::parse(phone)?;
            let member = identity::store::person_of_phone(tx, phone.reveal()).await?;
            let row = register::seen(tx, who, member.ok_or_else(|| Refusal::new("kin-unknown"))?).await?;
            let household = row.household_id.ok_or_else(|| Refusal::new("household-none"))?;
            Some(Id::new(row.id().cell, household))
        }
    };
    let current = person.household_id.map(|uuid| Id::new(person.id().cell, uuid));
    if current.is_some() && current != joining {
        changing::set_household(tx, who, at, person.id(), None).await?;
    }
    match joining {
        Some(_) => changing::set_household(tx, who, at, person.id(), joining).await,
        None => Ok(()),
    }
}
