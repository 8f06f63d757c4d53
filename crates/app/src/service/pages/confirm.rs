//! 待确认的服务记录: what waits for a second person.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::shared::ids::RecordId;

use super::Line;
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
    lines: Vec<Line>,
    /// Those that somebody says are wrong.
    contested: Vec<Line>,
}

async fn show(app: &App, who: &Who, status: StatusCode, errors: Errors) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    if !actor.is_staff() {
        return Err(Stop::Forbidden { verb: "service.confirm" }.into());
    }
    let (waiting, contested) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let waiting = actions::records_to_confirm(&mut tx, &actor, ROWS).await?;
                Ok((waiting, actions::records_contested(&mut tx, &actor, ROWS).await?))
            })
        })
        .await?;
    let page = who.page().titled("tasks-confirm-title").with_errors(errors);
    let lines = |rows: Vec<RecordRow>| rows.into_iter().map(|row| Line::of(&page, row)).collect();
    Ok(html(status, &ConfirmPage { lines: lines(waiting), contested: lines(contested), page }))
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
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            show(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, refusal_errors(&who.page(), &refusal)).await
        }
    }
}
