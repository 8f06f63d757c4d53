//! The first page: for residents the way to help, for volunteers also their next task, for staff their work.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::shared::Role;
use rules::shared::ids::PersonId;

use super::{Asks, Own, work};
use crate::matters::pages::flow::{HAZARD, NEED};
use crate::matters::pages::help::{Offered, Tile, Unfinished, tiles, unfinished};
use crate::matters::pages::line::Line;
use crate::matters::replies;
use crate::web::Visitor;
use crate::{App, Stop, dispatch};

/// How many of one's own matters the first page shows.
const MATTERS: usize = 3;
/// Among how many of the newest those are looked for that wait for one's word.
const LOOKED_AT: i64 = 60;

/// What a volunteer does next.
struct Service {
    next: Option<(String, String, i64)>,
    waiting: usize,
}

#[derive(Template)]
#[template(path = "home/start.html")]
struct StartPage {
    page: Page,
    signed_in: bool,
    service: Option<Service>,
    /// How many ask what one says to a report, and wait for an answer.
    asked: i64,
    asks: Asks,
    /// Leads a team.
    leads: bool,
    drafts: Vec<Unfinished>,
    matters: Vec<Line>,
    tiles: Vec<Tile>,
    /// Whether hazards are reported here: not where a mandate leaves them out.
    hazards: bool,
}

pub async fn start(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    if let Some(caller) = visitor.caller.as_ref().filter(|c| c.actor.is_staff()) {
        return work::show(&app, &visitor, caller).await;
    }
    let page = visitor.page();
    let me = visitor.caller.as_ref().map(|c| c.actor.clone());
    let volunteers = visitor.caller.as_ref().is_some_and(|c| c.actor.has_role(Role::Volunteer));
    let leads = visitor.caller.as_ref().is_some_and(|c| c.actor.has_role(Role::TeamLeader));
    let own = match me.clone() {
        Some(me) => app.read(move |mut tx| Box::pin(async move { Own::first(&mut tx, &me, LOOKED_AT).await })).await?,
        None => Own::default(),
    };
    let (me, now) = (me.filter(|actor| actor.on_behalf_of.is_none()).and_then(|actor| actor.person), app.now());
    let (asked, asks) = match me {
        Some(me) => {
            app.read(move |mut tx| {
                Box::pin(async move {
                    Ok((replies::counted(&mut tx, me).await?.waiting, Asks::of(&mut tx, me, now).await?))
                })
            })
            .await?
        }
        None => (0, Asks::default()),
    };
    let service = match me.filter(|_| volunteers) {
        Some(me) => Some(service(&app, me).await?),
        None => None,
    };
    let city = app.city();
    let drafts = unfinished(&app, &visitor, &page).await?;
    let offered = Offered::to(&app, &visitor).await?;
    let drawn = StartPage {
        signed_in: visitor.caller.is_some(),
        matters: own.lines(&page, &city, MATTERS),
        tiles: tiles(&app, &page, &offered, NEED),
        hazards: offered.has(HAZARD),
        service,
        asked,
        asks,
        leads,
        drafts,
        page: page.titled("home-title"),
    };
    Ok(html(StatusCode::OK, &drawn))
}

async fn service(app: &App, me: PersonId) -> Result<Service, Stop> {
    let now = app.now().recorded;
    app.read(move |mut tx| {
        Box::pin(async move {
            let next = dispatch::store::next_task_of(&mut tx, me, now).await?;
            let waiting = dispatch::store::waiting_offers(&mut tx, me, now).await?.len();
            Ok(Service { next: next.map(|o| (o.task_code, o.task_title, o.starts_at)), waiting })
        })
    })
    .await
}
