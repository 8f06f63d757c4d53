//! Acting for another: which matters their mandate opens, how much of them, and what both are told.

use kit::Value;
use rules::matters::kind::Prefill;
use rules::matters::{Kind, Values};
use rules::people::Phone;
use rules::people::mandate::{Kinds, Mandate, Standing, Touched};
use rules::shared::code::in_groups;
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment};

use super::store::{self, MatterRow};
use super::{Held, prefill, view};
use crate::people::mandates::store::MandateRow;
use crate::people::mandates::{self, Done};
use crate::{Stop, Tx, audit, people};

/// The matters of whoever `who` stands for, as far as they are open to them.
pub async fn own_rows(tx: &mut Tx<'_>, who: &Actor, limit: i64) -> Result<Vec<MatterRow>, Stop> {
    let Some(person) = who.stands_for() else { return Ok(Vec::new()) };
    let mut rows = store::of_person(tx, person, limit).await?;
    if let Some(mandate) = mandates::behind(tx, who).await? {
        rows.retain(|row| covers(&mandate, (&row.kind, &row.code, row.private), row.recorded_at));
    }
    Ok(rows)
}

fn covers(mandate: &Mandate, (kind, code, private): (&str, &str, bool), recorded_at: i64) -> bool {
    let raised_at = jiff::Timestamp::from_millisecond(recorded_at).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    mandate.covers(&Touched { kind, code, private, raised_at })
}

/// Who acts for another sees that person's matters, as far as the mandate goes, and no others: for their own they change
/// back.
pub async fn gate(tx: &mut Tx<'_>, who: &Actor, held: &Held) -> Result<(), Stop> {
    let Some(mandate) = mandates::behind(tx, who).await? else { return Ok(()) };
    let matter = &held.matter;
    let is_hers = matter.is_own(Some(mandate.person));
    if is_hers && covers(&mandate, (&matter.kind, &held.code, matter.private), held.recorded_at) {
        return Ok(());
    }
    Err(Stop::Missing)
}

/// Who may act in a matter for whose it is, each with whom they act for: by mandates that hold now and reach it.
pub async fn delegates(tx: &mut Tx<'_>, at: Moment, held: &Held) -> Result<Vec<MandateRow>, Stop> {
    let matter = &held.matter;
    let mut people: Vec<PersonId> = matter.raised_by.into_iter().chain(matter.subject).collect();
    people.dedup();
    let mut delegates = Vec::new();
    for person in people {
        for row in mandates::store::of_person(tx, person).await? {
            let mandate = row.mandate()?;
            let holds = mandates::stands(tx, &mandate, at) == Standing::Holds;
            if holds && covers(&mandate, (&matter.kind, &held.code, matter.private), held.recorded_at) {
                delegates.push(row);
            }
        }
    }
    Ok(delegates)
}

/// The kinds that whoever acts for another does that person's business in; `None` for who acts for themselves.
pub async fn kinds(tx: &mut Tx<'_>, who: &Actor) -> Result<Option<Kinds>, Stop> {
    Ok(mandates::behind(tx, who).await?.map(|mandate| mandate.kinds))
}

/// For whom somebody may act in a matter, by the names that they know them by: not while they act for somebody.
pub async fn represented(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<Option<String>, Stop> {
    let Some(me) = who.person.filter(|_| who.on_behalf_of.is_none()) else { return Ok(None) };
    let rows = delegates(tx, at, held).await?;
    Ok(rows.into_iter().find(|row| row.delegate() == me).map(|row| row.person_name))
}

/// Whether somebody may raise, or follow, a matter of this kind for whom they act for.
pub async fn may_raise(tx: &mut Tx<'_>, who: &Actor, kind: &str) -> Result<(), Stop> {
    match mandates::behind(tx, who).await? {
        Some(mandate) => Ok(mandate.may_raise(kind)?),
        None => Ok(()),
    }
}

/// The receipt of something done for another, to both.
pub async fn receipt(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<(), Stop> {
    if held.matter.private {
        return mandates::told_to_both(tx, who, at, Done { number: None, path: None }).await;
    }
    let number = view::shown_code(&tx.city(), &held.matter.kind, &held.code);
    let path = format!("/help/{}", in_groups(&held.code));
    mandates::told_to_both(tx, who, at, Done { number: Some(&number), path: Some(&path) }).await
}

/// Masks the door and the number that the register filled, for whoever acts for another: they read of them what they read before
/// the form was sent. Answers the keys of what was masked.
pub async fn mask(
    tx: &mut Tx<'_>,
    who: &Actor,
    kind: &Kind,
    held: &Held,
    values: &mut Values,
) -> Result<Vec<String>, Stop> {
    let Some(person) = other(who) else { return Ok(Vec::new()) };
    let row = people::store::person(tx, person).await?.ok_or(Stop::Missing)?;
    let events = audit::timeline(tx, held.id()).await?;
    let (words, lang) = (tx.app().web.frame.words, tx.app().lang());
    let masked_number = |said: &String| Phone::parse(said).map_or_else(|_| String::new(), |phone| phone.masked());
    let mut masked = Vec::new();
    for field in prefill::filled(kind, &events) {
        let Some(said) = values.remove(&field.key) else { continue };
        let shown: Vec<String> = match field.prefill {
            Some(Prefill::Phone) => said.iter().map(masked_number).collect(),
            _ if row.address_masked.is_empty() => continue,
            _ => vec![words.text(lang, "matters-own-address", &[("place", Value::Text(row.address_masked.clone()))])],
        };
        values.insert(field.key.clone(), shown);
        masked.push(field.key.clone());
    }
    Ok(masked)
}

/// Whom a form is for, when that is not who fills it in.
pub fn other(who: &Actor) -> Option<PersonId> {
    who.on_behalf_of.filter(|of| who.person != Some(*of))
}
