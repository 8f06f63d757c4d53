//! Sending invitations, and what comes after they were answered or ran out.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use rules::dispatch::access::{Invite, OpenTask};
use rules::dispatch::offer::Invitation;
use rules::dispatch::{Found, Offer, OfferState, Step};
use rules::matters::workflow::Event;
use rules::places::Distance;
use rules::shared::ids::{OfferId, OfferThing, PersonId, TaskId};
use rules::shared::{Actor, Moment, Permit};
use serde_json::json;

use super::candidates::{Pool, Whom};
use super::in_hand::InHand;
use super::jobs;
use super::messages::{News, tell};
use super::reasons::Said;
use super::{found, saving, store};
use crate::{Stop, Tx, audit, matters};

/// The event of a task for which nobody is left to ask.
const NOBODY_LEFT: &str = "dispatch.nobody_left";

/// One sending of invitations.
#[derive(Clone, Copy, Debug)]
pub struct Wave {
    pub no: u16,
    pub reply_by: Timestamp,
}

/// Somebody to invite, and why.
pub struct Chosen {
    pub person: PersonId,
    pub reasons: Vec<Said>,
}

/// The best of a pool, as many as asked for.
pub fn best(tx: &Tx<'_>, pool: &Pool, size: usize) -> Vec<Chosen> {
    pool.ranked(&tx.city().calendar, size, |ranking| {
        let chosen = |s: &rules::dispatch::ranking::Suggestion<'_>| Chosen {
            person: s.person,
            reasons: s.sentence.iter().map(Said::from).collect(),
        };
        ranking.best.iter().map(chosen).collect()
    })
}

/// Keeps the offers, tells the invited, and sees to the end of the time to answer.
pub async fn send(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    hand: &InHand,
    (permit, wave): (&Permit<Invite>, Wave),
    chosen: Vec<Chosen>,
) -> Result<Vec<OfferId>, Stop> {
    let mut sent = Vec::new();
    let goes_out = hand.goes_out(tx, at, at.recorded);
    for Chosen { person, reasons } in chosen {
        let id = tx.new_id::<OfferThing>(hand.task.id.cell, at);
        let invitation = Invitation { id, volunteer: person, wave: wave.no, reply_by: wave.reply_by };
        let offer = Offer::invite(permit, invitation, &hand.task, None, at.recorded)?;
        if saving::insert_offer(tx, &offer, &hand.task, &reasons).await? {
            if goes_out <= at.recorded {
                tell(tx, at, hand, person, News::Offered { reply_by: wave.reply_by }).await?;
            }
            sent.push(id);
        }
    }
    saving::touch(tx, hand.task.id).await?;
    let data = json!({ "wave": wave.no, "count": sent.len(), "reply_by": wave.reply_by });
    audit::record(tx, who, at, "dispatch.invite", hand.task.id, data).await?;
    if goes_out > at.recorded && !sent.is_empty() {
        jobs::tell_later(tx, at, (hand.task.id, wave.no), goes_out).await?;
    }
    jobs::await_replies(tx, at, hand.task.id).await?;
    Ok(sent)
}

/// The time of a task was moved: whoever was invited and may still answer hears of the new one, in the morning if it is night,
/// and their time to answer ends when an answer would come too late.
pub async fn say_anew(tx: &mut Tx<'_>, at: Moment, hand: &InHand) -> Result<(), Stop> {
    let task = hand.task.id;
    saving::cut_replies(tx, task, hand.task.last_answer(at.recorded)).await?;
    let goes_out = hand.goes_out(tx, at, at.recorded);
    let waiting = waiting(tx, at, hand).await?;
    if goes_out > at.recorded {
        let waves: BTreeSet<u16> = waiting.iter().map(|offer| offer.wave).collect();
        for wave in waves {
            jobs::tell_later(tx, at, (task, wave), goes_out).await?;
        }
    } else {
        invited(tx, at, hand, &waiting).await?;
    }
    jobs::await_replies(tx, at, task).await
}

/// Tells those of a wave who have not answered, and may, that they are invited.
pub async fn tell_wave(tx: &mut Tx<'_>, at: Moment, hand: &InHand, wave: u16) -> Result<(), Stop> {
    let mut waiting = waiting(tx, at, hand).await?;
    waiting.retain(|offer| offer.wave == wave);
    invited(tx, at, hand, &waiting).await
}

/// The invitations that may still be answered: none of a task that is cancelled or full.
async fn waiting(tx: &mut Tx<'_>, at: Moment, hand: &InHand) -> Result<Vec<Offer>, Stop> {
    if hand.slots_left() == 0 || hand.task.still_stands(at.recorded).is_err() {
        return Ok(Vec::new());
    }
    let mut offers = offers(tx, hand.task.id).await?;
    offers.retain(|o| o.state == OfferState::Offered && o.reply_by.is_some_and(|by| by >= at.recorded));
    Ok(offers)
}

async fn invited(tx: &mut Tx<'_>, at: Moment, hand: &InHand, offers: &[Offer]) -> Result<(), Stop> {
    for offer in offers {
        if let Some(reply_by) = offer.reply_by {
            tell(tx, at, hand, offer.volunteer, News::Offered { reply_by }).await?;
        }
    }
    Ok(())
}

/// What is due next for a task: another wave, opening it, or telling the matter that nobody is left.
pub async fn go_on(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    // Waits for answers under way, so that two who look at once do not send two waves.
    saving::touch(tx, task).await?;
    let hand = InHand::load(tx, task).await?;
    if hand.row.waves { next_wave(tx, who, at, &hand).await } else { without_waves(tx, who, at, &hand).await }
}

async fn offers(tx: &mut Tx<'_>, task: TaskId) -> Result<Vec<Offer>, Stop> {
    store::offers_of_task(tx, task).await?.iter().map(store::OfferRow::offer).collect()
}

/// The desk invites by hand: all that can be seen to is that it hears when the last answer is in.
async fn without_waves(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    let offers = offers(tx, hand.task.id).await?;
    let awaited = offers.iter().any(|o| o.state == OfferState::Offered);
    let comes_yet = hand.task.open && at.recorded < hand.task.window.start;
    let stands = hand.task.still_stands(at.recorded).is_ok() && hand.slots_left() > 0;
    if stands && !awaited && !comes_yet && (hand.task.open || !offers.is_empty()) {
        return nobody_left(tx, who, at, hand).await;
    }
    Ok(())
}

async fn next_wave(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    let plan = hand.plan(tx, at);
    let offers = offers(tx, hand.task.id).await?;
    let city = tx.city();
    let night = hand.night(&city, at);
    match plan.next(&hand.task, &offers, hand.slots_left(), &city.calendar, at.recorded, &night)? {
        Step::Nothing => Ok(()),
        // An answer still counts in the very millisecond of its end.
        Step::Wait(until) => jobs::look_again(tx, at, hand.task.id, until + SignedDuration::from_millis(1)).await,
        Step::Send { wave, size, reply_by, .. } => {
            // A wave that would reach nobody is skipped, not waited for.
            for (no, reach) in (wave..).zip(plan.reach.iter().skip(usize::from(wave) - 1)) {
                let wave = Wave { no, reply_by };
                if !reaching(tx, who, at, hand, wave, (*reach, usize::from(size))).await?.is_empty() {
                    return Ok(());
                }
            }
            let may_open = plan.then_open && !hand.task.open && !hand.row.is_private();
            if may_open { open(tx, who, at, hand).await } else { ask_desk(tx, who, at, hand).await }
        }
        Step::Open if hand.row.is_private() => nobody_left(tx, who, at, hand).await,
        Step::Open => open(tx, who, at, hand).await,
        Step::AskDesk => nobody_left(tx, who, at, hand).await,
    }
}

/// Invites the best within `reach`, of a task that was cut for a team its members first; nobody where no time would be left to
/// answer.
pub async fn reaching(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    hand: &InHand,
    wave: Wave,
    (reach, size): (Distance, usize),
) -> Result<Vec<OfferId>, Stop> {
    if hand.leaves_time(tx, &hand.plan(tx, at), at, wave.reply_by).is_err() {
        return Ok(Vec::new());
    }
    let pool = Pool::load(tx, hand, Whom::within(reach), at).await?.reaching(reach);
    let pool = pool.team_first(&tx.city().calendar);
    let chosen = best(tx, &pool, size);
    if chosen.is_empty() {
        return Ok(Vec::new());
    }
    let permit = hand.permit::<Invite>(who)?;
    send(tx, who, at, hand, (&permit, wave), chosen).await
}

/// Nobody is left to invite: an open task waits for whoever comes until it begins.
async fn ask_desk(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    if hand.task.open && at.recorded < hand.task.window.start {
        return jobs::look_again(tx, at, hand.task.id, hand.task.window.start).await;
    }
    nobody_left(tx, who, at, hand).await
}

/// Opens the task to anyone eligible, and looks again when it begins. What is private is shown to chosen people only.
pub async fn open(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    if hand.row.is_private() {
        return Err(Stop::refused("task-private-not-open"));
    }
    let opened = hand.task.clone().open(&hand.permit::<OpenTask>(who)?, at.recorded)?;
    saving::update_task(tx, &opened, None).await?;
    audit::record(tx, who, at, "dispatch.open_task", opened.id, json!({})).await?;
    jobs::look_again(tx, at, opened.id, opened.window.start).await
}

/// Tells the matter that nobody is left to ask, unless somebody comes already: then the desk sees the free slot.
async fn nobody_left(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    // Whoever cut it is told once for each round of invitations, and not what they are looking at.
    let rounds = ["dispatch.invite", "dispatch.open_task", NOBODY_LEFT];
    let last =
        audit::timeline(tx, hand.task.id).await?.into_iter().rfind(|event| rounds.contains(&event.verb.as_str()));
    let is_told = last.is_some_and(|event| event.verb == NOBODY_LEFT);
    let data = json!({ "slots_left": hand.slots_left() });
    audit::record(tx, who, at, NOBODY_LEFT, hand.task.id, data).await?;
    let desk = hand.row.cut_by().filter(|desk| !is_told && !hand.row.invented && who.person != Some(*desk));
    if let Some(desk) = desk {
        tell(tx, at, hand, desk, News::NobodyLeft).await?;
    }
    let Some(matter) = hand.task.matter else { return Ok(()) };
    if saving::anybody_of_matter(tx, &hand.task, at).await? {
        return Ok(());
    }
    matters::actions::heard(tx, who, at, matter, Event::AllDeclined).await
}

/// A slot was taken: the matter hears of it, and whether a task has all its people now.
pub async fn slot_taken(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    // Answers for this task wait since the slot was taken, so that of two who take the last two one sees that all are.
    found::tell(tx, who, at, (hand.task.matter, Found::Nobody), true).await?;
    Ok(())
}
