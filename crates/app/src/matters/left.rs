//! A matter as it stood when a shift ended, and who can have it from whoever left it.

use rules::matters::closeness::may_have;
use rules::matters::{access, workflow};
use rules::shared::ids::{MatterId, PersonId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::open::{Held, context, kind_of};
use super::store::MatterRow;
use super::{closeness, handlers, queues};
use crate::capability::GOERS;
use crate::{Stop, Tx, people};

/// What is kept of it. People are named by their ids: whoever is erased is named nowhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stood {
    pub step: String,
    phase: String,
    level: Option<String>,
    due_at: Option<i64>,
    pub step_due_at: Option<i64>,
    sort_at: i64,
    pub handler: Option<PersonId>,
    /// The names of the unit that had it, and of those that were asked.
    unit: Option<String>,
    asked: Vec<String>,
    colleagues: Vec<PersonId>,
    volunteers: Vec<PersonId>,
}

impl Stood {
    /// As it stands now.
    pub async fn of(tx: &mut Tx<'_>, row: &MatterRow) -> Result<Stood, Stop> {
        #[derive(Deserialize)]
        struct Goer {
            cell: i32,
            id: Uuid,
            staff: bool,
        }
        let asked = queues::asked_units(tx, row.id().cell, &[row.id]).await?;
        let (mut colleagues, mut volunteers) = (Vec::new(), Vec::new());
        for goer in tx.all::<Goer>(GOERS, db::args![row.cell, row.id]).await? {
            let (list, person) =
                (if goer.staff { &mut colleagues } else { &mut volunteers }, Id::new(Cell(goer.cell), goer.id));
            if !list.contains(&person) {
                list.push(person);
            }
        }
        Ok(Stood {
            step: row.step.clone(),
            phase: row.phase.clone(),
            level: row.level.clone(),
            due_at: row.due_at,
            step_due_at: row.step_due_at,
            sort_at: row.sort_at,
            handler: row.handler(),
            unit: row.unit_name.clone(),
            asked: asked.into_iter().map(|(_, unit)| unit).collect(),
            colleagues,
            volunteers,
        })
    }

    /// The row as it was then, with those who had it by the names that they have now.
    pub async fn row(&self, tx: &mut Tx<'_>, now: &MatterRow) -> Result<MatterRow, Stop> {
        let handler_name = match self.handler {
            Some(person) => names(tx, &[person]).await?.pop(),
            None => None,
        };
        let mut asked = self.asked.clone();
        asked.extend(names(tx, &self.colleagues).await?);
        Ok(MatterRow {
            step: self.step.clone(),
            phase: self.phase.clone(),
            level: self.level.clone(),
            due_at: self.due_at,
            step_due_at: self.step_due_at,
            sort_at: self.sort_at,
            handler_cell: self.handler.map(|person| person.cell.0),
            handler_id: self.handler.map(|person| person.uuid),
            handler_name,
            unit_name: self.unit.clone(),
            closed_at: None,
            asked,
            coming: names(tx, &self.volunteers).await?,
            ..now.clone()
        })
    }
}

async fn names(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for person in people {
        names.extend(people::store::person(tx, *person).await?.map(|row| row.name));
    }
    Ok(names)
}

/// The names of those who can have a matter from whoever leaves it, and sign for this desk: nobody else's signature makes it
/// theirs.
pub async fn takers(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, desk: &str) -> Result<Vec<String>, Stop> {
    let held = Held::find(tx, who, id).await?;
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let step = held.matter.at(kind);
    let others = handlers::are_others(tx, at, &held.matter, step).await?;
    let named = handlers::of_step(tx, at, &held.matter, step).await?;
    let close = closeness::circle(tx, &held.matter).await?;
    let mut names = Vec::new();
    for (person, name) in named.into_iter().filter(|(person, _)| who.person != Some(*person)) {
        let again = workflow::may_have_again(kind, &held.matter, person, others);
        if again.is_err() || may_have(kind, person, &close).is_err() {
            continue;
        }
        let colleague = handlers::colleague(tx, person, at).await?;
        let signs = access::on_desk::<access::TakeOver>(&colleague, Uuid::nil(), desk).is_ok();
        if signs && access::assign(&colleague, kind, &held.matter).is_ok() {
            names.push(name);
        }
    }
    Ok(names)
}

/// Whether a matter would become theirs if they signed: what was closed meanwhile, or what the kind gives to other roles than
/// theirs, stays where it is.
pub async fn could_have(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId) -> Result<bool, Stop> {
    let Some(me) = who.person else { return Ok(false) };
    let held = match Held::find(tx, who, id).await {
        Err(Stop::Missing) => return Ok(false),
        held => held?,
    };
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let memberships = people::store::memberships(tx, me, at).await?;
    let others = handlers::are_others(tx, at, &held.matter, held.matter.at(kind)).await?;
    let Ok(permit) = access::assign(who, kind, &held.matter) else { return Ok(false) };
    let again = workflow::may_have_again(kind, &held.matter, me, others);
    let given = workflow::assign(&permit, &context(&city, kind, who, at), &held.matter, me, &memberships);
    let close = closeness::circle(tx, &held.matter).await?;
    Ok(again.is_ok() && given.is_ok() && may_have(kind, me, &close).is_ok())
}
