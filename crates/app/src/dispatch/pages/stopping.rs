//! The question before the waves of a task are ended.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::shared::Refusal;

use super::by_code;
use crate::App;
use crate::dispatch::stopping;
use crate::web::{Submitted, Who, go_with, refusal_words, submit};

#[derive(Template)]
#[template(path = "dispatch/stop.html")]
struct StopPage {
    page: Page,
    code: String,
    title: String,
    /// Who was invited and has not answered: their names, and until when an answer counts.
    waiting: Vec<(String, Option<i64>)>,
    /// Anyone may take it, which ends as well.
    is_open: bool,
    /// Why there is nothing to end.
    nothing: Option<String>,
}

async fn draw(app: &App, who: &Who, code: String, refused: Option<Refusal>) -> Result<Response, Failure> {
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = who.page().titled("tasks-stop-title").back_to(format!("/tasks/{code}/assign"));
    let (actor, at, asked) = (who.actor().clone(), app.now(), code.clone());
    let looked = app
        .read(move |mut tx| {
            Box::pin(async move {
                if let Some(refusal) = refused {
                    return Ok(Err(refusal));
                }
                let task = by_code(&mut tx, &asked).await?.id();
                match stopping::stopped(&mut tx, &actor, at, task).await {
                    Ok(stopped) => Ok(Ok(stopped)),
                    Err(crate::Stop::Refused(refusal)) => Ok(Err(refusal)),
                    Err(stop) => Err(stop),
                }
            })
        })
        .await?;
    let nothing = looked.as_ref().err().map(|refusal| refusal_words(&page, refusal));
    let (title, is_open, waiting) =
        looked.map(|stopped| (stopped.task.title, stopped.was_open, stopped.waiting)).unwrap_or_default();
    let waiting = waiting.into_iter().map(|offer| (offer.person_name, offer.reply_by)).collect();
    Ok(html(status, &StopPage { page, code, title, waiting, is_open, nothing }))
}

pub async fn ask(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, code, None).await
}

pub async fn end(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let done = submit(&app, &who, &form, code.clone(), |tx, who, at, code| {
        Box::pin(async move {
            let task = by_code(tx, &code).await?.id();
            stopping::stop_waves(tx, who, at, task).await?;
            Ok(go_with(format!("/tasks/{code}/assign"), "tasks-stopped"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, code, Some(refusal)).await,
    }
}
