//! Whether the matters that are kept can be read by the kinds in use: a county's file can be taken away, or lose a step.

use rules::matters::Kinds;
use rules::matters::load::{Kept, Lacking};
use serde::Deserialize;

use crate::Stop;

/// Matters that nobody can open, or that cannot go on, for want of something in the files of kinds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Standing {
    pub kind: String,
    pub step: String,
    pub level: Option<String>,
    /// How many matters stand there.
    pub n: i64,
}

/// Every group of matters that the kinds in use do not fit, with what is lacking; empty when all can be read and go on.
///
/// # Errors
/// Those of the database.
pub async fn unreadable(tx: &mut db::Tx, kinds: &Kinds) -> Result<Vec<(Standing, Lacking)>, Stop> {
    // Kinds from an index alone, steps of what is open alone: the rows of a county's past are many and long.
    let all = "SELECT kind, 'closed' AS step, COUNT(*) AS n FROM matters_matters GROUP BY kind ORDER BY kind";
    let open = "SELECT kind, step, level, COUNT(*) AS n FROM matters_matters WHERE phase <> 'closed' \
                GROUP BY kind, step, level ORDER BY kind, step, level";
    let mut found = lacking(tx.all::<Standing>(all, Vec::new()).await?, kinds);
    let of_open = lacking(tx.all::<Standing>(open, Vec::new()).await?, kinds);
    found.extend(of_open.into_iter().filter(|(_, lacking)| *lacking != Lacking::Kind));
    Ok(found)
}

fn lacking(standing: Vec<Standing>, kinds: &Kinds) -> Vec<(Standing, Lacking)> {
    let lacks = |one: Standing| {
        let kept = Kept { kind: &one.kind, step: &one.step, level: one.level.as_deref() };
        kinds.lacks(&kept).map(|lacking| (one, lacking))
    };
    standing.into_iter().filter_map(lacks).collect()
}
