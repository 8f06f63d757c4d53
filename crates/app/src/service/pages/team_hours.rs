//! The hours of a team's members, for its leaders and for staff of the place.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::people::access::{SeeMembers, on_organisation};
use rules::service::hours::Hours;
use rules::shared::ids::{OrganisationId, PersonId};
use rules::shared::{Actor, Moment};

use crate::service::actions;
use crate::web::Who;
use crate::web::json::path_id;
use crate::{App, Stop, Tx, people};

#[derive(Template)]
#[template(path = "service/team-hours.html")]
struct TeamHoursPage {
    page: Page,
    /// Each member once.
    lines: Vec<(String, Hours)>,
}

/// The name of a team and the hours of its members, as far as `who` may see them.
async fn load(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: OrganisationId,
) -> Result<(String, Vec<(String, Hours)>), Stop> {
    let row = people::store::organisation(tx, id).await?.ok_or(Stop::Missing)?;
    on_organisation::<SeeMembers>(who, id, &row.place_path, None).map_err(|_| Stop::Missing)?;
    let members = people::register::members_of(tx, id, at).await?;
    let (mut names, mut order) = (BTreeMap::<PersonId, String>::new(), Vec::new());
    for line in members {
        if names.insert(line.person, line.person_name).is_none() {
            order.push(line.person);
        }
    }
    let (mut lines, has_members) = (Vec::new(), !order.is_empty());
    for person in order {
        match actions::hours(tx, who, at, person).await {
            Ok(hours) => lines.push((names.remove(&person).unwrap_or_default(), hours.total)),
            Err(Stop::Missing) => {}
            Err(stop) => return Err(stop),
        }
    }
    // Who sees the members and none of their hours has no business here.
    if has_members && lines.is_empty() { Err(Stop::Missing) } else { Ok((row.name, lines)) }
}

pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let id: OrganisationId = path_id(&id)?;
    let (actor, at) = (who.actor().clone(), app.now());
    let (name, lines) = app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor, at, id).await })).await?;
    let page = who.page();
    let title = page.t1("team-hours-title", "name", name);
    let page = page.with_title(title).back_to(format!("/organisations/{id}"));
    Ok(html(StatusCode::OK, &TeamHoursPage { lines, page }))
}
