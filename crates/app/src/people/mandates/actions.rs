//! Verbs of mandates: asking, confirming, ending, and beginning to act.

use jiff::SignedDuration;
use rules::people::access::{self, ActFor, AskMandate, ConfirmMandate, NamePrivate, PersonSubject, RevokeMandate};
use rules::people::mandate::{self, How, Kinds, Mandate, Side, Standing, term};
use rules::shared::ids::{MandateId, MandateThing, PersonId, SessionId};
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::store::{self, MandateRow, PrivateRow};
use super::{receipts, stands};
use crate::people::store::{Near, PersonRow, near, person as find_person, present};
use crate::{Stop, Tx, audit};

/// What somebody may do for another.
#[derive(Clone, Debug, Default)]
pub struct Asking {
    /// Keys of kinds of matters; `*` for all.
    pub kinds: Vec<String>,
    /// The usual term when nothing is said.
    pub days: Option<u16>,
    /// Codes, as they were typed, of matters that are private already and are named all the same. Only the one represented
    /// names any.
    pub named: Vec<String>,
    /// What whoever asks calls the other side; empty when they did not say.
    pub name: String,
}

fn subject(row: &PersonRow) -> PersonSubject<'_> {
    PersonSubject { person: row.id(), home_path: &row.place_path, serving_now: &[] }
}

/// Asks that `delegate` may act for `person`. Asked for by the one represented, it waits until the delegate agrees; by
/// anybody else, until the one represented confirms it.
///
/// # Errors
/// `mandate-self`, `mandate-held`, `mandate-days`, `mandate-kinds`, `mandate-kind-unknown`, `mandate-named-theirs`,
/// `mandate-name-differs`; those of [`mandate::named_of`].
pub async fn ask(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (person, delegate): (PersonId, PersonId),
    asking: &Asking,
) -> Result<MandateId, Stop> {
    let (of, to) = (present(tx, person).await?, present(tx, delegate).await?);
    // The delegate asks in their own name; everybody else in that of the one represented, whom they must see.
    let permitted = if who.person == Some(delegate) { subject(&to) } else { subject(&of) };
    access::on_person::<AskMandate>(who, &permitted).map_err(|_| Stop::Missing)?;
    let city = tx.city();
    let known: Vec<&str> = city.raised_by_residents().map(|kind| kind.id.as_str()).collect();
    let kinds = Kinds::chosen(&asking.kinds, &known)?;
    let term = term(city.calendar.date(at.recorded));
    let days = asking.days.unwrap_or(term.usual);
    let mut held = false;
    for row in store::between(tx, person, delegate).await? {
        held |= matches!(stands(tx, &row.mandate()?, at), Standing::Asked | Standing::Holds);
    }
    mandate::ask(person, delegate, held, days, term)?;
    let is_hers = who.person == Some(person);
    mandate::may_name(is_hers, &asking.named)?;
    let own = store::private_of(tx, person).await?;
    let own: Vec<_> = own.iter().map(PrivateRow::private).collect();
    let named = mandate::named_of(&asking.named, &own, &kinds)?;
    // Who asks for themselves is not told whether a number is registered: `waiting` has looked at the name they gave.
    if who.person != Some(delegate) {
        mandate::is_meant(&asking.name, &to.name)?;
    }
    let mandate = Mandate {
        id: tx.new_id::<MandateThing>(person.cell, at),
        person,
        delegate,
        answers: if is_hers { Side::Delegate } else { Side::Person },
        kinds,
        named,
        asked_at: at.recorded,
        confirmed_at: None,
        until: at.recorded + SignedDuration::from_hours(24 * i64::from(days)),
        revoked_at: None,
    };
    store::insert(tx, who, &mandate).await?;
    let data = json!({ "mandate": mandate.id, "delegate": delegate, "kinds": mandate.kinds.text(), "days": days });
    audit::record(tx, who, at, "people.ask_mandate", person, data).await?;
    receipts::asked(tx, at, &mandate).await?;
    Ok(mandate.id)
}

/// A mandate with the home of the one represented, as permits need it.
async fn found(tx: &mut Tx<'_>, id: MandateId) -> Result<(MandateRow, Mandate, String), Stop> {
    let row = store::mandate(tx, id).await?.ok_or(Stop::Missing)?;
    let home = find_person(tx, row.person()).await?.ok_or(Stop::Missing)?.place_path;
    let mandate = row.mandate()?;
    Ok((row, mandate, home))
}

/// Confirms a mandate for the side that was asked; it holds from now on.
///
/// # Errors
/// As [`Mandate::confirm`].
pub async fn confirm(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MandateId, how: How) -> Result<(), Stop> {
    let (row, mandate, home) = found(tx, id).await?;
    let owners = [mandate.answerer()];
    let permit = access::on_mandate::<ConfirmMandate>(who, id, &owners, &home).map_err(|_| Stop::Missing)?;
    let confirmer = match who.person {
        Some(person) => Some(near(tx, person).await?),
        None => None,
    };
    let (person, delegate) = (near(tx, mandate.person).await?, near(tx, mandate.delegate).await?);
    let term = term(tx.city().calendar.date(at.recorded));
    let confirmer = confirmer.as_ref().map(Near::party);
    let both = (&person.party(), &delegate.party());
    mandate.confirm(&permit, how, confirmer.as_ref(), both, (at.recorded, term))?;
    if !store::confirm(tx, who, at, id, how).await? {
        return Err(Refusal::new("mandate-not-waiting").into());
    }
    receipts::of_mandate(tx, at, &row, true).await?;
    let data = json!({ "mandate": id, "delegate": mandate.delegate, "how": how.key() });
    audit::record(tx, who, at, "people.confirm_mandate", mandate.person, data).await
}

/// Ends a mandate at once, or refuses one that waits: either side, or staff who hear it from the one represented. Whom it
/// represented.
///
/// # Errors
/// `mandate-ended`.
pub async fn revoke(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MandateId) -> Result<PersonId, Stop> {
    let (row, mandate, home) = found(tx, id).await?;
    let owners = [mandate.person, mandate.delegate];
    let permit = access::on_mandate::<RevokeMandate>(who, id, &owners, &home).map_err(|_| Stop::Missing)?;
    let term = term(tx.city().calendar.date(at.recorded));
    mandate.revoke(&permit, at.recorded, term)?;
    if !store::revoke(tx, who, at, id).await? {
        return Err(Refusal::new("mandate-ended").into());
    }
    if mandate.confirmed_at.is_some() {
        receipts::of_mandate(tx, at, &row, false).await?;
    } else if is_answer(who, &row, &mandate) {
        receipts::refused(tx, at, &row).await?;
    }
    let data = json!({ "mandate": id, "delegate": mandate.delegate });
    audit::record(tx, who, at, "people.revoke_mandate", mandate.person, data).await?;
    Ok(mandate.person)
}

/// Whether ending one that waits says no to whoever asked: the delegate who was asked themselves; for the one represented also
/// staff.
fn is_answer(who: &Actor, row: &MandateRow, mandate: &Mandate) -> bool {
    match mandate.answers {
        Side::Person => row.is_asked_by_delegate() && who.person != Some(mandate.delegate),
        Side::Delegate => who.person == Some(mandate.delegate),
    }
}

/// Says anew which private matters from before a mandate opens, while it waits or is in force. Only the one represented does.
///
/// # Errors
/// As [`Mandate::name`].
pub async fn name_private(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: MandateId,
    typed: &[String],
) -> Result<PersonId, Stop> {
    let (_, mandate, home) = found(tx, id).await?;
    let permit = access::on_mandate::<NamePrivate>(who, id, &[mandate.person], &home).map_err(|_| Stop::Missing)?;
    let own = store::private_of(tx, mandate.person).await?;
    let own: Vec<_> = own.iter().map(PrivateRow::private).collect();
    let term = term(tx.city().calendar.date(at.recorded));
    let named = mandate.name(&permit, (typed, &own), (at.recorded, term))?;
    store::put_named(tx, id, &named).await?;
    let data = json!({ "mandate": id, "delegate": mandate.delegate, "named": named.len() });
    audit::record(tx, who, at, "people.name_private", mandate.person, data).await?;
    Ok(mandate.person)
}

/// Lets a session act for the one represented.
///
/// # Errors
/// `mandate-ended` when it does not hold.
pub async fn act(tx: &mut Tx<'_>, who: &Actor, at: Moment, session: SessionId, id: MandateId) -> Result<(), Stop> {
    let (_, mandate, home) = found(tx, id).await?;
    let owners = [mandate.delegate];
    access::on_mandate::<ActFor>(who, id, &owners, &home).map_err(|_| Stop::Missing)?;
    if stands(tx, &mandate, at) != Standing::Holds {
        return Err(Refusal::new("mandate-ended").into());
    }
    store::put_acting(tx, session, Some(id)).await?;
    let data = json!({ "mandate": id, "delegate": mandate.delegate });
    audit::record(tx, who, at, "people.act_for", mandate.person, data).await
}

/// Lets a session act for its own person again.
pub async fn stop(tx: &mut Tx<'_>, who: &Actor, at: Moment, session: SessionId) -> Result<(), Stop> {
    let me = who.person.ok_or(Stop::SignIn)?;
    store::put_acting(tx, session, None).await?;
    audit::record(tx, who, at, "people.act_for", me, json!({ "stopped": true })).await
}
