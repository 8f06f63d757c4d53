//! The JSON API of impact assessments.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::rights::assessment::Draft;
use rules::shared::ids::{AssessmentId, AssessmentThing};
use rules::shared::{Actor, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::{AssessmentRow, Listed};
use crate::web::json::{body_day, path_id};
use crate::web::{ApiJson, Call, Created, IdempotencyKey, Who, api_answer, idempotent};
use crate::{App, Stop, Tx};

/// A version of an impact assessment.
#[derive(Serialize, ToSchema)]
pub struct AssessmentJson {
    #[schema(example = "pia_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    pub version: i32,
    pub title: String,
    /// `sensitive`, `automated`, `passed_on`, `abroad` or `grave`.
    pub occasion: String,
    pub purpose: String,
    pub effect: String,
    pub measures: String,
    pub valid_from: String,
    /// When it is to be looked at again.
    pub review_on: String,
    pub approved_by: String,
    pub approved_on: String,
    /// The code of the county or city whose it is.
    #[schema(example = "371722")]
    pub place: String,
    /// The day from which nothing rests on it any more, and why; none while it stands.
    pub ended_on: Option<String>,
    pub end_reason: Option<String>,
    /// Until when it is kept at least, once it has ended.
    pub kept_until: Option<String>,
    /// Whether the asker may write a new version of it, or end it.
    pub changes: bool,
}

impl AssessmentJson {
    fn of(row: AssessmentRow, place: &str, changes: bool) -> AssessmentJson {
        AssessmentJson {
            kept_until: row.kept_until(),
            place: place.to_owned(),
            changes,
            id: row.id().to_string(),
            version: row.version,
            title: row.title,
            occasion: row.occasion,
            purpose: row.purpose,
            effect: row.effect,
            measures: row.measures,
            valid_from: row.valid_from,
            review_on: row.review_on,
            approved_by: row.approved_by,
            approved_on: row.approved_on,
            ended_on: row.ended_on,
            end_reason: row.end_reason,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AssessmentList {
    pub items: Vec<AssessmentJson>,
}

/// The versions of an assessment as `who` sees it.
async fn whole(tx: &mut Tx<'_>, who: &Actor, id: AssessmentId) -> Result<AssessmentList, Stop> {
    let (place, versions) = super::find(tx, who, id).await?;
    let changes = super::may_change(who, &place) && versions.iter().all(|row| row.ended_on.is_none());
    let json = |row| AssessmentJson::of(row, &place.code, changes);
    Ok(AssessmentList { items: versions.into_iter().map(json).collect() })
}

/// Lists the newest version of each assessment that one accounts for and of those of the places around: the next to be looked
/// at first, and at the end what has ended (`ended_on`).
#[utoipa::path(
    get, path = "/api/v1/assessments", tag = "rights", responses((status = 200, body = AssessmentList), (status = 403))
)]
pub async fn index(State(app): State<App>, who: Who) -> Result<Json<AssessmentList>, Failure> {
    let actor = who.actor().clone();
    let listed = app.read(move |mut tx| Box::pin(async move { super::list(&mut tx, &actor).await })).await?;
    let json = |one: Listed| AssessmentJson::of(one.row, &one.place.code, one.changes);
    Ok(Json(AssessmentList { items: listed.into_iter().map(json).collect() }))
}

/// The versions of an assessment, the newest first.
#[utoipa::path(
    get, path = "/api/v1/assessments/{id}", tag = "rights", params(("id" = String, Path,)),
    responses((status = 200, body = AssessmentList), (status = 404))
)]
pub async fn one(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<AssessmentList>, Failure> {
    let (id, actor): (AssessmentId, _) = (path_id(&id)?, who.actor().clone());
    let found = app.read(move |mut tx| Box::pin(async move { whole(&mut tx, &actor, id).await }));
    Ok(Json(found.await?))
}

/// What was weighed, and who approved it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "place": "371722", "title": "把住址给接单的志愿者", "occasion": "passed_on",
    "purpose": "上门服务要知道门牌", "effect": "住址可能外泄", "measures": "任务结束就看不到，每次查看有记录",
    "valid_from": "2026-07-01", "review_on": "2027-07-01", "approved_by": "单县社会工作部", "approved_on": "2026-06-08" }))]
pub struct AssessmentEnteredJson {
    /// The code of the county or city; left out for a new version.
    #[serde(default)]
    pub place: String,
    /// Of a new version: the version that was looked at.
    pub seen: Option<i32>,
    pub title: String,
    /// `sensitive`, `automated`, `passed_on`, `abroad` or `grave`.
    #[schema(pattern = "^(sensitive|automated|passed_on|abroad|grave)$")]
    pub occasion: String,
    pub purpose: String,
    pub effect: String,
    pub measures: String,
    /// `2026-06-08`, as the other days.
    pub valid_from: String,
    pub review_on: String,
    pub approved_by: String,
    pub approved_on: String,
}

impl AssessmentEnteredJson {
    fn draft(self) -> Result<Draft, Refusal> {
        let day = |text: &str, field: &'static str| body_day(text, field).map(Some);
        Ok(Draft {
            valid_from: day(&self.valid_from, "valid_from")?,
            review_on: day(&self.review_on, "review_on")?,
            approved_on: day(&self.approved_on, "approved_on")?,
            title: self.title,
            occasion: self.occasion,
            purpose: self.purpose,
            effect: self.effect,
            measures: self.measures,
            approved_by: self.approved_by,
        })
    }
}

#[derive(Serialize, ToSchema)]
pub struct AssessmentMadeJson {
    pub id: String,
}

/// Enters an impact assessment for a county or the city. One that says the same as one that stands there, days apart, is refused
/// with that one's id (`assessment-twice`): of that a new version is written.
#[utoipa::path(
    post, path = "/api/v1/assessments", tag = "rights", request_body = AssessmentEnteredJson,
    responses((status = 201, body = AssessmentMadeJson), (status = 403), (status = 422))
)]
pub async fn record(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<AssessmentEnteredJson>,
) -> Result<Response, Failure> {
    idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let place = body.place.clone();
            let id = super::record(tx, who, at, &place, &body.draft()?).await?;
            Created(AssessmentMadeJson { id: id.to_string() }).try_into()
        })
    })
    .await
}

/// Enters a new version; the ones before stay as they were approved.
#[utoipa::path(
    post, path = "/api/v1/assessments/{id}/versions", tag = "rights", params(("id" = String, Path,)),
    request_body = AssessmentEnteredJson,
    responses((status = 200, body = AssessmentList), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn revise(call: Call<AssessmentThing, AssessmentEnteredJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let seen = body.seen.unwrap_or(0);
            super::revise(tx, who, at, id, (&body.draft()?, seen)).await?;
            api_answer(&whole(tx, who, id).await?)
        })
    })
    .await
}

/// That nothing rests on an assessment any more.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ended_on": "2026-06-08", "reason": "不再把住址给志愿者" }))]
pub struct AssessmentEndJson {
    /// From which day on: no day before it was approved, and none after today.
    pub ended_on: String,
    pub reason: String,
}

/// Ends an assessment on which nothing rests any more. It stays to be read, in the list of what has ended, and is kept as long
/// as the law says.
#[utoipa::path(
    post, path = "/api/v1/assessments/{id}/end", tag = "rights", params(("id" = String, Path,)),
    request_body = AssessmentEndJson,
    responses((status = 200, body = AssessmentList), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn end(call: Call<AssessmentThing, AssessmentEndJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let on = body_day(&body.ended_on, "ended_on")?;
            super::end(tx, who, at, id, (Some(on), &body.reason)).await?;
            api_answer(&whole(tx, who, id).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(index, one, record, revise, end),
    components(schemas(AssessmentJson, AssessmentList, AssessmentEnteredJson, AssessmentMadeJson, AssessmentEndJson))
)]
pub struct Api;
