//! The codes that whoever waits at the door says to who comes.

use axum::Json;
use axum::extract::{Path, State};
use kit::Failure;
use rules::shared::ids::MatterThing;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::service::check_codes;
use crate::web::json::instant;
use crate::web::{Who, referred};

/// The check code of a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CheckCodeJson {
    #[schema(example = "tsk_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub task: String,
    /// Six digits, which the volunteer types to sign in.
    #[schema(example = "042817")]
    pub code: String,
    #[schema(example = "2026-06-08T14:00:00+08:00")]
    pub starts_at: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CheckCodeList {
    pub items: Vec<CheckCodeJson>,
}

/// Lists the check codes of the tasks of one's own matter for which somebody comes: to be said at the door and nowhere else.
/// Whoever comes themselves reads none.
#[utoipa::path(
    get, path = "/api/v1/matters/{id}/check-codes", tag = "service", params(("id" = String, Path,)),
    responses((status = 200, body = CheckCodeList), (status = 404))
)]
pub async fn codes(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<CheckCodeList>, Failure> {
    let id = referred::<MatterThing>(&app, &id).await?;
    let (actor, at) = (who.actor().clone(), app.now());
    let found =
        app.read(move |mut tx| Box::pin(async move { check_codes::of_matter(&mut tx, &actor, at, id).await })).await?;
    let zone = app.city().settings.zone.clone();
    let one = |code: check_codes::CheckCode| CheckCodeJson {
        task: code.task.to_string(),
        code: code.code,
        starts_at: instant(code.starts_at, &zone),
    };
    Ok(Json(CheckCodeList { items: found.into_iter().map(one).collect() }))
}
