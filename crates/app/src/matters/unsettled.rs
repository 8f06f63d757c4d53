//! What of a matter is still open when somebody is about to settle it: parties who have not answered, photos that nobody has
//! released, and what the capabilities above keep of it, each counted by a statement of its own; and who is on the way to it.

use rules::shared::Moment;
use rules::shared::ids::MatterId;
use serde::Deserialize;

use super::photos;
use super::replies::ReplyRow;
use crate::capability::{COMING, TASKS, UNSETTLED, Unsettled};
use crate::{Stop, Tx};

/// The words of parties that were asked and have not answered.
const REPLIES: &str = "desk-unsettled-replies";

/// The words of photos that nobody has released: whose matter it is sees none of them.
const PHOTOS: &str = "desk-unsettled-photos";

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
    let covering = photos::of_matter(tx, id).await?.iter().filter(|photo| photo.released().is_none()).count();
    open.push((PHOTOS, i64::try_from(covering).unwrap_or(i64::MAX)));
    open.push((REPLIES, i64::try_from(unanswered).unwrap_or(i64::MAX)));
    open.retain(|(_, count)| *count > 0);
    Ok(open)
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// The names of those who have promised to come to a matter, or are there.
pub async fn coming(tx: &mut Tx<'_>, at: Moment, id: MatterId) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for statement in COMING {
        let args = db::args![id.cell.0, id.uuid, at.recorded.as_millisecond()];
        names.extend(tx.all::<Named>(statement, args).await?.into_iter().map(|row| row.name));
    }
    Ok(names)
}
