//! Appeals as JSON: each with the review that it is against.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use kit::Failure;
use rules::service::appeal::Outcome;
use rules::shared::Actor;
use rules::shared::ids::{RecordId, RecordThing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{actions, appealing};
use super::reviews::{ReviewJson, listed, review_json};
use crate::identity::once::Answer;
use crate::web::{Call, Who, api_answer};
use crate::{App, Stop, Tx};

/// What is to be looked at again, within one's reach.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppealList {
    /// The longest waiting first.
    pub waiting: Vec<ReviewJson>,
    /// The last first.
    pub decided: Vec<ReviewJson>,
}

/// What the volunteer says against the finding.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "words": "那天是我和陈队一起值的班，签到本上有我们两个人。" }))]
pub struct AppealJson {
    #[serde(default)]
    pub words: String,
}

/// What is decided on an appeal.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "outcome": "overturn", "reason": "签到本上有本人签字，队长作证" }))]
pub struct AppealDecisionJson {
    /// `stand` (the record stays void) or `overturn` (it is what it was before).
    #[serde(default)]
    pub outcome: String,
    /// The volunteer reads it.
    #[serde(default)]
    pub reason: String,
}

/// Lists the appeals within the reach of who decides on them.
#[utoipa::path(
    get, path = "/api/v1/appeals", tag = "service", responses((status = 200, body = AppealList), (status = 403))
)]
pub async fn index(State(app): State<App>, who: Who) -> Result<Json<AppealList>, Failure> {
    let (actor, zone) = (who.actor().clone(), app.city().settings.zone.clone());
    let found = app
        .read(move |mut tx| Box::pin(async move { appealing::list(&mut tx, &actor, i64::from(actions::PAGE)).await }))
        .await?;
    Ok(Json(AppealList { waiting: listed(&found.waiting, &zone)?, decided: listed(&found.decided, &zone)? }))
}

async fn shown(tx: &mut Tx<'_>, who: &Actor, id: RecordId) -> Result<Answer, Stop> {
    let (_, review) = appealing::find(tx, who, id).await?;
    api_answer(&review_json(&review, &tx.city().settings.zone)?)
}

/// Appeals against a review that found a record false, once and in time: the volunteer, or staff who write the volunteer's
/// words down.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/appeal", tag = "service", params(("id" = String, Path,)),
    request_body = AppealJson,
    responses((status = 200, body = ReviewJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn ask(call: Call<RecordThing, AppealJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            appealing::ask(tx, who, at, id, &body.words).await?;
            shown(tx, who, id).await
        })
    })
    .await
}

/// Lets the finding stand or overturns it: somebody above, without a part in the record, in the review or in the asking.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/appeal-decision", tag = "service", params(("id" = String, Path,)),
    request_body = AppealDecisionJson,
    responses((status = 200, body = ReviewJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn decide(call: Call<RecordThing, AppealDecisionJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            appealing::decide(tx, who, at, id, (Outcome::from_key(&body.outcome), &body.reason)).await?;
            shown(tx, who, id).await
        })
    })
    .await
}
