//! SQL of persons, households, organisations, memberships, skills.

use db::At;
use rules::people::household::Party;
use rules::shared::ids::{CredentialId, HouseholdId, MembershipId, OrganisationId, PersonId};
use rules::shared::{Cell, Id, Membership, Moment, Role};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

/// A person as lists and other capabilities see them: masked.
#[derive(Clone, Debug, Deserialize)]
pub struct PersonRow {
    pub cell: i32,
    pub id: Uuid,
    pub name: String,
    pub sex: Option<String>,
    pub birth_date: Option<String>,
    pub household_id: Option<Uuid>,
    pub place_id: Uuid,
    pub place_path: String,
    pub reporter_group: String,
    pub phone_masked: String,
    pub identity_masked: String,
    pub address_masked: String,
    pub erased_at: Option<i64>,
    pub version: i64,
}

impl PersonRow {
    pub fn id(&self) -> PersonId {
        Id::new(Cell(self.cell), self.id)
    }
}

pub(super) const COLUMNS: &str = "cell, id, name, sex, birth_date, household_id, place_id, place_path, reporter_group, \
                       phone_masked, identity_masked, address_masked, erased_at, version";

pub async fn person(tx: &mut Tx<'_>, id: PersonId) -> Result<Option<PersonRow>, Stop> {
    let sql = format!("SELECT {COLUMNS} FROM people_people WHERE cell = $1 AND id = $2");
    Ok(tx.one::<PersonRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// So many at once are looked up by their ids.
const AT_ONCE: usize = 200;

/// People of a cell by their ids, in no order.
pub async fn people(tx: &mut Tx<'_>, cell: Cell, ids: &[Uuid]) -> Result<Vec<PersonRow>, Stop> {
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let mut args = db::args![cell.0];
        let marks = db::several(&mut args, some.iter().copied());
        let sql = format!("SELECT {COLUMNS} FROM people_people WHERE cell = $1 AND id IN ({marks})");
        rows.extend(tx.all::<PersonRow>(&sql, args).await?);
    }
    Ok(rows)
}

/// A person who was not erased.
pub async fn present(tx: &mut Tx<'_>, id: PersonId) -> Result<PersonRow, Stop> {
    person(tx, id).await?.filter(|row| row.erased_at.is_none()).ok_or(Stop::Missing)
}

/// A protected field of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protected {
    Phone,
    Identity,
    Address,
}

impl Protected {
    pub const fn field(self) -> &'static str {
        match self {
            Protected::Phone => "phone",
            Protected::Identity => "identity",
            Protected::Address => "address",
        }
    }

    const fn column(self) -> &'static str {
        match self {
            Protected::Phone => "phone_sealed",
            Protected::Identity => "identity_sealed",
            Protected::Address => "address_sealed",
        }
    }
}

pub(super) fn at(column: &'static str, id: Uuid) -> At<'static> {
    At { table: "people_people", column, id }
}

/// Unseals a field. The caller has permitted it and writes the access log.
pub async fn unseal(tx: &mut Tx<'_>, person: PersonId, which: Protected) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        sealed: Option<Vec<u8>>,
    }
    let sql = format!("SELECT {} AS sealed FROM people_people WHERE cell = $1 AND id = $2", which.column());
    let row = tx.one::<Row>(&sql, db::args![person.cell.0, person.uuid]).await?;
    let Some(sealed) = row.and_then(|r| r.sealed) else { return Ok(None) };
    let key = tx.data_key(person.cell.0, person.uuid).await?;
    Ok(Some(key.unseal(at(which.column(), person.uuid), &sealed).map_err(Stop::from)?))
}

/// Everything a new row of a person holds.
pub struct NewPerson<'a> {
    pub id: PersonId,
    pub name: &'a str,
    pub sex: Option<&'a str>,
    pub birth_date: Option<String>,
    pub household: Option<HouseholdId>,
    pub place_id: Uuid,
    pub place_path: &'a str,
    pub reporter_group: &'a str,
    /// Normalised and masked.
    pub phone: Option<(String, String)>,
    pub identity: Option<(String, String)>,
    pub address: Option<(String, String)>,
    pub invented: bool,
}

pub async fn insert_person(tx: &mut Tx<'_>, when: Moment, new: NewPerson<'_>) -> Result<(), Stop> {
    let (cell, uuid) = (new.id.cell.0, new.id.uuid);
    let key = tx.create_data_key(cell, uuid, when.recorded.as_millisecond()).await?;
    let seal = |value: &Option<(String, String)>, column| value.as_ref().map(|(v, _)| key.seal(at(column, uuid), v));
    let masked = |value: &Option<(String, String)>| value.as_ref().map_or(String::new(), |(_, m)| m.clone());
    let identity_hash = new.identity.as_ref().map(|(v, _)| tx.vault().lookup("identity", v));
    tx.put(
        "INSERT INTO people_people (cell, id, name, initials, sex, birth_date, household_id, place_id, place_path, \
         reporter_group, phone_masked, phone_sealed, identity_masked, identity_sealed, identity_hash, address_masked, \
         address_sealed, invented, created_at, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, 1)",
        db::args![
            cell,
            uuid,
            new.name,
            crate::words::initials(new.name),
            new.sex,
            new.birth_date,
            new.household.map(|h| h.uuid),
            new.place_id,
            new.place_path,
            new.reporter_group,
            masked(&new.phone),
            seal(&new.phone, "phone_sealed"),
            masked(&new.identity),
            seal(&new.identity, "identity_sealed"),
            identity_hash,
            masked(&new.address),
            seal(&new.address, "address_sealed"),
            new.invented,
            when.recorded.as_millisecond()
        ],
    )
    .await?;
    tx.search_put(cell, "per", uuid, new.name).await?;
    Ok(())
}

pub async fn insert_household(
    tx: &mut Tx<'_>,
    when: Moment,
    id: HouseholdId,
    (place_id, place_path): (Uuid, &str),
    door: &str,
) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO people_households (cell, id, place_id, place_path, door, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
        db::args![id.cell.0, id.uuid, place_id, place_path, door, when.recorded.as_millisecond()],
    )
    .await?;
    Ok(())
}

/// What stands at the door of a household.
pub async fn door(tx: &mut Tx<'_>, cell: i32, household: Uuid) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        door: String,
    }
    let sql = "SELECT door FROM people_households WHERE cell = $1 AND id = $2";
    Ok(tx.one::<Row>(sql, db::args![cell, household]).await?.map(|row| row.door))
}

#[derive(Clone, Debug, Deserialize)]
pub struct OrganisationRow {
    pub cell: i32,
    pub id: Uuid,
    pub name: String,
    pub initials: String,
    pub kind: String,
    pub credit_code: Option<String>,
    pub place_id: Uuid,
    pub place_path: String,
    pub labels: String,
    /// 负责人, as the unit itself says; a team without one is headed by its leader.
    pub head: Option<String>,
    pub version: i64,
}

impl OrganisationRow {
    pub fn id(&self) -> OrganisationId {
        Id::new(Cell(self.cell), self.id)
    }
}

pub(super) const ORGANISATION: &str =
    "cell, id, name, initials, kind, credit_code, place_id, place_path, labels, head, version";

pub async fn organisation(tx: &mut Tx<'_>, id: OrganisationId) -> Result<Option<OrganisationRow>, Stop> {
    let sql = format!("SELECT {ORGANISATION} FROM people_organisations WHERE cell = $1 AND id = $2");
    Ok(tx.one::<OrganisationRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// Organisations of a kind in a part of the tree, in tree order.
pub async fn organisations(
    tx: &mut Tx<'_>,
    cell: Cell,
    kind: &str,
    within: &str,
) -> Result<Vec<OrganisationRow>, Stop> {
    let sql = format!(
        "SELECT {ORGANISATION} FROM people_organisations WHERE cell = $1 AND kind = $2 AND place_path >= $3 \
         AND place_path < $4 AND ended_at IS NULL ORDER BY place_path, id"
    );
    Ok(tx.all::<OrganisationRow>(&sql, db::args![cell.0, kind, within, format!("{within}~")]).await?)
}

pub struct NewOrganisation<'a> {
    pub id: OrganisationId,
    pub name: &'a str,
    pub kind: &'a str,
    pub credit_code: Option<&'a str>,
    pub place_id: Uuid,
    pub place_path: &'a str,
    pub parent: Option<OrganisationId>,
    pub labels: &'a str,
    pub invented: bool,
}

pub async fn insert_organisation(tx: &mut Tx<'_>, when: Moment, new: NewOrganisation<'_>) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO people_organisations (cell, id, name, initials, kind, credit_code, place_id, place_path, parent_id, \
         labels, invented, created_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)",
        db::args![
            new.id.cell.0,
            new.id.uuid,
            new.name,
            crate::words::initials(new.name),
            new.kind,
            new.credit_code,
            new.place_id,
            new.place_path,
            new.parent.map(|p| p.uuid),
            new.labels,
            new.invented,
            when.recorded.as_millisecond()
        ],
    )
    .await?;
    tx.search_put(new.id.cell.0, "org", new.id.uuid, new.name).await?;
    Ok(())
}

/// The memberships of a person that are valid at this moment.
pub async fn memberships(tx: &mut Tx<'_>, person: PersonId, when: Moment) -> Result<Vec<Membership>, Stop> {
    held(tx, person, when, "valid_from <= $3 AND").await
}

/// Those that are valid at this moment and those to come.
pub async fn memberships_from(tx: &mut Tx<'_>, person: PersonId, when: Moment) -> Result<Vec<Membership>, Stop> {
    held(tx, person, when, "").await
}

async fn held(tx: &mut Tx<'_>, person: PersonId, when: Moment, begun: &str) -> Result<Vec<Membership>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        role: String,
        organisation_id: Option<Uuid>,
        place_path: String,
    }
    let sql = format!(
        "SELECT cell, role, organisation_id, place_path FROM people_memberships WHERE person_cell = $1 \
         AND person_id = $2 AND {begun} (valid_to IS NULL OR valid_to > $3) ORDER BY id"
    );
    let args = db::args![person.cell.0, person.uuid, when.recorded.as_millisecond()];
    let membership = |row: Row| {
        let organisation = row.organisation_id.map(|id| Id::new(Cell(row.cell), id));
        Some(Membership { role: Role::from_key(&row.role)?, organisation, place_path: row.place_path })
    };
    Ok(tx.all::<Row>(&sql, args).await?.into_iter().filter_map(membership).collect())
}

pub struct NewMembership<'a> {
    pub id: MembershipId,
    pub person: PersonId,
    pub role: Role,
    pub organisation: Option<OrganisationId>,
    pub place_path: &'a str,
    pub from: i64,
    pub to: Option<i64>,
}

pub async fn insert_membership(tx: &mut Tx<'_>, new: NewMembership<'_>) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO people_memberships (cell, id, person_cell, person_id, role, organisation_id, place_path, \
         valid_from, valid_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        db::args![
            new.id.cell.0,
            new.id.uuid,
            new.person.cell.0,
            new.person.uuid,
            new.role.key(),
            new.organisation.map(|o| o.uuid),
            new.place_path,
            new.from,
            new.to
        ],
    )
    .await?;
    Ok(())
}

pub struct NewCredential<'a> {
    pub id: CredentialId,
    pub person: PersonId,
    pub skill: &'a str,
    pub number: &'a str,
    pub issuer: &'a str,
    pub valid_from: String,
    pub valid_to: Option<String>,
    /// The day on which someone other than the holder looked at it.
    pub verified_on: Option<String>,
}

pub async fn insert_credential(tx: &mut Tx<'_>, when: Moment, new: NewCredential<'_>) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO people_credentials (cell, id, person_id, skill, number, issuer, valid_from, valid_to, verified_on, \
         created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::args![
            new.id.cell.0,
            new.id.uuid,
            new.person.uuid,
            new.skill,
            new.number,
            new.issuer,
            new.valid_from,
            new.valid_to,
            new.verified_on,
            when.recorded.as_millisecond()
        ],
    )
    .await?;
    Ok(())
}

/// A person with what makes them close to others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    pub person: PersonId,
    pub household: Option<HouseholdId>,
    /// Declared kin, and delegates either way.
    pub kin: Vec<PersonId>,
}

impl Near {
    pub fn party(&self) -> Party<'_> {
        Party { person: self.person, household: self.household, kin: &self.kin }
    }
}

/// Household, declared kin, and those who act for a person or for whom they act; who is not registered any more is near
/// nobody.
pub async fn near(tx: &mut Tx<'_>, id: PersonId) -> Result<Near, Stop> {
    #[derive(Deserialize)]
    struct Row {
        household_id: Option<Uuid>,
        cell: Option<i32>,
        id: Option<Uuid>,
    }
    let now = tx.app().now().recorded.as_millisecond();
    let rows = tx
        .all::<Row>(
            "SELECT p.household_id, k.cell, k.id FROM people_people p LEFT JOIN (\
             SELECT kin_cell AS cell, kin_id AS id FROM people_kin WHERE cell = $1 AND person_id = $2 \
             AND ended_at IS NULL UNION SELECT cell, person_id AS id FROM people_kin WHERE kin_cell = $1 \
             AND kin_id = $2 AND ended_at IS NULL \
             UNION SELECT delegate_cell AS cell, delegate_id AS id FROM people_mandates WHERE cell = $1 \
             AND person_id = $2 AND confirmed_at IS NOT NULL AND revoked_at IS NULL AND valid_to > $3 \
             UNION SELECT cell, person_id AS id FROM people_mandates WHERE delegate_cell = $1 AND delegate_id = $2 \
             AND confirmed_at IS NOT NULL AND revoked_at IS NULL AND valid_to > $3\
             ) k ON TRUE WHERE p.cell = $1 AND p.id = $2",
            db::args![id.cell.0, id.uuid, now],
        )
        .await?;
    let household = rows.first().and_then(|row| row.household_id);
    Ok(Near {
        person: id,
        household: household.map(|uuid| Id::new(id.cell, uuid)),
        kin: rows.iter().filter_map(|row| Some(Id::new(Cell(row.cell?), row.id?))).collect(),
    })
}

/// Everybody tied to a person, themselves included: who of any of these is served, is not served by this person. The
/// same ties as [`near`] and `rules::people::household::tie`, turned round for a list.
pub async fn circle(tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<PersonId>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        id: Uuid,
    }
    let Near { person, household, kin } = near(tx, id).await?;
    let mut circle = vec![person];
    circle.extend(kin);
    if let Some(household) = household {
        let sql = "SELECT cell, id FROM people_people WHERE cell = $1 AND household_id = $2 AND id <> $3";
        let rows = tx.all::<Row>(sql, db::args![household.cell.0, household.uuid, id.uuid]).await?;
        circle.extend(rows.into_iter().map(|row| Id::new(Cell(row.cell), row.id)));
    }
    Ok(circle)
}

/// Keeps a declaration of kinship; one made before stands.
pub async fn insert_kin(tx: &mut Tx<'_>, when: Moment, person: PersonId, kin: PersonId) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO people_kin (cell, person_id, kin_cell, kin_id, declared_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (cell, person_id, kin_cell, kin_id) DO UPDATE SET ended_at = NULL",
        db::args![person.cell.0, person.uuid, kin.cell.0, kin.uuid, when.recorded.as_millisecond()],
    )
    .await?;
    Ok(())
}

/// Somebody on staff, with the role they hold there.
#[derive(Clone, Debug)]
pub struct StaffRow {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
}

/// Who holds one of these roles for the place today: its own staff first, then those of the parts of the tree above.
pub async fn staff_at(tx: &mut Tx<'_>, path: &str, roles: &[Role], when: Moment) -> Result<Vec<StaffRow>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        id: Uuid,
        name: String,
        role: String,
    }
    if roles.is_empty() {
        return Ok(Vec::new());
    }
    let mut args = db::args![when.recorded.as_millisecond()];
    let mut list = |values: Vec<String>| {
        let places = values.into_iter().map(|value| {
            args.push(value.into());
            format!("${}", args.len())
        });
        places.collect::<Vec<_>>().join(", ")
    };
    let covering = list(path.match_indices('/').map(|(end, _)| path[..=end].to_owned()).collect());
    let roles = list(roles.iter().map(|r| r.key().to_owned()).collect());
    let sql = format!(
        "SELECT p.cell, p.id, p.name, m.role FROM people_memberships m \
         JOIN people_people p ON p.cell = m.person_cell AND p.id = m.person_id \
         WHERE m.valid_from <= $1 AND (m.valid_to IS NULL OR m.valid_to > $1) AND m.place_path IN ({covering}) \
         AND m.role IN ({roles}) ORDER BY m.place_path DESC, p.id LIMIT 200"
    );
    let rows = tx.all::<Row>(&sql, args).await?;
    let mut staff: Vec<StaffRow> = Vec::new();
    for row in rows {
        let person = Id::new(Cell(row.cell), row.id);
        let Some(role) = Role::from_key(&row.role) else { continue };
        if staff.iter().all(|s| s.person != person) {
            staff.push(StaffRow { person, name: row.name, role });
        }
    }
    Ok(staff)
}

/// The skills and credentials of people of a cell that somebody else has looked at, for a form to suggest: what anybody can
/// type about themselves is put before no neighbour.
pub async fn skills(tx: &mut Tx<'_>, cell: Cell, limit: i64) -> Result<Vec<String>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        skill: String,
    }
    let sql = "SELECT DISTINCT skill FROM people_credentials WHERE cell = $1 AND verified_on IS NOT NULL AND ended_at IS NULL \
               ORDER BY skill LIMIT $2";
    Ok(tx.all::<Row>(sql, db::args![cell.0, limit]).await?.into_iter().map(|row| row.skill).collect())
}
