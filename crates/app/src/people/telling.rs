//! Telling a person by their own phone, in the words of `jobs/messages.toml`.

use jiff::Timestamp;
use rules::people::Phone;
use rules::shared::Moment;
use rules::shared::ids::PersonId;
use serde_json::Value;

use super::store::{Protected, unseal};
use crate::jobs::notify::{self, Outgoing};
use crate::{Stop, Tx};

/// Puts a message to somebody on its way; who has no mobile is told by the pages and the desk alone.
pub async fn tell(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    template: &'static str,
    values: Value,
) -> Result<(), Stop> {
    tell_until(tx, at, person, (template, None), values).await
}

/// The same of what is of no use any more from an instant on, as an invitation whose time to answer is over.
pub async fn tell_until(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    (template, until): (&'static str, Option<Timestamp>),
    values: Value,
) -> Result<(), Stop> {
    let Some(phone) = mobile(tx, person).await? else { return Ok(()) };
    notify::send(tx, at, Outgoing { to: &phone, person: Some(person), template, values, until }).await
}

/// Whether a message reaches somebody: they have a mobile.
pub async fn is_reached(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Stop> {
    Ok(mobile(tx, person).await?.is_some())
}

async fn mobile(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<String>, Stop> {
    // The gateway dials it; nobody reads it, so there is nobody to write into the access log.
    let phone = unseal(tx, person, Protected::Phone).await?;
    Ok(phone.filter(|phone| Phone::parse(phone).is_ok_and(|phone| phone.is_mobile())))
}
