//! The question before a role or a membership ends, and its end.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::people::membership;
use rules::shared::ids::MembershipId;
use rules::shared::{Actor, Refusal, Role};
use serde::Deserialize;

use super::{joining, role_name};
use crate::App;
use crate::people::changing;
use crate::people::register::MembershipLine;
use crate::places::picker::full_name_at;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_words, submit};

#[derive(Template)]
#[template(path = "people/ending.html")]
struct EndingPage {
    page: Page,
    line: MembershipLine,
    role: String,
    place: String,
    /// What follows, in words.
    follows: String,
    /// Nobody would lead the team any more.
    leaves_no_leader: bool,
    /// The teams that are left with it, of somebody who stops volunteering.
    teams: String,
    /// Those of them that they lead.
    led: String,
    /// It has ended, or the question was answered or taken back: nothing can be done about it any more.
    is_over: bool,
    /// Why it cannot end now.
    refusal: Option<String>,
    back: String,
}

/// Where whoever asks came from, and goes on when it has ended: to where they may look.
fn place_of(who: &Actor, line: &MembershipLine) -> String {
    let leads = |m: &rules::shared::Membership| m.role == Role::TeamLeader && m.organisation == line.organisation;
    match line.organisation {
        Some(organisation) if who.is_staff() || who.memberships.iter().any(leads) => {
            format!("/organisations/{organisation}")
        }
        None if who.is_staff() && who.person != Some(line.person) => format!("/people/{}", line.person),
        _ if line.role == Role::Volunteer => "/me/volunteer".into(),
        _ => "/me".into(),
    }
}

/// What ends with it.
fn follows(line: &MembershipLine, is_own: bool) -> &'static str {
    if line.is_asked {
        return "people-end-asked";
    }
    match (line.role, line.organisation) {
        (Role::Volunteer, None) if is_own => "people-own-leave-text",
        (Role::Volunteer, None) => "people-end-volunteer",
        (Role::Volunteer, Some(_)) => "people-end-member",
        (Role::TeamLeader, _) => "people-end-leader",
        _ => "people-end-role",
    }
}

/// What is asked of whoever looks: whether to join, where a team asks them; whether it is to end, of anything else.
/// `by_question`: they come to answer a team, and have perhaps done so.
pub(super) async fn show(
    app: &App,
    who: &Who,
    id: MembershipId,
    (by_question, refused): (bool, Option<Refusal>),
) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let (line, place, leaves_no_leader, refusal, with_it) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let line = changing::to_end(&mut tx, &actor, id).await?;
                let place = full_name_at(&mut tx, &line.place_path).await?;
                let ending = changing::ending(&mut tx, at, &line).await?;
                let (leaves_no_leader, refusal) = (ending.leaves_no_leader(), membership::end(&actor, &ending).err());
                let with_it = changing::ends_with(&mut tx, at, &line).await?;
                Ok((line, place, leaves_no_leader, refusal, with_it))
            })
        })
        .await?;
    let is_over = line.is_over(at.recorded);
    if line.is_asked && !is_over && who.actor().person == Some(line.person) {
        return Ok(joining::draw(who, line, place, refused));
    }
    if by_question && !line.is_asked && !is_over && who.actor().person == Some(line.person) {
        let team = place_of(who.actor(), &line);
        return Ok(joining::joined(who, line, team));
    }
    let (actor, status) =
        (who.actor(), if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK });
    let back = place_of(actor, &line);
    let title = match (is_over, line.is_asked) {
        (true, true) => "people-asked-over-title",
        (true, false) => "people-end-over-title",
        (false, true) => "people-asked-title",
        (false, false) => "people-end-title",
    };
    let page = who.page().titled(title).back_to(back.clone());
    let named = |lines: &[&MembershipLine]| {
        page.row_of(&lines.iter().map(|line| line.organisation_name.as_str()).collect::<Vec<_>>())
    };
    let (all, led): (Vec<_>, Vec<_>) = (with_it.iter().collect(), with_it.iter().filter(|line| line.leads()).collect());
    let (teams, led) = (named(&all), named(&led));
    let drawn = EndingPage {
        role: role_name(&page, line.role),
        place: if line.organisation.is_some() { line.organisation_name.clone() } else { place },
        follows: page.t(follows(&line, actor.person == Some(line.person))),
        leaves_no_leader,
        teams,
        led,
        is_over,
        refusal: refused.or(refusal).map(|refusal| refusal_words(&page, &refusal)),
        line,
        back,
        page,
    };
    Ok(html(status, &drawn))
}

#[derive(Deserialize)]
pub struct Asked {
    /// There by the link that asks somebody to join.
    asked: Option<String>,
}

/// Asks whether it is to end, and says what follows.
pub async fn ask(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    show(&app, &who, path_id(&id)?, (asked.asked.is_some(), None)).await
}

pub async fn end(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let membership: MembershipId = path_id(&id)?;
    let done = submit(&app, &who, &form, membership, |tx, who, at, membership| {
        Box::pin(async move {
            let line = changing::to_end(tx, who, membership).await?;
            changing::end_membership(tx, who, at, membership).await?;
            // Whoever leads no more may not look at the team any more.
            let own = who.person == Some(line.person);
            let said = match (line.is_asked, own) {
                (true, true) => "people-joined-not",
                (true, false) => "people-asked-back",
                (false, _) => "people-ended",
            };
            Ok(go_with(if own { "/me".into() } else { place_of(who, &line) }, said))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => show(&app, &who, membership, (false, Some(refusal))).await,
    }
}
