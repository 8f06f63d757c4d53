//! Finding a village or community: by name, or down the tree from the county.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Page, html};
use rules::places::{Level, path};
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
    /// Over the list: what it is of.
    heading: Option<&'static str>,
    /// The place above the one that one is in, and the way to it.
    up: Option<(String, String)>,
    lines: Vec<Line>,
}

/// Only ways within the site.
fn within_site(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//") && !to.contains('\\')
}

/// The list of what lies below a place.
fn below(to: &str, place: &Place) -> String {
    format!("/places?{}", Form::empty().with("to", to).with("parent", place.code.as_str()).to_urlencoded())
}

pub async fn choose(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    if !within_site(&asked.to) {
        return Err(Failure::not_found());
    }
    let to = asked.to.clone();
    let query = asked.q.trim().to_owned();
    let (words, parent) = (query.clone(), asked.parent.clone());
    let (found, above) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let root = if parent.is_empty() { tx.city().settings.root_code.clone() } else { parent };
                let (places, above) = if words.is_empty() {
                    let here = api::find(&mut tx, &root).await?.ok_or(Stop::Missing)?;
                    (store::children(&mut tx, here.id).await?, store::ancestors(&mut tx, &here.path).await?)
                } else {
                    (store::search(&mut tx, &words, None, MOST).await?, Vec::new())
                };
                let ways = picker::told_apart(&mut tx, &places).await?;
                Ok((places.into_iter().zip(ways).collect::<Vec<_>>(), above))
            })
        })
        .await?;
    let line = |(place, way): (Place, String)| {
        let href = if picker::is_settled(&place) {
            let mark = if to.contains('?') { '&' } else { '?' };
            format!("{to}{mark}place_id={}", place.id)
        } else {
            below(&to, &place)
        };
        // Its own name stands before the way to it already.
        Line { href, way: way.strip_suffix(&place.name).unwrap_or(&way).trim().to_owned(), name: place.name }
    };
    let page = visitor.page().titled("places-choose-title").back_to(asked.to.clone());
    let page = match above.as_slice() {
        [_, .., here] => {
            let title = page.t1("places-choose-in", "name", here.name.as_str());
            page.with_title(title)
        }
        _ => page,
    };
    let heading = match above.last().and_then(|here| path::level(&here.path)) {
        None if !query.is_empty() => Some("places-choose-found"),
        Some(Level::City) => Some("places-choose-city"),
        Some(Level::County) => Some("places-choose-county"),
        Some(Level::Township) => Some("places-choose-township"),
        _ => None,
    };
    let up = above.iter().rev().nth(1).map(|up| (up.name.clone(), below(&asked.to, up)));
    let lines = found.into_iter().map(line).collect();
    let form = Form::empty().with("q", query.as_str());
    Ok(html(StatusCode::OK, &ChoosePage { page, form, to: asked.to, heading, up, lines }))
}
