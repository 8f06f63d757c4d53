//! SQL of consents: only ever added to.

use rules::people::consent::Said;
use rules::shared::ids::{ConsentThing, PersonId};
use rules::shared::{Actor, Moment};
use serde::Deserialize;

use crate::{Stop, Tx};

#[derive(Clone, Debug, Deserialize)]
pub struct SaidRow {
    pub purpose: String,
    version: i32,
    given: bool,
    pub recorded_at: i64,
}

impl SaidRow {
    pub fn said(&self) -> Result<Said, Stop> {
        Ok(Said { version: u16::try_from(self.version).map_err(Stop::defect)?, given: self.given })
    }
}

/// What somebody last said about a purpose.
pub async fn last(tx: &mut Tx<'_>, person: PersonId, purpose: &str) -> Result<Option<SaidRow>, Stop> {
    let sql = "SELECT purpose, version, given, recorded_at FROM people_consents WHERE cell = $1 AND person_id = $2 \
               AND purpose = $3 ORDER BY id DESC LIMIT 1";
    Ok(tx.one::<SaidRow>(sql, db::args![person.cell.0, person.uuid, purpose]).await?)
}

/// Everything that somebody ever said, of each purpose the newest first.
pub async fn all(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<SaidRow>, Stop> {
    let sql = "SELECT purpose, version, given, recorded_at FROM people_consents WHERE cell = $1 AND person_id = $2 \
               ORDER BY purpose, id DESC";
    Ok(tx.all::<SaidRow>(sql, db::args![person.cell.0, person.uuid]).await?)
}

pub async fn said(tx: &mut Tx<'_>, person: PersonId, purpose: &str) -> Result<Option<Said>, Stop> {
    last(tx, person, purpose).await?.as_ref().map(SaidRow::said).transpose()
}

pub async fn insert(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    purpose: &str,
    said: Said,
) -> Result<(), Stop> {
    let id = tx.new_id::<ConsentThing>(person.cell, at);
    tx.put(
        "INSERT INTO people_consents (cell, id, person_id, purpose, version, given, channel, recorded_at, said_cell, \
         said_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::args![
            person.cell.0,
            id.uuid,
            person.uuid,
            purpose,
            i32::from(said.version),
            said.given,
            who.channel.key(),
            at.recorded.as_millisecond(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid)
        ],
    )
    .await?;
    Ok(())
}
