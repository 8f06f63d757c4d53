//! 「这条有误？」: saying that a record is wrong, answering that, and taking it back.

use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, Form};
use rules::service::objection::Side;
use rules::shared::ids::RecordId;

use super::hours::show;
use crate::App;
use crate::service::objecting;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit};

/// The hours stop counting until it is settled.
pub async fn contest(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = path_id(&id)?;
    let reason = form.text("reason").to_owned();
    let done = submit(&app, &who, &form, (record, reason), |tx, who, at, (record, reason)| {
        Box::pin(async move {
            let side = objecting::contest(tx, who, at, record, &reason).await?;
            let says = if side == Side::Staff { "tasks-contested-by-staff" } else { "tasks-contested" };
            Ok(go_with(format!("/me/records/{record}"), says))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => show(&app, &who, &id, Some((form, &refusal))).await,
    }
}

/// What the volunteer says to it: as often as they like until it is decided.
pub async fn hear(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let record: RecordId = path_id(&id)?;
    let done = submit(&app, &who, &form, (record, form.text("words").to_owned()), |tx, who, at, (record, words)| {
        Box::pin(async move {
            objecting::hear(tx, who, at, record, &words).await?;
            Ok(go_with(format!("/me/records/{record}"), "objection-heard"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => show(&app, &who, &id, Some((form, &refusal))).await,
    }
}

/// Who raised it takes it back.
pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = path_id(&id)?;
    let done = submit(&app, &who, &form, record, |tx, who, at, record| {
        Box::pin(async move {
            objecting::withdraw(tx, who, at, record).await?;
            Ok(go_with(format!("/me/records/{record}"), "objection-withdrawn"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => show(&app, &who, &id, Some((form, &refusal))).await,
    }
}
