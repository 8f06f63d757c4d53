//! What of a matter is still open when somebody is about to settle it: counted where it is kept, by other capabilities too.

use rules::shared::ids::MatterId;

use super::replies::ReplyRow;
use crate::{Stop, Tx};

/// How much is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loose {
    /// Tasks that stand.
    pub tasks: i64,
    /// Records of service that nobody has confirmed, or that somebody says are wrong.
    pub records: i64,
    /// Parties that were asked and have not answered.
    pub replies: i64,
}

impl Loose {
    /// The words of each kind that there is any of, with how many.
    pub fn said(self) -> impl Iterator<Item = (&'static str, i64)> {
        let all = [
            ("desk-loose-tasks", self.tasks),
            ("desk-loose-records", self.records),
            ("desk-loose-replies", self.replies),
        ];
        all.into_iter().filter(|(_, count)| *count > 0)
    }
}

/// What is open of a matter. Tasks and records are other capabilities' tables, which this one only counts: they stand above
/// it, and what to do about them is theirs.
pub async fn of(tx: &mut Tx<'_>, id: MatterId, replies: &[ReplyRow]) -> Result<Loose, Stop> {
    let args = || db::args![id.cell.0, id.uuid];
    let tasks = "SELECT COUNT(*) FROM dispatch_tasks WHERE cell = $1 AND matter_id = $2 AND state = 'standing'";
    let records = "SELECT COUNT(*) FROM service_records WHERE cell = $1 AND matter_id = $2 \
                   AND state IN ('recorded', 'contested')";
    let unanswered = replies.iter().filter(|row| !row.reply().is_given).count();
    Ok(Loose {
        tasks: tx.scalar_i64(tasks, args()).await?,
        records: tx.scalar_i64(records, args()).await?,
        replies: i64::try_from(unanswered).unwrap_or(i64::MAX),
    })
}
