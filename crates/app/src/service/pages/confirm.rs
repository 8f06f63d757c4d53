//! 确认服务记录: what waits for a second person.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::service::access::Remind;
use rules::shared::Role;
use rules::shared::ids::RecordId;
use rules::shared::permit::might;

use super::Line;
use crate::matters::pages::desk;
use crate::service::records::RecordRow;
use crate::service::{actions, confirming};
use crate::web::{Submitted, Who, go_with, refusal_errors, refusal_words, submit};
use crate::{App, Stop};

/// The longest list: confirmed ones make room.
const ROWS: i64 = 60;

/// Records of one task, of which several are confirmed at once; or a single one.
struct Part {
    lines: Vec<Line>,
    together: bool,
}

impl Part {
    /// Each where its first one stands. Whoever takes calls carries the word of one person at a time.
    fn of(page: &Page, rows: Vec<RecordRow>, is_desk: bool) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        for row in rows {
            let beside = |part: &&mut Part| {
                let first = &part.lines[0].row;
                is_desk && row.task_id.is_some() && (first.cell, first.task_id) == (row.cell, row.task_id)
            };
            match parts.iter_mut().find(beside) {
                Some(part) => (part.together, _) = (true, part.lines.push(Line::of(page, row))),
                None => parts.push(Part { lines: vec![Line::of(page, row)], together: false }),
            }
        }
        parts
    }
}

#[derive(Template)]
#[template(path = "service/confirm.html")]
struct ConfirmPage {
    page: Page,
    /// Those that can be confirmed, with those of the same task beside each other.
    parts: Vec<Part>,
    /// Those that wait for the volunteer's words; of whoever was reminded lately, when.
    wordless: Vec<(Line, Option<i64>)>,
    may_remind: bool,
    /// Those that somebody says are wrong.
    contested: Vec<Line>,
}

async fn show(app: &App, who: &Who, status: StatusCode, errors: Errors) -> Result<Response, Failure> {
    let actor = who.actor().clone();
    if !actor.is_staff() {
        return Err(Stop::Forbidden { verb: "service.confirm" }.into());
    }
    let at = app.now();
    let (waiting, reminded, contested) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let waiting = actions::records_to_confirm(&mut tx, &actor, ROWS).await?;
                let wordless = waiting.iter().filter(|row| row.waits_for_content());
                let wordless: Vec<RecordId> = wordless.map(RecordRow::id).collect();
                let reminded = confirming::reminded_lately(&mut tx, at, &wordless).await?;
                Ok((waiting, reminded, actions::records_contested(&mut tx, &actor, ROWS).await?))
            })
        })
        .await?;
    let mut page = who.page().titled("tasks-confirm-title").with_errors(errors);
    page.crumbs = vec![desk::crumb(&page, &app.city(), who.actor())];
    let (wordless, waiting): (Vec<_>, Vec<_>) = waiting.into_iter().partition(RecordRow::waits_for_content);
    let last = |row: &RecordRow| reminded.get(&row.id()).map(|last| last.as_millisecond());
    let wordless = wordless.into_iter().map(|row| (last(&row), row)).map(|(last, row)| (Line::of(&page, row), last));
    let wordless = wordless.collect();
    let is_desk = [Role::SocialWorker, Role::CommunityWorker].into_iter().any(|role| who.actor().has_role(role));
    let lines = |rows: Vec<RecordRow>| rows.into_iter().map(|row| Line::of(&page, row)).collect();
    let drawn = ConfirmPage {
        parts: Part::of(&page, waiting, is_desk),
        wordless,
        may_remind: might::<Remind>(who.actor()),
        contested: lines(contested),
        page,
    };
    Ok(html(status, &drawn))
}

pub async fn list(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    show(&app, &who, StatusCode::OK, Errors::new()).await
}

pub async fn confirm(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let done = submit(&app, &who, &form, record, |tx, who, at, record| {
        Box::pin(async move {
            confirming::confirm(tx, who, at, record).await?;
            Ok(go_with("/desk/confirm", "tasks-confirmed"))
        })
    })
    .await?;
    finish(&app, &who, done).await
}

/// Confirms the ticked ones of a task: all of them, or none while one of them is refused.
pub async fn confirm_several(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let page = who.page();
    let read = |id: &str| id.parse::<RecordId>().map_err(|_| Failure::not_found());
    let records = form.all("records").into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let mut errors = Errors::new();
    if records.is_empty() {
        errors.add("", page.t("tasks-confirm-none-ticked"));
        return show(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, errors).await;
    }
    let done = submit(&app, &who, &form, records.clone(), |tx, who, at, records| {
        Box::pin(async move {
            for record in records {
                confirming::confirm(tx, who, at, record).await?;
            }
            Ok(go_with("/desk/confirm", "tasks-confirmed"))
        })
    });
    let refusal = match done.await? {
        Submitted::Done(response) => return Ok(response),
        Submitted::Refused(refusal) => refusal,
    };
    // None was confirmed: whose is named, of each that stood in the way.
    let (actor, at) = (who.actor().clone(), app.now());
    let refused =
        app.read(move |mut tx| Box::pin(async move { confirming::refused(&mut tx, &actor, at, &records).await }));
    for (row, refusal) in refused.await? {
        let why = refusal_words(&page, &refusal);
        errors.add("", page.t2("tasks-confirm-refused", "name", row.person_name.as_str(), "why", why));
    }
    if errors.is_empty() {
        errors = refusal_errors(&page, &refusal);
    }
    show(&app, &who, StatusCode::UNPROCESSABLE_ENTITY, errors).await
}

/// Reminds the volunteer to say what was done.
pub async fn remind(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    let record: RecordId = id.parse().map_err(|_| Failure::not_found())?;
    let done = submit(&app, &who, &form, record, |tx, who, at, record| {
        Box::pin(async move {
            confirming::remind(tx, who, at, record).await?;
            Ok(go_with("/desk/confirm", "tasks-reminded"))
        })
    });
    finish(&app, &who, done.await?).await
}

async fn finish(app: &App, who: &Who, done: Submitted) -> Result<Response, Failure> {
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => {
            show(app, who, StatusCode::UNPROCESSABLE_ENTITY, refusal_errors(&who.page(), &refusal)).await
        }
    }
}
