//! Who may have a step of a matter in hand.

use std::collections::BTreeSet;

use rules::matters::step::Step;
use rules::matters::{Matter, workflow};
use rules::shared::ids::PersonId;
use rules::shared::{Moment, Role};

use crate::people::{register, store};
use crate::{Stop, Tx};

/// The clerks of the unit that has it, else the staff of the place in the roles of the step; and those of the role that it was
/// handed up to. Each once, with their name.
pub async fn of_step(
    tx: &mut Tx<'_>,
    at: Moment,
    matter: &Matter,
    step: Option<&Step>,
) -> Result<Vec<(PersonId, String)>, Stop> {
    let mut roles: Vec<Role> = step.map(|s| s.by.clone()).unwrap_or_default();
    let mut named = Vec::new();
    if let Some(unit) = step.and_then(|step| workflow::unit_of(matter, step)) {
        let members = register::members_of(tx, unit, at).await?;
        let clerks = members.into_iter().filter(|line| line.role == Role::DepartmentClerk);
        named.extend(clerks.map(|line| (line.person, line.person_name)));
        roles.clear();
    }
    roles.extend(matter.for_role);
    named.extend(store::staff_at(tx, &matter.place_path, &roles, at).await?.into_iter().map(|s| (s.person, s.name)));
    let mut seen = BTreeSet::new();
    named.retain(|(person, _)| seen.insert(*person));
    Ok(named)
}
