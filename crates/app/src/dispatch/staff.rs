//! Colleagues on staff who go themselves, are sent, or do not go after all.

use jiff::civil::Date;
use rules::dispatch::access::{AssignStaff, StepBack};
use rules::dispatch::staff::Colleague;
use rules::people::household::Party;
use rules::people::{Credential, Sex};
use rules::shared::ids::{PersonId, TaskId};
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::in_hand::InHand;
use super::messages::{News, tell};
use super::saving::Holder;
use super::{answers, candidates, found, saving, store, waves};
use crate::people::store::Near;
use crate::{Stop, Tx, audit, people};

/// A colleague as the store found them, and those of the matter: what [`Colleague`] borrows.
struct Going {
    near: Near,
    sex: Sex,
    credentials: Vec<Credential>,
    parties: Vec<Near>,
    day: Date,
}

impl Going {
    async fn load(tx: &mut Tx<'_>, hand: &InHand, person: PersonId) -> Result<Going, Stop> {
        let (credentials, day) = shown_by(tx, hand, person).await?;
        let sex = people::store::person(tx, person).await?.and_then(|row| Sex::from_key(row.sex.as_deref()?));
        let (near, parties) = (people::store::near(tx, person).await?, candidates::parties(tx, hand).await?);
        Ok(Going { near, sex: sex.unwrap_or(Sex::Unstated), credentials, parties, day })
    }

    fn colleague(&self) -> Colleague<'_> {
        Colleague { who: self.near.party(), sex: self.sex, credentials: &self.credentials }
    }

    fn parties(&self) -> Vec<Party<'_>> {
        self.parties.iter().map(Near::party).collect()
    }
}

/// What somebody has shown of credentials, and the day on which it must hold. What they only say of themselves is none.
async fn shown_by(tx: &mut Tx<'_>, hand: &InHand, person: PersonId) -> Result<(Vec<Credential>, Date), Stop> {
    let day = tx.city().calendar.date(hand.task.window.start);
    if hand.task.needs.credentials.is_empty() {
        return Ok((Vec::new(), day));
    }
    let lines = people::register::credentials_of(tx, person).await?;
    let shown = lines.into_iter().filter(|line| !line.number.is_empty()).map(|line| line.credential);
    Ok((shown.map(|held| Credential { key: people::skills::key(&held.key), ..held }).collect(), day))
}

/// What keeps somebody on staff from going themselves: a page tells it before they try.
pub async fn lacks(tx: &mut Tx<'_>, hand: &InHand, person: PersonId) -> Result<Option<Refusal>, Stop> {
    let going = Going::load(tx, hand, person).await?;
    Ok(hand.task.may_go(&going.colleague(), &going.parties(), going.day).err())
}

/// Gives a slot to a colleague on staff, or takes it oneself. Staff are assigned, volunteers never.
pub async fn assign_staff(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    person: PersonId,
) -> Result<(), Stop> {
    let (mut hand, permit) = InHand::permitted::<AssignStaff>(tx, who, task).await?;
    let memberships = people::store::memberships(tx, person, at).await?;
    let here = memberships.into_iter().filter(|m| hand.task.place_path.starts_with(&m.place_path)).collect();
    let colleague = Actor::person(person, here, who.channel);
    let going = Going::load(tx, &hand, person).await?;
    let held_against = (&going.colleague(), &going.parties()[..]);
    hand.task.assign_staff(&permit, colleague.is_staff(), held_against, going.day, at.recorded)?;
    if store::staff_of_task(tx, task).await?.iter().any(|s| s.id() == person) {
        return Err(Refusal::new("task-assigned-already").at_field("person").into());
    }
    let Some(left) = saving::take_slot(tx, task, Holder::Staff(person)).await? else {
        return Err(Stop::Conflict(Refusal::new("task-full")));
    };
    audit::record(tx, who, at, "dispatch.assign_staff", task, json!({ "person": person })).await?;
    if who.person != Some(person) && !hand.row.invented {
        tell(tx, at, &hand, person, News::Assigned).await?;
    }
    hand.has_left(left)?;
    waves::slot_taken(tx, who, at, &hand).await
}

/// Somebody on staff who was to go does not after all, as a volunteer gives a task back: the slot is free, somebody else is
/// looked for, and whoever was told that somebody comes hears of it.
///
/// # Errors
/// Those of [`rules::dispatch::Task::step_back`].
pub async fn step_back(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    reason: Option<&str>,
) -> Result<(), Stop> {
    let (hand, permit) = InHand::permitted::<StepBack>(tx, who, task).await?;
    let me = who.person.ok_or(Stop::SignIn)?;
    // All tasks of the matter in their order, as whoever leaves any of them; a second press finds the slot given back.
    let before = found::before(tx, hand.task.matter).await?;
    store::lock_task(tx, task).await?;
    let goes = store::staff_of_task(tx, task).await?.iter().any(|colleague| colleague.id() == me);
    let limits = tx.city().dispatch_at(&hand.task.place_path, at).limits;
    let left = hand.task.step_back(&permit, goes, reason, &limits, at.recorded)?;
    saving::free_slot(tx, task, Holder::Staff(me)).await?;
    let mut data = json!({ "person": me, "lead_minutes": left.lead_minutes });
    if let Some(reason) = left.reason {
        data["reason"] = json!(reason);
    }
    audit::record(tx, who, at, "dispatch.step_back", task, data).await?;
    if let Some(desk) = hand.row.cut_by().filter(|desk| left.alert_desk && *desk != me) {
        tell(tx, at, &hand, desk, News::LeftAtShortNotice).await?;
    }
    answers::look_for_another(tx, who, at, (&hand, before)).await
}
