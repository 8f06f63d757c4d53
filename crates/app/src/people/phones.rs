//! The telephone with which somebody signs in: claimed, released, and changed for staff by an administrator.

use rules::people::access::{self, MovePhone, PersonSubject};
use rules::people::{Phone, account};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::store::{self, Protected};
use super::updates::{self, Changed};
use crate::jobs::notify::{self, Outgoing};
use crate::{Stop, Tx, audit, identity};

/// Changes the telephone of somebody on staff, whose codes sign in; everybody else's is corrected where they are known.
///
/// # Errors
/// Those of [`Phone::parse`]; `phone-no-codes` for a landline; `phone-same`; `account-not-staff`; `account-wider`; `phone-own` for
/// one's own; `phone-taken` when it signs in somebody else; `person-changed` (409).
pub async fn change(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, phone: &str) -> Result<(), Stop> {
    let row = store::present(tx, person).await?;
    access::on_person::<MovePhone>(who, &PersonSubject { person, home_path: &row.place_path, serving_now: &[] })?;
    let theirs = store::memberships_from(tx, person, at).await?;
    if !theirs.iter().any(|membership| membership.role.is_of_staff()) {
        return Err(Refusal::new("account-not-staff").into());
    }
    account::may_open(who, &theirs)?;
    if who.person == Some(person) {
        return Err(Refusal::new("phone-own").at_field("phone").into());
    }
    let phone = Phone::parse(phone)?;
    // No code reaches a landline: they could not sign in any more.
    if !phone.is_mobile() {
        return Err(Refusal::new("phone-no-codes").at_field("phone").into());
    }
    if is_theirs(tx, person, &phone).await? {
        return Err(Refusal::new("phone-same").at_field("phone").into());
    }
    move_sign_in(tx, at, person, &phone).await?;
    let changed = Changed {
        name: &row.name,
        sex: None,
        birth_date: None,
        phone: Some((phone.reveal().to_owned(), phone.masked())),
        address: None,
        identity: None,
        reporter_group: None,
    };
    if !updates::update_person(tx, person, row.version, changed).await? {
        return Err(Stop::Conflict(Refusal::new("person-changed")));
    }
    identity::store::end_sessions_of(tx, at, person, None).await?;
    audit::record(tx, who, at, "identity.move_phone", person, json!({})).await
}

/// Whether it is the number that is kept of them.
pub(super) async fn is_theirs(tx: &mut Tx<'_>, person: PersonId, phone: &Phone) -> Result<bool, Stop> {
    Ok(store::unseal(tx, person, Protected::Phone).await?.as_deref() == Some(phone.reveal()))
}

/// The new number signs in, the old one no longer; who had the old one is told there.
pub(super) async fn move_sign_in(tx: &mut Tx<'_>, at: Moment, person: PersonId, phone: &Phone) -> Result<(), Stop> {
    let old = store::unseal(tx, person, Protected::Phone).await?;
    if old.as_deref() == Some(phone.reveal()) {
        return Ok(());
    }
    if identity::store::person_of_phone(tx, phone.reveal()).await?.is_some_and(|owner| owner != person) {
        return Err(Refusal::new("phone-taken").at_field("phone").into());
    }
    if let Some(old) = old {
        identity::store::release_phone(tx, &old, person).await?;
        tell_the_old_one(tx, at, person, &old).await?;
    }
    identity::store::claim_phone(tx, at, phone.reveal(), person).await?;
    Ok(())
}

/// Whoever moves a number to a telephone of their own would else not be noticed.
async fn tell_the_old_one(tx: &mut Tx<'_>, at: Moment, person: PersonId, old: &str) -> Result<(), Stop> {
    if !Phone::parse(old).is_ok_and(|phone| phone.is_mobile()) {
        return Ok(());
    }
    let values = json!({ "hotline": tx.city().settings.hotline });
    notify::send(tx, at, Outgoing { to: old, person: Some(person), template: "phone_moved", values, until: None }).await
}
