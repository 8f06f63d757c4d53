//! 确认服务记录: what waits for a second person.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::service::access::Remind;
use rules::shared::ids::RecordId;
use rules::shared::permit::might;

use super::Line;
use crate::matters::pages::desk;
use crate::service::records::RecordRow;
use crate::service::{actions, confirming};
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop};

/// The longest list: confirmed ones make room.
const ROWS: i64 = 60;

#[derive(Template)]
#[template(path = "service/confirm.html")]
struct ConfirmPage {
    page: Page,
    /// Those that can be confirmed.
    lines: Vec<Line>,
    /// Those that wait for the volunteer's words; of whoever was reminded lately, when.
    wordless: Vec<(Line, Option<i64>)>,
    may_remind: bool,
    /// Those that somebody says are wrong.
    contested: Vec<Line>,
}

async fn show(app: &App, who: &Who, status: StatusCode, errors: Errors) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    if !actor.is_staff() {
        return Err(Stop::Forbidden { verb: "service.confirm" }.into());
    }
    let at = app.now();
    let (waiting, reminded, contested) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let waiting = actions::records_to_confirm(&mut tx, &actor, ROWS).await?;
                let wordless = waiting.iter().filter(|row| row.waits_for_content());
                let wordless: Vec<RecordId> = wordless.map(RecordRow::id).collect();
                let reminded = confirming::reminded_lately(&mut tx, at, &wordless).await?;
                Ok((waiting, reminded, actions::records_contested(&mut tx, &actor, ROWS).await?))
            })
        })
        .await?;
    let mut page = who.page().titled("tasks-confirm-title").with_errors(errors);
    page.crumbs = vec![desk::crumb(&page, &app.city(), who.actor())];
    let (wordless, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(RecordRow::waits_for_content);
    let last = |row: &RecordRow| reminded.get(&row.id()).map(|last| last.as_millisecond());
    let wordless = wordless.into_iter().map(|row| (last(&row), row)).map(|(last, row)| (Line::of(&page, row), last));
    let wordless = wordless.collect();
    let lines = |rows: Vec<RecordRow>| rows.into_iter().map(|row| Line::of(&page, row)).collect();
    let drawn = ConfirmPage {
        lines: lines(waiting),
        wordless,
        may_remind: might::<Remind>(who.actor()),
        contested: lines(contested),
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    show(&app, &who, StatusCode::OK, Errors::new()).await
}

pub async fn confirm(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let done = submit(&app, &who, &form, record, |tx, who, at, record| {
        Box::pin(async move {
            confirming::confirm(tx, who, at, record).await?;
            Ok(go_with("/desk/confirm", "tasks-confirmed"))
        })
    })
    .await?;
    finish(&app, &who, done).await
}

/// Reminds the volunteer to say what was done.
pub async fn remind(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let done = submit(&app, &who, &form, record, |tx, who, at, record| {
        Box::pin(async move {
            confirming::remind(tx, who, at, record).await?;
            Ok(go_with("/desk/confirm", "tasks-reminded"))
        })
    });
    finish(&app, &who, done.await?).await
}

async fn finish(app: &App, who: &Who, done: Submitted) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            show(app, who, StatusCode::UNPROCESSABLE_ENTITY, refusal_errors(&who.page(), &refusal)).await
        }
    }
}
