//! What of a matter is still open when somebody is about to settle it: parties who have not answered, and what the
//! capabilities above keep of it, each counted by a statement of its own.

use rules::shared::ids::MatterId;

use super::replies::ReplyRow;
use crate::capability::{TASKS, UNSETTLED, Unsettled};
use crate::{Stop, Tx};

/// The words of parties that were asked and have not answered.
const REPLIES: &str = "desk-unsettled-replies";

/// Whether a task was ever cut from a matter.
pub async fn had_tasks(tx: &mut Tx<'_>, id: MatterId) -> Result<bool, Stop> {
    Ok(tx.scalar_i64(TASKS, db::args![id.cell.0, id.uuid]).await? > 0)
}

/// What is open of a matter: the key of its words, and how many.
pub async fn of(tx: &mut Tx<'_>, id: MatterId, replies: &[ReplyRow]) -> Result<Vec<(&'static str, i64)>, Stop> {
    let mut open = Vec::new();
    for Unsettled { words, count } in UNSETTLED {
        open.push((*words, tx.scalar_i64(count, db::args![id.cell.0, id.uuid]).await?));
    }
    let unanswered = replies.iter().filter(|row| !row.reply().is_given).count();
    open.push((REPLIES, i64::try_from(unanswered).unwrap_or(i64::MAX)));
    open.retain(|(_, count)| *count > 0);
    Ok(open)
}
