//! What the desk does to a matter besides judging and closing it.

use axum::response::Response;
use kit::Failure;
use rules::matters::Given;
use rules::matters::workflow::PartAnswer;
use rules::shared::Refusal;
use rules::shared::ids::MatterThing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::view::MatterWhole;
use super::super::{actions, reaching, urging};
use super::{WordsJson, shown};
use crate::Stop;
use crate::places::api as places_api;
use crate::web::json::{body_id, read_instant};
use crate::web::{Call, NoBody, api_answer};

/// One department's answer in a joint review.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "organisation": "org_…", "agrees": true, "said": "符合条件" }))]
pub struct PartJson {
    pub organisation: String,
    pub agrees: bool,
    pub said: Option<String>,
    /// A refusal names the law or rule it rests on.
    pub basis: Option<String>,
}

/// Answers one department's part of a joint review.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/parts", tag = "matters", params(("id" = String, Path,)), request_body = PartJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn part(call: Call<MatterThing, PartJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let organisation = body_id(&body.organisation, "organisation")?;
            let answer = PartAnswer { organisation, agrees: body.agrees, said: body.said, basis: body.basis };
            let held = actions::answer_part(tx, who, at, id, &answer).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// A lawful pause.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "rule": "supplement", "reason": "缺健康证" }))]
pub struct PauseJson {
    /// The key of one of the kind's pause rules.
    pub rule: String,
    pub reason: String,
}

/// Lets the clocks stand still where the law allows it.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/pause", tag = "matters", params(("id" = String, Path,)), request_body = PauseJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn pause(call: Call<MatterThing, PauseJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = actions::pause(tx, who, at, id, &body.rule, &body.reason).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Lets the clocks run again.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/resumption", tag = "matters", params(("id" = String, Path,)),
    request_body = WordsJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn resume(call: Call<MatterThing, WordsJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            let held = actions::resume(tx, who, at, id).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// To whom or where a matter goes.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "place": "371722003004", "reason": "在隔壁社区" }))]
pub struct WhereJson {
    /// A person on staff.
    pub handler: Option<String>,
    /// The id or code of a place of the same county.
    pub place: Option<String>,
    pub organisation: Option<String>,
    pub reason: Option<String>,
    pub basis: Option<String>,
}

/// Gives the matter to a person on staff, or takes it oneself.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/assignment", tag = "matters", params(("id" = String, Path,)),
    request_body = WhereJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn assign(call: Call<MatterThing, WhereJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let missing = || Refusal::new("answer-requires").with("field", "handler").at_field("handler");
            let handler = body_id(body.handler.as_deref().ok_or_else(missing)?, "handler")?;
            let held = actions::assign(tx, who, at, id, handler).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Hands it to another place of the county or to a department. The resident's clock runs on.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/rerouting", tag = "matters", params(("id" = String, Path,)),
    request_body = WhereJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn reroute(call: Call<MatterThing, WhereJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let place = match &body.place {
                Some(place) => Some(places_api::find(tx, place).await?.ok_or(Stop::Missing)?.id),
                None => None,
            };
            let organisation = body.organisation.as_deref().map(|o| body_id(o, "organisation")).transpose()?;
            let given = Given { reason: body.reason, basis: body.basis, ..Given::default() };
            let held = actions::reroute(tx, who, at, id, (place, organisation), &given).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Whether whoever asks, or the one they act for, follows a matter now.
#[derive(Serialize, ToSchema)]
pub struct FollowJson {
    #[schema(example = "mat_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub matter: String,
    pub follows: bool,
}

/// 「我也要，跟着这一件」: hears what the person who raised it hears.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/followers", tag = "matters", params(("id" = String, Path,)),
    request_body = WordsJson, responses((status = 200, body = FollowJson), (status = 404), (status = 422))
)]
pub async fn follow(call: Call<MatterThing, WordsJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            let follower = who.stands_for().ok_or(Stop::SignIn)?;
            actions::follow(tx, who, at, id, follower).await?;
            api_answer(&FollowJson { matter: id.to_string(), follows: true })
        })
    })
    .await
}

/// Hears no more of it.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/followers/removal", tag = "matters", params(("id" = String, Path,)),
    responses((status = 200, body = FollowJson), (status = 404), (status = 422))
)]
pub async fn unfollow(call: Call<MatterThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            let follower = who.stands_for().ok_or(Stop::SignIn)?;
            actions::unfollow(tx, who, at, id, follower).await?;
            api_answer(&FollowJson { matter: id.to_string(), follows: false })
        })
    })
    .await
}

/// The same matter, raised before.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "into": "mat_…" }))]
pub struct MergeJson {
    pub into: String,
    /// Why what two people asked for is one: wanted where each is somebody's own, and read by staff alone.
    pub reason: Option<String>,
}

/// Closes it as the same as another.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/merging", tag = "matters", params(("id" = String, Path,)),
    request_body = MergeJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn merge(call: Call<MatterThing, MergeJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = actions::merge(tx, who, at, id, body_id(&body.into, "into")?, body.reason.as_deref()).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// When the resident hears from us next.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "at": "2026-06-09T17:00:00+08:00" }))]
pub struct NextWordJson {
    pub at: String,
}

/// Promises the next word.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/next-word", tag = "matters", params(("id" = String, Path,)),
    request_body = NextWordJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn next_word(call: Call<MatterThing, NextWordJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = actions::next_word(tx, who, at, id, read_instant(&body.at, "at")?).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// What is said with an urging.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "text": "已超时两天，请今天办" }))]
pub struct UrgeJson {
    /// Read by staff alone.
    pub text: String,
}

/// Urges those whose step it is to see to what is late, by message: at most once a day.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/urging", tag = "matters", params(("id" = String, Path,)),
    request_body = UrgeJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn urge(call: Call<MatterThing, UrgeJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = urging::urge(tx, who, at, id, &body.text).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Whether it is private, and why staff lift that.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "private": true }))]
pub struct PrivateJson {
    pub private: bool,
    /// Why whoever on staff may read it makes it known again: wanted of them, and read by whose it is.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Marks it private; whose it is lifts that, and whoever on staff may read it, with the `reason`.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/privacy", tag = "matters", params(("id" = String, Path,)),
    request_body = PrivateJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn set_private(call: Call<MatterThing, PrivateJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = actions::set_private(tx, who, at, id, body.private, body.reason.as_deref()).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Writes down that somebody rang and nobody answered, where whose matter it is is called back. An answer by which it ends without
/// their word is given only after as many tries as the kind asks for (`unreachable-too-few`).
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/tries", tag = "matters", params(("id" = String, Path,)),
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn tried(call: Call<MatterThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            let held = reaching::tried(tx, who, at, id).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}
