//! Who comes about a matter, and the code that whoever waits at the door says to them.

use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment};

use crate::service::check_codes::{self, CheckCode};
use crate::{Stop, Tx};

/// Somebody who comes.
pub struct Coming {
    pub name: String,
    pub starts_at: i64,
    /// When they signed in at the door.
    pub came_at: Option<i64>,
    /// When they signed out.
    pub left_at: Option<i64>,
}

/// Who comes, and the codes that `who` reads, whose matter it is or who acts for them.
pub async fn of_matter(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    matter: MatterId,
) -> Result<(Vec<Coming>, Vec<CheckCode>), Stop> {
    let tasks = check_codes::coming(tx, at, matter).await?;
    let codes = check_codes::codes(who, &tasks);
    let offers = tasks.into_iter().flat_map(|(_, offers)| offers);
    Ok((
        offers
            .map(|o| Coming { name: o.person_name, starts_at: o.starts_at, came_at: o.began_at, left_at: o.left_at })
            .collect(),
        codes,
    ))
}
