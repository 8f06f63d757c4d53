//! What the desk knows of those who come to a task: who has accepted, who has signed, and the code that proves presence.

use rules::service::access::{self, DeskAttendance};
use rules::shared::Actor;
use rules::shared::ids::TaskId;

use super::actions::{self, ShownCode};
use super::store::{self, AttendanceRow};
use crate::dispatch::store::{self as tasks, OfferRow, TaskRow};
use crate::{Stop, Tx};

/// The list of a task.
pub struct Sheet {
    pub task: TaskRow,
    /// Those who have accepted.
    pub offers: Vec<OfferRow>,
    /// Colleagues on staff who go themselves: they do not sign.
    pub staff: Vec<String>,
    pub signed: Vec<AttendanceRow>,
    /// For whoever may show it.
    pub shown: Option<ShownCode>,
}

/// The list of a task; missing to whoever signs for nobody there.
pub async fn of(tx: &mut Tx<'_>, who: &Actor, task: TaskRow) -> Result<Sheet, Stop> {
    let offers = tasks::offers_of_task(tx, task.id()).await?;
    let offers: Vec<OfferRow> = offers.into_iter().filter(|o| o.state == "accepted").collect();
    let shown = match actions::show_code(tx, who, task.id()).await {
        Ok(shown) => Some(shown),
        Err(Stop::Missing | Stop::Forbidden { .. }) => None,
        Err(stop) => return Err(stop),
    };
    let signs = |o: &OfferRow| {
        access::on_service::<DeskAttendance>(who, o.id(), o.volunteer(), &task.place_path, task.team()).is_ok()
    };
    // Others than those who may show the code sign only for tasks that are nobody's secret.
    if shown.is_none() && (task.is_private() || !offers.iter().any(signs)) {
        return Err(Stop::Missing);
    }
    let signed = store::attendance_of(tx, task.id()).await?;
    let staff = tasks::staff_of_task(tx, task.id()).await?.into_iter().map(|colleague| colleague.name).collect();
    Ok(Sheet { task, offers, staff, signed, shown })
}

/// [`of`] the task that has this id.
pub async fn of_task(tx: &mut Tx<'_>, who: &Actor, task: TaskId) -> Result<Sheet, Stop> {
    let task = tasks::task(tx, task).await?.ok_or(Stop::Missing)?;
    of(tx, who, task).await
}
