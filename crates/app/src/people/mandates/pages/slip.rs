//! 授权委托书: the slip that the one represented signs, half an A4.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Page, html};
use rules::people::access::{ConfirmMandate, on_mandate};
use rules::shared::ids::MandateId;

use super::Line;
use crate::people::mandates::store;
use crate::people::store::person;
use crate::web::Who;
use crate::web::json::path_id;
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "people/slip.html")]
struct SlipPage {
    page: Page,
    line: Line,
    what: String,
    until: String,
    /// The private matters of before that it includes, by their codes.
    named: String,
}

/// For those who may confirm it: the one represented, and staff.
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    let (id, actor, at): (MandateId, _, _) = (path_id(&id)?, who.actor().clone(), app.now());
    let line = app
        .read(move |mut tx| {
            Box::pin(async move {
                let row = store::mandate(&mut tx, id).await?.ok_or(Stop::Missing)?;
                let home = person(&mut tx, row.person()).await?.ok_or(Stop::Missing)?.place_path;
                on_mandate::<ConfirmMandate>(&actor, id, &[row.person()], &home).map_err(|_| Stop::Missing)?;
                let line = Line::of(&tx, row, at)?;
                // Whoever shall act agrees themselves; nobody signs for them.
                if line.waits_for_delegate() { Err(Stop::Missing) } else { Ok(line) }
            })
        })
        .await?;
    let back = if who.actor().person == Some(line.row.person()) {
        "/me/family".to_owned()
    } else {
        format!("/people/{}/mandates", line.row.person())
    };
    let page = who.page().titled("mandates-slip-title").back_to(back);
    let (what, until) = (line.what(&page, &app.city()), page.full_date(&page.day_of(line.row.valid_to)));
    let named = line.named(&page);
    Ok(html(StatusCode::OK, &SlipPage { line, what, until, named, page }))
}
