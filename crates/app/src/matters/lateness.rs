//! Whom the clocks of a matter ring: who has it, while there is time; whom it is handed up to, once there is none.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use rules::matters::Fact;
use rules::shared::ids::PersonId;
use rules::shared::{Moment, Role};

use super::urging::{MOST, ring, whose_step};
use super::{Held, kind_of};
use crate::jobs::notify;
use crate::{Stop, Tx, people};

/// To whoever it is handed up to.
const LATE: &str = "late";

/// To those who may have it, where nobody above sees it.
const LATE_HERE: &str = "late_here";

/// To whoever has it.
const DUE_SOON: &str = "due_soon";

/// Somebody with a hundred late matters is rung once in this time and finds them all in one list; what is most urgent rings
/// each time. Local setting.
const APART: SignedDuration = SignedDuration::from_hours(1);

/// Rings those whom the facts of a look at the clocks concern.
pub(super) async fn tell(tx: &mut Tx<'_>, at: Moment, held: &Held, facts: &[Fact]) -> Result<(), Stop> {
    let roles: BTreeSet<Role> = facts
        .iter()
        .filter(|fact| fact.verb == "matters.escalated")
        .filter_map(|fact| Role::from_key(fact.get("to_role")?))
        .collect();
    if !roles.is_empty() {
        // A private matter is shown to nobody that it is handed up to: there it is those who may have it.
        if held.matter.private {
            let told = whose_step(tx, at, &held.matter).await?;
            return spaced(tx, at, held, told, LATE_HERE).await;
        }
        let told = above(tx, at, held, roles).await?;
        return spaced(tx, at, held, told, LATE).await;
    }
    if facts.iter().any(|fact| fact.verb == "matters.reminded") {
        // The list of everybody who may is before them already.
        let told = held.matter.assignees.iter().copied().collect();
        return spaced(tx, at, held, told, DUE_SOON).await;
    }
    Ok(())
}

/// Those whom it is handed up to.
async fn above(tx: &mut Tx<'_>, at: Moment, held: &Held, roles: BTreeSet<Role>) -> Result<Vec<PersonId>, Stop> {
    let roles: Vec<Role> = roles.into_iter().collect();
    let mut told = Vec::new();
    for row in people::store::staff_at(tx, &held.matter.place_path, &roles, at).await? {
        if told.len() < MOST && !told.contains(&row.person) {
            told.push(row.person);
        }
    }
    Ok(told)
}

async fn spaced(
    tx: &mut Tx<'_>,
    at: Moment,
    held: &Held,
    told: Vec<PersonId>,
    template: &'static str,
) -> Result<(), Stop> {
    let city = tx.city();
    let urgent = kind_of(&city, &held.matter.kind)?.urgency(&held.matter.level) == Some(0);
    let mut rung = Vec::new();
    for person in told {
        if urgent || !notify::was_told(tx, person, template, at.recorded - APART).await? {
            rung.push(person);
        }
    }
    ring(tx, at, held, &rung, template).await
}
