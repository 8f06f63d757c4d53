//! The JSON API of cards.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use jiff::tz::TimeZone;
use kit::Failure;
use rules::people::card::Wanted;
use rules::shared::ids::{CardThing, PersonId, PersonThing};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::actions;
use super::store::{self, CardRow};
use crate::people::register;
use crate::people::store as people;
use crate::web::json::{instant, path_id};
use crate::web::{Call, Created, NoBody, Who, api_answer};
use crate::{App, Stop, Tx};

/// A service card; what it opens with is not in it.
#[derive(Serialize, ToSchema)]
pub struct CardJson {
    #[schema(example = "crd_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    /// `valid`, `replaced` or `lost`.
    #[schema(example = "valid")]
    pub state: String,
    /// The card is the whole household's.
    pub for_household: bool,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub issued_at: String,
    pub ended_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct CardList {
    pub items: Vec<CardJson>,
    /// Since when they wait for a card, if they do.
    pub asked_at: Option<String>,
    /// The card that they wait for is the whole household's.
    pub asked_for_household: Option<bool>,
}

fn card_json(row: &CardRow, zone: &TimeZone) -> Result<CardJson, Stop> {
    Ok(CardJson {
        id: row.id().to_string(),
        state: row.state()?.key().to_owned(),
        for_household: row.household_id.is_some(),
        issued_at: instant(row.issued_at, zone),
        ended_at: row.ended_at.map(|at| instant(at, zone)),
    })
}

async fn list(tx: &mut Tx<'_>, person: PersonId) -> Result<CardList, Stop> {
    let zone = tx.city().settings.zone.clone();
    let row = people::person(tx, person).await?.ok_or(Stop::Missing)?;
    let cards = store::cards_of(tx, &row).await?;
    let asked = store::request_of(tx, person).await?;
    Ok(CardList {
        items: cards.iter().map(|card| card_json(card, &zone)).collect::<Result<_, Stop>>()?,
        asked_at: asked.as_ref().map(|a| instant(a.asked_at, &zone)),
        asked_for_household: asked.map(|a| a.for_household),
    })
}

/// Lists the cards of a person and of their household, the newest first.
#[utoipa::path(
    get, path = "/api/v1/people/{id}/cards", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = CardList), (status = 404))
)]
pub async fn index(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<CardList>, Failure> {
    let (person, actor) = (path_id::<PersonThing>(&id)?, who.actor().clone());
    let shown = app.read(move |mut tx| {
        Box::pin(async move {
            register::seen(&mut tx, &actor, person).await?;
            list(&mut tx, person).await
        })
    });
    Ok(Json(shown.await?))
}

/// A card that is asked for.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "for_household": false }))]
pub struct CardAskedJson {
    #[serde(default)]
    pub for_household: bool,
}

/// Asks for a card, for oneself or for somebody whom one looks after.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/card-request", tag = "people", params(("id" = String, Path,)),
    request_body = CardAskedJson,
    responses((status = 200, body = CardList), (status = 403), (status = 404), (status = 422))
)]
pub async fn ask(call: Call<PersonThing, CardAskedJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, person, body| {
        Box::pin(async move {
            actions::request(tx, who, at, person, body.for_household).await?;
            api_answer(&list(tx, person).await?)
        })
    })
    .await
}

/// Takes back that a card is wanted.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/card-request/withdrawal", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = CardList), (status = 403), (status = 404), (status = 422))
)]
pub async fn take_back(call: Call<PersonThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, person, _| {
        Box::pin(async move {
            actions::take_back(tx, who, at, person).await?;
            api_answer(&list(tx, person).await?)
        })
    })
    .await
}

/// A card to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "for_household": false, "replaces": true }))]
pub struct CardWantedJson {
    #[serde(default)]
    pub for_household: bool,
    /// The valid one is dead from then on; without it a second one is refused.
    #[serde(default)]
    pub replaces: bool,
}

/// A new card with what is printed on it, which is told this once.
#[derive(Serialize, ToSchema)]
pub struct CardMadeJson {
    #[schema(example = "crd_0006034e9s1k2g7xgh0v4c5b8fzn9")]
    pub id: String,
    /// What its QR leads to.
    #[schema(example = "https://helin.example/c/AAZfM1Qk…")]
    pub url: String,
    /// What is typed where nothing can be scanned: ten characters, the last of which checks the others.
    #[schema(example = "4F7-K2M9-X3A")]
    pub code: String,
}

/// Makes a card. The answer holds its secrets and is not kept: sent again, the call makes another one or is refused.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/cards", tag = "people", params(("id" = String, Path,)),
    request_body = CardWantedJson,
    responses((status = 201, body = CardMadeJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn issue(call: Call<PersonThing, CardWantedJson>) -> Result<Response, Failure> {
    call.unkept(|tx, who, at, person, body| {
        Box::pin(async move {
            let wanted = Wanted { for_household: body.for_household, replaces: body.replaces };
            let made = actions::issue(tx, who, at, person, wanted).await?;
            let url = format!("{}/c/{}", tx.city().settings.base_url, made.secrets.token);
            Created(CardMadeJson { id: made.id.to_string(), url, code: made.secrets.code.to_string() }).try_into()
        })
    })
    .await
}

/// Says that a card is lost: it opens nothing any more.
#[utoipa::path(
    post, path = "/api/v1/cards/{id}/loss", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = CardList), (status = 404), (status = 422))
)]
pub async fn lose(call: Call<CardThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, card, _| {
        Box::pin(async move {
            let holder = actions::report_lost(tx, who, at, card).await?;
            api_answer(&list(tx, holder).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(index, ask, take_back, issue, lose),
    components(schemas(CardJson, CardList, CardAskedJson, CardWantedJson, CardMadeJson))
)]
pub struct Api;
