//! 志愿者任务单: one task on a sheet of A5, for those who work with paper. How to reach the person stays on the screen.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Markup, Page, html, qr};
use rules::matters::code::in_groups;

use super::need_words;
use super::{by_code, window};
use crate::dispatch::InHand;
use crate::web::Who;
use crate::{App, Stop};

/// Millimetres: what WeChat still reads from a folded sheet is 20.
const QR_MM: u32 = 28;

#[derive(Template)]
#[template(path = "dispatch/sheet.html")]
struct SheetPage {
    page: Page,
    title: String,
    code: String,
    window: String,
    place: String,
    notes: String,
    needs: Vec<String>,
    slots: i32,
    qr: Markup,
}

pub async fn sheet(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let hand = app
        .read(move |mut tx| {
            Box::pin(async move {
                let id = by_code(&mut tx, &code).await?.id();
                InHand::find(&mut tx, &actor, id).await
            })
        })
        .await?;
    let row = hand.row;
    let page = who.page().titled("tasks-sheet-title").back_to(format!("/tasks/{}", row.code));
    let address = format!("{}/tasks/{}", app.city().settings.base_url, row.code);
    let qr = qr::svg(&address, QR_MM, &page.t("tasks-sheet-qr")).map_err(Stop::defect)?;
    let code = in_groups(&row.code);
    let sheet = SheetPage {
        window: window(&page, row.starts_at, row.ends_at),
        needs: need_words(&page, &hand.task.needs),
        title: row.title,
        place: row.place_hint,
        notes: row.notes,
        slots: row.slots,
        code,
        qr,
        page,
    };
    Ok(html(StatusCode::OK, &sheet))
}
