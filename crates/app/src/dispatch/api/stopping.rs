//! Ending waves by program.

use axum::response::Response;
use kit::Failure;
use rules::shared::ids::TaskThing;

use super::super::stopping;
use super::super::view::TaskWhole;
use crate::web::{Call, NoBody};

/// Ends the waves of a task that is still looking: nobody further is invited, and nobody takes it from the list. Whoever was
/// invited may answer until their time is over.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/waves/end", tag = "dispatch", params(("id" = String, Path,)),
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn stop(call: Call<TaskThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            stopping::stop_waves(tx, who, at, id).await?;
            super::shown(tx, who, at, id).await
        })
    })
    .await
}
