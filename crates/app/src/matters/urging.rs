//! Ringing whose step it is: when something urgent comes in; and when they are urged to see to what is late, which is an event, too.

use jiff::Timestamp;
use rules::matters::closeness::may_have;
use rules::matters::{Kind, Matter, access, workflow};
use rules::shared::code::in_groups;
use rules::shared::ids::{MatterId, PersonId};
use rules::shared::{Actor, Moment};
use serde_json::json;

use super::{Held, actions, closeness, handlers, kind_of, view};
use crate::{Stop, Tx, audit, people};

/// The event of an urging.
const URGED: &str = "matters.urged";

/// To how many people a message goes, where nobody in particular has it.
pub(super) const MOST: usize = 10;

/// Urges those whose step it is.
///
/// # Errors
/// Those of [`workflow::urge`].
pub async fn urge(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MatterId, words: &str) -> Result<Held, Stop> {
    let held = Held::find(tx, who, id).await?;
    let told = whose_step(tx, at, &held.matter).await?;
    let last = audit::timeline(tx, id).await?.into_iter().rfind(|event| event.verb == URGED);
    let last = last.and_then(|event| Timestamp::from_millisecond(event.occurred_at).ok());
    let urging = workflow::Urging { told: &told, last, words };
    let permit = |_: &Kind, matter: &Matter| access::urge(who, matter);
    let decide = |permit: &_, ctx: &workflow::Context<'_>, matter: &_| workflow::urge(permit, ctx, matter, &urging);
    let held = actions::change(tx, who, at, id, permit, decide).await?;
    let others: Vec<_> = told.into_iter().filter(|person| who.person != Some(*person)).collect();
    ring(tx, at, &held, &others, "urged").await?;
    Ok(held)
}

/// Tells those whose step it is that something urgent came in, or that something became urgent, or came to them from elsewhere;
/// whether it did. `before`: as it was. Whoever did it knows.
pub(super) async fn came_in(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    kind: &Kind,
    (before, held): (Option<&Matter>, &Held),
) -> Result<bool, Stop> {
    let is_urgent = |matter: &Matter| kind.urgency(&matter.level) == Some(0) && !matter.is_closed();
    let is_known = |before: &Matter| is_urgent(before) && before.place_path == held.matter.place_path;
    if !is_urgent(&held.matter) || before.is_some_and(is_known) {
        return Ok(false);
    }
    let told = whose_step(tx, at, &held.matter).await?;
    let others: Vec<_> = told.into_iter().filter(|person| who.person != Some(*person)).collect();
    ring(tx, at, held, &others, "urgent").await?;
    Ok(true)
}

/// Tells whoever was given it by somebody else.
pub(super) async fn given(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (before, held): (&Matter, &Held),
) -> Result<(), Stop> {
    let is_new = |person: &&PersonId| !before.assignees.contains(person) && who.person != Some(**person);
    let told: Vec<PersonId> = held.matter.assignees.iter().filter(is_new).copied().collect();
    ring(tx, at, held, &told, "given").await
}

/// Sends staff the number of a matter and the way to it, in the words of a template.
pub(super) async fn ring(
    tx: &mut Tx<'_>,
    at: Moment,
    held: &Held,
    told: &[PersonId],
    template: &'static str,
) -> Result<(), Stop> {
    // What is invented rings nobody.
    if held.invented {
        return Ok(());
    }
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let number = view::shown_code(&city, &kind.id, &held.code);
    let link = format!("{}/desk/{}", city.settings.base_url, in_groups(&held.code));
    for person in told {
        let values = json!({ "kind": kind.name.zh, "number": number, "link": link });
        people::tell(tx, at, *person, template, values).await?;
    }
    Ok(())
}

/// Whose step it is: who has it, else who may, sees it, and is not close to whose it is.
pub(super) async fn whose_step(tx: &mut Tx<'_>, at: Moment, matter: &Matter) -> Result<Vec<PersonId>, Stop> {
    let city = tx.city();
    let Some(step) = matter.at(kind_of(&city, &matter.kind)?) else { return Ok(Vec::new()) };
    if !matter.assignees.is_empty() {
        return Ok(matter.assignees.iter().copied().collect());
    }
    let kind = kind_of(&city, &matter.kind)?;
    let close = closeness::circle(tx, matter).await?;
    let mut told = Vec::new();
    for (person, _) in handlers::of_step(tx, at, matter, Some(step)).await? {
        if told.len() == MOST {
            break;
        }
        let colleague = handlers::colleague(tx, person, at).await?;
        let sees = access::see_at_work(&colleague, kind, matter).is_ok();
        if sees && may_have(kind, person, &close).is_ok() {
            told.push(person);
        }
    }
    Ok(told)
}
