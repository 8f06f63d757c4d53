//! `/me/replies`: what somebody is asked about a report, and their answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::matters::Phase;
use rules::matters::reply::{self, End};
use rules::shared::ids::{PersonId, ReplyId};
use rules::shared::{Actor, Moment};

use super::line;
use super::questions::say;
use crate::matters::replies::{self, Opened, ReplyRow};
use crate::matters::store::{self, MatterRow};
use crate::matters::{Held, kind_of, photos};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};
use crate::{App, Stop, Tx, exchange, people};

/// How many one page lists; nobody is asked so often.
const MOST: i64 = 100;

/// A question, as its party reads it.
struct Line {
    id: String,
    what: String,
    place: String,
    state: String,
    tone: &'static str,
    asked_at: i64,
}

#[derive(Template)]
#[template(path = "matters/replies.html")]
struct ListPage {
    page: Page,
    lines: Vec<Line>,
}

/// Whose questions they are: one's own, and nobody's while one acts for another.
fn party(who: &Actor) -> Result<PersonId, Stop> {
    who.person.filter(|_| who.on_behalf_of.is_none()).ok_or(Stop::Missing)
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let me = party(who.actor())?;
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let mut found = Vec::new();
                for row in replies::of_party(&mut tx, me, MOST).await? {
                    let matter = store::row(&mut tx, row.matter()).await?.ok_or(Stop::Missing)?;
                    found.push((row, matter));
                }
                Ok(found)
            })
        })
        .await?;
    let (city, page) = (app.city(), who.page().titled("replies-title").back_to("/me"));
    let line = |(row, matter): (ReplyRow, MatterRow)| {
        let kind = kind_of(&city, &matter.kind)?;
        let ended = (matter.phase == Phase::Closed.key())
            .then_some(matter.outcome.as_deref())
            .map(|outcome| reply::end_of(kind, outcome.unwrap_or_default()));
        let (state, tone) = state(&page, &row, ended);
        Ok(Line {
            id: row.id().to_string(),
            what: line::what(&page, kind, &matter.category),
            place: matter.place_name,
            state,
            tone,
            asked_at: row.asked_at,
        })
    };
    let lines = found.into_iter().map(line).collect::<Result<_, Stop>>()?;
    Ok(html(StatusCode::OK, &ListPage { lines, page }))
}

/// How the question stands, and once the matter has ended, how: never by whose wish.
fn state(page: &Page, row: &ReplyRow, ended: Option<End<'_>>) -> (String, &'static str) {
    match (ended, row.given_at) {
        (Some(End::Outcome(outcome)), _) => (page.t1("replies-ended", "outcome", say(page, outcome)), "info"),
        (Some(End::Dropped), _) => (page.t("replies-dropped"), "info"),
        (None, Some(_)) => (page.t("replies-given"), "ok"),
        (None, None) => (page.t1("replies-waits", "when", page.when(row.due_at)), "warn"),
    }
}

#[derive(Template)]
#[template(path = "matters/reply.html")]
struct ReplyPage {
    page: Page,
    id: String,
    what: String,
    place: String,
    state: String,
    tone: &'static str,
    asked_at: i64,
    number: String,
    ended_at: Option<i64>,
    /// The unit that answered for it, as the public page names it.
    unit: Option<String>,
    opened: Opened,
    /// The first answer, or more of it.
    answers: bool,
    adds: bool,
    takes_photos: bool,
    /// How many the party has added.
    photos: usize,
    form: Form,
}

/// What the page of one question reads.
struct Loaded {
    row: ReplyRow,
    opened: Opened,
    held: Held,
    matter: MatterRow,
    unit: Option<String>,
    photos: usize,
}

async fn load(tx: &mut Tx<'_>, who: &Actor, id: ReplyId) -> Result<Loaded, Stop> {
    let (row, held) = replies::find(tx, who, id).await?;
    // Staff read it at the desk, where the reading is written down.
    if row.party() != Some(party(who)?) {
        return Err(Stop::Missing);
    }
    let opened = replies::open(tx, &row).await?;
    let matter = store::row(tx, held.id()).await?.ok_or(Stop::Missing)?;
    let photos = photos::added_by(tx, held.id(), party(who)?).await?;
    // What the public page says of how it ended, and no more: of a private one it says nothing.
    let unit = match held.matter.organisation.filter(|_| held.matter.is_closed() && !held.matter.private) {
        Some(unit) => people::store::organisation(tx, unit).await?.map(|unit| unit.name),
        None => None,
    };
    Ok(Loaded { row, opened, held, matter, unit, photos })
}

pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let (actor, id) = (who.actor().clone(), path_id(&id)?);
    let loaded = app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor, id).await })).await?;
    Ok(html(StatusCode::OK, &draw(&app, &who, loaded, Form::empty(), Errors::new())?))
}

fn draw(app: &App, who: &Who, loaded: Loaded, form: Form, errors: Errors) -> Result<ReplyPage, Stop> {
    let Loaded { row, opened, held, matter, unit, photos } = loaded;
    let city = app.city();
    let kind = kind_of(&city, &held.matter.kind)?;
    let page = who.page().titled("reply-title").back_to("/me/replies").with_errors(errors);
    let is_over = held.matter.is_closed();
    let (state, tone) = state(&page, &row, reply::end(kind, &held.matter));
    Ok(ReplyPage {
        id: row.id().to_string(),
        what: line::what(&page, kind, &matter.category),
        number: if held.matter.private { String::new() } else { line::code_with_letter(kind, &held.code) },
        ended_at: held.matter.closing.as_ref().map(|closing| closing.at.as_millisecond()),
        place: matter.place_name,
        state,
        tone,
        asked_at: row.asked_at,
        answers: !is_over,
        adds: row.given_at.is_some(),
        takes_photos: kind.takes_photos(),
        unit,
        photos,
        opened,
        form,
        page,
    })
}

pub async fn send(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: ReplyId = path_id(&id)?;
    let me = party(who.actor())?;
    let actor = who.actor().clone();
    // Before any photo is taken in: it is for the party alone.
    app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor, id).await.map(drop) })).await?;
    let refusal = match exchange::photos::uploads(&app, me.cell, app.now(), &form, "photos").await {
        Err(Stop::Refused(refusal)) => refusal,
        taken => {
            let input = (id, form.text("words").to_owned(), taken?);
            let sent = submit(&app, &who, &form, input, |tx, who, at: Moment, (id, words, photos)| {
                Box::pin(async move {
                    replies::give(tx, who, at, id, (&words, &photos)).await?;
                    Ok(go_with(format!("/me/replies/{id}"), "reply-sent"))
                })
            });
            match sent.await? {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    let actor = who.actor().clone();
    let loaded = app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor, id).await })).await?;
    let errors = refusal_errors(&who.page(), &refusal);
    Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &draw(&app, &who, loaded, form, errors)?))
}
