//! `/me/consents`: what one consents to, what that means, and what happens when one takes it back.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::shared::text::basis_for;
use rules::shared::{Refusal, Text};

use super::Standing;
use crate::web::{Submitted, Who, go_with, submit, with_refusal};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "people/consents.html")]
struct ConsentsPage {
    page: Page,
    /// Staff, who read of a legal basis also what is still to be verified.
    is_staff: bool,
    standings: Vec<Standing>,
}

impl ConsentsPage {
    fn basis(&self, basis: &str) -> String {
        basis_for(self.is_staff, basis)
    }

    fn say(&self, text: &Text) -> String {
        if self.page.is_en() { text.en.clone() } else { text.zh.clone() }
    }
}

async fn draw(app: &App, who: &Who, refusal: Option<Refusal>) -> Result<Response, Failure> {
    let (me, at) = (who.actor().person.ok_or(Stop::SignIn)?, app.now());
    let standings = app.read(move |mut tx| Box::pin(async move { super::standings(&mut tx, me, at).await })).await?;
    let (status, page) = with_refusal(who.page().titled("consents-title").back_to("/me"), refusal.as_ref());
    Ok(html(status, &ConsentsPage { standings, is_staff: who.actor().is_staff(), page }))
}

pub async fn show(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw(&app, &who, None).await
}

pub async fn say(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let input = (form.text("purpose").to_owned(), form.text("say") == "give");
    let done = submit(&app, &who, &form, input, |tx, who, at, (purpose, given)| {
        Box::pin(async move {
            let me = who.person.ok_or(Stop::SignIn)?;
            super::say(tx, who, at, me, (&purpose, given)).await?;
            Ok(go_with("/me/consents", if given { "consents-given" } else { "consents-withdrawn" }))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw(&app, &who, Some(refusal)).await,
    }
}
