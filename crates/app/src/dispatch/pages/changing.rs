//! The form that changes a task.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::{Failure, Form, Page, html};
use rules::shared::Refusal;

use super::cutting::{self, local};
use super::{by_code, window};
use crate::App;
use crate::dispatch::changing::{self, Changed, Looked};
use crate::web::{Submitted, Who, go_with, submit, with_refusal};

#[derive(Template)]
#[template(path = "dispatch/change.html")]
struct ChangePage {
    page: Page,
    code: String,
    form: Form,
    /// By when whose matter it is was promised that it is done.
    promised: Option<i64>,
    /// Whether another time is meant to be after that is asked.
    asks_after: bool,
    /// What it says now, when somebody else was first.
    now: Option<Changed>,
    window: String,
    /// How many have accepted, and are told.
    coming: i32,
    /// What it asks of those who come, which stays.
    needs: Vec<String>,
    /// The code of its matter, where the same is cut again.
    matter_code: Option<String>,
}

fn filled(now: &Changed, zone: &TimeZone) -> Form {
    Form::empty()
        .with("title", now.title.as_str())
        .with("start", local(now.window.start, zone))
        .with("end", local(now.window.end, zone))
        .with("place_hint", now.place_hint.as_str())
        .with("slots", now.slots.map(|slots| slots.to_string()).unwrap_or_default())
        .with("notes", now.notes.as_str())
}

async fn draw(app: &App, who: &Who, code: String, sent: Option<(Form, Refusal)>) -> Result<Response, Failure> {
    let (actor, asked) = (who.actor().clone(), code.clone());
    let read = app.read(move |mut tx| {
        Box::pin(async move {
            let task = by_code(&mut tx, &asked).await?.id();
            let hand = changing::find(&mut tx, &actor, task).await?;
            Ok((changing::edits(&mut tx, task).await?, hand))
        })
    });
    let (edits, hand) = read.await?;
    let now = Changed::of(&hand);
    let changed = sent.as_ref().is_some_and(|(_, refusal)| refusal.code == "task-changed-meanwhile");
    let asks = |refusal: &Refusal| refusal.each().any(|one| one.code == "task-after-promise");
    let asks_after = sent.as_ref().is_some_and(|(form, refusal)| asks(refusal) || form.checked("after_promise"));
    let saved = filled(&now, &app.city().settings.zone);
    let seen =
        sent.as_ref().filter(|_| !changed).map_or_else(|| edits.to_string(), |(form, _)| form.text("edits").into());
    let form = saved.redrawn(sent.as_ref().map(|(form, _)| form.clone()), changed).with("edits", seen);
    let page = who.page().titled("tasks-change-title").back_to(format!("/tasks/{code}/assign"));
    let (status, page) = with_refusal(page, sent.as_ref().map(|(_, refusal)| refusal));
    let drawn = ChangePage {
        code,
        form,
        asks_after,
        promised: hand.matter.as_ref().and_then(|held| held.matter.promised()).map(jiff::Timestamp::as_millisecond),
        window: window(&page, hand.row.starts_at, hand.row.ends_at),
        coming: hand.row.slots - hand.row.slots_left,
        needs: super::desk_words(&page, &hand.task.needs),
        matter_code: hand.matter.as_ref().map(|held| held.code.clone()),
        now: changed.then_some(now),
        page,
    };
    Ok(html(if changed { StatusCode::CONFLICT } else { status }, &drawn))
}

pub async fn show(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, code, None).await
}

fn read(form: &Form, zone: &TimeZone) -> Result<Changed, Refusal> {
    Ok(Changed {
        title: form.text("title").to_owned(),
        window: cutting::window(form, zone)?,
        notes: form.text("notes").to_owned(),
        place_hint: form.text("place_hint").to_owned(),
        // What is no number is refused with the limits, like a number that is too large.
        slots: Some(form.text("slots")).filter(|typed| !typed.is_empty()).map(|typed| typed.parse().unwrap_or(0)),
    })
}

pub async fn send(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let refusal = match read(&form, &app.city().settings.zone) {
        Err(refusal) => refusal,
        Ok(changed) => {
            let looked =
                Looked { edits: form.text("edits").parse().ok(), after_promise: Some(form.checked("after_promise")) };
            let asked = (code.clone(), changed, looked);
            let done = submit(&app, &who, &form, asked, |tx, who, at, (code, changed, looked)| {
                Box::pin(async move {
                    let task = by_code(tx, &code).await?.id();
                    changing::edit_task(tx, who, at, task, (&changed, looked)).await?;
                    Ok(go_with(format!("/tasks/{code}/assign"), "tasks-changed"))
                })
            });
            match done.await? {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    draw(&app, &who, code, Some((form, refusal))).await
}
