//! A numbered form of paper: how many are printed at once, when a line of one may be entered, when one is spoilt.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::access::{Enter, Print, Spoil};
use crate::shared::ids::{BatchId, PlaceId};
use crate::shared::{Permit, Refusal};

/// What a form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// 纸质登记表: what comes in as a matter of some kind, one on each form.
    Registration,
    /// 签到表: volunteers sign in and out by hand, one on each line.
    SignIn,
}

impl Sort {
    pub const ALL: [Sort; 2] = [Sort::Registration, Sort::SignIn];

    /// The stable key: in the database, in the API and in the locale key `paper-sort-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Sort::Registration => "registration",
            Sort::SignIn => "sign_in",
        }
    }

    pub fn from_key(key: &str) -> Option<Sort> {
        Sort::ALL.into_iter().find(|sort| sort.key() == key)
    }

    /// How many lines a form has that are entered one by one: what a sheet of A4 holds in writing of its size.
    pub const fn lines(self) -> u16 {
        match self {
            Sort::Registration => 1,
            Sort::SignIn => 14,
        }
    }
}

/// Why a form is not used and does not come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoilt {
    /// 印坏了
    Misprinted,
    /// 写错作废
    Miswritten,
    /// 丢失
    Lost,
    /// 未用收回
    Unused,
}

impl Spoilt {
    pub const ALL: [Spoilt; 4] = [Spoilt::Misprinted, Spoilt::Miswritten, Spoilt::Lost, Spoilt::Unused];

    /// The stable key: in the database, in the API and in the locale key `paper-spoilt-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Spoilt::Misprinted => "misprinted",
            Spoilt::Miswritten => "miswritten",
            Spoilt::Lost => "lost",
            Spoilt::Unused => "unused",
        }
    }

    pub fn from_key(key: &str) -> Option<Spoilt> {
        Spoilt::ALL.into_iter().find(|why| why.key() == key)
    }
}

/// Limits of paper, as data of the county.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaperRules {
    /// Forms of one batch. Local setting: what one person can keep an eye on.
    pub most_forms: i64,
    /// Rows that one call or page enters at most. Local setting: one transaction, in which nobody else writes on an
    /// embedded database.
    pub most_rows: usize,
}

impl Default for PaperRules {
    fn default() -> PaperRules {
        PaperRules { most_forms: 60, most_rows: 50 }
    }
}

/// Decides how many forms are printed.
///
/// # Errors
/// `paper-count` with `most`, for none or for more than a batch has.
pub fn print(permit: &Permit<Print>, place: PlaceId, count: i64, rules: &PaperRules) -> Result<i32, Refusal> {
    assert_eq!(permit.subject, place.uuid, "a permit for another place than {place}");
    let refused = || Refusal::new("paper-count").with("most", rules.most_forms).at_field("count");
    let count = Some(count).filter(|count| (1..=rules.most_forms).contains(count)).ok_or_else(refused)?;
    i32::try_from(count).map_err(|_| refused())
}

/// What the store knows of a line that is to be entered.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub batch: BatchId,
    pub sort: Sort,
    pub printed_at: Timestamp,
    pub spoilt: Option<Spoilt>,
    /// From 1.
    pub number: u16,
}

/// Decides whether a line may be entered. `times`: what is written on it, each with the field it stands in. That nobody
/// entered it before is the store's to say.
///
/// # Errors
/// `paper-line` with `most` for a line that the form does not have; `paper-spoilt`; `paper-time-future` and
/// `paper-time-before-print` at the field of the time.
pub fn enter(
    permit: &Permit<Enter>,
    line: &Line,
    times: &[(&'static str, Timestamp)],
    now: Timestamp,
) -> Result<(), Refusal> {
    assert_eq!(permit.subject, line.batch.uuid, "a permit for another batch than {}", line.batch);
    if !(1..=line.sort.lines()).contains(&line.number) {
        return Err(Refusal::new("paper-line").with("most", i64::from(line.sort.lines())).at_field("line"));
    }
    if line.spoilt.is_some() {
        return Err(Refusal::new("paper-spoilt").at_field("serial"));
    }
    for (field, time) in times {
        if *time > now {
            return Err(Refusal::new("paper-time-future").at_field(*field));
        }
        // Nobody reads the seconds off a clock on the wall.
        if time.as_second().div_euclid(60) < line.printed_at.as_second().div_euclid(60) {
            return Err(Refusal::new("paper-time-before-print").at_field(*field));
        }
    }
    Ok(())
}

/// Decides whether a form may be taken out of the count. `entered`: something of it was entered.
///
/// # Errors
/// `paper-spoil-entered`, `paper-spoilt`.
pub fn spoil(permit: &Permit<Spoil>, batch: BatchId, spoilt: Option<Spoilt>, entered: bool) -> Result<(), Refusal> {
    assert_eq!(permit.subject, batch.uuid, "a permit for another batch than {batch}");
    if entered {
        return Err(Refusal::new("paper-spoil-entered").at_field("serial"));
    }
    if spoilt.is_some() {
        return Err(Refusal::new("paper-spoilt").at_field("serial"));
    }
    Ok(())
}
