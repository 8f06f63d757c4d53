//! Verbs of service:
//!
//! ```text
//! check_in(tx, who, at, task: TaskId, &Presence) -> ()
//! check_out(tx, who, at, task: TaskId, &Presence, &Told) -> CheckedOut
//! describe(tx, who, at, record: RecordId, ended: Option<Timestamp>, &Told) -> ()      after a forgotten check-out
//! record_late(tx, who, at, &LateEntry) -> RecordId
//! rate(tx, who, at, matter: MatterId, &Rated { solved: Solved, satisfaction: u8, words: Option<String> }) -> Held
//! hours(tx, who, at, person: PersonId) -> PersonHours { total: Hours, months: Vec<(String, Hours)> }
//! records_of(tx, who, at, person: PersonId) -> Vec<RecordRow>
//! records_to_confirm(tx, who, limit: i64) -> Vec<RecordRow>
//! attendance_of(tx, who, task: TaskId) -> Vec<AttendanceRow>
//! show_code(tx, who, task: TaskId) -> ShownCode { code, qr_token }
//! confirming::{confirm(tx, who, at, record) -> Standing, contest(…, record, reason), correct(…, record, Window, content),
//!              void(…, record, reason)}
//! store::task_of_qr(tx, token: &str) -> Option<TaskId>
//! ```

use jiff::Timestamp;
use rules::service::record::Nature;
use rules::shared::ids::{PersonId, PlaceId, RecordId, TaskId};

/// How presence is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The token of a scanned QR.
    Qr(String),
    /// The code shown at the venue or read out by the desk.
    Code(String),
    /// The desk signs for this volunteer.
    Desk(PersonId),
}

/// A signature: what was shown, and when the device says it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    pub proof: Proof,
    pub device_at: Option<Timestamp>,
}

/// How the person served was when the volunteer left (老人状态).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wellbeing {
    Well,
    /// 有点担心
    Worried,
    /// 需要社工看看
    LookWanted,
}

/// What a volunteer says when leaving. All but `content` is sealed: it is about the person served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// 做了什么: becomes the record's content.
    pub content: String,
    /// 还需要什么
    pub still_needed: Option<String>,
    pub wellbeing: Option<Wellbeing>,
    /// 下次什么时候来
    pub next_visit: Option<String>,
}

/// What a check-out made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedOut {
    /// `None` when the time was too short for a record.
    pub record: Option<RecordId>,
    pub minutes: i64,
}

/// A record after the fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateEntry {
    pub volunteer: PersonId,
    /// The task it was part of; else `name` and `place` say what it was.
    pub task: Option<TaskId>,
    pub name: String,
    pub place: Option<PlaceId>,
    pub content: String,
    pub start: Timestamp,
    pub end: Timestamp,
    pub nature: Nature,
    pub reason: String,
    pub invented: bool,
}
