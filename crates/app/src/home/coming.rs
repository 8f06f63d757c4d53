//! Who comes about a matter, and the code that whoever waits at the door says to them.

use kit::Page;
use rules::shared::ids::MatterId;
use rules::shared::{Actor, Moment, Role};

use crate::dispatch::store::{StaffRow, TaskRow, staff_of_task};
use crate::service::check_codes::{self, CheckCode};
use crate::{Stop, Tx, people};

/// Somebody who comes.
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

/// Who comes, the soonest first, and the codes that `who` reads, whose matter it is or who acts for them.
pub async fn of_matter(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    matter: MatterId,
) -> Result<(Vec<Coming>, Vec<CheckCode>), Stop> {
    let tasks = check_codes::coming(tx, at, matter).await?;
    let codes = check_codes::codes(who, &tasks);
    let mut coming = Vec::new();
    for (task, offers) in tasks {
        coming.extend(offers.into_iter().map(|o| Coming {
            name: o.person_name,
            post: None,
            starts_at: o.starts_at,
            came_at: o.began_at,
            left_at: o.left_at,
        }));
        for colleague in staff_of_task(tx, task.id()).await? {
            coming.push(of_staff(tx, at, &task, colleague).await?);
        }
    }
    coming.sort_by_key(|one| one.starts_at);
    Ok((coming, codes))
}

/// A colleague who comes: staff sign in nowhere, so nothing is known of when they came.
async fn of_staff(tx: &mut Tx<'_>, at: Moment, task: &TaskRow, colleague: StaffRow) -> Result<Coming, Stop> {
    let memberships = people::store::memberships(tx, colleague.id(), at).await?;
    let here = memberships.into_iter().filter(|held| task.place_path.starts_with(&held.place_path));
    let is_post = |role: &Role| !matches!(role, Role::Resident | Role::Volunteer | Role::TeamLeader);
    let post = here.map(|held| held.role).find(is_post);
    Ok(Coming { name: colleague.name, post, starts_at: task.starts_at, came_at: None, left_at: None })
}
