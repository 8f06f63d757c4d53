//! Verbs of objections: either side or staff say that a record is wrong; the volunteer is heard; who said it may take it back;
//! and both sides are told when it is raised, when it is answered and when it is decided.

use rules::service::access::{self, AnswerReview, Contest, Correct, Void, WithdrawObjection};
use rules::service::objection::{Became, ObjectionState, Side};
use rules::service::{RecordState, ServiceRecord};
use rules::shared::ids::{MatterId, PersonId, RecordId};
use rules::shared::permit::Verb as _;
use rules::shared::{Actor, Moment, Permit, Refusal};
use serde_json::json;

use super::confirming::{self, subject};
use super::objections::{self, ObjectionRow};
use super::records::{self, RecordRow};
use super::{jobs, reviewing};
use crate::{Stop, Tx, audit, people};

/// An objection with what the volunteer says to it, where who looks may read that.
#[derive(Clone, Debug)]
pub struct Heard {
    pub row: ObjectionRow,
    pub heard: Option<String>,
}

/// Either side, or staff, say that a record is wrong. Its hours stop counting until that is settled. As whom they said it.
pub async fn contest(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId, words: &str) -> Result<Side, Stop> {
    let row = confirming::find(tx, who, id).await?;
    let permit = access::on_record::<Contest>(who, &subject(&row))?;
    let record = row.record()?.contest(&permit, words)?;
    let by = who.stands_for().ok_or_else(|| Stop::refused("needs-a-person"))?;
    let side = Side::of(Some(by), row.volunteer(), row.served());
    // Who is not content with an answer says so anew: what was said before has had its answer.
    if let Some(before) = objections::undecided(tx, id).await? {
        objections::end(tx, at, &before, ObjectionState::Decided, (None, None)).await?;
    }
    objections::raise(tx, at, &row, (by, side), words.trim()).await?;
    records::update(tx, &row, &record, None, None).await?;
    audit::record(tx, who, at, Contest::NAME, id, json!({ "as": side.key() })).await?;
    for person in sides(&row) {
        let template = if person == by { "objection_received" } else { "objection_raised" };
        tell(tx, at, (person, &row), template).await?;
    }
    Ok(side)
}

/// Who raised an objection takes it back, and the record is what it was before.
pub async fn withdraw(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId) -> Result<(), Stop> {
    let row = confirming::find(tx, who, id).await?;
    let permit = access::on_record::<WithdrawObjection>(who, &subject(&row))?;
    let last = last_of(tx, id).await?;
    let state = last.objection()?.withdraw(&permit, who.stands_for(), row.record()?.state)?;
    objections::end(tx, at, &last, ObjectionState::Withdrawn, (None, None)).await?;
    if row.state == RecordState::Contested.key() {
        let record = ServiceRecord { state, ..row.record()? };
        records::update(tx, &row, &record, last.confirmation_before()?.as_ref(), None).await?;
        jobs::watch_again(tx, at, &row, &record).await?;
    }
    audit::record(tx, who, at, WithdrawObjection::NAME, id, json!({})).await?;
    let raised_for = last.raised_for();
    for person in sides(&row).into_iter().filter(|person| *person != raised_for) {
        tell(tx, at, (person, &row), "objection_withdrawn").await?;
    }
    Ok(())
}

/// The volunteer says something to an objection, or staff write the volunteer's words down.
pub async fn hear(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId, words: &str) -> Result<(), Stop> {
    let row = confirming::find(tx, who, id).await?;
    let permit = access::on_review::<AnswerReview>(who, &subject(&row))?;
    let last = last_of(tx, id).await?;
    let words = last.objection()?.hear(&permit, words)?;
    objections::hear(tx, who, at, &last, &words).await?;
    let data = json!({ "by_themselves": who.person == Some(row.volunteer()) });
    audit::record(tx, who, at, "service.answer_objection", id, data).await
}

async fn last_of(tx: &mut Tx<'_>, id: RecordId) -> Result<ObjectionRow, Stop> {
    Ok(objections::of_record(tx, id).await?.pop().ok_or_else(|| Refusal::new("objection-over"))?)
}

/// Keeps how whoever set a record right answers what was said against it; `row` is the record before, `record` after. Of a
/// record that nobody objected to there is nothing to answer.
pub(super) async fn answered(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (permit, row, record): (&Permit<Correct>, &RecordRow, &ServiceRecord),
    answer: Option<&str>,
) -> Result<(), Stop> {
    let Some(open) = objections::undecided(tx, row.id()).await? else { return Ok(()) };
    let words = open.objection()?.answer(permit, answer.unwrap_or_default())?;
    let before = row.record()?;
    let is_same = before.served == record.served && before.activity.content == record.activity.content;
    let found = if is_same { Became::Unchanged } else { Became::Corrected };
    objections::answer(tx, who, at, &open, (&words, found)).await?;
    // Both hear that there is an answer, and whose word is waited for.
    for person in sides(row).into_iter().filter(|person| who.person != Some(*person)) {
        let is_served = row.served() == Some(person);
        let template = if is_served { "objection_answered_served" } else { "objection_answered" };
        tell(tx, at, (person, row), template).await?;
    }
    Ok(())
}

/// The record was confirmed, or made void with a reason: what was said against it is decided, and both sides are told.
pub(super) async fn decided(tx: &mut Tx<'_>, at: Moment, row: &RecordRow, void: Option<&str>) -> Result<(), Stop> {
    let Some(open) = objections::undecided(tx, row.id()).await? else { return Ok(()) };
    let found = (void.map(|_| Became::Void), void.map(str::trim));
    objections::end(tx, at, &open, ObjectionState::Decided, found).await?;
    for person in sides(row) {
        tell(tx, at, (person, row), "objection_decided").await?;
    }
    Ok(())
}

/// What was said against a record, for whoever sees that; what the volunteer says to it for the volunteer alone.
pub async fn seen(tx: &mut Tx<'_>, who: &Actor, row: &RecordRow) -> Result<Vec<Heard>, Stop> {
    let is_own = who.person == Some(row.volunteer());
    let mut told = Vec::new();
    for objection in objections::of_record(tx, row.id()).await? {
        let heard = if is_own { objections::heard(tx, &objection).await? } else { None };
        told.push(Heard { row: objection, heard });
    }
    Ok(told)
}

/// The same with what the volunteer says also for who may set the record right or void it: that reading is written down.
pub async fn read(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId) -> Result<Vec<Heard>, Stop> {
    let who = super::actions::reader(who)?;
    let row = confirming::find(tx, &who, id).await?;
    let mut told = seen(tx, &who, &row).await?;
    if looks_into(&who, &row) {
        for one in &mut told {
            let words = objections::heard(tx, &one.row).await?;
            one.heard = reviewing::opened(tx, &who, at, &row, ("objection", words)).await?;
        }
    }
    Ok(told)
}

/// Whether `who` looks into it, and is neither side.
pub fn looks_into(who: &Actor, row: &RecordRow) -> bool {
    let is_side = who.person == Some(row.volunteer()) || row.served().is_some() && row.served() == who.stands_for();
    !is_side && (confirming::may::<Correct>(who, row) || confirming::may::<Void>(who, row))
}

/// What was said against the records of a matter, for the person served there.
pub async fn of_matter(tx: &mut Tx<'_>, who: &Actor, matter: MatterId) -> Result<Vec<ObjectionRow>, Stop> {
    match who.stands_for() {
        Some(served) => objections::of_matter(tx, matter, served).await,
        None => Ok(Vec::new()),
    }
}

/// Both sides of a record. A message about a private matter goes to no phone of its people.
fn sides(row: &RecordRow) -> Vec<PersonId> {
    let served = row.served().filter(|_| row.matter_private != Some(true));
    std::iter::once(row.volunteer()).chain(served).collect()
}

async fn tell(
    tx: &mut Tx<'_>,
    at: Moment,
    (person, row): (PersonId, &RecordRow),
    template: &'static str,
) -> Result<(), Stop> {
    let link = format!("{}/me/records/{}", tx.city().settings.base_url, row.id());
    people::tell(tx, at, person, template, json!({ "day": jobs::day_in_words(tx, at, row), "link": link })).await
}
