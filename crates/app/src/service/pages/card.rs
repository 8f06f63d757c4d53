//! `/c/{shown}`: what a service card opens, by its QR or its typed code. Who comes to serve the holder signs in and out
//! with it, staff find the holder, everybody else learns whose community it is and nothing of the holder.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::limits::address_key;
use kit::{Errors, Failure, Form, Page, html};
use rules::people::card::{CardState, Opens, Shower, opens};
use rules::shared::code::{Code, CodeError};
use rules::shared::ids::{PersonId, TaskId};
use rules::shared::{Actor, Id, Role};
use serde::Deserialize;

use super::presence::{self, Loaded};
use crate::dispatch::store as tasks;
use crate::people::cards::{self, CardRow};
use crate::people::register;
use crate::places::{self, picker};
use crate::service::actions::{self, Presence, Proof};
use crate::web::{Caller, Submitted, Visitor, Who, go_with, refusal_errors, submit};
use crate::{App, Stop, Tx, people};

/// How many accepted tasks are looked through for one of today.
const MOST: i64 = 50;

#[derive(Template)]
#[template(path = "service/card.html")]
struct CardPage {
    page: Page,
    form: Form,
    /// The community, and where help is asked for: `None` before a card was shown, and for one that opens nothing.
    card: Option<(String, String)>,
    /// What whoever comes to serve is told; `None` for somebody who cannot be meant.
    serves: Option<String>,
    is_dead: bool,
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    card: String,
}

fn draw(visitor: &Visitor, typed: &str, wrong: Option<&'static str>, is_dead: bool) -> Response {
    let page = visitor.page().titled("cards-look-up-title").back_to("/");
    let mut errors = Errors::new();
    wrong.iter().for_each(|key| errors.add("card", page.t(key)));
    let status = match (wrong, is_dead) {
        (Some(_), _) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, true) => StatusCode::NOT_FOUND,
        (None, false) => StatusCode::OK,
    };
    let form = Form::empty().with("card", typed);
    html(status, &CardPage { page: page.with_errors(errors), form, card: None, serves: None, is_dead })
}

/// Typing the code of a card that cannot be scanned.
pub async fn look_up(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let typed = asked.card.trim();
    if typed.is_empty() {
        return Ok(draw(&visitor, "", None, false));
    }
    match typed.parse::<Code>() {
        Ok(code) => Ok(visitor.visit.see(&format!("/c/{code}"))),
        Err(error) => {
            app.web.look_ups.check(&address_key(visitor.visit.ip))?;
            let wrong = match error {
                CodeError::Check => "cards-code-misread",
                CodeError::Malformed | CodeError::Cell => "cards-code-malformed",
            };
            Ok(draw(&visitor, typed, Some(wrong), false))
        }
    }
}

/// What a card opens, with what is needed to draw it.
enum Opened {
    Task(Box<Loaded>),
    /// Where one goes on to.
    Holder(String),
    /// Its name, and when a task begins that they have accepted for the holder on a day to come.
    Community(String, Option<i64>),
    Nothing,
}

/// Whether the task is one of today.
fn is_today(tx: &Tx<'_>, now: jiff::Timestamp, (starts, ends): (i64, i64)) -> bool {
    let city = tx.city();
    let day = |millis: i64| jiff::Timestamp::from_millisecond(millis).ok().map(|at| city.calendar.date(at));
    let today = Some(city.calendar.date(now));
    day(starts) <= today && today <= day(ends)
}

/// The service of today that somebody has accepted for whom the card stands: the one that is still to be signed.
async fn service_of(tx: &mut Tx<'_>, who: &Actor, card: &CardRow) -> Result<Option<Loaded>, Stop> {
    let (Some(me), now) = (who.person, tx.app().now().recorded) else { return Ok(None) };
    let mut found: Option<Loaded> = None;
    for task in tasks::tasks_accepted_by(tx, me, MOST).await? {
        let Some(served) = task.served().filter(|_| is_today(tx, now, (task.starts_at, task.ends_at))) else {
            continue;
        };
        let served = people::store::person(tx, served).await?;
        if task.state != "standing" || !served.is_some_and(|row| card.stands_for(&row)) {
            continue;
        }
        let loaded = presence::own_service(tx, who, task).await?;
        let is_done = |l: &Loaded| l.signed.as_ref().is_some_and(|s| s.out_at.is_some());
        // They come latest first: the earliest that is not done is what they are here for.
        if found.is_none() || !is_done(&loaded) {
            found = Some(loaded);
        }
    }
    Ok(found)
}

/// When the next service begins that somebody has accepted for whom the card stands, on a day to come.
async fn later_service(tx: &mut Tx<'_>, who: &Actor, card: &CardRow) -> Result<Option<i64>, Stop> {
    let (Some(me), now) = (who.person, tx.app().now().recorded.as_millisecond()) else { return Ok(None) };
    let mut next = None;
    for task in tasks::tasks_accepted_by(tx, me, MOST).await? {
        let Some(served) = task.served().filter(|_| task.state == "standing" && task.starts_at > now) else { continue };
        let served = people::store::person(tx, served).await?;
        if served.is_some_and(|row| card.stands_for(&row)) {
            // They come latest first.
            next = Some(task.starts_at);
        }
    }
    Ok(next)
}

/// Whether the register shows `who` the holder: staff, and the holder.
async fn sees(tx: &mut Tx<'_>, who: &Actor, holder: PersonId) -> Result<bool, Stop> {
    match register::seen(tx, who, holder).await {
        Ok(_) => Ok(who.is_staff() || who.person == Some(holder)),
        Err(Stop::Missing) => Ok(false),
        Err(stop) => Err(stop),
    }
}

async fn open(tx: &mut Tx<'_>, who: Option<&Actor>, shown: &str) -> Result<Opened, Stop> {
    let Some(card) = cards::shown(tx, shown).await? else { return Ok(Opened::Nothing) };
    let holder = people::store::person(tx, card.person()).await?.filter(|row| row.erased_at.is_none());
    let Some(holder) = holder else { return Ok(Opened::Nothing) };
    let (state, mut loaded, mut shower) = (card.state()?, None, Shower::default());
    if let (Some(who), CardState::Valid) = (who, state) {
        loaded = service_of(tx, who, &card).await?;
        shower.serves = loaded.as_ref().map(|l| l.task.id());
        shower.sees_holder = sees(tx, who, holder.id()).await?;
    }
    Ok(match (opens(state, shower), loaded) {
        (Opens::Task(_), Some(loaded)) => Opened::Task(Box::new(loaded)),
        (Opens::Holder, _) if who.and_then(|w| w.person) == Some(holder.id()) => Opened::Holder("/me/cards".to_owned()),
        (Opens::Holder, _) => Opened::Holder(format!("/people/{}", holder.id())),
        (Opens::Community, _) => {
            let place = places::store::by_id(tx, Id::new(holder.id().cell, holder.place_id)).await?;
            let place = place.ok_or(Stop::Missing)?;
            let later = match who {
                Some(who) => later_service(tx, who, &card).await?,
                None => None,
            };
            Opened::Community(picker::common_name(tx, &place).await?, later)
        }
        (Opens::Task(_) | Opens::Nothing, _) => Opened::Nothing,
    })
}

/// A card is looked up as often as a code: whoever guesses is slowed down.
fn limit(app: &App, visitor: &Visitor, shown: &str) -> Result<(), Failure> {
    let key = match (&visitor.caller, shown.parse::<Code>()) {
        (Some(caller), Ok(_)) => format!("card {}", caller.key),
        (Some(_), Err(_)) => return Ok(()),
        (None, _) => address_key(visitor.visit.ip),
    };
    app.web.look_ups.check(&key).map(drop)
}

pub async fn show(State(app): State<App>, visitor: Visitor, Path(shown): Path<String>) -> Result<Response, Failure> {
    limit(&app, &visitor, &shown)?;
    let (actor, text) = (visitor.caller.as_ref().map(|c| c.actor.clone()), shown.clone());
    let opened = app.read(move |mut tx| Box::pin(async move { open(&mut tx, actor.as_ref(), &text).await })).await?;
    match (opened, signed_in(&visitor)) {
        (Opened::Task(loaded), Some(who)) => Ok(service(&app, &who, &shown, *loaded)?),
        (Opened::Holder(to), _) => Ok(visitor.visit.see(&to)),
        (Opened::Community(name, later), _) => {
            let help = format!("/c/{shown}/help");
            let page = visitor.page().titled("cards-open-title").back_to("/");
            let (form, caller) = (Form::empty(), visitor.caller.as_ref());
            let serves = match (caller, later) {
                (None, _) => Some(page.t("cards-open-serve-text")),
                (Some(_), Some(starts)) => Some(page.t1("cards-open-serve-later", "when", page.when(starts))),
                (Some(c), None) if c.actor.has_role(Role::Volunteer) => Some(page.t("cards-open-serve-none")),
                (Some(_), None) => None,
            };
            Ok(html(StatusCode::OK, &CardPage { page, form, card: Some((name, help)), serves, is_dead: false }))
        }
        (Opened::Nothing | Opened::Task(_), _) => Ok(draw(&visitor, "", None, true)),
    }
}

fn signed_in(visitor: &Visitor) -> Option<Who> {
    let caller: Arc<Caller> = visitor.caller.clone()?;
    Some(Who { visit: visitor.visit.clone(), caller })
}

/// Signing in, then out; and when that is done, the page that says so.
fn service(app: &App, who: &Who, shown: &str, loaded: Loaded) -> Result<Response, Failure> {
    match &loaded.signed {
        None => presence::draw_in(app, who, format!("/c/{shown}/in"), loaded, Errors::new()),
        Some(signed) if signed.out_at.is_none() => presence::draw_leave(app, who, format!("/c/{shown}/out"), loaded),
        Some(_) => Ok(who.visit.see(&format!("/tasks/{}/now", loaded.task.code))),
    }
}

/// The task of today for whom the card stands, while a form about it is sent.
async fn task_of(tx: &mut Tx<'_>, who: &Actor, shown: &str) -> Result<(TaskId, String), Stop> {
    match open(tx, Some(who), shown).await? {
        Opened::Task(loaded) => Ok((loaded.task.id(), loaded.task.code.clone())),
        _ => Err(Stop::Missing),
    }
}

async fn reload(app: &App, who: &Who, shown: &str) -> Result<Loaded, Failure> {
    let (actor, shown) = (who.actor().clone(), shown.to_owned());
    let opened = app.read(move |mut tx| Box::pin(async move { open(&mut tx, Some(&actor), &shown).await }));
    match opened.await? {
        Opened::Task(loaded) => Ok(*loaded),
        _ => Err(Failure::not_found()),
    }
}

pub async fn sign_in(
    State(app): State<App>,
    who: Who,
    Path(shown): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let done = submit(&app, &who, &form, shown.clone(), |tx, who, at, shown| {
        Box::pin(async move {
            let (task, code) = task_of(tx, who, &shown).await?;
            let presence = Presence { proof: Proof::Card(shown), device_at: None };
            actions::check_in(tx, who, at, task, &presence).await?;
            Ok(go_with(format!("/tasks/{code}/now"), "tasks-checked-in"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let loaded = reload(&app, &who, &shown).await?;
            let errors = refusal_errors(&who.page(), &refusal);
            presence::draw_in(&app, &who, format!("/c/{shown}/in"), loaded, errors)
        }
    }
}

pub async fn sign_out(
    State(app): State<App>,
    who: Who,
    Path(shown): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let code = reload(&app, &who, &shown).await?.task.code;
    match presence::sign_out(&app, &who, &form, code, Proof::Card(shown.clone())).await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let loaded = reload(&app, &who, &shown).await?;
            presence::refused_out(&app, &who, loaded, format!("/c/{shown}/out"), false, form, &refusal)
        }
    }
}
