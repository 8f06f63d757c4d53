//! The last look before sending: everything that was said, each with its way back, and 「是不是这件事？」.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use kit::{Errors, Failure, Form, Page, html};
use rules::matters::Values;
use rules::matters::kind::{Duplicate, Field, FieldType, Kind, Prefill, Radius, Visibility};
use rules::places::{Level, path};

use super::flow::{CHECK, Flow, href};
use super::line::{Line, line_for_all};
use super::questions;
use super::raise;
use super::send::{self, Sending};
use crate::matters::replies;
use crate::matters::store::{self, MatterRow};
use crate::places::picker;
use crate::web::{Submitted, Who, refusal_errors, submit};
use crate::{App, Stop, Tx};

/// A row of the summary and where it is changed.
struct Row {
    label: String,
    value: String,
    change: String,
}

#[derive(Template)]
#[template(path = "matters/check.html")]
struct CheckPage {
    page: Page,
    action: String,
    rows: Vec<Row>,
    photos: Vec<String>,
    sees: &'static str,
    /// Open matters of one's own that could be the same.
    own: Vec<Line>,
    /// Those of others, which one may follow.
    others: Vec<Line>,
}

/// An open matter that could be the one being raised.
pub(super) struct Similar {
    row: MatterRow,
    own: bool,
}

/// What could be the same: one's own open matters of this type, and those of others where a kind shows them.
pub(super) async fn similar(app: &App, flow: &Flow) -> Result<Vec<Similar>, Stop> {
    let kind = flow.kind();
    let Some(rule) = kind.duplicate else { return Ok(Vec::new()) };
    let category =
        kind.type_field.as_deref().map(|field| flow.filled.form().text(field).to_owned()).unwrap_or_default();
    let (id, shows_others) = (kind.id.clone(), kind.visibility == Visibility::PublicMasked);
    let (person, form, home) = (flow.row.id(), flow.form(), flow.row.place_path.clone());
    let since = since(app.now().recorded, rule);
    app.read(move |mut tx| {
        Box::pin(async move {
            let own = store::of_person(&mut tx, person, 50).await?;
            let is_same = |row: &MatterRow| {
                row.kind == id && row.category == category && row.phase != "closed" && row.recorded_at >= since
            };
            let mut found: Vec<Similar> =
                own.into_iter().filter(is_same).map(|row| Similar { row, own: true }).collect();
            if shows_others {
                let near = radius(&mut tx, &form, &home, rule.within).await?;
                let rows = store::similar(&mut tx, person.cell, (&id, &category), &near, since).await?;
                let known: Vec<_> = found.iter().map(|s| s.row.id).collect();
                let mut others: Vec<MatterRow> = Vec::new();
                for row in rows.into_iter().filter(|row| !known.contains(&row.id)) {
                    if others.len() == store::SIMILAR {
                        break;
                    }
                    // Whom it is about does not follow it.
                    if !replies::parties(&mut tx, row.id()).await?.contains(&person) {
                        others.push(row);
                    }
                }
                found.extend(others.into_iter().map(|row| Similar { row, own: false }));
            }
            Ok(found)
        })
    })
    .await
}

fn since(now: Timestamp, rule: Duplicate) -> i64 {
    let span = SignedDuration::from_hours(24).saturating_mul(i32::try_from(rule.days).unwrap_or(i32::MAX));
    now.saturating_sub(span).map_or(0, Timestamp::as_millisecond)
}

/// The part of the tree in which duplicates are looked for.
async fn radius(tx: &mut Tx<'_>, form: &Form, home: &str, within: Radius) -> Result<String, Stop> {
    let at = match picker::pick(tx, form, home).await? {
        picker::Picked::One(place) => place.path,
        _ => home.to_owned(),
    };
    let level = match within {
        Radius::Grid => Level::Grid,
        Radius::Village => Level::Village,
        Radius::Township => Level::Township,
        Radius::County => Level::County,
    };
    Ok(path::up_to(&at, level).to_owned())
}

pub(super) async fn show(
    app: &App,
    who: &Who,
    flow: &Flow,
    errors: Errors,
    status: StatusCode,
) -> Result<Response, Failure> {
    let kind = flow.kind();
    let pages = flow.pages();
    let last = pages.last().map(|(key, _)| (*key).to_owned()).unwrap_or_default();
    if !flow.is_kept {
        return Ok(who.visit.see(&href(&kind.id, pages.first().map_or(CHECK, |(key, _)| key))));
    }
    let mut page = who.page().titled("matters-check-title").back_to(href(&kind.id, &last)).with_errors(errors);
    page.step = Some(flow.step(&page, pages.len() + 1));
    let city = app.city();
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for Similar { row, own: is_own } in similar(app, flow).await? {
        let line = line_for_all(&page, &city, &row);
        if is_own { own.push(line) } else { others.push(line) }
    }
    let drawn = CheckPage {
        action: page.href(&href(&kind.id, CHECK)),
        rows: rows(&page, flow, kind, (&last, raise::goes_to(app, flow).await?)),
        photos: flow.filled.photos.iter().map(|p| format!("/help/draft/{}/photos/{}", kind.id, p.id)).collect(),
        sees: raise::sees(kind, flow.of.is_some()),
        own,
        others,
        page,
    };
    Ok(html(status, &drawn))
}

fn rows(page: &Page, flow: &Flow, kind: &Kind, (last, place): (&str, String)) -> Vec<Row> {
    let (form, values) = (flow.form(), flow.values());
    let mut rows = Vec::new();
    if let Some((name, field)) = flow.type_name(page).zip(kind.type_field.as_deref().and_then(|f| kind.field(f))) {
        let change = if kind.pages.is_empty() { href(&kind.id, last) } else { "/help".to_owned() };
        rows.push(Row { label: questions::say(page, &field.label), value: name, change });
    }
    if let Some(field) =
        kind.subject_field.as_deref().and_then(|f| kind.field(f)).filter(|_| questions::for_self(kind, &form))
    {
        let change = at_field(flow, field);
        rows.push(Row { label: questions::say(page, &field.label), value: flow.for_self(page), change });
    }
    for field in &kind.fields {
        let said = values.get(&field.key).filter(|_| kind.type_field.as_deref() != Some(field.key.as_str()));
        let value = match (said, field.type_) {
            (_, FieldType::Photos) => continue,
            (None, _) => match left_empty(page, flow, field, &values) {
                Some(known) => known,
                None => continue,
            },
            (Some(said), FieldType::Organisation) => {
                let names = flow.organisations.iter().filter(|o| said.contains(&o.value)).map(|o| o.label.as_str());
                page.row_of(&names.collect::<Vec<_>>())
            }
            (Some(said), _) => questions::read_back(page, field, said),
        };
        rows.push(Row { label: questions::say(page, &field.label), value, change: at_field(flow, field) });
    }
    let change = href(&kind.id, last);
    rows.push(Row { label: page.t("matters-place"), value: place, change: format!("{change}#place") });
    if form.checked("private") {
        rows.push(Row {
            label: page.t("matters-private"),
            value: page.t("matters-yes"),
            change: format!("{change}#private"),
        });
    }
    rows
}

/// The page that asks a field, opened at its first input.
fn at_field(flow: &Flow, field: &Field) -> String {
    format!("{}#{}", href(&flow.kind().id, &flow.page_of(field)), field.key)
}

/// What is sent for a phone or a door that was left empty: what their record knows, or nothing. Said before it is sent, for
/// whoever comes goes by it.
fn left_empty(page: &Page, flow: &Flow, field: &Field, values: &Values) -> Option<String> {
    if !matches!(field.prefill?, Prefill::Phone | Prefill::Address) {
        return None;
    }
    let known = flow.known(page, field, values).filter(|_| field.prefill != Some(Prefill::Address) || flow.is_near());
    Some(known.map_or_else(|| page.t("matters-check-empty"), |own| page.t1("matters-check-own", "own", own)))
}

/// Sends the draft. Sent twice, it gives the same receipt.
pub(super) async fn send(app: &App, who: &Who, kind: &str, form: &Form) -> Result<Response, Failure> {
    let sending = Sending { kind: kind.to_owned(), filled: None };
    let done = submit(app, who, form, sending, |tx, who, at, sending| {
        Box::pin(async move { send::send(tx, who, at, &sending).await })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let flow = raise::open(app, who, kind).await?;
            let mut errors = Errors::new();
            refusal_errors(&who.page(), &refusal).iter().for_each(|(_, message)| errors.add("", message));
            show(app, who, &flow, errors, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}
