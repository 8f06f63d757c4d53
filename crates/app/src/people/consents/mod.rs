//! Consents 同意: given and withdrawn, each to one version of a text; and the one reader of whether one holds.

pub mod api;
pub mod pages;
mod store;

use rules::people::access::{self, PersonSubject};
use rules::people::consent::{self, Purpose, Said};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::register;
use crate::{Stop, Tx, audit};

/// Whether somebody consents to a purpose at this moment: to the text that is asked for now. Whoever publishes asks here.
pub async fn holds(tx: &mut Tx<'_>, person: PersonId, purpose: &str, at: Moment) -> Result<bool, Stop> {
    let Some(now) = consent::purpose(purpose, tx.city().calendar.date(at.recorded)) else { return Ok(false) };
    Ok(consent::holds(now, store::said(tx, person, purpose).await?))
}

/// A purpose, and what somebody last said about it.
#[derive(Clone, Debug)]
pub struct Standing {
    pub purpose: &'static Purpose,
    pub holds: bool,
    pub said: Option<Said>,
    pub said_at: Option<i64>,
}

impl Standing {
    /// It was given, to this text or an older one.
    pub fn was_given(&self) -> bool {
        self.said.is_some_and(|said| said.given)
    }
}

/// How a person stands to every purpose.
pub async fn standings(tx: &mut Tx<'_>, person: PersonId, at: Moment) -> Result<Vec<Standing>, Stop> {
    let mut all = Vec::new();
    for purpose in consent::purposes(tx.city().calendar.date(at.recorded)) {
        let row = store::last(tx, person, &purpose.key).await?;
        let said = row.as_ref().map(store::SaidRow::said).transpose()?;
        let said_at = row.map(|row| row.recorded_at);
        all.push(Standing { purpose, holds: consent::holds(purpose, said), said, said_at });
    }
    Ok(all)
}

/// One decision about a purpose, with the text that was asked for then.
#[derive(Clone, Debug)]
pub struct Decided {
    pub text: &'static Purpose,
    pub said: Said,
    pub said_at: i64,
    /// Whether it holds now; of what was said before, nothing.
    pub holds: Option<bool>,
}

/// Every decision that somebody ever made, of each purpose the newest first.
pub async fn decisions(tx: &mut Tx<'_>, person: PersonId, at: Moment) -> Result<Vec<Decided>, Stop> {
    let today = tx.city().calendar.date(at.recorded);
    let mut all: Vec<Decided> = Vec::new();
    for row in store::all(tx, person).await? {
        let said = row.said()?;
        let text = consent::text(&row.purpose, said.version);
        let text = text.ok_or_else(|| Stop::defect(format!("no text {} of {}", said.version, row.purpose)))?;
        let is_last = all.last().is_none_or(|newer| newer.text.key != text.key);
        let now = consent::purpose(&row.purpose, today);
        let holds = is_last.then(|| now.is_some_and(|now| consent::holds(now, Some(said))));
        all.push(Decided { text, said, said_at: row.recorded_at, holds });
    }
    Ok(all)
}

/// Gives a consent or takes it back: oneself, or staff who hold the signed paper.
///
/// # Errors
/// `consent-purpose-unknown`, `consent-given`, `consent-not-given`.
pub async fn say(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    (purpose, given): (&str, bool),
) -> Result<(), Stop> {
    let row = register::seen(tx, who, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    let permit = access::on_person::<access::Consent>(who, &subject)?;
    let now = consent::purpose(purpose, tx.city().calendar.date(at.recorded));
    let now = now.ok_or_else(|| Refusal::new("consent-purpose-unknown").at_field("purpose"))?;
    let said = consent::say(&permit, person, now, store::said(tx, person, purpose).await?, given)?;
    store::insert(tx, who, at, person, purpose, said).await?;
    let data = json!({ "purpose": purpose, "version": said.version, "given": given });
    audit::record(tx, who, at, "people.consent", person, data).await
}
