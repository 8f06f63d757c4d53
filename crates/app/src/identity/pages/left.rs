//! What somebody had typed when their session ended, to be sent after all.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};

use crate::identity::drafts;
use crate::web::Who;
use crate::web::left::{DRAFT, Left};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "identity/left.html")]
struct LeftPage {
    page: Page,
    left: Option<Left>,
    /// What of it a person wrote.
    said: Vec<String>,
}

/// Whether a person wrote this, rather than chose it: choices and what the page carries are keys.
fn is_written(value: &str) -> bool {
    value.chars().any(|c| !c.is_ascii() || c.is_whitespace())
}

pub async fn show(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let person = who.actor().person.ok_or(Stop::SignIn)?;
    let draft = app.read(move |mut tx| Box::pin(async move { drafts::load(&mut tx, person, DRAFT).await })).await?;
    let left = match draft {
        Some(draft) => Some(serde_json::from_str::<Left>(&draft.content).map_err(Stop::from)?),
        None => None,
    };
    let written = left.iter().flat_map(|left| left.fields.iter().map(|(_, value)| value));
    let said = written.filter(|value| is_written(value)).cloned().collect();
    let page = who.page().titled("left-title").back_to("/");
    let page = match &left {
        Some(left) => page.with_key(left.key.as_str()),
        None => page,
    };
    Ok(html(StatusCode::OK, &LeftPage { page, left, said }))
}
