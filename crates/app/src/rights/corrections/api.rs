//! The JSON API of requests for correction.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::people::access::PersonSubject;
use rules::rights::access::{AskCorrection, on_person};
use rules::rights::correction::{Field, Verdict};
use rules::rights::living::{self, Living};
use rules::shared::ids::{CorrectionId, CorrectionThing, PersonId, PersonThing};
use rules::shared::{Actor, Moment};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};

use super::actions::{self, Asking, Decision};
use super::applying::Verified;
use super::store::{self, CorrectionRow};
use crate::people::{CredentialBody, register};
use crate::web::json::{body_id, instant, path_id};
use crate::web::{ApiQuery, Call, Created, Who, api_answer};
use crate::{App, Stop, Tx};

/// A request for correction.
#[derive(Serialize, ToSchema)]
pub struct CorrectionJson {
    #[schema(example = "cor_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    pub person: String,
    /// `name`, `sex`, `birth_date`, `address`, `phone`, `identity`, `place`, `household`, `credential` or `other`.
    #[schema(example = "phone")]
    pub field: String,
    pub credential: Option<String>,
    /// `asked`, `corrected`, `refused` or `withdrawn`.
    #[schema(example = "asked")]
    pub state: String,
    pub asked_at: String,
    /// Until when it is answered.
    pub due_at: Option<String>,
    /// When somebody above heard that it was not.
    pub late_at: Option<String>,
    pub decided_at: Option<String>,
    pub decided_by: Option<String>,
    /// How it stood, how it should be, what shows that, what it has become, and why; for whose data it is, and for who
    /// decides while it waits, when the request is asked for by its id.
    pub stood: Option<String>,
    pub wanted: Option<String>,
    pub grounds: Option<String>,
    pub became: Option<String>,
    /// The door where they live now, when a correction of their place or household decided that too; empty: none is known any
    /// more.
    pub door: Option<String>,
    /// In which household they live now, when that was decided too: `with` somebody, their `own`, or `none`. Who moves to
    /// another village leaves their household.
    pub household: Option<String>,
    pub reason: Option<String>,
}

fn without_words(tx: &Tx<'_>, row: &CorrectionRow) -> Result<CorrectionJson, Stop> {
    let zone = tx.city().settings.zone.clone();
    let when = |millis: Option<i64>| millis.map(|millis| instant(millis, &zone));
    Ok(CorrectionJson {
        id: row.id().to_string(),
        person: row.person().to_string(),
        field: row.field()?.key().to_owned(),
        credential: row.credential().map(|id| id.to_string()),
        state: row.state()?.key().to_owned(),
        asked_at: instant(row.asked_at, &zone),
        due_at: when(row.due_at),
        late_at: when(row.late_at),
        decided_at: when(row.decided_at),
        decided_by: row.decided_name.clone(),
        stood: None,
        wanted: None,
        grounds: None,
        became: None,
        door: None,
        household: None,
        reason: None,
    })
}

async fn whole(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    (id, protected): (CorrectionId, bool),
) -> Result<CorrectionJson, Stop> {
    let row = actions::find(tx, who, id).await?;
    let words = match protected {
        true => actions::read_words(tx, who, at, &row).await?,
        false => actions::own_words(tx, who, &row).await?,
    };
    let words = words.unwrap_or_default();
    Ok(CorrectionJson {
        stood: words.stood,
        wanted: words.wanted,
        grounds: words.grounds,
        became: words.became,
        door: words.door,
        household: words.living.map(|living| living.key().to_owned()),
        reason: words.reason,
        ..without_words(tx, &row)?
    })
}

#[derive(Serialize, ToSchema)]
pub struct CorrectionList {
    pub items: Vec<CorrectionJson>,
}

fn list(tx: &Tx<'_>, rows: &[CorrectionRow]) -> Result<CorrectionList, Stop> {
    Ok(CorrectionList { items: rows.iter().map(|row| without_words(tx, row)).collect::<Result<_, _>>()? })
}

/// The longest list.
const ROWS: i64 = 200;

/// Lists the requests that wait in one's part of the tree, the longest waiting first; without what they say.
#[utoipa::path(
    get, path = "/api/v1/corrections", tag = "rights", responses((status = 200, body = CorrectionList), (status = 403))
)]
pub async fn waiting(State(app): State<App>, who: Who) -> Result<Json<CorrectionList>, Failure> {
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let rows = actions::list(&mut tx, &actor, ROWS).await?;
            list(&tx, &rows)
        })
    });
    Ok(Json(found.await?))
}

/// Lists the requests about a person, the newest first; without what they say.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/corrections", tag = "rights", params(("id" = String, Path,)),
    responses((status = 200, body = CorrectionList), (status = 404))
)]
pub async fn of_person(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<CorrectionList>, Failure> {
    let (person, actor): (PersonId, _) = (path_id(&id)?, who.actor().clone());
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let row = register::seen(&mut tx, &actor, person).await?;
            let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
            on_person::<AskCorrection>(&actor, &subject).map_err(|_| Stop::Missing)?;
            let rows = store::of_person(&mut tx, person).await?;
            list(&tx, &rows)
        })
    });
    Ok(Json(found.await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Opened {
    /// With what it says, for whoever decides while it waits; written to the access log that the person sees.
    #[serde(default)]
    protected: bool,
}

/// A request as far as one may see it: whose data it is reads all of it.
#[utoipa::path(
    get, path = "/api/v1/corrections/{id}", tag = "rights", params(("id" = String, Path,), Opened),
    responses((status = 200, body = CorrectionJson), (status = 404))
)]
pub async fn one(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    ApiQuery(opened): ApiQuery<Opened>,
) -> Result<Json<CorrectionJson>, Failure> {
    let id: CorrectionId = path_id(&id)?;
    let found = match opened.protected {
        true => {
            let read = app.act(who.actor(), id, |mut tx, who, at, id| {
                Box::pin(async move { whole(&mut tx, &who, at, (id, true)).await })
            });
            read.await?
        }
        false => {
            let (actor, at) = (who.actor().clone(), app.now());
            let read = app.read(move |mut tx| Box::pin(async move { whole(&mut tx, &actor, at, (id, false)).await }));
            read.await?
        }
    };
    Ok(Json(found))
}

/// What should be corrected, and how.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "field": "phone", "wanted": "13800000099", "grounds": "换了号码" }))]
pub struct CorrectionAskedJson {
    pub field: String,
    /// Which credential is wrong, where `field` is `credential`.
    pub credential: Option<String>,
    /// How it should be.
    pub wanted: String,
    /// What shows that.
    #[serde(default)]
    pub grounds: String,
}

/// Asks for a correction: oneself, what one cannot change oneself; or staff for somebody, who is told.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/corrections", tag = "rights", params(("id" = String, Path,)),
    request_body = CorrectionAskedJson,
    responses((status = 201, body = CorrectionJson), (status = 404), (status = 422))
)]
pub async fn ask(call: Call<PersonThing, CorrectionAskedJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, person, body| {
        Box::pin(async move {
            let asking = Asking {
                field: Field::from_key(&body.field),
                credential: body.credential.as_deref().map(|id| body_id(id, "credential")).transpose()?,
                wanted: body.wanted,
                grounds: body.grounds,
            };
            let id = actions::ask(tx, who, at, person, &asking).await?;
            let row = actions::find(tx, who, id).await?;
            Created(without_words(tx, &row)?).try_into()
        })
    })
    .await
}

/// What somebody decides.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "verdict": "correct", "reason": "见过本人和手机", "value": "13800000099" }))]
pub struct DecisionJson {
    /// `correct` or `refuse`.
    pub verdict: String,
    pub reason: String,
    /// The value as it was verified; left out: as it was asked for. For `place` the name or code of the village; for
    /// `household` the phone of somebody in it; for `other` what was done.
    #[serde(default)]
    pub value: String,
    /// For `household`, how they live: `with` whoever has the phone in `value` (what a phone alone says), in their `own`
    /// household at `door`, or in `none`.
    pub household: Option<String>,
    /// For `place` the door in the new village, left out: none is known any more, and the old one is taken out; for a
    /// household of their `own` its door.
    #[serde(default)]
    pub door: String,
    /// The credential that takes the place of the wrong one; left out: that one is only withdrawn.
    pub credential: Option<CredentialBody>,
}

/// Corrects what was asked for, or refuses with a reason; never whoever asked.
#[utoipa::path(
    post, path = "/api/v1/corrections/{id}/decision", tag = "rights", params(("id" = String, Path,)),
    request_body = DecisionJson,
    responses((status = 200, body = CorrectionJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn decide(call: Call<CorrectionThing, DecisionJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let credential = body.credential.map(CredentialBody::read).transpose()?;
            let verdict = Verdict::from_key(&body.verdict);
            let living = match body.household.as_deref() {
                Some(key) => Some(Living::from_key(key).ok_or_else(living::unsaid)?),
                None => None,
            };
            let verified = Verified { value: body.value, living, door: body.door, credential };
            actions::decide(tx, who, at, id, &Decision { verdict, reason: body.reason, verified }).await?;
            let row = store::correction(tx, id).await?.ok_or(Stop::Missing)?;
            api_answer(&without_words(tx, &row)?)
        })
    })
    .await
}

/// Why a request is taken back.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "reason": "本人来电话说不改了" }))]
pub struct TakenBackJson {
    /// Needed of staff: when and how the person asked them to. Whose data it is reads it.
    pub reason: String,
}

/// Takes a request back: whose data it is, or staff whom they asked to, with a reason; they are told.
#[utoipa::path(
    post, path = "/api/v1/corrections/{id}/withdrawal", tag = "rights", params(("id" = String, Path,)),
    request_body = Option<TakenBackJson>,
    responses((status = 200, body = CorrectionJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn withdraw(call: Call<CorrectionThing, Option<TakenBackJson>>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let reason = body.map(|body| body.reason).unwrap_or_default();
            actions::withdraw(tx, who, at, id, &reason).await?;
            let row = store::correction(tx, id).await?.ok_or(Stop::Missing)?;
            api_answer(&without_words(tx, &row)?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(waiting, of_person, one, ask, decide, withdraw),
    components(schemas(CorrectionJson, CorrectionList, CorrectionAskedJson, DecisionJson, TakenBackJson))
)]
pub struct Api;
