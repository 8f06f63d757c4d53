//! The question of a team that asks one to join, and the answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::shared::ids::MembershipId;
use rules::shared::{Refusal, Role};

use super::role_name;
use crate::App;
use crate::people::joining;
use crate::people::register::MembershipLine;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_words, submit};

#[derive(Template)]
#[template(path = "people/joining.html")]
struct JoiningPage {
    page: Page,
    line: MembershipLine,
    role: String,
    place: String,
    leads: bool,
    /// Why one cannot join now.
    refusal: Option<String>,
}

/// Draws what a team asks `who` themselves.
pub(super) fn draw(who: &Who, line: MembershipLine, place: String, refused: Option<Refusal>) -> Response {
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = who.page();
    let page = page.clone().with_title(page.t1("people-join-title", "team", line.organisation_name.as_str()));
    let page = page.back_to("/me/volunteer");
    let drawn = JoiningPage {
        role: role_name(&page, line.role),
        leads: line.role == Role::TeamLeader,
        refusal: refused.map(|refusal| refusal_words(&page, &refusal)),
        line,
        place,
        page,
    };
    html(status, &drawn)
}

#[derive(Template)]
#[template(path = "people/joined.html")]
struct JoinedPage {
    page: Page,
    line: MembershipLine,
    /// Where the team is.
    team: String,
}

/// Draws that one has joined the team whose question was opened again: leaving it is a step of its own.
pub(super) fn joined(who: &Who, line: MembershipLine, team: String) -> Response {
    let page = who.page();
    let page = page.clone().with_title(page.t1("people-joined-title", "team", line.organisation_name.as_str()));
    html(StatusCode::OK, &JoinedPage { page: page.back_to("/me/volunteer"), line, team })
}

pub async fn join(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: MembershipId = path_id(&id)?;
    let done = submit(&app, &who, &form, id, |tx, who, at, id| {
        Box::pin(async move {
            joining::join(tx, who, at, id).await?;
            Ok(go_with("/me/volunteer", "people-joined"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => super::ending::show(&app, &who, id, (true, Some(refusal))).await,
    }
}
