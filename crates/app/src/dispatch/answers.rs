//! What the volunteer alone may do: say yes, say no, leave, take what is open.

use jiff::Timestamp;
use rules::dispatch::access::{self, Accept, Decline, OfferVerb, Withdraw};
use rules::dispatch::offer::{Parting, Taking, slot_taken};
use rules::dispatch::{Exclusion, Found, Offer, OfferState, Task, Way};
use rules::shared::ids::{OfferId, OfferThing, PersonId, TaskId};
use rules::shared::{Actor, Moment, Permit, Refusal};
use serde_json::{Value, json};

use super::candidates::{Pool, Whom};
use super::in_hand::InHand;
use super::messages::{News, tell};
use super::saving::Holder;
use super::store::OfferRow;
use super::{found, jobs, saving, store, waves};
use crate::{Stop, Tx, audit, matters, people};

/// Loads an offer for its volunteer. Staff who may see the task learn that this is not theirs to do; for everyone else
/// the offer is missing.
async fn own<V: OfferVerb>(tx: &mut Tx<'_>, who: &Actor, id: OfferId) -> Result<(OfferRow, InHand, Permit<V>), Stop> {
    let row = store::offer(tx, id).await?.ok_or(Stop::Missing)?;
    let hand = InHand::load(tx, row.task()).await?;
    match access::on_offer::<V>(who, id, row.volunteer(), &hand.task.place_path) {
        Ok(permit) => Ok((row, hand, permit)),
        Err(denied) if hand.is_staff(who) || who.person == Some(row.volunteer()) => Err(denied.into()),
        Err(_) => Err(Stop::Missing),
    }
}

/// A yes: the offer, and the task as it stands then.
pub struct Accepted {
    pub offer: OfferId,
    pub hand: InHand,
}

/// A volunteer says yes to an offer.
pub async fn accept(tx: &mut Tx<'_>, who: &Actor, at: Moment, offer: OfferId) -> Result<Accepted, Stop> {
    let (row, mut hand, permit) = own::<Accept>(tx, who, offer).await?;
    let offer = row.offer()?;
    let was = offer.state;
    let accepted = taking(tx, at, &hand, offer.volunteer, |taking| offer.accept(&permit, taking, at.recorded)).await?;
    take(tx, at, &mut hand, &accepted).await?;
    if !saving::update_offer(tx, &accepted, was).await? {
        return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
    }
    audit::record(tx, who, at, "dispatch.accept", hand.task.id, json!({ "offer": accepted.id })).await?;
    jobs::watch_service(tx, at, hand.task.id, hand.task.window.end).await?;
    waves::slot_taken(tx, who, at, &hand).await?;
    Ok(Accepted { offer: accepted.id, hand })
}

/// A volunteer takes a slot of an open task.
pub async fn take_open(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<Accepted, Stop> {
    let mut hand = InHand::find(tx, who, task).await?;
    let permit = access::on_open_task(who, task)?;
    let volunteer = who.on_behalf_of.or(who.person).ok_or(Stop::Forbidden { verb: "dispatch.take_open" })?;
    let before = store::offers_to(tx, task, volunteer).await?;
    if let Some(waiting) = before.iter().find(|o| o.state == OfferState::Offered.key()) {
        // They were invited and come by the open door: that is the answer to the invitation, if it still counts.
        if waiting.reply_by.is_none_or(|by| at.recorded.as_millisecond() <= by) {
            return accept(tx, who, at, waiting.id()).await;
        }
        saving::update_offer(tx, &waiting.offer()?.expire(at.recorded), OfferState::Offered).await?;
    }
    let holds_slot = before.iter().any(|o| o.state == OfferState::Accepted.key());
    let id = tx.new_id::<OfferThing>(task.cell, at);
    let taken = taking(tx, at, &hand, volunteer, |taking| {
        Offer::take_open(id, &permit, volunteer, taking, holds_slot, at.recorded)
    })
    .await?;
    take(tx, at, &mut hand, &taken).await?;
    if !saving::insert_offer(tx, &taken, &hand.task, &[]).await? {
        return Err(Stop::refused("task-taken-already"));
    }
    audit::record(tx, who, at, "dispatch.take_open", task, json!({ "offer": id })).await?;
    jobs::watch_service(tx, at, task, hand.task.window.end).await?;
    waves::slot_taken(tx, who, at, &hand).await?;
    Ok(Accepted { offer: id, hand })
}

/// Lets the rules decide on a yes, in the circumstances of this moment.
async fn taking(
    tx: &mut Tx<'_>,
    at: Moment,
    hand: &InHand,
    volunteer: PersonId,
    decide: impl FnOnce(&Taking<'_>) -> Result<Offer, Refusal> + Send,
) -> Result<Offer, Stop> {
    // Nobody is taken twice for one hour by two answers at once.
    saving::hold_volunteer(tx, volunteer).await?;
    let others = match hand.slots_left() {
        0 => others(tx, at, hand, volunteer).await?,
        _ => Others::default(),
    };
    let pool = Pool::load(tx, hand, Whom::Herself(volunteer), at).await?;
    let decided = {
        let nearest = others.nearest(hand, at);
        let decide = |unfit: Option<Exclusion<'_>>| {
            decide(&Taking { task: &hand.task, unfit, slots_left: hand.slots_left(), similar: &nearest })
        };
        pool.unfit(volunteer, &tx.city().calendar, Way::OwnWish, decide)
    };
    let decided = decided.map_err(|refusal| match refusal.code {
        "slot-taken" => Stop::Conflict(refusal),
        _ => Stop::Refused(refusal),
    })?;
    hand.is_still_sought(tx)?;
    Ok(decided)
}

/// Why this volunteer could not say yes now, in the words that [`accept`] and [`take_open`] would refuse with: a page
/// tells it before anybody tries.
pub async fn unfit(tx: &mut Tx<'_>, at: Moment, hand: &InHand, volunteer: PersonId) -> Result<Option<Refusal>, Stop> {
    match hand.is_still_sought(tx) {
        Err(Stop::Refused(refusal)) => return Ok(Some(refusal)),
        other => other?,
    }
    let pool = Pool::load(tx, hand, Whom::Herself(volunteer), at).await?;
    let refusal = |unfit: Option<Exclusion<'_>>| unfit.map(|why| why.refusal());
    Ok(pool.unfit(volunteer, &tx.city().calendar, Way::OwnWish, refusal))
}

/// Takes the slot, or says who was faster.
async fn take(tx: &mut Tx<'_>, at: Moment, hand: &mut InHand, offer: &Offer) -> Result<(), Stop> {
    if let Some(left) = saving::take_slot(tx, hand.task.id, Holder::Offer(offer.id)).await? {
        return hand.has_left(left);
    }
    let others = others(tx, at, hand, offer.volunteer).await?;
    Err(Stop::Conflict(slot_taken(&others.nearest(hand, at))))
}

/// Where somebody lives, and the open tasks that could stand for one that is full.
#[derive(Default)]
struct Others {
    home: String,
    tasks: Vec<Task>,
}

impl Others {
    fn nearest(&self, hand: &InHand, at: Moment) -> Vec<&Task> {
        rules::dispatch::task::similar(&hand.task, &self.home, &self.tasks, at.recorded)
    }
}

async fn others(tx: &mut Tx<'_>, at: Moment, hand: &InHand, volunteer: PersonId) -> Result<Others, Stop> {
    let home = people::store::person(tx, volunteer).await?.map(|row| row.place_path).unwrap_or_default();
    let tasks = store::similar(tx, &hand.task, at.recorded).await?;
    Ok(Others { home, tasks: tasks.iter().map(store::TaskRow::task).collect::<Result<_, _>>()? })
}

/// A volunteer says no. No reason is asked for, and nothing follows.
pub async fn decline(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    offer: OfferId,
    reason: Option<&str>,
) -> Result<(), Stop> {
    let (row, hand, permit) = own::<Decline>(tx, who, offer).await?;
    let declined = row.offer()?.decline(&permit, reason, at.recorded)?;
    keep_declined(tx, who, at, (&hand, &declined), json!({ "offer": offer })).await
}

async fn keep_declined(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (hand, declined): (&InHand, &Offer),
    data: Value,
) -> Result<(), Stop> {
    if !saving::update_offer(tx, declined, OfferState::Offered).await? {
        return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
    }
    audit::record(tx, who, at, "dispatch.decline", hand.task.id, data).await?;
    jobs::await_replies(tx, at, hand.task.id).await?;
    jobs::look_again(tx, at, hand.task.id, at.recorded).await
}

/// A volunteer leaves a task they accepted.
pub async fn withdraw(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    offer: OfferId,
    reason: Option<&str>,
) -> Result<(), Stop> {
    let (row, hand, permit) = own::<Withdraw>(tx, who, offer).await?;
    give_back(tx, who, at, (&row, &hand, &permit), (reason, json!({ "offer": offer }))).await
}

async fn give_back(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (row, hand, permit): (&OfferRow, &InHand, &Permit<Withdraw>),
    (reason, mut data): (Option<&str>, Value),
) -> Result<(), Stop> {
    let limits = tx.city().dispatch_at(&hand.task.place_path, at).limits;
    let left = row.offer()?.withdraw(permit, &hand.task, reason, &limits, at.recorded)?;
    let before = found::before(tx, hand.task.matter).await?;
    saving::free_slot(tx, hand.task.id, Holder::Offer(row.id())).await?;
    if !saving::update_offer(tx, &left.offer, OfferState::Accepted).await? {
        return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
    }
    data["lead_minutes"] = json!(left.lead_minutes);
    audit::record(tx, who, at, "dispatch.withdraw", hand.task.id, data).await?;
    if let Some(desk) = hand.row.cut_by().filter(|_| left.alert_desk) {
        tell(tx, at, hand, desk, News::LeftAtShortNotice).await?;
    }
    look_for_another(tx, who, at, (hand, before)).await
}

/// What follows when somebody leaves, who came until then as `before` says: the matter hears whether people are looked for again,
/// whoever was told that somebody comes hears that they do not, and the waves go on.
pub(super) async fn look_for_another(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (hand, before): (&InHand, Found),
) -> Result<(), Stop> {
    let seeks_again = found::tell(tx, who, at, (hand.task.matter, before), false).await?;
    if let Some(matter) = hand.task.matter.filter(|_| seeks_again) {
        matters::tell_given_back(tx, who, at, matter).await?;
    }
    jobs::look_again(tx, at, hand.task.id, at.recorded).await
}

/// Somebody stopped volunteering at the instant `stopped`: what they accepted and have not begun goes back, what they were
/// asked is declined, with the events and messages of their own answers.
pub async fn stopped(tx: &mut Tx<'_>, at: Moment, volunteer: PersonId, stopped: Timestamp) -> Result<(), Stop> {
    let who = &Actor::system();
    for row in store::standing_offers_of(tx, volunteer, at.recorded).await? {
        let (id, offer, hand) = (row.id(), row.offer()?, InHand::load(tx, row.task()).await?);
        let (path, data) = (&hand.task.place_path, json!({ "offer": id, "stopped_volunteering": true }));
        match offer.when_stopped(stopped) {
            Parting::Stays => {}
            Parting::GivenBack => {
                let permit = access::on_offer::<Withdraw>(who, id, volunteer, path)?;
                give_back(tx, who, at, (&row, &hand, &permit), (None, data)).await?;
            }
            Parting::Declined => {
                let permit = access::on_offer::<Decline>(who, id, volunteer, path)?;
                // What has run out meanwhile is no answer.
                if let Ok(declined) = offer.decline(&permit, None, at.recorded) {
                    keep_declined(tx, who, at, (&hand, &declined), data).await?;
                }
            }
        }
    }
    Ok(())
}
