//! The file with which a unit brings what it recorded into the national system of volunteer service: kept on paper or in
//! another system, records are entered there by its common standard (志愿服务记录与证明出具办法（试行）民政部令第 67 号 第四条).
//!
//! Which tables and columns the file has is data, `columns.toml`: what the ministry's order or MZ/T 061-2015 names is
//! marked as confirmed, the rest as to be held against the template that the national system hands out.

mod columns;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::access::ReportRecords;
use super::certificate::Period;
use crate::shared::ids::OrganisationId;
use crate::shared::{Permit, Refusal};

pub use columns::{
    CertificateField, Column, CredentialField, Field, GroupField, Missing, NationalColumns, ProjectField, RatingField,
    RecordField, Sheet, VolunteerField,
};

/// The most records of one file. A quarter of a large township has fewer; what has more takes two files.
pub const MOST_RECORDS: usize = 20_000;

/// What a unit has in the days asked about, in records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stock {
    /// Confirmed, and not looked at: these are in the file.
    pub counted: usize,
    /// Not confirmed yet, contested, or looked at: these are not, and may be later.
    pub waiting: usize,
    /// Volunteers of the records in the file.
    pub volunteers: usize,
    /// Those of them whose number in the national system nobody has entered.
    pub without_number: usize,
}

/// Whether the file may be made: of days that are over or run, with something in it, and not more than one sheet holds.
///
/// # Errors
/// `certificate-period`, `certificate-future`, `national-empty`, `national-too-many`.
pub fn report(
    permit: &Permit<ReportRecords>,
    unit: OrganisationId,
    (from, to): (Date, Date),
    today: Date,
    stock: Stock,
) -> Result<Period, Refusal> {
    assert_eq!(permit.subject, unit.uuid, "the permit is for another unit");
    let period = Period::new(from, to, today)?;
    if stock.counted == 0 {
        return Err(Refusal::new("national-empty").with("waiting", stock.waiting as i64).at_field("from"));
    }
    if stock.counted > MOST_RECORDS {
        return Err(Refusal::new("national-too-many").with("most", MOST_RECORDS as i64).at_field("to"));
    }
    Ok(period)
}
