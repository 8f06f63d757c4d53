//! What the page of a matter's tasks is drawn from: the tasks, the chosen one, and what may be done with it.

use rules::dispatch::access::{AssignStaff, CancelTask, Invite, OpenTask, StepBack, StopWaves, Widen};
use rules::dispatch::wave::{Round, Sent};
use rules::dispatch::{Beside, OfferState, TaskState, access, beside_promise, is_cut_from};
use rules::places::{Level, path};
use rules::shared::ids::{MatterId, TaskId};
use rules::shared::{Actor, Moment, Refusal};

use super::by_code;
use crate::dispatch::InHand;
use crate::dispatch::actions::{self, CandidateList};
use crate::dispatch::cancelled::{self, Cancelled};
use crate::dispatch::needs::Known;
use crate::dispatch::store::{self, OfferRow, StaffRow, TaskRow};
use crate::matters::{self, Held, kind_of};
use crate::{Stop, Tx, people};

/// What one may do with the chosen task.
#[derive(Clone, Debug, Default)]
pub struct May {
    pub invite: bool,
    pub open: bool,
    pub widen: bool,
    pub staff: bool,
    /// What keeps oneself from going.
    pub lacks: Option<Refusal>,
    /// One goes oneself, and may step back from it.
    pub step_back: bool,
    /// One finds people among the members of one's team, and nobody else.
    pub for_team: bool,
    /// The waves are running, and can be ended.
    pub stop: bool,
    pub cancel: bool,
    /// Somebody has signed in: it ends as they sign out, and is not cancelled.
    pub begun: bool,
}

/// The chosen task and whom it has found.
pub struct Chosen {
    pub row: TaskRow,
    pub needs: rules::dispatch::Needs,
    pub offers: Vec<OfferRow>,
    pub staff: Vec<StaffRow>,
    pub list: Option<CandidateList>,
    /// How far the waves have come, where people are invited in waves and there is room.
    pub round: Option<Round>,
    pub may: May,
    /// How it was cancelled.
    pub cancelled: Option<Cancelled>,
    /// What was promised to whose matter it is, in milliseconds, where the task begins or ends only after that; the key of the words.
    pub after_promise: Option<(i64, &'static str)>,
}

pub struct Matter {
    pub held: Held,
    pub tasks: Vec<TaskRow>,
    pub may_cut: bool,
    /// Why whoever may cut tasks cannot now.
    pub not_now: Option<Refusal>,
    /// What may be asked for.
    pub known: Known,
    /// A task that the new one is to be like.
    pub like: Option<TaskRow>,
    pub teams: Vec<people::store::OrganisationRow>,
}

pub struct Loaded {
    pub matter: Option<Matter>,
    pub chosen: Option<Chosen>,
}

/// Which task of which matter, as the address names them.
#[derive(Clone, Debug)]
pub enum Of {
    /// `like`: the code of a task whose form is filled in for a new one.
    Matter {
        code: String,
        task: String,
        new: bool,
        like: String,
    },
    Task(String),
}

pub async fn matter_id(tx: &mut Tx<'_>, code: &str) -> Result<MatterId, Stop> {
    matters::store::by_typed_code(tx, code).await
}

pub async fn load(tx: &mut Tx<'_>, who: &Actor, at: Moment, of: &Of) -> Result<Loaded, Stop> {
    let (matter, wanted) = match of {
        Of::Matter { code, task, new, like } => {
            let id = matter_id(tx, code).await?;
            let mut matter = load_matter(tx, who, id).await?;
            matter.like = matter.tasks.iter().find(|row| row.code == *like).cloned();
            let named = matter.tasks.iter().find(|row| row.code == *task);
            // Without one named, the newest that stands.
            let newest = || matter.tasks.iter().find(|row| row.state == TaskState::Standing.key());
            let wanted = named.or_else(|| if *new { None } else { newest() }).map(TaskRow::id);
            (Some(matter), wanted)
        }
        Of::Task(code) => {
            let row = by_code(tx, code).await?;
            // The matter's page is for those who may see the matter; a team leader has the task alone.
            let matter = match row.matter() {
                Some(id) if Held::find(tx, who, id).await.is_ok() => Some(load_matter(tx, who, id).await?),
                _ => None,
            };
            (matter, Some(row.id()))
        }
    };
    let chosen = match wanted {
        Some(id) => Some(load_task(tx, who, at, id).await?),
        None => None,
    };
    Ok(Loaded { matter, chosen })
}

async fn load_matter(tx: &mut Tx<'_>, who: &Actor, id: MatterId) -> Result<Matter, Stop> {
    let held = Held::find(tx, who, id).await?;
    let m = &held.matter;
    let assignees: Vec<_> = m.assignees.iter().copied().collect();
    let may = access::on_matter(who, id.uuid, &m.place_path, &assignees, m.private).is_ok();
    let not_now = is_cut_from(m.phase(kind_of(&tx.city(), &m.kind)?)).err().filter(|_| may);
    let may_cut = may && not_now.is_none();
    let within = path::up_to(&m.place_path, Level::Township).to_owned();
    let tasks = store::tasks_of_matter(tx, id).await?;
    if !may && tasks.is_empty() {
        return Err(Stop::Forbidden { verb: "dispatch.cut_task" });
    }
    let teams = people::store::organisations(tx, id.cell, "team", &within).await?;
    let known = Known::of(tx, id.cell).await?;
    Ok(Matter { held, tasks, may_cut, not_now, known, like: None, teams })
}

async fn load_task(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: TaskId) -> Result<Chosen, Stop> {
    let hand = InHand::find(tx, who, id).await?;
    if !hand.is_staff(who) {
        return Err(Stop::Forbidden { verb: "dispatch.see_candidates" });
    }
    let stands = hand.task.still_stands(at.recorded).is_ok();
    let free = stands && hand.row.slots_left > 0;
    let list = if free { Some(actions::candidates(tx, who, at, id).await?) } else { None };
    let offers = store::offers_of_task(tx, id).await?;
    let staff = store::staff_of_task(tx, id).await?;
    let goes = staff.iter().any(|colleague| who.person == Some(colleague.id()));
    let promised = hand.matter.as_ref().and_then(|held| held.matter.promised());
    let may = May {
        step_back: stands && goes && hand.permit::<StepBack>(who).is_ok(),
        for_team: hand.is_for_team(who),
        invite: free && hand.permit::<Invite>(who).is_ok(),
        open: free && !hand.task.open && hand.permit::<OpenTask>(who).is_ok(),
        widen: free && hand.permit::<Widen>(who).is_ok(),
        staff: free && !goes && hand.permit::<AssignStaff>(who).is_ok(),
        lacks: actions::lacks(tx, &hand, who.person.ok_or(Stop::SignIn)?).await?,
        stop: free && hand.row.waves && hand.permit::<StopWaves>(who).is_ok(),
        cancel: stands && hand.permit::<CancelTask>(who).is_ok(),
        begun: store::has_begun(&offers),
    };
    let plan = hand.plan(tx, at);
    let sent = Sent {
        wave: u16::try_from(offers.iter().map(|offer| offer.wave).max().unwrap_or(0)).map_err(Stop::defect)?,
        awaited: offers.iter().any(|offer| offer.state == OfferState::Offered.key()),
        open: hand.task.open,
        starts: hand.task.window.start,
    };
    Ok(Chosen {
        round: (free && hand.row.waves).then(|| plan.round(sent, at.recorded)),
        after_promise: match beside_promise(hand.task.window, promised) {
            Beside::BeginsAfter => Some("tasks-is-after-promise"),
            Beside::EndsAfter => Some("tasks-ends-after-promise"),
            Beside::InTime => None,
        }
        .filter(|_| stands)
        .and_then(|words| Some((promised?.as_millisecond(), words))),
        offers,
        staff,
        needs: hand.task.needs.clone(),
        cancelled: cancelled::of(tx, &hand.row).await?,
        row: hand.row,
        list,
        may,
    })
}
