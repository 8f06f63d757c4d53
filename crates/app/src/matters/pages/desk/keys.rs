//! The keys of the desk: what each does, and the switch for those whom they trouble.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Keys, Page, html};

use crate::web::Who;

/// What is struck, and what it does: the end of its locale key.
const KEYS: [(&str, &str); 7] =
    [("j", "down"), ("k", "up"), ("Enter", "open"), ("a", "assign"), ("n", "note"), ("/", "search"), ("?", "list")];

#[derive(Template)]
#[template(path = "desk/keys.html")]
struct KeysPage {
    page: Page,
    on: bool,
    keys: Vec<(&'static str, String)>,
}

pub async fn keys(who: Who) -> Result<Response, Failure> {
    if !who.actor().is_staff() {
        return Err(Failure::forbidden());
    }
    let page = who.page().titled("desk-keys-title");
    let keys = KEYS.map(|(key, does)| (key, page.t(&format!("desk-keys-{does}")))).to_vec();
    Ok(html(StatusCode::OK, &KeysPage { on: page.prefs.keys == Keys::On, keys, page }))
}
