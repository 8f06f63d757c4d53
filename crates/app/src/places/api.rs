//! The JSON API of places: the tree, its grids, names.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use kit::paging::{Cursor, PageOf};
use rules::shared::ids::PlaceThing;
use rules::shared::{Refusal, characters};
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
    /// The cursor of the next page of a search.
    pub next: Option<String>,
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
    /// From `next` of the page before; with the same `q` and `parent`.
    cursor: Option<String>,
}

/// A place by what a client may call it: its id or its code.
pub async fn find(tx: &mut Tx<'_>, reference: &str) -> Result<Option<Place>, Stop> {
    match reference.parse() {
        Ok(id) => store::by_id(tx, id).await,
        // One engine cannot even be asked for what no text holds.
        Err(_) if characters::all_may_stand("", reference).is_err() => Ok(None),
        Err(_) => store::by_code(tx, reference).await,
    }
}

/// The place that a parameter names.
///
/// # Errors
/// 400 `query-place` at the parameter. The tree is public, so that it says nothing of what somebody may not see.
pub async fn asked(tx: &mut Tx<'_>, name: &'static str, reference: &str) -> Result<Place, Stop> {
    let unknown = || Refusal::new("query-place").with("name", name).with("value", reference).at_field(name);
    find(tx, reference).await?.ok_or_else(|| Stop::Asked(unknown()))
}

/// How many of the places found come on a page.
const PAGE: usize = 50;

/// Lists all children of a place, or searches: by name, the shortest first, or by code or
/// initials, in the order of the tree. A page at a time. Public.
#[utoipa::path(
    get, path = "/api/v1/places", tag = "places", params(Asked),
    responses(
        (status = 200, body = PlacesJson),
        (status = 400, description = "There is no such parent, or the cursor is not of this list.")
    )
)]
pub async fn index(State(app): State<App>, ApiQuery(asked): ApiQuery<Asked>) -> Result<Json<PlacesJson>, Failure> {
    let cursor = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let after: Option<store::After> = cursor.map(Cursor::key).transpose()?;
    let page = app
        .read(move |mut tx| {
            Box::pin(async move {
                let parent = match &asked.parent {
                    Some(reference) => Some(self::asked(&mut tx, "parent", reference).await?),
                    None => None,
                };
                let words = asked.q.as_deref().map(str::trim).filter(|q| !q.is_empty());
                let items = match (words, parent) {
                    (Some(words), parent) => {
                        let within = parent.as_ref().map(|p| p.path.as_str());
                        let found = store::found_after(&mut tx, words, within, after, PAGE + 1).await?;
                        return Ok(PageOf::cut(found, PAGE, store::after));
                    }
                    (None, Some(parent)) => store::children(&mut tx, parent.id).await?,
                    (None, None) => {
                        let root = tx.city().settings.root_code.clone();
                        store::by_code(&mut tx, &root).await?.into_iter().collect()
                    }
                };
                Ok(PageOf { items, next: None })
            })
        })
        .await?;
    Ok(Json(PlacesJson { items: page.items.iter().map(PlaceJson::from).collect(), next: page.next }))
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
