//! The service record: what 志愿服务记录与证明出具办法（试行）(民政部令第 67 号) asks to be written down.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::access::{CheckOut, Correct, DecideAppeal, DecideReview, RecordLate, Void};
use super::attendance::{Attendance, AttendanceRules, Closing};
use super::presence::Means;
use crate::shared::ids::{OfferId, OrganisationId, PersonId, RecordId};
use crate::shared::{CalendarError, Length, Permit, Refusal, Term, Window, WorkCalendar};

/// Working days after the end of an activity within which it must be on record (令67 第十一条).
pub const RECORD_TERM: Term = Term::WorkingDays(10);

/// Class of evidence, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The card of the person served was scanned: both were there.
    BothPresent,
    /// The desk signed.
    Desk,
    /// A code or a venue's QR.
    Code,
    /// Written after the fact.
    Late,
}

impl Evidence {
    pub const ALL: [Evidence; 4] = [Evidence::BothPresent, Evidence::Desk, Evidence::Code, Evidence::Late];

    pub const fn key(self) -> &'static str {
        match self {
            Evidence::BothPresent => "both_present",
            Evidence::Desk => "desk",
            Evidence::Code => "code",
            Evidence::Late => "late",
        }
    }

    pub fn from_key(key: &str) -> Option<Evidence> {
        Evidence::ALL.into_iter().find(|evidence| evidence.key() == key)
    }

    fn of(check_in: Means) -> Evidence {
        match check_in {
            Means::CardQr => Evidence::BothPresent,
            Means::Desk => Evidence::Desk,
            Means::VenueQr | Means::Code => Evidence::Code,
            Means::Unattended => Evidence::Late,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// Written, not yet confirmed by a second party.
    Recorded,
    Confirmed,
    /// One of the two says it is wrong; its hours do not count until it is settled.
    Contested,
    /// False; kept, never counted, unless an appeal overturns the review that found it so.
    Void,
}

impl RecordState {
    pub const ALL: [RecordState; 4] =
        [RecordState::Recorded, RecordState::Confirmed, RecordState::Contested, RecordState::Void];

    pub const fn key(self) -> &'static str {
        match self {
            RecordState::Recorded => "recorded",
            RecordState::Confirmed => "confirmed",
            RecordState::Contested => "contested",
            RecordState::Void => "void",
        }
    }

    pub fn from_key(key: &str) -> Option<RecordState> {
        RecordState::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether somebody may still say that it is wrong.
    pub const fn may_be_contested(self) -> bool {
        matches!(self, RecordState::Recorded | RecordState::Confirmed)
    }

    /// Whether staff may set it right: what is confirmed must be contested first.
    pub const fn may_be_corrected(self) -> bool {
        matches!(self, RecordState::Recorded | RecordState::Contested)
    }

    pub const fn may_be_voided(self) -> bool {
        !matches!(self, RecordState::Void)
    }
}

/// What is written about the activity (令67 第七条). Date and time are in [`ServiceRecord::served`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// 活动名称
    pub name: String,
    /// 地点: the path of the place.
    pub place_path: String,
    /// 服务内容
    pub content: String,
    /// 活动组织单位; `None` while nobody is known to organise at the place, which must not keep a service off the record.
    pub organiser: Option<OrganisationId>,
    /// 活动负责人; `None` as for the organiser.
    pub in_charge: Option<PersonId>,
}

/// A record of one volunteer's service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRecord {
    pub id: RecordId,
    pub volunteer: PersonId,
    /// The accepted offer it stands on; `None` for some late entries.
    pub offer: Option<OfferId>,
    pub activity: Activity,
    /// From when to when, as it counts.
    pub served: Window,
    /// 服务时间 in whole minutes; shown in hours, its legal unit (令67 第七条).
    pub minutes: i64,
    pub evidence: Evidence,
    /// How its service ended; a late entry was never signed.
    pub closing: Option<Closing>,
    /// Everyone who entered a part of it: signatures, content, corrections. None of them confirms it.
    pub entered_by: Vec<PersonId>,
    /// Why it was entered late.
    pub late_reason: Option<String>,
    pub state: RecordState,
}

/// Limits of records, as data of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RecordRules {
    /// Whole minutes below which nothing is recorded. Local setting.
    pub shortest: i64,
    /// Minutes of service of one person that one day may hold. Local setting: it catches slips and made-up hours.
    pub most_a_day: i64,
    /// Days after which a late entry is not accepted any more. Local setting.
    pub late_within_days: i64,
    /// Characters that the content must have: "filler" is what audits find first. Local setting.
    pub shortest_content: usize,
}

impl Default for RecordRules {
    fn default() -> RecordRules {
        RecordRules { shortest: 10, most_a_day: 12 * 60, late_within_days: 60, shortest_content: 4 }
    }
}

impl RecordRules {
    /// Whether these words say what was done.
    ///
    /// # Errors
    /// `record-content`.
    pub fn wants_content(&self, content: &str) -> Result<(), Refusal> {
        if content.trim().chars().count() >= self.shortest_content {
            return Ok(());
        }
        let least = i64::try_from(self.shortest_content).unwrap_or(i64::MAX);
        Err(Refusal::new("record-content").with("least", least).at_field("content"))
    }
}

/// What the store knows of the volunteer's other records.
#[derive(Clone, Copy, Debug)]
pub struct OtherRecords<'a> {
    /// Windows of records that are not void.
    pub served: &'a [Window],
    /// Minutes of those on the same local day.
    pub minutes_that_day: i64,
}

/// What a service was that does not count as volunteering (令67 第十九条): it is neither recorded nor certified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    Voluntary,
    /// The work of one's own post.
    OwnPost,
    /// Ordered: community corrections, a school's duty.
    Ordered,
    /// Paid for, beyond the cost of coming.
    Paid,
    /// For oneself or one's own household.
    OwnInterest,
}

impl ServiceRecord {
    /// Makes the record when a service has closed. `entered_by` gathers who signed, so that none of them confirms.
    ///
    /// # Errors
    /// `record-not-closed`, `record-ends-first`, `record-too-short`, `record-overlaps`, `record-day-full`, `record-content`.
    pub fn of_attendance(
        id: RecordId,
        attendance: &Attendance,
        activity: Activity,
        others: &OtherRecords<'_>,
        rules: &RecordRules,
        attendance_rules: &AttendanceRules,
    ) -> Result<ServiceRecord, Refusal> {
        let (Some(check_in), Some(check_out)) = (attendance.check_in, attendance.check_out) else {
            return Err(Refusal::new("record-not-closed"));
        };
        let served = attendance
            .served(attendance_rules)
            .ok_or_else(|| Refusal::new("record-too-short").with("least", rules.shortest))?;
        let mut entered_by: Vec<PersonId> = [check_in.by, check_out.by].into_iter().flatten().collect();
        entered_by.dedup();
        let record = ServiceRecord {
            id,
            volunteer: attendance.volunteer,
            offer: Some(attendance.offer),
            activity,
            served,
            minutes: served.minutes(),
            evidence: Evidence::of(check_in.means),
            closing: attendance.closing(),
            entered_by,
            late_reason: None,
            state: RecordState::Recorded,
        };
        // Content is written after a forgotten check-out has been closed: the job has nobody to ask.
        let content_is_due = record.closing == Some(Closing::CheckedOut);
        record.checked(others, rules, content_is_due)
    }

    /// Writes a record after the fact: its own class of evidence, with a reason, and never without a second person.
    ///
    /// # Errors
    /// `needs-a-person`, `late-reason`, `late-not-over`, `late-too-old`, `not-volunteer-service`, and those of
    /// [`ServiceRecord::of_attendance`].
    pub fn late(
        permit: &Permit<RecordLate>,
        entry: LateEntry,
        others: &OtherRecords<'_>,
        rules: &RecordRules,
        at: Timestamp,
    ) -> Result<ServiceRecord, Refusal> {
        assert_eq!(permit.subject, entry.volunteer.uuid, "the permit is for another volunteer");
        if entry.nature != Nature::Voluntary {
            return Err(Refusal::new("not-volunteer-service").at_field("nature"));
        }
        let by = permit.by.ok_or_else(|| Refusal::new("needs-a-person"))?;
        if entry.reason.trim().is_empty() {
            return Err(Refusal::new("late-reason").at_field("reason"));
        }
        Length::Reason.fits("reason", entry.reason.as_str())?;
        if entry.served.end > at {
            return Err(Refusal::new("late-not-over").at_field("end"));
        }
        if at.duration_since(entry.served.end).as_hours() > rules.late_within_days * 24 {
            return Err(Refusal::new("late-too-old").with("days", rules.late_within_days).at_field("start"));
        }
        let record = ServiceRecord {
            id: entry.id,
            volunteer: entry.volunteer,
            offer: entry.offer,
            activity: entry.activity,
            served: entry.served,
            minutes: entry.served.minutes(),
            evidence: Evidence::Late,
            closing: None,
            entered_by: vec![by],
            late_reason: Some(entry.reason),
            state: RecordState::Recorded,
        };
        record.checked(others, rules, true)
    }

    /// The volunteer writes what was done after a forgotten check-out, and when it really ended (never later than it was
    /// closed). `others` are the records other than this one, here and wherever a record changes.
    ///
    /// # Errors
    /// `correct-state` unless it waits for that, `correct-longer`, and those of [`ServiceRecord::of_attendance`].
    pub fn describe(
        mut self,
        permit: &Permit<CheckOut>,
        ended: Timestamp,
        content: String,
        others: &OtherRecords<'_>,
        rules: &RecordRules,
    ) -> Result<ServiceRecord, Refusal> {
        assert_eq!(Some(permit.subject), self.offer.map(|offer| offer.uuid), "the permit is for another service");
        if self.state != RecordState::Recorded || self.closing != Some(Closing::ToBeConfirmed) {
            return Err(Refusal::new("correct-state"));
        }
        let served = Window { start: self.served.start, end: ended };
        self.shrink(served)?;
        self.activity.content = content;
        self.entered_by.extend(permit.by.filter(|by| !self.entered_by.contains(by)));
        self.checked(others, rules, true)
    }

    /// Staff correct a contested record or one that waits for its forgotten check-out. Whoever corrects joins those who
    /// may not confirm. The served window may only shrink: more time than was signed is a late entry.
    ///
    /// # Errors
    /// `correct-state`, `correct-longer`, and those of [`ServiceRecord::of_attendance`].
    pub fn correct(
        mut self,
        permit: &Permit<Correct>,
        served: Window,
        content: String,
        others: &OtherRecords<'_>,
        rules: &RecordRules,
    ) -> Result<ServiceRecord, Refusal> {
        self.is_subject_of(permit.subject);
        if !self.state.may_be_corrected() {
            return Err(Refusal::new("correct-state"));
        }
        self.shrink(served)?;
        self.activity.content = content;
        self.state = RecordState::Recorded;
        self.entered_by.extend(permit.by.filter(|by| !self.entered_by.contains(by)));
        self.checked(others, rules, true)
    }

    /// Voids a false record for good; what was built on it falls with it.
    ///
    /// # Errors
    /// `void-reason`, `record-void`.
    pub fn void(self, permit: &Permit<Void>, reason: &str) -> Result<ServiceRecord, Refusal> {
        self.is_subject_of(permit.subject);
        self.found_false(reason)
    }

    /// Voids a record that a review has found false.
    ///
    /// # Errors
    /// As [`ServiceRecord::void`].
    pub fn upheld(self, permit: &Permit<DecideReview>, reason: &str) -> Result<ServiceRecord, Refusal> {
        self.is_subject_of(permit.subject);
        self.found_false(reason)
    }

    /// What a record was before a review found it false, now that this is overturned. `others` are those written since.
    ///
    /// # Errors
    /// `appeal-overlaps` where its time was recorded anew meanwhile, or its day is full without it.
    pub fn restored(
        mut self,
        permit: &Permit<DecideAppeal>,
        before: RecordState,
        others: &OtherRecords<'_>,
        rules: &RecordRules,
    ) -> Result<ServiceRecord, Refusal> {
        self.is_subject_of(permit.subject);
        assert_eq!(self.state, RecordState::Void, "what is not void needs no restoring");
        let is_taken = others.served.iter().any(|other| other.common(&self.served).is_some());
        if is_taken || others.minutes_that_day + self.minutes > rules.most_a_day {
            return Err(Refusal::new("appeal-overlaps").at_field("outcome"));
        }
        self.state = before;
        Ok(self)
    }

    fn found_false(mut self, reason: &str) -> Result<ServiceRecord, Refusal> {
        if reason.trim().is_empty() {
            return Err(Refusal::new("void-reason").at_field("reason"));
        }
        Length::Reason.fits("reason", reason)?;
        if !self.state.may_be_voided() {
            return Err(Refusal::new("record-void"));
        }
        self.state = RecordState::Void;
        Ok(self)
    }

    /// Until when the activity must be on record.
    ///
    /// # Errors
    /// When the ten working days run into a year that is not loaded.
    pub fn record_by(&self, calendar: &WorkCalendar) -> Result<Timestamp, CalendarError> {
        calendar.end_of(RECORD_TERM, self.served.end)
    }

    /// The date of the service, in the city.
    pub fn day(&self, calendar: &WorkCalendar) -> Date {
        calendar.date(self.served.start)
    }

    /// A permit for another record is a defect of the caller, not something to explain to a person.
    pub(super) fn is_subject_of(&self, subject: uuid::Uuid) {
        assert_eq!(subject, self.id.uuid, "the permit is for another record");
    }

    fn shrink(&mut self, served: Window) -> Result<(), Refusal> {
        if !self.served.covers(&served) {
            return Err(Refusal::new("correct-longer").at_field("end"));
        }
        self.served = served;
        self.minutes = served.minutes();
        Ok(())
    }

    fn checked(
        self,
        others: &OtherRecords<'_>,
        rules: &RecordRules,
        content_is_due: bool,
    ) -> Result<ServiceRecord, Refusal> {
        if self.served.start >= self.served.end {
            return Err(Refusal::new("record-ends-first").at_field("end"));
        }
        if self.minutes < rules.shortest {
            return Err(Refusal::new("record-too-short").with("least", rules.shortest).at_field("end"));
        }
        if others.served.iter().any(|other| other.common(&self.served).is_some()) {
            return Err(Refusal::new("record-overlaps").at_field("start"));
        }
        if others.minutes_that_day + self.minutes > rules.most_a_day {
            return Err(Refusal::new("record-day-full").with("hours", rules.most_a_day / 60).at_field("end"));
        }
        Length::Title.fits("name", self.activity.name.as_str())?;
        Length::Notes.fits("content", self.activity.content.as_str())?;
        if content_is_due {
            rules.wants_content(&self.activity.content)?;
        }
        Ok(self)
    }
}

/// What the form of a late entry says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateEntry {
    pub id: RecordId,
    pub volunteer: PersonId,
    pub offer: Option<OfferId>,
    pub activity: Activity,
    pub served: Window,
    pub nature: Nature,
    pub reason: String,
}
