//! Where a volunteer asked for somebody to look in, as JSON.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use kit::Failure;
use rules::matters::Values;
use rules::service::access::Look;
use rules::shared::Verb;
use rules::shared::ids::MatterThing;
use rules::shared::permit::might;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::matters::view::{MatterWhole, shown_code, whole};
use crate::service::looking;
use crate::web::json::instant;
use crate::web::{Call, Who, api_answer};
use crate::{App, Stop};

/// A matter in which somebody is still to look in. What the volunteer told is read on the page of the matter.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LookJson {
    #[schema(example = "mat_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub matter: String,
    #[schema(example = "Q 4F7-K2M9-X3A")]
    pub code: String,
    /// Since when.
    #[schema(example = "2026-06-08T11:00:00+08:00")]
    pub wanted_at: String,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LookList {
    pub items: Vec<LookJson>,
}

/// Lists where a volunteer asked for somebody to look in and nobody has written down yet what came of it, the longest first.
#[utoipa::path(
    get, path = "/api/v1/looks", tag = "service",
    responses((status = 200, body = LookList), (status = 403))
)]
pub async fn index(State(app): State<App>, who: Who) -> Result<Json<LookList>, Failure> {
    if !might::<Look>(who.actor()) {
        return Err(Stop::Forbidden { verb: Look::NAME }.into());
    }
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| Box::pin(async move { looking::waiting(&mut tx, &actor).await })).await?;
    let city = app.city();
    let items = found.into_iter().map(|(row, since)| LookJson {
        matter: row.id().to_string(),
        code: shown_code(&city, &row.kind, &row.code),
        wanted_at: instant(since, &city.settings.zone),
    });
    Ok(Json(LookList { items: items.collect() }))
}

/// What came of it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "下午去看过，老人没事，药已经配好" }))]
pub struct LookedJson {
    /// Read by staff alone.
    pub text: String,
}

/// Writes down what came of it that a volunteer asked for somebody to look in.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/look", tag = "service", params(("id" = String, Path,)),
    request_body = LookedJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn look(call: Call<MatterThing, LookedJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = looking::look(tx, who, at, id, &body.text).await?;
            api_answer(&whole(tx, who, &held, Values::new()).await?)
        })
    })
    .await
}
