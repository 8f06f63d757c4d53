//! Finding a village or community: by name, or down the tree from the county.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use serde::Deserialize;

use crate::places::store::{self, Place};
use crate::places::{api, picker};
use crate::web::Visitor;
use crate::{App, Stop};

/// How many places one page shows.
const MOST: u32 = 50;

#[derive(Deserialize)]
pub struct Asked {
    /// The page that wants a place; it is opened again with `place` and `place_id`.
    #[serde(default)]
    to: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    q: String,
}

struct Line {
    href: String,
    name: String,
    way: String,
}

#[derive(Template)]
#[template(path = "places/choose.html")]
struct ChoosePage {
    page: Page,
    form: Form,
    to: String,
    searched: bool,
    lines: Vec<Line>,
}

/// Only ways within the site.
fn within_site(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//") && !to.contains('\\')
}

pub async fn choose(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    if !within_site(&asked.to) {
        return Err(Failure::not_found());
    }
    let to = asked.to.clone();
    let query = asked.q.trim().to_owned();
    let (words, parent) = (query.clone(), asked.parent.clone());
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let root = if parent.is_empty() { tx.city().settings.root_code.clone() } else { parent };
                let places = if words.is_empty() {
                    let above = api::find(&mut tx, &root).await?.ok_or(Stop::Missing)?;
                    store::children(&mut tx, above.id).await?
                } else {
                    store::search(&mut tx, &words, None, MOST).await?
                };
                let ways = picker::told_apart(&mut tx, &places).await?;
                Ok(places.into_iter().zip(ways).collect::<Vec<_>>())
            })
        })
        .await?;
    let line = |(place, way): (Place, String)| {
        let href = if picker::is_settled(&place) {
            let mark = if to.contains('?') { '&' } else { '?' };
            format!("{to}{mark}place_id={}", place.id)
        } else {
            format!(
                "/places?to={}&parent={}",
                Form::empty().with("to", to.as_str()).to_urlencoded().replacen("to=", "", 1),
                place.code
            )
        };
        Line { href, way: if way == place.name { String::new() } else { way }, name: place.name }
    };
    let page = visitor.page().titled("places-choose-title").back_to(asked.to.clone());
    let lines = found.into_iter().map(line).collect();
    let form = Form::empty().with("q", query.as_str());
    Ok(html(StatusCode::OK, &ChoosePage { page, form, to: asked.to, searched: !query.is_empty(), lines }))
}
