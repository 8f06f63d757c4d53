//! Forms of pages: sent once however often they are sent, answered by a place to go on to.

use axum::response::{IntoResponse, Response};
use db::BoxFuture;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use kit::{Errors, Failure, Flash, Form, Page, Visit};
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::Who;
use crate::identity::once::{Answer, Repeat, Work, once, work};
use crate::{App, Stop, Tx};

/// Reads a day-and-time input in the city's time.
///
/// # Errors
/// `time-unreadable` at the field.
pub fn instant(form: &Form, field: &str, zone: &TimeZone) -> Result<Timestamp, Refusal> {
    let civil: Option<DateTime> = form.text(field).parse().ok();
    let at = civil.and_then(|at| at.to_zoned_datetime(zone.clone()).ok()).map(|at| at.timestamp());
    at.ok_or_else(|| Refusal::new("time-unreadable").at_field(field))
}

/// What a form must say and does not, all of it at once: each empty one of `fields`, named by the locale key of its label,
/// or told in words of its own where the key is that of a refusal.
pub fn unfilled(page: &Page, form: &Form, fields: &[(&str, &str)]) -> Errors {
    let mut errors = Errors::new();
    for (field, label) in fields.iter().filter(|(field, _)| form.text(field).is_empty()) {
        let words = page.t(label);
        let message = match label.starts_with("refusal-") {
            true => words,
            false => page.t2("refusal-field-required", "label", words.as_str(), "label_en", words.as_str()),
        };
        errors.add(*field, message);
    }
    errors
}

/// A way back that was sent along, when it is one within the site.
pub fn within_site(path: &str) -> Option<&str> {
    Some(path).filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'))
}

/// What became of a form.
pub enum Submitted {
    /// Done: a redirect to the next page.
    Done(Response),
    /// A rule said no: draw the form again with what was typed.
    Refused(Refusal),
}

/// Go on to `path`.
pub fn go(path: impl Into<String>) -> Answer {
    Answer { status: 303, body: json!({ "to": path.into() }) }
}

/// Go on to `path`, which shows the message of locale key `flash`.
pub fn go_with(path: impl Into<String>, flash: &'static str) -> Answer {
    Answer { status: 303, body: json!({ "to": path.into(), "flash": flash }) }
}

/// Runs the action of a form once per drawn page, in one transaction.
pub fn submit<'a, I, F>(
    app: &'a App,
    who: &'a Who,
    form: &'a Form,
    input: I,
    f: F,
) -> impl Future<Output = Result<Submitted, Failure>> + Send
where
    I: Clone + Send + Sync + 'static,
    F: for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment, I) -> BoxFuture<'x, Result<Answer, Stop>>
        + Send
        + Sync
        + 'static,
{
    submit_work(app, who, form, work(input, f))
}

async fn submit_work(app: &App, who: &Who, form: &Form, work: Work) -> Result<Submitted, Failure> {
    let repeat = Repeat {
        caller: who.caller.key.clone(),
        cell: who.caller.cell,
        route: who.route(),
        key: Some(form.key().to_owned()).filter(|k| !k.is_empty()),
        // A page's key belongs to one drawing of one form, so a changed body under it is the person correcting a
        // form the browser kept: the key alone says whether it was done.
        body: Vec::new(),
    };
    match once(app, who.actor(), repeat, work).await {
        Ok(answer) => Ok(Submitted::Done(redirect(&who.visit, &answer)?)),
        Err(Stop::Refused(refusal) | Stop::Conflict(refusal)) => Ok(Submitted::Refused(refusal)),
        Err(stop) => Err(stop.into()),
    }
}

fn redirect(visit: &Visit, answer: &Answer) -> Result<Response, Failure> {
    let to = answer.body["to"].as_str().ok_or_else(|| Failure::defect("a form's answer goes nowhere"))?;
    Ok(match answer.body["flash"].as_str() {
        Some(key) => {
            let page = kit::Page::of(visit);
            visit.see_with(to, &Flash::done(page.t(key)))
        }
        None => visit.see(to),
    })
}

impl IntoResponse for Submitted {
    fn into_response(self) -> Response {
        match self {
            Submitted::Done(response) => response,
            Submitted::Refused(refusal) => Failure::from(Stop::Refused(refusal)).into_response(),
        }
    }
}
