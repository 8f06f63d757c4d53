//! Ending the waves of a task that is still looking for somebody: the desk has found another way.

use rules::dispatch::access::StopWaves;
use rules::dispatch::{OfferState, Task};
use rules::shared::ids::TaskId;
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::in_hand::InHand;
use super::store::OfferRow;
use super::{jobs, saving, store};
use crate::{Stop, Tx, audit};

/// A task whose waves can be ended, as it is then, and the invitations that wait for an answer.
pub struct Stopped {
    pub task: Task,
    /// Anyone could take it, which ends as well.
    pub was_open: bool,
    pub waiting: Vec<OfferRow>,
}

/// Looks at a task whose waves somebody wants to end.
///
/// # Errors
/// Those of [`Task::stop_waves`].
pub async fn stopped(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<Stopped, Stop> {
    let (hand, permit) = InHand::permitted::<StopWaves>(tx, who, task).await?;
    let (running, was_open) = ((hand.row.waves, hand.slots_left()), hand.task.open);
    let stopped = hand.task.stop_waves(&permit, running, at.recorded)?;
    let mut waiting = store::offers_of_task(tx, task).await?;
    let now = at.recorded.as_millisecond();
    waiting.retain(|o| o.state == OfferState::Offered.key() && o.reply_by.is_none_or(|by| by >= now));
    Ok(Stopped { task: stopped, was_open, waiting })
}

/// Invites nobody further. Invitations that are out stay: whoever was asked was told until when their answer counts, and as
/// long as there is room a yes is what was looked for. Once all are in the matter hears as ever when nobody said yes.
///
/// # Errors
/// Those of [`stopped`].
pub async fn stop_waves(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<(), Stop> {
    // Waits for a wave that is going out.
    saving::touch(tx, task).await?;
    let Stopped { task: stopped, waiting, .. } = stopped(tx, who, at, task).await?;
    saving::update_task(tx, &stopped, None).await?;
    saving::set_waves(tx, task, false).await?;
    jobs::no_further_wave(tx, task).await?;
    audit::record(tx, who, at, "dispatch.stop_waves", task, json!({ "waiting": waiting.len() })).await
}
