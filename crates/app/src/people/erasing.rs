//! What an erasure takes out of the register, and out of the words that others wrote.

use jiff::civil::Date;
use rules::people::person::ERASED;
use rules::shared::ids::{PersonId, Thing};
use rules::shared::{Id, Moment};

use super::mandates;
use super::store::{self, PersonRow, Protected};
use crate::{Stop, Tx, audit};

/// By what somebody would be known in the words of others: name, phone, identity number, address.
pub struct Marks(Vec<String>);

impl Marks {
    /// Opens what is known of a person. The caller erases them next.
    pub async fn of(tx: &mut Tx<'_>, row: &PersonRow) -> Result<Marks, Stop> {
        let mut marks = vec![row.name.clone()];
        for field in [Protected::Phone, Protected::Identity, Protected::Address] {
            marks.extend(store::unseal(tx, row.id(), field).await?);
        }
        // A single character stands in half of all texts.
        marks.retain(|mark| mark.chars().count() > 1);
        Ok(Marks(marks))
    }

    /// Whether a text speaks of them.
    pub fn are_in(&self, text: &str) -> bool {
        self.0.iter().any(|mark| text.contains(mark.as_str()))
    }

    /// Replaces them in what the events of a subject say.
    pub async fn take_out_of_events<T: Thing>(&self, tx: &mut Tx<'_>, subject: Id<T>) -> Result<(), Stop> {
        audit::replace(tx, subject, &self.0, ERASED).await
    }

    /// Replaces them in `columns` of a table's rows that fulfil `condition`, whose arguments are the first.
    pub async fn take_out(
        &self,
        tx: &mut Tx<'_>,
        (table, columns): (&str, &[&str]),
        (condition, args): (&str, &[db::Value]),
    ) -> Result<(), Stop> {
        let (mark, label) = (args.len() + 1, args.len() + 2);
        for column in columns {
            let sql = format!("UPDATE {table} SET {column} = REPLACE({column}, ${mark}, ${label}) WHERE {condition}");
            for text in &self.0 {
                let mut args = args.to_vec();
                args.extend(db::args![text.as_str(), ERASED]);
                tx.run(&sql, args).await?;
            }
        }
        Ok(())
    }
}

/// Takes a person out of the register: no name, nothing protected, no role. `birth`: what stays of the day of birth, and
/// with it the sex, where figures count by them.
pub async fn erase(tx: &mut Tx<'_>, at: Moment, row: &PersonRow, birth: Option<Date>) -> Result<(), Stop> {
    let (cell, id, now) = (row.cell, row.id, at.recorded.as_millisecond());
    mandates::ended_by_erasure(tx, at, row.id()).await?;
    let birth = birth.map(|day| day.to_string());
    tx.run(
        "UPDATE people_people SET name = $3, initials = '', sex = CASE WHEN CAST($4 AS TEXT) IS NULL THEN NULL ELSE sex END, \
         birth_date = $4, household_id = NULL, reporter_group = '', phone_masked = '', phone_sealed = NULL, \
         identity_masked = '', identity_sealed = NULL, identity_hash = NULL, address_masked = '', address_sealed = NULL, \
         erased_at = $5, ended_at = $5, version = version + 1 WHERE cell = $1 AND id = $2",
        db::args![cell, id, ERASED, birth, now],
    )
    .await?;
    tx.search_remove(cell, "per", id).await?;
    leave_home(tx, row, now).await?;
    end_ties(tx, row.id(), now).await?;
    head_nothing(tx, row).await?;
    for table in ["people_volunteers", "people_credentials", "people_card_requests"] {
        let sql = format!("DELETE FROM {table} WHERE cell = $1 AND person_id = $2");
        tx.run(&sql, db::args![cell, id]).await?;
    }
    audit::strip(tx, row.id(), &["account", "name", "skill"]).await
}

/// Nobody lives behind the door any more: then the door says nothing either.
async fn leave_home(tx: &mut Tx<'_>, row: &PersonRow, now: i64) -> Result<(), Stop> {
    let Some(household) = row.household_id else { return Ok(()) };
    let sql = "UPDATE people_households SET door = '', ended_at = $3 WHERE cell = $1 AND id = $2 AND NOT EXISTS \
               (SELECT 1 FROM people_people p WHERE p.cell = $1 AND p.household_id = $2)";
    tx.put(sql, db::args![row.cell, household, now]).await?;
    Ok(())
}

/// A unit keeps the name of who heads it and not who that is. They are meant where they live or belong to it, and wherever nobody
/// else who is registered in the county is called so.
async fn head_nothing(tx: &mut Tx<'_>, row: &PersonRow) -> Result<(), Stop> {
    let sql = "UPDATE people_organisations SET head = NULL WHERE cell = $1 AND head = $2 \
               AND (substr(CAST($3 AS TEXT), 1, length(place_path)) = place_path \
               OR id IN (SELECT organisation_id FROM people_memberships WHERE person_cell = $1 AND person_id = $4) \
               OR NOT EXISTS (SELECT 1 FROM people_people p WHERE p.cell = $1 AND p.name = $2 AND p.id <> $4 \
               AND p.erased_at IS NULL))";
    tx.run(sql, db::args![row.cell, row.name.as_str(), row.place_path.as_str(), row.id]).await?;
    Ok(())
}

/// Roles, cards, mandates and kinship.
async fn end_ties(tx: &mut Tx<'_>, person: PersonId, now: i64) -> Result<(), Stop> {
    let args = || db::args![person.cell.0, person.uuid, now];
    for sql in [
        "UPDATE people_memberships SET valid_to = $3 WHERE person_cell = $1 AND person_id = $2 \
         AND (valid_to IS NULL OR valid_to > $3)",
        "UPDATE people_cards SET state = 'lost', ended_at = $3 WHERE cell = $1 AND person_id = $2 AND state = 'valid'",
        "UPDATE people_mandates SET named = '', revoked_at = COALESCE(revoked_at, $3) WHERE cell = $1 AND person_id = $2",
        "UPDATE people_mandates SET revoked_at = COALESCE(revoked_at, $3) WHERE delegate_cell = $1 AND delegate_id = $2",
    ] {
        tx.run(sql, args()).await?;
    }
    for sql in [
        "DELETE FROM people_kin WHERE cell = $1 AND person_id = $2",
        "DELETE FROM people_kin WHERE kin_cell = $1 AND kin_id = $2",
    ] {
        tx.run(sql, db::args![person.cell.0, person.uuid]).await?;
    }
    Ok(())
}
