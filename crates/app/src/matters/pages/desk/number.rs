//! A matter by its number, as a caller reads it out: open or closed, whether or not the lists show it.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::matters::Code;
use serde::Deserialize;

use super::crumb;
use super::matter::is_for;
use crate::matters::pages::track;
use crate::matters::{Held, store};
use crate::web::Who;
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "desk/number.html")]
struct NumberPage {
    page: Page,
    form: Form,
}

#[derive(Deserialize)]
pub struct Typed {
    /// Empty when the form was sent so, and none before it is sent.
    number: Option<String>,
}

/// Leads to the matter; whoever has no business with it to what anybody sees of it.
pub async fn number(State(app): State<App>, who: Who, Query(typed): Query<Typed>) -> Result<Response, Failure> {
    if !who.actor().is_staff() {
        return Err(Failure::forbidden());
    }
    let Some(typed) = typed.number else { return Ok(form(&app, &who, "", None)) };
    let code = match typed.parse::<Code>() {
        Ok(code) => code,
        Err(error) => return Ok(form(&app, &who, &typed, Some(track::wrong(error)))),
    };
    let (actor, plain) = (who.actor().clone(), code.plain());
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let Some(id) = store::by_code(&mut tx, code.cell(), &code.plain()).await? else { return Ok(None) };
                match Held::find(&mut tx, &actor, id).await {
                    Ok(held) => Ok(Some(is_for(&tx, &actor, &held)?)),
                    Err(Stop::Missing | Stop::Forbidden { .. }) => Ok(Some(false)),
                    Err(stop) => Err(stop),
                }
            })
        })
        .await?;
    Ok(match found {
        Some(true) => who.visit.see(&format!("/desk/{plain}")),
        Some(false) => who.visit.see(&format!("/t/{plain}")),
        None => form(&app, &who, &typed, Some("matters-code-unknown")),
    })
}

fn form(app: &App, who: &Who, typed: &str, wrong: Option<&str>) -> Response {
    let mut page = who.page().titled("desk-number-title");
    page.crumbs = vec![crumb(&page, &app.city(), who.actor())];
    let mut errors = Errors::new();
    wrong.iter().for_each(|key| errors.add("number", page.t(key)));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, &NumberPage { page: page.with_errors(errors), form: Form::empty().with("number", typed) })
}
