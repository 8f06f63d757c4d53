//! Service as JSON.

use jiff::tz::TimeZone;
use rules::service::Hours;
use rules::service::access::SeeReviews;
use rules::shared::Actor;
use rules::shared::permit::might;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::PersonHours;
use super::records::RecordRow;
use super::store::AttendanceRow;
use crate::people::api::PersonRef;
use crate::places::api::PlaceRef;
use crate::web::json::instant;

/// A record of one volunteer's service (民政部令第67号).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordJson {
    #[schema(example = "rec_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    pub volunteer: PersonRef,
    pub task: Option<String>,
    /// 活动名称
    #[schema(example = "陪诊 · 黄楼社区")]
    pub activity: String,
    pub place: PlaceRef,
    /// 服务内容; empty until a forgotten check-out is described.
    #[schema(example = "陪同去县医院取药")]
    pub content: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub start: String,
    #[schema(example = "2026-06-08T11:00:00+08:00")]
    pub end: String,
    #[schema(example = 120)]
    pub minutes: i64,
    /// 活动组织单位
    pub organiser: Option<String>,
    /// 活动负责人
    pub in_charge: Option<String>,
    /// `both_present`, `desk`, `code` or `late`, strongest first.
    #[schema(example = "code")]
    pub evidence: String,
    /// `to_be_confirmed` when nobody checked out and the planned end was taken.
    #[schema(example = "checked_out")]
    pub closing: Option<String>,
    /// Why it was entered late.
    pub late_reason: Option<String>,
    /// `recorded`, `confirmed`, `contested` or `void`. Only confirmed minutes count.
    #[schema(example = "recorded")]
    pub state: String,
    pub recorded_by: Option<String>,
    #[schema(example = "2026-06-08T11:00:00+08:00")]
    pub recorded_at: String,
    /// By when the law wants it on record; missing while the calendar of that year is not loaded.
    pub record_due_at: Option<String>,
    pub confirmed_by: Option<String>,
    pub confirmed_at: Option<String>,
    /// `served`, `served_by_phone` or `staff`.
    pub confirmed_as: Option<String>,
    /// `open` while it is looked at, and its minutes do not count; then `cleared` or `upheld`.
    pub review: Option<String>,
    /// Until when one may appeal against a review that found it false.
    pub appeal_by: Option<String>,
    /// `waiting` while the appeal is looked at; then `stands` or `overturned`.
    pub appeal: Option<String>,
    /// Why it is contested, while that is undecided, or why it was voided.
    pub reason: Option<String>,
    pub version: i64,
}

/// A record as `who` may read it: that it is looked at is told to the volunteer and to who looks.
pub fn record_json(row: RecordRow, who: &Actor, zone: &TimeZone) -> RecordJson {
    let may_know = who.person == Some(row.volunteer()) || might::<SeeReviews>(who);
    let code = row.place_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    RecordJson {
        id: row.id().to_string(),
        volunteer: PersonRef { id: row.volunteer().to_string(), name: row.person_name.clone() },
        task: row.task().map(|task| task.to_string()),
        place: PlaceRef { code, name: row.place_name },
        activity: row.activity,
        content: row.content,
        start: instant(row.started_at, zone),
        end: instant(row.ended_at, zone),
        minutes: row.minutes,
        organiser: row.organisation_name,
        in_charge: row.charge_name,
        evidence: row.evidence,
        closing: row.closing,
        late_reason: row.late_reason,
        state: row.state,
        recorded_by: row.recorder_name,
        recorded_at: instant(row.recorded_at, zone),
        record_due_at: row.record_due_at.map(|at| instant(at, zone)),
        confirmed_by: row.confirmer_name,
        confirmed_at: row.confirmed_at.map(|at| instant(at, zone)),
        confirmed_as: row.confirmed_as,
        review: row.review.filter(|_| may_know),
        appeal_by: row.appeal_by.filter(|_| may_know).map(|at| instant(at, zone)),
        appeal: row.appeal.filter(|_| may_know),
        reason: row.objection.or(row.reason),
        version: row.version,
    }
}

/// A list of records.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RecordList {
    pub items: Vec<RecordJson>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// Who signed on a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendanceJson {
    pub volunteer: PersonRef,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub checked_in_at: String,
    /// `card_qr`, `venue_qr`, `code` or `desk`.
    #[schema(example = "venue_qr")]
    pub checked_in_by: String,
    pub checked_out_at: Option<String>,
    /// Also `unattended`: nobody checked out, and the planned end was taken.
    pub checked_out_by: Option<String>,
}

pub fn attendance_json(row: AttendanceRow, zone: &TimeZone) -> AttendanceJson {
    AttendanceJson {
        volunteer: PersonRef { id: row.volunteer().to_string(), name: row.person_name },
        checked_in_at: instant(row.in_at, zone),
        checked_in_by: row.in_means,
        checked_out_at: row.out_at.map(|at| instant(at, zone)),
        checked_out_by: row.out_means,
    }
}

/// A list of signatures.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AttendanceList {
    pub items: Vec<AttendanceJson>,
}

/// Whole minutes, recorded and late apart.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MinutesJson {
    /// 记录时长: signed when it happened, and confirmed.
    #[schema(example = 540)]
    pub recorded_minutes: i64,
    /// 补录时长: entered after the fact, and confirmed.
    #[schema(example = 60)]
    pub late_minutes: i64,
    /// Both together: what a certificate may show.
    #[schema(example = 600)]
    pub confirmed_minutes: i64,
    /// Not confirmed yet; part of no total.
    #[schema(example = 120)]
    pub waiting_minutes: i64,
    /// Confirmed, and looked at before they count; part of no total.
    #[schema(example = 0)]
    pub held_minutes: i64,
}

impl From<Hours> for MinutesJson {
    fn from(hours: Hours) -> MinutesJson {
        MinutesJson {
            recorded_minutes: hours.recorded,
            late_minutes: hours.late,
            confirmed_minutes: hours.confirmed(),
            waiting_minutes: hours.waiting,
            held_minutes: hours.held,
        }
    }
}

/// The hours of one month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MonthJson {
    #[schema(example = "2026-06")]
    pub month: String,
    #[serde(flatten)]
    pub minutes: MinutesJson,
}

/// Somebody's hours.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoursJson {
    #[schema(example = "per_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub person: String,
    #[serde(flatten)]
    pub total: MinutesJson,
    /// Newest first.
    pub months: Vec<MonthJson>,
}

pub fn hours_json(person: String, hours: PersonHours) -> HoursJson {
    let month = |(month, hours): (String, Hours)| MonthJson { month, minutes: hours.into() };
    HoursJson { person, total: hours.total.into(), months: hours.months.into_iter().map(month).collect() }
}
