//! A photo at the desk: looking at it, covering faces and plates, and letting others see it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Failure, Form, Link, Page, html};
use rules::shared::Refusal;
use rules::shared::cover::{Cover, Grid};
use rules::shared::ids::{FileId, MatterId};

use super::{crumb, find};
use crate::App;
use crate::city::City;
use crate::exchange::photos as files;
use crate::matters::pages::line;
use crate::matters::photos::{self, PhotoRow};
use crate::web::{Submitted, Who, go_with, submit, with_refusal};

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
            Ok((matter, held, photo, may_release))
        })
    });
    let (matter, held, photo, may_release) = seen.await?;
    Ok(Seen { matter, title: line::of_held(&who.page(), &app.city(), &held), photo, may_release })
}

/// The photo: as it was taken for those who handle the matter, for other staff what is released of it.
pub async fn show(
    State(app): State<App>,
    who: Who,
    Path((code, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let file: FileId = file.parse().map_err(|_| Failure::not_found())?;
    let shown = app.act(who.actor(), (code, file), |mut tx, who, at, (code, file)| {
        Box::pin(async move {
            let matter = find(&mut tx, &code).await?;
            photos::show(&mut tx, &who, at, (matter, file), None).await
        })
    });
    Ok(files::answer(&app, shown.await?).await?)
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
    /// What was chosen is shown, and nobody else sees it yet.
    kept: bool,
    form: Form,
}

fn draw(who: &Who, city: &City, (code, seen): (String, Seen), form: Form, refusal: Option<&Refusal>) -> Response {
    let kept = form.text("do") == "keep";
    let (status, mut page) = with_refusal(who.page().titled("desk-photo-title"), refusal);
    page.crumbs = vec![crumb(&page, city, who.actor()), Link::new(seen.title.clone(), format!("/desk/{code}"))];
    // What was chosen just now; at first what is covered already.
    let typed = (kept || refusal.is_some()).then(|| typed(seen.photo.grid(), &form).ok());
    let cover = typed.unwrap_or_else(|| seen.photo.cover());
    let tiles = seen.photo.grid().squares().map(|square| Tile {
        value: square.to_string(),
        column: square.column + 1,
        row: square.row + 1,
        covered: cover.as_ref().is_some_and(|cover| cover.covers(square)),
    });
    let tiles = tiles.collect();
    let (file, released) = (seen.photo.id().to_string(), seen.photo.released().is_some());
    html(status, &PhotoPage { code, file, tiles, released, kept, photo: seen.photo, form, page })
}

/// Where faces and plates are covered.
pub async fn cover(
    State(app): State<App>,
    who: Who,
    Path((code, file)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let seen = seen(&app, &who, &code, &file).await?;
    if seen.may_release {
        Ok(draw(&who, &app.city(), (code, seen), Form::empty(), None))
    } else {
        Err(Failure::forbidden())
    }
}

fn typed(grid: Grid, form: &Form) -> Result<Cover, Refusal> {
    Cover::parse(grid, &form.all("cover").join(","))
}

/// What a form decides.
fn chosen(grid: Grid, form: &Form) -> Result<Cover, Refusal> {
    let cover = typed(grid, form)?;
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
    if form.text("do") == "keep" {
        return Ok(draw(&who, &app.city(), (code, seen), form, None));
    }
    let cover = match chosen(seen.photo.grid(), &form) {
        Ok(cover) => cover,
        Err(refusal) => return Ok(draw(&who, &app.city(), (code, seen), form, Some(&refusal))),
    };
    let copy = files::covered_copy(&app, seen.matter.cell, app.now(), seen.photo.stored(), &cover).await?;
    let input = (seen.matter, seen.photo.id(), cover, copy, code.clone());
    let done = submit(&app, &who, &form, input, |tx, who, at, (matter, file, cover, copy, code)| {
        Box::pin(async move {
            photos::release(tx, who, at, (matter, file), &cover, copy.as_ref()).await?;
            Ok(go_with(format!("/desk/{code}"), "desk-photo-released"))
        })
    });
    match done.await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => Ok(draw(&who, &app.city(), (code, seen), form, Some(&refusal))),
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
        Submitted::Refused(refusal) => Ok(draw(&who, &app.city(), (code, seen), form, Some(&refusal))),
    }
}
