//! `/reads`: the log as an auditor looks through it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use kit::{Cursor, Failure, Form, Page, PageOf, html};
use serde::Deserialize;

use super::{PAGE, Wanted, list};
use crate::audit::{After, ReadRow};
use crate::city::City;
use crate::home::me::{ReadBy, field_name, purpose_name};
use crate::web::{Who, with_refusal};
use crate::{App, Stop};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    reader: String,
    #[serde(default)]
    of: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    cursor: String,
}

struct Line {
    /// Name, and the list of this one alone.
    reader: (String, String),
    of: (String, String),
    field: String,
    purpose: String,
    when: i64,
}

#[derive(Template)]
#[template(path = "rights/reads.html")]
struct ReadsPage {
    page: Page,
    form: Form,
    lines: Vec<Line>,
    /// The first page, when this is another one, and the next.
    first: String,
    next: String,
    narrowed: bool,
}

/// The list with these fields in its address.
fn address(fields: &[(&str, &str)]) -> String {
    let given = fields.iter().filter(|(_, value)| !value.is_empty());
    format!("/reads?{}", given.fold(Form::empty(), |form, (name, value)| form.with(name, *value)).to_urlencoded())
}

/// Who read, of whom, what and what for, in words for a third person.
pub(in crate::rights) fn said(page: &Page, city: &City, row: &ReadRow) -> [String; 4] {
    [
        row.reader_name.clone().unwrap_or_default(),
        row.person_name.clone().unwrap_or_else(|| page.t("reads-unregistered")),
        field_name(page, city, &row.field, ReadBy::Another),
        purpose_name(page, &row.purpose, ReadBy::Another),
    ]
}

pub async fn show(State(app): State<App>, who: Who, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    let Asked { reader, of, day, cursor } = asked;
    let after = Some(cursor.as_str()).filter(|c| !c.is_empty()).map(Cursor::key::<After>).transpose()?;
    let form = Form::empty().with("reader", reader.as_str()).with("of", of.as_str()).with("day", day.as_str());
    let narrowed = [&reader, &of, &day].iter().any(|typed| !typed.trim().is_empty());
    let wanted = Wanted { reader, of, day };
    let found = app.act(who.actor(), (wanted.clone(), after.clone()), |mut tx, who, at, (wanted, after)| {
        Box::pin(async move { list(&mut tx, &who, at, &wanted, (after.as_ref(), PAGE + 1)).await })
    });
    let (rows, refusal) = match found.await {
        Ok(rows) => (rows, None),
        Err(Stop::Refused(refusal)) => (Vec::new(), Some(refusal)),
        Err(stop) => return Err(stop.into()),
    };
    let (city, page) = (app.city(), who.page().titled("reads-title"));
    let rows = PageOf::cut(rows, PAGE, ReadRow::key);
    let line = |row: &ReadRow| {
        let [reader, of, field, purpose] = said(&page, &city, row);
        Line {
            reader: (reader, address(&[("reader", &row.reader().to_string()), ("day", &wanted.day)])),
            of: (of, address(&[("of", &row.of().to_string()), ("day", &wanted.day)])),
            field,
            purpose,
            when: row.read_at,
        }
    };
    let lines = rows.items.iter().map(line).collect();
    let more = |next: String| {
        address(&[("reader", &wanted.reader), ("of", &wanted.of), ("day", &wanted.day), ("cursor", &next)])
    };
    let next = rows.next.map(more).unwrap_or_default();
    let first = if after.is_some() { more(String::new()) } else { String::new() };
    let (status, page) = with_refusal(page, refusal.as_ref());
    Ok(html(status, &ReadsPage { page, form, lines, first, next, narrowed }))
}
