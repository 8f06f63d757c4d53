//! The team leader's page: the tasks that were cut for my teams.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::shared::Role;
use rules::shared::ids::OrganisationId;

use super::window;
use crate::dispatch::store::{self, TaskRow};
use crate::web::Who;
use crate::{App, Stop, people};

/// The longest list of one team.
const ROWS: i64 = 60;

struct Line {
    row: TaskRow,
    window: String,
    full: bool,
}

struct Team {
    id: OrganisationId,
    name: String,
    tasks: Vec<Line>,
}

#[derive(Template)]
#[template(path = "dispatch/team.html")]
struct TeamPage {
    page: Page,
    teams: Vec<Team>,
}

pub async fn team(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let mine = who.actor().memberships.iter().filter(|m| m.role == Role::TeamLeader).filter_map(|m| m.organisation);
    let mine: Vec<_> = mine.collect();
    if mine.is_empty() {
        return Err(Stop::Forbidden { verb: "dispatch.see_candidates" }.into());
    }
    let now = app.now().recorded;
    let loaded = app
        .read(move |mut tx| {
            Box::pin(async move {
                let mut teams = Vec::new();
                for id in mine {
                    let name = people::store::organisation(&mut tx, id).await?.ok_or(Stop::Missing)?.name;
                    teams.push((id, name, store::tasks_of_team(&mut tx, id, now, ROWS).await?));
                }
                Ok(teams)
            })
        })
        .await?;
    let page = who.page().titled("tasks-team-title");
    let line =
        |row: TaskRow| Line { window: window(&page, row.starts_at, row.ends_at), full: row.slots_left == 0, row };
    let teams =
        loaded.into_iter().map(|(id, name, rows)| Team { id, name, tasks: rows.into_iter().map(line).collect() });
    let teams = teams.collect();
    Ok(html(StatusCode::OK, &TeamPage { teams, page }))
}
