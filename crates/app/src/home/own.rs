//! What those whose matter it is do on its page.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Errors, Failure, Form, Page, html};
use rules::shared::code::in_groups;
use rules::shared::ids::{FileId, MatterId, RecordId};
use rules::shared::{Actor, Moment, Refusal};

use super::matter::{draw, open};
use crate::matters::pages::line::what;
use crate::matters::{actions, kind_of, noting, photos, store};
use crate::web::{Submitted, Who, go_with, refusal_errors, refusal_words, submit};
use crate::{App, Stop, Tx, exchange, service};

/// Runs a verb on the matter of a code and comes back to its page; a refusal is shown there with what was typed.
async fn change<I, F>(
    app: &App,
    who: &Who,
    code: &str,
    form: &Form,
    (input, flash): (I, &'static str),
    f: F,
) -> Result<Response, Failure>
where
    I: Clone + Send + Sync + 'static,
    F: for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment, MatterId, I) -> db::BoxFuture<'x, Result<(), Stop>>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let to = format!("/help/{code}");
    let whole = (code.to_owned(), to, input, f);
    let done = submit(app, who, form, whole, move |tx, who, at, (code, to, input, f)| {
        Box::pin(async move {
            let id = store::by_typed_code(tx, &code).await?;
            f(tx, who, at, id, input).await?;
            Ok(go_with(to, flash))
        })
    })
    .await?;
    match done {
        Submitted::Done(response) => Ok(response),
        Submitted::Refused(refusal) => refused(app, who, code, form, &refusal).await,
    }
}

async fn refused(app: &App, who: &Who, code: &str, form: &Form, refusal: &Refusal) -> Result<Response, Failure> {
    redrawn(app, who, code, form, refusal_errors(&who.page(), refusal)).await
}

async fn redrawn(app: &App, who: &Who, code: &str, form: &Form, errors: Errors) -> Result<Response, Failure> {
    match open(app, who, code).await? {
        Ok(seen) => draw(app, who, seen, form.clone(), errors),
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// 「补充说明」, with photos if need be.
pub async fn note(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let me = who.actor().stands_for().ok_or(Stop::SignIn)?;
    let taken = match exchange::photos::uploads(&app, me.cell, app.now(), &form, "photos").await {
        Err(Stop::Refused(refusal)) => return refused(&app, &who, &code, &form, &refusal).await,
        taken => taken?,
    };
    let input = (form.text("text").to_owned(), taken);
    change(&app, &who, &code, &form, (input, "home-noted"), |tx, who, at, id, (text, taken)| {
        Box::pin(async move {
            noting::note(tx, who, at, id, (&text, false), &taken).await?;
            Ok(())
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "home/withdraw.html")]
struct WithdrawPage {
    page: Page,
    /// Why it cannot be taken back here.
    refusal: Option<String>,
    path: String,
    what: String,
}

/// Asks once more before something is taken back.
pub async fn ask_withdraw(State(app): State<App>, who: Who, Path(code): Path<String>) -> Result<Response, Failure> {
    let seen = match open(&app, &who, &code).await? {
        Ok(seen) => seen,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let city = app.city();
    let kind = kind_of(&city, &seen.held.matter.kind)?;
    let path = format!("/help/{}", in_groups(&seen.held.code));
    let page = who.page().titled("home-withdraw-title").back_to(path.clone());
    let what = what(&page, kind, seen.held.matter.type_key.as_deref().unwrap_or_default());
    let refused = rules::matters::workflow::withdrawn_as(kind, &seen.held.matter).err();
    let refusal = refused.map(|refusal| refusal_words(&page, &refusal));
    Ok(html(StatusCode::OK, &WithdrawPage { refusal, what, path, page }))
}

pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = Some(form.text("reason").to_owned()).filter(|r| !r.is_empty());
    change(&app, &who, &code, &form, (reason, "home-withdrawn"), |tx, who, at, id, reason| {
        Box::pin(async move { actions::withdraw(tx, who, at, id, reason).await.map(|_| ()) })
    })
    .await
}

/// 解决了吗？满意吗？
pub async fn rate(State(app): State<App>, who: Who, Path(code): Path<String>, form: Form) -> Result<Response, Failure> {
    let rated = match service::rating::rated(&who.page(), &form) {
        Ok(rated) => rated,
        Err(errors) => return redrawn(&app, &who, &code, &form, errors).await,
    };
    change(&app, &who, &code, &form, (rated, "home-rated"), |tx, who, at, id, rated| {
        Box::pin(async move { service::actions::rate(tx, who, at, id, &rated).await.map(|_| ()) })
    })
    .await
}

/// 「时间对」: the person served says that a volunteer's record is right, and its hours count.
pub async fn confirm(
    State(app): State<App>,
    who: Who,
    Path((code, record)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let record: RecordId = record.parse().map_err(|_| Failure::not_found())?;
    change(&app, &who, &code, &form, (record, "home-hours-confirmed"), |tx, who, at, id, record| {
        Box::pin(async move {
            let row = service::records::record(tx, record).await?.filter(|row| row.matter() == Some(id));
            row.ok_or(Stop::Missing)?;
            service::confirming::confirm(tx, who, at, record).await.map(|_| ())
        })
    })
    .await
}

/// 「我不满意」: opens a closed matter again.
pub async fn reopen(
    State(app): State<App>,
    who: Who,
    Path(code): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reason = form.text("reason").to_owned();
    change(&app, &who, &code, &form, (reason, "home-reopened"), |tx, who, at, id, reason| {
        Box::pin(async move { actions::reopen(tx, who, at, id, &reason).await.map(|_| ()) })
    })
    .await
}

/// A photo of one's own matter: one's own as it is, those of others once somebody has looked for faces and plates.
pub async fn photo(
    State(app): State<App>,
    who: Who,
    Path((code, id)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id: FileId = id.parse().map_err(|_| Failure::not_found())?;
    let shown = app.act(who.actor(), (code, id), |mut tx, who, at, (code, id)| {
        Box::pin(async move {
            let matter = store::by_typed_code(&mut tx, &code).await?;
            photos::show_owner(&mut tx, &who, at, (matter, id)).await
        })
    });
    Ok(exchange::photos::answer(&app, shown.await?).await?)
}
