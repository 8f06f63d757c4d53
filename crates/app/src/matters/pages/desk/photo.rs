//! A photo at the desk: looking at it, covering faces and plates, and letting others see it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Link, Page, html};
use rules::shared::Refusal;
use rules::shared::cover::{Cover, Grid};
use rules::shared::ids::{FileId, MatterId};

use super::find;
use crate::App;
use crate::exchange::photos as files;
use crate::matters::pages::raise::jpeg;
use crate::matters::photos::{self, PhotoRow};
use crate::web::{Submitted, Who, go_with, refusal_errors, submit};

/// What a page about one photo knows of it.
struct Seen {
    matter: MatterId,
    title: String,
    photo: PhotoRow,
    may_release: bool,
}

async fn seen(app: &App, who: &Who, code: &str, file: &str) -> Result<Seen, Failure> {
    let file: FileId = file.parse().map_err(|_| Failure::not_found())?;
    let (actor, code) = (who.actor().clone(), code.to_owned());
    let seen = app.read(move |mut tx| {
        Box::pin(async move {
            let matter = find(&mut tx, &code).await?;
            let (held, photo) = photos::at_desk(&mut tx, &actor, matter, file).await?;
            let may_release = photos::may_release(&tx, &actor, &held).is_ok();
            Ok(Seen { matter, title: held.title, photo, may_release })
        })
    });
    Ok(seen.await?)
}

/// The photo as it was taken, for those who handle the matter.
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path((code, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let Seen { photo, .. } = seen(&app, &who, &code, &file).await?;
    jpeg(&app, photo.id()).await
}

/// One square over the photo.
struct Tile {
    value: String,
    column: u32,
    row: u32,
    covered: bool,
}

#[derive(Template)]
#[template(path = "desk/photo.html")]
struct PhotoPage {
    page: Page,
    code: String,
    photo: PhotoRow,
    file: String,
    tiles: Vec<Tile>,
    released: bool,
    form: Form,
}

fn draw(who: &Who, code: String, seen: Seen, cover: Option<&Cover>, (form, errors): (Form, Errors)) -> Response {
    let mut page = who.page().titled("desk-photo-title").with_errors(errors);
    page.crumbs =
        vec![Link::new(page.t("desk-title"), "/desk"), Link::new(seen.title.clone(), format!("/desk/{code}"))];
    let status = if page.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let before = seen.photo.cover();
    let cover = cover.or(before.as_ref());
    let tiles = seen.photo.grid().squares().map(|square| Tile {
        value: square.to_string(),
        column: square.column + 1,
        row: square.row + 1,
        covered: cover.is_some_and(|cover| cover.covers(square)),
    });
    let tiles = tiles.collect();
    let (file, released) = (seen.photo.id().to_string(), seen.photo.released().is_some());
    html(status, &PhotoPage { code, file, tiles, released, photo: seen.photo, form, page })
}

/// Where faces and plates are covered.
pub async fn cover(
    State(app): State<App>,
    who: Who,
    Path((code, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let seen = seen(&app, &who, &code, &file).await?;
    if seen.may_release {
        Ok(draw(&who, code, seen, None, (Form::empty(), Errors::new())))
    } else {
        Err(Failure::forbidden())
    }
}

/// What a form chose.
fn chosen(grid: Grid, form: &Form) -> Result<Cover, Refusal> {
    let cover = Cover::parse(grid, &form.all("cover").join(","))?;
    // An untouched form is no decision that there is nothing to cover.
    match (cover.is_empty(), form.checked("nothing")) {
        (true, false) => Err(Refusal::new("photo-cover-none").at_field("nothing")),
        (false, true) => Err(Refusal::new("photo-cover-both").at_field("nothing")),
        _ => Ok(cover),
    }
}

/// Covers what was chosen and lets others see the photo.
pub async fn release(
    State(app): State<App>,
    who: Who,
    Path((code, file)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen(&app, &who, &code, &file).await?;
    if !seen.may_release {
        return Err(Failure::forbidden());
    }
    let cover = match chosen(seen.photo.grid(), &form) {
        Ok(cover) => cover,
        Err(refusal) => {
            let typed = Cover::parse(seen.photo.grid(), &form.all("cover").join(",")).ok();
            let errors = refusal_errors(&who.page(), &refusal);
            return Ok(draw(&who, code, seen, typed.as_ref(), (form, errors)));
        }
    };
    let copy =
        if cover.is_empty() { None } else { Some(files::cover(&app, app.now(), seen.photo.id(), &cover).await?) };
    let input = (seen.matter, seen.photo.id(), cover.clone(), copy, code.clone());
    let done = submit(&app, &who, &form, input, |tx, who, at, (matter, file, cover, copy, code)| {
        Box::pin(async move {
            photos::release(tx, who, at, (matter, file), &cover, copy.as_ref()).await?;
            Ok(go_with(format!("/desk/{code}"), "desk-photo-released"))
        })
    });
    match done.await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            Ok(draw(&who, code, seen, Some(&cover), (form, errors)))
        }
    }
}

/// Hides a released photo again.
pub async fn withhold(
    State(app): State<App>,
    who: Who,
    Path((code, file)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let seen = seen(&app, &who, &code, &file).await?;
    let input = (seen.matter, seen.photo.id(), code.clone());
    let done = submit(&app, &who, &form, input, |tx, who, at, (matter, file, code)| {
        Box::pin(async move {
            photos::withhold(tx, who, at, (matter, file)).await?;
            Ok(go_with(format!("/desk/{code}"), "desk-photo-withheld"))
        })
    });
    match done.await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            Ok(draw(&who, code, seen, None, (form, errors)))
        }
    }
}
