//! What the desk shows of parties that were asked, and the sheet that is left at a door.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, Markup, Page, html, qr};
use rules::matters::access;
use rules::shared::ids::ReplyId;

use crate::matters::replies::{self, Opened, ReplyRow};
use crate::matters::store::{self, MatterRow};
use crate::matters::{Held, kind_of, view};
use crate::web::Who;
use crate::web::json::path_id;
use crate::{App, Stop};

/// A party that was asked.
pub struct Line {
    pub state: String,
    pub tone: &'static str,
    pub asked_at: i64,
    /// Not answered yet: whoever may open it prints the sheet.
    pub waits: bool,
    pub sheet: String,
    /// Opened for this drawing.
    pub opened: Option<Opened>,
}

pub fn lines(
    page: &Page,
    code: &str,
    may_open: bool,
    asked: &[ReplyRow],
    opened: &BTreeMap<ReplyId, Opened>,
) -> Vec<Line> {
    let line = |reply: &ReplyRow| {
        let (state, tone) = match reply.given_at {
            Some(at) => (page.t1("desk-reply-given", "when", page.when(at)), "ok"),
            None => (page.t1("desk-reply-waits", "when", page.when(reply.due_at)), "warn"),
        };
        Line {
            state,
            tone,
            asked_at: reply.asked_at,
            waits: reply.given_at.is_none() && may_open,
            sheet: format!("/desk/{code}/replies/{}/sheet", reply.id()),
            opened: opened.get(&reply.id()).cloned(),
        }
    };
    asked.iter().map(line).collect()
}

/// Millimetres: what WeChat still reads from a folded sheet is 20.
const QR_MM: u32 = 28;

#[derive(Template)]
#[template(path = "desk/reply-sheet.html")]
struct SheetPage {
    page: Page,
    /// The number to name on the telephone.
    number: String,
    place: String,
    name: String,
    told: String,
    asked_at: i64,
    due_at: i64,
    qr: Markup,
}

/// 请您说明: one sheet of A5 for who has no telephone of their own here. A POST, because opening what it says is written down.
pub async fn sheet(
    State(app): State<App>,
    who: Who,
    Path((code, id)): Path<(String, String)>,
    _form: Form,
) -> Result<Response, Failure> {
    let id: ReplyId = path_id(&id)?;
    let (held, row, opened, matter) = app
        .act(who.actor(), id, |mut tx, who, at, id| {
            Box::pin(async move {
                let (row, held) = replies::find(&mut tx, &who, id).await?;
                let city = tx.city();
                access::read_replies(&who, kind_of(&city, &held.matter.kind)?, &held.matter)?;
                let opened = replies::read_one(&mut tx, &who, at, (&row, &held), "dispatch").await?;
                let matter = store::row(&mut tx, held.id()).await?.ok_or(Stop::Missing)?;
                Ok((held, row, opened, matter))
            })
        })
        .await?;
    draw(&app, &who, (&code, held), (row, opened), matter)
}

fn draw(
    app: &App,
    who: &Who,
    (code, held): (&str, Held),
    (row, opened): (ReplyRow, Opened),
    matter: MatterRow,
) -> Result<Response, Failure> {
    let city = app.city();
    let page = who.page().titled("reply-sheet-title").back_to(format!("/desk/{code}"));
    let address = format!("{}/me/replies/{}", city.settings.base_url, row.id());
    let drawn = SheetPage {
        number: view::shown_code(&city, &held.matter.kind, &held.code),
        place: matter.place_name,
        name: opened.asked.name,
        told: opened.asked.told,
        asked_at: row.asked_at,
        due_at: row.due_at,
        qr: qr::svg(&address, QR_MM, &page.t("reply-sheet-qr")).map_err(Stop::defect)?,
        page,
    };
    Ok(html(StatusCode::OK, &drawn))
}
