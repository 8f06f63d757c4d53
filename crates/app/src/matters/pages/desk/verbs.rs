//! The forms of the desk: each posts to an address of its own, and comes back with what was typed when a rule says no.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::{Failure, Form, html};
use rules::matters::access;
use rules::matters::step::Act as At;
use rules::shared::Refusal;

use super::act::{Act, CHANGED, Doing, PHOTOS, What, takes_photos};
use super::choices::in_ids;
use super::matter::{Sent, draw, load};
use crate::matters::kind_of;
use crate::web::{Submitted, Who, go, go_with, refusal_errors, submit};
use crate::{App, Stop, exchange};

macro_rules! posts {
    ($($(#[$doc:meta])* $name:ident: $word:literal;)*) => {
        $($(#[$doc])*
        pub async fn $name(
            State(app): State<App>,
            who: Who,
            Path(code): Path<String>,
            form: Form,
        ) -> Result<Response, Failure> {
            post(app, who, code, form, $word).await
        })*
    };
}
posts! {
    /// Triage, or any other answer of the present step.
    answer: "answer";
    /// Somebody rang, and nobody answered.
    tried: "tried";
    part: "part";
    note: "note";
    urge: "urge";
    next_word: "next-word";
    handler: "handler";
    reroute: "reroute";
    pause: "pause";
    resume: "resume";
    private: "private";
    reopen: "reopen";
    ask_reply: "ask-reply";
    reply: "reply";
}

async fn post(app: App, who: Who, code: String, form: Form, word: &'static str) -> Result<Response, Failure> {
    let act = Act::from_key(form.text("do")).filter(|act| act.word() == word);
    let act = act.ok_or_else(|| Failure::bad_request("broken-form"))?;
    let (actor, at, asked, wanted) = (who.actor().clone(), app.now(), code.clone(), act.clone());
    let sent = form.clone();
    let (loaded, read) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let loaded = load(&mut tx, &actor, at, &asked, (Some(&wanted), None)).await?;
                let read = in_ids(&mut tx, &loaded.held, &sent).await?;
                Ok((loaded, read))
            })
        })
        .await?;
    let read = match read {
        Ok(read) => read,
        Err(refusal) => return refused(&app, &who, code, act, form, &refusal).await,
    };
    let city = app.city();
    let kind = kind_of(&city, &loaded.held.matter.kind)?;
    let taken = match takes_photos(&act, kind, loaded.held.matter.at(kind)) {
        true => exchange::photos::uploads(&app, loaded.held.id().cell, app.now(), &form, PHOTOS).await,
        false => Ok(Vec::new()),
    };
    let photos = match taken {
        Err(Stop::Refused(refusal)) => return refused(&app, &who, code, act, form, &refusal).await,
        taken => taken?,
    };
    let refusal = match What::read(&act, kind, &loaded.held, &read, &city.settings.zone) {
        Err(refusal) => refusal,
        Ok(what) => {
            // What only adds overwrites nothing.
            let adds = matches!(act, Act::Note | Act::Urge | Act::AskReply | Act::Reply(_));
            let seen = form.text("version").parse().ok().filter(|_| !adds);
            let doing = Doing { id: loaded.held.id(), seen, what, photos };
            match run(&app, &who, &form, doing, code.clone()).await? {
                Submitted::Done(response) => return Ok(response),
                Submitted::Refused(refusal) => refusal,
            }
        }
    };
    refused(&app, &who, code, act, form, &refusal).await
}

async fn run(app: &App, who: &Who, form: &Form, doing: Doing, code: String) -> Result<Submitted, Failure> {
    submit(app, who, form, (doing, code), |tx, who, at, (doing, code)| {
        Box::pin(async move {
            let answers = matches!(doing.what, What::Triage(..) | What::Answer(..));
            let made_private = matches!(doing.what, What::Private(true, _));
            let held = doing.run(tx, who, at).await?;
            let city = tx.city();
            let kind = kind_of(&city, &held.matter.kind)?;
            if made_private && access::see_at_work(who, kind, &held.matter).is_err() {
                // It is not theirs to read any more: they are told so, and who has it.
                return Ok(go(format!("/desk/{code}/private")));
            }
            let dispatch = held.matter.at(kind).is_some_and(|step| step.act == At::Dispatch);
            // Once it is to be dispatched the next thing to do is to find someone.
            let to = if answers && dispatch { format!("/desk/{code}/assign") } else { format!("/desk/{code}") };
            Ok(go_with(to, "desk-saved"))
        })
    })
    .await
}

/// Draws the page again, with the matter as it stands now beside what was typed.
pub(super) async fn refused(
    app: &App,
    who: &Who,
    code: String,
    act: Act,
    form: Form,
    refusal: &Refusal,
) -> Result<Response, Failure> {
    let (actor, at, wanted, sent) = (who.actor().clone(), app.now(), act.clone(), form.clone());
    let loaded = app
        .read(move |mut tx| {
            Box::pin(async move { load(&mut tx, &actor, at, &code, (Some(&wanted), Some(&sent))).await })
        })
        .await?;
    let city = app.city();
    let kind = kind_of(&city, &loaded.held.matter.kind)?;
    let changed = refusal.code == CHANGED;
    let errors = refusal_errors(&who.page(), refusal);
    let status = if changed { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(html(status, &draw(who, (&city, kind), loaded, Some(act), Sent { form: Some(form), errors, changed })))
}
