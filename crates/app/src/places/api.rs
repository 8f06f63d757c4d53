//! The JSON API of places: the tree, its grids, names.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::shared::ids::PlaceThing;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::changing;
use super::store::{self, Place};
use crate::web::{ApiQuery, Call, Created, api_answer};
use crate::{App, Stop, Tx};

/// A place.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlaceJson {
    #[schema(example = "plc_0000034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    /// 4, 6, 9, 12 or 15 digits.
    #[schema(example = "371722003003")]
    pub code: String,
    #[schema(example = "黄楼社区")]
    pub name: String,
    /// `city`, `county`, `township`, `community`, `village` or `grid`.
    #[schema(example = "community")]
    pub level: String,
    /// Codes from the city down.
    #[schema(example = "3717/371722/371722003/371722003003/")]
    pub path: String,
}

impl From<&Place> for PlaceJson {
    fn from(place: &Place) -> PlaceJson {
        PlaceJson {
            id: place.id.to_string(),
            code: place.code.clone(),
            name: place.name.clone(),
            level: place.level.clone(),
            path: place.path.clone(),
        }
    }
}

/// A place as other things name it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlaceRef {
    #[schema(example = "371722003003")]
    pub code: String,
    #[schema(example = "黄楼社区")]
    pub name: String,
}

/// A list of places.
#[derive(Serialize, ToSchema)]
pub struct PlacesJson {
    pub items: Vec<PlaceJson>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Asked {
    /// The id or code of a place: its children are listed, or searched when `q` is given too.
    #[param(example = "371722")]
    parent: Option<String>,
    /// Part of a name, pinyin initials, or the beginning of a code.
    #[param(example = "黄楼")]
    q: Option<String>,
}

/// A place by what a client may call it: its id or its code.
pub async fn find(tx: &mut Tx<'_>, reference: &str) -> Result<Option<Place>, Stop> {
    match reference.parse() {
        Ok(id) => store::by_id(tx, id).await,
        Err(_) => store::by_code(tx, reference).await,
    }
}

/// Lists the children of a place, or searches by name. Public.
#[utoipa::path(
    get, path = "/api/v1/places", tag = "places", params(Asked),
    responses(
        (status = 200, body = PlacesJson),
        (status = 404, description = "There is no such parent.")
    )
)]
pub async fn index(State(app): State<App>, ApiQuery(asked): ApiQuery<Asked>) -> Result<Json<PlacesJson>, Failure> {
    let places = app
        .read(move |mut tx| {
            Box::pin(async move {
                let parent = match &asked.parent {
                    Some(reference) => Some(find(&mut tx, reference).await?.ok_or(Stop::Missing)?),
                    None => None,
                };
                let words = asked.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
                match (words, parent) {
                    (Some(words), parent) => {
                        store::search(&mut tx, words, parent.as_ref().map(|p| p.path.as_str()), 50).await
                    }
                    (None, Some(parent)) => store::children(&mut tx, parent.id).await,
                    (None, None) => {
                        let root = tx.city().settings.root_code.clone();
                        Ok(store::by_code(&mut tx, &root).await?.into_iter().collect())
                    }
                }
            })
        })
        .await?;
    Ok(Json(PlacesJson { items: places.iter().map(PlaceJson::from).collect() }))
}

/// Shows a place by its id or its code. Public.
#[utoipa::path(
    get, path = "/api/v1/places/{id}", tag = "places", params(("id" = String, Path, example = "371722003003")),
    responses((status = 200, body = PlaceJson), (status = 404))
)]
pub async fn show(State(app): State<App>, Path(reference): Path<String>) -> Result<Json<PlaceJson>, Failure> {
    let place =
        app.read(move |mut tx| Box::pin(async move { find(&mut tx, &reference).await?.ok_or(Stop::Missing) })).await?;
    Ok(Json(PlaceJson::from(&place)))
}

/// A grid that is to be added.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "第三网格" }))]
pub struct NewGridJson {
    /// What it is called; the name of its village or community is put before it.
    pub name: String,
}

/// Divides a village or community: one more grid, with the next free code.
#[utoipa::path(
    post, path = "/api/v1/places/{id}/grids", tag = "places", params(("id" = String, Path,)),
    request_body = NewGridJson,
    responses((status = 201, body = PlaceJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn add_grid(call: Call<PlaceThing, NewGridJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let grid = changing::add_grid(tx, who, at, id, &body.name).await?;
            Created(PlaceJson::from(&grid)).try_into()
        })
    })
    .await
}

/// Another name for a place.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "known": "黄楼社区第三网格", "name": "黄楼社区荷塘网格" }))]
pub struct NameJson {
    /// The name it has as far as you know: another one means that somebody was faster.
    pub known: String,
    pub name: String,
}

/// Calls a place something else.
#[utoipa::path(
    post, path = "/api/v1/places/{id}/name", tag = "places", params(("id" = String, Path,)), request_body = NameJson,
    responses((status = 200, body = PlaceJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn rename(call: Call<PlaceThing, NameJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let place = changing::rename(tx, who, at, id, &body.known, &body.name).await?;
            api_answer(&PlaceJson::from(&place))
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(paths(index, show, add_grid, rename), components(schemas(PlaceJson, PlacesJson, NewGridJson, NameJson)))]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
