//! What the volunteer asks and answers.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use kit::Failure;
use rules::dispatch::OfferState;
use rules::shared::ids::{OfferId, OfferThing};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::schema::Object;

use super::super::view::{OfferJson, OfferList, TaskWhole, of_hand};
use super::super::{actions, store};
use super::{MOST, ReasonJson, may_read};
use crate::identity::once::Answer;
use crate::web::{ApiQuery, Call, NoBody, Who, api_answer, one_of, words_schema};
use crate::{App, Stop, Tx};

async fn shown_offer(tx: &mut Tx<'_>, offer: OfferId) -> Result<Answer, Stop> {
    let row = store::offer(tx, offer).await?.ok_or(Stop::Missing)?;
    api_answer(&OfferJson::of(&row, tx.city().calendar.zone()))
}

fn states() -> Object {
    words_schema("A state.", OfferState::ALL.map(OfferState::key))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OffersAsked {
    /// `true`: the offers made to me.
    mine: Option<bool>,
    #[param(schema_with = states)]
    state: Option<String>,
}

/// Lists the offers made to who asks, latest service first.
#[utoipa::path(
    get, path = "/api/v1/offers", tag = "dispatch", params(OffersAsked),
    responses((status = 200, body = OfferList), (status = 422, description = "`mine=true` is needed (`query-one-of`)."))
)]
pub async fn offers(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<OffersAsked>,
) -> Result<Json<OfferList>, Failure> {
    may_read(who.actor())?;
    one_of("state", asked.state.as_deref(), OfferState::ALL.map(OfferState::key))?;
    let state = asked.state.as_deref().and_then(OfferState::from_key);
    if !asked.mine.unwrap_or(false) {
        return Err(Failure::refused("query-one-of").with("takes", "mine=true").at_field("mine"));
    }
    let person = who.actor().person.ok_or(Stop::SignIn)?;
    let rows = app
        .read(move |mut tx| Box::pin(async move { store::offers_of_person(&mut tx, person, state, MOST).await }))
        .await?;
    let city = app.city();
    Ok(Json(OfferList { items: rows.iter().map(|o| OfferJson::of(o, city.calendar.zone())).collect() }))
}

/// Says yes to an offer, also after declining it, as long as an answer counts. What comes back has the contact of the
/// person served.
///
/// Whoever gave it back may say yes again, as long as there is room.
#[utoipa::path(
    post, path = "/api/v1/offers/{id}/acceptance", tag = "dispatch", params(("id" = String, Path,)),
    responses((status = 200, body = TaskWhole), (status = 403), (status = 404), (status = 409, description = "`slot-taken`"), (status = 422))
)]
pub async fn accept(call: Call<OfferThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _body| {
        Box::pin(async move {
            let accepted = actions::accept(tx, who, at, id).await?;
            api_answer(&of_hand(tx, who, at, &accepted.hand).await?)
        })
    })
    .await
}

/// Says no to an offer. A reason may be given; nothing follows from either.
#[utoipa::path(
    post, path = "/api/v1/offers/{id}/decline", tag = "dispatch", params(("id" = String, Path,)),
    request_body = Option<ReasonJson>,
    responses((status = 200, body = OfferJson), (status = 404), (status = 422))
)]
pub async fn decline(call: Call<OfferThing, Option<ReasonJson>>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let reason = body.and_then(|body| body.reason);
            actions::decline(tx, who, at, id, reason.as_deref()).await?;
            shown_offer(tx, id).await
        })
    })
    .await
}

/// Leaves a task one had accepted. Shortly before its start the desk is told at once; nothing else follows.
///
/// Whoever has signed in signs out instead (`offer-begun`).
#[utoipa::path(
    post, path = "/api/v1/offers/{id}/withdrawal", tag = "dispatch", params(("id" = String, Path,)),
    request_body = Option<ReasonJson>,
    responses((status = 200, body = OfferJson), (status = 404), (status = 422))
)]
pub async fn withdraw(call: Call<OfferThing, Option<ReasonJson>>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let reason = body.and_then(|body| body.reason);
            actions::withdraw(tx, who, at, id, reason.as_deref()).await?;
            shown_offer(tx, id).await
        })
    })
    .await
}
