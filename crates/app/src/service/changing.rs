//! Changing a task, as long as nobody has signed in: dispatch changes it, and here it is known who is there.

use rules::shared::ids::TaskId;
use rules::shared::{Actor, Moment, Refusal};

use super::store;
use crate::dispatch::changing::{self, Changed};
use crate::{Stop, Tx};

/// Changes a task that stands. `seen` is how often it had been changed when the page was drawn.
///
/// # Errors
/// Those of [`changing::edit_task`]; `task-changed-meanwhile` when somebody else was first.
pub async fn change(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    task: TaskId,
    (changed, seen): (&Changed, Option<usize>),
) -> Result<(), Stop> {
    changing::find(tx, who, task).await?;
    // Whoever signs in at this moment waits, or was first.
    store::lock_task(tx, task).await?;
    if let Some(seen) = seen
        && changing::edits(tx, task).await? != seen
    {
        return Err(Stop::Conflict(Refusal::new("task-changed-meanwhile")));
    }
    let begun = !store::attendance_of(tx, task).await?.is_empty();
    changing::edit_task(tx, who, at, task, (changed, begun)).await
}
