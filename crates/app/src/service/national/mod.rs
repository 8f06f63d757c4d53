//! The file for the national system of volunteer service: what a unit recorded in some days, in the tables and columns that
//! `rules::service::national` names. Nothing protected leaves: numbers stay masked, and of a private matter the file says that
//! somebody served and how long.

pub mod store;
pub mod tables;

use jiff::civil::Date;
use rules::service::access::{self, ReportRecords};
use rules::service::certificate::Period;
use rules::service::national::{self, Stock};
use rules::shared::ids::OrganisationId;
use rules::shared::permit::Verb as _;
use rules::shared::{Actor, Moment, Permit};
use serde_json::json;

use self::store::{Gathered, GroupRow};
use crate::{Stop, Tx, audit};

/// A unit, and the proof that it may be reported on.
async fn permitted(
    tx: &mut Tx<'_>,
    who: &Actor,
    unit: OrganisationId,
) -> Result<(GroupRow, Permit<ReportRecords>), Stop> {
    let group = store::group(tx, unit).await?.ok_or(Stop::Missing)?;
    // Who has nothing to do with a unit learns nothing of it.
    let permit = access::report_records(who, unit, &group.place_path).map_err(|_| Stop::Missing)?;
    Ok((group, permit))
}

/// A unit that `who` may report on, for who is about to choose the days.
pub async fn unit(tx: &mut Tx<'_>, who: &Actor, unit: OrganisationId) -> Result<GroupRow, Stop> {
    Ok(permitted(tx, who, unit).await?.0)
}

/// What would be in the file.
///
/// # Errors
/// Those of [`national::report`].
pub async fn foresee(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    unit: OrganisationId,
    days: (Date, Date),
) -> Result<(Period, Stock), Stop> {
    let (_, permit) = permitted(tx, who, unit).await?;
    let stock = store::stock(tx, unit, days).await?;
    let period = national::report(&permit, unit, days, tx.city().calendar.date(at.recorded), stock)?;
    Ok((period, stock))
}

/// Everything of the file; that somebody took it along is an event of the unit.
///
/// # Errors
/// Those of [`national::report`].
pub async fn report(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    unit: OrganisationId,
    days: (Date, Date),
) -> Result<Gathered, Stop> {
    let (period, stock) = foresee(tx, who, at, unit, days).await?;
    let gathered = store::gather(tx, unit, period).await?;
    let data =
        json!({ "from": period.from, "to": period.to, "records": stock.counted, "volunteers": stock.volunteers });
    audit::record(tx, who, at, ReportRecords::NAME, unit, data).await?;
    Ok(gathered)
}
