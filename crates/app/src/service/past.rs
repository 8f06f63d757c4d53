//! What reviews found before about those concerned with a record, and the look back when one is found false: what counted
//! already is weighed again, because those who make hours up seldom begin on the day on which it is noticed.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};
use rules::places::{Level, path};
use rules::service::anomaly::{AnomalyRules, Past, Reviewed, Sign};
use rules::service::{Evidence, ReviewState, ServiceRecord, Standing};
use rules::shared::ids::PersonId;
use rules::shared::{Cell, Id, Moment};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::records::{self, RecordRow};
use super::reviewing::{self, News};
use super::store::person;
use super::weighing::{self, is_typed};
use crate::jobs::{self, Queued};
use crate::{Stop, Tx};

/// Weighs again what somebody has that counts already.
pub const LOOK_BACK: &str = "service.look_back";

/// How many records one look back weighs; it goes on with the next ones after that.
const AT_ONCE: i64 = 100;

/// A record that was looked at, with its review.
#[derive(Deserialize)]
struct Row {
    day: String,
    person_cell: i32,
    person_id: Uuid,
    evidence: String,
    recorded_cell: Option<i32>,
    recorded_by: Option<Uuid>,
    state: String,
    confirmed_cell: Option<i32>,
    confirmed_by: Option<Uuid>,
}

impl Row {
    fn reviewed(&self) -> Result<Reviewed, Stop> {
        let state = ReviewState::from_key(&self.state);
        let is_typed = Evidence::from_key(&self.evidence).is_some_and(is_typed);
        Ok(Reviewed {
            state: state.ok_or_else(|| Stop::Defect(format!("no state of a review is called {}", self.state)))?,
            day: self.day.parse().map_err(Stop::defect)?,
            volunteer: Id::new(Cell(self.person_cell), self.person_id),
            typed_by: person(self.recorded_cell, self.recorded_by).filter(|_| is_typed),
            confirmed_by: person(self.confirmed_cell, self.confirmed_by),
        })
    }
}

/// What was voided without a review has no signs, and says nothing of what else there is.
const SELECT: &str = "SELECT r.day, r.person_cell, r.person_id, r.evidence, r.recorded_cell, r.recorded_by, v.state, \
                      v.confirmed_cell, v.confirmed_by FROM service_records r \
                      JOIN service_reviews v ON v.cell = r.cell AND v.record_id = r.id AND v.signs <> '[]'";

/// The first and the last day of what is near a day.
fn around(day: Date, rules: &AnomalyRules) -> (String, String) {
    let days = rules.found_false.limits.within_days.days();
    (day.saturating_sub(days).to_string(), day.saturating_add(days).to_string())
}

/// The reviews of a volunteer's records of some days.
async fn of_volunteer(
    tx: &mut Tx<'_>,
    volunteer: PersonId,
    (from, until): (&str, &str),
) -> Result<Vec<Reviewed>, Stop> {
    let sql = format!("{SELECT} WHERE r.person_cell = $1 AND r.person_id = $2 AND r.day >= $3 AND r.day <= $4");
    let rows = tx.all::<Row>(&sql, db::args![volunteer.cell.0, volunteer.uuid, from, until]).await?;
    rows.iter().map(Row::reviewed).collect()
}

/// Those of the records that somebody typed which were found false, of some days.
async fn of_recorder(tx: &mut Tx<'_>, recorder: PersonId, (from, until): (&str, &str)) -> Result<Vec<Reviewed>, Stop> {
    let sql = format!(
        "{SELECT} WHERE r.recorded_cell = $1 AND r.recorded_by = $2 AND r.day >= $3 AND r.day <= $4 \
         AND r.evidence IN ('late', 'desk') AND v.state = 'upheld'"
    );
    let rows = tx.all::<Row>(&sql, db::args![recorder.cell.0, recorder.uuid, from, until]).await?;
    rows.iter().map(Row::reviewed).collect()
}

/// What reviews found before. Of nearly everybody nothing was found false, and then nothing more is asked for.
pub async fn gather(
    tx: &mut Tx<'_>,
    row: &RecordRow,
    record: &ServiceRecord,
    rules: &AnomalyRules,
) -> Result<Option<Past>, Stop> {
    let day: Date = row.day.parse().map_err(Stop::defect)?;
    let days = around(day, rules);
    let days = (days.0.as_str(), days.1.as_str());
    let mut reviews = of_volunteer(tx, record.volunteer, days).await?;
    if !reviews.iter().any(is_false) {
        return Ok(None);
    }
    let typed_by = record.entered_by.first().copied().filter(|_| is_typed(record.evidence));
    if let Some(recorder) = typed_by.filter(|recorder| *recorder != record.volunteer) {
        let of_others = of_recorder(tx, recorder, days).await?;
        reviews.extend(of_others.into_iter().filter(|other| other.volunteer != record.volunteer));
    }
    let is_word_of_served = row.confirmed_as.as_deref().is_some_and(|standing| standing != Standing::Staff.key());
    Ok(Some(Past {
        volunteer: record.volunteer,
        typed_by,
        confirmed_for_served: row.confirmer().filter(|_| is_word_of_served),
        others_there: others_there(tx, row, days).await?,
        reviews,
    }))
}

fn is_false(reviewed: &Reviewed) -> bool {
    reviewed.state == ReviewState::Upheld
}

/// How many others were at the same task, or on the same sheet, of whom nothing of these days is held or was found false.
async fn others_there(tx: &mut Tx<'_>, row: &RecordRow, (from, until): (&str, &str)) -> Result<i64, Stop> {
    let mut args = db::args![row.cell, row.person_cell, row.person_id, from, until];
    let occasion = if let Some(task) = row.task_id {
        args.extend(db::args![task]);
        "r.task_id = $6"
    } else {
        let village = path::up_to(&row.place_path, Level::Village);
        let beyond = format!("{village}~");
        args.extend(db::args![village, beyond, row.day.as_str(), row.started_at, row.activity.as_str()]);
        "r.task_id IS NULL AND r.place_path >= $6 AND r.place_path < $7 AND r.day = $8 AND r.started_at = $9 \
         AND r.activity = $10"
    };
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT DISTINCT r.person_cell, r.person_id FROM service_records r WHERE r.cell = $1 \
         AND {occasion} AND r.state IN ('recorded', 'confirmed') AND NOT (r.person_cell = $2 AND r.person_id = $3) \
         AND NOT EXISTS (SELECT 1 FROM service_records f JOIN service_reviews v ON v.cell = f.cell \
         AND v.record_id = f.id WHERE f.person_cell = r.person_cell AND f.person_id = r.person_id AND f.day >= $4 \
         AND f.day <= $5 AND v.state <> 'cleared')) others"
    );
    Ok(tx.scalar_i64(&sql, args).await?)
}

/// A review has found a record false: what else there is of its volunteer is looked at; and when somebody turns out to have
/// typed false ones of several, what there is of each of these.
pub async fn found_false(tx: &mut Tx<'_>, at: Moment, row: &RecordRow) -> Result<(), Stop> {
    let record = row.record()?;
    let mut concerned = BTreeSet::from([record.volunteer]);
    let recorder = record.entered_by.first().filter(|by| is_typed(record.evidence) && **by != record.volunteer);
    if let Some(recorder) = recorder {
        let days = around(row.day.parse().map_err(Stop::defect)?, &tx.city().settings.anomalies);
        let typed = of_recorder(tx, *recorder, (days.0.as_str(), days.1.as_str())).await?;
        // With the second one of the same volunteer nothing changes for the others.
        if typed.iter().filter(|other| other.volunteer == record.volunteer).count() == 1 {
            concerned.extend(typed.iter().map(|other| other.volunteer));
        }
    }
    for volunteer in concerned {
        queue(tx, at, Going { volunteer, after: None }).await?;
    }
    Ok(())
}

/// A finding was overturned, so it says nothing of other records any more: those that are looked at because of what was found
/// false are weighed anew.
pub async fn overturned(tx: &mut Tx<'_>, at: Moment, row: &RecordRow) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Held {
        cell: i32,
        record_id: Uuid,
        signs: String,
    }
    let record = row.record()?;
    let (volunteer, recorder) = (record.volunteer, record.entered_by.first().filter(|_| is_typed(record.evidence)));
    let sql = "SELECT v.cell, v.record_id, v.signs FROM service_reviews v JOIN service_records r ON r.cell = v.cell \
               AND r.id = v.record_id WHERE v.state = 'open' \
               AND ((v.person_cell = $1 AND v.person_id = $2) OR (r.recorded_cell = $3 AND r.recorded_by = $4)) \
               ORDER BY v.cell, v.record_id";
    let by = recorder.copied();
    let args = db::args![volunteer.cell.0, volunteer.uuid, by.map(|p| p.cell.0), by.map(|p| p.uuid)];
    for held in tx.all::<Held>(sql, args).await? {
        let signs: Vec<Sign> = serde_json::from_str(&held.signs)?;
        if !signs.iter().any(|sign| matches!(sign, Sign::FoundFalse { .. } | Sign::FoundFalseTogether { .. })) {
            continue;
        }
        weighing::weigh_anew(tx, at, Id::new(Cell(held.cell), held.record_id)).await?;
    }
    Ok(())
}

/// Whose records are looked at, and after which one the next look goes on.
#[derive(Serialize, Deserialize)]
struct Going {
    volunteer: PersonId,
    after: Option<(String, Uuid)>,
}

async fn queue(tx: &mut Tx<'_>, at: Moment, going: Going) -> Result<(), Stop> {
    // One that goes on stands beside one that begins anew.
    let key = match &going.after {
        None => going.volunteer.to_string(),
        Some((_, id)) => format!("{} {id}", going.volunteer),
    };
    let queued = Queued { job: LOOK_BACK, key: &key, due: at.recorded, data: json!(going) };
    // It moves the waiting one rather than leave it: that might run before this finding is there to be seen.
    jobs::enqueue(tx, going.volunteer.cell, at, queued).await
}

/// The days around what was found false lately; what was found earlier has had its look.
async fn days_to_look_at(tx: &mut Tx<'_>, at: Moment, volunteer: PersonId) -> Result<Option<(String, String)>, Stop> {
    #[derive(Deserialize)]
    struct Found {
        first: Option<String>,
        last: Option<String>,
    }
    let city = tx.city();
    let rules = &city.settings.anomalies;
    let since = at.recorded - SignedDuration::from_hours(24 * rules.found_false.limits.within_days);
    let sql = "SELECT MIN(r.day) AS first, MAX(r.day) AS last FROM service_records r JOIN service_reviews v \
               ON v.cell = r.cell AND v.record_id = r.id WHERE r.person_cell = $1 AND r.person_id = $2 \
               AND v.state = 'upheld' AND v.signs <> '[]' AND v.decided_at >= $3";
    let args = db::args![volunteer.cell.0, volunteer.uuid, since.as_millisecond()];
    let found = tx.one::<Found>(sql, args).await?;
    let Some((first, last)) = found.and_then(|found| found.first.zip(found.last)) else { return Ok(None) };
    let day = |text: String| text.parse::<Date>().map_err(Stop::defect);
    Ok(Some((around(day(first)?, rules).0, around(day(last)?, rules).1)))
}

/// Weighs again what counts of a volunteer around the days of what was found false. What was looked at before is left
/// alone, so doing it twice changes nothing. However many are held, the volunteer gets one message.
pub async fn look_back(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let tx = &mut tx;
    let Going { volunteer, after } = serde_json::from_value(data)?;
    let Some((from, until)) = days_to_look_at(tx, at, volunteer).await? else { return Ok(()) };
    let after = after.unwrap_or((from, Uuid::nil()));
    let rows = records::unreviewed_of(tx, volunteer, &after, &until, AT_ONCE).await?;
    let mut held = Vec::new();
    for row in &rows {
        if weighing::weigh(tx, at, row).await? {
            held.push(row);
        }
    }
    match held.as_slice() {
        [] => {}
        [one] => reviewing::tell(tx, at, volunteer, News::Opened(one)).await?,
        several => reviewing::tell(tx, at, volunteer, News::Several(several.len())).await?,
    }
    match rows.last().filter(|_| i64::try_from(rows.len()).is_ok_and(|count| count == AT_ONCE)) {
        Some(last) => queue(tx, at, Going { volunteer, after: Some((last.day.clone(), last.id)) }).await,
        None => Ok(()),
    }
}
