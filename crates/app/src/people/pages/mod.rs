//! The register as pages: people, organisations, and one's own volunteering.

pub mod edit;
pub mod ending;
pub mod joining;
pub mod organisation;
pub mod own;
pub mod person;
pub mod register;

use std::collections::BTreeMap;

use kit::{Choice, Form, Page};
use rules::shared::Refusal;
use rules::shared::Role;

use crate::places::picker::full_name_at;
use crate::web::json::body_day;
use crate::{Stop, Tx};

/// The name of a role.
pub fn role_name(page: &Page, role: Role) -> String {
    page.t(&format!("people-role-{}", role.key().replace('_', "-")))
}

/// Until when something covers a volunteer, in words.
fn until(page: &Page, millis: Option<i64>) -> String {
    let Some(until) = millis else { return page.t("people-cover-none") };
    let day = page.day_of(until);
    let date = page.full_date(&day);
    if day < page.today() { page.t1("people-cover-lapsed", "date", date) } else { date }
}

/// Reads a date input that may be left empty.
///
/// # Errors
/// `date-unreadable` at the field.
fn day(form: &Form, field: &'static str) -> Result<Option<jiff::civil::Date>, Refusal> {
    match form.text(field).trim() {
        "" => Ok(None),
        text => body_day(text, field).map(Some),
    }
}

/// The last moment of a day in the city, in milliseconds; of the last day that there is the last moment there is, so that a
/// day that was given is never taken for none.
fn end_of_day(date: jiff::civil::Date, zone: &jiff::tz::TimeZone) -> i64 {
    let next = date.tomorrow().ok().and_then(|next| next.at(0, 0, 0, 0).to_zoned_datetime(zone.clone()).ok());
    next.map_or(jiff::Timestamp::MAX.as_millisecond(), |next| next.timestamp().as_millisecond() - 1)
}

/// A text field that may be left empty.
fn said(form: &Form, field: &str) -> Option<String> {
    Some(form.text(field).trim().to_owned()).filter(|text| !text.is_empty())
}

/// The names of places that come again and again in a list.
#[derive(Default)]
struct PlaceNames(BTreeMap<String, String>);

impl PlaceNames {
    async fn of(&mut self, tx: &mut Tx<'_>, path: &str) -> Result<String, Stop> {
        if let Some(known) = self.0.get(path) {
            return Ok(known.clone());
        }
        let name = full_name_at(tx, path).await?;
        self.0.insert(path.to_owned(), name.clone());
        Ok(name)
    }
}

/// The groups that figures are counted by.
const GROUPS: [&str; 3] = ["courier", "rider", "driver"];

fn groups(page: &Page) -> Vec<Choice> {
    GROUPS.iter().map(|key| Choice::new(*key, page.t(&format!("people-group-{key}")))).collect()
}

fn sexes(page: &Page) -> Vec<Choice> {
    ["female", "male"].iter().map(|key| Choice::new(*key, page.t(&format!("people-sex-{key}")))).collect()
}
