//! What whoever a report is about is asked, and what they answer.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::Failure;
use rules::shared::ids::{MatterId, MatterThing, ReplyId, ReplyThing};
use rules::shared::{Actor, Moment};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::Held;
use super::super::replies::{self, Opened, ReplyRow, ToAsk};
use super::photos::{self, PhotoBytes};
use crate::web::json::{instant, path_id};
use crate::web::{ApiQuery, Call, Created, IdempotencyKey, Who, api_answer, idempotent, referred};
use crate::{App, Stop, Tx};

/// The most questions of one party that are listed.
const MOST: i64 = 200;

/// A question to a party.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyJson {
    #[schema(example = "rpl_00060034e9s1k2g7xgh0v4c5b8fzn")]
    pub id: String,
    pub matter: String,
    /// Whether the party is registered, and so was told by message.
    pub registered: bool,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub asked_at: String,
    /// Until when the party is waited for; an answer counts as long as the matter is open.
    pub due_at: String,
    pub given_at: Option<String>,
    /// How the desk knows the party. Opened only where it was asked for.
    pub name: Option<String>,
    /// What the party is told. Opened like the name.
    pub told: Option<String>,
    /// What the party answers. Opened like the name.
    pub words: Option<String>,
}

/// Questions to parties.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReplyList {
    pub items: Vec<ReplyJson>,
}

/// Whom to ask, and what about.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "路口超市", "phone": "13900000000", "told": "有人反映店门口的货箱挡住了消防通道" }))]
pub struct AskJson {
    /// How the desk knows them: a name, a shop.
    pub name: String,
    /// Whoever is registered under it is told by message.
    #[serde(default)]
    pub phone: String,
    /// The facts, in words written for them; never who reported.
    pub told: String,
}

/// An answer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "words": "货箱今早已经搬走，以后不放门口" }))]
pub struct ReplyWordsJson {
    pub words: String,
}

fn reply_json(row: &ReplyRow, opened: Option<Opened>, zone: &TimeZone) -> ReplyJson {
    let (asked, words) = opened.map_or((None, None), |opened| (Some(opened.asked), opened.words));
    let (name, told) = asked.map_or((None, None), |asked| (Some(asked.name), Some(asked.told)));
    ReplyJson {
        id: row.id().to_string(),
        matter: row.matter().to_string(),
        registered: row.party().is_some(),
        asked_at: instant(row.asked_at, zone),
        due_at: instant(row.due_at, zone),
        given_at: row.given_at.map(|at| instant(at, zone)),
        name,
        told,
        words,
    }
}

async fn shown(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: ReplyId) -> Result<ReplyJson, Stop> {
    let (row, held) = replies::find(tx, who, id).await?;
    let opened = replies::read_one(tx, who, at, (&row, &held), "api").await?;
    Ok(reply_json(&row, Some(opened), tx.city().calendar.zone()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RepliesAsked {
    /// `true`: also what the parties were told and said, for who handles the matter now. The reading is logged.
    protected: Option<bool>,
}

/// Lists whom a matter's handlers have asked. Whoever reported it learns only from the timeline that somebody was.
#[utoipa::path(
    get, path = "/api/v1/matters/{id}/replies", tag = "matters", params(("id" = String, Path,), RepliesAsked),
    responses((status = 200, body = ReplyList), (status = 403), (status = 404))
)]
pub async fn of_matter(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    ApiQuery(asked): ApiQuery<RepliesAsked>,
) -> Result<Json<ReplyList>, Failure> {
    let id = referred::<MatterThing>(&app, &id).await?;
    if asked.protected.unwrap_or(false) {
        let list = app.act(who.actor(), id, |mut tx, who, at, id| {
            Box::pin(async move {
                let held = Held::find(&mut tx, &who, id).await?;
                let opened = replies::read(&mut tx, &who, at, &held, "api").await?;
                list(&mut tx, &who, id, opened).await
            })
        });
        return Ok(Json(list.await?));
    }
    let actor = who.actor().clone();
    let list = app.read(move |mut tx| Box::pin(async move { list(&mut tx, &actor, id, BTreeMap::new()).await }));
    Ok(Json(list.await?))
}

async fn list(
    tx: &mut Tx<'_>,
    who: &Actor,
    id: MatterId,
    mut opened: BTreeMap<ReplyId, Opened>,
) -> Result<ReplyList, Stop> {
    Held::find(tx, who, id).await?;
    if !who.is_staff() {
        return Err(Stop::Forbidden { verb: "matters.ask_reply" });
    }
    let (rows, city) = (replies::of_matter(tx, id).await?, tx.city());
    let zone = city.calendar.zone();
    Ok(ReplyList { items: rows.iter().map(|row| reply_json(row, opened.remove(&row.id()), zone)).collect() })
}

/// Asks whom a report is about what they say to it.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/replies", tag = "matters", params(("id" = String, Path,)), request_body = AskJson,
    responses((status = 201, body = ReplyJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn ask(call: Call<MatterThing, AskJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let to_ask = ToAsk { name: body.name, phone: body.phone, told: body.told };
            let reply = replies::ask(tx, who, at, id, &to_ask).await?;
            Created(shown(tx, who, at, reply).await?).try_into()
        })
    })
    .await
}

/// Lists what one is asked about reports, the newest first.
#[utoipa::path(get, path = "/api/v1/replies", tag = "matters", responses((status = 200, body = ReplyList)))]
pub async fn index(State(app): State<App>, who: Who) -> Result<Json<ReplyList>, Failure> {
    let me = who.actor().person.filter(|_| who.actor().on_behalf_of.is_none());
    let Some(me) = me else { return Ok(Json(ReplyList { items: Vec::new() })) };
    let list = app.read(move |mut tx| {
        Box::pin(async move {
            let mut items = Vec::new();
            for row in replies::of_party(&mut tx, me, MOST).await? {
                let opened = replies::open(&mut tx, &row).await?;
                items.push(reply_json(&row, Some(opened), tx.city().calendar.zone()));
            }
            Ok(ReplyList { items })
        })
    });
    Ok(Json(list.await?))
}

/// Answers what one was asked, or writes down what the party says; until the matter ends it is added to what was said before.
#[utoipa::path(
    post, path = "/api/v1/replies/{id}/words", tag = "matters", params(("id" = String, Path,)),
    request_body = ReplyWordsJson,
    responses((status = 200, body = ReplyJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn give(call: Call<ReplyThing, ReplyWordsJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            replies::give(tx, who, at, id, (&body.words, &[])).await?;
            api_answer(&shown(tx, who, at, id).await?)
        })
    })
    .await
}

/// Adds a photo to the answer of a party, where the kind takes them and while the matter is open. The body is the photo, of at
/// most eight mebibytes; what the camera wrote into it is not kept. Until somebody has covered faces and plates, only who
/// handles the matter sees it.
#[utoipa::path(
    post, path = "/api/v1/replies/{id}/photos", tag = "matters", params(("id" = String, Path,)),
    request_body(content((PhotoBytes = "image/jpeg"), (PhotoBytes = "image/png"), (PhotoBytes = "image/webp"))),
    responses((status = 201, body = ReplyJson), (status = 415, description = "The body is no JPEG, PNG or WebP."),
        (status = 422, description = "`photos-most`: each adds as many as `max` of the kind's field of photos says."))
)]
pub async fn add_photo(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    request: Request,
) -> Result<Response, Failure> {
    let (id, actor) = (path_id::<ReplyThing>(&id)?, who.actor().clone());
    let may = app.read(move |mut tx| Box::pin(async move { replies::may_add_photo(&mut tx, &actor, id).await }));
    may.await?;
    let (bytes, photo) = photos::sent(&app, id.cell, request).await?;
    idempotent(&app, &who, key, bytes, photo, move |tx, who, at, photo| {
        Box::pin(async move {
            replies::add_photo(tx, who, at, id, &photo).await?;
            Created(shown(tx, who, at, id).await?).try_into()
        })
    })
    .await
}
