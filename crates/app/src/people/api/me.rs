//! Who asks: what a program that was given a token learns of its owner.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use jiff::tz::TimeZone;
use kit::Failure;
use rules::shared::Actor;
use rules::shared::ids::PersonId;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::MembershipJson;
use super::view::PersonRef;
use crate::people::register::{self, MembershipLine};
use crate::people::store;
use crate::places::api::PlaceRef;
use crate::places::store as places;
use crate::web::Who;
use crate::web::json::instant;
use crate::{App, Stop, Tx};

/// Whoever asks, and as whom.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "id": "per_0006034e9s1k2g7xgh0v4c5b8fzn9", "name": "周社工", "roles": [{ "role": "social_worker",
    "place": { "code": "371722", "name": "单县" }, "organisation": null, "organisation_name": "",
    "since": "2026-01-05T09:00:00+08:00", "until": null }], "asked": [], "acting_for": null, "scopes": ["read"] }))]
pub struct MeJson {
    pub id: String,
    pub name: String,
    /// The roles held now, which decide what may be seen and done; none while acting for another.
    pub roles: Vec<RoleJson>,
    /// The teams that ask whoever this is to join, and wait for an answer.
    pub asked: Vec<MembershipJson>,
    /// Whom the call acts for, by the header `Helin-On-Behalf-Of`.
    pub acting_for: Option<PersonRef>,
    /// What the token is limited to; `null` in a browser's session.
    pub scopes: Option<Vec<String>>,
}

/// A role, the part of the tree that it reaches, and from when until when it is held.
#[derive(Serialize, ToSchema)]
pub struct RoleJson {
    #[schema(example = "social_worker")]
    pub role: String,
    pub place: PlaceRef,
    pub organisation: Option<String>,
    #[schema(example = "单县住房和城乡建设局")]
    pub organisation_name: String,
    #[schema(example = "2026-01-05T09:00:00+08:00")]
    pub since: String,
    /// `null` for one with no end.
    pub until: Option<String>,
}

fn role_json(line: MembershipLine, names: &BTreeMap<String, String>, zone: &TimeZone) -> RoleJson {
    let code = line.place_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    RoleJson {
        role: line.role.key().to_owned(),
        place: PlaceRef { name: names.get(&code).cloned().unwrap_or_default(), code },
        organisation: line.organisation.map(|id| id.to_string()),
        organisation_name: line.organisation_name,
        since: instant(line.from, zone),
        until: line.to.map(|to| instant(to, zone)),
    }
}

/// Says who asks: name, roles with place and period, and for whom the call acts.
#[utoipa::path(get, path = "/api/v1/me", tag = "people", responses((status = 200, body = MeJson)))]
pub async fn me(State(app): State<App>, who: Who) -> Result<Json<MeJson>, Failure> {
    let (actor, now, zone) = (who.actor().clone(), app.now(), app.city().settings.zone.clone());
    let me = app
        .read(move |mut tx| {
            Box::pin(async move {
                let person = actor.person.ok_or(Stop::SignIn)?;
                let (lines, asked) = match actor.on_behalf_of {
                    None => (
                        register::memberships_of(&mut tx, person, now).await?,
                        register::asked_of(&mut tx, person, now).await?,
                    ),
                    Some(_) => (Vec::new(), Vec::new()),
                };
                let asked = asked.into_iter().map(|line| MembershipJson::of(line, &zone)).collect();
                let mut names = BTreeMap::new();
                for line in &lines {
                    let above = places::ancestors(&mut tx, &line.place_path).await?;
                    names.extend(above.into_iter().map(|place| (place.code, place.name)));
                }
                let begun = |line: &MembershipLine| line.from <= now.recorded.as_millisecond();
                let roles = lines.into_iter().filter(begun).map(|line| role_json(line, &names, &zone)).collect();
                let PersonRef { id, name } = person_ref(&mut tx, person).await?;
                let acting_for = match actor.on_behalf_of {
                    Some(of) => Some(person_ref(&mut tx, of).await?),
                    None => None,
                };
                Ok(MeJson { id, name, roles, asked, acting_for, scopes: scopes(&actor) })
            })
        })
        .await?;
    Ok(Json(me))
}

fn scopes(actor: &Actor) -> Option<Vec<String>> {
    actor.token_scopes.as_ref().map(|scopes| scopes.iter().map(|scope| scope.0.clone()).collect())
}

async fn person_ref(tx: &mut Tx<'_>, person: PersonId) -> Result<PersonRef, Stop> {
    let row = store::person(tx, person).await?.ok_or(Stop::Missing)?;
    Ok(PersonRef { id: person.to_string(), name: row.name })
}
