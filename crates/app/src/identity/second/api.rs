//! The JSON API of second steps. Who signs in does so on pages: a token needs no second step, and an administrator ends it.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kit::Failure;
use rules::shared::ids::PersonThing;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::actions::{self, Standing};
use crate::identity::pages::password::fits_person;
use crate::web::json::{instant, path_id};
use crate::web::{Call, Who, api_answer};
use crate::{App, Stop};

/// How somebody's second step stands.
#[derive(Serialize, ToSchema)]
pub struct SecondStepJson {
    /// Since when it is asked for; `null` while it is not.
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub since: Option<String>,
    /// Whether the city or the county asks it of their role.
    pub required: bool,
    /// Printed codes that were not used yet.
    #[schema(example = 10)]
    pub codes_left: i64,
}

fn standing_json(standing: &Standing, zone: &jiff::tz::TimeZone) -> SecondStepJson {
    SecondStepJson {
        since: standing.since.map(|at| instant(at, zone)),
        required: standing.is_required,
        codes_left: standing.codes_left,
    }
}

/// The password of one's own account.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "password": "lotus pond at 6" }))]
pub struct BeginJson {
    pub password: String,
}

/// A secret that waits a quarter of an hour for its first code. It is shown this once.
#[derive(Serialize, ToSchema)]
pub struct BegunJson {
    /// To be typed into a program that makes codes.
    #[schema(example = "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")]
    pub secret: String,
    /// The same for a QR.
    #[schema(example = "otpauth://totp/…")]
    pub uri: String,
}

/// A code of six digits, or where one is lost a printed one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "287082" }))]
pub struct CodeJson {
    pub code: String,
}

/// Printed codes, each good once, for the day on which the telephone is lost. They are shown this once.
#[derive(Serialize, ToSchema)]
pub struct CodesJson {
    #[schema(example = json!(["kmtw-6p3x-ydhq"]))]
    pub recovery_codes: Vec<String>,
}

/// Why it is taken away, in at most 200 characters.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "手机丢失，已当面核实" }))]
pub struct SecondResetJson {
    pub reason: String,
}

/// Shows how it stands: one's own, or for an administrator anybody's.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/second-step", tag = "identity", params(("id" = String, Path,)),
    responses((status = 200, body = SecondStepJson), (status = 404))
)]
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<SecondStepJson>, Failure> {
    let (person, actor, at) = (path_id::<PersonThing>(&id)?, who.actor().clone(), app.now());
    let read =
        app.read(move |mut tx| Box::pin(async move { actions::standing(&mut tx, &actor, at, person).await })).await?;
    Ok(Json(standing_json(&read, &app.city().settings.zone)))
}

/// Draws the secret of one's own second step. The answer holds it and is not kept; a wrong password counts as a failed
/// sign-in.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/second-step", tag = "identity", params(("id" = String, Path,)),
    request_body = BeginJson,
    responses((status = 201, body = BegunJson), (status = 403), (status = 404), (status = 422), (status = 429))
)]
pub async fn begin(call: Call<PersonThing, BeginJson>) -> Result<Response, Failure> {
    let (app, actor, person, at) = (call.app.clone(), call.who.actor().clone(), call.id(), call.app.now());
    let tried = app.web.sign_ins.check(&call.who.caller.key)?;
    // Whoever it is not is told so below, without a password compared.
    let own = actor.person == Some(person);
    let fits = own && fits_person(&app, at, &actor, person, call.body.password.clone()).await?;
    let begun = app.act(&actor, (), move |mut tx, actor, at, ()| {
        Box::pin(async move { actions::begin(&mut tx, &actor, at, person, fits).await })
    });
    let shown = begun.await?.map_err(Stop::from)?;
    tried.give_back();
    Ok((StatusCode::CREATED, Json(BegunJson { secret: shown.text, uri: shown.uri })).into_response())
}

/// Shows by a first code that the telephone has the secret; from now on signing in asks for one. The answer holds the
/// printed codes and is not kept; a wrong code counts as a failed sign-in.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/second-step/confirmation", tag = "identity", params(("id" = String, Path,)),
    request_body = CodeJson,
    responses((status = 200, body = CodesJson), (status = 403), (status = 404), (status = 422), (status = 429))
)]
pub async fn confirm(call: Call<PersonThing, CodeJson>) -> Result<Response, Failure> {
    let (app, person) = (&call.app, call.id());
    let tried = app.web.sign_ins.check(&call.who.caller.key)?;
    let confirmed = app.act(call.who.actor(), call.body.code.clone(), move |mut tx, actor, at, code| {
        Box::pin(async move { actions::confirm(&mut tx, &actor, at, person, &code).await })
    });
    let recovery_codes = confirmed.await?.map_err(Stop::from)?;
    tried.give_back();
    Ok(Json(CodesJson { recovery_codes }).into_response())
}

/// Ends one's own second step by a last code; a wrong one counts as a failed sign-in.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/second-step/end", tag = "identity", params(("id" = String, Path,)),
    request_body = CodeJson,
    responses((status = 200, body = SecondStepJson), (status = 403), (status = 404), (status = 422), (status = 429))
)]
pub async fn end(call: Call<PersonThing, CodeJson>) -> Result<Response, Failure> {
    let (app, person) = (&call.app, call.id());
    let tried = app.web.sign_ins.check(&call.who.caller.key)?;
    let ended = app.act(call.who.actor(), call.body.code.clone(), move |mut tx, actor, at, code| {
        Box::pin(async move {
            match actions::end(&mut tx, &actor, at, person, &code).await? {
                Ok(()) => actions::standing(&mut tx, &actor, at, person).await.map(Ok),
                Err(refusal) => Ok(Err(refusal)),
            }
        })
    });
    let standing = ended.await?.map_err(Stop::from)?;
    tried.give_back();
    Ok(Json(standing_json(&standing, &app.city().settings.zone)).into_response())
}

/// Takes somebody's second step away, because telephone and printed codes are lost; their sessions end.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/second-step/reset", tag = "identity", params(("id" = String, Path,)),
    request_body = SecondResetJson,
    responses((status = 200, body = SecondStepJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn reset(call: Call<PersonThing, SecondResetJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, person, body| {
        Box::pin(async move {
            actions::reset(tx, who, at, person, &body.reason).await?;
            let zone = tx.city().settings.zone.clone();
            api_answer(&standing_json(&actions::standing(tx, who, at, person).await?, &zone))
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(show, begin, confirm, end, reset),
    components(schemas(SecondStepJson, BeginJson, BegunJson, CodeJson, CodesJson, SecondResetJson))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
