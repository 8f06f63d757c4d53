//! SQL of reviews and call-backs.

use db::At;
use jiff::Timestamp;
use rules::service::anomaly::{Finding, Sign};
use rules::service::appeal::{AppealState, Appealable};
use rules::service::review::{CallBack, Review, ReviewState};
use rules::service::{Confirmation, RecordState, Standing};
use rules::shared::ids::{PersonId, RecordId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::records::RecordRow;
use super::store::person;
use crate::dispatch::store::instant;
use crate::{Stop, Tx};

/// A review, with what lists say of its record.
#[derive(Clone, Debug, Deserialize)]
pub struct ReviewRow {
    pub cell: i32,
    pub record_id: Uuid,
    pub person_cell: i32,
    pub person_id: Uuid,
    pub person_name: String,
    pub activity: String,
    pub day: String,
    pub minutes: i64,
    pub started_at: i64,
    pub ended_at: i64,
    pub place_name: String,
    pub place_path: String,
    signs: String,
    pub score: i64,
    pub state: String,
    pub opened_at: i64,
    confirmed_cell: Option<i32>,
    confirmed_by: Option<Uuid>,
    pub answer_by: Option<i64>,
    pub heard_at: Option<i64>,
    heard_cell: Option<i32>,
    heard_by: Option<Uuid>,
    pub decided_at: Option<i64>,
    decided_cell: Option<i32>,
    decided_by: Option<Uuid>,
    pub decider_name: Option<String>,
    pub reason: Option<String>,
    /// The matter it belongs to is private.
    pub matter_private: Option<bool>,
    /// What the record was when it was found false, and how it had been confirmed.
    record_state: Option<String>,
    confirmed_at: Option<i64>,
    confirmed_as: Option<String>,
    pub appeal_by: Option<i64>,
    /// How the appeal against this finding stands, when there is one.
    pub appeal: Option<String>,
    pub appealed_at: Option<i64>,
    appealed_cell: Option<i32>,
    appealed_by: Option<Uuid>,
    pub appeal_decided_at: Option<i64>,
    appeal_decided_cell: Option<i32>,
    appeal_decided_by: Option<Uuid>,
    pub appeal_decider_name: Option<String>,
    pub appeal_reason: Option<String>,
}

impl ReviewRow {
    pub fn record(&self) -> RecordId {
        Id::new(Cell(self.cell), self.record_id)
    }

    pub fn volunteer(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }

    pub fn signs(&self) -> Result<Vec<Sign>, Stop> {
        Ok(serde_json::from_str(&self.signs)?)
    }

    pub fn is_open(&self) -> bool {
        self.state == ReviewState::Open.key()
    }

    /// Who confirmed the record before it was looked at, and who wrote the answer down.
    pub fn took_part(&self) -> impl Iterator<Item = PersonId> {
        let confirmer = person(self.confirmed_cell, self.confirmed_by);
        let writer = person(self.heard_cell, self.heard_by).filter(|writer| *writer != self.volunteer());
        confirmer.into_iter().chain(writer)
    }

    /// Who decided it, and on the appeal against it.
    pub fn deciders(&self) -> impl Iterator<Item = PersonId> {
        let decider = person(self.decided_cell, self.decided_by);
        decider.into_iter().chain(person(self.appeal_decided_cell, self.appeal_decided_by))
    }

    /// Who found it false, and who wrote the appeal down.
    pub fn took_part_since(&self) -> impl Iterator<Item = PersonId> {
        let decider = person(self.decided_cell, self.decided_by);
        let writer = person(self.appealed_cell, self.appealed_by).filter(|writer| *writer != self.volunteer());
        decider.into_iter().chain(writer)
    }

    fn known<T>(&self, found: Option<T>, column: &str) -> Result<T, Stop> {
        found.ok_or_else(|| Stop::Defect(format!("the review of {} has an unknown {column}", self.record())))
    }

    /// As an appeal sees it.
    pub fn appealable(&self) -> Result<Appealable, Stop> {
        let appeal = self.appeal.as_deref().map(|state| self.known(AppealState::from_key(state), "appeal"));
        Ok(Appealable {
            record: self.record(),
            volunteer: self.volunteer(),
            review: self.review()?.state,
            appeal_by: self.appeal_by.map(instant).transpose()?,
            appeal: appeal.transpose()?,
        })
    }

    /// What the record was when it was found false, with its confirmation where it was confirmed.
    pub fn record_before(&self) -> Result<(RecordState, Option<Confirmation>), Stop> {
        let state = self.record_state.as_deref().and_then(RecordState::from_key);
        let state = self.known(state, "state of its record")?;
        if state != RecordState::Confirmed {
            return Ok((state, None));
        }
        let standing = self.confirmed_as.as_deref().and_then(Standing::from_key);
        let confirmation = Confirmation {
            record: self.record(),
            by: self.known(person(self.confirmed_cell, self.confirmed_by), "confirmer")?,
            standing: self.known(standing, "confirmation")?,
            at: instant(self.known(self.confirmed_at, "confirmation")?)?,
        };
        Ok((state, Some(confirmation)))
    }

    /// What whoever may not see a private matter is shown of its service: what a certificate says of it.
    #[must_use]
    pub fn without_the_matter(self) -> ReviewRow {
        ReviewRow { place_name: String::new(), ..self }
    }

    /// As the rules see it.
    pub fn review(&self) -> Result<Review, Stop> {
        Ok(Review {
            record: self.record(),
            volunteer: self.volunteer(),
            state: self.known(ReviewState::from_key(&self.state), "state")?,
            is_heard: self.heard_at.is_some(),
            answer_by: self.answer_by.map(instant).transpose()?,
        })
    }
}

pub(super) const SELECT: &str = "SELECT v.cell, v.record_id, v.person_cell, v.person_id, w.name AS person_name, r.activity, r.day, \
                      r.minutes, r.started_at, r.ended_at, l.name AS place_name, v.place_path, v.signs, v.score, v.state, \
                      v.opened_at, v.confirmed_cell, v.confirmed_by, v.answer_by, v.heard_at, v.heard_cell, v.heard_by, \
                      v.decided_at, v.decided_cell, v.decided_by, d.name AS decider_name, v.reason, \
                      m.private AS matter_private, v.record_state, v.confirmed_at, v.confirmed_as, v.appeal_by, \
                      a.state AS appeal, a.asked_at AS appealed_at, a.asked_cell AS appealed_cell, \
                      a.asked_by AS appealed_by, a.decided_at AS appeal_decided_at, a.decided_cell AS appeal_decided_cell, \
                      a.decided_by AS appeal_decided_by, f.name AS appeal_decider_name, \
                      a.reason AS appeal_reason FROM service_reviews v \
                      JOIN service_records r ON r.cell = v.cell AND r.id = v.record_id \
                      JOIN people_people w ON w.cell = v.person_cell AND w.id = v.person_id \
                      JOIN places_places l ON l.cell = r.cell AND l.id = r.place_id \
                      LEFT JOIN matters_matters m ON m.cell = r.cell AND m.id = r.matter_id \
                      LEFT JOIN people_people d ON d.cell = v.decided_cell AND d.id = v.decided_by \
                      LEFT JOIN service_appeals a ON a.cell = v.cell AND a.record_id = v.record_id \
                      AND a.found_at = v.decided_at \
                      LEFT JOIN people_people f ON f.cell = a.decided_cell AND f.id = a.decided_by";

pub async fn review(tx: &mut Tx<'_>, record: RecordId) -> Result<Option<ReviewRow>, Stop> {
    let sql = format!("{SELECT} WHERE v.cell = $1 AND v.record_id = $2");
    Ok(tx.one::<ReviewRow>(&sql, db::args![record.cell.0, record.uuid]).await?)
}

/// Records of private matters are left out unless `private`.
fn narrow(private: bool) -> &'static str {
    if private { "" } else { "AND (m.private IS NULL OR NOT m.private)" }
}

/// The reviews of a part of the tree that are open, the longest waiting first; or else the last that were decided.
pub async fn within(
    tx: &mut Tx<'_>,
    cell: Cell,
    within: &str,
    private: bool,
    (open, limit): (bool, i64),
) -> Result<Vec<ReviewRow>, Stop> {
    let narrow = narrow(private);
    let (state, order) = if open { ("= 'open'", "v.opened_at") } else { ("<> 'open'", "v.opened_at DESC") };
    let sql = format!(
        "{SELECT} WHERE v.cell = $1 AND v.state {state} AND v.place_path >= $2 AND v.place_path < $3 {narrow} \
         ORDER BY {order}, v.record_id LIMIT $4"
    );
    Ok(tx.all::<ReviewRow>(&sql, db::args![cell.0, within, format!("{within}~"), limit]).await?)
}

/// Opens the review of a record, or opens one again that was cleared; false when it is open already.
pub async fn open(
    tx: &mut Tx<'_>,
    at: Moment,
    row: &RecordRow,
    finding: &Finding,
    answer_by: Option<Timestamp>,
) -> Result<bool, Stop> {
    let confirmer = row.confirmer();
    let opened = tx.run(
        "INSERT INTO service_reviews (cell, record_id, place_path, person_cell, person_id, signs, score, state, \
         opened_at, confirmed_cell, confirmed_by, answer_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
         ON CONFLICT (cell, record_id) DO UPDATE SET signs = excluded.signs, score = excluded.score, \
         state = excluded.state, opened_at = excluded.opened_at, confirmed_cell = excluded.confirmed_cell, \
         confirmed_by = excluded.confirmed_by, answer_by = excluded.answer_by, heard_at = NULL, heard_cell = NULL, \
         heard_by = NULL, words_sealed = NULL, decided_at = NULL, decided_cell = NULL, decided_by = NULL, reason = NULL, \
         record_state = NULL, appeal_by = NULL WHERE service_reviews.state = 'cleared'",
        db::args![
            row.cell,
            row.id,
            row.place_path.as_str(),
            row.person_cell,
            row.person_id,
            serde_json::to_string(&finding.signs)?,
            finding.score,
            ReviewState::Open.key(),
            at.recorded.as_millisecond(),
            confirmer.map(|p| p.cell.0),
            confirmer.map(|p| p.uuid),
            answer_by.map(Timestamp::as_millisecond)
        ],
    );
    Ok(opened.await? == 1)
}

/// Notes what is found of a record that is looked at.
pub async fn keep_signs(tx: &mut Tx<'_>, record: RecordId, finding: &Finding) -> Result<(), Stop> {
    let sql = "UPDATE service_reviews SET signs = $3, score = $4 WHERE cell = $1 AND record_id = $2 AND state = 'open'";
    let signs = serde_json::to_string(&finding.signs)?;
    tx.put(sql, db::args![record.cell.0, record.uuid, signs, finding.score]).await?;
    Ok(())
}

fn words_at(record: RecordId) -> At<'static> {
    At { table: "service_reviews", column: "words_sealed", id: record.uuid }
}

/// Seals what the volunteer says, in place of what was said before; false once it is decided.
pub async fn hear(tx: &mut Tx<'_>, who: &Actor, at: Moment, row: &ReviewRow, words: &str) -> Result<bool, Stop> {
    let of = row.volunteer();
    let key = tx.find_data_key(of.cell.0, of.uuid).await?;
    let sql = "UPDATE service_reviews SET heard_at = $3, heard_cell = $4, heard_by = $5, words_sealed = $6 \
               WHERE cell = $1 AND record_id = $2 AND state = 'open'";
    let args = db::args![
        row.cell,
        row.record_id,
        at.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid),
        key.map(|key| key.seal(words_at(row.record()), words))
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// What the volunteer said. The caller has permitted it and writes the access log.
pub async fn words(tx: &mut Tx<'_>, row: &ReviewRow) -> Result<Option<String>, Stop> {
    let sql = "SELECT words_sealed FROM service_reviews WHERE cell = $1 AND record_id = $2";
    unsealed(tx, row, words_at(row.record()), (sql, db::args![row.cell, row.record_id])).await
}

/// What the volunteer of a review said, which a query finds as `words_sealed`.
pub(super) async fn unsealed(
    tx: &mut Tx<'_>,
    row: &ReviewRow,
    at: At<'static>,
    (sql, args): (&str, Vec<db::Value>),
) -> Result<Option<String>, Stop> {
    #[derive(Deserialize)]
    struct Sealed {
        words_sealed: Option<Vec<u8>>,
    }
    let Some(sealed) = tx.one::<Sealed>(sql, args).await?.and_then(|found| found.words_sealed) else { return Ok(None) };
    // Who was erased took the words along.
    let Some(key) = tx.find_data_key(row.person_cell, row.person_id).await? else { return Ok(None) };
    Ok(Some(key.unseal(at, &sealed).map_err(Stop::from)?))
}

/// What was decided, and why.
pub struct Decided<'a> {
    pub state: ReviewState,
    pub reason: Option<&'a str>,
    /// Until when one may appeal against it.
    pub appeal_by: Option<Timestamp>,
}

/// Notes what was decided, and what the record was by then; false when it was decided meanwhile.
pub async fn decide(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &RecordRow,
    decided: Decided<'_>,
) -> Result<bool, Stop> {
    let sql = "UPDATE service_reviews SET state = $3, decided_at = $4, decided_cell = $5, decided_by = $6, reason = $7, \
               record_state = $8, confirmed_at = $9, confirmed_as = $10, confirmed_cell = COALESCE($11, confirmed_cell), \
               confirmed_by = COALESCE($12, confirmed_by), appeal_by = $13 \
               WHERE cell = $1 AND record_id = $2 AND state = 'open'";
    let confirmer = row.confirmer();
    let args = db::args![
        row.cell,
        row.id,
        decided.state.key(),
        at.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid),
        decided.reason,
        row.state.as_str(),
        row.confirmed_at,
        row.confirmed_as.as_deref(),
        confirmer.map(|p| p.cell.0),
        confirmer.map(|p| p.uuid),
        decided.appeal_by.map(Timestamp::as_millisecond)
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// A record that the person served is asked about.
#[derive(Clone, Debug, Deserialize)]
pub struct CallBackRow {
    pub cell: i32,
    pub record_id: Uuid,
    pub person_name: String,
    /// Who is asked.
    pub served_cell: i32,
    pub served_id: Uuid,
    pub served_name: String,
    pub activity: String,
    pub started_at: i64,
    pub ended_at: i64,
    pub minutes: i64,
    pub place_name: String,
    pub drawn_at: i64,
    pub said: Option<String>,
}

impl CallBackRow {
    pub fn record(&self) -> RecordId {
        Id::new(Cell(self.cell), self.record_id)
    }

    pub fn served(&self) -> PersonId {
        Id::new(Cell(self.served_cell), self.served_id)
    }
}

const CALL_BACK: &str = "SELECT c.cell, c.record_id, w.name AS person_name, r.served_cell, r.served_id, \
                         s.name AS served_name, r.activity, r.started_at, r.ended_at, r.minutes, l.name AS place_name, \
                         c.drawn_at, c.said FROM service_call_backs c \
                         JOIN service_records r ON r.cell = c.cell AND r.id = c.record_id \
                         JOIN people_people w ON w.cell = r.person_cell AND w.id = r.person_id \
                         JOIN people_people s ON s.cell = r.served_cell AND s.id = r.served_id \
                         JOIN places_places l ON l.cell = r.cell AND l.id = r.place_id \
                         LEFT JOIN matters_matters m ON m.cell = r.cell AND m.id = r.matter_id";

pub async fn call_back(tx: &mut Tx<'_>, record: RecordId) -> Result<Option<CallBackRow>, Stop> {
    let sql = format!("{CALL_BACK} WHERE c.cell = $1 AND c.record_id = $2");
    Ok(tx.one::<CallBackRow>(&sql, db::args![record.cell.0, record.uuid]).await?)
}

/// Those of a part of the tree who are still to be asked, the longest waiting first.
pub async fn to_ask(
    tx: &mut Tx<'_>,
    cell: Cell,
    within: &str,
    private: bool,
    limit: i64,
) -> Result<Vec<CallBackRow>, Stop> {
    let narrow = narrow(private);
    let sql = format!(
        "{CALL_BACK} WHERE c.cell = $1 AND c.said IS NULL AND c.place_path >= $2 AND c.place_path < $3 \
         AND r.state = 'confirmed' {narrow} ORDER BY c.drawn_at, c.record_id LIMIT $4"
    );
    Ok(tx.all::<CallBackRow>(&sql, db::args![cell.0, within, format!("{within}~"), limit]).await?)
}

/// Draws a record; one that was drawn before stays as it is.
pub async fn draw(tx: &mut Tx<'_>, at: Moment, row: &RecordRow) -> Result<bool, Stop> {
    let sql = "INSERT INTO service_call_backs (cell, record_id, place_path, drawn_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (cell, record_id) DO NOTHING";
    let args = db::args![row.cell, row.id, row.place_path.as_str(), at.recorded.as_millisecond()];
    Ok(tx.run(sql, args).await? == 1)
}

/// Keeps what was said; false when it was said meanwhile.
pub async fn keep_said(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    record: RecordId,
    said: CallBack,
) -> Result<bool, Stop> {
    let sql = "UPDATE service_call_backs SET said = $3, asked_at = $4, asked_cell = $5, asked_by = $6 \
               WHERE cell = $1 AND record_id = $2 AND said IS NULL";
    let by = who.person;
    let args = db::args![
        record.cell.0,
        record.uuid,
        said.key(),
        at.recorded.as_millisecond(),
        by.map(|p| p.cell.0),
        by.map(|p| p.uuid)
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// Who asked by telephone whether it was done.
pub async fn asked_by(tx: &mut Tx<'_>, record: RecordId) -> Result<Option<PersonId>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        asked_cell: Option<i32>,
        asked_by: Option<Uuid>,
    }
    let sql = "SELECT asked_cell, asked_by FROM service_call_backs WHERE cell = $1 AND record_id = $2";
    let row = tx.one::<Row>(sql, db::args![record.cell.0, record.uuid]).await?;
    Ok(row.and_then(|row| person(row.asked_cell, row.asked_by)))
}
