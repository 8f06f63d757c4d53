//! Who is whose kin, as the register has it: shown to staff, entered by a number or a name, and taken out again.

use rules::people::{Phone, access, household};
use rules::places::{Level, path};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Cell, Id, Moment, Refusal};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::register::{self, Sought};
use super::store::{self, PersonRow};
use crate::{Stop, Tx, audit, identity};

/// Those whom somebody declared as kin or who declared them, as far as `who` sees them; and how many there are besides.
pub async fn of(tx: &mut Tx<'_>, who: &Actor, person: PersonId) -> Result<(Vec<PersonRow>, usize), Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        id: Uuid,
    }
    let sql = "SELECT kin_cell AS cell, kin_id AS id FROM people_kin WHERE cell = $1 AND person_id = $2 AND ended_at IS NULL \
               UNION SELECT cell, person_id AS id FROM people_kin WHERE kin_cell = $1 AND kin_id = $2 AND ended_at IS NULL \
               ORDER BY 1, 2";
    let rows = tx.all::<Row>(sql, db::args![person.cell.0, person.uuid]).await?;
    let (mut seen, mut others) = (Vec::new(), 0);
    for row in rows {
        match register::seen(tx, who, Id::new(Cell(row.cell), row.id)).await {
            Ok(row) => seen.push(row),
            Err(Stop::Missing) => others += 1,
            Err(stop) => return Err(stop),
        }
    }
    Ok((seen, others))
}

/// How many people of one name are looked at.
const NAMESAKES: u32 = 50;

/// Who is meant by a number, an id or a whole name, of the county of `home`: not everybody has a telephone.
///
/// # Errors
/// `kin-unknown` for a number and `kin-nobody` for a name that nobody has, `kin-several` for a name that several have, at `field`.
pub async fn named(
    tx: &mut Tx<'_>,
    who: &Actor,
    (home, field): (&str, &'static str),
    typed: &str,
) -> Result<PersonId, Stop> {
    let unknown = || Refusal::new("kin-nobody").at_field(field);
    if let Ok(id) = typed.parse::<PersonId>() {
        return Ok(register::seen(tx, who, id).await.map_err(|_| unknown())?.id());
    }
    if let Ok(phone) = Phone::parse(typed) {
        let known = identity::store::person_of_phone(tx, phone.reveal()).await?;
        return known.ok_or_else(|| Refusal::new("kin-unknown").at_field(field).into());
    }
    let within = Some(path::up_to(home, Level::County).to_owned());
    let sought = Sought { words: typed.to_owned(), within };
    let found = register::find_people(tx, who, &sought, None, NAMESAKES).await?.items;
    let mut same = found.into_iter().filter(|row| !typed.is_empty() && row.name == typed);
    match (same.next(), same.next()) {
        (Some(one), None) => Ok(one.id()),
        (None, _) => Err(unknown().into()),
        (Some(_), Some(_)) => Err(Refusal::new("kin-several").at_field(field).into()),
    }
}

/// Declares that two people are kin, so that neither serves, confirms or judges the other.
///
/// # Errors
/// `kin-self`.
pub async fn declare_kin(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    kin: PersonId,
) -> Result<(), Stop> {
    let row = store::present(tx, person).await?;
    store::present(tx, kin).await?;
    if person == kin {
        return Err(Refusal::new("kin-self").at_field("kin").into());
    }
    let subject = access::PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    access::on_person::<access::DeclareKin>(who, &subject)?;
    store::insert_kin(tx, at, person, kin).await?;
    audit::record(tx, who, at, "people.declare_kin", person, json!({ "kin": kin })).await
}

/// Takes out of the register that two people are kin.
///
/// # Errors
/// Those of [`household::may_end_kin`]; `kin-none` for two who are not.
pub async fn end(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, kin: PersonId) -> Result<(), Stop> {
    let row = register::seen(tx, who, person).await?;
    let subject = access::PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    let permit = access::on_person::<access::EndKin>(who, &subject)?;
    household::may_end_kin(&permit, [person, kin])?;
    let sql = "UPDATE people_kin SET ended_at = $5 WHERE ended_at IS NULL \
               AND ((cell = $1 AND person_id = $2 AND kin_cell = $3 AND kin_id = $4) \
               OR (cell = $3 AND person_id = $4 AND kin_cell = $1 AND kin_id = $2))";
    let args = db::args![person.cell.0, person.uuid, kin.cell.0, kin.uuid, at.recorded.as_millisecond()];
    if tx.run(sql, args).await? == 0 {
        return Err(Refusal::new("kin-none").into());
    }
    audit::record(tx, who, at, "people.end_kin", person, json!({ "kin": kin })).await
}
