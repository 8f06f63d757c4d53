//! The first page: for residents the way to help, for volunteers also their next task, for staff their work.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::shared::Role;
use rules::shared::ids::PersonId;

use super::work;
use crate::matters::pages::flow::{HAZARD, NEED};
use crate::matters::pages::help::{Offered, Tile, Unfinished, tiles, unfinished};
use crate::matters::pages::line::{Line, line};
use crate::matters::replies;
use crate::people::register::MembershipLine;
use crate::web::Visitor;
use crate::{App, Stop, dispatch, people};

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
    /// How many would act for one and wait for an answer.
    mandates: usize,
    /// The teams that ask one to join.
    asking: Vec<MembershipLine>,
    /// Leads a team.
    leads: bool,
    drafts: Vec<Unfinished>,
    matters: Vec<Line>,
    tiles: Vec<Tile>,
    /// Whether hazards are reported here: not where a mandate leaves them out.
    hazards: bool,
    /// For whom one may act.
    represents: Vec<String>,
}

pub async fn start(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    if let Some(caller) = visitor.caller.as_ref().filter(|c| c.actor.is_staff()) {
        return work::show(&app, &visitor, caller).await;
    }
    let page = visitor.page();
    let me = visitor.caller.as_ref().map(|c| c.actor.clone());
    let volunteers = visitor.caller.as_ref().is_some_and(|c| c.actor.has_role(Role::Volunteer));
    let leads = visitor.caller.as_ref().is_some_and(|c| c.actor.has_role(Role::TeamLeader));
    let rows = match me.clone() {
        Some(me) => {
            let rows = app.read(move |mut tx| Box::pin(async move { super::first(&mut tx, &me, LOOKED_AT).await }));
            rows.await?.into_iter().take(MATTERS).collect()
        }
        None => Vec::new(),
    };
    let (me, now) = (me.filter(|actor| actor.on_behalf_of.is_none()).and_then(|actor| actor.person), app.now());
    let (asked, mandates, asking, represents) = match me {
        Some(me) => {
            app.read(move |mut tx| {
                Box::pin(async move {
                    let mandates = people::mandates::asking(&mut tx, me, now).await?;
                    let asked = replies::counted(&mut tx, me).await?.waiting;
                    let represents = people::mandates::represented(&mut tx, me, now).await?;
                    let asking = people::register::asked_of(&mut tx, me, now).await?;
                    Ok((asked, mandates, asking, represents))
                })
            })
            .await?
        }
        None => (0, 0, Vec::new(), Vec::new()),
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
        matters: rows.iter().map(|row| line(&page, &city, row)).collect(),
        tiles: tiles(&app, &page, &offered, NEED),
        hazards: offered.has(HAZARD),
        represents,
        service,
        asked,
        mandates,
        asking,
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
