//! SQL that changes people, households, organisations, memberships, credentials.

use rules::shared::ids::{CredentialId, HouseholdId, MembershipId, OrganisationId, PersonId};
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use super::register;
use super::store::at;
use crate::places::Place;
use crate::{Stop, Tx};

/// What changes in a row of a person; what is `None` stays.
pub struct Changed<'a> {
    pub name: &'a str,
    pub sex: Option<&'a str>,
    pub birth_date: Option<String>,
    /// Normalised and masked.
    pub phone: Option<(String, String)>,
    pub address: Option<(String, String)>,
    pub identity: Option<(String, String)>,
    pub reporter_group: Option<&'a str>,
}

/// Changes a person who is still as they were at `version`; false when they are not.
pub async fn update_person(tx: &mut Tx<'_>, id: PersonId, version: i64, new: Changed<'_>) -> Result<bool, Stop> {
    let (cell, uuid) = (id.cell.0, id.uuid);
    let key = tx.data_key(cell, uuid).await?;
    let seal = |value: &Option<(String, String)>, column| value.as_ref().map(|(v, _)| key.seal(at(column, uuid), v));
    let masked = |value: &Option<(String, String)>| value.as_ref().map(|(_, m)| m.clone());
    let identity_hash = new.identity.as_ref().map(|(v, _)| tx.vault().lookup("identity", v));
    let changed = tx
        .run(
            "UPDATE people_people SET name = $4, initials = $5, sex = COALESCE($6, sex), \
             birth_date = COALESCE($7, birth_date), phone_masked = COALESCE($8, phone_masked), \
             phone_sealed = COALESCE($9, phone_sealed), address_masked = COALESCE($10, address_masked), \
             address_sealed = COALESCE($11, address_sealed), reporter_group = COALESCE($12, reporter_group), \
             identity_masked = COALESCE($13, identity_masked), identity_sealed = COALESCE($14, identity_sealed), \
             identity_hash = COALESCE($15, identity_hash), \
             version = version + 1 WHERE cell = $1 AND id = $2 AND version = $3",
            db::args![
                cell,
                uuid,
                version,
                new.name,
                crate::words::initials(new.name),
                new.sex,
                new.birth_date,
                masked(&new.phone),
                seal(&new.phone, "phone_sealed"),
                masked(&new.address),
                seal(&new.address, "address_sealed"),
                new.reporter_group,
                masked(&new.identity),
                seal(&new.identity, "identity_sealed"),
                identity_hash
            ],
        )
        .await?;
    if changed == 1 {
        tx.search_put(cell, "per", uuid, new.name).await?;
    }
    Ok(changed == 1)
}

/// Somebody lives in another village of the county now: out of their household, and a volunteer there. Their old door is of
/// another place: without a new one (`has_door`) none is known any more.
pub async fn move_home(tx: &mut Tx<'_>, person: PersonId, home: &Place, has_door: bool) -> Result<(), Stop> {
    let (cell, uuid, path) = (person.cell.0, person.uuid, home.path.as_str());
    let sql =
        "UPDATE people_people SET place_id = $3, place_path = $4, household_id = NULL WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![cell, uuid, home.id.uuid, path]).await?;
    if !has_door {
        let sql = "UPDATE people_people SET address_masked = '', address_sealed = NULL WHERE cell = $1 AND id = $2";
        tx.put(sql, db::args![cell, uuid]).await?;
    }
    let sql = "UPDATE people_volunteers SET place_path = $3, township = $4 WHERE cell = $1 AND person_id = $2";
    tx.run(sql, db::args![cell, uuid, path, home.township()]).await?;
    let sql = "UPDATE people_memberships SET place_path = $3 WHERE person_cell = $1 AND person_id = $2 \
               AND role = 'volunteer' AND organisation_id IS NULL AND valid_to IS NULL";
    tx.run(sql, db::args![cell, uuid, path]).await?;
    Ok(())
}

/// The part of the tree that a household lives in.
pub async fn household_path(tx: &mut Tx<'_>, id: HouseholdId) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        place_path: String,
    }
    let sql = "SELECT place_path FROM people_households WHERE cell = $1 AND id = $2 AND ended_at IS NULL";
    Ok(tx.one::<Row>(sql, db::args![id.cell.0, id.uuid]).await?.map(|row| row.place_path))
}

pub async fn put_household(tx: &mut Tx<'_>, person: PersonId, household: Option<HouseholdId>) -> Result<(), Stop> {
    let sql = "UPDATE people_people SET household_id = $3, version = version + 1 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![person.cell.0, person.uuid, household.map(|h| h.uuid)]).await?;
    Ok(())
}

/// What an organisation is said to be.
pub struct Unit<'a> {
    pub name: &'a str,
    pub labels: &'a str,
    pub credit_code: Option<&'a str>,
    pub head: Option<&'a str>,
}

/// Changes an organisation that is still as it was at `version`; false when it is not.
pub async fn update_organisation(
    tx: &mut Tx<'_>,
    (id, version): (OrganisationId, i64),
    unit: Unit<'_>,
) -> Result<bool, Stop> {
    let Unit { name, labels, credit_code, head } = unit;
    let changed = tx
        .run(
            "UPDATE people_organisations SET name = $4, initials = $5, labels = $6, credit_code = $7, head = $8, \
             version = version + 1 WHERE cell = $1 AND id = $2 AND version = $3",
            db::args![id.cell.0, id.uuid, version, name, crate::words::initials(name), labels, credit_code, head],
        )
        .await?;
    if changed == 1 {
        tx.search_put(id.cell.0, "org", id.uuid, name).await?;
    }
    Ok(changed == 1)
}

/// Waits for whoever changes who belongs to the same organisation.
pub async fn hold_organisation(tx: &mut Tx<'_>, id: OrganisationId) -> Result<(), Stop> {
    let lock = db::dialect::for_update(tx.engine());
    let sql = format!("SELECT version FROM people_organisations WHERE cell = $1 AND id = $2 {lock}");
    tx.maybe_i64(&sql, db::args![id.cell.0, id.uuid]).await?;
    Ok(())
}

pub async fn end_membership(tx: &mut Tx<'_>, id: MembershipId, until: i64) -> Result<(), Stop> {
    let sql = "UPDATE people_memberships SET valid_to = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, until]).await?;
    Ok(())
}

/// Whoever was asked belongs to it from `at`; false when they have belonged to it before, or are asked no more.
pub async fn begin_membership(tx: &mut Tx<'_>, id: MembershipId, at: i64) -> Result<bool, Stop> {
    let sql = "UPDATE people_memberships SET valid_from = $3 WHERE cell = $1 AND id = $2 AND valid_from = $4 \
               AND (valid_to IS NULL OR valid_to > $3)";
    Ok(tx.run(sql, db::args![id.cell.0, id.uuid, at, register::UNANSWERED]).await? == 1)
}

/// Whether a volunteer is invited at all.
pub async fn set_active(tx: &mut Tx<'_>, person: PersonId, active: bool) -> Result<(), Stop> {
    let sql = "UPDATE people_volunteers SET active = $3 WHERE cell = $1 AND person_id = $2";
    tx.put(sql, db::args![person.cell.0, person.uuid, active]).await?;
    Ok(())
}

/// False when the person is no volunteer.
pub async fn put_availability(
    tx: &mut Tx<'_>,
    person: PersonId,
    week: &str,
    quiet_until: Option<i64>,
) -> Result<bool, Stop> {
    let sql = "UPDATE people_volunteers SET week = $3, quiet_until = $4 WHERE cell = $1 AND person_id = $2";
    Ok(tx.run(sql, db::args![person.cell.0, person.uuid, week, quiet_until]).await? == 1)
}

/// Keeps the number that the national system gave, or takes it out; false when the person is no volunteer.
pub async fn put_volunteer_number(tx: &mut Tx<'_>, person: PersonId, number: Option<&str>) -> Result<bool, Stop> {
    let sql = "UPDATE people_volunteers SET national_number = $3 WHERE cell = $1 AND person_id = $2";
    Ok(tx.run(sql, db::args![person.cell.0, person.uuid, number]).await? == 1)
}

/// Who has this number already, of the same county.
pub async fn holder_of_number(tx: &mut Tx<'_>, cell: Cell, number: &str) -> Result<Option<PersonId>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        person_id: Uuid,
    }
    let sql = "SELECT person_id FROM people_volunteers WHERE cell = $1 AND national_number = $2";
    let row = tx.one::<Row>(sql, db::args![cell.0, number]).await?;
    Ok(row.map(|row| Id::new(cell, row.person_id)))
}

/// Keeps what is given of guardian's consent and insurance; false when the person is no volunteer.
pub async fn put_cover(
    tx: &mut Tx<'_>,
    person: PersonId,
    guardian_until: Option<i64>,
    insured_until: Option<i64>,
) -> Result<bool, Stop> {
    let sql = "UPDATE people_volunteers SET guardian_consent_until = COALESCE($3, guardian_consent_until), \
               insured_until = COALESCE($4, insured_until) WHERE cell = $1 AND person_id = $2";
    Ok(tx.run(sql, db::args![person.cell.0, person.uuid, guardian_until, insured_until]).await? == 1)
}

pub async fn put_verified(tx: &mut Tx<'_>, id: CredentialId, day: Option<String>) -> Result<(), Stop> {
    let sql = "UPDATE people_credentials SET verified_on = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, day]).await?;
    Ok(())
}

pub async fn end_credential(tx: &mut Tx<'_>, id: CredentialId, at: i64) -> Result<(), Stop> {
    let sql = "UPDATE people_credentials SET ended_at = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, at]).await?;
    Ok(())
}
