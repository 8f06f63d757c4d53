//! 我不去了, for whoever on staff was given a task and does not cut or dispatch any: from the page of the task.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, Form};

use super::by_code;
use super::tasks::finish;
use crate::App;
use crate::dispatch::actions;
use crate::web::json::called;
use crate::web::{Who, go_with, submit};

pub async fn step_back(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let input = (code.clone(), form.text("why_not").to_owned());
    let done = submit(&app, &who, &form, input, |tx, who, at, (code, reason)| {
        Box::pin(async move {
            let task = by_code(tx, &code).await?.id();
            let done = actions::step_back(tx, who, at, task, Some(&reason)).await;
            done.map_err(|stop| called(stop, &[("reason", "why_not")]))?;
            // The task may be no business of theirs any more.
            Ok(go_with("/", "tasks-stepped-back"))
        })
    })
    .await?;
    finish(&app, &who, code, form, done).await
}
