//! How help is asked for, what happens then, and how one helps: each step with the way to where it is done.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Page, html};

use crate::web::Visitor;

/// A step: the end of its locale keys, and where it is done.
type Step = (&'static str, &'static str);

/// What follows when somebody has asked.
const ASKED: [Step; 6] =
    [("look", "/t"), ("find", "/t"), ("come", "/me"), ("sign", "/me"), ("say", "/me"), ("reads", "/me/readers")];
/// What else residents can do.
const BESIDES: [Step; 4] =
    [("family", "/me/family"), ("card", "/me/cards"), ("hazard", "/hazard"), ("data", "/me/data")];
/// How somebody volunteers.
const HELPS: [Step; 7] = [
    ("join", "/me/volunteer"),
    ("answer", "/tasks"),
    ("go", "/tasks"),
    ("out", "/tasks"),
    ("hours", "/me/hours"),
    ("proof", "/me/certificates"),
    ("stop", "/me/volunteer"),
];

struct Line {
    title: String,
    text: String,
    href: &'static str,
}

#[derive(Template)]
#[template(path = "home/how.html")]
struct HowPage {
    page: Page,
    asked: Vec<Line>,
    besides: Vec<Line>,
    helps: Vec<Line>,
}

pub async fn how(visitor: Visitor) -> Response {
    let page = visitor.page().titled("home-how-title").back_to("/");
    let line = |part: &'static str| {
        let page = page.clone();
        move |(key, href): &Step| Line {
            title: page.t(&format!("home-how-{part}-{key}")),
            text: page.t(&format!("home-how-{part}-{key}-text")),
            href,
        }
    };
    let asked = ASKED.iter().map(line("step")).collect();
    let besides = BESIDES.iter().map(line("also")).collect();
    let helps = HELPS.iter().map(line("help")).collect();
    html(StatusCode::OK, &HowPage { asked, besides, helps, page })
}
