//! Organisations by the API: finding them, who belongs to one, entering and correcting one.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::people::OrganisationKind;
use rules::people::access::{self, FindOrganisation, SeeMembers};
use rules::shared::ids::{OrganisationId, OrganisationThing};
use rules::shared::permit::might;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::schema::Object;

use super::super::organisations::{self, Sought};
use super::super::{actions, changing, register, store};
use super::input::{FoundingJson, OrganisationEditJson};
use super::view::{MembersJson, MembershipJson, OrganisationJson, OrganisationList, organisation_json};
use crate::web::json::path_id;
use crate::web::{ApiJson, ApiQuery, Call, Created, IdempotencyKey, Who, api_answer, idempotent, one_of, words_schema};
use crate::{App, Stop};

fn organisation_kinds() -> Object {
    words_schema("What the organisations are.", OrganisationKind::ALL.iter().map(|kind| kind.key()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct OrganisationsAsked {
    /// A part of the name, the name as it is spoken, or initials of its pinyin: of the whole county one works in.
    #[param(example = "住建局")]
    q: Option<String>,
    #[param(schema_with = organisation_kinds)]
    kind: Option<String>,
    /// The code of a place: only organisations below it.
    #[param(example = "371722003003")]
    place: Option<String>,
}

/// Finds organisations: by name, and of those that matters are handed to, in the counties one works in; else of one's part
/// of the tree.
#[utoipa::path(
    get, path = "/api/v1/organisations", tag = "people", params(OrganisationsAsked),
    responses(
        (status = 200, body = OrganisationList),
        (status = 400, description = "There is no such place."),
        (status = 403)
    )
)]
pub async fn organisations(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<OrganisationsAsked>,
) -> Result<Json<OrganisationList>, Failure> {
    if !might::<FindOrganisation>(who.actor()) {
        return Err(Failure::forbidden());
    }
    one_of("kind", asked.kind.as_deref(), OrganisationKind::ALL.iter().map(|kind| kind.key()))?;
    let actor = who.actor().clone();
    let rows = app
        .read(move |mut tx| {
            Box::pin(async move {
                let within = match &asked.place {
                    Some(code) => Some(crate::places::api::asked(&mut tx, "place", code).await?.path),
                    None => None,
                };
                let kind = asked.kind.as_deref().and_then(OrganisationKind::from_key);
                let sought = Sought { words: asked.q.unwrap_or_default(), kind, within };
                organisations::find(&mut tx, &actor, &sought, register::ORGANISATIONS).await
            })
        })
        .await?;
    Ok(Json(OrganisationList { items: rows.iter().map(organisation_json).collect() }))
}

/// Shows an organisation and who belongs to it.
#[utoipa::path(
    get, path = "/api/v1/organisations/{id}", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = MembersJson), (status = 404))
)]
pub async fn organisation(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Json<MembersJson>, Failure> {
    let (id, actor, now): (OrganisationId, _, _) = (path_id(&id)?, who.actor().clone(), app.now());
    let shown = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = store::organisation(&mut tx, id).await?.ok_or(Stop::Missing)?;
                access::on_organisation::<SeeMembers>(&actor, id, &row.place_path, None).map_err(|_| Stop::Missing)?;
                let zone = tx.city().settings.zone.clone();
                let members = register::members_of(&mut tx, id, now).await?;
                let members = members.into_iter().map(|line| MembershipJson::of(line, &zone)).collect();
                let asked = register::asked_by(&mut tx, id, now).await?;
                let asked = asked.into_iter().map(|line| MembershipJson::of(line, &zone)).collect();
                Ok(MembersJson { organisation: organisation_json(&row), members, asked })
            })
        })
        .await?;
    Ok(Json(shown))
}

/// Founds an organisation or team. A credit code whose check character does not fit is refused once and kept when
/// `credit_code_confirmed` says that the paper has it so.
#[utoipa::path(
    post, path = "/api/v1/organisations", tag = "people", request_body = FoundingJson,
    responses((status = 201, body = OrganisationJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn found(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<FoundingJson>,
) -> Result<Response, Failure> {
    idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let (place, new) = body.read(tx).await?;
            let id = actions::found_organisation(tx, who, at, place, &new).await?;
            let row = store::organisation(tx, id).await?.ok_or(Stop::Missing)?;
            Created(organisation_json(&row)).try_into()
        })
    })
    .await
}

/// Corrects an organisation that is still as it was at `version`: its name, the labels of a team, its credit code, who heads
/// it. A credit code whose check character does not fit is refused once and kept when `credit_code_confirmed` says that the
/// paper has it so.
#[utoipa::path(
    post, path = "/api/v1/organisations/{id}/correction", tag = "people", params(("id" = String, Path,)),
    request_body = OrganisationEditJson,
    responses((status = 200, body = OrganisationJson), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn edit(call: Call<OrganisationThing, OrganisationEditJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            changing::edit_organisation(tx, who, at, id, &body.read()).await?;
            let row = store::organisation(tx, id).await?.ok_or(Stop::Missing)?;
            api_answer(&organisation_json(&row))
        })
    })
    .await
}
