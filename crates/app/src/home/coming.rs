//! Who comes about a matter and who came, and the code that whoever waits at the door says to them.

use kit::Page;
use rules::matters::asker;
use rules::shared::{Actor, Moment, Role};

use crate::dispatch::store::{self as tasks, OfferRow, StaffRow, TaskRow};
use crate::matters::Held;
use crate::service::check_codes::{self, CheckCode};
use crate::{Stop, Tx, people};

/// Somebody who comes, or came.
pub struct Coming {
    name: String,
    /// What they are, of a colleague on staff; a volunteer is called nothing else.
    post: Option<Role>,
    pub starts_at: i64,
    /// When they signed in at the door.
    pub came_at: Option<i64>,
    /// When they signed out.
    pub left_at: Option<i64>,
}

impl Coming {
    /// Who it is, with what they are.
    pub fn who(&self, page: &Page) -> String {
        match self.post {
            Some(post) => {
                let post = page.t(&format!("people-role-{}", post.key().replace('_', "-")));
                page.t2("home-matter-coming-staff", "name", self.name.as_str(), "post", post)
            }
            None => self.name.clone(),
        }
    }
}

impl From<OfferRow> for Coming {
    fn from(offer: OfferRow) -> Coming {
        Coming {
            name: offer.person_name,
            post: None,
            starts_at: offer.starts_at,
            came_at: offer.began_at,
            left_at: offer.left_at,
        }
    }
}

/// What somebody whose matter it is reads of who comes to the door.
#[derive(Default)]
pub struct Door {
    /// The soonest first.
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
    let ahead = check_codes::coming(tx, at, held.id()).await?;
    let codes = check_codes::codes(who, &ahead);
    let mut ahead_of_it = Vec::new();
    let mut coming = Vec::new();
    for (task, offers) in ahead {
        ahead_of_it.push(task.id());
        coming.extend(offers.into_iter().map(Coming::from));
        for colleague in tasks::staff_of_task(tx, task.id()).await? {
            coming.push(of_staff(tx, at, &task, colleague).await?);
        }
    }
    if !check_codes::reads(tx, who, held).await? {
        return Ok(Door { told_another: !coming.is_empty(), ..Door::default() });
    }
    let mut came = Vec::new();
    // Whoever asked for another needs to know who comes to pass it on, and not who was there.
    let is_asker = who.stands_for().is_some_and(|reader| asker::is_asker(&held.matter, reader));
    for task in tasks::tasks_of_matter(tx, held.id()).await? {
        if is_asker || ahead_of_it.contains(&task.id()) {
            continue;
        }
        let offers = tasks::offers_of_task(tx, task.id()).await?;
        came.extend(offers.into_iter().filter(|offer| offer.left_at.is_some()).map(Coming::from));
    }
    coming.sort_by_key(|one| one.starts_at);
    Ok(Door { coming, came, codes, told_another: false })
}

/// A colleague who comes: staff sign in nowhere, so nothing is known of when they came.
async fn of_staff(tx: &mut Tx<'_>, at: Moment, task: &TaskRow, colleague: StaffRow) -> Result<Coming, Stop> {
    let memberships = people::store::memberships(tx, colleague.id(), at).await?;
    let here = memberships.into_iter().filter(|held| task.place_path.starts_with(&held.place_path));
    let post = here.map(|held| held.role).find(|role| role.is_of_staff());
    Ok(Coming { name: colleague.name, post, starts_at: task.starts_at, came_at: None, left_at: None })
}
