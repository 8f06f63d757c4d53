//! Impact assessments 个人信息保护影响评估: entered, revised, ended, listed, printed; kept whole, each version as it was approved.

pub mod api;
pub mod pages;
mod store;

pub use store::AssessmentRow;

use jiff::civil::Date;
use rules::rights::access::{
    AccountVerb, EndAssessment, RecordAssessment, SeeAssessments, in_place, reads_assessments,
};
use rules::rights::assessment::{self, Draft, Version};
use rules::shared::ids::{AssessmentId, AssessmentThing};
use rules::shared::permit::{Verb as _, token_reads};
use rules::shared::{Actor, Moment, Permit, Refusal};
use serde_json::json;

use super::account;
use crate::places::Place;
use crate::{Stop, Tx, audit};

/// Enters an assessment for the county or city with this code.
///
/// # Errors
/// `county-or-city`, `assessment-twice`, and those of [`assessment::record`].
pub async fn record(tx: &mut Tx<'_>, who: &Actor, at: Moment, code: &str, draft: &Draft) -> Result<AssessmentId, Stop> {
    let unknown = || Refusal::new("county-or-city").at_field("place");
    let (place, cell) = account::place(tx, code).await?.ok_or_else(unknown)?;
    let id = tx.new_id::<AssessmentThing>(cell, at);
    let new = decided(tx, who, at, &place, draft)?;
    for row in store::newest(tx, cell).await?.iter().filter(|row| row.ended_on.is_none()) {
        assessment::anew(&new, row.says(), &row.id().to_string())?;
    }
    keep(tx, who, at, (&place, id), (&new, 1)).await?;
    Ok(id)
}

/// Enters a new version of an assessment; `seen`: the version that was looked at.
///
/// # Errors
/// `assessment-changed` (409) when there is a newer one, `assessment-ended` (409), and those of [`assessment::record`].
pub async fn revise(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: AssessmentId,
    (draft, seen): (&Draft, i32),
) -> Result<(), Stop> {
    let (place, newest, _permit) = standing::<RecordAssessment>(tx, who, id).await?;
    let new = decided(tx, who, at, &place, draft)?;
    if newest.version != seen {
        return Err(Stop::Conflict(Refusal::new("assessment-changed")));
    }
    keep(tx, who, at, (&place, id), (&new, seen + 1)).await
}

/// Ends an assessment on which nothing rests any more, from a day on and with the reason.
///
/// # Errors
/// `assessment-ended` (409) when it has ended already, and those of [`assessment::end`].
pub async fn end(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: AssessmentId,
    (on, reason): (Option<Date>, &str),
) -> Result<(), Stop> {
    let (place, newest, permit) = standing::<EndAssessment>(tx, who, id).await?;
    let approved = newest.approved_on.parse().map_err(Stop::defect)?;
    let today = tx.city().calendar.date(at.recorded);
    let ended = assessment::end(&permit, place.id.uuid, (on, reason), (approved, today))?;
    if !store::end(tx, who, at, id, &ended).await? {
        return Err(Stop::Conflict(Refusal::new("assessment-ended")));
    }
    let data = json!({ "place": place.code, "title": newest.title, "ended_on": ended.on, "reason": ended.reason });
    audit::record(tx, who, at, EndAssessment::NAME, id, data).await
}

/// The place and the newest version of an assessment that has not ended, to which `who` may do `V`.
async fn standing<V: AccountVerb>(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: AssessmentId,
) -> Result<(Place, AssessmentRow, Permit<V>), Stop> {
    let (place, mut versions) = find(tx, who, id).await?;
    let newest = versions.remove(0);
    let permit = in_place::<V>(who, place.id.uuid, &place.path)?;
    match newest.ended_on {
        Some(_) => Err(Stop::Conflict(Refusal::new("assessment-ended"))),
        None => Ok((place, newest, permit)),
    }
}

fn decided(tx: &Tx<'_>, who: &Actor, at: Moment, place: &Place, draft: &Draft) -> Result<Version, Stop> {
    let permit = in_place::<RecordAssessment>(who, place.id.uuid, &place.path)?;
    Ok(assessment::record(&permit, place.id.uuid, draft, tx.city().calendar.date(at.recorded))?)
}

async fn keep(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (place, id): (&Place, AssessmentId),
    (new, version): (&Version, i32),
) -> Result<(), Stop> {
    if !store::insert(tx, who, at, (id, version), new).await? {
        return Err(Stop::Conflict(Refusal::new("assessment-changed")));
    }
    let data = json!({ "place": place.code, "version": version, "title": new.title });
    audit::record(tx, who, at, RecordAssessment::NAME, id, data).await
}

/// An assessment that `who` may read: its place, and its versions, the newest first. Missing for everybody else.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: AssessmentId) -> Result<(Place, Vec<AssessmentRow>), Stop> {
    let place = account::of_cell(tx, id.cell).await?.ok_or(Stop::Missing)?;
    if !reads_assessments(who, place.id.uuid, &place.path) {
        return Err(Stop::Missing);
    }
    let versions = store::versions(tx, id).await?;
    if versions.is_empty() { Err(Stop::Missing) } else { Ok((place, versions)) }
}

/// Whether `who` accounts for what is weighed at a place.
fn may_change(who: &Actor, place: &Place) -> bool {
    in_place::<RecordAssessment>(who, place.id.uuid, &place.path).is_ok()
}

/// An assessment in a list: its newest version, whose it is, and whether who looks may change it.
pub struct Listed {
    pub row: AssessmentRow,
    pub place: Place,
    pub changes: bool,
}

/// Those of the places that `who` accounts for and of what lies around them: what stands first, the next to be looked at on
/// top; then what has ended, the last on top.
pub async fn list(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Listed>, Stop> {
    let sees_any = SeeAssessments::GRANTS.iter().any(|grant| who.has_role(grant.role));
    if !sees_any || !token_reads(who, "rights") {
        return Err(Stop::Forbidden { verb: SeeAssessments::NAME });
    }
    let mut found = Vec::new();
    for place in account::places(tx).await? {
        let Some(cell) = tx.city().cell_of(&place.code) else { continue };
        if !reads_assessments(who, place.id.uuid, &place.path) {
            continue;
        }
        let may_change = may_change(who, &place);
        for row in store::newest(tx, cell).await? {
            let changes = may_change && row.ended_on.is_none();
            found.push(Listed { row, place: place.clone(), changes });
        }
    }
    found.sort_by(|a, b| {
        let order = |one: &Listed| (one.row.ended_on.is_some(), std::cmp::Reverse(one.row.ended_on.clone()));
        let next = (&a.row.review_on, a.row.id).cmp(&(&b.row.review_on, b.row.id));
        order(a).cmp(&order(b)).then(next)
    });
    Ok(found)
}

/// How many of those that `who` enters are to be looked at again, or soon will be.
pub async fn due(tx: &mut Tx<'_>, who: &Actor, at: Moment) -> Result<usize, Stop> {
    if !rules::shared::permit::might::<RecordAssessment>(who) {
        return Ok(0);
    }
    let today = tx.city().calendar.date(at.recorded);
    Ok(list(tx, who).await?.iter().filter(|one| one.changes && one.row.is_due(today)).count())
}

/// Every assessment of the city and its counties that has not ended, for the public: what it is about, since when, and when it is looked at
/// again.
pub async fn all(tx: &mut Tx<'_>) -> Result<Vec<AssessmentRow>, Stop> {
    let cells: Vec<_> = tx.city().all_cells().collect();
    let mut found = Vec::new();
    for cell in cells {
        found.extend(store::newest(tx, cell).await?.into_iter().filter(|row| row.ended_on.is_none()));
    }
    Ok(found)
}
