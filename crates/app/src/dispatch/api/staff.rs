//! Not going oneself after all.

use axum::response::Response;
use kit::Failure;
use rules::shared::ids::TaskThing;

use super::super::actions;
use super::super::view::TaskWhole;
use super::{ReasonJson, shown};
use crate::web::Call;

/// Steps back from a task that one was to go to oneself, as staff: the place is free again, somebody else is looked for, and whose
/// matter it is hears of it if they were told that somebody comes. The reason is for colleagues.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/assignment/withdrawal", tag = "dispatch", params(("id" = String, Path,)),
    request_body = ReasonJson,
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404),
        (status = 422, description = "`task-not-going` for whoever has no place, `task-not-standing`, `task-over`."))
)]
pub async fn step_back(call: Call<TaskThing, ReasonJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            actions::step_back(tx, who, at, id, body.reason.as_deref()).await?;
            shown(tx, who, at, id).await
        })
    })
    .await
}
