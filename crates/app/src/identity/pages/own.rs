//! Where one is signed in, and the tokens that act in one's name.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kit::cookies::Cookie;
use kit::{Failure, Form, Page, html};
use rules::shared::ids::{SessionId, TokenId};

use crate::identity::{COOKIE, actions, store, tokens};
use crate::web::json::path_id;
use crate::web::{Submitted, Who, go_with, submit};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "identity/sessions.html")]
struct SessionsPage {
    page: Page,
    sessions: Vec<SessionLine>,
    /// Whether keys for programs are offered: those who have no program need not wonder what they are.
    has_programs: bool,
}

struct SessionLine {
    id: String,
    device: String,
    seen_at: i64,
    created_at: i64,
    this_one: bool,
}

pub async fn sessions(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let person = who.actor().person.ok_or(Stop::SignIn)?;
    let now = app.now().recorded.as_millisecond();
    let (actor, instant) = (who.actor().clone(), app.now().recorded);
    let (rows, tokens) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let rows = store::sessions_of(&mut tx, person, now).await?;
                Ok((rows, tokens::of(&mut tx, &actor, person, instant).await?))
            })
        })
        .await?;
    let has_programs = who.actor().is_staff() || !tokens.is_empty();
    let this = who.caller.session;
    let line = |row: store::SessionRow| SessionLine {
        this_one: this == Some(row.id()),
        id: row.id().to_string(),
        device: row.device,
        seen_at: row.seen_at,
        created_at: row.created_at,
    };
    let page = who.page().titled("sessions-title").back_to("/me");
    Ok(html(StatusCode::OK, &SessionsPage { page, sessions: rows.into_iter().map(line).collect(), has_programs }))
}

pub async fn end_session(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    let session: SessionId = path_id(&id)?;
    submit(&app, &who, &form, session, |tx, who, at, session| {
        Box::pin(async move {
            let owner = actions::revoke_session(tx, who, at, session).await?;
            let own = who.person == Some(owner);
            let to = if own { "/me/sessions".into() } else { format!("/people/{owner}/access") };
            Ok(go_with(to, "sessions-ended"))
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "identity/tokens.html")]
struct TokensPage {
    page: Page,
    tokens: Vec<store::TokenRow>,
}

pub async fn own_tokens(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let (actor, now) = (who.actor().clone(), app.now().recorded);
    let person = actor.person.ok_or(Stop::SignIn)?;
    let tokens =
        app.read(move |mut tx| Box::pin(async move { tokens::of(&mut tx, &actor, person, now).await })).await?;
    let page = who.page().titled("tokens-title").back_to("/me/sessions");
    Ok(html(StatusCode::OK, &TokensPage { page, tokens }))
}

pub async fn end_token(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Submitted, Failure> {
    let token: TokenId = path_id(&id)?;
    submit(&app, &who, &form, token, |tx, who, at, token| {
        Box::pin(async move {
            let owner = tokens::revoke(tx, who, at, token).await?;
            let own = who.person == Some(owner);
            let to = if own { "/me/tokens".into() } else { format!("/people/{owner}/access") };
            Ok(go_with(to, "tokens-ended"))
        })
    })
    .await
}

pub async fn sign_out(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let session = who.caller.session.ok_or(Stop::Missing)?;
    let done = submit(&app, &who, &form, session, |tx, who, at, session| {
        Box::pin(async move {
            actions::revoke_session(tx, who, at, session).await?;
            Ok(go_with("/", "login-goodbye"))
        })
    })
    .await?;
    let mut response = done.into_response();
    Cookie::gone(COOKIE).secure(who.visit.secure()).add_to(&mut response);
    Ok(response)
}
