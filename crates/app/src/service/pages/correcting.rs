//! 更正和作废: staff set a record right that somebody says is wrong, or void one that is false. Each has a page of its own,
//! for both ask for words and neither is done by one press.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::service::access::{Correct, RecordVerb, Void};
use rules::shared::ids::RecordId;
use rules::shared::{Refusal, Window};

use super::Line;
use crate::App;
use crate::dispatch::{local_time, store};
use crate::service::confirming::{self, Correction};
use crate::service::records::RecordRow;
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, instant, refusal_errors, refusal_words, submit, unfilled, with_errors};

#[derive(Template)]
#[template(path = "service/correct.html")]
struct CorrectPage {
    page: Page,
    line: Line,
    form: Form,
}

#[derive(Template)]
#[template(path = "service/void.html")]
struct VoidPage {
    page: Page,
    line: Line,
    form: Form,
    /// Why it cannot be voided here; empty where it can.
    kept: String,
}

/// What a correction must say, each with the key of its label.
const ASKED: [(&str, &str); 3] =
    [("start", "tasks-field-start"), ("end", "tasks-field-end"), ("content", "tasks-content")];

/// The record, for whoever may do `V` with it.
async fn find<V: RecordVerb>(app: &App, who: &Who, id: RecordId) -> Result<RecordRow, Failure> {
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| Box::pin(async move { confirming::to_change::<V>(&mut tx, &actor, id).await }));
    Ok(found.await?)
}

async fn draw_correct(app: &App, who: &Who, id: RecordId, sent: Option<(Form, Errors)>) -> Result<Response, Failure> {
    let row = find::<Correct>(app, who, id).await?;
    let zone = &app.city().settings.zone;
    let (start, end) = (store::instant(row.started_at)?, store::instant(row.ended_at)?);
    let (form, errors) = sent.unwrap_or_else(|| {
        let form = Form::empty().with("start", local_time(start, zone)).with("end", local_time(end, zone));
        (form.with("content", row.content.clone()), Errors::new())
    });
    let page = who.page().titled("correct-record-title").back_to(format!("/me/records/{id}"));
    let (status, page) = with_errors(page, errors);
    Ok(html(status, &CorrectPage { line: Line::of(&page, row), form, page }))
}

pub async fn correct_form(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw_correct(&app, &who, path_id(&id)?, None).await
}

/// The time and the words of a record are set right; somebody else then confirms it.
pub async fn correct(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    let empty = unfilled(&who.page(), &form, &ASKED);
    if !empty.is_empty() {
        return draw_correct(&app, &who, id, Some((form, empty))).await;
    }
    let refusal = match served(&app, &form) {
        Err(refusal) => refusal,
        Ok(served) => {
            let said = Some(form.text("answer").to_owned()).filter(|said| !said.is_empty());
            let correction = Correction { served, content: form.text("content").to_owned(), answer: said };
            let done = submit(&app, &who, &form, (id, correction), |tx, who, at, (id, correction)| {
                Box::pin(async move {
                    confirming::correct(tx, who, at, id, &correction).await?;
                    Ok(go_with("/desk/confirm", "correct-record-done"))
                })
            })
            .await?;
            match done {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    let errors = refusal_errors(&who.page(), &refusal);
    draw_correct(&app, &who, id, Some((form, errors))).await
}

fn served(app: &App, form: &Form) -> Result<Window, Refusal> {
    let zone = &app.city().settings.zone;
    Ok(Window { start: instant(form, "start", zone)?, end: instant(form, "end", zone)? })
}

async fn draw_void(app: &App, who: &Who, id: RecordId, form: Form, errors: Errors) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    let found = app.read(move |mut tx| {
        Box::pin(async move {
            let row = confirming::to_change::<Void>(&mut tx, &actor, id).await?;
            let may = confirming::past_its_review(&mut tx, &actor, &row).await?;
            Ok((row, may))
        })
    });
    let (row, may) = found.await?;
    let may = if row.record()?.state.may_be_voided() { may } else { Err(Refusal::new("record-void")) };
    let kept = may.err().map(|refusal| refusal_words(&who.page(), &refusal)).unwrap_or_default();
    let page = who.page().titled("void-record-title").back_to(format!("/me/records/{id}"));
    let (status, page) = with_errors(page, errors);
    Ok(html(status, &VoidPage { line: Line::of(&page, row), form, kept, page }))
}

pub async fn void_form(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    draw_void(&app, &who, path_id(&id)?, Form::empty(), Errors::new()).await
}

/// A false record counts no more; the volunteer is told why and may appeal.
pub async fn void(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let id: RecordId = path_id(&id)?;
    let reason = form.text("reason").to_owned();
    let done = submit(&app, &who, &form, (id, reason), |tx, who, at, (id, reason)| {
        Box::pin(async move {
            confirming::void(tx, who, at, id, &reason).await?;
            Ok(go_with(format!("/me/records/{id}"), "void-record-done"))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => draw_void(&app, &who, id, form, refusal_errors(&who.page(), &refusal)).await,
    }
}
