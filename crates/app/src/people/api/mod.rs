//! The JSON API of people: the register, roles, teams, credentials, volunteering.

mod input;
pub mod me;
pub mod organisations;
pub mod skills;
pub mod view;

pub use input::CredentialBody;
pub use view::PersonRef;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::Failure;
use rules::shared::ids::{CredentialThing, MembershipThing, PersonThing};
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};

use self::input::{
    AppointmentJson, AvailabilityJson, CoverJson, EditJson, FoundingJson, HouseholdJson, KinJson, OrganisationEditJson,
    RegistrationJson, VolunteerJson, VolunteerNumberJson,
};
use self::view::{
    CredentialJson, MembersJson, MembershipJson, OrganisationJson, OrganisationList, PeopleList, PersonJson,
    PersonRegistered, PersonWhole, SpanJson, VolunteeringJson, person_json, whole,
};
use super::register::{self, Sought};
use super::{actions, changing, joining, kinship};
use crate::web::json::path_id;
use crate::web::{ApiJson, ApiQuery, Call, Created, IdempotencyKey, NoBody, Who, api_answer, idempotent};
use crate::{App, Stop};

/// How many people one page lists.
const PAGE: u32 = 100;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PeopleAsked {
    /// Part of a name, pinyin initials, or a whole phone number. Without it the newest are listed.
    #[param(example = "张桂兰")]
    q: Option<String>,
    /// The code of a place: only people below it.
    #[param(example = "371722003003")]
    place: Option<String>,
    /// From `next` of the page before.
    cursor: Option<String>,
}

/// Finds people of one's part of the tree; fields are masked.
#[utoipa::path(
    get, path = "/api/v1/people", tag = "people", params(PeopleAsked),
    responses(
        (status = 200, body = PeopleList),
        (status = 400, description = "The cursor is not of this list, or there is no such place.")
    )
)]
pub async fn index(
    State(app): State<App>,
    who: Who,
    ApiQuery(asked): ApiQuery<PeopleAsked>,
) -> Result<Json<PeopleList>, Failure> {
    let actor = who.actor().clone();
    let after = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty()).map(kit::Cursor::key).transpose()?;
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let within = match &asked.place {
                    Some(code) => Some(crate::places::api::asked(&mut tx, "place", code).await?.path),
                    None => None,
                };
                let sought = Sought { words: asked.q.unwrap_or_default(), within };
                register::find_people(&mut tx, &actor, &sought, after, PAGE).await
            })
        })
        .await?;
    Ok(Json(PeopleList { items: found.items.iter().map(person_json).collect(), next: found.next }))
}

/// Shows a person with roles, credentials and volunteering; fields are masked.
#[utoipa::path(
    get, path = "/api/v1/people/{id}", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = PersonWhole), (status = 404))
)]
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Json<PersonWhole>, Failure> {
    let (id, actor, now) = (path_id::<PersonThing>(&id)?, who.actor().clone(), app.now());
    let seen = app
        .read(move |mut tx| {
            Box::pin(async move {
                register::seen(&mut tx, &actor, id).await?;
                whole(&mut tx, id, now).await
            })
        })
        .await?;
    Ok(Json(seen))
}

/// Enters somebody who has not registered themselves.
#[utoipa::path(
    post, path = "/api/v1/people", tag = "people", request_body = RegistrationJson,
    responses((status = 201, body = PersonRegistered), (status = 403), (status = 422))
)]
pub async fn register(
    State(app): State<App>,
    who: Who,
    key: IdempotencyKey,
    body: ApiJson<RegistrationJson>,
) -> Result<Response, Failure> {
    idempotent(&app, &who, key, body.bytes, body.value, |tx, who, at, body| {
        Box::pin(async move {
            let (place, mut new) = body.read(tx).await?;
            if let Some(door) = &new.address {
                new.household = Some(actions::add_household(tx, who, at, place, door).await?);
            }
            let id = actions::register(tx, who, at, place, &new).await?;
            let phone_shared = actions::shares_phone(tx, id, new.phone.as_deref()).await?;
            Created(PersonRegistered { person: whole(tx, id, at).await?, phone_shared }).try_into()
        })
    })
    .await
}

/// Corrects a person who is still as they were at `version`.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/correction", tag = "people", params(("id" = String, Path,)), request_body = EditJson,
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 409), (status = 422))
)]
pub async fn edit(call: Call<PersonThing, EditJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            changing::edit(tx, who, at, id, &body.read()?).await?;
            api_answer(&whole(tx, id, at).await?)
        })
    })
    .await
}

/// Gives a role: at a place, or in an organisation. Whom a team takes in is asked (`asked`), unless they have said yes to whoever
/// takes them in (`agreed`).
#[utoipa::path(
    post, path = "/api/v1/people/{id}/memberships", tag = "people", params(("id" = String, Path,)),
    request_body = AppointmentJson,
    responses((status = 201, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn appoint(call: Call<PersonThing, AppointmentJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let new = body.read(tx).await?;
            actions::appoint(tx, who, at, id, &new).await?;
            Created(whole(tx, id, at).await?).try_into()
        })
    })
    .await
}

/// Says yes to a team that asked, of which one is a member from now on. Saying no is ending it.
#[utoipa::path(
    post, path = "/api/v1/memberships/{id}/acceptance", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = MembershipJson), (status = 404), (status = 422))
)]
pub async fn join_team(call: Call<MembershipThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            let line = joining::join(tx, who, at, id).await?;
            api_answer(&MembershipJson::of(line, tx.city().calendar.zone()))
        })
    })
    .await
}

/// Ends a membership, or says no to a team that asked; one's own at any time, without a reason.
///
/// Whoever stops volunteering gives back what they accepted and have not begun. The last leader of a team with members stays
/// until there is another (`team-last-leader`).
#[utoipa::path(
    post, path = "/api/v1/memberships/{id}/end", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = MembershipJson), (status = 403), (status = 404), (status = 422))
)]
pub async fn end_membership(call: Call<MembershipThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            changing::end_membership(tx, who, at, id).await?;
            // Not the whole person, whom a leader may not look at.
            let line = register::membership(tx, id).await?.ok_or(Stop::Missing)?;
            api_answer(&MembershipJson::of(line, tx.city().calendar.zone()))
        })
    })
    .await
}

/// Registers oneself as a volunteer.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/volunteering", tag = "people", params(("id" = String, Path,)),
    request_body = VolunteerJson,
    responses((status = 201, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn volunteer(call: Call<PersonThing, VolunteerJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            actions::volunteer(tx, who, at, id, &body.read()?).await?;
            Created(whole(tx, id, at).await?).try_into()
        })
    })
    .await
}

/// Says when one is free, and until when one wants to be left alone.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/availability", tag = "people", params(("id" = String, Path,)),
    request_body = AvailabilityJson,
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn available(call: Call<PersonThing, AvailabilityJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            let (week, quiet) = body.read()?;
            changing::set_availability(tx, who, at, id, &week, quiet).await?;
            api_answer(&whole(tx, id, at).await?)
        })
    })
    .await
}

/// Enters the number that the national system gave a volunteer, or takes it out.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/volunteer-number", tag = "people", params(("id" = String, Path,)),
    request_body = VolunteerNumberJson,
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn volunteer_number(call: Call<PersonThing, VolunteerNumberJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            changing::set_volunteer_number(tx, who, at, id, &body.volunteer_number).await?;
            api_answer(&whole(tx, id, at).await?)
        })
    })
    .await
}

/// Enters until when a guardian consents or until when somebody is insured, from a paper that was seen.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/cover", tag = "people", params(("id" = String, Path,)), request_body = CoverJson,
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn cover(call: Call<PersonThing, CoverJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            changing::record_cover(tx, who, at, id, body.read()?).await?;
            api_answer(&whole(tx, id, at).await?)
        })
    })
    .await
}

/// Enters a credential. One's own waits until somebody else has seen the document.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/credentials", tag = "people", params(("id" = String, Path,)),
    request_body = CredentialBody,
    responses((status = 201, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn add_credential(call: Call<PersonThing, CredentialBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            register::seen(tx, who, id).await?;
            actions::add_credential(tx, who, at, id, &body.read()?).await?;
            Created(whole(tx, id, at).await?).try_into()
        })
    })
    .await
}

/// Says that one has seen the document.
#[utoipa::path(
    post, path = "/api/v1/credentials/{id}/verification", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn verify(call: Call<CredentialThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            let holder = register::credential(tx, id).await?.ok_or(Stop::Missing)?.holder;
            changing::verify_credential(tx, who, at, id).await?;
            api_answer(&whole(tx, holder, at).await?)
        })
    })
    .await
}

/// Says that a credential holds no more.
#[utoipa::path(
    post, path = "/api/v1/credentials/{id}/withdrawal", tag = "people", params(("id" = String, Path,)),
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn withdraw(call: Call<CredentialThing, NoBody>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, _| {
        Box::pin(async move {
            let holder = register::credential(tx, id).await?.ok_or(Stop::Missing)?.holder;
            changing::withdraw_credential(tx, who, at, id).await?;
            api_answer(&whole(tx, holder, at).await?)
        })
    })
    .await
}

/// Puts a person into a household, or out of theirs when none is given.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/household", tag = "people", params(("id" = String, Path,)),
    request_body = HouseholdJson,
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn household(call: Call<PersonThing, HouseholdJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            changing::set_household(tx, who, at, id, body.read()?).await?;
            api_answer(&whole(tx, id, at).await?)
        })
    })
    .await
}

/// Declares that two people are kin, so that neither serves, confirms or judges the other.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/kin", tag = "people", params(("id" = String, Path,)), request_body = KinJson,
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn kin(call: Call<PersonThing, KinJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            register::seen(tx, who, id).await?;
            kinship::declare_kin(tx, who, at, id, body.read()?).await?;
            api_answer(&whole(tx, id, at).await?)
        })
    })
    .await
}

/// Takes out of the register that two people are kin: neither of them does.
#[utoipa::path(
    post, path = "/api/v1/people/{id}/kin/end", tag = "people", params(("id" = String, Path,)), request_body = KinJson,
    responses((status = 200, body = PersonWhole), (status = 403), (status = 404), (status = 422))
)]
pub async fn end_kin(call: Call<PersonThing, KinJson>) -> Result<Response, Failure> {
    call.once(|tx, who, at, id, body| {
        Box::pin(async move {
            kinship::end(tx, who, at, id, body.read()?).await?;
            api_answer(&whole(tx, id, at).await?)
        })
    })
    .await
}

#[derive(OpenApi)]
#[openapi(
    paths(
        me::me,
        index,
        show,
        register,
        edit,
        appoint,
        join_team,
        end_membership,
        volunteer,
        available,
        cover,
        volunteer_number,
        add_credential,
        verify,
        withdraw,
        household,
        kin,
        end_kin,
        organisations::organisations,
        organisations::organisation,
        organisations::found,
        organisations::edit
    ),
    components(schemas(
        me::MeJson,
        view::PersonRef,
        me::RoleJson,
        PersonJson,
        PersonWhole,
        PersonRegistered,
        PeopleList,
        MembershipJson,
        CredentialJson,
        VolunteeringJson,
        SpanJson,
        OrganisationJson,
        OrganisationList,
        MembersJson,
        RegistrationJson,
        EditJson,
        AppointmentJson,
        VolunteerJson,
        VolunteerNumberJson,
        AvailabilityJson,
        CoverJson,
        CredentialBody,
        HouseholdJson,
        KinJson,
        FoundingJson,
        OrganisationEditJson
    ))
)]
struct Api;

pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut whole = Api::openapi();
    whole.merge(skills::Api::openapi());
    whole.merge(super::cards::api::Api::openapi());
    whole.merge(super::consents::api::Api::openapi());
    whole.merge(super::mandates::api::Api::openapi());
    whole
}
