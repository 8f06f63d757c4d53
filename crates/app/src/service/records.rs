//! SQL of service records.

use db::dialect::for_update;
use jiff::Timestamp;
use jiff::civil::Date;
use rules::service::hours::Line;
use rules::service::record::Activity;
use rules::service::{Closing, Confirmation, Evidence, RecordState, ReviewState, ServiceRecord};
use rules::shared::ids::{MatterId, OrganisationId, PersonId, RecordId, TaskId};
use rules::shared::{Cell, Id, Moment, Refusal, Window};
use serde::Deserialize;
use uuid::Uuid;

use super::store::person;
pub use super::told::{seal_told, unseal_told};
use crate::dispatch::store::instant;
use crate::{Stop, Tx};

/// A record as lists and pages show it.
#[derive(Clone, Debug, Deserialize)]
pub struct RecordRow {
    pub cell: i32,
    pub id: Uuid,
    pub task_id: Option<Uuid>,
    offer_id: Option<Uuid>,
    pub matter_id: Option<Uuid>,
    /// The matter it belongs to is private: only who sees that sees the record.
    pub matter_private: Option<bool>,
    pub person_cell: i32,
    pub person_id: Uuid,
    pub person_name: String,
    served_cell: Option<i32>,
    served_id: Option<Uuid>,
    pub activity: String,
    pub day: String,
    pub place_name: String,
    pub place_path: String,
    pub content: String,
    pub started_at: i64,
    pub ended_at: i64,
    pub minutes: i64,
    organisation_id: Option<Uuid>,
    /// 活动组织单位
    pub organisation_name: Option<String>,
    charge_cell: Option<i32>,
    charge_id: Option<Uuid>,
    /// 活动负责人
    pub charge_name: Option<String>,
    pub evidence: String,
    pub closing: Option<String>,
    pub late_reason: Option<String>,
    entered_by: String,
    /// Who recorded it first; `None` when a forgotten check-out was closed by nobody.
    pub recorder_name: Option<String>,
    pub recorded_at: i64,
    pub record_due_at: Option<i64>,
    pub state: String,
    pub confirmer_name: Option<String>,
    pub confirmed_at: Option<i64>,
    pub confirmed_as: Option<String>,
    confirmed_cell: Option<i32>,
    confirmed_by: Option<Uuid>,
    /// How its review stands, when there is one: `open`, `cleared` or `upheld`.
    pub review: Option<String>,
    /// How the appeal against that stands, when there is one: `waiting`, `stands` or `overturned`.
    pub appeal: Option<String>,
    pub appeal_by: Option<i64>,
    /// Why it was made void.
    pub reason: Option<String>,
    /// What was said against it, while that is undecided, and how it was answered.
    pub objection: Option<String>,
    pub objection_answer: Option<String>,
    pub look_wanted: bool,
    pub version: i64,
}

impl RecordRow {
    pub fn id(&self) -> RecordId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn volunteer(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }

    pub fn served(&self) -> Option<PersonId> {
        person(self.served_cell, self.served_id)
    }

    pub fn task(&self) -> Option<TaskId> {
        self.task_id.map(|id| Id::new(Cell(self.cell), id))
    }

    pub fn matter(&self) -> Option<MatterId> {
        self.matter_id.map(|id| Id::new(Cell(self.cell), id))
    }

    /// Everyone who entered a part of it.
    pub fn entered_by(&self) -> Vec<PersonId> {
        serde_json::from_str(&self.entered_by).unwrap_or_default()
    }

    /// The unit that recorded it.
    pub fn unit(&self) -> Option<OrganisationId> {
        self.organisation_id.map(|id| Id::new(Cell(self.cell), id))
    }

    pub fn in_charge(&self) -> Option<PersonId> {
        person(self.charge_cell, self.charge_id)
    }

    pub fn confirmer(&self) -> Option<PersonId> {
        person(self.confirmed_cell, self.confirmed_by)
    }

    /// Its hours are looked at before they count, or were found false.
    pub fn is_held(&self) -> bool {
        self.review.as_deref().and_then(ReviewState::from_key).is_some_and(ReviewState::holds)
    }

    /// What whoever may not see a private matter is shown of its service: what a certificate says of it.
    #[must_use]
    pub fn without_the_matter(self) -> RecordRow {
        RecordRow {
            place_name: String::new(),
            content: self.activity.clone(),
            late_reason: None,
            objection: None,
            objection_answer: None,
            ..self
        }
    }

    /// It waits for the volunteer to say what was done after a forgotten check-out.
    pub fn waits_for_content(&self) -> bool {
        self.state == RecordState::Recorded.key() && self.content.is_empty()
    }

    fn known<T>(&self, found: Option<T>, column: &str) -> Result<T, Stop> {
        found.ok_or_else(|| Stop::Defect(format!("record {} has an unknown {column}", self.id())))
    }

    /// The record as the rules see it.
    pub fn record(&self) -> Result<ServiceRecord, Stop> {
        Ok(ServiceRecord {
            id: self.id(),
            volunteer: self.volunteer(),
            offer: self.offer_id.map(|id| Id::new(Cell(self.cell), id)),
            activity: Activity {
                name: self.activity.clone(),
                place_path: self.place_path.clone(),
                content: self.content.clone(),
                organiser: self.unit(),
                in_charge: self.in_charge(),
            },
            served: Window { start: instant(self.started_at)?, end: instant(self.ended_at)? },
            minutes: self.minutes,
            evidence: self.known(Evidence::from_key(&self.evidence), "evidence")?,
            closing: self.closing.as_deref().map(|c| self.known(Closing::from_key(c), "closing")).transpose()?,
            entered_by: serde_json::from_str(&self.entered_by)?,
            late_reason: self.late_reason.clone(),
            state: self.known(RecordState::from_key(&self.state), "state")?,
        })
    }
}

/// Records with everything that lists and pages say; `r` is the record, `w` its volunteer, `v` its review.
pub(super) const SELECT: &str = "SELECT r.cell, r.id, r.task_id, r.offer_id, r.matter_id, m.private AS matter_private, \
                      r.person_cell, r.person_id, w.name AS person_name, r.served_cell, r.served_id, r.activity, r.day, \
                      l.name AS place_name, r.place_path, r.content, r.started_at, r.ended_at, r.minutes, \
                      r.organisation_id, o.name AS organisation_name, r.charge_cell, r.charge_id, \
                      h.name AS charge_name, r.evidence, r.closing, r.late_reason, r.entered_by, \
                      b.name AS recorder_name, r.recorded_at, r.record_due_at, r.state, c.name AS confirmer_name, \
                      r.confirmed_at, r.confirmed_as, r.confirmed_cell, r.confirmed_by, v.state AS review, \
                      a.state AS appeal, v.appeal_by, r.reason, \
                      j.words AS objection, j.answer AS objection_answer, \
                      r.look_wanted, r.version FROM service_records r \
                      JOIN people_people w ON w.cell = r.person_cell AND w.id = r.person_id \
                      JOIN places_places l ON l.cell = r.cell AND l.id = r.place_id \
                      LEFT JOIN matters_matters m ON m.cell = r.cell AND m.id = r.matter_id \
                      LEFT JOIN people_organisations o ON o.cell = r.cell AND o.id = r.organisation_id \
                      LEFT JOIN people_people h ON h.cell = r.charge_cell AND h.id = r.charge_id \
                      LEFT JOIN people_people b ON b.cell = r.recorded_cell AND b.id = r.recorded_by \
                      LEFT JOIN people_people c ON c.cell = r.confirmed_cell AND c.id = r.confirmed_by \
                      LEFT JOIN service_reviews v ON v.cell = r.cell AND v.record_id = r.id \
                      LEFT JOIN service_appeals a ON a.cell = v.cell AND a.record_id = v.record_id \
                      AND a.found_at = v.decided_at \
                      LEFT JOIN service_objections j ON j.cell = r.cell AND j.record_id = r.id \
                      AND j.state IN ('open', 'answered')";

pub async fn record(tx: &mut Tx<'_>, id: RecordId) -> Result<Option<RecordRow>, Stop> {
    let sql = format!("{SELECT} WHERE r.cell = $1 AND r.id = $2");
    Ok(tx.one::<RecordRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// Where a list of somebody's records goes on: day, start and id of the last one shown.
pub type After = (String, i64, Uuid);

/// The records of a volunteer, newest service first.
pub async fn of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    after: Option<After>,
    limit: i64,
) -> Result<Vec<RecordRow>, Stop> {
    let mut args = db::args![person.cell.0, person.uuid, limit];
    let mut narrow = "";
    if let Some((day, started, id)) = after {
        args.extend([day.into(), started.into(), id.into()]);
        narrow = "AND (r.day, r.started_at, r.id) < ($4, $5, $6) ";
    }
    let sql = format!(
        "{SELECT} WHERE r.person_cell = $1 AND r.person_id = $2 {narrow}\
         ORDER BY r.day DESC, r.started_at DESC, r.id DESC LIMIT $3"
    );
    Ok(tx.all::<RecordRow>(&sql, args).await?)
}

/// What was done on one matter, oldest first.
pub async fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<RecordRow>, Stop> {
    let sql = format!("{SELECT} WHERE r.cell = $1 AND r.matter_id = $2 ORDER BY r.started_at, r.id");
    Ok(tx.all::<RecordRow>(&sql, db::args![matter.cell.0, matter.uuid]).await?)
}

/// What was done for somebody, the newest first.
pub async fn of_served(tx: &mut Tx<'_>, served: PersonId, limit: i64) -> Result<Vec<RecordRow>, Stop> {
    let sql = format!("{SELECT} WHERE r.served_cell = $1 AND r.served_id = $2 ORDER BY r.day DESC, r.id LIMIT $3");
    Ok(tx.all::<RecordRow>(&sql, db::args![served.cell.0, served.uuid, limit]).await?)
}

/// Records that wait for the person served to say they are right.
pub async fn waiting_for_served(tx: &mut Tx<'_>, served: PersonId, limit: i64) -> Result<Vec<RecordRow>, Stop> {
    let sql = format!(
        "{SELECT} WHERE r.served_cell = $1 AND r.served_id = $2 AND r.state = 'recorded' ORDER BY r.recorded_at, r.id LIMIT $3"
    );
    Ok(tx.all::<RecordRow>(&sql, db::args![served.cell.0, served.uuid, limit]).await?)
}

/// Records of a part of the tree that are in a state, the oldest first; `private`: also those of private matters.
pub async fn in_state_within(
    tx: &mut Tx<'_>,
    cell: Cell,
    within: &str,
    state: RecordState,
    private: bool,
    limit: i64,
) -> Result<Vec<RecordRow>, Stop> {
    let narrow = if private { "" } else { "AND (m.private IS NULL OR NOT m.private)" };
    let sql = format!(
        "{SELECT} WHERE r.cell = $1 AND r.state = $2 AND r.place_path >= $3 AND r.place_path < $4 {narrow} \
         ORDER BY CASE WHEN r.content = '' THEN 1 ELSE 0 END, r.recorded_at, r.id LIMIT $5"
    );
    Ok(tx.all::<RecordRow>(&sql, db::args![cell.0, state.key(), within, format!("{within}~"), limit]).await?)
}

/// The volunteer's other records that are not void: their windows around `day`, and the minutes of that day.
///
/// Holds the volunteer's row, so that two records written at the same moment see one another.
pub async fn others(
    tx: &mut Tx<'_>,
    volunteer: PersonId,
    day: Date,
    but: Option<RecordId>,
) -> Result<(Vec<Window>, i64), Stop> {
    #[derive(Deserialize)]
    struct Row {
        day: String,
        started_at: i64,
        ended_at: i64,
        minutes: i64,
    }
    hold(tx, volunteer).await?;
    let (before, after) = (day.yesterday().map_err(Stop::defect)?, day.tomorrow().map_err(Stop::defect)?);
    let rows = tx
        .all::<Row>(
            "SELECT day, started_at, ended_at, minutes FROM service_records WHERE person_cell = $1 AND person_id = $2 \
             AND day >= $3 AND day <= $4 AND state <> 'void' AND id <> $5",
            db::args![
                volunteer.cell.0,
                volunteer.uuid,
                before.to_string(),
                after.to_string(),
                but.map_or(Uuid::nil(), |id| id.uuid)
            ],
        )
        .await?;
    let today = day.to_string();
    let minutes = rows.iter().filter(|row| row.day == today).map(|row| row.minutes).sum();
    let windows = rows.iter().map(|row| Ok(Window { start: instant(row.started_at)?, end: instant(row.ended_at)? }));
    Ok((windows.collect::<Result<_, Stop>>()?, minutes))
}

/// Holds the volunteer's row until the transaction ends: whoever writes for the same volunteer waits.
pub async fn hold(tx: &mut Tx<'_>, volunteer: PersonId) -> Result<(), Stop> {
    let sql = format!("SELECT version FROM people_people WHERE cell = $1 AND id = $2 {}", for_update(tx.engine()));
    tx.maybe_i64(&sql, db::args![volunteer.cell.0, volunteer.uuid]).await?;
    Ok(())
}

/// The records of a volunteer whose hours count, oldest service first.
pub async fn counted_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<RecordRow>, Stop> {
    let sql = format!(
        "{SELECT} WHERE r.person_cell = $1 AND r.person_id = $2 AND r.state = 'confirmed' \
         AND (v.state IS NULL OR v.state = 'cleared') \
         ORDER BY r.day, r.started_at, r.id"
    );
    Ok(tx.all::<RecordRow>(&sql, db::args![person.cell.0, person.uuid]).await?)
}

/// The records of a volunteer that count and were never looked at, in the order of their days: those after one, up to a day.
pub async fn unreviewed_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    (day, id): &(String, Uuid),
    until: &str,
    limit: i64,
) -> Result<Vec<RecordRow>, Stop> {
    let sql = format!(
        "{SELECT} WHERE r.person_cell = $1 AND r.person_id = $2 AND r.state = 'confirmed' AND v.state IS NULL \
         AND (r.day > $3 OR (r.day = $3 AND r.id > $4)) AND r.day <= $5 ORDER BY r.day, r.id LIMIT $6"
    );
    let args = db::args![person.cell.0, person.uuid, day.as_str(), *id, until, limit];
    Ok(tx.all::<RecordRow>(&sql, args).await?)
}

/// What counts towards somebody's hours, the newest month first: `2026-06`, and one line for all records of that month that
/// are alike in what decides whether they count.
pub async fn lines(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(String, Line)>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        month: String,
        minutes: i64,
        evidence: String,
        state: String,
        review: Option<String>,
    }
    let sql = "SELECT substr(r.day, 1, 7) AS month, CAST(SUM(r.minutes) AS BIGINT) AS minutes, r.evidence, r.state, \
               v.state AS review FROM service_records r \
               LEFT JOIN service_reviews v ON v.cell = r.cell AND v.record_id = r.id \
               WHERE r.person_cell = $1 AND r.person_id = $2 GROUP BY substr(r.day, 1, 7), r.evidence, r.state, v.state \
               ORDER BY month DESC";
    let rows = tx.all::<Row>(sql, db::args![person.cell.0, person.uuid]).await?;
    let line = |row: Row| {
        let evidence = Evidence::from_key(&row.evidence)?;
        let state = RecordState::from_key(&row.state)?;
        let held = row.review.as_deref().and_then(ReviewState::from_key).is_some_and(ReviewState::holds);
        Some((row.month, Line { minutes: row.minutes, evidence, state, held }))
    };
    rows.into_iter().map(|row| line(row).ok_or_else(|| Stop::defect("a record of an unknown class"))).collect()
}

/// The organisation that organises at a place: of those there or above the nearest, a committee before a station before
/// a team.
pub async fn organiser(tx: &mut Tx<'_>, cell: Cell, place_path: &str) -> Result<Option<OrganisationId>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        id: Uuid,
    }
    let mut args = db::args![cell.0];
    let mut above = String::new();
    for (end, _) in place_path.match_indices('/') {
        args.push(place_path[..=end].into());
        above.push_str(&format!("{}${}", if above.is_empty() { "" } else { ", " }, args.len()));
    }
    if above.is_empty() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT id FROM people_organisations WHERE cell = $1 AND place_path IN ({above}) AND ended_at IS NULL \
         AND kind IN ('committee', 'station', 'team') ORDER BY LENGTH(place_path) DESC, \
         CASE kind WHEN 'committee' THEN 0 WHEN 'station' THEN 1 ELSE 2 END, id LIMIT 1"
    );
    Ok(tx.one::<Row>(&sql, args).await?.map(|row| Id::new(cell, row.id)))
}

/// What a new row holds beside the record itself.
pub struct NewRecord<'a> {
    pub record: &'a ServiceRecord,
    pub task: Option<TaskId>,
    pub matter: Option<MatterId>,
    pub served: Option<PersonId>,
    pub day: Date,
    pub place_id: Uuid,
    pub due: Option<Timestamp>,
    pub invented: bool,
}

pub async fn insert(tx: &mut Tx<'_>, at: Moment, new: NewRecord<'_>) -> Result<(), Stop> {
    let r = new.record;
    let first = r.entered_by.first();
    tx.put(
        "INSERT INTO service_records (cell, id, task_id, offer_id, matter_id, person_cell, person_id, served_cell, \
         served_id, activity, day, place_id, place_path, content, started_at, ended_at, minutes, organisation_id, \
         charge_cell, charge_id, evidence, closing, late_reason, entered_by, recorded_cell, recorded_by, recorded_at, \
         record_due_at, state, look_wanted, invented, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, 1)",
        db::args![
            r.id.cell.0,
            r.id.uuid,
            new.task.map(|t| t.uuid),
            r.offer.map(|o| o.uuid),
            new.matter.map(|m| m.uuid),
            r.volunteer.cell.0,
            r.volunteer.uuid,
            new.served.map(|p| p.cell.0),
            new.served.map(|p| p.uuid),
            r.activity.name.as_str(),
            new.day.to_string(),
            new.place_id,
            r.activity.place_path.as_str(),
            r.activity.content.as_str(),
            r.served.start.as_millisecond(),
            r.served.end.as_millisecond(),
            r.minutes,
            r.activity.organiser.map(|o| o.uuid),
            r.activity.in_charge.map(|p| p.cell.0),
            r.activity.in_charge.map(|p| p.uuid),
            r.evidence.key(),
            r.closing.map(Closing::key),
            r.late_reason.as_deref(),
            serde_json::to_string(&r.entered_by)?,
            first.map(|p| p.cell.0),
            first.map(|p| p.uuid),
            at.recorded.as_millisecond(),
            new.due.map(Timestamp::as_millisecond),
            r.state.key(),
            false,
            new.invented
        ],
    )
    .await?;
    Ok(())
}

/// Saves a changed record over what `row` showed, with the confirmation or the reason that changed it.
///
/// # Errors
/// A conflict when somebody else changed it first.
pub async fn update(
    tx: &mut Tx<'_>,
    row: &RecordRow,
    record: &ServiceRecord,
    confirmation: Option<&Confirmation>,
    reason: Option<&str>,
) -> Result<(), Stop> {
    let by = confirmation.map(|c| c.by);
    let changed = tx
        .run(
            "UPDATE service_records SET content = $4, started_at = $5, ended_at = $6, minutes = $7, entered_by = $8, \
             state = $9, confirmed_cell = $10, confirmed_by = $11, confirmed_at = $12, confirmed_as = $13, \
             reason = COALESCE($14, reason), version = version + 1 WHERE cell = $1 AND id = $2 AND version = $3",
            db::args![
                row.cell,
                row.id,
                row.version,
                record.activity.content.as_str(),
                record.served.start.as_millisecond(),
                record.served.end.as_millisecond(),
                record.minutes,
                serde_json::to_string(&record.entered_by)?,
                record.state.key(),
                by.map(|p| p.cell.0),
                by.map(|p| p.uuid),
                confirmation.map(|c| c.at.as_millisecond()),
                confirmation.map(|c| c.standing.key()),
                reason
            ],
        )
        .await?;
    if changed == 1 { Ok(()) } else { Err(Stop::Conflict(Refusal::new("changed-meanwhile"))) }
}
