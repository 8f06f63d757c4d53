//! The photos of a matter.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use kit::Failure;
use rules::shared::cover::{Cover, Square};
use rules::shared::ids::{FileId, FileThing, MatterId, MatterThing};
use rules::shared::{Actor, Cell};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::Held;
use super::super::photos::{self, PhotoRow};
use crate::exchange::photos::Stored;
use crate::web::json::path_id;
use crate::web::{ApiJson, Created, IdempotencyKey, NoBody, Who, api_answer, file_bytes, idempotent, referred};
use crate::{App, Stop, Tx, exchange};

/// A square of the grid of twelve columns over a photo, counted from 0 at the left and at the top.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SquareJson {
    pub column: u32,
    pub row: u32,
}

/// A photo, without its bytes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PhotoJson {
    #[schema(example = "fil_00060034e9s1k2g7xgh0v4c5b8fzn")]
    pub id: String,
    /// In pixels.
    pub width: i32,
    pub height: i32,
    /// How many rows the grid over it has.
    pub rows: u32,
    /// Whether others than its handlers see it.
    pub released: bool,
    /// What is covered on the copy that they see.
    pub covered: Vec<SquareJson>,
}

#[derive(Serialize, ToSchema)]
pub struct PhotoList {
    pub items: Vec<PhotoJson>,
}

/// The bytes of a photo.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct PhotoBytes(pub Vec<u8>);

/// What to cover before others see the photo; an empty list says that there is nothing to cover.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "cover": [{ "column": 3, "row": 2 }, { "column": 4, "row": 2 }] }))]
pub struct ReleaseJson {
    pub cover: Vec<SquareJson>,
}

fn photo_json(photo: &PhotoRow) -> PhotoJson {
    let cover = photo.cover();
    let covered = photo.grid().squares().filter(|square| cover.as_ref().is_some_and(|cover| cover.covers(*square)));
    PhotoJson {
        id: photo.id().to_string(),
        width: photo.width,
        height: photo.height,
        rows: photo.grid().rows(),
        released: photo.released().is_some(),
        covered: covered.map(|square| SquareJson { column: square.column, row: square.row }).collect(),
    }
}

async fn list(tx: &mut Tx<'_>, who: &Actor, id: MatterId) -> Result<PhotoList, Stop> {
    let seen = photos::seen_by(tx, who, id).await?;
    Ok(PhotoList { items: seen.iter().map(|(photo, _)| photo_json(photo)).collect() })
}

/// Lists the photos that the asker sees: all of them for who handles the matter; for whose it is their own, and those of
/// others once they are released.
#[utoipa::path(
    get, path = "/api/v1/matters/{id}/photos", tag = "matters", params(("id" = String, Path,)),
    responses((status = 200, body = PhotoList))
)]
pub async fn index(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<PhotoList>, Failure> {
    let (id, actor) = (referred::<MatterThing>(&app, &id).await?, who.actor().clone());
    Ok(Json(app.read(move |mut tx| Box::pin(async move { list(&mut tx, &actor, id).await })).await?))
}

/// A photo as the asker may see it: a JPEG. A look of others at a protected photo as it was taken is logged.
#[utoipa::path(
    get, path = "/api/v1/matters/{id}/photos/{file}", tag = "matters",
    params(("id" = String, Path,), ("file" = String, Path,)),
    responses((status = 200, content_type = "image/jpeg", body = PhotoBytes))
)]
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path((id, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let (id, file) = (referred::<MatterThing>(&app, &id).await?, path_id::<FileThing>(&file)?);
    let shown = app.act(who.actor(), (id, file), |mut tx, who, at, photo| {
        Box::pin(async move { photos::show(&mut tx, &who, at, photo, Some("api")).await })
    });
    Ok(exchange::photos::answer(&app, shown.await?).await?)
}

/// What a photo may be.
const MEDIA: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

/// The photo that is a call's whole body: the bytes that were sent, and what was kept of them.
pub(super) async fn sent(app: &App, cell: Cell, request: Request) -> Result<(Vec<u8>, Stored), Failure> {
    let bytes = file_bytes(request, &MEDIA, "not-a-photo").await?;
    let photo = exchange::photos::take_in(app, cell, app.now(), "photo", bytes.clone()).await?;
    Ok((bytes, photo))
}

/// Adds a photo to a matter that is open: whose it is, and who handles it. The body is the photo, of at most eight mebibytes;
/// what the camera wrote into it is not kept. Until somebody has covered faces and plates, only its handlers and who added it
/// see it.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/photos", tag = "matters", params(("id" = String, Path,)),
    request_body(content((PhotoBytes = "image/jpeg"), (PhotoBytes = "image/png"), (PhotoBytes = "image/webp"))),
    responses((status = 201, body = PhotoList), (status = 415, description = "The body is no JPEG, PNG or WebP."),
        (status = 422, description = "`photos-most`: each adds as many as `max` of the kind's field of photos says."))
)]
pub async fn add(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    request: Request,
) -> Result<Response, Failure> {
    let (id, actor) = (referred::<MatterThing>(&app, &id).await?, who.actor().clone());
    let may = app.read(move |mut tx| {
        Box::pin(async move {
            let held = Held::find(&mut tx, &actor, id).await?;
            photos::may_add(&mut tx, &actor, &held).await
        })
    });
    may.await?;
    let (bytes, photo) = sent(&app, id.cell, request).await?;
    idempotent(&app, &who, key, bytes, photo, move |tx, who, at, photo| {
        Box::pin(async move {
            let held = Held::find(tx, who, id).await?;
            photos::may_add(tx, who, &held).await?;
            photos::add(tx, who, at, &held, &photo).await?;
            Created(list(tx, who, id).await?).try_into()
        })
    })
    .await
}

/// Covers squares of a photo and lets others see it; what was covered before counts no more.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/photos/{file}/release", tag = "matters",
    params(("id" = String, Path,), ("file" = String, Path,)), request_body = ReleaseJson,
    responses((status = 200, body = PhotoList))
)]
pub async fn release(
    State(app): State<App>,
    who: Who,
    Path((id, file)): Path<(String, String)>,
    key: IdempotencyKey,
    body: ApiJson<ReleaseJson>,
) -> Result<Response, Failure> {
    let (id, file): (_, FileId) = (referred::<MatterThing>(&app, &id).await?, path_id::<FileThing>(&file)?);
    let actor = who.actor().clone();
    let photo = app.read(move |mut tx| {
        Box::pin(async move {
            let (held, photo) = photos::at_desk(&mut tx, &actor, id, file).await?;
            photos::may_release(&tx, &actor, &held)?;
            Ok(photo)
        })
    });
    let photo = photo.await?;
    let grid = photo.grid();
    let squares = body.value.cover.iter().map(|square| Square { column: square.column, row: square.row });
    let cover = Cover::new(grid, squares).map_err(Stop::from)?;
    let copy = exchange::photos::covered_copy(&app, id.cell, app.now(), photo.stored(), &cover).await?;
    idempotent(&app, &who, key, body.bytes, (cover, copy), move |tx, who, at, (cover, copy)| {
        Box::pin(async move {
            photos::release(tx, who, at, (id, file), &cover, copy.as_ref()).await?;
            api_answer(&list(tx, who, id).await?)
        })
    })
    .await
}

/// Hides a released photo again from all but its handlers and who added it.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/photos/{file}/withholding", tag = "matters",
    params(("id" = String, Path,), ("file" = String, Path,)),
    responses((status = 200, body = PhotoList))
)]
pub async fn withhold(
    State(app): State<App>,
    who: Who,
    Path((id, file)): Path<(String, String)>,
    key: IdempotencyKey,
    body: Option<ApiJson<NoBody>>,
) -> Result<Response, Failure> {
    let (id, file): (_, FileId) = (referred::<MatterThing>(&app, &id).await?, path_id::<FileThing>(&file)?);
    let bytes = body.map(|body| body.bytes).unwrap_or_default();
    idempotent(&app, &who, key, bytes, (), move |tx, who, at, ()| {
        Box::pin(async move {
            photos::withhold(tx, who, at, (id, file)).await?;
            api_answer(&list(tx, who, id).await?)
        })
    })
    .await
}
