//! The JSON API of service.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use kit::Failure;
use rules::matters::Values;
use rules::service::Solved;
use rules::service::record::Nature;
use rules::shared::ids::{MatterId, PersonId, RecordId, TaskId};
use rules::shared::{Refusal, Window};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::actions::{self, Presence, Proof, Rated};
use super::confirming;
use super::recording::{self, LateEntry, Told, Wellbeing};
use super::records;
use super::view::{
    AttendanceJson, AttendanceList, HoursJson, MinutesJson, MonthJson, PersonRef, RecordJson, RecordList,
    attendance_json, hours_json, record_json,
};
use crate::identity::once::Answer;
use crate::matters::view::{MatterWhole, whole};
use crate::places::api as places_api;
use crate::web::json::{body_id, path_id, read_instant};
use crate::web::{ApiJson, Created, IdempotencyKey, Who, api_answer, idempotent};
use crate::{App, Stop, Tx};

/// Proof of presence: exactly one of `qr`, `code` and `person`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "code": "402 917", "device_at": "2026-06-08T09:01:30+08:00" }))]
pub struct PresenceJson {
    /// The token of the QR at the venue or on the desk's screen.
    pub qr: Option<String>,
    /// The code shown at the venue or read out by the desk; spaces and hyphens do not matter.
    pub code: Option<String>,
    /// The desk signs for this volunteer.
    pub person: Option<String>,
    /// What the device's clock said, when the signature waited on it without network.
    pub device_at: Option<String>,
}

impl PresenceJson {
    fn read(self) -> Result<Presence, Refusal> {
        let proof = match (self.qr, self.code, self.person) {
            (Some(token), None, None) => Proof::Qr(token),
            (None, Some(code), None) => Proof::Code(code),
            (None, None, Some(person)) => Proof::Desk(body_id(&person, "person")?),
            _ => return Err(Refusal::new("presence-missing").at_field("code")),
        };
        let device_at = self.device_at.as_deref().map(|at| read_instant(at, "device_at")).transpose()?;
        Ok(Presence { proof, device_at })
    }
}

/// What was done, and what the person served may need; all but `content` is sealed.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(example = json!({ "content": "陪同去县医院取药", "wellbeing": "well" }))]
pub struct ToldJson {
    #[serde(default)]
    pub content: String,
    pub still_needed: Option<String>,
    pub wellbeing: Option<Wellbeing>,
    pub next_visit: Option<String>,
}

impl From<ToldJson> for Told {
    fn from(told: ToldJson) -> Told {
        let said = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        Told {
            content: told.content,
            still_needed: said(told.still_needed),
            wellbeing: told.wellbeing,
            next_visit: said(told.next_visit),
        }
    }
}

/// Proof of presence, and what was done.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "code": "402917", "content": "陪同去县医院取药", "wellbeing": "worried" }))]
pub struct CheckOutJson {
    #[serde(flatten)]
    presence: PresenceFlat,
    #[serde(flatten)]
    told: ToldJson,
}

/// As [`PresenceJson`], beside other fields.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct PresenceFlat {
    pub qr: Option<String>,
    pub code: Option<String>,
    pub person: Option<String>,
    pub device_at: Option<String>,
}

impl From<PresenceFlat> for PresenceJson {
    fn from(flat: PresenceFlat) -> PresenceJson {
        PresenceJson { qr: flat.qr, code: flat.code, person: flat.person, device_at: flat.device_at }
    }
}

/// What a check-out made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "record": "rec_0006034e9s1k2g7xgh0v4c5b8fzn9", "minutes": 118 }))]
pub struct CheckedOutJson {
    /// Missing when the time was too short for a record.
    pub record: Option<String>,
    pub minutes: i64,
}

async fn signed(tx: &mut Tx<'_>, task: TaskId) -> Result<AttendanceList, Stop> {
    let zone = tx.city().settings.zone.clone();
    let rows = super::store::attendance_of(tx, task).await?;
    Ok(AttendanceList { items: rows.into_iter().map(|row| attendance_json(row, &zone)).collect() })
}

/// A typed code may be wrong only so often: it has six digits.
fn limit_codes(app: &App, who: &Who, code: Option<&str>) -> Result<(), Failure> {
    if code.is_some() { app.web.look_ups.check(&format!("check-in {}", who.caller.key)) } else { Ok(()) }
}

/// Signs in to an accepted task, or signs a volunteer in at the desk.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/check-in", tag = "service", params(("id" = String, Path,)),
    request_body = PresenceJson,
    responses((status = 200, body = AttendanceList), (status = 403), (status = 404, description = "No accepted offer."), (status = 422))
)]
pub async fn check_in(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<PresenceJson>,
) -> Result<Response, Failure> {
    let id: TaskId = path_id(&id)?;
    limit_codes(&app, &who, body.value.code.as_deref())?;
    idempotent(&app, &who, key, body.bytes, (id, body.value), |tx, who, at, (id, body)| {
        Box::pin(async move {
            actions::check_in(tx, who, at, id, &body.read()?).await?;
            api_answer(&signed(tx, id).await?)
        })
    })
    .await
}

/// Signs out and says what was done; makes the record.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/check-out", tag = "service", params(("id" = String, Path,)),
    request_body = CheckOutJson,
    responses((status = 200, body = CheckedOutJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn check_out(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<CheckOutJson>,
) -> Result<Response, Failure> {
    let id: TaskId = path_id(&id)?;
    limit_codes(&app, &who, body.value.presence.code.as_deref())?;
    idempotent(&app, &who, key, body.bytes, (id, body.value), |tx, who, at, (id, body)| {
        Box::pin(async move {
            let presence = PresenceJson::from(body.presence).read()?;
            let made = actions::check_out(tx, who, at, id, &presence, &body.told.into()).await?;
            api_answer(&CheckedOutJson { record: made.record.map(|r| r.to_string()), minutes: made.minutes })
        })
    })
    .await
}

/// A record after the fact. With `task` the name and place are the task's.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "volunteer": "per_0006034e9s1k2g7xgh0v4c5b8fzn9", "name": "小区清扫", "place": "371722003003",
    "content": "清扫楼道和单元门口", "start": "2026-06-07T08:00:00+08:00", "end": "2026-06-07T10:00:00+08:00",
    "reason": "手机没电，没有签到" }))]
pub struct LateJson {
    /// Oneself when nothing is said.
    pub volunteer: Option<String>,
    pub task: Option<String>,
    #[serde(default)]
    pub name: String,
    /// The id or code of a place.
    pub place: Option<String>,
    #[serde(default)]
    pub content: String,
    pub start: String,
    pub end: String,
    /// `voluntary` (when nothing is said), `own_post`, `ordered`, `paid` or `own_interest`; only the first is recorded.
    #[schema(value_type = Option<String>)]
    pub nature: Option<Nature>,
    #[serde(default)]
    pub reason: String,
}

impl LateJson {
    async fn read(self, tx: &mut Tx<'_>, me: Option<PersonId>) -> Result<LateEntry, Stop> {
        let volunteer = self.volunteer.as_deref().map(|v| body_id(v, "volunteer")).transpose()?.or(me);
        let place = match &self.place {
            Some(reference) => places_api::find(tx, reference).await?.map(|place| place.id),
            None => None,
        };
        Ok(LateEntry {
            volunteer: volunteer.ok_or_else(|| Refusal::new("needs-a-person"))?,
            task: self.task.as_deref().map(|t| body_id(t, "task")).transpose()?,
            name: self.name,
            place,
            content: self.content,
            start: read_instant(&self.start, "start")?,
            end: read_instant(&self.end, "end")?,
            nature: self.nature.unwrap_or(Nature::Voluntary),
            reason: self.reason,
            invented: false,
        })
    }
}

async fn shown(tx: &mut Tx<'_>, id: RecordId) -> Result<RecordJson, Stop> {
    let row = records::record(tx, id).await?.ok_or(Stop::Missing)?;
    Ok(record_json(row, &tx.city().settings.zone))
}

/// Enters a service after the fact: a class of its own, confirmed by somebody else before it counts.
#[utoipa::path(
    post, path = "/api/v1/records", tag = "service", request_body = LateJson,
    responses((status = 201, body = RecordJson), (status = 403), (status = 422))
)]
pub async fn record_late(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<LateJson>,
) -> Result<Response, Failure> {
    idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let entry = body.read(tx, who.person).await?;
            let id = recording::record_late(tx, who, at, &entry).await?;
            Created(shown(tx, id).await?).try_into()
        })
    })
    .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecordsAsked {
    /// `true`: those of my own service. So it is when nothing is said.
    mine: Option<bool>,
    /// `true`: those that wait for me as a second party.
    to_confirm: Option<bool>,
}

/// The most records that one list shows.
const PAGE: i64 = 200;

/// Lists records: one's own, newest first, or those to confirm, the longest waiting first.
#[utoipa::path(
    get, path = "/api/v1/records", tag = "service", params(RecordsAsked), responses((status = 200, body = RecordList))
)]
pub async fn index(
    State(app): State<App>,
    who: Who,
    Query(asked): Query<RecordsAsked>,
) -> Result<Json<RecordList>, Failure> {
    let (actor, now, zone) = (who.actor().clone(), app.now(), app.city().settings.zone.clone());
    let to_confirm = asked.to_confirm.unwrap_or(false) && !asked.mine.unwrap_or(false);
    let rows = app
        .read(move |mut tx| {
            Box::pin(async move {
                if to_confirm {
                    return actions::records_to_confirm(&mut tx, &actor, PAGE).await;
                }
                let me = actor.person.ok_or(Stop::SignIn)?;
                actions::records_of(&mut tx, &actor, now, me).await
            })
        })
        .await?;
    Ok(Json(RecordList { items: rows.into_iter().map(|row| record_json(row, &zone)).collect() }))
}

/// What was done, said after a forgotten check-out, and when it really ended.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[schema(example = json!({ "content": "陪同去县医院取药", "ended_at": "2026-06-08T10:40:00+08:00" }))]
pub struct DescriptionJson {
    /// The planned end when nothing is said; never later than that.
    pub ended_at: Option<String>,
    #[serde(flatten)]
    pub told: ToldJson,
}

/// The volunteer completes a record whose check-out was forgotten.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/description", tag = "service", params(("id" = String, Path,)),
    request_body = DescriptionJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn describe(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<DescriptionJson>,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    idempotent(&app, &who, key, body.bytes, (id, body.value), |tx, who, at, (id, body)| {
        Box::pin(async move {
            let ended = body.ended_at.as_deref().map(|at| read_instant(at, "ended_at")).transpose()?;
            recording::describe(tx, who, at, id, ended, &body.told.into()).await?;
            answer(tx, id).await
        })
    })
    .await
}

async fn answer(tx: &mut Tx<'_>, id: RecordId) -> Result<Answer, Stop> {
    api_answer(&shown(tx, id).await?)
}

/// Says that a record is right: the person served, else staff of its place; never who recorded it or gains by it.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/confirmation", tag = "service", params(("id" = String, Path,)),
    request_body = NothingJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn confirm(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<NothingJson>,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    idempotent(&app, &who, key, body.bytes, id, |tx, who, at, id| {
        Box::pin(async move {
            confirming::confirm(tx, who, at, id).await?;
            answer(tx, id).await
        })
    })
    .await
}

/// An empty body.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct NothingJson {}

/// Why.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "那天没有来过" }))]
pub struct ReasonJson {
    #[serde(default)]
    pub reason: String,
}

/// Says that a record is wrong. Its hours stop counting until that is settled.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/contest", tag = "service", params(("id" = String, Path,)),
    request_body = ReasonJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn contest(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<ReasonJson>,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    idempotent(&app, &who, key, body.bytes, (id, body.value), |tx, who, at, (id, body)| {
        Box::pin(async move {
            confirming::contest(tx, who, at, id, &body.reason).await?;
            answer(tx, id).await
        })
    })
    .await
}

/// What a record should say. The time may only shrink.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "content": "陪同去县医院取药", "start": "2026-06-08T09:00:00+08:00",
    "end": "2026-06-08T10:30:00+08:00" }))]
pub struct CorrectionJson {
    pub content: String,
    pub start: String,
    pub end: String,
}

/// Corrects a record; somebody else must confirm it again.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/correction", tag = "service", params(("id" = String, Path,)),
    request_body = CorrectionJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn correct(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<CorrectionJson>,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    idempotent(&app, &who, key, body.bytes, (id, body.value), |tx, who, at, (id, body)| {
        Box::pin(async move {
            let served = Window { start: read_instant(&body.start, "start")?, end: read_instant(&body.end, "end")? };
            confirming::correct(tx, who, at, id, served, &body.content).await?;
            answer(tx, id).await
        })
    })
    .await
}

/// Voids a false record for good.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/voiding", tag = "service", params(("id" = String, Path,)),
    request_body = ReasonJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn void(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<ReasonJson>,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    idempotent(&app, &who, key, body.bytes, (id, body.value), |tx, who, at, (id, body)| {
        Box::pin(async move {
            confirming::void(tx, who, at, id, &body.reason).await?;
            answer(tx, id).await
        })
    })
    .await
}

/// Somebody's hours: one's own, or those of a volunteer in one's scope.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/hours", tag = "service", params(("id" = String, Path,)),
    responses((status = 200, body = HoursJson), (status = 404))
)]
pub async fn hours(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<HoursJson>, Failure> {
    let person: PersonId = path_id(&id)?;
    let (actor, now) = (who.actor().clone(), app.now());
    let hours = app
        .read(move |mut tx| Box::pin(async move { actions::hours(&mut tx, &actor, now, person).await }))
        .await?;
    Ok(Json(hours_json(person.to_string(), hours)))
}

/// Solved? Satisfied?
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "solved": true, "satisfaction": 5, "words": "谢谢，来得很快" }))]
pub struct RatingJson {
    pub solved: SolvedJson,
    /// 1 very dissatisfied to 5 very satisfied. With 1 and 2 somebody calls back.
    pub satisfaction: u8,
    pub words: Option<String>,
}

/// `true` and `false`, or `yes`, `partly` and `no`.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum SolvedJson {
    Whether(bool),
    How(String),
}

impl SolvedJson {
    fn read(&self) -> Result<Solved, Refusal> {
        match self {
            SolvedJson::Whether(true) => Ok(Solved::Yes),
            SolvedJson::Whether(false) => Ok(Solved::No),
            SolvedJson::How(key) => {
                Solved::from_key(key).ok_or_else(|| Refusal::new("rating-solved").at_field("solved"))
            }
        }
    }
}

/// Rates how a matter was handled: the person served, or who calls them back.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/rating", tag = "service", params(("id" = String, Path,)),
    request_body = RatingJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn rate(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    key: IdempotencyKey,
    body: ApiJson<RatingJson>,
) -> Result<Response, Failure> {
    let id: MatterId = path_id(&id)?;
    idempotent(&app, &who, key, body.bytes, (id, body.value), |tx, who, at, (id, body)| {
        Box::pin(async move {
            let rated = Rated { solved: body.solved.read()?, satisfaction: body.satisfaction, words: body.words };
            let held = actions::rate(tx, who, at, id, &rated).await?;
            api_answer(&whole(tx, &held, Values::new()).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(check_in, check_out, record_late, index, describe, confirm, contest, correct, void, hours, rate),
    components(schemas(
        PresenceJson, PresenceFlat, ToldJson, CheckOutJson, CheckedOutJson, LateJson, DescriptionJson, NothingJson,
        ReasonJson, CorrectionJson, RatingJson, SolvedJson, Wellbeing, PersonRef, RecordJson, RecordList,
        AttendanceJson, AttendanceList, MinutesJson, MonthJson, HoursJson
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
