//! 请社工去看看: where somebody is still to look in, and writing down what came of it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Link, Page, html};
use rules::service::access::Look;
use rules::shared::Verb;
use rules::shared::ids::MatterId;
use rules::shared::permit::might;

use crate::matters::pages::{desk, line};
use crate::matters::store::MatterRow;
use crate::matters::{self, Held};
use crate::service::looking;
use crate::web::{Submitted, Who, go_with, refusal_errors, submit, with_errors};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "service/looks.html")]
struct LooksPage {
    page: Page,
    /// Each matter, and since when somebody is to look in.
    rows: Vec<(MatterRow, i64)>,
}

/// What waits, whoever waits longest on top.
pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    if !might::<Look>(who.actor()) {
        return Err(Stop::Forbidden { verb: Look::NAME }.into());
    }
    let actor = who.actor().clone();
    let rows = app.read(move |mut tx| Box::pin(async move { looking::waiting(&mut tx, &actor).await })).await?;
    let city = app.city();
    let mut page = who.page().titled("desk-looks-title");
    page.crumbs = vec![desk::crumb(&page, &city, who.actor())];
    let rows = rows.into_iter().map(|(row, since)| (line::titled(&page, &city, row), since)).collect();
    Ok(html(StatusCode::OK, &LooksPage { rows, page }))
}

#[derive(Template)]
#[template(path = "service/look.html")]
struct LookPage {
    page: Page,
    /// The code of the matter, for addresses.
    code: String,
    title: String,
    form: Form,
}

/// The matter, and whether `who` may write down now what came of it.
async fn find(app: &App, who: &Who, code: String) -> Result<(Held, bool), Failure> {
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let id = matters::store::by_typed_code(&mut tx, &code).await?;
            let held = Held::find(&mut tx, &actor, id).await?;
            if !desk::is_for(&tx, &actor, &held)? {
                return Err(Stop::Missing);
            }
            let may = looking::may_look(&mut tx, &actor, &held).await?;
            Ok((held, may))
        })
    });
    Ok(found.await?)
}

fn draw(app: &App, who: &Who, held: Held, (form, errors): (Form, Errors)) -> Response {
    let city = app.city();
    let (status, mut page) = with_errors(who.page().titled("desk-look-title"), errors);
    let title = line::of_held(&page, &city, &held);
    page.crumbs =
        vec![desk::crumb(&page, &city, who.actor()), Link::new(title.clone(), format!("/desk/{}", held.code))];
    html(status, &LookPage { code: held.code, title, form, page })
}

pub async fn form(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let (held, may) = find(&app, &who, code).await?;
    if !may {
        return Ok(who.visit.see(&format!("/desk/{}", held.code)));
    }
    Ok(draw(&app, &who, held, (Form::empty(), Errors::new())))
}

pub async fn send(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let (held, _) = find(&app, &who, code).await?;
    let input = (held.id(), form.text("text").to_owned(), format!("/desk/{}", held.code));
    let done = submit(&app, &who, &form, input, |tx, who, at, (id, words, to): (MatterId, String, String)| {
        Box::pin(async move {
            looking::look(tx, who, at, id, &words).await?;
            Ok(go_with(to, "desk-looked"))
        })
    });
    match done.await? {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            let errors = refusal_errors(&who.page(), &refusal);
            Ok(draw(&app, &who, held, (form, errors)))
        }
    }
}
