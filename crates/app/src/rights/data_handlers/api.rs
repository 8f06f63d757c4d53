//! The JSON API of who answers for personal information.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use kit::Failure;
use rules::rights::data_handler::Entry;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::{Standing, standings};
use crate::App;
use crate::web::json::body_day;
use crate::web::{ApiJson, Created, IdempotencyKey, Who, idempotent};

/// Who answers for the personal information of a county today; without a body nobody was named yet.
#[derive(Serialize, ToSchema)]
pub struct DataHandlerJson {
    /// The code of the county, or of the city.
    #[schema(example = "371722")]
    pub place: String,
    #[schema(example = "单县")]
    pub place_name: String,
    /// Named for this county itself; else for the whole city.
    pub own: bool,
    pub valid_from: Option<String>,
    pub body: Option<String>,
    pub contact: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    /// The person in charge of protecting personal information, where there is one.
    pub officer: Option<String>,
    /// Who is named for this place itself from a later day on.
    pub coming: Vec<ComingHandlerJson>,
}

/// Who will answer, and from which day on.
#[derive(Serialize, ToSchema)]
pub struct ComingHandlerJson {
    #[schema(example = "2026-09-01")]
    pub valid_from: String,
    pub body: String,
}

impl From<Standing> for DataHandlerJson {
    fn from(one: Standing) -> DataHandlerJson {
        let handler = one.handler;
        let text = |value: fn(&rules::shared::data_handler::DataHandler) -> &str| {
            handler.as_ref().map(|handler| value(handler).to_owned()).filter(|text| !text.is_empty())
        };
        DataHandlerJson {
            place: one.place.code,
            place_name: one.place.name,
            own: one.own,
            valid_from: handler.as_ref().map(|handler| handler.valid_from.to_string()),
            body: text(|h| &h.body),
            contact: text(|h| &h.contact),
            phone: text(|h| &h.phone),
            address: text(|h| &h.address),
            officer: text(|h| &h.officer),
            coming: one
                .coming
                .into_iter()
                .map(|later| ComingHandlerJson { valid_from: later.valid_from.to_string(), body: later.body })
                .collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct DataHandlerList {
    pub items: Vec<DataHandlerJson>,
}

/// Lists who answers for personal information today, for the city and for each county. Open to everybody.
#[utoipa::path(
    get, path = "/api/v1/data-handlers", tag = "rights", responses((status = 200, body = DataHandlerList))
)]
pub async fn index(State(app): State<App>) -> Result<Json<DataHandlerList>, Failure> {
    let at = app.now();
    let found = app.read(move |mut tx| Box::pin(async move { standings(&mut tx, at).await })).await?;
    Ok(Json(DataHandlerList { items: found.into_iter().map(DataHandlerJson::from).collect() }))
}

/// Who answers from a day on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "place": "371722", "valid_from": "2026-07-01", "body": "单县社会工作部", "contact": "综合科",
    "phone": "0530-12345", "address": "单县某路 1 号", "officer": "" }))]
pub struct DataHandlerNamedJson {
    /// The code of a county, or of the city for all counties that name nobody themselves.
    pub place: String,
    pub valid_from: String,
    pub body: String,
    pub contact: String,
    pub phone: String,
    pub address: String,
    #[serde(default)]
    pub officer: String,
}

#[derive(Serialize, ToSchema)]
pub struct DataHandlerMadeJson {
    #[schema(example = "hdl_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
}

/// Names who answers for the personal information of a county or of the city.
#[utoipa::path(
    post, path = "/api/v1/data-handlers", tag = "rights", request_body = DataHandlerNamedJson,
    responses((status = 201, body = DataHandlerMadeJson), (status = 403), (status = 422))
)]
pub async fn name(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<DataHandlerNamedJson>,
) -> Result<Response, Failure> {
    let answered = idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let day = body_day(&body.valid_from, "valid_from")?;
            let DataHandlerNamedJson { place, body, contact, phone, address, officer, .. } = body;
            let entry = Entry { valid_from: Some(day), body, contact, phone, address, officer };
            let id = super::name(tx, who, at, &place, &entry).await?;
            Created(DataHandlerMadeJson { id: id.to_string() }).try_into()
        })
    })
    .await;
    app.web.data_handlers.forget();
    answered
}

#[derive(OpenApi)]
#[openapi(
    paths(index, name),
    components(schemas(
        DataHandlerJson,
        ComingHandlerJson,
        DataHandlerList,
        DataHandlerNamedJson,
        DataHandlerMadeJson
    ))
)]
pub struct Api;
