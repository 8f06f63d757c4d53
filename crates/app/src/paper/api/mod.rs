//! The JSON API of paper.

pub mod input;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::paging::PageOf;
use kit::{Failure, Page};
use rules::paper::access::See;
use rules::shared::code::in_groups;
use rules::shared::ids::{BatchId, BatchThing};
use rules::shared::{Actor, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use self::input::{AttendedJson, MatterOnPaperJson, NewBatchJson, RowJson, RowsJson, SpoiltJson};
use super::actions;
use super::entering::{self, Entered, Row};
use super::store::{self, BatchRow, Became};
use crate::exchange::trying;
use crate::places::api as places_api;
use crate::web::json::{instant, path_id};
use crate::web::{ApiJson, ApiQuery, Call, Created, IdempotencyKey, Who, api_answer, idempotent, refusal_words};
use crate::{App, Stop, Tx};

/// A batch of numbered forms, with what became of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchJson {
    #[schema(example = "bat_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    /// The number of the batch, as it is printed.
    #[schema(example = "8QK-31TC-V0Y")]
    pub number: String,
    /// `registration` or `sign_in`.
    #[schema(example = "registration")]
    pub sort: String,
    #[schema(example = "need")]
    pub kind: Option<String>,
    pub task: Option<String>,
    #[schema(example = "黄楼社区")]
    pub place: String,
    pub printed_by: Option<String>,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub printed_at: String,
    /// How many were printed: entered, spoilt and out together.
    #[schema(example = 20)]
    pub forms: i64,
    #[schema(example = 12)]
    pub entered: i64,
    #[schema(example = 1)]
    pub spoilt: i64,
    #[schema(example = 7)]
    pub out: i64,
}

/// A form of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FormJson {
    #[schema(example = "4F7-K2M9-X3A")]
    pub serial: String,
    /// What its QR leads to.
    #[schema(example = "https://helin.example/paper/form/4F7K2M9X3A")]
    pub url: String,
    /// `out`, `entered` or `spoilt`.
    #[schema(example = "out")]
    pub state: String,
    /// `misprinted`, `miswritten`, `lost` or `unused`.
    pub why: Option<String>,
    pub lines: Vec<LineJson>,
}

/// A line of a form that was entered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LineJson {
    pub line: i32,
    /// What it became: a matter or a record. Left out of a private matter, which leaves no trace.
    #[schema(example = "mat_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub became: Option<String>,
    /// The time that is written on the paper.
    #[schema(example = "2026-06-08T21:40:00+08:00")]
    pub written_at: String,
    pub entered_by: Option<String>,
    #[schema(example = "2026-06-09T08:30:00+08:00")]
    pub entered_at: String,
}

/// A batch with its forms.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchWhole {
    #[serde(flatten)]
    pub batch: BatchJson,
    pub items: Vec<FormJson>,
}

/// A page of batches.
#[derive(Serialize, ToSchema)]
pub struct BatchList {
    pub items: Vec<BatchJson>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

/// What became of a row, in the order of the call.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RowAnswer {
    pub serial: String,
    pub line: Option<u16>,
    /// True when it was entered, or would be.
    pub entered: bool,
    /// The matter or record, when it was entered.
    pub became: Option<String>,
    /// Why not: a stable code, words, and the field at fault.
    #[schema(example = "paper-time-future")]
    pub code: Option<String>,
    pub message: Option<String>,
    pub field: Option<String>,
}

/// What became of all rows.
#[derive(Serialize, ToSchema)]
pub struct RowsAnswer {
    /// False when nothing was to be entered.
    pub applied: bool,
    pub items: Vec<RowAnswer>,
}

fn batch_json(tx: &Tx<'_>, row: &BatchRow) -> BatchJson {
    BatchJson {
        id: row.id().to_string(),
        number: row.number(),
        sort: row.sort_key().to_owned(),
        kind: row.kind.clone(),
        task: row.task().map(|task| task.to_string()),
        place: row.place_name.clone(),
        printed_by: row.printed_name.clone(),
        printed_at: instant(row.printed_at, &tx.city().settings.zone),
        forms: row.forms.into(),
        entered: row.entered,
        spoilt: row.spoilt,
        out: row.out(),
    }
}

async fn whole(tx: &mut Tx<'_>, who: &Actor, id: BatchId) -> Result<BatchWhole, Stop> {
    let (row, _) = actions::find::<See>(tx, who, id).await?;
    let city = tx.city();
    let (zone, base) = (&city.settings.zone, &city.settings.base_url);
    let lines = store::lines(tx, id).await?;
    let mut items = Vec::new();
    for form in store::forms(tx, id).await? {
        let of_form = lines.iter().filter(|line| line.serial == form.serial);
        let json = of_form.map(|line| LineJson {
            line: line.line,
            became: line.became().filter(|_| !line.is_private()),
            written_at: instant(line.written_at, zone),
            entered_by: line.entered_name.clone(),
            entered_at: instant(line.entered_at, zone),
        });
        items.push(FormJson {
            serial: in_groups(&form.serial),
            url: format!("{base}/paper/form/{}", form.serial),
            state: form.state().to_owned(),
            why: form.spoilt()?.map(|why| why.key().to_owned()),
            lines: json.collect(),
        });
    }
    Ok(BatchWhole { batch: batch_json(tx, &row), items })
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchesAsked {
    /// The id or code of a place: it and all below.
    #[param(example = "371722003003")]
    place: Option<String>,
    /// From `next` of the page before.
    cursor: Option<String>,
}

/// Batches of one page.
const PAGE: usize = 50;

/// Lists the batches of one's places, the newest first.
#[utoipa::path(
    get, path = "/api/v1/paper/batches", tag = "paper", params(BatchesAsked),
    responses(
        (status = 200, body = BatchList),
        (status = 400, description = "The cursor is not of this list."),
        (status = 404, description = "There is no such place.")
    )
)]
pub async fn index(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<BatchesAsked>,
) -> Result<Json<BatchList>, Failure> {
    let actor = who.actor().clone();
    let before = asked.cursor.as_deref().filter(|c| !c.is_empty()).map(kit::Cursor::key::<Uuid>).transpose()?;
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let within = match &asked.place {
                Some(reference) => Some(places_api::asked(&mut tx, "place", reference).await?.path),
                None => None,
            };
            let rows = actions::batches(&mut tx, &actor, within.as_deref(), before, PAGE + 1).await?;
            let page = PageOf::cut(rows, PAGE, |row| row.id);
            let items = page.items.iter().map(|row| batch_json(&tx, row)).collect();
            Ok(BatchList { items, next: page.next })
        })
    });
    Ok(Json(found.await?))
}

/// Shows a batch with its forms.
#[utoipa::path(
    get, path = "/api/v1/paper/batches/{id}", tag = "paper", params(("id" = String, Path,)),
    responses((status = 200, body = BatchWhole), (status = 404))
)]
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<BatchWhole>, Failure> {
    let (id, actor) = (path_id::<BatchThing>(&id)?, who.actor().clone());
    Ok(Json(app.read(move |mut tx| Box::pin(async move { whole(&mut tx, &actor, id).await })).await?))
}

/// Prints a batch: its forms have their numbers from then on. Its sheets are at `/paper/{number}/print`.
#[utoipa::path(
    post, path = "/api/v1/paper/batches", tag = "paper", request_body = NewBatchJson,
    responses((status = 201, body = BatchWhole), (status = 403), (status = 404, description = "There is no such task."),
        (status = 422, description = "A rule says no; `code` and `field` say which and where."))
)]
pub async fn print(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<NewBatchJson>,
) -> Result<Response, Failure> {
    idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let new = body.read(tx).await?;
            let id = actions::print(tx, who, at, &new).await?;
            Created(whole(tx, who, id).await?).try_into()
        })
    })
    .await
}

/// The number of a row, and whether the row could be read.
type Read = (String, Result<(), Refusal>);

fn answer(page: &Page, serial: String, outcome: Result<Entered, Refusal>, applied: bool) -> RowAnswer {
    match outcome {
        Ok(entered) => RowAnswer {
            serial: in_groups(&entered.serial),
            line: Some(entered.line),
            entered: true,
            became: applied.then(|| match entered.became {
                Became::Matter(id) => id.to_string(),
                Became::Record(id) => id.to_string(),
            }),
            code: None,
            message: None,
            field: None,
        },
        Err(refusal) => RowAnswer {
            serial,
            line: None,
            entered: false,
            became: None,
            code: Some(refusal.code.to_owned()),
            message: Some(refusal_words(page, &refusal)),
            field: refusal.renamed(&[("received", "received_at")]).field,
        },
    }
}

/// Enters rows of a batch, each for itself, or says what would come of them.
#[utoipa::path(
    post, path = "/api/v1/paper/batches/{id}/rows", tag = "paper", params(("id" = String, Path,)),
    request_body = RowsJson,
    responses((status = 200, body = RowsAnswer, description = "What became of each row; some may be refused."),
        (status = 403), (status = 404), (status = 422, description = "No rows, or too many."))
)]
pub async fn enter(call: Call<BatchThing, RowsJson>) -> Result<Response, Failure> {
    let page = call.who.page();
    call.once(move |tx, who, at, id, body| {
        let page = page.clone();
        Box::pin(async move {
            let (batch, _) = actions::find::<rules::paper::access::Enter>(tx, who, id).await?;
            let (mut rows, mut read): (Vec<Row>, Vec<Read>) = (Vec::new(), Vec::new());
            for row in body.rows {
                let serial = row.serial.clone();
                let said = match row.read(tx, batch.kind.as_deref()).await {
                    Ok(row) => {
                        rows.push(row);
                        Ok(())
                    }
                    Err(stop) => Err(trying::refusal(stop)?),
                };
                read.push((serial, said));
            }
            let mut outcome = if rows.is_empty() && !read.is_empty() {
                Vec::new()
            } else {
                entering::enter(tx, who, at, id, &rows, body.apply).await?
            }
            .into_iter();
            let mut items = Vec::new();
            for (serial, said) in read {
                let became = match said {
                    Ok(()) => outcome.next().ok_or_else(|| Stop::defect("a row without an outcome"))?,
                    Err(refusal) => Err(refusal),
                };
                items.push(answer(&page, serial, became, body.apply));
            }
            api_answer(&RowsAnswer { applied: body.apply, items })
        })
    })
    .await
}

/// Takes forms out of the count: they do not come back. All of them, or none.
#[utoipa::path(
    post, path = "/api/v1/paper/batches/{id}/spoilt", tag = "paper", params(("id" = String, Path,)),
    request_body = SpoiltJson,
    responses((status = 200, body = BatchWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn spoil(call: Call<BatchThing, SpoiltJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            actions::spoil(tx, who, at, id, (&body.serials(), body.why()?)).await?;
            api_answer(&whole(tx, who, id).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(index, show, print, enter, spoil),
    components(schemas(
        BatchJson,
        BatchWhole,
        BatchList,
        FormJson,
        LineJson,
        NewBatchJson,
        RowsJson,
        RowJson,
        MatterOnPaperJson,
        AttendedJson,
        RowsAnswer,
        RowAnswer,
        SpoiltJson
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
