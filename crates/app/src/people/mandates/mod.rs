//! Mandates 委托授权: asked for, confirmed, ended; acting for another, and who of both is told.

pub mod actions;
pub mod api;
pub mod left_over;
pub mod pages;
mod receipts;
pub mod store;
pub mod waiting;

pub use receipts::{Done, ended_by_erasure, told_to_both};

use rules::people::mandate::{Mandate, Standing, term};
use rules::shared::ids::{MandateId, PersonId};
use rules::shared::{Actor, Moment};

use crate::{Stop, Tx};

/// The mandate by which somebody may act for this person now.
pub async fn holding(
    tx: &mut Tx<'_>,
    delegate: PersonId,
    person: PersonId,
    at: Moment,
) -> Result<Option<Mandate>, Stop> {
    for row in store::between(tx, person, delegate).await? {
        let mandate = row.mandate()?;
        if stands(tx, &mandate, at) == Standing::Holds {
            return Ok(Some(mandate));
        }
    }
    Ok(None)
}

/// The mandate of a session that still holds, and is this person's to use.
pub async fn of_session(
    tx: &mut Tx<'_>,
    id: MandateId,
    delegate: PersonId,
    at: Moment,
) -> Result<Option<Mandate>, Stop> {
    let Some(row) = store::mandate(tx, id).await? else { return Ok(None) };
    let mandate = row.mandate()?;
    Ok(Some(mandate).filter(|m| m.delegate == delegate && stands(tx, m, at) == Standing::Holds))
}

/// How many ask to act for a person, or ask them to act, and wait for their answer.
pub async fn asking(tx: &mut Tx<'_>, me: PersonId, at: Moment) -> Result<usize, Stop> {
    let mut rows = store::of_person(tx, me).await?;
    rows.extend(store::of_delegate(tx, me).await?);
    let mut asking = 0;
    for row in rows {
        let mandate = row.mandate()?;
        asking += usize::from(mandate.answerer() == me && stands(tx, &mandate, at) == Standing::Asked);
    }
    Ok(asking)
}

/// For whom somebody may act now, by name.
pub async fn represented(tx: &mut Tx<'_>, delegate: PersonId, at: Moment) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for row in store::of_delegate(tx, delegate).await? {
        if stands(tx, &row.mandate()?, at) == Standing::Holds {
            names.push(row.person_name);
        }
    }
    Ok(names)
}

/// Whom asking for mandates is counted for: the account, by whatever it asks.
fn account(who: &Actor) -> String {
    who.person.map(|person| person.to_string()).unwrap_or_default()
}

/// How a mandate stands.
pub fn stands(tx: &Tx<'_>, mandate: &Mandate, at: Moment) -> Standing {
    mandate.standing(at.recorded, term(tx.city().calendar.date(at.recorded)))
}

/// The mandate of whoever acts for another; `None` for who acts for themselves. Looked at anew, each time.
///
/// # Errors
/// `mandate-ended` when it holds no more.
pub async fn behind(tx: &mut Tx<'_>, who: &Actor) -> Result<Option<Mandate>, Stop> {
    let (Some(person), Some(delegate)) = (who.on_behalf_of, who.person) else { return Ok(None) };
    let at = tx.app().now();
    match holding(tx, delegate, person, at).await? {
        Some(mandate) => Ok(Some(mandate)),
        None => Err(Stop::refused("mandate-ended")),
    }
}
