//! The JSON API of one's rights over one's own data.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::civil::Date;
use kit::Failure;
use rules::rights::kept::{Kept, schedule};
use rules::shared::Refusal;
use rules::shared::ids::{PersonId, PersonThing};
use rules::shared::text::basis_for;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::copy::{self, CopyJson, CopyValue};
use super::erasing;
use crate::App;
use crate::web::json::path_id;
use crate::web::{Call, Who, api_answer};

/// A kind of data that is kept about people. Texts are in Chinese.
#[derive(Serialize, ToSchema)]
pub struct KeptJson {
    #[schema(example = "contact")]
    pub key: String,
    pub name: String,
    pub what: String,
    pub purpose: String,
    /// Law and article; to staff also what of it is still to be verified.
    pub basis: String,
    pub period: String,
    /// The term in months, where it is one.
    pub months: Option<u16>,
    /// What an erasure does to it: `gone` or `nameless`.
    #[schema(example = "gone")]
    pub erased: String,
    pub after: String,
    /// From which day this holds.
    pub valid_from: String,
}

impl KeptJson {
    fn of(kept: &Kept, day: Date, is_staff: bool) -> KeptJson {
        KeptJson {
            key: kept.key.clone(),
            name: kept.name.zh.clone(),
            what: kept.what.zh.clone(),
            purpose: kept.purpose.zh.clone(),
            basis: basis_for(is_staff, &kept.basis),
            period: kept.period_on(day).zh,
            months: kept.months,
            erased: kept.erased.key().to_owned(),
            after: kept.after.zh.clone(),
            valid_from: kept.valid_from.to_string(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct KeptList {
    pub items: Vec<KeptJson>,
}

/// Lists what is kept about people: why, by which law, how long, and what an erasure leaves of it.
#[utoipa::path(get, path = "/api/v1/kept", tag = "rights", responses((status = 200, body = KeptList)))]
pub async fn kept(State(app): State<App>, who: Who) -> Json<KeptList> {
    let day = app.city().calendar.date(app.now().recorded);
    let items = schedule(day).into_iter().map(|kept| KeptJson::of(kept, day, who.actor().is_staff())).collect();
    Json(KeptList { items })
}

/// Everything that is kept about oneself, as of now.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/copy", tag = "rights", params(("id" = String, Path,)),
    responses((status = 200, body = CopyJson), (status = 404))
)]
pub async fn copy(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<CopyJson>, Failure> {
    let (person, actor, at): (PersonId, _, _) = (path_id(&id)?, who.actor().clone(), app.now());
    let made = app.read(move |mut tx| Box::pin(async move { copy::copy(&mut tx, &actor, at, person).await })).await?;
    Ok(Json(made.json(person, &app.city().settings.zone)))
}

/// What stands in the way of an erasure: the codes with which it would be refused, the first first.
#[derive(Serialize, ToSchema)]
pub struct ObstaclesJson {
    #[schema(example = json!(["erase-open-matters"]))]
    pub obstacles: Vec<String>,
}

/// Says what must be settled before a person can be erased; empty when nothing must.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/erasure", tag = "rights", params(("id" = String, Path,)),
    responses((status = 200, body = ObstaclesJson), (status = 404))
)]
pub async fn obstacles(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<ObstaclesJson>, Failure> {
    let (person, actor, at): (PersonId, _, _) = (path_id(&id)?, who.actor().clone(), app.now());
    let asked = app.read(move |mut tx| Box::pin(async move { erasing::asked(&mut tx, &actor, at, person).await }));
    let code = |refusal: Refusal| refusal.code.to_owned();
    Ok(Json(ObstaclesJson { obstacles: asked.await?.1.into_iter().map(code).collect() }))
}

/// That somebody is to be erased.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "understood": true }))]
pub struct EraseJson {
    /// It cannot be undone, and they know.
    pub understood: bool,
}

/// Somebody who was erased.
#[derive(Serialize, ToSchema)]
pub struct ErasedJson {
    pub id: String,
    pub erased: bool,
}

/// Erases a person for good: oneself, or as the administrator somebody who asks at a counter. Their sessions and tokens end
/// with it.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/erasure", tag = "rights", params(("id" = String, Path,)), request_body = EraseJson,
    responses((status = 200, body = ErasedJson), (status = 404), (status = 422))
)]
pub async fn erase(call: Call<PersonThing, EraseJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, person, body| {
        Box::pin(async move {
            erasing::erase(tx, who, at, person, body.understood).await?;
            api_answer(&ErasedJson { id: person.to_string(), erased: true })
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(kept, copy, obstacles, erase),
    components(schemas(KeptJson, KeptList, CopyJson, CopyValue, ObstaclesJson, EraseJson, ErasedJson))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut whole = Api::openapi();
    whole.merge(super::corrections::api::Api::openapi());
    whole.merge(super::reads::api::Api::openapi());
    whole.merge(super::data_handlers::api::Api::openapi());
    whole.merge(super::assessments::api::Api::openapi());
    whole
}
