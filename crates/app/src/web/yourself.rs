//! What is one's own, asked for while one acts for another.

use std::sync::Arc;

use askama::Template;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kit::{Failure, Page, Visit, html};

use super::Caller;
use crate::Stop;

#[derive(Template)]
#[template(path = "people/yourself.html")]
struct YourselfPage {
    page: Page,
    /// Whom one acts for.
    of: String,
    /// The page that was asked for.
    to: String,
}

#[derive(Template)]
#[template(path = "people/not-included.html")]
struct NotIncludedPage {
    page: Page,
    /// Whom one acts for.
    of: String,
    /// What the mandate includes, in words.
    what: String,
    /// The page that was asked for.
    to: String,
}

/// Instead of a form that the mandate does not include, before anything is typed into it.
pub fn not_included(page: &Page, of: String, what: String, to: String) -> Response {
    let page = page.clone().titled("mandates-not-included-title");
    html(StatusCode::FORBIDDEN, &NotIncludedPage { page, of, what, to })
}

/// Says whose page it is, and leads back to oneself and then to it. A call acts for nobody else here.
pub async fn first(request: Request, next: Next) -> Response {
    let of = request.extensions().get::<Arc<Caller>>().and_then(|caller| caller.acting_for.clone());
    let (Some(of), Some(visit)) = (of, request.extensions().get::<Visit>()) else { return next.run(request).await };
    if request.uri().path().starts_with("/api/") {
        return Failure::from(Stop::Forbidden { verb: "people.act_for" }).into_response();
    }
    let page = Page::of(visit).titled("mandates-yourself-title");
    html(StatusCode::FORBIDDEN, &YourselfPage { page, of, to: visit.path.clone() })
}
