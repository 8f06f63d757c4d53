//! Changing a task that stands: what it is called, when and where it is, what to know beforehand, how many it takes. Who has
//! accepted keeps the slot and is told, and is free to leave; who was invited and has not answered is invited anew, to the time
//! it is now.

use rules::dispatch::access::EditTask;
use rules::dispatch::{OfferState, tells_no_contact};
use rules::matters::workflow::{READERS, STAFF};
use rules::shared::ids::TaskId;
use rules::shared::{Actor, Moment, Refusal, Window};
use serde_json::json;

use super::in_hand::InHand;
use super::messages::{News, tell};
use super::store::{OfferRow, StaffRow};
use super::{contact, found, jobs, promised, saving, store, waves};
use crate::{Stop, Tx, audit, places};

/// What a task says after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub title: String,
    pub window: Window,
    pub notes: String,
    pub place_hint: String,
    /// How many people it takes; `None` as many as before.
    pub slots: Option<u16>,
}

impl Changed {
    /// What the task says now.
    pub fn of(hand: &InHand) -> Changed {
        Changed {
            title: hand.task.title.clone(),
            window: hand.task.window,
            notes: hand.row.notes.clone(),
            place_hint: hand.row.place_hint.clone(),
            slots: Some(hand.task.slots),
        }
    }

    /// The names of what differs.
    fn from(&self, was: &Changed) -> Vec<&'static str> {
        let differs = [
            ("title", self.title.trim() != was.title),
            ("window", self.window != was.window),
            ("notes", self.notes.trim() != was.notes),
            ("place_hint", self.place_hint.trim() != was.place_hint),
            (SLOTS, self.slots.is_some() && self.slots != was.slots),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

/// The name of how many people it takes.
const SLOTS: &str = "slots";

/// What whoever changes a task has looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Looked {
    /// How often it had been changed when the page was drawn; `None`: they do not say.
    pub edits: Option<usize>,
    /// Whether it is meant to begin after what was promised to whose matter it is; `None`: they do not say, and are not asked.
    pub after_promise: Option<bool>,
}

/// Changes a task as long as nobody has signed in. Colleagues read in the history of its matter what it was and is.
///
/// # Errors
/// Those of [`rules::dispatch::Task::edit`], [`rules::dispatch::Task::resize`], [`rules::dispatch::keeps_promise`] of another
/// time, [`tells_no_contact`], and [`contact::has_way`] of another place;
/// `task-changed-meanwhile` when somebody else was first; `task-place-hint` without a place, `task-edit-nothing`,
/// `task-edit-busy` with the name of somebody who has accepted another task at that time.
pub async fn edit_task(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    (changed, looked): (&Changed, Looked),
) -> Result<(), Stop> {
    // Of two who change it at once, the second sees what the first did.
    store::lock_task(tx, task).await?;
    let (mut hand, permit) = InHand::permitted::<EditTask>(tx, who, task).await?;
    if let Some(seen) = looked.edits
        && edits(tx, task).await? != seen
    {
        return Err(Stop::Conflict(Refusal::new("task-changed-meanwhile")));
    }
    let offers = store::offers_of_task(tx, task).await?;
    let was = Changed::of(&hand);
    let rules = tx.city().dispatch_at(&hand.task.place_path, at).limits;
    super::actions::are_short(&changed.notes, &changed.place_hint)?;
    let (written, begun) = ((changed.title.as_str(), changed.window), store::has_begun(&offers));
    let taken = hand.task.slots.saturating_sub(hand.slots_left());
    hand.task = hand.task.clone().edit(&permit, written, begun, &rules, at.recorded)?;
    if let Some(slots) = changed.slots.filter(|slots| *slots != hand.task.slots) {
        hand.task = hand.task.clone().resize(&permit, slots, taken, &rules)?;
    }
    let names = match &hand.matter {
        Some(held) => contact::names(tx, held).await?,
        None => Vec::new(),
    };
    let written = [("title", &*changed.title), ("notes", &*changed.notes), ("place_hint", &*changed.place_hint)];
    tells_no_contact(&written, &names)?;
    if changed.place_hint.trim().is_empty() {
        return Err(Refusal::new("task-place-hint").at_field("place_hint").into());
    }
    let differs = changed.from(&was);
    if differs.is_empty() {
        return Err(Refusal::new("task-edit-nothing").at_field("title").into());
    }
    if let (Some(held), true) = (&hand.matter, differs.contains(&"place_hint")) {
        let place = rules::shared::Id::new(task.cell, hand.row.place_id);
        let place = places::store::by_id(tx, place).await?.ok_or(Stop::Missing)?;
        contact::has_way(tx, held, &place, &changed.place_hint).await?;
    }
    let coming: Vec<&OfferRow> = offers.iter().filter(|offer| offer.state == OfferState::Accepted.key()).collect();
    if was.window != changed.window {
        if let Some(held) = &hand.matter {
            promised::keeps(tx, at, held, (changed.window, looked.after_promise))?;
        }
        is_free(tx, task, &coming, changed.window).await?;
    }
    saving::rewrite_task(tx, &hand.task, changed.notes.trim(), changed.place_hint.trim()).await?;
    if was.window != changed.window {
        waves::say_anew(tx, at, &hand).await?;
    }
    if differs.contains(&SLOTS) {
        resize(tx, who, at, &hand).await?;
    }
    let staff = store::staff_of_task(tx, task).await?;
    if !coming.is_empty() || !staff.is_empty() {
        jobs::watch_service(tx, at, task, changed.window.end).await?;
    }
    let colleagues = staff.iter().map(StaffRow::id).filter(|person| who.person != Some(*person));
    // How many others come is no reason to ring.
    let tells = differs != [SLOTS];
    for person in coming.iter().map(|offer| offer.volunteer()).chain(colleagues).filter(|_| tells) {
        tell(tx, at, &hand, person, News::Changed).await?;
    }
    tell_matter(tx, who, at, &hand, (&was, changed, &differs)).await?;
    audit::record(tx, who, at, "dispatch.edit_task", task, json!({ "changed": differs })).await
}

/// The history of its matter tells colleagues what of the task is another now.
async fn tell_matter(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    hand: &InHand,
    (was, now, differs): (&Changed, &Changed, &[&'static str]),
) -> Result<(), Stop> {
    let Some(matter) = hand.task.matter else { return Ok(()) };
    let (from, to) = (was.window.start, now.window.start);
    let told = json!({ "task": hand.task.id, "from": from, "to": to, "changed": differs, (READERS): STAFF });
    audit::record(tx, who, at, "dispatch.task_changed", matter, told).await
}

/// Keeps as many slots as the task takes now, and tells the matter when it is full by that, or is not any more.
async fn resize(tx: &mut Tx<'_>, who: &Actor, at: Moment, hand: &InHand) -> Result<(), Stop> {
    let before = found::before(tx, hand.task.matter).await?;
    saving::put_slots(tx, &hand.task).await?;
    if hand.row.waves {
        jobs::look_again(tx, at, hand.task.id, at.recorded).await?;
    }
    found::tell(tx, who, at, (hand.task.matter, before), false).await?;
    Ok(())
}

/// Nobody is moved into a time for which they have promised something else.
async fn is_free(tx: &mut Tx<'_>, task: TaskId, coming: &[&OfferRow], window: Window) -> Result<(), Stop> {
    for offer in coming {
        if saving::is_promised_elsewhere(tx, task, offer.volunteer(), window).await? {
            let name = offer.person_name.as_str();
            return Err(Refusal::new("task-edit-busy").with("name", name).at_field("start").into());
        }
    }
    Ok(())
}

/// How often a task was changed: a page that counted fewer shows what stands now.
pub async fn edits(tx: &mut Tx<'_>, task: TaskId) -> Result<usize, Stop> {
    Ok(audit::timeline(tx, task).await?.iter().filter(|event| event.verb == "dispatch.edit_task").count())
}

/// A task that `who` may change, by what they see of it.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, task: TaskId) -> Result<InHand, Stop> {
    Ok(InHand::permitted::<EditTask>(tx, who, task).await?.0)
}
