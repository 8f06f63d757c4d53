//! The JSON API of tasks and offers.

pub mod answers;
pub mod changing;
pub mod needs;
pub mod staff;
pub mod stopping;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::places::Distance;
use rules::shared::ids::{MatterThing, PersonId, TaskId, TaskThing};
use rules::shared::permit::token_reads;
use rules::shared::{Actor, Moment, Refusal, Window};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi, ToSchema};

use self::needs::NeedsJson;
use super::actions::{self, NewTask};
use super::reasons::Said;
use super::store;
use super::view::{self, CandidatesJson, OfferJson, OfferList, TaskJson, TaskList, TaskWhole, whole};
use crate::identity::once::Answer;
use crate::places::api as places_api;
use crate::web::json::{body_id, called, read_instant};
use crate::web::{ApiQuery, Call, Created, NoBody, Who, api_answer, referred};
use crate::{App, Stop, Tx, matters, people};

/// How many rows a list answers with.
const MOST: i64 = 100;

/// What tasks are listed of: one of these.
const TASKS_OF: &str = "mine=true, open=true, matter=mat_…";

/// A token reads tasks and offers when its scopes say so.
fn may_read(who: &Actor) -> Result<(), Stop> {
    if token_reads(who, "dispatch") { Ok(()) } else { Err(Stop::Forbidden { verb: "dispatch.read" }) }
}

/// A task to cut from a matter.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "陪诊", "notes": "走路慢，请提前十分钟到", "starts_at": "2026-06-09T09:00:00+08:00", "minutes": 120, "slots": 1,
    "place_hint": "黄楼社区 3 号楼", "needs": { "useful_skills": ["first_aid"], "reach": "same_township" }
}))]
pub struct CutJson {
    pub title: String,
    /// The matter's kind of help when it is left out.
    pub category: Option<String>,
    /// What to know beforehand: no name, address or illness.
    #[serde(default)]
    pub notes: String,
    pub starts_at: String,
    /// How long it takes, in whole minutes.
    pub minutes: i64,
    /// How many people it takes; one when it is left out.
    pub slots: Option<u16>,
    /// The id or code of a place; the matter's when it is left out.
    pub place: Option<String>,
    /// Community and building.
    pub place_hint: Option<String>,
    /// The team whose leader may invite.
    pub team: Option<String>,
    #[serde(default)]
    pub needs: NeedsJson,
    /// How many tasks of the matter you have seen: with a newer one the answer is 409 `task-cut-meanwhile`, so that two who cut
    /// at once do not cut the same. Nothing is asked when it is left out.
    pub seen: Option<usize>,
    /// Whether it is meant to begin after what was promised to whose matter it is: `false` is refused then
    /// (`task-after-promise`). Nothing is asked when it is left out.
    pub after_promise: Option<bool>,
}

impl CutJson {
    /// When it is; what is wrong with that is said with all that is wrong besides.
    fn window(&self) -> Result<Window, Refusal> {
        let start = read_instant(&self.starts_at, "starts_at")?;
        let length = jiff::SignedDuration::try_from_mins(self.minutes).unwrap_or_default();
        let end = start.checked_add(length).map_err(|_| Refusal::new("task-window").at_field("minutes"))?;
        Ok(Window { start, end })
    }

    async fn read(self, tx: &mut Tx<'_>) -> Result<NewTask, Stop> {
        let place = match &self.place {
            Some(reference) => {
                let unknown = || Refusal::new("appoint-place-unknown").at_field("place");
                Some(places_api::find(tx, reference).await?.ok_or_else(unknown)?.id)
            }
            None => None,
        };
        Ok(NewTask {
            window: self.window(),
            seen: self.seen,
            after_promise: self.after_promise,
            title: self.title,
            category: self.category,
            notes: self.notes,
            slots: self.slots.unwrap_or(1),
            place,
            place_hint: self.place_hint,
            team: self.team.as_deref().map(|t| body_id(t, "team")).transpose()?,
            needs: self.needs.into(),
        })
    }
}

async fn shown(tx: &mut Tx<'_>, who: &Actor, at: Moment, task: TaskId) -> Result<Answer, Stop> {
    api_answer(&whole(tx, who, at, task).await?)
}

/// Cuts a task from a matter.
#[utoipa::path(
    post, path = "/api/v1/matters/{id}/tasks", tag = "dispatch", params(("id" = String, Path,)), request_body = CutJson,
    responses((status = 201, body = TaskWhole), (status = 403), (status = 404),
        (status = 409, description = "`task-cut-meanwhile`"), (status = 422))
)]
pub async fn cut(call: Call<MatterThing, CutJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let new = body.read(tx).await?;
            let cut = actions::cut_task(tx, who, at, id, &new).await;
            let task = cut.map_err(|stop| called(stop, &[("start", "starts_at"), ("end", "minutes")]))?;
            Created(whole(tx, who, at, task).await?).try_into()
        })
    })
    .await
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TasksAsked {
    /// `true`: the tasks I have accepted, latest first.
    mine: Option<bool>,
    /// `true`: open tasks I may take, nearest first, then soonest.
    open: Option<bool>,
    /// The id or code of a matter: the tasks cut from it.
    matter: Option<String>,
}

/// Lists tasks: one's own, those open near one's home, or those of a matter.
#[utoipa::path(
    get, path = "/api/v1/tasks", tag = "dispatch", params(TasksAsked),
    responses((status = 200, body = TaskList), (status = 404),
        (status = 422, description = "One of the three is needed (`query-one-of`)."))
)]
pub async fn tasks(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<TasksAsked>,
) -> Result<Json<TaskList>, Failure> {
    let (actor, now) = (who.actor().clone(), app.now());
    may_read(&actor)?;
    let matter = match &asked.matter {
        Some(matter) => Some(referred::<MatterThing>(&app, matter).await?),
        None => None,
    };
    let rows = app
        .read(move |mut tx| {
            Box::pin(async move {
                let person = actor.person.ok_or(Stop::SignIn)?;
                if let Some(matter) = matter {
                    matters::Held::find(&mut tx, &actor, matter).await?;
                    return store::tasks_of_matter(&mut tx, matter).await;
                }
                match (asked.mine.unwrap_or(false), asked.open.unwrap_or(false)) {
                    (true, _) => store::tasks_accepted_by(&mut tx, person, MOST).await,
                    (false, true) => {
                        let home = people::store::person(&mut tx, person).await?.ok_or(Stop::Missing)?;
                        store::open_near(&mut tx, person, &home.place_path, now, MOST).await
                    }
                    (false, false) => Err(Refusal::new("query-one-of").with("takes", TASKS_OF).into()),
                }
            })
        })
        .await?;
    let city = app.city();
    Ok(Json(TaskList { items: rows.iter().map(|row| TaskJson::of(row, city.calendar.zone())).collect() }))
}

/// Shows a task: to volunteers with the place as a hint, and with the contact once they have accepted.
#[utoipa::path(
    get, path = "/api/v1/tasks/{id}", tag = "dispatch", params(("id" = String, Path,)),
    responses((status = 200, body = TaskWhole), (status = 404))
)]
pub async fn task(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<TaskWhole>, Failure> {
    may_read(who.actor())?;
    let id = referred::<TaskThing>(&app, &id).await?;
    // Showing the contact writes the access log.
    let task = app
        .act(who.actor(), id, |mut tx, who, at, id| Box::pin(async move { whole(&mut tx, &who, at, id).await }))
        .await?;
    Ok(Json(task))
}

/// Who could serve, best first, and who could not, with the first reason.
#[utoipa::path(
    get, path = "/api/v1/tasks/{id}/candidates", tag = "dispatch", params(("id" = String, Path,)),
    responses((status = 200, body = CandidatesJson), (status = 403), (status = 404))
)]
pub async fn candidates(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<CandidatesJson>, Failure> {
    let (actor, now) = (who.actor().clone(), app.now());
    may_read(&actor)?;
    let id = referred::<TaskThing>(&app, &id).await?;
    let list =
        app.read(move |mut tx| Box::pin(async move { actions::candidates(&mut tx, &actor, now, id).await })).await?;
    Ok(Json(CandidatesJson::of(&list, app.city().calendar.zone())))
}

/// Whom to invite: chosen people, or the system's choice in waves.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "people": ["per_00060034e9s1k2g7xgh0v4c5b8fzn"], "reply_by": "2026-06-08T13:00:00+08:00" }))]
pub struct InviteJson {
    pub people: Vec<String>,
    /// Until when an answer counts; the plan of the level says so when it is left out.
    pub reply_by: Option<String>,
    /// `true`: the system invites in waves until the slots are taken.
    pub waves: bool,
}

/// Invites volunteers. They answer freely.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/offers", tag = "dispatch", params(("id" = String, Path,)), request_body = InviteJson,
    responses((status = 201, body = OfferList), (status = 403), (status = 404), (status = 422))
)]
pub async fn invite(call: Call<TaskThing, InviteJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            if body.waves != body.people.is_empty() {
                return Err(Stop::refused("offers-body"));
            }
            if body.waves {
                actions::start_waves(tx, who, at, id).await?;
            } else {
                let people = body.people.iter().map(|p| body_id(p, "people"));
                let people = people.collect::<Result<Vec<PersonId>, _>>()?;
                let reply_by = body.reply_by.as_deref().map(|t| read_instant(t, "reply_by")).transpose()?;
                actions::invite(tx, who, at, id, &people, reply_by).await?;
            }
            let rows = store::offers_of_task(tx, id).await?;
            let city = tx.city();
            Created(OfferList { items: rows.iter().map(|o| OfferJson::of(o, city.calendar.zone())).collect() })
                .try_into()
        })
    })
    .await
}

/// How to widen.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reach": "same_county", "without_skills": false }))]
pub struct WidenJson {
    /// `same_village`, `same_township`, `same_county` or `beyond`.
    #[schema(value_type = String)]
    pub reach: Distance,
    /// Skills are then asked for no more, only counted in favour. Credentials stay.
    #[serde(default)]
    pub without_skills: bool,
}

/// Lets invitations reach further, or asks for less.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/widening", tag = "dispatch", params(("id" = String, Path,)), request_body = WidenJson,
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn widen(call: Call<TaskThing, WidenJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            actions::widen(tx, who, at, id, body.reach, body.without_skills).await?;
            shown(tx, who, at, id).await
        })
    })
    .await
}

/// Opens a task to anyone eligible.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/opening", tag = "dispatch", params(("id" = String, Path,)),
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn open(call: Call<TaskThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            actions::open_task(tx, who, at, id).await?;
            shown(tx, who, at, id).await
        })
    })
    .await
}

/// Why.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(example = json!({ "reason": "家里有事" }))]
pub struct ReasonJson {
    pub reason: Option<String>,
}

/// Cancels a task and the offers that stand with it. The reason is for colleagues.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/cancellation", tag = "dispatch", params(("id" = String, Path,)),
    request_body = ReasonJson,
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn cancel(call: Call<TaskThing, ReasonJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            actions::cancel_task(tx, who, at, id, body.reason.as_deref().unwrap_or_default()).await?;
            shown(tx, who, at, id).await
        })
    })
    .await
}

/// A colleague on staff.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "person": "per_00060034e9s1k2g7xgh0v4c5b8fzn" }))]
pub struct AssignJson {
    pub person: String,
}

/// Gives a slot to a colleague on staff, or takes it oneself. Volunteers are invited, never assigned.
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/assignment", tag = "dispatch", params(("id" = String, Path,)),
    request_body = AssignJson,
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn assign(call: Call<TaskThing, AssignJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let person = body_id(&body.person, "person")?;
            actions::assign_staff(tx, who, at, id, person).await?;
            shown(tx, who, at, id).await
        })
    })
    .await
}

/// Takes a slot of an open task. Who is too late is told two similar tasks (`args.first_id`, `args.second_id`).
#[utoipa::path(
    post, path = "/api/v1/tasks/{id}/acceptance", tag = "dispatch", params(("id" = String, Path,)),
    responses((status = 200, body = TaskWhole), (status = 404), (status = 409, description = "`slot-taken`"), (status = 422))
)]
pub async fn take(call: Call<TaskThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            let taken = actions::take_open(tx, who, at, id).await?;
            api_answer(&view::of_hand(tx, who, at, &taken.hand).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(
        cut,
        tasks,
        task,
        candidates,
        invite,
        widen,
        open,
        stopping::stop,
        changing::change,
        cancel,
        assign,
        staff::step_back,
        take,
        answers::offers,
        answers::accept,
        answers::decline,
        answers::withdraw
    ),
    components(schemas(
        CutJson,
        InviteJson,
        WidenJson,
        ReasonJson,
        AssignJson,
        changing::ChangeJson,
        NeedsJson,
        TaskJson,
        TaskList,
        TaskWhole,
        OfferJson,
        OfferList,
        CandidatesJson,
        Said,
        view::DeskJson,
        view::ContactJson,
        view::TaskBrief,
        view::CandidateJson,
        view::ExcludedJson,
        view::ExcludedCount,
        view::WideningJson
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    Api::openapi()
}
