//! What becomes of a record: a second party confirms it, staff set it right or void it.

use std::collections::BTreeMap;

use rules::people::household::Party;
use rules::service::access::{self, Contest, Correct, RecordSubject, RecordVerb, Remind, Void};
use rules::service::anomaly::Finding;
use rules::service::confirmation::{Around, was_reminded_lately};
use rules::service::record::{OtherRecords, RecordRules};
use rules::service::review::LookedAt;
use rules::service::{Confirmation, RecordState, ReviewState, ServiceRecord, Standing};
use rules::shared::ids::{MatterId, PersonId, RecordId};
use rules::shared::permit::Verb as _;
use rules::shared::{Actor, Cell, Channel, Id, Moment, Refusal, Role, Window};
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::recording::Told;
use super::records::{self, RecordRow};
use super::reviewing::{self, News};
use super::{certifying, jobs, objecting, past, reviews, weighing};
use crate::audit::{self, Whose};
use crate::matters::Held;
use crate::people::store::Near;
use crate::{Stop, Tx, people};

pub(super) fn subject(row: &RecordRow) -> RecordSubject<'_> {
    RecordSubject { record: row.id(), place_path: &row.place_path, volunteer: row.volunteer(), served: row.served() }
}

/// Loads a record that `who` may see: either side of it, who entered a part, and who may act on it at its place. A record
/// of a private matter is for those who see that matter.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: RecordId) -> Result<RecordRow, Stop> {
    let row = records::record(tx, id).await?.ok_or(Stop::Missing)?;
    let of = subject(&row);
    let is_side =
        |person: PersonId| person == of.volunteer || of.served == Some(person) || row.entered_by().contains(&person);
    if let (Some(_), Some(matter)) = (who.on_behalf_of, row.matter()) {
        // Acting for another, one sees what their mandate opens.
        Held::find(tx, who, matter).await?;
    }
    if who.is_system() || who.person.into_iter().chain(who.on_behalf_of).any(is_side) {
        return Ok(row);
    }
    let is_here = access::confirm(who, &of).is_ok()
        || access::on_record::<Contest>(who, &of).is_ok()
        || access::on_record::<Void>(who, &of).is_ok();
    if !is_here {
        return Err(Stop::Missing);
    }
    if let Some(matter) = row.matter().filter(|_| row.matter_private == Some(true)) {
        Held::find(tx, who, matter).await?;
    }
    Ok(row)
}

/// Whether `who` may do `V` with the record, as far as its state lets anybody.
pub fn may<V: RecordVerb>(who: &Actor, row: &RecordRow) -> bool {
    access::on_record::<V>(who, &subject(row)).is_ok()
}

/// A record that `who` may correct or void.
pub async fn to_change<V: RecordVerb>(tx: &mut Tx<'_>, who: &Actor, id: RecordId) -> Result<RecordRow, Stop> {
    let row = find(tx, who, id).await?;
    access::on_record::<V>(who, &subject(&row))?;
    Ok(row)
}

/// The people around a record, with their households and declared kin.
struct Surroundings {
    confirmer: Near,
    volunteer: Near,
    recorders: Vec<Near>,
    served: Option<Near>,
}

impl Surroundings {
    async fn load(tx: &mut Tx<'_>, confirmer: PersonId, record: &ServiceRecord, row: &RecordRow) -> Result<Self, Stop> {
        let mut recorders = Vec::with_capacity(record.entered_by.len());
        for recorder in &record.entered_by {
            recorders.push(people::store::near(tx, *recorder).await?);
        }
        let served = match row.served() {
            Some(served) => Some(people::store::near(tx, served).await?),
            None => None,
        };
        Ok(Surroundings {
            confirmer: people::store::near(tx, confirmer).await?,
            volunteer: people::store::near(tx, record.volunteer).await?,
            recorders,
            served,
        })
    }
}

/// A second party says that a record is right, and its hours count from now on.
pub async fn confirm(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId) -> Result<Standing, Stop> {
    let row = find(tx, who, id).await?;
    let (record, confirmation) = decide(tx, who, at, &row).await?;
    records::update(tx, &row, &record, Some(&confirmation), None).await?;
    jobs::unwatch_record(tx, id).await?;
    let Confirmation { standing, .. } = confirmation;
    audit::record(tx, who, at, "service.confirm", id, json!({ "standing": standing.key() })).await?;
    objecting::decided(tx, at, &row, None).await?;
    weighing::confirmed(tx, at, id).await?;
    Ok(standing)
}

/// Those of some records that `who` could not confirm now, each with the reason; [`confirm`] of the others is not refused.
pub async fn refused(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    ids: &[RecordId],
) -> Result<Vec<(RecordRow, Refusal)>, Stop> {
    let mut refused = Vec::new();
    for id in ids {
        let row = find(tx, who, *id).await?;
        if let Err(stop) = decide(tx, who, at, &row).await {
            match stop {
                Stop::Refused(refusal) => refused.push((row, refusal)),
                stop => return Err(stop),
            }
        }
    }
    Ok(refused)
}

/// What a reminder of the volunteer is called: by somebody, and by the clock before the term ends. After it, who is in charge
/// is told.
const REMINDED: [&str; 2] = ["service.remind", "service.record_reminded"];

/// Reminds the volunteer to say what was done: what they left open is confirmed by nobody before.
pub async fn remind(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId) -> Result<(), Stop> {
    let row = find(tx, who, id).await?;
    let permit = access::on_record::<Remind>(who, &subject(&row))?;
    let last = last_reminders(tx, &[id]).await?.remove(&id);
    row.record()?.remind(&permit, last, at.recorded)?;
    audit::record(tx, who, at, "service.remind", id, json!({ "volunteer": row.volunteer() })).await?;
    jobs::remind(tx, at, row.volunteer(), &row).await
}

/// When the volunteers of these records were reminded last.
async fn last_reminders(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<BTreeMap<RecordId, jiff::Timestamp>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        subject_id: Uuid,
        last: i64,
    }
    let mut by_cell: BTreeMap<Cell, Vec<Uuid>> = BTreeMap::new();
    for id in ids {
        by_cell.entry(id.cell).or_default().push(id.uuid);
    }
    let mut found = BTreeMap::new();
    for (cell, ids) in by_cell {
        let mut args = db::args![cell.0];
        let (verbs, ids) = (db::several(&mut args, REMINDED), db::several(&mut args, ids));
        let sql = format!(
            "SELECT subject_id, MAX(occurred_at) AS last FROM audit_events WHERE cell = $1 AND verb IN ({verbs}) \
             AND subject_id IN ({ids}) GROUP BY subject_id"
        );
        for row in tx.all::<Row>(&sql, args).await? {
            found.insert(
                Id::new(cell, row.subject_id),
                jiff::Timestamp::from_millisecond(row.last).map_err(Stop::defect)?,
            );
        }
    }
    Ok(found)
}

/// When the volunteers of these records were reminded last, of those whom [`remind`] would not remind again yet.
pub async fn reminded_lately(
    tx: &mut Tx<'_>,
    at: Moment,
    ids: &[RecordId],
) -> Result<BTreeMap<RecordId, jiff::Timestamp>, Stop> {
    let mut last = last_reminders(tx, ids).await?;
    last.retain(|_, last| was_reminded_lately(*last, at.recorded));
    Ok(last)
}

/// The records of a matter that `who`, as the person served, could confirm now.
pub async fn offered(tx: &mut Tx<'_>, who: &Actor, at: Moment, matter: MatterId) -> Result<Vec<RecordRow>, Stop> {
    let mut offered = Vec::new();
    for row in records::of_matter(tx, matter).await? {
        if is_offered(tx, who, at, &row).await? {
            offered.push(row);
        }
    }
    Ok(offered)
}

/// Whether `who`, as the person served, could confirm a record now: what a page offers is what [`confirm`] then does.
pub async fn is_offered(tx: &mut Tx<'_>, who: &Actor, at: Moment, row: &RecordRow) -> Result<bool, Stop> {
    let is_served = row.served().is_some() && row.served() == who.stands_for();
    if !is_served || row.state != RecordState::Recorded.key() {
        return Ok(false);
    }
    match decide(tx, who, at, row).await {
        Ok(_) => Ok(true),
        Err(Stop::Refused(_) | Stop::Forbidden { .. }) => Ok(false),
        Err(stop) => Err(stop),
    }
}

async fn decide(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &RecordRow,
) -> Result<(ServiceRecord, Confirmation), Stop> {
    let permit = access::confirm(who, &subject(row))?;
    let me = who.person.ok_or_else(|| Stop::refused("needs-a-person"))?;
    let record = row.record()?;
    let near = Surroundings::load(tx, me, &record, row).await?;
    let recorders: Vec<Party<'_>> = near.recorders.iter().map(Near::party).collect();
    let works_here = |role| who.covers(role, &row.place_path);
    let is_desk = works_here(Role::SocialWorker) || works_here(Role::CommunityWorker);
    let takes_calls = works_here(Role::CallTaker);
    let around = Around {
        confirmer: near.confirmer.party(),
        volunteer: near.volunteer.party(),
        recorders: &recorders,
        served: near.served.as_ref().map(Near::party),
        is_staff: is_desk || takes_calls,
        // A call-taker speaks for nobody but who was served; the desk does so when the word came by telephone.
        by_phone: !is_desk && takes_calls || who.channel == Channel::Phone,
        by_mandate: who.on_behalf_of.is_some() && who.on_behalf_of == row.served(),
    };
    Ok(record.confirm(&permit, &around, at.recorded)?)
}

/// What a record should say.
#[derive(Clone, Debug)]
pub struct Correction {
    pub served: Window,
    pub content: String,
    /// What is answered to whoever said that it is wrong.
    pub answer: Option<String>,
}

/// Staff correct a record, and answer what was said against it. The time may only shrink, and somebody else must confirm it
/// (again).
pub async fn correct(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: RecordId,
    correction: &Correction,
) -> Result<(), Stop> {
    let Correction { served, content, answer } = correction;
    let row = find(tx, who, id).await?;
    let permit = access::on_record::<Correct>(who, &subject(&row))?;
    let day = tx.city().calendar.date(served.start);
    let (windows, minutes) = records::others(tx, row.volunteer(), day, Some(id)).await?;
    let others = OtherRecords { served: &windows, minutes_that_day: minutes };
    let content = content.trim().to_owned();
    let record = row.record()?.correct(&permit, *served, content, &others, &RecordRules::default())?;
    objecting::answered(tx, who, at, (&permit, &row, &record), answer.as_deref()).await?;
    records::update(tx, &row, &record, None, None).await?;
    if row.state == RecordState::Contested.key() {
        jobs::watch_again(tx, at, &row, &record).await?;
    }
    certifying::doubt(tx, who, at, &record).await?;
    audit::record(tx, who, at, "service.correct", id, json!({ "minutes": record.minutes })).await
}

/// Voids a false record for good; of one that was looked at no more than [`LookedAt::may_void`] lets.
pub async fn void(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId, reason: &str) -> Result<(), Stop> {
    let row = find(tx, who, id).await?;
    let permit = access::on_record::<Void>(who, &subject(&row))?;
    let record = row.record()?.void(&permit, reason)?;
    past_its_review(tx, who, &row).await??;
    // It is a finding like that of a review, which ends with it: the volunteer is told and may appeal. Of a record that
    // nobody looked at there is none yet, and it has no signs.
    reviews::open(tx, at, &row, &Finding { signs: Vec::new(), score: 0 }, None).await?;
    if !reviewing::keep_decided(tx, who, at, &row, ReviewState::Upheld, reason).await? {
        return Err(Stop::Defect(format!("the review of {id} was neither open nor opened")));
    }
    keep_void(tx, who, at, &row, &record, reason).await?;
    reviewing::tell(tx, at, row.volunteer(), News::Decided(&row, ReviewState::Upheld)).await
}

/// Whether `who` may void a record past the review that there is of it.
pub async fn past_its_review(tx: &mut Tx<'_>, who: &Actor, row: &RecordRow) -> Result<Result<(), Refusal>, Stop> {
    let Some(review) = reviews::review(tx, row.id()).await? else { return Ok(Ok(())) };
    let deciders: Vec<PersonId> = review.deciders().collect();
    let reviewed = LookedAt { state: review.review()?.state, deciders: &deciders };
    Ok(reviewed.may_void(who.person, row.state == RecordState::Contested.key()))
}

/// Keeps a record that is void, and what follows from it.
pub(super) async fn keep_void(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    row: &RecordRow,
    record: &ServiceRecord,
    reason: &str,
) -> Result<(), Stop> {
    records::update(tx, row, record, None, Some(reason.trim())).await?;
    jobs::unwatch_record(tx, record.id).await?;
    objecting::decided(tx, at, row, Some(reason)).await?;
    certifying::doubt(tx, who, at, record).await?;
    audit::record(tx, who, at, Void::NAME, record.id, json!({})).await?;
    // Only the finding of a review says something of what else there is.
    if row.review.as_deref() == Some(ReviewState::Open.key()) { past::found_false(tx, at, row).await } else { Ok(()) }
}

/// Opens what the volunteer told about the person served; a reading by somebody else is written down.
pub async fn read_told(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: RecordId) -> Result<Option<Told>, Stop> {
    let row = find(tx, who, id).await?;
    let of = row.served().unwrap_or(row.volunteer());
    if who.person != Some(row.volunteer()) {
        let home = people::store::person(tx, of).await?.ok_or(Stop::Missing)?.place_path;
        let about = rules::people::access::PersonSubject { person: of, home_path: &home, serving_now: &[] };
        rules::people::access::on_person::<rules::people::access::ReadProtected>(who, &about)?;
    }
    let Some(text) = records::unseal_told(tx, id).await? else { return Ok(None) };
    let look = audit::Look { of: Whose::Person(of), fields: &["told"], purpose: "service", subject: id };
    audit::looked_at(tx, who, at, look).await?;
    Ok(Some(Told { content: row.content, ..serde_json::from_str(&text)? }))
}
