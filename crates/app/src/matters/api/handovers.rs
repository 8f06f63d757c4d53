//! The desk from shift to shift.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, Lang};
use rules::shared::ids::{HandoverId, HandoverThing, MatterId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::handovers::{self, Handover, HandoverRow, New};
use super::super::view::{MatterJson, row_json};
use crate::city::City;
use crate::places::api as places_api;
use crate::web::json::{body_id, instant, path_id};
use crate::web::{ApiJson, Call, Created, IdempotencyKey, NoBody, Who, api_answer, idempotent};
use crate::{App, Stop, Tx};

/// A shift that ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandoverJson {
    #[schema(example = "hov_00060034e9s1k2g7xgh0v4c5b8fzn")]
    pub id: String,
    /// The desk: the name of the part of the tree that it looks after.
    #[schema(example = "园艺街道")]
    pub place: String,
    pub by: String,
    #[schema(example = "2026-06-08T17:30:00+08:00")]
    pub left_at: String,
    /// Who sees to what is urgent and nobody's until somebody signs.
    pub watch: Option<String>,
    pub taken_by: Option<String>,
    pub taken_at: Option<String>,
    pub withdrawn_at: Option<String>,
}

/// A matter as it was left, and as it stands now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeftJson {
    pub matter: MatterJson,
    /// As it stood when the shift ended; missing where it was left before that was kept.
    pub left: Option<StoodJson>,
    pub urgent: bool,
    /// It goes to whoever signs.
    pub passed: bool,
    pub note: Option<String>,
}

/// A matter as it stood when a shift ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StoodJson {
    /// The step that it was at.
    #[schema(example = "dispatch")]
    pub step: String,
    #[schema(example = "2026-06-08T19:00:00+08:00")]
    pub step_due_at: Option<String>,
    /// The person who had it.
    pub handler: Option<String>,
}

/// A shift that ended, whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HandoverWhole {
    #[serde(flatten)]
    pub handover: HandoverJson,
    pub words: String,
    pub items: Vec<LeftJson>,
}

/// The shifts of one's desks.
#[derive(Serialize, ToSchema)]
pub struct HandoverList {
    pub items: Vec<HandoverJson>,
}

/// What the next shift should know of a matter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeaveJson {
    pub matter: String,
    #[serde(default)]
    pub note: String,
    /// One's own is handed on.
    #[serde(default)]
    pub passed: bool,
}

/// The end of a shift.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "place": "371722003", "words": "电梯今晚检修", "items": [{ "matter": "mat_…", "note": "已约好明早八点", "passed": true }] }))]
pub struct NewHandoverJson {
    /// The id or code of the place whose desk is left.
    pub place: String,
    #[serde(default)]
    pub words: String,
    #[serde(default)]
    pub items: Vec<LeaveJson>,
    /// A colleague on the staff of the place, when something urgent is nobody's.
    pub watch: Option<String>,
}

fn row(row: &HandoverRow, city: &City) -> HandoverJson {
    let at = |millis: i64| instant(millis, &city.settings.zone);
    HandoverJson {
        id: row.id().to_string(),
        place: row.place_name.clone(),
        by: row.by_name.clone(),
        left_at: at(row.left_at),
        watch: row.watch_name.clone(),
        taken_by: row.taken_name.clone(),
        taken_at: row.taken_at.map(at),
        withdrawn_at: row.withdrawn_at.map(at),
    }
}

fn whole(handover: Handover, city: &City, lang: Lang) -> HandoverWhole {
    let items = handover.items.into_iter().map(|item| LeftJson {
        matter: row_json(item.row, city, lang),
        left: item.stood.map(|stood| StoodJson {
            step: stood.step,
            step_due_at: stood.step_due_at.map(|due| instant(due, &city.settings.zone)),
            handler: stood.handler.map(|person| person.to_string()),
        }),
        urgent: item.urgent,
        passed: item.passed,
        note: item.note,
    });
    HandoverWhole { handover: row(&handover.row, city), words: handover.words, items: items.collect() }
}

async fn shown(tx: &mut Tx<'_>, who: &rules::shared::Actor, id: HandoverId) -> Result<HandoverWhole, Stop> {
    let (city, lang) = (tx.city(), tx.app().lang());
    Ok(whole(handovers::find(tx, who, id).await?, &city, lang))
}

/// Lists the latest shifts of one's desks.
#[utoipa::path(
    get, path = "/api/v1/handovers", tag = "matters",
    responses((status = 200, body = HandoverList))
)]
pub async fn index(State(app): State<App>, who: Who) -> Result<Json<HandoverList>, Failure> {
    let actor = who.actor().clone();
    let rows = app.read(move |mut tx| Box::pin(async move { handovers::list(&mut tx, &actor, 50).await })).await?;
    let city = app.city();
    Ok(Json(HandoverList { items: rows.iter().map(|r| row(r, &city)).collect() }))
}

/// Shows a shift with what it left.
#[utoipa::path(
    get, path = "/api/v1/handovers/{id}", tag = "matters", params(("id" = String, Path,)),
    responses((status = 200, body = HandoverWhole), (status = 404))
)]
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<HandoverWhole>, Failure> {
    let (actor, id) = (who.actor().clone(), path_id(&id)?);
    let app = app.speaking(who.visit.lang);
    Ok(Json(app.read(move |mut tx| Box::pin(async move { shown(&mut tx, &actor, id).await })).await?))
}

/// Leaves a desk to the next shift.
#[utoipa::path(
    post, path = "/api/v1/handovers", tag = "matters", request_body = NewHandoverJson,
    responses((status = 201, body = HandoverWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn create(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<NewHandoverJson>,
) -> Result<Response, Failure> {
    idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let desk = places_api::find(tx, &body.place).await?.ok_or(Stop::Missing)?;
            let (mut notes, mut passed) = (BTreeMap::new(), BTreeSet::new());
            for item in &body.items {
                let matter: MatterId = body_id(&item.matter, "items")?;
                notes.insert(matter, item.note.clone());
                passed.extend(item.passed.then_some(matter));
            }
            let watch = body.watch.as_deref().map(|person| body_id(person, "watch")).transpose()?;
            let new = New { words: body.words, notes, passed, watch };
            let id = handovers::hand_over(tx, who, at, desk.id, &new).await?;
            Created(shown(tx, who, id).await?).try_into()
        })
    })
    .await
}

/// Signs that the desk is one's own now.
#[utoipa::path(
    post, path = "/api/v1/handovers/{id}/signature", tag = "matters", params(("id" = String, Path,)),
    responses((status = 200, body = HandoverWhole), (status = 404), (status = 422))
)]
pub async fn sign(call: Call<HandoverThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            handovers::take_over(tx, who, at, id).await?;
            api_answer(&shown(tx, who, id).await?)
        })
    })
    .await
}

/// Takes one's own back before anyone has signed.
#[utoipa::path(
    post, path = "/api/v1/handovers/{id}/withdrawal", tag = "matters", params(("id" = String, Path,)),
    responses((status = 200, body = HandoverWhole), (status = 404), (status = 422))
)]
pub async fn withdraw(call: Call<HandoverThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            handovers::withdraw(tx, who, at, id).await?;
            api_answer(&shown(tx, who, id).await?)
        })
    })
    .await
}
