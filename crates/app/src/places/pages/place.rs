//! The page of a place: what lies above and below it; grids and its name for whoever looks after it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::places::access::{self, AddGrid, Edit};
use rules::places::{Level, path};
use rules::shared::Refusal;
use rules::shared::ids::PlaceId;

use crate::places::store::{self, Place};
use crate::places::{api, changing};
use crate::web::json::path_id;
use crate::web::{Submitted, Visitor, Who, go_with, submit, with_refusal};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "places/place.html")]
struct PlacePage {
    page: Page,
    form: Form,
    place: Place,
    level: String,
    /// From the city down to the one above.
    above: Vec<Place>,
    below: Vec<Place>,
    divides: bool,
    renames: bool,
}

async fn draw(
    app: &App,
    visitor: &Visitor,
    reference: String,
    sent: Option<(Form, Refusal)>,
) -> Result<Response, Failure> {
    let (place, above, below) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let place = api::find(&mut tx, &reference).await?.ok_or(Stop::Missing)?;
                let mut above = store::ancestors(&mut tx, &place.path).await?;
                above.pop();
                let below = store::children(&mut tx, place.id).await?;
                Ok((place, above, below))
            })
        })
        .await?;
    let page = visitor.page().with_title(place.name.clone());
    let page = match above.last() {
        Some(parent) => page.back_to(format!("/places/{}", parent.code)),
        None => page.back_to("/"),
    };
    let (status, page) = with_refusal(page, sent.as_ref().map(|(_, refusal)| refusal));
    let form = sent.map_or_else(Form::empty, |(form, _)| form);
    let actor = visitor.caller.as_ref().map(|caller| &caller.actor);
    let is_settlement = path::level(&place.path) == Some(Level::Village);
    let drawn = PlacePage {
        level: page.t(&format!("places-level-{}", place.level)),
        divides: is_settlement
            && actor.is_some_and(|who| access::on_place::<AddGrid>(who, place.id.uuid, &place.path).is_ok()),
        renames: actor.is_some_and(|who| access::on_place::<Edit>(who, place.id.uuid, &place.path).is_ok()),
        form,
        above,
        below,
        place,
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(reference): Path<String>,
) -> Result<Response, Failure> {
    draw(&app, &visitor, reference, None).await
}

pub async fn add_grid(
    State(app): State<App>,
    who: Who,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let parent: PlaceId = path_id(&id)?;
    let done = submit(&app, &who, &form, (parent, form.clone()), |tx, who, at, (parent, form)| {
        Box::pin(async move {
            changing::add_grid(tx, who, at, parent, form.text("name")).await?;
            Ok(go_with(format!("/places/{parent}"), "places-grid-added"))
        })
    })
    .await?;
    settle(&app, &visitor, parent, form, done).await
}

pub async fn rename(
    State(app): State<App>,
    who: Who,
    visitor: Visitor,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let place: PlaceId = path_id(&id)?;
    let done = submit(&app, &who, &form, (place, form.clone()), |tx, who, at, (place, form)| {
        Box::pin(async move {
            changing::rename(tx, who, at, place, form.text("known"), form.text("new_name")).await?;
            Ok(go_with(format!("/places/{place}"), "places-renamed"))
        })
    })
    .await?;
    // On this page `name` is that of a new grid.
    let done = match done {
        Submitted::Refused(refusal) if refusal.field.is_some() => Submitted::Refused(refusal.at_field("new_name")),
        done => done,
    };
    settle(&app, &visitor, place, form, done).await
}

async fn settle(
    app: &App,
    visitor: &Visitor,
    place: PlaceId,
    form: Form,
    done: Submitted,
) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(app, visitor, place.to_string(), Some((form, refusal))).await,
    }
}
