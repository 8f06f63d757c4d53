//! How help is asked for, and what happens then.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Page, html};

use crate::web::Visitor;

#[derive(Template)]
#[template(path = "home/how.html")]
struct HowPage {
    page: Page,
}

pub async fn how(visitor: Visitor) -> Response {
    html(StatusCode::OK, &HowPage { page: visitor.page().titled("home-how-title").back_to("/") })
}
