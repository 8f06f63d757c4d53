//! What a correction does: each field by the verb that changes it anyway, with its own permission and event.

use rules::rights::correction::Field;
use rules::rights::living::{self, Became, Found, Living};
use rules::shared::ids::{CredentialId, HouseholdId};
use rules::shared::{Actor, Id, Length, Moment, Refusal};

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
    /// The value; empty: as it was asked for. For a village its name or code; for a household the phone of somebody in it;
    /// for what no field names, what was done about it.
    pub value: String,
    /// For a household how they live.
    pub living: Option<Living>,
    /// For a village the door in it, empty when none is known; for a household of their own its door.
    pub door: String,
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
    let placed = |refusal: Refusal| match refusal.field.as_deref() {
        Some("household" | "door") => refusal,
        _ => refusal.at_field("value"),
    };
    match stop {
        Stop::Refused(refusal) => Stop::Refused(placed(refusal)),
        Stop::Conflict(refusal) => Stop::Conflict(placed(refusal)),
        other => other,
    }
}

/// Changes what was asked for, in the same transaction: what it has become. `wanted`: how it was asked for.
///
/// # Errors
/// Those of the verbs that change it, and of [`Field::read`], at `value`; those of [`living::found`].
pub async fn apply(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &CorrectionRow,
    (wanted, verified): (&str, &Verified),
) -> Result<Became, Stop> {
    let person = store::present(tx, row.person()).await?;
    let field = row.field()?;
    match field {
        Field::Household => return household(tx, who, at, &person, verified).await.map_err(at_value),
        Field::Place => return place(tx, who, at, &person, verified).await,
        Field::Credential => {
            changing::withdraw_credential(tx, who, at, row.credential().ok_or(Stop::Missing)?).await?;
            if let Some(right) = &verified.credential {
                actions::add_credential(tx, who, at, row.person(), right).await?;
                return Ok(Became::of([right.skill.as_str(), &right.issuer, &right.number].join(" · ")));
            }
            return Ok(Became::default());
        }
        Field::Other => return Ok(Became::of(verified.value.trim())),
        _ => {
            let typed = if verified.value.trim().is_empty() { wanted } else { &verified.value };
            let value = field.read(typed, "value", tx.city().calendar.date(at.recorded))?;
            let edit = edit(&person, field, value)?;
            changing::edit(tx, who, at, row.person(), &edit).await.map_err(at_value)?;
        }
    }
    let now = store::present(tx, row.person()).await?;
    Ok(Became::of(stands(tx, &now, field, None).await?))
}

/// Changes nothing yet.
fn unchanged(person: &PersonRow) -> Edit {
    Edit { name: person.name.clone(), version: person.version, ..Edit::default() }
}

/// An edit of one field.
fn edit(person: &PersonRow, field: Field, value: String) -> Result<Edit, Stop> {
    let mut edit = unchanged(person);
    match field {
        Field::Name => edit.name = value,
        Field::Sex => edit.sex = Some(value),
        Field::BirthDate => edit.birth_date = Some(value.parse().map_err(Stop::defect)?),
        Field::Address => edit.address = Some(value),
        Field::Phone => edit.phone = Some(value),
        Field::Identity => edit.identity_number = Some(value),
        Field::Place | Field::Household | Field::Credential | Field::Other => {
            return Err(Stop::defect("no field of the register"));
        }
    }
    Ok(edit)
}

/// They live in another village: the door of the old one does not go along, and the household stays there.
async fn place(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: &PersonRow,
    verified: &Verified,
) -> Result<Became, Stop> {
    let value = Field::Place.read(&verified.value, "value", tx.city().calendar.date(at.recorded))?;
    let home = picker::in_words(tx, &value, &person.place_path, "value").await?.id;
    let door = verified.door.trim();
    Length::Line.fits("door", door)?;
    let address = Some(door.to_owned()).filter(|door| !door.is_empty());
    let edit = Edit { home: Some(home), address, ..unchanged(person) };
    changing::edit(tx, who, at, person.id(), &edit).await.map_err(at_value)?;
    let now = store::present(tx, person.id()).await?;
    let text = stands(tx, &now, Field::Place, None).await?;
    // Where they live already is no move: household and door stay, unless another door was found.
    if home.uuid == person.place_id {
        return Ok(Became { text, door: Some(door.to_owned()).filter(|door| !door.is_empty()), living: None });
    }
    Ok(Became { text, door: Some(door.to_owned()), living: person.household_id.map(|_| Living::Nowhere) })
}

/// Puts them into the household that was found right, out of theirs before; or only out of it, when that was said.
async fn household(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: &PersonRow,
    verified: &Verified,
) -> Result<Became, Stop> {
    let (living, joining): (Living, Option<HouseholdId>) =
        match living::found(verified.living, &verified.value, &verified.door)? {
            Found::Nowhere => (Living::Nowhere, None),
            Found::At(door) => {
                let home = Id::new(person.id().cell, person.place_id);
                (Living::Own, Some(actions::add_household(tx, who, at, home, &door).await?))
            }
            Found::Of(phone) => {
                let member = identity::store::person_of_phone(tx, phone.reveal()).await?;
                let row = register::seen(tx, who, member.ok_or_else(|| Refusal::new("kin-unknown"))?).await?;
                let household = row.household_id.ok_or_else(|| Refusal::new("household-none"))?;
                (Living::With, Some(Id::new(row.id().cell, household)))
            }
        };
    let current = person.household_id.map(|uuid| Id::new(person.id().cell, uuid));
    if current.is_some() && current != joining {
        changing::set_household(tx, who, at, person.id(), None).await?;
    }
    if joining.is_some() {
        changing::set_household(tx, who, at, person.id(), joining).await?;
    }
    let now = store::present(tx, person.id()).await?;
    Ok(Became::household(living, &stands(tx, &now, Field::Household, None).await?))
}
