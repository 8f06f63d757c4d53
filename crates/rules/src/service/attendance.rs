//! Check-in and check-out. Both the device's and the server's time are kept; rules say which one counts.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::access::{CheckIn, CheckOut, DeskAttendance};
use super::presence::Means;
use super::record::RecordRules;
use crate::people::household::{Party, tie};
use crate::shared::ids::{OfferId, PersonId};
use crate::shared::{Permit, Refusal, Window};

/// Windows of attendance, as data of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AttendanceRules {
    /// Minutes before the planned start from which one may check in. Local setting.
    pub early: i64,
    /// Minutes after the planned end until which one may check out; also the longest overrun that counts. Local setting.
    pub overrun: i64,
    /// Minutes that a device's clock may differ from the server's without meaning anything. Local setting.
    pub clock_slack: i64,
    /// Minutes that a signature may wait on a device without network. Local setting.
    pub outbox: i64,
    /// Most check-ins of one person to one activity on one day: three, as the i志愿 platform of Guangdong allows.
    pub most_pairs_a_day: u32,
}

impl Default for AttendanceRules {
    fn default() -> AttendanceRules {
        AttendanceRules { early: 30, overrun: 30, clock_slack: 2, outbox: 24 * 60, most_pairs_a_day: 3 }
    }
}

/// One signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// What the device said, when one was used.
    pub device: Option<Timestamp>,
    pub server: Timestamp,
    pub means: Means,
    /// Who entered it; `None` for the job that closes what was forgotten.
    pub by: Option<PersonId>,
}

impl Stamp {
    /// When it counts: the server's time, or the device's when it was kept on a device without network (离线补传).
    ///
    /// # Errors
    /// `device-clock` when the device's time lies in the future or longer ago than the outbox allows.
    pub fn counts_at(&self, rules: &AttendanceRules) -> Result<Timestamp, Refusal> {
        let Some(device) = self.device else { return Ok(self.server) };
        let behind = self.server.duration_since(device);
        let slack = SignedDuration::from_mins(rules.clock_slack);
        if behind.abs() <= slack {
            Ok(self.server)
        } else if behind > slack && behind <= SignedDuration::from_mins(rules.outbox) {
            Ok(device)
        } else {
            Err(Refusal::new("device-clock"))
        }
    }

    /// It was sent later than it was made.
    pub fn was_delayed(&self, rules: &AttendanceRules) -> bool {
        self.counts_at(rules).is_ok_and(|at| at != self.server)
    }
}

/// How a service ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    /// They checked out, or the desk did.
    CheckedOut,
    /// Forgotten: closed at the planned end. The desk asks before the hours are confirmed.
    ToBeConfirmed,
}

impl Closing {
    pub const fn key(self) -> &'static str {
        match self {
            Closing::CheckedOut => "checked_out",
            Closing::ToBeConfirmed => "to_be_confirmed",
        }
    }

    pub fn from_key(key: &str) -> Option<Closing> {
        [Closing::CheckedOut, Closing::ToBeConfirmed].into_iter().find(|closing| closing.key() == key)
    }
}

/// The signatures of one volunteer on one accepted offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendance {
    pub offer: OfferId,
    pub volunteer: PersonId,
    pub planned: Window,
    pub check_in: Option<Stamp>,
    pub check_out: Option<Stamp>,
}

/// A permit that lets somebody sign: their own, or the desk's.
pub enum Signing<'a, Own> {
    Own(&'a Permit<Own>),
    Desk(&'a Permit<DeskAttendance>),
}

impl<Own> Signing<'_, Own> {
    fn subject(&self) -> uuid::Uuid {
        match self {
            Signing::Own(permit) => permit.subject,
            Signing::Desk(permit) => permit.subject,
        }
    }
    fn by(&self) -> Option<PersonId> {
        match self {
            Signing::Own(permit) => permit.by,
            Signing::Desk(permit) => permit.by,
        }
    }
}

impl Attendance {
    /// Signs in. What was shown at the venue is checked before, by [`super::presence::proves`].
    ///
    /// # Errors
    /// `check-in-done`, `check-in-early` with `minutes` still to wait (for programs; pages say from when), `check-in-late` (what is over is a late entry),
    /// `check-in-often`, `desk-own` when the desk would sign for its own service, `device-clock`, `needs-a-person` when no
    /// person signs: who entered what must be known, so that somebody else confirms.
    pub fn check_in(
        mut self,
        signing: &Signing<'_, CheckIn>,
        means: Means,
        device: Option<Timestamp>,
        pairs_today: u32,
        rules: &AttendanceRules,
        at: Timestamp,
    ) -> Result<Attendance, Refusal> {
        if self.check_in.is_some() {
            return Err(Refusal::new("check-in-done"));
        }
        if pairs_today >= rules.most_pairs_a_day {
            return Err(Refusal::new("check-in-often").with("most", i64::from(rules.most_pairs_a_day)));
        }
        let stamp = self.stamp(signing, means, device, at)?;
        let counts = stamp.counts_at(rules)?;
        let opens = self.opens_at(rules);
        if counts < opens {
            let wait = opens.duration_since(counts).as_secs().div_euclid(60) + 1;
            return Err(Refusal::new("check-in-early").with("minutes", wait));
        }
        if counts >= self.planned.end {
            return Err(Refusal::new("check-in-late"));
        }
        self.check_in = Some(stamp);
        Ok(self)
    }

    /// Signs out.
    ///
    /// # Errors
    /// `check-out-no-check-in`, `check-out-done`, `check-out-late` when the window to sign has passed,
    /// `check-out-before-check-in`, `desk-out-ahead` and `desk-out-before-in` where the desk names a time to come or before
    /// they came, `desk-own`, `device-clock`, `needs-a-person`.
    pub fn check_out(
        mut self,
        signing: &Signing<'_, CheckOut>,
        means: Means,
        device: Option<Timestamp>,
        rules: &AttendanceRules,
        at: Timestamp,
    ) -> Result<Attendance, Refusal> {
        let Some(check_in) = self.check_in else { return Err(Refusal::new("check-out-no-check-in")) };
        if self.check_out.is_some() {
            return Err(Refusal::new("check-out-done"));
        }
        let mut stamp = self.stamp(signing, means, device, at)?;
        if let (Signing::Desk(_), Some(told)) = (signing, device) {
            // When they left is told to the desk, and may be a while ago.
            if told > at + SignedDuration::from_mins(rules.clock_slack) {
                return Err(Refusal::new("desk-out-ahead").at_field("device_at"));
            }
            if told < check_in.counts_at(rules)? {
                return Err(Refusal::new("desk-out-before-in").at_field("device_at"));
            }
            stamp.device = device;
        }
        let counts = stamp.counts_at(rules)?;
        if counts > self.closes_at(rules) {
            return Err(Refusal::new("check-out-late"));
        }
        if counts < check_in.counts_at(rules)? {
            return Err(Refusal::new("check-out-before-check-in"));
        }
        self.check_out = Some(stamp);
        Ok(self)
    }

    /// Closes what was forgotten, once its time to sign out has passed. Called by the job; a repetition changes nothing.
    pub fn close_forgotten(mut self, rules: &AttendanceRules, at: Timestamp) -> Attendance {
        if self.check_in.is_some() && self.check_out.is_none() && at > self.closes_at(rules) {
            self.check_out = Some(Stamp { device: None, server: at, means: Means::Unattended, by: None });
        }
        self
    }

    /// From when on one may sign in.
    pub fn opens_at(&self, rules: &AttendanceRules) -> Timestamp {
        self.planned.start - SignedDuration::from_mins(rules.early)
    }

    /// Until when one may sign out, and after which the job closes.
    pub fn closes_at(&self, rules: &AttendanceRules) -> Timestamp {
        self.planned.end + SignedDuration::from_mins(rules.overrun)
    }

    pub fn closing(&self) -> Option<Closing> {
        self.check_out.map(|stamp| match stamp.means {
            Means::Unattended => Closing::ToBeConfirmed,
            _ => Closing::CheckedOut,
        })
    }

    /// The time served that counts: from the later of check-in and planned start to the earlier of check-out and planned
    /// end with its overrun. Coming early gives nothing, and travel is not service. A forgotten check-out counts to the
    /// planned end. `None` until it is closed, or when nothing counts.
    pub fn served(&self, rules: &AttendanceRules) -> Option<Window> {
        let (check_in, check_out) = (self.check_in?, self.check_out?);
        let start = check_in.counts_at(rules).ok()?.max(self.planned.start);
        let end = match check_out.means {
            Means::Unattended => self.planned.end,
            _ => check_out.counts_at(rules).ok()?.min(self.closes_at(rules)),
        };
        // Both to the minute that a clock shows, so that the times on a record and its minutes say the same.
        let (start, end) = (minute_of(start), minute_of(end));
        (start < end).then_some(Window { start, end })
    }

    /// Minutes that would count if they signed out `at` this moment: what a page says before they do.
    pub fn counts_so_far(&self, rules: &AttendanceRules, at: Timestamp) -> i64 {
        let now = Stamp { device: None, server: at, means: Means::Code, by: None };
        let left = Attendance { check_out: self.check_out.or(Some(now)), ..self.clone() };
        left.served(rules).map_or(0, |served| served.minutes())
    }

    /// From when on it counts, when they came before that.
    pub fn counts_from(&self, rules: &AttendanceRules) -> Option<Timestamp> {
        let came = self.check_in?.counts_at(rules).ok()?;
        (came < self.planned.start).then_some(self.planned.start)
    }

    /// Whether somebody was served. Whoever came and left again at once has served nobody, unless they name what they did
    /// (`did`): medicine handed over at the door is done, though too short for hours.
    pub fn has_served(&self, did: bool, rules: &AttendanceRules, records: &RecordRules) -> bool {
        self.check_out.is_some() && (did || self.service(rules, records).is_some())
    }

    /// What was served, when it is enough for a record.
    pub fn service(&self, rules: &AttendanceRules, records: &RecordRules) -> Option<Window> {
        self.served(rules).filter(|served| served.minutes() >= records.shortest)
    }

    fn stamp<Own>(
        &self,
        signing: &Signing<'_, Own>,
        means: Means,
        device: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<Stamp, Refusal> {
        assert_eq!(signing.subject(), self.offer.uuid, "the permit is for another service");
        let by = signing.by();
        if by.is_none() {
            return Err(Refusal::new("needs-a-person"));
        }
        match signing {
            // At the desk for oneself, the only witness would be oneself.
            Signing::Desk(_) if by == Some(self.volunteer) => Err(Refusal::new("desk-own")),
            Signing::Desk(_) => Ok(Stamp { device: None, server: at, means: Means::Desk, by }),
            Signing::Own(_) => Ok(Stamp { device, server: at, means, by }),
        }
    }
}

/// Whether whoever leads a team may sign for one of its volunteers at the desk. What a leader signs is the only sign that
/// somebody came, and for oneself or somebody close it is worth no more than their own word: as with confirming, another does
/// it.
///
/// # Errors
/// `stands-aside` with the tie.
pub fn signs_for(leader: &Party<'_>, volunteer: &Party<'_>) -> Result<(), Refusal> {
    match tie(leader, volunteer) {
        Some(tie) => Err(Refusal::new("stands-aside").with("tie", tie.key())),
        None => Ok(()),
    }
}

/// The whole minute that an instant lies in.
fn minute_of(at: Timestamp) -> Timestamp {
    let seconds = at.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(60)).unwrap_or(at)
}
