//! Who comes about a matter and who came, and the code that whoever waits at the door says to them.

use rules::matters::asker;
use rules::shared::{Actor, Moment};

use crate::dispatch::store::{self as tasks, OfferRow};
use crate::matters::Held;
use crate::service::check_codes::{self, CheckCode};
use crate::{Stop, Tx};

/// Somebody who comes, or came.
pub struct Coming {
    pub name: String,
    pub starts_at: i64,
    /// When they signed in at the door.
    pub came_at: Option<i64>,
    /// When they signed out.
    pub left_at: Option<i64>,
}

impl From<OfferRow> for Coming {
    fn from(offer: OfferRow) -> Coming {
        Coming { name: offer.person_name, starts_at: offer.starts_at, came_at: offer.began_at, left_at: offer.left_at }
    }
}

/// What somebody whose matter it is reads of who comes to the door.
#[derive(Default)]
pub struct Door {
    pub coming: Vec<Coming>,
    /// Who was there, once it is over: also where the time was too short for hours, and once they are confirmed.
    pub came: Vec<Coming>,
    pub codes: Vec<CheckCode>,
    /// Somebody comes, and who it is has been told to whom it is for.
    pub told_another: bool,
}

impl Door {
    /// Whether somebody comes.
    pub fn is_awaited(&self) -> bool {
        self.told_another || !self.coming.is_empty()
    }
}

/// Who comes and came, and the codes, as far as `who` reads them, whose matter it is or who acts for them.
pub async fn of_matter(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<Door, Stop> {
    let coming = check_codes::coming(tx, at, held.id()).await?;
    if !check_codes::reads(tx, who, held).await? {
        let told_another = coming.iter().any(|(_, offers)| !offers.is_empty());
        return Ok(Door { told_another, ..Door::default() });
    }
    let codes = check_codes::codes(who, &coming);
    let ahead: Vec<_> = coming.iter().map(|(task, _)| task.id()).collect();
    let mut came = Vec::new();
    // Whoever asked for another needs to know who comes to pass it on, and not who was there.
    let is_asker = who.stands_for().is_some_and(|reader| asker::is_asker(&held.matter, reader));
    for task in tasks::tasks_of_matter(tx, held.id()).await? {
        if is_asker || ahead.contains(&task.id()) {
            continue;
        }
        let offers = tasks::offers_of_task(tx, task.id()).await?;
        came.extend(offers.into_iter().filter(|offer| offer.began_at.is_some()).map(Coming::from));
    }
    let coming = coming.into_iter().flat_map(|(_, offers)| offers).map(Coming::from).collect();
    Ok(Door { coming, came, codes, told_another: false })
}
