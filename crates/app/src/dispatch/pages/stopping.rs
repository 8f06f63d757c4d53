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

async fn draw(app: &App, who: &Who, code: String, refusal: Option<Refusal>) -> Result<Response, Failure> {
    let page = who.page().titled("tasks-stop-title").back_to(format!("/tasks/{code}/assign"));
    if let Some(refusal) = refusal {
        let nothing = Some(refusal_words(&page, &refusal));
        let drawn = StopPage { page, code, title: String::new(), waiting: Vec::new(), is_open: false, nothing };
        return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &drawn));
    }
    let (actor, at, asked) = (who.actor().clone(), app.now(), code.clone());
    let running = app
        .read(move |mut tx| {
            Box::pin(async move {
                let task = by_code(&mut tx, &asked).await?.id();
                match stopping::find(&mut tx, &actor, at, task).await {
                    Ok(running) => Ok(Ok(running)),
                    Err(crate::Stop::Refused(refusal)) => Ok(Err(refusal)),
                    Err(stop) => Err(stop),
                }
            })
        })
        .await?;
    let drawn = match running {
        Ok(running) => StopPage {
            page,
            code,
            title: running.hand.task.title.clone(),
            waiting: running.waiting.into_iter().map(|offer| (offer.person_name, offer.reply_by)).collect(),
            is_open: running.hand.task.open,
            nothing: None,
        },
        Err(refusal) => {
            let nothing = Some(refusal_words(&page, &refusal));
            StopPage { page, code, title: String::new(), waiting: Vec::new(), is_open: false, nothing }
        }
    };
    Ok(html(StatusCode::OK, &drawn))
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
