//! The code that whoever waits at the door says to the volunteer, who signs in with it.

use rules::dispatch::TaskState;
use rules::service::presence::may_read_code;
use rules::shared::ids::{MatterId, PersonId, TaskId};
use rules::shared::{Actor, Moment};

use super::actions::reader;
use crate::dispatch::store::{self as tasks, OfferRow, TaskRow};
use crate::matters::{Held, asker, behalf};
use crate::{Stop, Tx};

/// The check code of a task, for whom it serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckCode {
    pub task: TaskId,
    pub code: String,
    pub starts_at: i64,
}

/// The tasks of a matter that stand and are not over, each with who has accepted.
pub async fn coming(tx: &mut Tx<'_>, at: Moment, matter: MatterId) -> Result<Vec<(TaskRow, Vec<OfferRow>)>, Stop> {
    let mut coming = Vec::new();
    for task in tasks::tasks_of_matter(tx, matter).await? {
        if task.state != TaskState::Standing.key() || task.ends_at < at.recorded.as_millisecond() {
            continue;
        }
        let mut offers = tasks::offers_of_task(tx, task.id()).await?;
        offers.retain(|offer| offer.state == "accepted");
        coming.push((task, offers));
    }
    Ok(coming)
}

/// The codes of these tasks, as far as `who` reads them: whose matter it is, or who acts for them.
pub fn codes(who: &Actor, coming: &[(TaskRow, Vec<OfferRow>)]) -> Vec<CheckCode> {
    let readers: Vec<PersonId> = who.person.into_iter().chain(who.stands_for()).collect();
    let reads = |offers: &[OfferRow]| {
        may_read_code(&readers, &offers.iter().map(OfferRow::volunteer).collect::<Vec<PersonId>>())
    };
    let code = |task: &TaskRow| CheckCode { task: task.id(), code: task.check_code.clone(), starts_at: task.starts_at };
    coming.iter().filter(|(_, offers)| reads(offers)).map(|(task, _)| code(task)).collect()
}

/// The codes of one's own matter, or of that of whom one acts for; to anybody else the matter is not there.
pub async fn of_matter(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId) -> Result<Vec<CheckCode>, Stop> {
    let who = reader(who)?;
    let held = Held::load(tx, id).await?;
    if !held.matter.is_own(who.stands_for()) {
        return Err(Stop::Missing);
    }
    behalf::gate(tx, &who, &held).await?;
    if !reads(tx, &who, &held).await? {
        return Ok(Vec::new());
    }
    Ok(codes(&who, &coming(tx, at, id).await?))
}

/// Whether who comes and their codes are for `who`, whose matter it is: whoever asked for another leaves them to that person.
pub async fn reads(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<bool, Stop> {
    match who.stands_for() {
        Some(reader) => asker::reads_who_comes(tx, held, reader).await,
        None => Ok(true),
    }
}
