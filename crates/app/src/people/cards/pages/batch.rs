//! Who waits for a card, by community; all of a community's are made and printed at once.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::people::access::IssueCard;
use rules::places::{Level, path};
use rules::shared::ids::{CardThing, PersonId, PersonThing, Thing};
use rules::shared::permit::might;
use rules::shared::{Actor, Id, Refusal};

use super::sheet;
use crate::people::cards::actions::{self, BATCH};
use crate::people::register;
use crate::places::{self, picker};
use crate::web::json::body_id;
use crate::web::{Who, with_refusal};
use crate::{App, Stop, Tx};

/// A community and who of it waits.
struct Waiting {
    place: String,
    name: String,
    people: Vec<Line>,
}

/// Who waits, for whose card, since when.
struct Line {
    id: PersonId,
    name: String,
    sort: &'static str,
    at: i64,
}

#[derive(Template)]
#[template(path = "people/cards-asked.html")]
struct AskedPage {
    page: Page,
    waiting: Vec<Waiting>,
    batch: i64,
}

async fn load(tx: &mut Tx<'_>, who: &Actor) -> Result<Vec<Waiting>, Stop> {
    let mut found: Vec<(String, Waiting)> = Vec::new();
    for asked in actions::asked(tx, who).await? {
        let Ok(person) = register::seen(tx, who, asked.person()).await else { continue };
        let home = path::up_to(&asked.place_path, Level::Village).to_owned();
        let line = Line { id: person.id(), name: person.name, sort: asked.sort(), at: asked.asked_at };
        if let Some((_, waiting)) = found.iter_mut().find(|(path, _)| *path == home) {
            waiting.people.push(line);
            continue;
        }
        let above = places::store::ancestors(tx, &home).await?;
        let Some(place) = above.last() else { continue };
        let name = picker::full_name(tx, place).await?;
        found.push((home, Waiting { place: place.id.to_string(), name, people: vec![line] }));
    }
    Ok(found.into_iter().map(|(_, waiting)| waiting).collect())
}

async fn draw(app: &App, who: &Who, refusal: Option<Refusal>) -> Result<Response, Failure> {
    if !might::<IssueCard>(who.actor()) {
        return Err(Failure::forbidden());
    }
    let actor = who.actor().clone();
    let waiting = app.read(move |mut tx| Box::pin(async move { load(&mut tx, &actor).await })).await?;
    let (status, page) = with_refusal(who.page().titled("cards-asked-title").back_to("/people"), refusal.as_ref());
    Ok(html(status, &AskedPage { waiting, batch: BATCH, page }))
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw(&app, &who, None).await
}

/// Makes and draws the cards that the chosen people of a community wait for, or those anew whose printing has failed.
pub async fn print(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let done = if form.checked("anew") {
        app.act(who.actor(), ids::<CardThing>(&form, "again")?, |mut tx, who, at, cards| {
            Box::pin(async move { actions::issue_again(&mut tx, &who, at, &cards).await })
        })
        .await
    } else {
        let place = body_id(form.text("place"), "place").map_err(Stop::from)?;
        let input = (place, ids::<PersonThing>(&form, "people")?);
        app.act(who.actor(), input, |mut tx, who, at, (place, people)| {
            Box::pin(async move { actions::issue_asked(&mut tx, &who, at, place, &people).await })
        })
        .await
    };
    match done {
        Ok(made) => sheet::draw(&app, &who, made, "/cards".to_owned()).await,
        Err(Stop::Refused(refusal)) => draw(&app, &who, Some(refusal)).await,
        Err(stop) => Err(stop.into()),
    }
}

fn ids<T: Thing>(form: &Form, field: &'static str) -> Result<Vec<Id<T>>, Failure> {
    let read = |text: &str| body_id(text, field).map_err(Stop::from);
    Ok(form.all(field).into_iter().map(read).collect::<Result<_, _>>()?)
}
