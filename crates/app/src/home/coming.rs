//! Who comes about a matter, and the code that whoever waits at the door says to them.

use rules::dispatch::TaskState;
use rules::service::presence::may_read_code;
use rules::shared::ids::{MatterId, PersonId};
use rules::shared::{Actor, Moment};

use crate::{Stop, Tx, dispatch};

/// Somebody who comes.
pub struct Coming {
    pub name: String,
    pub starts_at: i64,
}

/// The sign-in code of a task, for whom it serves.
pub struct DoorCode {
    pub code: String,
    pub starts_at: i64,
}

/// Who comes, and the codes of the tasks that somebody comes for: `me` is whose matter it is, which `who` reads for
/// themselves or for them.
pub async fn of_matter(
    tx: &mut Tx<'_>,
    (who, me): (&Actor, PersonId),
    at: Moment,
    matter: MatterId,
) -> Result<(Vec<Coming>, Vec<DoorCode>), Stop> {
    let (mut coming, mut codes) = (Vec::new(), Vec::new());
    let readers: Vec<PersonId> = who.person.into_iter().chain([me]).collect();
    for task in dispatch::store::tasks_of_matter(tx, matter).await? {
        if task.state != TaskState::Standing.key() || task.ends_at < at.recorded.as_millisecond() {
            continue;
        }
        let mut offers = dispatch::store::offers_of_task(tx, task.id()).await?;
        offers.retain(|offer| offer.state == "accepted");
        let who_comes: Vec<PersonId> = offers.iter().map(dispatch::store::OfferRow::volunteer).collect();
        if may_read_code(&readers, &who_comes) {
            codes.push(DoorCode { code: task.check_code.clone(), starts_at: task.starts_at });
        }
        coming.extend(offers.into_iter().map(|o| Coming { name: o.person_name, starts_at: o.starts_at }));
    }
    Ok((coming, codes))
}
