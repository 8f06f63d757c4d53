//! The JSON API of service.

pub mod appeals;
pub mod certificates;
pub mod check_codes;
mod input;
pub mod looks;
pub mod national;
pub mod objections;
pub mod reviews;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, PageOf};
use rules::matters::Values;
use rules::shared::Actor;
use rules::shared::ids::{MatterThing, PersonId, RecordId, RecordThing, TaskId, TaskThing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use self::appeals::{AppealDecisionJson, AppealJson, AppealList};
use self::certificates::{CertificateJson, CertificateList, CertifyJson, PeriodJson, RevocationJson, VerifiedJson};
use self::check_codes::{CheckCodeJson, CheckCodeList};
use self::input::{
    CheckOutJson, DescriptionJson, LateJson, PresenceJson, RatingJson, RecordCorrectionJson, RecordReasonJson,
    SolvedJson,
};
use self::looks::{LookJson, LookList, LookedJson};
use self::national::{CellJson, ColumnJson, NationalJson, TableJson};
use self::objections::{ObjectionJson, ObjectionList, ObjectionWordsJson};
use self::reviews::{
    AppealedJson, CallBackAnswerJson, CallBackJson, ReviewAnswerJson, ReviewDecisionJson, ReviewJson, ReviewList,
    SignJson,
};
use super::recording::{self, Wellbeing};
use super::view::{
    AttendanceJson, AttendanceList, HoursJson, MinutesJson, MonthJson, RecordJson, RecordList, attendance_json,
    hours_json, record_json,
};
use super::{actions, confirming, objecting, records};
use crate::identity::once::Answer;
use crate::matters::view::{MatterWhole, whole};
use crate::web::json::path_id;
use crate::web::{ApiJson, ApiQuery, Call, Created, IdempotencyKey, NoBody, Who, api_answer, idempotent};
use crate::{App, Stop, Tx};

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

/// A typed code may be wrong only so often: it has six digits, and that of a card is no long secret either.
fn limit_codes(app: &App, who: &Who, code: Option<&str>) -> Result<(), Failure> {
    if code.is_some() { app.web.look_ups.check(&format!("check-in {}", who.caller.key)).map(drop) } else { Ok(()) }
}

/// Signs in to an accepted task, or signs a volunteer in at the desk.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/check-in", tag = "service", params(("id" = String, Path,)),
    request_body = PresenceJson,
    responses((status = 200, body = AttendanceList), (status = 403), (status = 404, description = "No accepted offer."), (status = 422))
)]
pub async fn check_in(call: Call<TaskThing, PresenceJson>) -> Result<Response, Failure> {
    limit_codes(&call.app, &call.who, call.body.code.as_deref().or(call.body.card.as_deref()))?;
    call.once(|tx, who, at, id, body| {
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
pub async fn check_out(call: Call<TaskThing, CheckOutJson>) -> Result<Response, Failure> {
    limit_codes(&call.app, &call.who, call.body.code.as_deref().or(call.body.card.as_deref()))?;
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let (presence, told) = body.read()?;
            let made = actions::check_out(tx, who, at, id, &presence, &told).await?;
            api_answer(&CheckedOutJson { record: made.record.map(|r| r.to_string()), minutes: made.minutes })
        })
    })
    .await
}

async fn shown(tx: &mut Tx<'_>, who: &Actor, id: RecordId) -> Result<RecordJson, Stop> {
    let row = records::record(tx, id).await?.ok_or(Stop::Missing)?;
    Ok(record_json(row, who, &tx.city().settings.zone))
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
            Created(shown(tx, who, id).await?).try_into()
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
    /// `true`: those that somebody says are wrong, for whoever may set them right.
    contested: Option<bool>,
    /// From `next` of the page before; of one's own.
    cursor: Option<String>,
}

/// Lists records: one's own, newest first; or those to confirm or to set right, the longest waiting first.
#[utoipa::path(
    get, path = "/api/v1/records", tag = "service", params(RecordsAsked),
    responses((status = 200, body = RecordList), (status = 400, description = "The cursor is not of this list."))
)]
pub async fn index(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<RecordsAsked>,
) -> Result<Json<RecordList>, Failure> {
    let (actor, now, zone) = (who.actor().clone(), app.now(), app.city().settings.zone.clone());
    let is = |asked: Option<bool>| asked.unwrap_or(false);
    let (to_confirm, contested) = match is(asked.mine) {
        true => (false, false),
        false => (is(asked.to_confirm), is(asked.contested)),
    };
    let asker = actor.clone();
    let after = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty()).map(kit::Cursor::key).transpose()?;
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                if to_confirm {
                    let items = actions::records_to_confirm(&mut tx, &actor, i64::from(actions::PAGE)).await?;
                    return Ok(PageOf { items, next: None });
                }
                if contested {
                    let items = actions::records_contested(&mut tx, &actor, i64::from(actions::PAGE)).await?;
                    return Ok(PageOf { items, next: None });
                }
                let me = actor.person.ok_or(Stop::SignIn)?;
                actions::records_of(&mut tx, &actor, now, me, (after, actions::PAGE)).await
            })
        })
        .await?;
    let PageOf { items, next } = found.map(|row| record_json(row, &asker, &zone));
    Ok(Json(RecordList { items, next }))
}

/// The volunteer completes a record whose check-out was forgotten.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/description", tag = "service", params(("id" = String, Path,)),
    request_body = DescriptionJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn describe(call: Call<RecordThing, DescriptionJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let (ended, told) = body.read()?;
            recording::describe(tx, who, at, id, ended, &told).await?;
            answer(tx, who, id).await
        })
    })
    .await
}

async fn answer(tx: &mut Tx<'_>, who: &Actor, id: RecordId) -> Result<Answer, Stop> {
    api_answer(&shown(tx, who, id).await?)
}

/// Says that a record is right: the person served, else staff of its place; never who recorded it or gains by it.
/// Needs no body.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/confirmation", tag = "service", params(("id" = String, Path,)),
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn confirm(call: Call<RecordThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            confirming::confirm(tx, who, at, id).await?;
            answer(tx, who, id).await
        })
    })
    .await
}

/// Reminds the volunteer, by message, to say what was done: at most once a week.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/reminder", tag = "service", params(("id" = String, Path,)),
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn remind(call: Call<RecordThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            confirming::remind(tx, who, at, id).await?;
            answer(tx, who, id).await
        })
    })
    .await
}

/// Says that a record is wrong. Its hours stop counting until that is settled.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/contest", tag = "service", params(("id" = String, Path,)),
    request_body = RecordReasonJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn contest(call: Call<RecordThing, RecordReasonJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            objecting::contest(tx, who, at, id, &body.reason).await?;
            answer(tx, who, id).await
        })
    })
    .await
}

/// Corrects a record and answers what was said against it; somebody else must confirm it again.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/correction", tag = "service", params(("id" = String, Path,)),
    request_body = RecordCorrectionJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn correct(call: Call<RecordThing, RecordCorrectionJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            confirming::correct(tx, who, at, id, &body.read()?).await?;
            answer(tx, who, id).await
        })
    })
    .await
}

/// Voids a false record for good.
#[utoipa::path(
    post, path = "/api/v1/records/{id}/voiding", tag = "service", params(("id" = String, Path,)),
    request_body = RecordReasonJson,
    responses((status = 200, body = RecordJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn void(call: Call<RecordThing, RecordReasonJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            confirming::void(tx, who, at, id, &body.reason).await?;
            answer(tx, who, id).await
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
    let hours =
        app.read(move |mut tx| Box::pin(async move { actions::hours(&mut tx, &actor, now, person).await })).await?;
    Ok(Json(hours_json(person.to_string(), hours)))
}

/// Rates how a matter was handled: the person served, or who calls them back. Once it is closed, that it is not solved, or one of
/// the two lowest levels, opens it again; after the days for that the word is kept, and the matter stays closed.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/rating", tag = "service", params(("id" = String, Path,)),
    request_body = RatingJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn rate(call: Call<MatterThing, RatingJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = actions::rate(tx, who, at, id, &body.read()?).await?;
            api_answer(&whole(tx, who, &held, Values::new()).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(
        check_in,
        check_out,
        record_late,
        index,
        describe,
        confirm,
        remind,
        contest,
        correct,
        void,
        hours,
        rate,
        certificates::index,
        certificates::certify,
        certificates::verify,
        certificates::revoke,
        reviews::index,
        reviews::answer,
        reviews::decide,
        reviews::call_back,
        appeals::index,
        appeals::ask,
        appeals::decide,
        national::take,
        objections::index,
        objections::answer,
        objections::withdraw,
        check_codes::codes,
        looks::index,
        looks::look
    ),
    components(schemas(
        LookJson,
        LookList,
        LookedJson,
        CheckCodeJson,
        CheckCodeList,
        ObjectionJson,
        ObjectionList,
        ObjectionWordsJson,
        NationalJson,
        TableJson,
        ColumnJson,
        CellJson,
        PresenceJson,
        CheckOutJson,
        CheckedOutJson,
        LateJson,
        DescriptionJson,
        RecordReasonJson,
        RecordCorrectionJson,
        RatingJson,
        SolvedJson,
        Wellbeing,
        RecordJson,
        RecordList,
        AttendanceJson,
        AttendanceList,
        MinutesJson,
        MonthJson,
        HoursJson,
        PeriodJson,
        CertifyJson,
        CertificateJson,
        CertificateList,
        VerifiedJson,
        RevocationJson,
        SignJson,
        ReviewJson,
        CallBackJson,
        ReviewList,
        ReviewAnswerJson,
        ReviewDecisionJson,
        CallBackAnswerJson,
        AppealedJson,
        AppealList,
        AppealJson,
        AppealDecisionJson
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
