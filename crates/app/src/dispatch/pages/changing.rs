//! The form that changes a task.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::{Failure, Form, Page, html};
use rules::shared::{Refusal, Window};

use super::cutting::local;
use super::{by_code, window};
use crate::App;
use crate::dispatch::changing::{self, Changed};
use crate::web::{Submitted, Who, go_with, instant, submit, with_refusal};

#[derive(Template)]
#[template(path = "dispatch/change.html")]
struct ChangePage {
    page: Page,
    code: String,
    form: Form,
    /// How often it was changed until this drawing.
    edits: usize,
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
    let page = who.page().titled("tasks-change-title").back_to(format!("/tasks/{code}/assign"));
    let (status, page) = with_refusal(page, sent.as_ref().map(|(_, refusal)| refusal));
    let drawn = ChangePage {
        code,
        form: sent.map_or_else(|| filled(&now, &app.city().settings.zone), |(form, _)| form),
        edits,
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
        window: Window { start: instant(form, "start", zone)?, end: instant(form, "end", zone)? },
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
            let seen: Option<usize> = form.text("edits").parse().ok();
            let done =
                submit(&app, &who, &form, (code.clone(), changed, seen), |tx, who, at, (code, changed, seen)| {
                    Box::pin(async move {
                        let task = by_code(tx, &code).await?.id();
                        changing::edit_task(tx, who, at, task, (&changed, seen)).await?;
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
