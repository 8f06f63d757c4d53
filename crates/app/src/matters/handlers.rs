//! Who may have a step of a matter in hand.

use std::collections::BTreeSet;

use rules::matters::closeness::may_have;
use rules::matters::step::Step;
use rules::matters::{Given, Matter, workflow};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Channel, Moment, Role};

use super::{Held, closeness, kind_of};
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

/// Somebody on staff as they would act: what a verb lets them is asked of it.
pub async fn colleague(tx: &mut Tx<'_>, person: PersonId, at: Moment) -> Result<Actor, Stop> {
    Ok(Actor::person(person, store::memberships(tx, person, at).await?, Channel::Web))
}

/// Whether anybody may have a step who did not have the matter before it was reopened, and is not close to whose it is.
pub async fn are_others(tx: &mut Tx<'_>, at: Moment, matter: &Matter, step: Option<&Step>) -> Result<bool, Stop> {
    if matter.former.is_empty() {
        return Ok(true);
    }
    let (city, close) = (tx.city(), closeness::circle(tx, matter).await?);
    let kind = kind_of(&city, &matter.kind)?;
    let is_other = |person: PersonId| !matter.former.contains(&person) && may_have(kind, person, &close).is_ok();
    Ok(of_step(tx, at, matter, step).await?.iter().any(|(person, _)| is_other(*person)))
}

/// What is given, and whether nobody else could give it: whoever had a reopened matter before may then have it again.
pub async fn knowing_others(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    held: &Held,
    given: &Given,
) -> Result<Given, Stop> {
    let city = tx.city();
    let step = held.matter.at(kind_of(&city, &held.matter.kind)?);
    let had_it = who.person.is_some_and(|person| held.matter.former.contains(&person));
    let nobody_else = had_it && !are_others(tx, at, &held.matter, step).await?;
    Ok(Given { nobody_else, ..given.clone() })
}
