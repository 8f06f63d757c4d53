//! Changing a task by program.

use axum::response::Response;
use kit::Failure;
use rules::shared::Window;
use rules::shared::ids::TaskThing;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::changing::{self, Changed, Looked};
use super::super::view::{TaskWhole, of_hand};
use crate::web::json::read_instant;
use crate::web::{Call, api_answer};

/// What changes; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "start": "2026-06-09T09:00:00+08:00", "end": "2026-06-09T11:00:00+08:00" }))]
pub struct ChangeJson {
    pub title: Option<String>,
    pub start: Option<String>,
    pub end: Option<String>,
    /// What the volunteer should know beforehand: no name, no telephone, no door.
    pub notes: Option<String>,
    /// Community and building.
    pub place_hint: Option<String>,
    /// How many people it takes: not fewer than have accepted. What else it asks of them stays as it was cut.
    pub slots: Option<u16>,
    /// Whether another time is meant to be after what was promised to whose matter it is: `false` is refused then
    /// (`task-after-promise`). Nothing is asked when it is left out.
    pub after_promise: Option<bool>,
}

/// Changes a task as long as nobody has signed in. Whoever has accepted is told, and is free to leave.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/change", tag = "dispatch", params(("id" = String, Path,)), request_body = ChangeJson,
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn change(call: Call<TaskThing, ChangeJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let was = Changed::of(&changing::find(tx, who, id).await?);
            let time = |text: &Option<String>, field| text.as_deref().map(|t| read_instant(t, field)).transpose();
            let changed = Changed {
                window: Window {
                    start: time(&body.start, "start")?.unwrap_or(was.window.start),
                    end: time(&body.end, "end")?.unwrap_or(was.window.end),
                },
                title: body.title.unwrap_or(was.title),
                notes: body.notes.unwrap_or(was.notes),
                place_hint: body.place_hint.unwrap_or(was.place_hint),
                slots: body.slots,
            };
            let looked = Looked { edits: None, after_promise: body.after_promise };
            changing::edit_task(tx, who, at, id, (&changed, looked)).await?;
            let hand = changing::find(tx, who, id).await?;
            api_answer(&of_hand(tx, who, at, &hand).await?)
        })
    })
    .await
}
