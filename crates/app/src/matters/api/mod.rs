//! The JSON API of matters.

pub mod desk;
pub mod handovers;
pub mod input;
pub mod kinds;
pub mod photos;
pub mod replies;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use kit::paging::{Cursor, PageOf};
use rules::matters::{Given, Phase, Values};
use rules::shared::Refusal;
use rules::shared::ids::{MatterId, MatterThing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use self::input::{FieldJson, GivenJson, NewMatter};
use super::open::{Held, kind_of};
use super::queues::{self, After};
use super::store::{self, Filter, MatterRow};
use super::view::{EventJson, MatterJson, MatterWhole, row_json, whole};
use super::{actions, behalf, notes, noting};
use crate::city::City;
use crate::identity::once::Answer;
use crate::places::api as places_api;
use crate::web::json::TextJson;
use crate::web::{ApiJson, ApiQuery, Call, Created, IdempotencyKey, Who, api_answer, idempotent, one_of, referred};
use crate::{App, Stop, Tx};

/// Takes a matter in: a resident's own, or one that staff write down for someone (`for_someone`).
#[utoipa::path(
    post, path = "/api/v1/matters", tag = "matters", request_body = NewMatter,
    responses((status = 201, body = MatterWhole), (status = 403), (status = 422, description = "A rule says no; `code` and `field` say which and where."))
)]
pub async fn create(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<NewMatter>,
) -> Result<Response, Failure> {
    if body.value.caller_card.is_some() {
        app.web.look_ups.check(&format!("card {}", who.caller.key))?;
    }
    idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let (new, at, channel) = body.read(tx, who, at).await?;
            let who = rules::shared::Actor { channel: channel.unwrap_or(who.channel), ..who.clone() };
            let held = actions::raise(tx, &who, at, &new).await?;
            Created(whole(tx, &who, &held, Values::new()).await?).try_into()
        })
    })
    .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListAsked {
    /// The key of a kind.
    #[param(example = "need")]
    kind: Option<String>,
    /// A state (`review`, `dispatch`, `doing`, `confirm`, `call_back`, `closed`) or a step of the kind.
    #[param(example = "review")]
    state: Option<String>,
    /// The id or code of a place: it and all below.
    #[param(example = "371722003003")]
    place: Option<String>,
    /// `true`: the matters I raised or that are about me, whatever my roles.
    mine: Option<bool>,
    /// From `next` of the page before.
    cursor: Option<String>,
}

/// A page of matters.
#[derive(Serialize, ToSchema)]
pub struct MatterList {
    pub items: Vec<MatterJson>,
    /// The cursor of the next page.
    pub next: Option<String>,
}

const PAGE: usize = 50;

/// Lists matters, the most urgent first: one's own for residents, those in scope for staff.
#[utoipa::path(
    get, path = "/api/v1/matters", tag = "matters", params(ListAsked),
    responses(
        (status = 200, body = MatterList),
        (status = 400, description = "The cursor is not of this list, or there is no such kind, state or place.")
    )
)]
pub async fn index(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<ListAsked>,
) -> Result<Json<MatterList>, Failure> {
    let after: Option<After> =
        asked.cursor.as_deref().filter(|cursor| !cursor.is_empty()).map(Cursor::key).transpose()?;
    let actor = who.actor().clone();
    let home = who.caller.place_path.clone();
    let city = app.city();
    one_of("kind", asked.kind.as_deref(), city.kinds.iter().map(|kind| kind.id.as_str()))?;
    let steps = city.kinds.iter().flat_map(|kind| &kind.steps).map(|step| step.key.as_str());
    one_of("state", asked.state.as_deref(), Phase::ALL.map(Phase::key).into_iter().chain(steps))?;
    let rows = app
        .read(move |mut tx| {
            Box::pin(async move {
                let mine = asked.mine.unwrap_or_else(|| !actor.is_staff());
                let place = match &asked.place {
                    Some(reference) => Some(places_api::asked(&mut tx, "place", reference).await?.path),
                    None => None,
                };
                if mine {
                    let rows = behalf::own_rows(&mut tx, &actor, i64::MAX).await?;
                    return Ok(own_page(&tx.city(), matching(rows, &asked, place.as_deref()), after));
                }
                let within = place.unwrap_or(home);
                let phase = asked.state.as_deref().and_then(Phase::from_key);
                let filter = Filter {
                    kind: asked.kind.clone(),
                    phase: phase.map(|p| p.key().to_owned()),
                    step: asked.state.clone().filter(|_| phase.is_none()),
                    within: Some(within),
                    ..Filter::default()
                };
                let limit = i64::try_from(PAGE + 1).map_err(Stop::defect)?;
                let rows = queues::within(&mut tx, &actor, &filter, after, limit).await?;
                Ok(PageOf::cut(rows, PAGE, |row| queues::mark(&tx.city(), row)))
            })
        })
        .await?;
    let page = rows.map(|row| row_json(row, &city, who.visit.lang));
    Ok(Json(MatterList { items: page.items, next: page.next }))
}

/// A page of one's own, the newest first: few enough to be read whole.
fn own_page(city: &City, mut rows: Vec<MatterRow>, after: Option<After>) -> PageOf<MatterRow> {
    if let Some((.., id)) = after {
        let shown = rows.iter().position(|row| row.id == id).map_or(rows.len(), |last| last + 1);
        rows.drain(..shown);
    }
    PageOf::cut(rows, PAGE, |row| queues::mark(city, row))
}

fn matching(rows: Vec<MatterRow>, asked: &ListAsked, place: Option<&str>) -> Vec<MatterRow> {
    let fits = |row: &MatterRow| {
        asked.kind.as_deref().is_none_or(|kind| row.kind == kind)
            && asked.state.as_deref().is_none_or(|state| row.phase == state || row.step == state)
            && place.is_none_or(|place| row.place_path.starts_with(place))
    };
    rows.into_iter().filter(fits).collect()
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ShowAsked {
    /// `true`: also the protected fields and the person's own notes that the asker may read now. A reading by others than the person is logged.
    protected: Option<bool>,
}

/// The id of the matter of a code, as [`crate::capability::CODED`] takes it.
pub async fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<String, Stop> {
    Ok(store::by_typed_code(tx, code).await?.to_string())
}

/// Shows a matter with its timeline, by its id or by the code of its receipt.
#[utoipa::path(
    get, path = "/api/v1/matters/{id}", tag = "matters", params(("id" = String, Path, description = "The id or the code."), ShowAsked),
    responses((status = 200, body = MatterWhole), (status = 404))
)]
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    ApiQuery(asked): ApiQuery<ShowAsked>,
) -> Result<Json<MatterWhole>, Failure> {
    let app = app.speaking(who.visit.lang);
    let (id, actor) = (referred::<MatterThing>(&app, &id).await?, who.actor().clone());
    if !asked.protected.unwrap_or(false) {
        let shown = app
            .read(move |mut tx| {
                Box::pin(async move {
                    let held = Held::find(&mut tx, &actor, id).await?;
                    whole(&mut tx, &actor, &held, Values::new()).await
                })
            })
            .await?;
        return Ok(Json(shown));
    }
    let shown = app
        .act(who.actor(), id, |mut tx, who, at, id| {
            Box::pin(async move {
                let held = Held::find(&mut tx, &who, id).await?;
                let protected = actions::read_protected(&mut tx, &who, at, &held, "api").await?;
                let notes = notes::read(&mut tx, &who, at, &held, "api").await?;
                Ok(whole(&mut tx, &who, &held, protected).await?.with_notes(&notes))
            })
        })
        .await?;
    Ok(Json(shown))
}

/// The matter that a change is asked for, in the version that was looked at.
///
/// # Errors
/// A conflict when somebody else changed it since; `matter-closed`, whatever one may do to those that are open; `photos-apart`.
async fn looked_at(tx: &mut Tx<'_>, who: &rules::shared::Actor, id: MatterId, body: &GivenJson) -> Result<Held, Stop> {
    let held = Held::find(tx, who, id).await?;
    if body.version.is_some_and(|version| version != held.matter.version) {
        return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
    }
    if held.matter.is_closed() {
        return Err(Refusal::new("matter-closed").into());
    }
    input::without_photos(kind_of(&tx.city(), &held.matter.kind)?, &body.fields)?;
    Ok(held)
}

async fn shown(tx: &mut Tx<'_>, who: &rules::shared::Actor, held: &Held) -> Result<Answer, Stop> {
    api_answer(&whole(tx, who, held, Values::new()).await?)
}

/// Sets level, type, way of service and risks, and sends it on: the social worker's judgement.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/triage", tag = "matters", params(("id" = String, Path,)),
    request_body(content = GivenJson, example = json!({ "answer": "dispatch", "level": "day", "type": "hospital",
        "way": "volunteers", "risks": ["two_people"] })),
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn triage(call: Call<MatterThing, GivenJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = looked_at(tx, who, id, &body).await?;
            actions::to_be_triaged(tx, who, &held).await?;
            let answer = triage_answer(tx, &held, &body)?;
            let given = given(tx, &held, body)?;
            let held = actions::triage(tx, who, at, id, &answer, &given).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

fn given(tx: &Tx<'_>, held: &Held, body: GivenJson) -> Result<Given, Stop> {
    Ok(body.given(kind_of(&tx.city(), &held.matter.kind)?)?)
}

/// The answer said, or the one of the present step that the way of service stands for.
fn triage_answer(tx: &Tx<'_>, held: &Held, body: &GivenJson) -> Result<String, Stop> {
    if let Some(answer) = &body.answer {
        return Ok(answer.clone());
    }
    let city = tx.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let fits = |way: &String| {
        let possible = rules::matters::workflow::possible(kind, &held.matter);
        possible.into_iter().find(|answer| answer.ways.contains(way)).map(|answer| answer.key.clone())
    };
    let answer = body.way.as_ref().and_then(fits);
    answer.ok_or_else(|| Refusal::new("answer-requires").with("field", "answer").at_field("answer").into())
}

/// Gives any other answer of the present step.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/answers", tag = "matters", params(("id" = String, Path,)),
    request_body(content = GivenJson, example = json!({ "answer": "served", "result": "已陪同复查，送回家中" })),
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn answer(call: Call<MatterThing, GivenJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = looked_at(tx, who, id, &body).await?;
            let answer = body.answer.clone().unwrap_or_default();
            let given = given(tx, &held, body)?;
            let held = actions::answer(tx, who, at, id, &answer, &given).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Closes it with an outcome that the present step allows.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/closure", tag = "matters", params(("id" = String, Path,)),
    request_body(content = GivenJson, example = json!({ "outcome": "no_longer_needed", "reason": "儿子回来了" })),
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn close(call: Call<MatterThing, GivenJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = looked_at(tx, who, id, &body).await?;
            let outcome = body.outcome.clone().unwrap_or_default();
            let given = given(tx, &held, body)?;
            let held = actions::close(tx, who, at, id, &outcome, &given).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Words to go with a change.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "水管又漏了" }))]
pub struct WordsJson {
    pub reason: Option<String>,
    pub text: Option<String>,
}

/// Opens a closed matter again: to the supervisor, with a new clock.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/reopening", tag = "matters", params(("id" = String, Path,)), request_body = WordsJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn reopen(call: Call<MatterThing, WordsJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = actions::reopen(tx, who, at, id, body.reason.as_deref().unwrap_or_default()).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// Takes it back, until somebody has accepted it.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/withdrawal", tag = "matters", params(("id" = String, Path,)), request_body = WordsJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn withdraw(call: Call<MatterThing, WordsJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = actions::withdraw(tx, who, at, id, body.reason).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

/// A remark.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "text": "已打电话，家里没有人", "internal": true }))]
pub struct NoteJson {
    pub text: String,
    /// `true`: staff alone read it. Otherwise, and when it is left out, whoever sees the matter does: those whose it is
    /// too. What they add themselves is never internal.
    pub internal: bool,
}

/// Adds a remark to the timeline.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/notes", tag = "matters", params(("id" = String, Path,)), request_body = NoteJson,
    responses((status = 200, body = MatterWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn note(call: Call<MatterThing, NoteJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let held = noting::note(tx, who, at, id, (&body.text, body.internal), &[]).await?;
            shown(tx, who, &held).await
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(
        create,
        index,
        show,
        triage,
        answer,
        close,
        reopen,
        withdraw,
        note,
        kinds::index,
        desk::part,
        desk::pause,
        desk::resume,
        desk::assign,
        desk::reroute,
        desk::follow,
        desk::unfollow,
        desk::merge,
        desk::next_word,
        desk::set_private,
        desk::urge,
        desk::tried,
        photos::index,
        photos::show,
        photos::add,
        photos::release,
        photos::withhold,
        handovers::index,
        handovers::show,
        handovers::create,
        handovers::sign,
        handovers::withdraw,
        replies::of_matter,
        replies::ask,
        replies::index,
        replies::give,
        replies::add_photo
    ),
    components(schemas(
        desk::PartJson,
        desk::FollowJson,
        desk::PauseJson,
        desk::WhereJson,
        desk::MergeJson,
        desk::NextWordJson,
        desk::PrivateJson,
        desk::UrgeJson,
        photos::PhotoJson,
        photos::PhotoList,
        photos::ReleaseJson,
        photos::SquareJson,
        handovers::HandoverJson,
        handovers::HandoverWhole,
        handovers::HandoverList,
        handovers::LeftJson,
        handovers::LeaveJson,
        handovers::NewHandoverJson,
        replies::ReplyJson,
        replies::ReplyList,
        replies::AskJson,
        replies::ReplyWordsJson,
        kinds::KindAnswerJson,
        kinds::KindFieldJson,
        kinds::KindJson,
        kinds::KindList,
        kinds::KindNamedJson,
        kinds::KindOutcomeJson,
        kinds::KindStepJson,
        TextJson,
        NewMatter,
        GivenJson,
        WordsJson,
        FieldJson,
        MatterJson,
        MatterWhole,
        MatterList,
        EventJson
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
