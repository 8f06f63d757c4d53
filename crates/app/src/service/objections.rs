//! SQL of objections to records.

use db::At;
use rules::service::objection::{Became, Objection, ObjectionState, Side};
use rules::service::{Confirmation, RecordState, Standing};
use rules::shared::ids::{MatterId, PersonId, RecordId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::records::RecordRow;
use super::store::person;
use crate::dispatch::store::instant;
use crate::{Stop, Tx};

/// What somebody said against a record, and what became of it.
#[derive(Clone, Debug, Deserialize)]
pub struct ObjectionRow {
    pub cell: i32,
    pub record_id: Uuid,
    number: i32,
    pub raised_at: i64,
    raised_cell: i32,
    raised_by: Uuid,
    /// `served`, `volunteer` or `staff`.
    pub raised_as: String,
    /// Erased with who is named in them.
    pub words: Option<String>,
    pub state: String,
    record_state: String,
    confirmed_at: Option<i64>,
    confirmed_as: Option<String>,
    confirmed_cell: Option<i32>,
    confirmed_by: Option<Uuid>,
    pub heard_at: Option<i64>,
    person_cell: i32,
    person_id: Uuid,
    pub person_name: String,
    pub started_at: i64,
    pub ended_at: i64,
    pub answered_at: Option<i64>,
    pub answerer_name: Option<String>,
    pub answer: Option<String>,
    pub found: Option<String>,
    pub over_at: Option<i64>,
}

impl ObjectionRow {
    pub fn record(&self) -> RecordId {
        Id::new(Cell(self.cell), self.record_id)
    }

    pub fn volunteer(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }

    /// Whose it is.
    pub fn raised_for(&self) -> PersonId {
        Id::new(Cell(self.raised_cell), self.raised_by)
    }

    pub fn is_undecided(&self) -> bool {
        ObjectionState::from_key(&self.state).is_some_and(ObjectionState::is_undecided)
    }

    fn known<T>(&self, found: Option<T>, column: &str) -> Result<T, Stop> {
        found.ok_or_else(|| Stop::Defect(format!("an objection to {} has an unknown {column}", self.record())))
    }

    /// As the rules see it.
    pub fn objection(&self) -> Result<Objection, Stop> {
        Ok(Objection {
            record: self.record(),
            raised_for: self.raised_for(),
            state: self.known(ObjectionState::from_key(&self.state), "state")?,
            before: self.known(RecordState::from_key(&self.record_state), "state of its record")?,
        })
    }

    /// The confirmation that the record had before, where it was confirmed.
    pub fn confirmation_before(&self) -> Result<Option<Confirmation>, Stop> {
        if self.record_state != RecordState::Confirmed.key() {
            return Ok(None);
        }
        Ok(Some(Confirmation {
            record: self.record(),
            by: self.known(person(self.confirmed_cell, self.confirmed_by), "confirmer")?,
            standing: self.known(self.confirmed_as.as_deref().and_then(Standing::from_key), "confirmation")?,
            at: instant(self.known(self.confirmed_at, "confirmation")?)?,
        }))
    }
}

const SELECT: &str = "SELECT j.cell, j.record_id, j.number, j.raised_at, j.raised_cell, j.raised_by, j.raised_as, j.words, \
                      j.state, j.record_state, j.confirmed_at, j.confirmed_as, j.confirmed_cell, j.confirmed_by, \
                      j.heard_at, r.person_cell, r.person_id, w.name AS person_name, r.started_at, r.ended_at, \
                      j.answered_at, a.name AS answerer_name, j.answer, j.found, j.ended_at AS over_at \
                      FROM service_objections j \
                      JOIN service_records r ON r.cell = j.cell AND r.id = j.record_id \
                      JOIN people_people w ON w.cell = r.person_cell AND w.id = r.person_id \
                      LEFT JOIN people_people a ON a.cell = j.answered_cell AND a.id = j.answered_by";

/// What was said against a record, the first on top.
pub async fn of_record(tx: &mut Tx<'_>, record: RecordId) -> Result<Vec<ObjectionRow>, Stop> {
    let sql = format!("{SELECT} WHERE j.cell = $1 AND j.record_id = $2 ORDER BY j.number");
    Ok(tx.all::<ObjectionRow>(&sql, db::args![record.cell.0, record.uuid]).await?)
}

/// What was said against the records of what was done for somebody on a matter, the first on top.
pub async fn of_matter(tx: &mut Tx<'_>, matter: MatterId, served: PersonId) -> Result<Vec<ObjectionRow>, Stop> {
    let sql = format!(
        "{SELECT} WHERE r.cell = $1 AND r.matter_id = $2 AND r.served_cell = $3 AND r.served_id = $4 \
         ORDER BY r.started_at, j.record_id, j.number"
    );
    let args = db::args![matter.cell.0, matter.uuid, served.cell.0, served.uuid];
    Ok(tx.all::<ObjectionRow>(&sql, args).await?)
}

/// The one that still waits for somebody: there is never more than one.
pub async fn undecided(tx: &mut Tx<'_>, record: RecordId) -> Result<Option<ObjectionRow>, Stop> {
    Ok(of_record(tx, record).await?.into_iter().find(ObjectionRow::is_undecided))
}

/// Keeps what `by` says against a record as it stands in `row`, beside what was said before.
pub async fn raise(
    tx: &mut Tx<'_>,
    at: Moment,
    row: &RecordRow,
    (by, side): (PersonId, Side),
    words: &str,
) -> Result<(), Stop> {
    let before = of_record(tx, row.id()).await?.len();
    let confirmer = row.confirmer();
    tx.put(
        "INSERT INTO service_objections (cell, record_id, number, raised_at, raised_cell, raised_by, raised_as, words, \
         state, record_state, confirmed_at, confirmed_as, confirmed_cell, confirmed_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        db::args![
            row.cell,
            row.id,
            i32::try_from(before + 1).map_err(Stop::defect)?,
            at.recorded.as_millisecond(),
            by.cell.0,
            by.uuid,
            side.key(),
            words,
            ObjectionState::Open.key(),
            row.state.as_str(),
            row.confirmed_at,
            row.confirmed_as.as_deref(),
            confirmer.map(|p| p.cell.0),
            confirmer.map(|p| p.uuid)
        ],
    )
    .await?;
    Ok(())
}

/// Notes how whoever set the record right answers it, and whether they changed anything.
pub async fn answer(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &ObjectionRow,
    (words, found): (&str, Became),
) -> Result<(), Stop> {
    let by = who.person;
    // What was set right once is not unchanged because nothing was changed the next time.
    let found = if row.found.as_deref() == Some(Became::Corrected.key()) { Became::Corrected } else { found };
    tx.put(
        "UPDATE service_objections SET state = $4, answered_at = $5, answered_cell = $6, answered_by = $7, answer = $8, \
         found = $9 WHERE cell = $1 AND record_id = $2 AND number = $3",
        db::args![
            row.cell,
            row.record_id,
            row.number,
            ObjectionState::Answered.key(),
            at.recorded.as_millisecond(),
            by.map(|p| p.cell.0),
            by.map(|p| p.uuid),
            words,
            found.key()
        ],
    )
    .await?;
    Ok(())
}

/// Ends it: decided, or taken back. A finding and an answer that are given take the place of those there.
pub async fn end(
    tx: &mut Tx<'_>,
    at: Moment,
    row: &ObjectionRow,
    state: ObjectionState,
    (found, answer): (Option<Became>, Option<&str>),
) -> Result<(), Stop> {
    tx.put(
        "UPDATE service_objections SET state = $4, ended_at = $5, found = COALESCE($6, found), \
         answer = COALESCE($7, answer) WHERE cell = $1 AND record_id = $2 AND number = $3",
        db::args![
            row.cell,
            row.record_id,
            row.number,
            state.key(),
            at.recorded.as_millisecond(),
            found.map(Became::key),
            answer
        ],
    )
    .await?;
    Ok(())
}

fn words_at(record: RecordId) -> At<'static> {
    At { table: "service_objections", column: "words_sealed", id: record.uuid }
}

/// Seals what the volunteer says to it, in place of what was said before.
pub async fn hear(tx: &mut Tx<'_>, who: &Actor, at: Moment, row: &ObjectionRow, words: &str) -> Result<(), Stop> {
    let of = row.volunteer();
    let key = tx.find_data_key(of.cell.0, of.uuid).await?;
    let by = who.person;
    tx.put(
        "UPDATE service_objections SET heard_at = $4, heard_cell = $5, heard_by = $6, words_sealed = $7 \
         WHERE cell = $1 AND record_id = $2 AND number = $3",
        db::args![
            row.cell,
            row.record_id,
            row.number,
            at.recorded.as_millisecond(),
            by.map(|p| p.cell.0),
            by.map(|p| p.uuid),
            key.map(|key| key.seal(words_at(row.record()), words))
        ],
    )
    .await?;
    Ok(())
}

/// What the volunteer says to it. The caller has permitted it and writes the access log.
pub async fn heard(tx: &mut Tx<'_>, row: &ObjectionRow) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Sealed {
        words_sealed: Option<Vec<u8>>,
    }
    let sql = "SELECT words_sealed FROM service_objections WHERE cell = $1 AND record_id = $2 AND number = $3";
    let found = tx.one::<Sealed>(sql, db::args![row.cell, row.record_id, row.number]).await?;
    let Some(sealed) = found.and_then(|found| found.words_sealed) else { return Ok(None) };
    // Who was erased took the words along.
    let Some(key) = tx.find_data_key(row.person_cell, row.person_id).await? else { return Ok(None) };
    Ok(Some(key.unseal(words_at(row.record()), &sealed).map_err(Stop::from)?))
}
