//! Verbs of appeals: who lost hours because a review found a record false asks once that it is looked at again; somebody
//! without any part in it lets the finding stand or overturns it.

use rules::service::RecordState;
use rules::service::access::{self, Appeal, DecideAppeal};
use rules::service::appeal::Outcome;
use rules::service::record::{OtherRecords, RecordRules};
use rules::shared::ids::{PersonId, RecordId};
use rules::shared::permit::{Verb as _, might};
use rules::shared::{Actor, Moment, Permit, Refusal};
use serde_json::json;

use super::confirming::subject;
use super::records::{self, RecordRow};
use super::reviewing::{self, Around, News};
use super::reviews::{self, ReviewRow};
use super::{appeals, certifying, jobs, past};
use crate::dispatch::store::instant;
use crate::matters::queues::cells_of;
use crate::{Stop, Tx, audit};

/// What a page or a list shows of the appeals within one's reach.
#[derive(Clone, Debug, Default)]
pub struct Appeals {
    /// To be decided, the longest waiting first.
    pub waiting: Vec<ReviewRow>,
    /// Those decided last.
    pub decided: Vec<ReviewRow>,
}

/// The appeals of the places that `who` inspects.
pub async fn list(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Appeals, Stop> {
    let waiting = waiting(tx, who, limit).await?;
    let mut decided = within_reach(tx, who, (false, limit)).await?;
    decided.sort_by_key(|row| std::cmp::Reverse((row.appeal_decided_at, row.record_id)));
    Ok(Appeals { waiting, decided: shortened(decided, limit) })
}

/// Those of them that wait.
pub async fn waiting(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Vec<ReviewRow>, Stop> {
    let mut rows = within_reach(tx, who, (true, limit)).await?;
    rows.sort_by_key(|row| (row.appealed_at, row.record_id));
    Ok(shortened(rows, limit))
}

async fn within_reach(tx: &mut Tx<'_>, who: &Actor, which: (bool, i64)) -> Result<Vec<ReviewRow>, Stop> {
    let who = super::actions::reader(who)?;
    if !might::<DecideAppeal>(&who) {
        return Err(Stop::Forbidden { verb: DecideAppeal::NAME });
    }
    let mut rows = Vec::new();
    for membership in &who.memberships {
        if !DecideAppeal::GRANTS.iter().any(|grant| grant.role == membership.role) {
            continue;
        }
        let path = membership.place_path.as_str();
        for cell in cells_of(tx, path) {
            rows.extend(appeals::within(tx, cell, path, which).await?);
        }
    }
    // Whose hours they are reads of them under their own hours.
    rows.retain(|row| who.person != Some(row.volunteer()));
    Ok(rows)
}

/// Each once, as far as who decides may see it.
fn shortened(mut rows: Vec<ReviewRow>, limit: i64) -> Vec<ReviewRow> {
    rows.dedup_by_key(|row| row.record_id);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    let shown = |row: ReviewRow| if row.matter_private == Some(true) { row.without_the_matter() } else { row };
    rows.into_iter().map(shown).collect()
}

/// A review that `who` may see, with its record; who decides on its appeal sees no more of a private matter than what a
/// certificate says, for nobody else could hear the volunteer.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: RecordId) -> Result<(RecordRow, ReviewRow), Stop> {
    match reviewing::find(tx, who, id).await {
        Err(Stop::Missing) => {}
        found => return found,
    }
    let (row, review) = (records::record(tx, id).await?, reviews::review(tx, id).await?);
    let (Some(row), Some(review)) = (row, review.filter(|review| review.appeal.is_some())) else {
        return Err(Stop::Missing);
    };
    access::on_review::<DecideAppeal>(&super::actions::reader(who)?, &subject(&row)).map_err(|_| Stop::Missing)?;
    Ok((row.without_the_matter(), review.without_the_matter()))
}

/// What the volunteer says against the finding, for the volunteer and for who decides; a reading by somebody else is
/// written down.
pub async fn read_words(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (row, review): (&RecordRow, &ReviewRow),
) -> Result<Option<String>, Stop> {
    let is_own = who.person == Some(row.volunteer());
    if !is_own && access::on_review::<DecideAppeal>(who, &subject(row)).is_err() {
        return Ok(None);
    }
    if !is_own && reviewing::part_of(tx, who, (row, review)).await?.is_some() {
        return Ok(None);
    }
    let words = appeals::words(tx, review).await?;
    reviewing::opened(tx, who, at, row, ("appeal", words)).await
}

fn once(refusal: Refusal) -> Stop {
    match refusal.code {
        "appeal-once" | "appeal-decided" => Stop::Conflict(refusal),
        _ => Stop::Refused(refusal),
    }
}

/// Whether `who` may write an appeal down now.
pub fn may_ask(who: &Actor, at: Moment, row: &RecordRow, review: &ReviewRow) -> Result<bool, Stop> {
    let is_open = review.appealable()?.is_open(at.recorded).is_ok();
    Ok(is_open && access::on_review::<Appeal>(who, &subject(row)).is_ok())
}

/// The volunteer appeals, or staff write the volunteer's words down.
pub async fn ask(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId, words: &str) -> Result<(), Stop> {
    let (row, review) = reviewing::find(tx, who, id).await?;
    let permit = access::on_review::<Appeal>(who, &subject(&row))?;
    let words = review.appealable()?.ask(&permit, words, at.recorded).map_err(once)?;
    if !appeals::insert(tx, who, at, &review, &words).await? {
        return Err(Stop::Conflict(Refusal::new("appeal-once")));
    }
    let data = json!({ "by_themselves": who.person == Some(row.volunteer()) });
    audit::record(tx, who, at, Appeal::NAME, id, data).await
}

/// Lets the finding stand, or overturns it: the record is what it was before.
pub async fn decide(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: RecordId,
    (outcome, reason): (Option<Outcome>, &str),
) -> Result<(), Stop> {
    let (row, review) = find(tx, who, id).await?;
    let permit = access::on_review::<DecideAppeal>(who, &subject(&row))?;
    let appeal = review.appealable()?;
    if appeal.appeal.is_none() {
        return Err(Stop::Missing);
    }
    let since: Vec<PersonId> = review.took_part_since().collect();
    let around = Around::load(tx, who, (&row, &review), &since).await?;
    let outcome = outcome.ok_or_else(|| Refusal::new("appeal-outcome").at_field("outcome"))?;
    let reason = around.seat(|bench| appeal.decide(&permit, bench, reason)).map_err(once)?;
    if !appeals::decide(tx, who, at, &review, (outcome.becomes(), &reason)).await? {
        return Err(Stop::Conflict(Refusal::new("appeal-decided")));
    }
    audit::record(tx, who, at, DecideAppeal::NAME, id, json!({ "outcome": outcome.key() })).await?;
    if outcome == Outcome::Overturn {
        overturn(tx, who, at, &permit, &review).await?;
    }
    reviewing::tell(tx, at, row.volunteer(), News::Appealed(&row, outcome)).await
}

/// The record is what it was before it was found false, and so is what was built on it.
async fn overturn(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    permit: &Permit<DecideAppeal>,
    review: &ReviewRow,
) -> Result<(), Stop> {
    let row = records::record(tx, review.record()).await?.ok_or(Stop::Missing)?;
    let (before, confirmation) = review.record_before()?;
    let day = row.day.parse().map_err(Stop::defect)?;
    let (windows, minutes) = records::others(tx, row.volunteer(), day, Some(row.id())).await?;
    let others = OtherRecords { served: &windows, minutes_that_day: minutes };
    let record = row.record()?.restored(permit, before, &others, &RecordRules::default())?;
    appeals::restore(tx, &row, &record, confirmation.as_ref()).await?;
    if let Some(due) = row.record_due_at.filter(|_| before == RecordState::Recorded) {
        jobs::watch_record(tx, at, row.id(), instant(due)?).await?;
    }
    if !appeals::clear(tx, review).await? {
        return Err(Stop::Conflict(Refusal::new("appeal-decided")));
    }
    certifying::trust(tx, who, at, &record).await?;
    past::overturned(tx, at, &row).await
}
