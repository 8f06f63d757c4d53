//! Erasing a person: their key is destroyed, and with it everything sealed under it; their name, and the words that speak
//! of them, are taken out of what stays; what is counted stays counted. What a file or a photo holds goes afterwards,
//! outside the transaction: photos by the job runner, the gaps of the database in the following night.

use jiff::Timestamp;
use rules::people::access::PersonSubject;
use rules::rights::access::{Erase, on_person};
use rules::rights::erasure::{self, Standing};
use rules::rights::kept::{Kept, kept};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Permit, Refusal, Role, Text};
use serde_json::json;

use super::corrections;
use crate::jobs::scrub;
use crate::matters::called::called;
use crate::people::erasing::Marks;
use crate::people::register;
use crate::people::store::{self, PersonRow, Protected};
use crate::{Stop, Tx, audit, dispatch, exchange, identity, matters, people, service};

/// A person, and the right of `who` to erase them; missing for everybody else.
async fn find(tx: &mut Tx<'_>, who: &Actor, person: PersonId) -> Result<(PersonRow, Permit<Erase>), Stop> {
    let row = register::seen(tx, who, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    let permit = on_person::<Erase>(who, &subject).map_err(|_| Stop::Missing)?;
    Ok((row, permit))
}

async fn standing(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<Standing, Stop> {
    let (open_matters, handled) = matters::erasing::open_of(tx, person).await?;
    let held = store::memberships(tx, person, at).await?;
    let looked = audit::last_look_of(tx, person).await?;
    let looked = looked.map(Timestamp::from_millisecond).transpose().map_err(Stop::defect)?;
    let calendar = &tx.city().calendar;
    Ok(Standing {
        open_matters,
        handled,
        tasks: dispatch::erasing::ahead_of(tx, at, person).await?,
        records: service::erasing::unsettled_of(tx, person).await?,
        office: held.iter().any(|m| !matches!(m.role, Role::Resident | Role::Volunteer)),
        last_look: looked.map(|at| calendar.date(at)),
    })
}

fn log(tx: &Tx<'_>, at: Moment) -> Option<&'static Kept> {
    kept("log", tx.city().calendar.date(at.recorded))
}

/// Whom `who` may erase, and what stands in the way.
pub async fn asked(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
) -> Result<(PersonRow, Vec<Refusal>), Stop> {
    let (row, _) = find(tx, who, person).await?;
    let (standing, today) = (standing(tx, at, person).await?, tx.city().calendar.date(at.recorded));
    let obstacles = erasure::obstacles(&standing, log(tx, at), today);
    Ok((row, obstacles.into_iter().map(|refusal| told(who, person, refusal)).collect()))
}

/// What stands in the way, in words for whoever asks: the one whose it is, or somebody else.
fn told(who: &Actor, person: PersonId, refusal: Refusal) -> Refusal {
    refusal.with("whose", if who.person == Some(person) { "own" } else { "theirs" })
}

/// Something that stands in the way of one's own erasure: what it is called, and where it is settled.
pub struct Unsettled {
    /// Of which obstacle of [`erasure::obstacles`] it is one.
    pub code: &'static str,
    pub what: Text,
    pub href: String,
}

/// What stands in the way of one's own erasure, each by itself; nothing of it for who erases somebody else.
pub async fn unsettled(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId) -> Result<Vec<Unsettled>, Stop> {
    if who.person != Some(person) {
        return Ok(Vec::new());
    }
    let city = tx.city();
    let mut all = Vec::new();
    let mut put = |code, what: Text, href| all.push(Unsettled { code, what, href });
    let (own, handled) = matters::erasing::open_rows(tx, person).await?;
    for row in own {
        let what = called(Some(matters::kind_of(&city, &row.kind)?), &row.category, &row.title);
        put("erase-open-matters", what, format!("/help/{}", row.code));
    }
    for row in handled {
        let what = called(Some(matters::kind_of(&city, &row.kind)?), &row.category, &row.title);
        put("erase-handled-matters", what, format!("/desk/{}", row.code));
    }
    for row in dispatch::erasing::rows_ahead(tx, at, person).await? {
        put("erase-open-tasks", Text::new(&row.task_title, &row.task_title), format!("/tasks/{}", row.task_code));
    }
    for row in service::erasing::unsettled_rows(tx, person).await? {
        let what = format!("{} · {}", row.day, row.activity);
        put("erase-open-records", Text::new(&what, &what), format!("/me/records/{}", row.id()));
    }
    Ok(all)
}

/// Erases a person for good. `understood`: they said that it cannot be undone.
///
/// # Errors
/// `erase-open-matters`, `erase-handled-matters`, `erase-open-tasks`, `erase-open-records`, `erase-office`,
/// `erase-named-in-log`, `erase-not-confirmed`.
pub async fn erase(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, understood: bool) -> Result<(), Stop> {
    let (row, permit) = find(tx, who, person).await?;
    let (standing, today) = (standing(tx, at, person).await?, tx.city().calendar.date(at.recorded));
    erasure::erase(&permit, person, (&standing, log(tx, at)), today, understood)
        .map_err(|refusal| told(who, person, refusal))?;
    let marks = Marks::of(tx, &row).await?;
    let phone = store::unseal(tx, person, Protected::Phone).await?;
    identity::erasing::erase(tx, at, person, phone.as_deref()).await?;
    exchange::erasing::erase(tx, &marks).await?;
    let own = matters::erasing::erase(tx, at, person, &marks).await?;
    dispatch::erasing::erase(tx, person, &own, &marks).await?;
    let counted = service::erasing::months_of(tx, person).await?;
    service::erasing::erase(tx, person, &own, &marks).await?;
    corrections::actions::erase(tx, at, person).await?;
    people::erasing::erase(tx, at, &row, left_of_birth(&row, &counted)).await?;
    tx.destroy_data_key(person.cell.0, person.uuid, at.recorded.as_millisecond()).await?;
    scrub::later(tx, at).await?;
    audit::record(tx, who, at, "rights.erase", person, json!({ "by_themselves": who.person == Some(person) })).await
}

fn left_of_birth(row: &PersonRow, counted: &[jiff::civil::Date]) -> Option<jiff::civil::Date> {
    erasure::coarse_birth(row.birth_date.as_ref()?.parse().ok()?, counted)
}
