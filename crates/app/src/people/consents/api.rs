//! The JSON API of consents.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::people::access::{Consent, PersonSubject, on_person};
use rules::shared::ids::{PersonId, PersonThing};
use rules::shared::{Actor, Moment};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use crate::people::register;
use crate::web::json::{instant, path_id};
use crate::web::{Call, Who, api_answer};
use crate::{App, Stop, Tx};

/// How somebody stands to a purpose.
#[derive(Serialize, ToSchema)]
pub struct ConsentJson {
    #[schema(example = "photo_published")]
    pub purpose: String,
    /// The version of the text that is asked for now.
    pub version: u16,
    /// It was given, and to this version.
    pub holds: bool,
    /// The text in Chinese.
    pub text: String,
    /// What withdrawing does, in Chinese.
    pub effect: String,
    /// When something was last said about it.
    pub said_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ConsentList {
    pub items: Vec<ConsentJson>,
}

async fn list(tx: &mut Tx<'_>, who: &Actor, person: PersonId, at: Moment) -> Result<ConsentList, Stop> {
    let row = register::seen(tx, who, person).await?;
    on_person::<Consent>(who, &PersonSubject { person, home_path: &row.place_path, serving_now: &[] })
        .map_err(|_| Stop::Missing)?;
    let zone = tx.city().settings.zone.clone();
    let standings = super::standings(tx, person, at).await?;
    let json = |s: super::Standing| ConsentJson {
        purpose: s.purpose.key.clone(),
        version: s.purpose.version,
        holds: s.holds,
        text: s.purpose.text.zh.clone(),
        effect: s.purpose.effect.zh.clone(),
        said_at: s.said_at.map(|at| instant(at, &zone)),
    };
    Ok(ConsentList { items: standings.into_iter().map(json).collect() })
}

/// Lists what a person consents to.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/consents", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = ConsentList), (status = 404))
)]
pub async fn index(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<ConsentList>, Failure> {
    let (person, actor, at) = (path_id::<PersonThing>(&id)?, who.actor().clone(), app.now());
    let shown = app.read(move |mut tx| Box::pin(async move { list(&mut tx, &actor, person, at).await }));
    Ok(Json(shown.await?))
}

/// A consent given or taken back.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "photo_published", "given": true }))]
pub struct ConsentSaidJson {
    pub purpose: String,
    pub given: bool,
}

/// Gives a consent or takes it back: oneself, or staff who hold the signed paper.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/consents", tag = "people", params(("id" = String, Path,)),
    request_body = ConsentSaidJson,
    responses((status = 200, body = ConsentList), (status = 403), (status = 404), (status = 422))
)]
pub async fn say(call: Call<PersonThing, ConsentSaidJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, person, body| {
        Box::pin(async move {
            super::say(tx, who, at, person, (&body.purpose, body.given)).await?;
            api_answer(&list(tx, who, person, at).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(paths(index, say), components(schemas(ConsentJson, ConsentList, ConsentSaidJson)))]
pub struct Api;
