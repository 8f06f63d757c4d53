//! A confirmed record is weighed before its hours count: what stands around it is gathered, the rules read the signs, and
//! where they are enough a review is opened and the volunteer is told why at once. What reviews found before is gathered in
//! [`super::past`].

use jiff::{SignedDuration, Timestamp};
use rules::people::household::tie;
use rules::places::{Level, path};
use rules::service::anomaly::{
    AnomalyRules, Card, Entry, Facts, Finding, Neighbour, Shares, Signature, Signed, find, is_sampled, night_minutes,
};
use rules::service::review::{CallBack, answer_by};
use rules::service::{AttendanceRules, Evidence, RecordState, ReviewState, ServiceRecord, Stamp, Standing};
use rules::shared::ids::{PersonId, RecordId};
use rules::shared::{Actor, Cell, Id, Moment, Window};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::records::{self, RecordRow};
use super::reviewing::{self, News};
use super::reviews::Decided;
use super::store::AttendanceRow;
use super::{past, reviews, store};
use crate::dispatch::store::instant;
use crate::jobs::{self, Queued};
use crate::{Stop, Tx, audit, dispatch, people};

/// Looks once more at what was entered by hand, when what was entered after it is known too.
pub const LOOK_AGAIN: &str = "service.look_again";

/// A record has been confirmed: it is weighed now, drawn for a call-back or not, and looked at again when it was entered
/// by hand.
pub async fn confirmed(tx: &mut Tx<'_>, at: Moment, id: RecordId) -> Result<(), Stop> {
    let row = records::record(tx, id).await?.ok_or(Stop::Missing)?;
    weigh_and_tell(tx, at, &row).await?;
    let city = tx.city();
    if row.served().is_some() && is_sampled(id, &city.settings.anomalies) && reviews::draw(tx, at, &row).await? {
        audit::record(tx, &Actor::system(), at, "service.draw_call_back", id, json!({})).await?;
    }
    if !is_typed(row.record()?.evidence) {
        return Ok(());
    }
    let due = at.recorded + SignedDuration::from_hours(city.settings.anomalies.look_again_hours);
    let key = id.to_string();
    let queued = Queued { job: LOOK_AGAIN, key: &key, due, data: json!({ "record": key }) };
    jobs::enqueue(tx, id.cell, at, queued).await
}

pub async fn look_again(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let id: RecordId = data["record"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    match records::record(&mut tx, id).await? {
        Some(row) => weigh_and_tell(&mut tx, at, &row).await,
        None => Ok(()),
    }
}

async fn weigh_and_tell(tx: &mut Tx<'_>, at: Moment, row: &RecordRow) -> Result<(), Stop> {
    let is_held = weigh(tx, at, row).await?;
    if is_held { reviewing::tell(tx, at, row.volunteer(), News::Opened(row)).await } else { Ok(()) }
}

/// Opens a review where the signs are enough, and says whether it did: the caller tells the volunteer. A record that was
/// looked at before is not looked at again for them.
pub(super) async fn weigh(tx: &mut Tx<'_>, at: Moment, row: &RecordRow) -> Result<bool, Stop> {
    if row.state != RecordState::Confirmed.key() || row.review.is_some() {
        return Ok(false);
    }
    let city = tx.city();
    let finding = finding(tx, row, &city.settings.anomalies, false).await?;
    if finding.holds(&city.settings.anomalies) { open(tx, at, row, &finding).await } else { Ok(false) }
}

/// The person served says that nobody came: that alone is enough, whatever was decided before.
pub async fn denied(tx: &mut Tx<'_>, at: Moment, row: &RecordRow) -> Result<(), Stop> {
    let is_open = row.review.as_deref() == Some(ReviewState::Open.key());
    if row.state != RecordState::Confirmed.key() || is_open {
        return Ok(());
    }
    let city = tx.city();
    let finding = finding(tx, row, &city.settings.anomalies, true).await?;
    let is_held = open(tx, at, row, &finding).await?;
    if is_held { reviewing::tell(tx, at, row.volunteer(), News::Opened(row)).await } else { Ok(()) }
}

/// A record that is looked at loses what no longer speaks against it; where too little is left, its hours count.
pub(super) async fn weigh_anew(tx: &mut Tx<'_>, at: Moment, id: RecordId) -> Result<(), Stop> {
    let row = records::record(tx, id).await?.ok_or(Stop::Missing)?;
    let said = reviews::call_back(tx, id).await?.and_then(|asked| asked.said);
    let city = tx.city();
    let rules = &city.settings.anomalies;
    let finding = finding(tx, &row, rules, said.as_deref() == Some(CallBack::NotDone.key())).await?;
    if finding.holds(rules) {
        return reviews::keep_signs(tx, id, &finding).await;
    }
    let system = Actor::system();
    let cleared = Decided { state: ReviewState::Cleared, reason: None, appeal_by: None };
    if !reviews::decide(tx, &system, at, &row, cleared).await? {
        return Ok(());
    }
    audit::record(tx, &system, at, "service.close_review", id, json!({ "score": finding.score })).await?;
    reviewing::tell(tx, at, row.volunteer(), News::Decided(&row, ReviewState::Cleared)).await
}

/// False when it is open already.
async fn open(tx: &mut Tx<'_>, at: Moment, row: &RecordRow, finding: &Finding) -> Result<bool, Stop> {
    let city = tx.city();
    let days = city.settings.anomalies.hearing_working_days;
    let answer_by = answer_by(days, &city.calendar, at.recorded).ok();
    if !reviews::open(tx, at, row, finding, answer_by).await? {
        return Ok(false);
    }
    let signs: Vec<&str> = finding.signs.iter().map(|sign| sign.key()).collect();
    let data = json!({ "score": finding.score, "signs": signs });
    audit::record(tx, &Actor::system(), at, "service.open_review", row.id(), data).await?;
    Ok(true)
}

/// What the rules find about a record.
pub async fn finding(tx: &mut Tx<'_>, row: &RecordRow, rules: &AnomalyRules, denied: bool) -> Result<Finding, Stop> {
    let record = row.record()?;
    let task = match row.task() {
        Some(task) => dispatch::store::task(tx, task).await?,
        None => None,
    };
    let own = neighbours(tx, row).await?;
    let own: Vec<Neighbour<'_>> = own.iter().map(OwnRow::neighbour).collect::<Result<_, Stop>>()?;
    let (entered, entered_beside) = entered(tx, row, &record, rules).await?;
    let (confirmed, confirmed_beside) = confirmed_beside(tx, row, &record, rules).await?;
    let (signatures, beside) = signed(tx, row, &record).await?;
    let past = past::gather(tx, row, &record, rules).await?;
    let city = tx.city();
    let facts = Facts {
        day: record.day(&city.calendar),
        place_path: &row.place_path,
        served: record.served,
        minutes: record.minutes,
        evidence: record.evidence,
        planned: task.map(|task| task.window()).transpose()?,
        night_minutes: night_minutes(&record.served, &rules.night.limits, city.calendar.zone()),
        entered,
        entered_beside: &entered_beside,
        confirmed,
        confirmed_beside: &confirmed_beside,
        own: &own,
        shares: shares(tx, row, rules).await?,
        signed: signatures.map(|(means, came, left)| Signed { means, came, left, beside: &beside }),
        tie: recorders_tie(tx, &record).await?,
        denied,
        past: past.as_ref(),
    };
    Ok(find(&facts, rules))
}

/// Somebody entered it by hand: at a desk or after the fact.
pub(super) const fn is_typed(evidence: Evidence) -> bool {
    matches!(evidence, Evidence::Late | Evidence::Desk)
}

/// A record that stands beside another in somebody's day at the desk.
#[derive(Deserialize)]
struct Beside {
    at: i64,
    person_cell: i32,
    person_id: Uuid,
    task_id: Option<Uuid>,
    activity: String,
    started_at: i64,
}

impl Beside {
    fn entry(&self) -> Result<Entry, Stop> {
        Ok(Entry {
            at: instant(self.at)?,
            volunteer: Id::new(Cell(self.person_cell), self.person_id),
            occasion: occasion(self.task_id, &self.activity, self.started_at),
        })
    }
}

/// All who were at one task, or at one activity that began at one time, are on one sheet.
fn occasion(task: Option<Uuid>, activity: &str, started_at: i64) -> String {
    task.map_or_else(|| format!("{started_at} {activity}"), |task| task.to_string())
}

fn entry(row: &RecordRow, at: i64) -> Result<Entry, Stop> {
    let occasion = occasion(row.task_id, &row.activity, row.started_at);
    Ok(Entry { at: instant(at)?, volunteer: row.volunteer(), occasion })
}

fn around(at: i64, minutes: i64) -> (i64, i64) {
    (at - minutes * 60_000, at + minutes * 60_000)
}

/// What the same person entered by hand around the time when this was entered.
async fn entered(
    tx: &mut Tx<'_>,
    row: &RecordRow,
    record: &ServiceRecord,
    rules: &AnomalyRules,
) -> Result<(Option<Entry>, Vec<Entry>), Stop> {
    let Some(recorder) = record.entered_by.first().filter(|_| is_typed(record.evidence)) else {
        return Ok((None, Vec::new()));
    };
    let (from, until) = around(row.recorded_at, rules.bulk_entered.limits.within_minutes);
    let sql = "SELECT r.recorded_at AS at, r.person_cell, r.person_id, r.task_id, r.activity, r.started_at FROM service_records r \
               WHERE r.recorded_cell = $1 AND r.recorded_by = $2 AND r.recorded_at >= $3 AND r.recorded_at <= $4 \
               AND r.evidence IN ('late', 'desk') AND r.state <> 'void' AND r.id <> $5";
    let args = db::args![recorder.cell.0, recorder.uuid, from, until, row.id];
    let beside = tx.all::<Beside>(sql, args).await?;
    Ok((Some(entry(row, row.recorded_at)?), beside.iter().map(Beside::entry).collect::<Result<_, _>>()?))
}

/// What the same two entered and confirmed around the time when this was confirmed.
async fn confirmed_beside(
    tx: &mut Tx<'_>,
    row: &RecordRow,
    record: &ServiceRecord,
    rules: &AnomalyRules,
) -> Result<(Option<Entry>, Vec<Entry>), Stop> {
    let recorder = record.entered_by.first().filter(|_| is_typed(record.evidence));
    let (Some(recorder), Some(confirmer), Some(at)) = (recorder, row.confirmer(), row.confirmed_at) else {
        return Ok((None, Vec::new()));
    };
    let (from, until) = around(at, rules.bulk_confirmed.limits.within_minutes);
    let sql = "SELECT r.confirmed_at AS at, r.person_cell, r.person_id, r.task_id, r.activity, r.started_at FROM service_records r \
               WHERE r.confirmed_cell = $1 AND r.confirmed_by = $2 AND r.confirmed_at >= $3 AND r.confirmed_at <= $4 \
               AND r.recorded_cell = $5 AND r.recorded_by = $6 AND r.evidence IN ('late', 'desk') AND r.state <> 'void' \
               AND r.id <> $7";
    let args = db::args![confirmer.cell.0, confirmer.uuid, from, until, recorder.cell.0, recorder.uuid, row.id];
    let beside = tx.all::<Beside>(sql, args).await?;
    Ok((Some(entry(row, at)?), beside.iter().map(Beside::entry).collect::<Result<_, _>>()?))
}

#[derive(Deserialize)]
struct OwnRow {
    day: String,
    started_at: i64,
    ended_at: i64,
    minutes: i64,
    place_path: String,
    evidence: String,
}

impl OwnRow {
    fn neighbour(&self) -> Result<Neighbour<'_>, Stop> {
        Ok(Neighbour {
            day: self.day.parse().map_err(Stop::defect)?,
            served: Window { start: instant(self.started_at)?, end: instant(self.ended_at)? },
            minutes: self.minutes,
            place_path: &self.place_path,
            attended: self.evidence != Evidence::Late.key(),
        })
    }
}

/// The volunteer's other records of the day and of the days beside it.
async fn neighbours(tx: &mut Tx<'_>, row: &RecordRow) -> Result<Vec<OwnRow>, Stop> {
    let day: jiff::civil::Date = row.day.parse().map_err(Stop::defect)?;
    let (before, after) = (day.yesterday().map_err(Stop::defect)?, day.tomorrow().map_err(Stop::defect)?);
    let sql = "SELECT day, started_at, ended_at, minutes, place_path, evidence FROM service_records \
               WHERE person_cell = $1 AND person_id = $2 AND day >= $3 AND day <= $4 AND state <> 'void' AND id <> $5";
    let args = db::args![row.person_cell, row.person_id, before.to_string(), after.to_string(), row.id];
    Ok(tx.all::<OwnRow>(sql, args).await?)
}

#[derive(Deserialize)]
struct Sums {
    records: i64,
    by_confirmer: i64,
    minutes: i64,
}

/// How much of the volunteer's hours who confirmed this has confirmed, and how much of the others' at the place. What
/// cannot be a sign is not counted to its end.
async fn shares(tx: &mut Tx<'_>, row: &RecordRow, rules: &AnomalyRules) -> Result<Option<Shares>, Stop> {
    let Some(confirmer) = row.confirmer() else { return Ok(None) };
    if row.confirmed_as.as_deref() != Some(Standing::Staff.key()) {
        return Ok(None);
    }
    let limits = rules.same_confirmer.limits;
    let day: jiff::civil::Date = row.day.parse().map_err(Stop::defect)?;
    let since = day.saturating_sub(jiff::ToSpan::days(limits.within_days)).to_string();
    let sums = "SELECT COUNT(*) AS records, CAST(COALESCE(SUM(CASE WHEN confirmed_cell = $1 AND confirmed_by = $2 \
                AND confirmed_as = 'staff' THEN minutes ELSE 0 END), 0) AS BIGINT) AS by_confirmer, \
                CAST(COALESCE(SUM(minutes), 0) AS BIGINT) AS minutes FROM service_records WHERE state = 'confirmed'";
    let sql = format!("{sums} AND person_cell = $3 AND person_id = $4 AND day >= $5");
    let args = db::args![confirmer.cell.0, confirmer.uuid, row.person_cell, row.person_id, since.as_str()];
    let Some(own) = tx.one::<Sums>(&sql, args).await? else { return Ok(None) };
    if own.records < limits.records || own.by_confirmer * 100 < own.minutes * limits.share_percent {
        return Ok(None);
    }
    let village = path::up_to(&row.place_path, Level::Village);
    let sql = format!(
        "{sums} AND cell = $3 AND place_path >= $4 AND place_path < $5 AND day >= $6 AND NOT (person_cell = $7 \
         AND person_id = $8)"
    );
    let (cell, until) = (row.cell, format!("{village}~"));
    let (whom, at) = (confirmer.uuid, since.as_str());
    let args = db::args![confirmer.cell.0, whom, cell, village, until, at, row.person_cell, row.person_id];
    let others = tx.one::<Sums>(&sql, args).await?;
    Ok(others.map(|others| Shares {
        records: own.records,
        by_confirmer: own.by_confirmer,
        all: own.minutes,
        others_by_confirmer: others.by_confirmer,
        others: others.minutes,
    }))
}

type Shown = (rules::service::Means, Signature, Option<Signature>);

/// How presence was shown, and who else showed it by the same card, or the same code of the same task.
async fn signed(tx: &mut Tx<'_>, row: &RecordRow, record: &ServiceRecord) -> Result<(Option<Shown>, Vec<Card>), Stop> {
    let Some(offer) = record.offer.filter(|_| record.evidence != Evidence::Late) else { return Ok((None, Vec::new())) };
    let Some(attendance) = store::attendance(tx, offer).await? else { return Ok((None, Vec::new())) };
    let signature = |stamp: Stamp| -> Signature { Signature { at: counts(&stamp), received: stamp.server } };
    let came = attendance.check_in()?;
    let shown = (came.means, signature(came), attendance.check_out()?.map(signature));
    let mut beside = Vec::new();
    if let Some(task) = row.task() {
        for other in store::attendance_of(tx, task).await? {
            if other.offer() != offer && other.in_means == attendance.in_means {
                beside.push(card(&other, true)?);
            }
        }
    }
    if let Some(served) = row.served().filter(|_| record.evidence == Evidence::BothPresent) {
        beside.extend(elsewhere(tx, row, served).await?);
    }
    Ok((Some(shown), beside))
}

fn counts(stamp: &Stamp) -> Timestamp {
    stamp.counts_at(&AttendanceRules::default()).unwrap_or(stamp.server)
}

fn card(row: &AttendanceRow, same_task: bool) -> Result<Card, Stop> {
    let (came, left) = (row.check_in()?, row.check_out()?);
    Ok(Card { came: counts(&came), left: left.as_ref().map(counts), same_task })
}

/// Who signed in by the card of the same person at another task of that day.
async fn elsewhere(tx: &mut Tx<'_>, row: &RecordRow, served: PersonId) -> Result<Vec<Card>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        in_at: i64,
    }
    let sql = "SELECT a.in_at FROM service_records r JOIN service_attendance a ON a.cell = r.cell \
               AND a.offer_id = r.offer_id WHERE r.served_cell = $1 AND r.served_id = $2 AND r.day = $3 \
               AND r.evidence = 'both_present' AND r.state <> 'void' AND NOT (r.task_id = $4)";
    let task = row.task_id.unwrap_or_default();
    let rows = tx.all::<Row>(sql, db::args![served.cell.0, served.uuid, row.day.as_str(), task]).await?;
    rows.iter().map(|row| Ok(Card { came: instant(row.in_at)?, left: None, same_task: false })).collect()
}

/// How who entered a record by hand stands to the volunteer.
async fn recorders_tie(tx: &mut Tx<'_>, record: &ServiceRecord) -> Result<Option<rules::people::household::Tie>, Stop> {
    let recorder = record.entered_by.first().filter(|by| is_typed(record.evidence) && **by != record.volunteer);
    let Some(recorder) = recorder else { return Ok(None) };
    let recorder = people::store::near(tx, *recorder).await?;
    let volunteer = people::store::near(tx, record.volunteer).await?;
    Ok(tie(&recorder.party(), &volunteer.party()))
}
