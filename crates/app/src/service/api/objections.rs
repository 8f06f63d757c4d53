//! Objections to records as JSON.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::Failure;
use rules::shared::ids::{RecordId, RecordThing};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::objecting::{self, Heard};
use crate::App;
use crate::web::json::{instant, path_id};
use crate::web::{Call, NoBody, Who};

/// What somebody said against a record, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObjectionJson {
    /// As what: `served`, `volunteer` or `staff`.
    #[schema(example = "served")]
    pub raised_as: String,
    #[schema(example = "2026-06-08T18:00:00+08:00")]
    pub raised_at: String,
    /// Missing once who is named in it was erased.
    #[schema(example = "只来了五分钟")]
    pub words: Option<String>,
    /// `open`; `answered` until a second person has confirmed the record; then `decided`, or `withdrawn`.
    #[schema(example = "open")]
    pub state: String,
    /// When the volunteer said something to it.
    pub heard_at: Option<String>,
    /// What that is, for the volunteer and for who looks into it.
    pub heard: Option<String>,
    pub answered_at: Option<String>,
    pub answered_by: Option<String>,
    /// What is answered to it.
    pub answer: Option<String>,
    /// What became of the record: `unchanged`, `corrected` or `void`.
    pub found: Option<String>,
    /// When it was decided or taken back.
    pub ended_at: Option<String>,
}

/// What was said against a record, the first on top.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ObjectionList {
    pub items: Vec<ObjectionJson>,
}

/// What the volunteer says to an objection.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "words": "我从两点待到三点，走的时候她在睡觉" }))]
pub struct ObjectionWordsJson {
    #[serde(default)]
    pub words: String,
}

fn objection_json(told: Heard, zone: &TimeZone) -> ObjectionJson {
    let Heard { row, heard } = told;
    ObjectionJson {
        raised_at: instant(row.raised_at, zone),
        heard_at: row.heard_at.map(|at| instant(at, zone)),
        answered_at: row.answered_at.map(|at| instant(at, zone)),
        ended_at: row.over_at.map(|at| instant(at, zone)),
        raised_as: row.raised_as,
        words: row.words,
        state: row.state,
        heard,
        answered_by: row.answerer_name,
        answer: row.answer,
        found: row.found,
    }
}

/// Lists what was said against a record, for whoever may see the record.
#[utoipa::path(
    get, path = "/api/v1/records/{id}/objections", tag = "service", params(("id" = String, Path,)),
    responses((status = 200, body = ObjectionList), (status = 404))
)]
pub async fn index(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<ObjectionList>, Failure> {
    let (id, zone): (RecordId, _) = (path_id(&id)?, app.city().settings.zone.clone());
    let told = app
        .act(who.actor(), id, |mut tx, actor, at, id| {
            Box::pin(async move { objecting::read(&mut tx, &actor, at, id).await })
        })
        .await?;
    Ok(Json(ObjectionList { items: told.into_iter().map(|one| objection_json(one, &zone)).collect() }))
}

/// The volunteer says something to an objection, or staff write the volunteer's words down.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/objection-answer", tag = "service", params(("id" = String, Path,)),
    request_body = ObjectionWordsJson,
    responses((status = 200, body = super::RecordJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn answer(call: Call<RecordThing, ObjectionWordsJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            objecting::hear(tx, who, at, id, &body.words).await?;
            super::answer(tx, who, id).await
        })
    })
    .await
}

/// Who raised an objection takes it back until it is decided. Needs no body.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/objection-withdrawal", tag = "service", params(("id" = String, Path,)),
    responses((status = 200, body = super::RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn withdraw(call: Call<RecordThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            objecting::withdraw(tx, who, at, id).await?;
            super::answer(tx, who, id).await
        })
    })
    .await
}
