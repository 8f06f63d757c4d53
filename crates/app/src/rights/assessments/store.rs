//! SQL of impact assessments: only ever added to.

use jiff::civil::Date;
use rules::rights::assessment::{Ended, Version, is_due, kept_until};
use rules::shared::ids::AssessmentId;
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

/// A version of an assessment.
#[derive(Clone, Debug, Deserialize)]
pub struct AssessmentRow {
    pub cell: i32,
    pub id: Uuid,
    pub version: i32,
    pub title: String,
    pub occasion: String,
    pub purpose: String,
    pub effect: String,
    pub measures: String,
    pub valid_from: String,
    pub review_on: String,
    pub approved_by: String,
    pub approved_on: String,
    pub entered_at: i64,
    pub entered_name: Option<String>,
    /// The day from which nothing rests on it any more, why, and who said so.
    pub ended_on: Option<String>,
    pub end_reason: Option<String>,
    pub ended_name: Option<String>,
}

impl AssessmentRow {
    pub fn id(&self) -> AssessmentId {
        Id::new(Cell(self.cell), self.id)
    }

    /// Whether it is time to look at it again, or soon will be.
    pub fn is_due(&self, today: Date) -> bool {
        self.ended_on.is_none() && self.review_on.parse().is_ok_and(|day| is_due(day, today))
    }

    /// Until when it is kept at least, once it has ended.
    pub fn kept_until(&self) -> Option<String> {
        let ended = self.ended_on.as_deref()?.parse().ok()?;
        Some(kept_until(ended).to_string())
    }

    /// All that it says but its days and who approved it, as [`Version::says`].
    pub fn says(&self) -> [&str; 5] {
        [&self.title, &self.occasion, &self.purpose, &self.effect, &self.measures]
    }
}

const SELECT: &str = "SELECT a.cell, a.id, a.version, a.title, a.occasion, a.purpose, a.effect, a.measures, a.valid_from, \
                      a.review_on, a.approved_by, a.approved_on, a.entered_at, p.name AS entered_name, \
                      e.ended_on, e.reason AS end_reason, q.name AS ended_name FROM rights_assessments a \
                      LEFT JOIN people_people p ON p.cell = a.entered_cell AND p.id = a.entered_by \
                      LEFT JOIN rights_assessment_ends e ON e.cell = a.cell AND e.assessment_id = a.id \
                      LEFT JOIN people_people q ON q.cell = e.entered_cell AND q.id = e.entered_by";

/// The versions of an assessment, the newest first.
pub async fn versions(tx: &mut Tx<'_>, id: AssessmentId) -> Result<Vec<AssessmentRow>, Stop> {
    let sql = format!("{SELECT} WHERE a.cell = $1 AND a.id = $2 ORDER BY a.version DESC");
    Ok(tx.all::<AssessmentRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The newest version of each assessment of a cell.
pub async fn newest(tx: &mut Tx<'_>, cell: Cell) -> Result<Vec<AssessmentRow>, Stop> {
    let sql = format!(
        "{SELECT} WHERE a.cell = $1 AND a.version = (SELECT MAX(b.version) FROM rights_assessments b \
         WHERE b.cell = a.cell AND b.id = a.id) ORDER BY a.id"
    );
    Ok(tx.all::<AssessmentRow>(&sql, db::args![cell.0]).await?)
}

/// Keeps a version; false when there is one of this number.
pub async fn insert(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (id, version): (AssessmentId, i32),
    new: &Version,
) -> Result<bool, Stop> {
    let sql = "INSERT INTO rights_assessments (cell, id, version, title, occasion, purpose, effect, measures, valid_from, \
               review_on, approved_by, approved_on, entered_at, entered_cell, entered_by) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) \
               ON CONFLICT (cell, id, version) DO NOTHING";
    let args = db::args![
        id.cell.0,
        id.uuid,
        version,
        new.title.as_str(),
        new.occasion.key(),
        new.purpose.as_str(),
        new.effect.as_str(),
        new.measures.as_str(),
        new.valid_from.to_string(),
        new.review_on.to_string(),
        new.approved_by.as_str(),
        new.approved_on.to_string(),
        at.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid)
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// Keeps that it has ended; false when it has already.
pub async fn end(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: AssessmentId, ended: &Ended) -> Result<bool, Stop> {
    let sql = "INSERT INTO rights_assessment_ends (cell, assessment_id, ended_on, reason, entered_at, entered_cell, \
               entered_by) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (cell, assessment_id) DO NOTHING";
    let args = db::args![
        id.cell.0,
        id.uuid,
        ended.on.to_string(),
        ended.reason.as_str(),
        at.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid)
    ];
    Ok(tx.run(sql, args).await? == 1)
}
