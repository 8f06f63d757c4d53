//! Verbs of dispatch. Staff cut tasks and invite; the volunteer alone answers.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kit::format;
use rules::dispatch::access::{self, CancelTask, Invite, OpenTask, SeeCandidates, Widen};
use rules::dispatch::eligibility::Exclusion;
use rules::dispatch::ranking::{Ranking, Widening};
use rules::dispatch::{Needs, OfferState, Task, TaskState, Way, is_cut_from, tells_no_contact};
use rules::matters::workflow::{READERS, STAFF};
use rules::matters::{Code, Kind};
use rules::places::Distance;
use rules::shared::ids::{MatterId, OfferId, OrganisationId, PersonId, PlaceId, TaskId, TaskThing};
use rules::shared::permit::Permit;
use rules::shared::{Actor, Faults, Length, Moment, Refusal, Window};
use serde_json::{Value, json};

use super::candidates::{Pool, Whom};
use super::in_hand::InHand;
use super::messages::{News, tell, tell_team};
use super::needs::{self, needs_with_risks};
use super::reasons::Said;
use super::waves::{self, Wave};
use super::{contact, found, jobs, promised, saving, store};
use crate::identity::secrets;
use crate::{Stop, Tx, audit, matters, people, places};

pub use super::answers::{accept, decline, take_open, unfit, withdraw};
pub use super::contact::{Contact, contact};
pub use super::staff::{assign_staff, lacks, step_back};

/// A task to cut.
#[derive(Clone, Debug)]
pub struct NewTask {
    pub title: String,
    /// The matter's kind of help when nothing is said.
    pub category: Option<String>,
    /// What the volunteer should know beforehand. Never names, addresses or what the matter keeps sealed.
    pub notes: String,
    /// When it is; or why that could not be read, which is said with all that is wrong besides.
    pub window: Result<Window, Refusal>,
    /// How many people it takes.
    pub slots: u16,
    /// The matter's place when nothing is said.
    pub place: Option<PlaceId>,
    /// Community and building; the place's name when nothing is said.
    pub place_hint: Option<String>,
    /// The team whose leader may invite.
    pub team: Option<OrganisationId>,
    /// What the risks that triage found ask for is added.
    pub needs: Needs,
    /// How many tasks of the matter whoever cuts this one had seen; `None`: they do not say, and are not told of a newer one.
    pub seen: Option<usize>,
    /// Whether it is meant to begin after what was promised to whose matter it is; `None`: they do not say, and are not asked.
    pub after_promise: Option<bool>,
}

/// Who could serve, best first; who could not, and why; what relaxing would add.
#[derive(Clone, Debug)]
pub struct CandidateList {
    /// How many could serve, listed or not.
    pub eligible: u32,
    pub best: Vec<Suggested>,
    /// Of those near enough, as many as a page shows; `excluded_counts` counts all that were looked at.
    pub excluded: Vec<LeftOut>,
    /// Key of the first reason and how many, most first.
    pub excluded_counts: Vec<(&'static str, u32)>,
    /// How many more could serve if one condition were relaxed.
    pub widening: Widening,
    /// How many may be invited at once.
    pub most: u16,
    /// When it was drawn up.
    pub as_of: Timestamp,
    /// When those invited now would be told: at night it may wait for the morning.
    pub goes_out: Timestamp,
    /// Until when an answer would count if they were invited now.
    pub reply_by: Timestamp,
}

impl CandidateList {
    /// When those invited now would be told, if not at once.
    pub fn waits(&self) -> Option<Timestamp> {
        Some(self.goes_out).filter(|goes_out| *goes_out > self.as_of)
    }
}

/// One line of the list.
#[derive(Clone, Debug)]
pub struct Suggested {
    pub person: PersonId,
    pub name: String,
    /// Where they live.
    pub place_name: String,
    pub score: i64,
    /// Joined, the one sentence: locale keys `reason-<key>`.
    pub reasons: Vec<Said>,
}

/// Somebody who cannot be invited: locale key `excluded-<key>`.
#[derive(Clone, Debug)]
pub struct LeftOut {
    pub person: PersonId,
    pub name: String,
    pub why: Said,
}

/// How many of those who could serve, and of those who could not, the list names.
pub const NAMED: usize = 30;

/// Whether what stands on the page of a task beside what the rules hold of it fits there.
///
/// # Errors
/// `text-too-long` at the field.
pub fn are_short(notes: &str, place_hint: &str) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults.of(Length::Notes.fits("notes", notes));
    faults.of(Length::Line.fits("place_hint", place_hint));
    faults.none()
}

/// What a task is for is a type of its matter's kind: experience is counted by it.
///
/// # Errors
/// `body-value` at `category`, with those that there are.
fn is_type_of(kind: &Kind, category: &str) -> Result<(), Refusal> {
    if kind.types().iter().any(|known| known.key == category) {
        return Ok(());
    }
    let allowed: Vec<&str> = kind.types().iter().map(|known| known.key.as_str()).collect();
    let refusal = Refusal::new("body-value").with("value", category).with("allowed", allowed.join(", "));
    Err(refusal.at_field("category"))
}

/// Cuts a task from a matter.
///
/// # Errors
/// Those of [`is_cut_from`]; `task-other-county`; all that is wrong with what is said: those of [`is_type_of`], [`are_short`],
/// [`tells_no_contact`], [`contact::has_way`], [`needs::in_keys`], [`rules::dispatch::keeps_promise`] and [`Task::cut`]; `task-cut-meanwhile` (409)
/// when a colleague cut one that they had not seen.
pub async fn cut_task(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    matter: MatterId,
    new: &NewTask,
) -> Result<TaskId, Stop> {
    let held = matters::Held::find(tx, who, matter).await?;
    let m = &held.matter;
    let assignees: Vec<PersonId> = m.assignees.iter().copied().collect();
    let permit = access::on_matter(who, matter.uuid, &m.place_path, &assignees, m.private)?;
    is_cut_from(m.phase(matters::kind_of(&tx.city(), &m.kind)?))?;
    let place = new.place.unwrap_or(rules::shared::Id::new(matter.cell, held.place_id));
    if place.cell != matter.cell {
        return Err(Refusal::new("task-other-county").at_field("place").into());
    }
    let place = places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?;
    let hint = new.place_hint.as_deref().unwrap_or_default();
    let mut faults = Faults::default();
    if let Some(category) = &new.category {
        faults.of(is_type_of(matters::kind_of(&tx.city(), &m.kind)?, category));
    }
    let needs = Stop::gathered(&mut faults, needs::in_keys(tx, matter.cell, &new.needs).await)?;
    let id = tx.new_id::<TaskThing>(matter.cell, at);
    let task = Task {
        id,
        matter: Some(matter),
        team: new.team,
        title: new.title.clone(),
        category: new.category.clone().or_else(|| m.type_key.clone()).unwrap_or_default(),
        place_path: place.path.clone(),
        // One that could not be read is none: the task is not cut.
        window: new.window.clone().unwrap_or(Window { start: at.recorded, end: at.recorded }),
        slots: new.slots,
        open: false,
        needs: needs_with_risks(needs.unwrap_or_default(), &m.risks),
        state: TaskState::Standing,
    };
    let limits = tx.city().dispatch_at(&place.path, at).limits;
    let cut = match faults.of(new.window.clone()) {
        Some(window) => {
            faults.of(promised::keeps(tx, at, &held, (window, new.after_promise)));
            faults.of(task.cut(&permit, &limits, at.recorded))
        }
        None => faults.of(task.cut_untimed(&permit, &limits)).and(None),
    };
    faults.of(are_short(&new.notes, hint));
    let names = contact::names(tx, &held).await?;
    faults.of(tells_no_contact(&[("title", &new.title), ("notes", &new.notes), ("place_hint", hint)], &names));
    Stop::gathered(&mut faults, contact::has_way(tx, &held, &place, hint).await)?;
    faults.none()?;
    let task = cut.ok_or_else(|| Stop::defect("a task without a fault is cut"))?;
    nobody_was_first(tx, matter, new.seen).await?;
    let code = Code::new(matter.cell, u64::from_be_bytes(tx.random())).map_err(Stop::defect)?.plain();
    let row = saving::NewRow {
        task: &task,
        code: &code,
        notes: new.notes.trim(),
        place: &place,
        place_hint: new.place_hint.as_deref().map(str::trim).filter(|h| !h.is_empty()).unwrap_or(&place.name),
        check_code: &secrets::draw_code(tx),
        qr_token: &store::qr_token(matter.cell, tx.random()),
        cut_by: who.person,
    };
    saving::insert_task(tx, at, row).await?;
    let data = json!({ "matter": matter, "slots": task.slots, "starts": task.window.start });
    audit::record(tx, who, at, "dispatch.cut_task", id, data).await?;
    let told = json!({ "task": id, "starts": task.window.start, "slots": task.slots.to_string(), (READERS): STAFF });
    audit::record(tx, who, at, "dispatch.task_cut", matter, told).await?;
    let hand = InHand::load(tx, id).await?;
    tell_team(tx, who, at, &hand).await?;
    Ok(id)
}

/// Of two who cut a task of one matter at once, the second is shown what the first cut, and says whether both are meant.
async fn nobody_was_first(tx: &mut Tx<'_>, matter: MatterId, seen: Option<usize>) -> Result<(), Stop> {
    let Some(seen) = seen else { return Ok(()) };
    matters::store::lock(tx, matter).await?;
    let tasks = store::tasks_of_matter(tx, matter).await?;
    let Some(newest) = tasks.first().filter(|_| tasks.len() > seen) else { return Ok(()) };
    let by = match newest.cut_by() {
        Some(person) => people::store::person(tx, person).await?.map(|row| row.name),
        None => None,
    };
    let when = promised::plain(tx, newest.window()?.start);
    let refusal = Refusal::new("task-cut-meanwhile").with("title", newest.title.as_str()).with("when", when);
    Err(Stop::Conflict(refusal.with("who", by.unwrap_or_default())))
}

/// Who could serve, with the reasons, and who could not, with the first reason. Whoever leads a team sees its members alone.
pub async fn candidates(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<CandidateList, Stop> {
    let (hand, _permit) = InHand::permitted::<SeeCandidates>(tx, who, task).await?;
    let plan = hand.plan(tx, at);
    let city = tx.city();
    let reach = hand.task.needs.reach;
    let for_team = hand.is_for_team(who);
    let of_team = |pool: Pool| if for_team { pool.of_team() } else { pool };
    let mut pool = of_team(Pool::load(tx, &hand, Whom::within(reach), at).await?);
    let eligible = pool.ranked(&city.calendar, 0, |ranking| ranking.eligible);
    // With few to choose from, the desk wants to know how many more there are farther away.
    if eligible < u32::from(plan.most) && reach < Distance::SameCounty {
        pool = of_team(Pool::load(tx, &hand, Whom::County, at).await?);
    }
    let mut list = pool.ranked(&city.calendar, NAMED, |ranking| listed(&pool, ranking));
    let mut excluded = pool.left_out(&city.calendar, Way::Invitation, |volunteer, why| {
        let near = !matches!(why, Exclusion::TooFar);
        near.then(|| LeftOut { person: volunteer.id, name: volunteer.name.clone(), why: Said::from(&why) })
    });
    excluded.sort_by(|a, b| (&a.why.key, a.person).cmp(&(&b.why.key, b.person)));
    excluded.truncate(NAMED);
    list.excluded = excluded;
    list.most = plan.most;
    list.as_of = at.recorded;
    list.goes_out = hand.goes_out(tx, at, at.recorded);
    list.reply_by = hand.reply_by(tx, &plan, at)?;
    Ok(list)
}

fn listed(pool: &Pool, ranking: &Ranking<'_>) -> CandidateList {
    let suggested = |s: &rules::dispatch::ranking::Suggestion<'_>| {
        let volunteer = pool.person(s.person)?;
        Some(Suggested {
            person: s.person,
            name: volunteer.name.clone(),
            place_name: volunteer.place_name.clone(),
            score: s.score,
            reasons: s.sentence.iter().map(Said::from).collect(),
        })
    };
    CandidateList {
        eligible: ranking.eligible,
        best: ranking.best.iter().filter_map(suggested).collect(),
        excluded: Vec::new(),
        excluded_counts: ranking.excluded.clone(),
        widening: ranking.widening,
        most: 0,
        as_of: Timestamp::MIN,
        goes_out: Timestamp::MIN,
        reply_by: Timestamp::MIN,
    }
}

/// Invites chosen volunteers. Without `reply_by` the plan of the matter's level says how long they have.
///
/// # Errors
/// Those of [`rules::dispatch::WavePlan::allows`] and [`rules::dispatch::Offer::invite`]; `invite-other-team` when whoever
/// leads a team names somebody who does not belong to it; `invite-unfit`, `invite-not-volunteer`, `invite-quiet`;
/// `offer-reply-short`.
pub async fn invite(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    people: &[PersonId],
    reply_by: Option<Timestamp>,
) -> Result<Vec<OfferId>, Stop> {
    let (hand, permit) = InHand::permitted::<Invite>(tx, who, task).await?;
    let people: Vec<PersonId> = people.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let plan = hand.plan(tx, at);
    plan.allows(people.len())?;
    hand.task.still_stands(at.recorded)?;
    let mut pool = Pool::load(tx, &hand, Whom::These(&people), at).await?;
    if hand.is_for_team(who) {
        pool = pool.of_team();
        if people.iter().any(|person| pool.person(*person).is_none()) {
            return Err(Refusal::new("invite-other-team").at_field("people").into());
        }
    }
    let city = tx.city();
    let unfit = pool.left_out(&city.calendar, Way::Invitation, |volunteer, why| {
        Some(
            Refusal::new("invite-unfit")
                .with("name", volunteer.name.as_str())
                .with("why", why.key())
                .at_field("people"),
        )
    });
    if let Some(refusal) = unfit.into_iter().next() {
        return Err(refusal.into());
    }
    if people.iter().any(|p| pool.person(*p).is_none()) {
        return Err(Refusal::new("invite-not-volunteer").at_field("people").into());
    }
    let reply_by = match reply_by {
        Some(by) => {
            let goes_out = hand.goes_out(tx, at, at.recorded);
            if by <= goes_out && goes_out > at.recorded {
                let when = format::clock_time(&goes_out.to_zoned_datetime(tx.city().calendar.zone().clone()));
                return Err(Refusal::new("invite-quiet").with("when", when).at_field("reply_by").into());
            }
            by
        }
        None => hand.reply_by(tx, &plan, at)?,
    };
    hand.leaves_time(tx, &plan, at, reply_by)?;
    let sent = store::offers_of_task(tx, task).await?.iter().map(|o| o.wave).max().unwrap_or(0);
    let wave = Wave { no: u16::try_from(sent + 1).map_err(Stop::defect)?, reply_by };
    let chosen = waves::best(tx, &pool, people.len());
    waves::send(tx, who, at, &hand, (&permit, wave), chosen).await
}

/// Lets the system invite in waves by the plan of the matter's level; the first wave goes out at once.
pub async fn start_waves(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    let (hand, _permit) = InHand::permitted::<Invite>(tx, who, task).await?;
    hand.task.still_stands(at.recorded)?;
    let plan = hand.plan(tx, at);
    hand.leaves_time(tx, &plan, at, hand.reply_by(tx, &plan, at)?)?;
    saving::set_waves(tx, task, true).await?;
    audit::record(tx, who, at, "dispatch.start_waves", task, json!({ "level": hand.row.level() })).await?;
    waves::go_on(tx, who, at, task).await
}

/// Lets invitations reach further, or asks for less. With waves on, the next one goes out at once.
pub async fn widen(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    reach: Distance,
    without_skills: bool,
) -> Result<(), Stop> {
    let (mut hand, permit) = InHand::permitted::<Widen>(tx, who, task).await?;
    hand.task = hand.task.clone().widen(&permit, reach, without_skills, at.recorded)?;
    saving::update_task(tx, &hand.task, None).await?;
    let data = json!({ "reach": reach.key(), "without_skills": without_skills });
    audit::record(tx, who, at, "dispatch.widen", task, data).await?;
    if !hand.row.waves || hand.slots_left() == 0 {
        return Ok(());
    }
    let plan = hand.plan(tx, at);
    let sent = store::offers_of_task(tx, task).await?.iter().map(|o| o.wave).max().unwrap_or(0);
    let wave = Wave { no: u16::try_from(sent + 1).map_err(Stop::defect)?, reply_by: hand.reply_by(tx, &plan, at)? };
    let size = hand.slots_left().saturating_mul(plan.per_slot).clamp(1, plan.most.max(1));
    waves::reaching(tx, who, at, &hand, wave, (reach, usize::from(size))).await?;
    Ok(())
}

/// Opens a task to anyone eligible.
pub async fn open_task(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    let (hand, _permit) = InHand::permitted::<OpenTask>(tx, who, task).await?;
    waves::open(tx, who, at, &hand).await
}

/// Cancels a task, and the offers that stand with it; who had accepted is told.
pub async fn cancel_task(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId, reason: &str) -> Result<(), Stop> {
    let (hand, permit) = InHand::permitted::<CancelTask>(tx, who, task).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::new("task-cancel-reason").at_field("reason").into());
    }
    Length::Line.fits("reason", reason)?;
    cancel(tx, who, at, &hand, &permit, json!({ "reason": reason })).await
}

/// Calls off a task whose matter is past it; said by the capability that knows that nobody has begun. One that does not stand
/// any more is left.
pub async fn call_off(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    let (hand, permit) = InHand::permitted::<CancelTask>(tx, who, task).await?;
    if hand.task.state != TaskState::Standing {
        return Ok(());
    }
    let matter = hand.task.matter;
    cancel(tx, who, at, &hand, &permit, json!({ "matter_over": matter })).await
}

async fn cancel(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    hand: &InHand,
    permit: &Permit<CancelTask>,
    why: Value,
) -> Result<(), Stop> {
    let task = hand.task.id;
    let before = found::before(tx, hand.task.matter).await?;
    let offers = store::offers_of_task(tx, task).await?;
    let cancelled = hand.task.clone().cancel(permit, store::has_begun(&offers))?;
    saving::update_task(tx, &cancelled, Some(at.recorded.as_millisecond())).await?;
    for row in offers {
        let offer = row.offer()?;
        let was = offer.state;
        if !matches!(was, OfferState::Offered | OfferState::Accepted) {
            continue;
        }
        let offer = offer.cancel_with_task(at.recorded)?;
        if saving::update_offer(tx, &offer, was).await? && was == OfferState::Accepted {
            tell(tx, at, hand, offer.volunteer, News::Cancelled).await?;
        }
    }
    jobs::forget(tx, task).await?;
    if let Some(matter) = hand.task.matter {
        let told = json!({ "task": task, "starts": hand.task.window.start, "why": why["reason"], (READERS): STAFF });
        audit::record(tx, who, at, "dispatch.task_cancelled", matter, told).await?;
    }
    audit::record(tx, who, at, "dispatch.cancel_task", task, why).await?;
    if !found::served_besides(tx, who, at, hand).await? {
        found::tell(tx, who, at, (hand.task.matter, before), false).await?;
    }
    Ok(())
}

/// Whoever accepted has signed in; said by the capability that keeps signatures.
pub async fn begun(tx: &mut Tx<'_>, offer: OfferId, at: Timestamp) -> Result<(), Stop> {
    if saving::put_begun(tx, offer, at).await? {
        return Ok(());
    }
    Err(Stop::Conflict(Refusal::new("changed-meanwhile")))
}

/// They have signed out, or nobody did and the time for it is over.
pub async fn left(tx: &mut Tx<'_>, offer: OfferId, at: Timestamp) -> Result<(), Stop> {
    saving::put_left(tx, offer, at).await
}

/// Its service is over; said by the capability that records it, which knows whether it was one. A repetition changes nothing.
pub async fn finish(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId, served: bool) -> Result<(), Stop> {
    let hand = InHand::load(tx, task).await?;
    if hand.task.state != TaskState::Standing {
        return Ok(());
    }
    let state = if served { TaskState::Done } else { TaskState::CutShort };
    let over = Task { state, ..hand.task };
    saving::update_task(tx, &over, Some(at.recorded.as_millisecond())).await?;
    jobs::forget(tx, task).await?;
    audit::record(tx, who, at, "dispatch.finish", task, json!({ "state": state.key() })).await
}

/// Its time is over and nobody who had accepted signed in; said by the capability that looks for signatures. The desk is
/// told and asks what happened. Gives back whether it was news: a repetition changes nothing.
pub async fn unattended(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<bool, Stop> {
    let hand = InHand::load(tx, task).await?;
    let Some(unattended) = hand.task.clone().unattended(at.recorded) else { return Ok(false) };
    saving::update_task(tx, &unattended, Some(at.recorded.as_millisecond())).await?;
    jobs::forget(tx, task).await?;
    audit::record(tx, who, at, "dispatch.unattended", task, json!({})).await?;
    if let Some(desk) = hand.row.cut_by() {
        tell(tx, at, &hand, desk, News::Unattended).await?;
    }
    Ok(true)
}
