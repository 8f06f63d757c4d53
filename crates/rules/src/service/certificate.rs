//! 志愿服务记录证明: what may be certified, and how a certificate is taken back
//! (志愿服务记录与证明出具办法（试行）民政部令第 67 号 第十四至十七条).
//!
//! Who recorded certifies (谁记录谁证明), so each recording unit has a certificate of its own. It is free, and true: only
//! hours that a second party confirmed, late entries apart.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::access::{Certify, RevokeCertificate};
use super::hours::{Hours, Line};
use crate::shared::ids::{CertificateId, PersonId, RecordId};
use crate::shared::{Length, Permit, Refusal};

/// The days that a certificate covers, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

impl Period {
    /// # Errors
    /// `certificate-period` when it ends before it begins, `certificate-future` when it ends after `today`.
    pub fn new(from: Date, to: Date, today: Date) -> Result<Period, Refusal> {
        if to < from {
            return Err(Refusal::new("certificate-period").at_field("to"));
        }
        if to > today {
            return Err(Refusal::new("certificate-future").at_field("to"));
        }
        Ok(Period { from, to })
    }

    pub fn covers(&self, day: Date) -> bool {
        (self.from..=self.to).contains(&day)
    }
}

/// A record of one unit, as far as certifying goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub record: RecordId,
    pub volunteer: PersonId,
    pub day: Date,
    pub line: Line,
}

/// What one unit certifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    pub period: Period,
    /// In the order given.
    pub records: Vec<RecordId>,
    pub hours: Hours,
}

/// A certificate's number: its unit's designation, and the place in that unit's register of the year. Those issued before
/// units had designations keep theirs, which has none.
pub fn number(designation: Option<&str>, year: i64, serial: i64) -> String {
    format!("{}志服证〔{year}〕{serial:04}号", designation.unwrap_or_default())
}

/// Chooses what a unit certifies for a volunteer over a period.
///
/// # Errors
/// `certificate-empty` when nothing of the period is confirmed.
pub fn certify(permit: &Permit<Certify>, period: Period, records: &[Candidate]) -> Result<Certified, Refusal> {
    let counts = |c: &&Candidate| {
        assert_eq!(permit.subject, c.volunteer.uuid, "the permit is for another volunteer");
        period.covers(c.day) && Hours::of([c.line]).confirmed() > 0
    };
    let chosen: Vec<&Candidate> = records.iter().filter(counts).collect();
    if chosen.is_empty() {
        return Err(Refusal::new("certificate-empty").at_field("from"));
    }
    let hours = Hours::of(chosen.iter().map(|c| c.line));
    Ok(Certified { period, records: chosen.iter().map(|c| c.record).collect(), hours })
}

/// What the law wants on a certificate and is not known (令67 第十五条).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// The volunteer's identity number.
    Identity,
    /// The unit's 统一社会信用代码.
    CreditCode,
    /// Who heads the unit.
    Head,
}

impl Gap {
    pub const fn key(self) -> &'static str {
        match self {
            Gap::Identity => "identity",
            Gap::CreditCode => "credit_code",
            Gap::Head => "head",
        }
    }
}

/// What a certificate would leave empty.
pub fn lacking(identity: &str, credit_code: Option<&str>, head: Option<&str>) -> Vec<Gap> {
    let is_empty = |text: Option<&str>| text.is_none_or(|text| text.trim().is_empty());
    [(Gap::Identity, is_empty(Some(identity))), (Gap::CreditCode, is_empty(credit_code)), (Gap::Head, is_empty(head))]
        .into_iter()
        .filter_map(|(fact, lacks)| lacks.then_some(fact))
        .collect()
}

/// A number is given out for good: one with something left empty is issued only when whoever asks wants it so.
///
/// # Errors
/// `certificate-lacking`.
pub fn complete(lacking: &[Gap], without: bool) -> Result<(), Refusal> {
    if lacking.is_empty() || without { Ok(()) } else { Err(Refusal::new("certificate-lacking").at_field("without")) }
}

/// What a certificate says was done (服务内容, 令67 第七条). Who was served is not whose certificate it is, and free words may
/// name them: of what was done for somebody it has what was ticked of the `listed` words, and else what the activity is called.
pub fn content(content: &str, activity: &str, is_for_somebody: bool, listed: &[&str]) -> String {
    if !is_for_somebody {
        return content.to_owned();
    }
    let ticked: Vec<&str> = content.split('、').filter(|word| listed.contains(word)).collect();
    if ticked.is_empty() { activity.to_owned() } else { ticked.join("、") }
}

/// Why a certificate holds no more. Whoever checks it sees the class; what the unit wrote beside it stays with the unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// A record in it was void or wrong.
    RecordWrong,
    /// Name, number or unit was wrong.
    DetailsWrong,
    /// The volunteer gave it back, or another took its place.
    Returned,
}

impl RevocationReason {
    pub const ALL: [RevocationReason; 3] =
        [RevocationReason::RecordWrong, RevocationReason::DetailsWrong, RevocationReason::Returned];

    pub const fn key(self) -> &'static str {
        match self {
            RevocationReason::RecordWrong => "record_wrong",
            RevocationReason::DetailsWrong => "details_wrong",
            RevocationReason::Returned => "returned",
        }
    }

    pub fn from_key(key: &str) -> Option<RevocationReason> {
        RevocationReason::ALL.into_iter().find(|reason| reason.key() == key)
    }
}

/// The longest note beside a reason, in characters.
pub const MOST_NOTE: usize = Length::Line.most();

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Valid,
    /// A record in it was voided or cut down since: the unit has to look.
    Doubtful,
    Revoked,
}

impl Standing {
    pub const fn of(revoked: bool, doubtful: bool) -> Standing {
        match (revoked, doubtful) {
            (true, _) => Standing::Revoked,
            (false, true) => Standing::Doubtful,
            (false, false) => Standing::Valid,
        }
    }

    pub const fn key(self) -> &'static str {
        match self {
            Standing::Valid => "valid",
            Standing::Doubtful => "doubtful",
            Standing::Revoked => "revoked",
        }
    }
}

/// Takes a certificate back. Nothing makes it hold again: a right one is issued under a new number.
///
/// # Errors
/// `certificate-revoked`; `certificate-reason` without a reason; `certificate-note` when what is written beside it is
/// missing or too long.
pub fn revoke(
    permit: &Permit<RevokeCertificate>,
    certificate: CertificateId,
    standing: Standing,
    reason: Option<RevocationReason>,
    note: &str,
) -> Result<RevocationReason, Refusal> {
    assert_eq!(permit.subject, certificate.uuid, "the permit is for another certificate");
    if standing == Standing::Revoked {
        return Err(Refusal::new("certificate-revoked"));
    }
    let reason = reason.ok_or_else(|| Refusal::new("certificate-reason").at_field("reason"))?;
    let written = note.trim().chars().count();
    if written == 0 || written > MOST_NOTE {
        return Err(Refusal::new("certificate-note").with("most", MOST_NOTE as i64).at_field("note"));
    }
    Ok(reason)
}

/// Whether somebody looks at the hours of a record that was certified: it is contested, or reviewed. The certificate holds
/// meanwhile, and whoever checks it is told.
pub fn is_looked_at(now: Line) -> bool {
    now.held || now.state == super::RecordState::Contested
}

/// Whether a record still bears out what was certified of it, in whole minutes: one that is waiting, contested or looked at
/// may yet.
pub fn bears_out(certified: i64, now: Line) -> bool {
    now.state != super::RecordState::Void && now.minutes >= certified
}
