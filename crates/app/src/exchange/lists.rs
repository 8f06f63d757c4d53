//! Lists as workbooks. A capability hands in the rows that its page draws, as masked as they are there; here they get a
//! sheet that says what one is looking at, and the event that somebody took them along.

use axum::response::Response;
use jiff::tz::TimeZone;
use kit::spreadsheets::{Book, Out, Sheet};
use kit::{Failure, Page};
use rules::exchange::access;
use serde_json::json;

use super::pages::download;
use crate::web::Who;
use crate::{App, Stop, audit};

/// The most rows of one file.
pub const MOST: u32 = 5_000;

/// A list, as its page draws it.
pub struct List {
    /// In the file's name and the event: `people`, `desk` …
    pub name: &'static str,
    pub title: String,
    /// What exactly it lists.
    pub definition: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Out>>,
}

impl List {
    /// A list whose title, definition and headings are these words of the page.
    pub fn of(
        page: &Page,
        name: &'static str,
        (title, definition): (&str, &str),
        header: &[&str],
        rows: Vec<Vec<Out>>,
    ) -> List {
        let header = header.iter().map(|key| page.t(key)).collect();
        List { name, title: page.t(title), definition: page.t(definition), header, rows }
    }
}

/// An instant as a cell says it, in the city's time: `2026-06-08 09:00`; empty where there is none.
pub fn when(millis: impl Into<Option<i64>>, zone: &TimeZone) -> Out {
    let at = millis.into().and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    let at = at.map(|at| at.to_zoned_datetime(zone.clone()));
    Out::Text(at.map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string()))
}

/// Writes down that somebody takes a list along, and hands it out. The event holds how many rows, never what was sought.
pub async fn hand_out(app: &App, who: &Who, list: List) -> Result<Response, Failure> {
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let rows = list.rows.len();
    app.act(who.actor(), (list.name, rows), move |mut tx, who, at, (name, rows)| {
        Box::pin(async move {
            access::export(&who, me)?;
            audit::record(&mut tx, &who, at, "exchange.export", me, json!({ "list": name, "rows": rows })).await
        })
    })
    .await?;
    let page = who.page();
    let mut about = vec![
        (page.t("export-list"), list.title.clone()),
        (page.t("export-definition"), list.definition),
        (page.t("export-rows"), page.n(rows)),
        (page.t("export-as-of"), page.full_date(&page.today()) + " " + &page.time(page.now_millis())),
        (page.t("export-by"), who.caller.name.clone()),
        (page.t("export-source"), page.runner().to_owned()),
        (page.t("export-care"), page.t("export-care-text")),
    ];
    if rows >= MOST as usize {
        about.push((page.t("export-cut"), page.t1("export-cut-text", "most", MOST)));
    }
    if page.demo() {
        about.push((page.t("export-demo"), page.t("frame-demo")));
    }
    let about = Sheet {
        name: page.t("export-about"),
        header: vec![page.t("export-item"), page.t("export-says")],
        rows: about.into_iter().map(|(item, says)| vec![Out::from(item), Out::from(says)]).collect(),
    };
    let (plain, title) = (format!("helin-{}", list.name), list.title.clone());
    let sheet = Sheet { name: list.title, header: list.header, rows: list.rows };
    download(&page, (&plain, &title), Book { pages: vec![sheet, about] }).await
}
