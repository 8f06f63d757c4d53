//! A task in hand: loaded, within what who asks may see.

use jiff::Timestamp;
use rules::dispatch::access::{self, AssignStaff, SeeCandidates, TaskSubject, TaskVerb};
use rules::dispatch::{Night, Task, WavePlan};
use rules::shared::ids::{PersonId, TaskId};
use rules::shared::permit::{Permit, might};
use rules::shared::{Actor, Denied, Moment};

use super::store::{self, StaffRow, TaskRow};
use crate::city::City;
use crate::{Stop, Tx, matters};

/// A task, its row, the matter it was cut from, and the staff who have either.
#[derive(Clone, Debug)]
pub struct InHand {
    pub row: TaskRow,
    pub task: Task,
    pub matter: Option<matters::Held>,
    handlers: Vec<PersonId>,
}

impl InHand {
    pub async fn load(tx: &mut Tx<'_>, id: TaskId) -> Result<InHand, Stop> {
        let row = store::task(tx, id).await?.ok_or(Stop::Missing)?;
        InHand::of(tx, row).await
    }

    async fn of(tx: &mut Tx<'_>, row: TaskRow) -> Result<InHand, Stop> {
        let staff = store::staff_of_task(tx, row.id()).await?;
        let mut handlers: Vec<PersonId> = staff.iter().map(StaffRow::id).collect();
        let matter = match row.matter() {
            Some(matter) => Some(matters::Held::load(tx, matter).await?),
            None => None,
        };
        handlers.extend(matter.iter().flat_map(|held| &held.matter.assignees));
        Ok(InHand { task: row.task()?, row, matter, handlers })
    }

    /// Loads a task that `who` may see: its staff, who of them goes, who was ever invited to it, who may see its matter, and any
    /// volunteer while it is open. For everyone else it is missing.
    pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: TaskId) -> Result<InHand, Stop> {
        let hand = InHand::load(tx, id).await?;
        let open = hand.task.open && !hand.row.is_private() && might::<access::TakeOpen>(who);
        let goes = who.person.is_some_and(|me| hand.handlers.contains(&me));
        if open || goes || hand.is_staff(who) || hand.was_invited(tx, who).await? || hand.sees_matter(tx, who).await? {
            return Ok(hand);
        }
        Err(Stop::Missing)
    }

    /// Loads a task for a verb of staff: missing outside their sight, forbidden within it.
    pub async fn permitted<V: TaskVerb>(tx: &mut Tx<'_>, who: &Actor, id: TaskId) -> Result<(InHand, Permit<V>), Stop> {
        let hand = InHand::find(tx, who, id).await?;
        let permit = hand.permit::<V>(who)?;
        Ok((hand, permit))
    }

    pub fn permit<V: TaskVerb>(&self, who: &Actor) -> Result<Permit<V>, Denied> {
        let subject = TaskSubject {
            task: self.task.id,
            place_path: &self.task.place_path,
            team: self.task.team,
            handlers: &self.handlers,
            private: self.row.is_private(),
        };
        access::on_task(who, &subject)
    }

    /// Whether `who` sees the task as the desk does.
    pub fn is_staff(&self, who: &Actor) -> bool {
        self.permit::<SeeCandidates>(who).is_ok()
    }

    /// Whether `who` sees the task for the team they lead alone: they find people among its members, and nobody else's.
    pub fn is_for_team(&self, who: &Actor) -> bool {
        self.is_staff(who) && self.permit::<AssignStaff>(who).is_err()
    }

    async fn was_invited(&self, tx: &mut Tx<'_>, who: &Actor) -> Result<bool, Stop> {
        match who.person {
            Some(person) => Ok(!store::offers_to(tx, self.task.id, person).await?.is_empty()),
            None => Ok(true),
        }
    }

    async fn sees_matter(&self, tx: &mut Tx<'_>, who: &Actor) -> Result<bool, Stop> {
        let Some(matter) = &self.matter else { return Ok(false) };
        match matter.seen_by(tx, who).await {
            Ok(()) => Ok(true),
            Err(Stop::Missing) => Ok(false),
            Err(stop) => Err(stop),
        }
    }

    /// How invitations to this task go out.
    pub fn plan(&self, tx: &Tx<'_>, at: Moment) -> WavePlan {
        tx.city().dispatch_at(&self.task.place_path, at).waves.plan(self.row.level()).clone()
    }

    /// The quiet hours as they hold for it.
    pub fn night<'c>(&'c self, city: &'c City, at: Moment) -> Night<'c> {
        let hours = &city.dispatch_at(&self.task.place_path, at).quiet;
        Night { hours, level: self.row.level(), starts: self.task.window.start, zone: city.calendar.zone() }
    }

    /// When an invitation to this task rings that is sent at `sent`, by what holds `at` this moment: at night it may wait for
    /// the morning.
    pub fn goes_out(&self, tx: &Tx<'_>, at: Moment, sent: Timestamp) -> Timestamp {
        self.night(&tx.city(), at).goes_out(sent)
    }

    /// Until when an answer to an invitation sent now counts when nobody says otherwise.
    pub fn reply_by(&self, tx: &Tx<'_>, plan: &WavePlan, at: Moment) -> Result<Timestamp, Stop> {
        let city = tx.city();
        Ok(plan.reply_by(&self.task, &city.calendar, at.recorded, &self.night(&city, at))?)
    }

    /// Whether an invitation sent now leaves time to answer until `by`.
    pub fn leaves_time(&self, tx: &Tx<'_>, plan: &WavePlan, at: Moment, by: Timestamp) -> Result<(), Stop> {
        let from = self.goes_out(tx, at, at.recorded).max(at.recorded);
        Ok(plan.leaves_time(&tx.city().dispatch_at(&self.task.place_path, at).limits, from, by)?)
    }

    /// Whether its matter still looks for somebody.
    pub fn is_still_sought(&self, tx: &Tx<'_>) -> Result<(), Stop> {
        let Some(matter) = self.matter.as_ref().map(|held| &held.matter) else { return Ok(()) };
        let phase = matter.phase(matters::kind_of(&tx.city(), &matter.kind)?);
        Ok(rules::dispatch::is_still_sought(phase, matter.nobody_at.is_some())?)
    }

    /// A slot was taken, which counts the version up.
    pub fn has_left(&mut self, slots: i64) -> Result<(), Stop> {
        self.row.slots_left = i32::try_from(slots).map_err(Stop::defect)?;
        self.row.version += 1;
        Ok(())
    }

    pub fn slots_left(&self) -> u16 {
        u16::try_from(self.row.slots_left).unwrap_or(u16::MAX)
    }
}
