//! The volunteer's lists: what they have accepted, the next one on top, what waits for an answer, what is open nearby.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::spreadsheets::Out;
use kit::{Failure, Form, Page, html};
use rules::places::path::distance;
use rules::shared::Role;

use super::window;
use crate::dispatch::store::{self, OfferRow, TaskRow};
use crate::exchange::lists::{self, List};
use crate::people::register::{guardian_signs_at, volunteering_of};
use crate::web::Who;
use crate::{App, Stop, people};

/// How many open tasks nearby one page shows.
const NEARBY: i64 = 20;

/// A task in a list.
pub(super) struct Line {
    pub code: String,
    pub title: String,
    pub window: String,
    pub place: String,
    pub distance: String,
    pub reply_by: Option<i64>,
    /// They have signed in.
    pub begun: bool,
}

impl Line {
    fn of_offer(page: &Page, home: &str, offer: OfferRow) -> Line {
        Line {
            window: window(page, offer.starts_at, offer.ends_at),
            distance: far(page, home, &offer.place_path),
            code: offer.task_code,
            title: offer.task_title,
            place: offer.place_hint,
            reply_by: offer.reply_by,
            begun: offer.began_at.is_some(),
        }
    }

    /// One that nobody has asked them for.
    pub(super) fn of_task(page: &Page, home: &str, row: TaskRow) -> Line {
        Line {
            window: window(page, row.starts_at, row.ends_at),
            distance: far(page, home, &row.place_path),
            code: row.code,
            title: row.title,
            place: row.place_hint,
            reply_by: None,
            begun: false,
        }
    }
}

#[derive(Template)]
#[template(path = "dispatch/tasks.html")]
struct TasksPage {
    page: Page,
    is_volunteer: bool,
    /// They volunteer, or once did.
    has_hours: bool,
    /// Leads a team, which has a page of its own.
    leads: bool,
    /// Whose office a guardian signs at, of a minor for whom none has.
    guardian: Option<String>,
    /// The day until which they asked not to be told of anything.
    quiet: Option<String>,
    next: Option<Line>,
    later: Vec<Line>,
    waiting: Vec<Line>,
    open: Vec<Line>,
}

/// What a volunteer's page lists.
struct Lists {
    next: Option<Line>,
    /// What else they have accepted, the soonest first.
    later: Vec<Line>,
    waiting: Vec<Line>,
    open: Vec<Line>,
}

async fn lists_of(app: &App, who: &Who, page: &Page) -> Result<Lists, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let (at, is_volunteer) = (app.now(), who.actor().has_role(Role::Volunteer));
    let (home, ahead, waiting, open) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let home = people::store::person(&mut tx, me).await?.ok_or(Stop::Missing)?.place_path;
                let ahead = store::tasks_ahead_of(&mut tx, me, at.recorded).await?;
                let waiting = store::waiting_offers(&mut tx, me, at.recorded).await?;
                // Nobody is shown what they cannot take.
                let open = match is_volunteer {
                    true => store::open_near(&mut tx, me, &home, at, NEARBY).await?,
                    false => Vec::new(),
                };
                Ok((home, ahead, waiting, open))
            })
        })
        .await?;
    let waiting_codes: Vec<String> = waiting.iter().map(|o| o.task_code.clone()).collect();
    let open = open.into_iter().filter(|row| !waiting_codes.contains(&row.code));
    let open = open.map(|row| Line::of_task(page, &home, row)).collect();
    let of_offers =
        |rows: Vec<OfferRow>| rows.into_iter().map(|row| Line::of_offer(page, &home, row)).collect::<Vec<_>>();
    let mut ahead = of_offers(ahead).into_iter();
    Ok(Lists { next: ahead.next(), later: ahead.collect(), waiting: of_offers(waiting), open })
}

pub async fn tasks(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let page = who.page().titled("tasks-title");
    let Lists { next, later, waiting, open } = lists_of(&app, &who, &page).await?;
    let (is_volunteer, leads) = (who.actor().has_role(Role::Volunteer), who.actor().has_role(Role::TeamLeader));
    let (me, at) = (who.actor().person.ok_or(Stop::SignIn)?, app.now());
    let (signed, volunteering) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let signed = guardian_signs_at(&mut tx, me, at).await?;
                Ok((signed, volunteering_of(&mut tx, me).await?))
            })
        })
        .await?;
    let (guardian, has_hours) = (signed.map(|place| place.name), volunteering.is_some());
    let quiet = volunteering.and_then(|v| v.quiet_until).filter(|until| *until > at.recorded.as_millisecond());
    let quiet = quiet.map(|until| page.full_date(&page.day_of(until)));
    let drawn = TasksPage { is_volunteer, has_hours, leads, guardian, quiet, next, later, waiting, open, page };
    Ok(html(StatusCode::OK, &drawn))
}

/// The lists as a file.
pub async fn export(State(app): State<App>, who: Who, _form: Form) -> Result<Response, Failure> {
    let page = who.page();
    let found = lists_of(&app, &who, &page).await?;
    let row = |group: &'static str| {
        let group = page.t(group);
        move |line: Line| [group.clone(), line.title, line.window, line.place, line.distance].map(Out::from).to_vec()
    };
    let rows = found.next.into_iter().map(row("tasks-next"));
    let rows = rows.chain(found.later.into_iter().map(row("tasks-later")));
    let rows = rows.chain(found.waiting.into_iter().map(row("tasks-waiting")));
    let rows = rows.chain(found.open.into_iter().map(row("tasks-open"))).collect();
    let header = ["tasks-export-group", "tasks-title", "tasks-row-when", "tasks-row-where", "tasks-export-distance"];
    let list = List::of(&page, "tasks", ("tasks-title", "tasks-export-definition"), &header, rows);
    lists::hand_out(&app, &who, list).await
}

pub(super) fn far(page: &Page, home: &str, place: &str) -> String {
    page.t(&format!("reason-{}", distance(home, place).key()))
}
