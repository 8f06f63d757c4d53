//! 申请复核: the forms by which a volunteer appeals, staff write an appeal down, and somebody above decides.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, Form};
use rules::service::appeal::Outcome;
use rules::shared::ids::RecordId;

use super::{hours, reviews};
use crate::App;
use crate::service::appealing;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit};

/// Keeps an appeal, and goes on to the page it was written on.
async fn ask(app: &App, who: &Who, id: RecordId, form: &Form, page: &'static str) -> Result<Submitted, Failure> {
    let input = (id, form.text("words").to_owned(), page);
    submit(app, who, form, input, |tx, who, at, (id, words, page)| {
        Box::pin(async move {
            appealing::ask(tx, who, at, id, &words).await?;
            Ok(go_with(format!("{page}/{id}"), "appeal-asked"))
        })
    })
    .await
}

/// The volunteer appeals.
pub async fn own(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    match ask(&app, &who, path_id(&id)?, &form, "/me/records").await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => hours::show(&app, &who, &id, Some((form, &refusal))).await,
    }
}

/// Staff write down what the volunteer says.
pub async fn for_volunteer(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    match ask(&app, &who, id, &form, "/desk/reviews").await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => reviews::draw(&app, &who, id, form, Some(&refusal)).await,
    }
}

pub async fn decide(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    let input = (id, Outcome::from_key(form.text("outcome")), form.text("reason").to_owned());
    let done = submit(&app, &who, &form, input, |tx, who, at, (id, outcome, reason)| {
        Box::pin(async move {
            appealing::decide(tx, who, at, id, (outcome, &reason)).await?;
            Ok(go_with("/desk/reviews", "appeal-decided"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => reviews::draw(&app, &who, id, form, Some(&refusal)).await,
    }
}
