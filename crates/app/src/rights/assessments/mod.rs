//! Impact assessments 个人信息保护影响评估: entered, revised, listed, printed; kept whole, each version as it was approved.

pub mod api;
pub mod pages;
mod store;

pub use store::AssessmentRow;

use rules::rights::access::{RecordAssessment, SeeAssessments, in_place};
use rules::rights::assessment::{self, Draft};
use rules::shared::ids::{AssessmentId, AssessmentThing};
use rules::shared::permit::{Verb as _, token_reads};
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::account;
use crate::places::Place;
use crate::{Stop, Tx, audit};

/// Enters an assessment for the county or city with this code.
///
/// # Errors
/// `county-or-city`, and those of [`assessment::record`].
pub async fn record(tx: &mut Tx<'_>, who: &Actor, at: Moment, code: &str, draft: &Draft) -> Result<AssessmentId, Stop> {
    let unknown = || Refusal::new("county-or-city").at_field("place");
    let (place, cell) = account::place(tx, code).await?.ok_or_else(unknown)?;
    let id = tx.new_id::<AssessmentThing>(cell, at);
    keep(tx, who, at, (&place, id), (draft, 1)).await?;
    Ok(id)
}

/// Enters a new version of an assessment; `seen`: the version that was looked at.
///
/// # Errors
/// `assessment-changed` (409) when there is a newer one, and those of [`assessment::record`].
pub async fn revise(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: AssessmentId,
    (draft, seen): (&Draft, i32),
) -> Result<(), Stop> {
    let (place, versions) = find(tx, who, id).await?;
    if versions.first().is_none_or(|newest| newest.version != seen) {
        return Err(Stop::Conflict(Refusal::new("assessment-changed")));
    }
    keep(tx, who, at, (&place, id), (draft, seen + 1)).await
}

async fn keep(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (place, id): (&Place, AssessmentId),
    (draft, version): (&Draft, i32),
) -> Result<(), Stop> {
    let permit = in_place::<RecordAssessment>(who, place.id.uuid, &place.path)?;
    let today = tx.city().calendar.date(at.recorded);
    let new = assessment::record(&permit, place.id.uuid, draft, today)?;
    if !store::insert(tx, who, at, (id, version), &new).await? {
        return Err(Stop::Conflict(Refusal::new("assessment-changed")));
    }
    let data = json!({ "place": place.code, "version": version, "title": new.title });
    audit::record(tx, who, at, RecordAssessment::NAME, id, data).await
}

/// An assessment that `who` may read: its place, and its versions, the newest first. Missing for everybody else.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: AssessmentId) -> Result<(Place, Vec<AssessmentRow>), Stop> {
    let place = account::of_cell(tx, id.cell).await?.ok_or(Stop::Missing)?;
    in_place::<SeeAssessments>(who, place.id.uuid, &place.path).map_err(|_| Stop::Missing)?;
    let versions = store::versions(tx, id).await?;
    if versions.is_empty() { Err(Stop::Missing) } else { Ok((place, versions)) }
}

/// The newest version of each assessment of the places that `who` accounts for, the next to be looked at first.
pub async fn list(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<AssessmentRow>, Stop> {
    let sees_any = SeeAssessments::GRANTS.iter().any(|grant| who.has_role(grant.role));
    if !sees_any || !token_reads(who, "rights") {
        return Err(Stop::Forbidden { verb: SeeAssessments::NAME });
    }
    let mut found = Vec::new();
    for place in account::places_of::<SeeAssessments>(tx, who).await? {
        let Some(cell) = tx.city().cell_of(&place.code) else { continue };
        found.extend(store::newest(tx, cell).await?);
    }
    found.sort_by(|a, b| (&a.review_on, a.id).cmp(&(&b.review_on, b.id)));
    Ok(found)
}

/// How many of those that `who` enters are to be looked at again, or soon will be.
pub async fn due(tx: &mut Tx<'_>, who: &Actor, at: Moment) -> Result<usize, Stop> {
    if !rules::shared::permit::might::<RecordAssessment>(who) {
        return Ok(0);
    }
    let today = tx.city().calendar.date(at.recorded);
    Ok(list(tx, who).await?.iter().filter(|row| row.is_due(today)).count())
}

/// Every assessment of the city and its counties, for the public: what it is about, since when, and when it is looked at
/// again.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<AssessmentRow>, Stop> {
    let cells: Vec<_> = tx.city().all_cells().collect();
    let mut found = Vec::new();
    for cell in cells {
        found.extend(store::newest(tx, cell).await?);
    }
    Ok(found)
}
