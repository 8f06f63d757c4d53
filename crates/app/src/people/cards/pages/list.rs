//! The cards of a person: for themselves, and for staff who look after them.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::people::access::{IssueCard, LoseCard, RequestCard};
use rules::people::card::CardState;
use rules::shared::Refusal;
use rules::shared::ids::{CardId, PersonId};
use rules::shared::permit::might;

use super::list_of;
use crate::people::cards::actions;
use crate::people::cards::store::{self, CardRow, RequestRow};
use crate::people::register;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop};

/// A card as the page shows it.
struct Line {
    id: String,
    state: String,
    tone: &'static str,
    row: CardRow,
}

#[derive(Template)]
#[template(path = "people/cards.html")]
struct CardsPage {
    page: Page,
    person: PersonId,
    own: bool,
    cards: Vec<Line>,
    /// What one waits for.
    asked: Option<RequestRow>,
    has_household: bool,
    may_ask: bool,
    may_issue: bool,
    may_lose: bool,
}

fn line(page: &Page, row: CardRow) -> Result<Line, Stop> {
    let state = row.state()?;
    let tone = match state {
        CardState::Valid => "ok",
        CardState::Replaced => "",
        CardState::Lost => "bad",
    };
    Ok(Line { id: row.id().to_string(), state: page.t(&format!("cards-state-{}", state.key())), tone, row })
}

/// Draws the page, at first or again with what a rule said no to.
pub async fn draw(app: &App, who: &Who, person: PersonId, refusal: Option<Refusal>) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let (row, cards, asked) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = register::seen(&mut tx, &actor, person).await?;
                let cards = store::cards_of(&mut tx, &row).await?;
                let asked = store::request_of(&mut tx, person).await?;
                Ok((row, cards, asked))
            })
        })
        .await?;
    let (actor, page) = (who.actor(), who.page());
    let own = actor.person == Some(person);
    let page = if own {
        page.titled("cards-own-title").back_to("/me")
    } else {
        let title = page.t1("cards-of-title", "name", row.name.as_str());
        page.with_title(title).back_to(format!("/people/{person}"))
    };
    let (status, page) = with_refusal(page, refusal.as_ref());
    let cards = cards.into_iter().map(|row| line(&page, row)).collect::<Result<Vec<_>, Stop>>()?;
    let drawn = CardsPage {
        person,
        own,
        asked,
        has_household: row.household_id.is_some(),
        may_ask: might::<RequestCard>(actor),
        may_issue: !own && might::<IssueCard>(actor),
        may_lose: might::<LoseCard>(actor),
        cards,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn own(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    draw(&app, &who, me, None).await
}

pub async fn of_person(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw(&app, &who, path_id(&id)?, None).await
}

pub async fn ask(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    let household = form.text("for") == "household";
    let done = submit(&app, &who, &form, (person, household), |tx, who, at, (person, household)| {
        Box::pin(async move {
            actions::request(tx, who, at, person, household).await?;
            Ok(go_with(list_of(who, person), "cards-asked"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, person, Some(refusal)).await,
    }
}

pub async fn take_back(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let person: PersonId = path_id(&id)?;
    let done = submit(&app, &who, &form, person, |tx, who, at, person| {
        Box::pin(async move {
            actions::take_back(tx, who, at, person).await?;
            Ok(go_with(list_of(who, person), "cards-taken-back"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, person, Some(refusal)).await,
    }
}

#[derive(Template)]
#[template(path = "people/card-loss.html")]
struct LossPage {
    page: Page,
    line: Line,
    keep: String,
}

/// Asks whether it is lost: from then on the card opens nothing, also when it is found again.
pub async fn ask_loss(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let (card, actor): (CardId, _) = (path_id(&id)?, who.actor().clone());
    let (row, _) =
        app.read(move |mut tx| Box::pin(async move { actions::to_lose(&mut tx, &actor, card).await })).await?;
    let keep =
        if register::sees_any(who.actor()) { list_of(who.actor(), row.person()) } else { "/me/cards".to_owned() };
    let page = who.page().titled("cards-loss-title").back_to(keep.as_str());
    Ok(html(StatusCode::OK, &LossPage { line: line(&page, row)?, keep, page }))
}

pub async fn lose(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Submitted, Failure> {
    let card: CardId = path_id(&id)?;
    submit(&app, &who, &form, card, |tx, who, at, card| {
        Box::pin(async move {
            let holder = actions::report_lost(tx, who, at, card).await?;
            // Of a household's card anybody behind the door says so, and may not see who it was handed to.
            let to = if register::sees_any(who) { list_of(who, holder) } else { "/me/cards".to_owned() };
            Ok(go_with(to, "cards-lost"))
        })
    })
    .await
}
