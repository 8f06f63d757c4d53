//! What the questions of a form choose from: colleagues, departments, places near by.

use kit::{Choice, Form};
use rules::matters::closeness::may_have;
use rules::matters::step::Step;
use rules::matters::{Kind, Matter, Requirement, workflow};
use rules::places::{Level, path};
use rules::shared::ids::OrganisationId;
use rules::shared::{Actor, Moment, Refusal};

use super::act::{Act, Choices, required};
use crate::matters::{Held, closeness, handlers};
use crate::people::organisations;
use crate::places::picker;
use crate::{Stop, Tx};

/// What the questions of an act choose from. What was typed into the `form` sent before narrows it.
pub async fn choices(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (kind, held): (&Kind, &Held),
    act: &Act,
    form: Option<&Form>,
) -> Result<Choices, Stop> {
    let matter = &held.matter;
    let answer = match act {
        Act::Answer(key) => matter.at(kind).and_then(|s| s.answer(key)),
        _ => None,
    };
    let wants = |r: &Requirement| answer.is_some_and(|a| required(kind, a).contains(&r));
    let mut choices = Choices::default();
    if wants(&Requirement::Handler) || *act == Act::Assign {
        let step = answer.map_or_else(|| matter.at(kind), |a| kind.step(&a.to));
        choices.handlers = to_give(tx, who, at, (kind, matter), step).await?;
    }
    if wants(&Requirement::Departments) || *act == Act::Reroute {
        let county = path::up_to(&matter.place_path, Level::County);
        let units = organisations::that_take(tx, county, "").await?;
        choices.departments = units.iter().map(|o| Choice::new(o.name.as_str(), "")).collect();
        choices.units = units.into_iter().map(|o| Choice::new(o.id().to_string(), o.name)).collect();
        let typed = form.map(|form| form.text("departments")).unwrap_or_default();
        if !typed.is_empty() && typed.parse::<OrganisationId>().is_err() {
            let meant = organisations::that_take(tx, county, typed).await?;
            choices.meant = organisations::choices(tx, &meant).await?;
        }
    }
    if *act == Act::Reroute {
        choices.places = picker::parts_near(tx, &matter.place_path).await?;
    }
    Ok(choices)
}

/// To whom it may be given at the step, oneself first.
async fn to_give(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (kind, matter): (&Kind, &Matter),
    step: Option<&Step>,
) -> Result<Vec<Choice>, Stop> {
    let mut named = handlers::of_step(tx, at, matter, step).await?;
    let close = closeness::circle(tx, matter).await?;
    named.retain(|(person, _)| may_have(kind, *person, &close).is_ok());
    let others = named.iter().any(|(person, _)| !matter.former.contains(person));
    named.retain(|(person, _)| workflow::may_have_again(kind, matter, *person, others).is_ok());
    named.sort_by_key(|(person, _)| who.person != Some(*person));
    Ok(named.into_iter().map(|(person, name)| Choice::new(person.to_string(), name)).collect())
}

/// The form with the unit that it names by a part of its name put in by its id, as acts are given it.
///
/// # Errors
/// Those of [`organisations::to_name`].
pub async fn in_ids(tx: &mut Tx<'_>, held: &Held, form: &Form) -> Result<Result<Form, Refusal>, Stop> {
    let [typed] = form.all("departments")[..] else { return Ok(Ok(form.clone())) };
    let county = path::up_to(&held.matter.place_path, Level::County);
    match organisations::to_name(tx, county, typed, "departments").await {
        Ok(id) => Ok(Ok(form.clone().with("departments", id.to_string()))),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(stop) => Err(stop),
    }
}
