//! Staff sign in by account and password, and choose their own.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use kit::limits::address_key;
use kit::{Failure, Flash, Form, Page, html};
use rules::people::password as rule;
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Refusal};

use super::sign_in::{Back, device, welcome};
use crate::identity::passwords::{self, Entered};
use crate::identity::second::pages as second;
use crate::identity::secrets;
use crate::web::{Visitor, Who, with_refusal};
use crate::{App, Stop};

#[derive(Template)]
#[template(path = "identity/password.html")]
struct SignInPage {
    page: Page,
    form: Form,
    back: String,
}

pub async fn sign_in(visitor: Visitor, Query(back): Query<Back>) -> Response {
    draw_sign_in(&visitor, Form::empty(), back.path(), None)
}

fn draw_sign_in(visitor: &Visitor, form: Form, back: String, refusal: Option<&Refusal>) -> Response {
    let page = visitor.page().titled("login-staff-title").back_to("/login");
    let (status, page) = with_refusal(page, refusal);
    html(status, &SignInPage { page, form, back })
}

/// The account as it is kept: whoever types it in capitals means the same.
fn account_of(form: &Form) -> String {
    form.text("account").trim().to_ascii_lowercase()
}

/// Passwords are taken as they were typed, spaces and all.
pub(in crate::identity) fn typed(form: &Form, field: &str) -> String {
    form.raw(field).unwrap_or_default().to_owned()
}

/// Whether the typed password is the account's. An account that does not exist costs as much time as one that does.
pub async fn fits(app: &App, at: Moment, account: &str, password: String) -> Result<bool, Stop> {
    let name = account.to_owned();
    let row = app.read(move |mut tx| Box::pin(async move { passwords::find(&mut tx, at, &name).await })).await?;
    secrets::password_fits(password, row.map_or_else(|| secrets::NOBODY.to_owned(), |row| row.hash)).await
}

/// Whether the typed password is that of this person's account.
pub async fn fits_person(app: &App, at: Moment, who: &Actor, person: PersonId, typed: String) -> Result<bool, Stop> {
    let who = who.clone();
    let row =
        app.read(move |mut tx| Box::pin(async move { passwords::account_of(&mut tx, &who, person).await })).await?;
    match row {
        Some(row) => fits(app, at, &row.account, typed).await,
        None => Ok(false),
    }
}

pub async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let tried = app.web.sign_ins.check(&address_key(visitor.visit.ip))?;
    let back = Back::of(form.text("back")).path();
    let (at, account, device) = (app.now(), account_of(&form), device(&headers));
    let fits = fits(&app, at, &account, typed(&form, "password")).await?;
    let name = account.clone();
    let answer = app
        .write(move |mut tx| {
            let (device, name) = (device.clone(), name.clone());
            Box::pin(async move { passwords::finish(&mut tx, at, &name, fits, &device).await })
        })
        .await?;
    if answer.is_ok() {
        tried.give_back();
    }
    let kept = Form::empty().with("account", account);
    match answer {
        Ok(Entered::In(signed_in)) => Ok(welcome(&visitor.visit, &signed_in, &back)),
        Ok(Entered::Choose) => Ok(draw_first(&visitor, kept, back, None)),
        Ok(Entered::Half(half)) => Ok(second::ask(&visitor.visit, &half, at, &back)),
        Err(refusal) => Ok(draw_sign_in(&visitor, kept, back, Some(&refusal))),
    }
}

#[derive(Template)]
#[template(path = "identity/first-password.html")]
struct FirstPage {
    page: Page,
    form: Form,
    back: String,
    least: usize,
}

fn draw_first(visitor: &Visitor, form: Form, back: String, refusal: Option<&Refusal>) -> Response {
    let page = visitor.page().titled("password-first-title").back_to("/login/staff");
    let (status, page) = with_refusal(page, refusal);
    html(status, &FirstPage { page, form, back, least: rule::LEAST })
}

/// What the three fields of a new password say: whether the old one fits, and the hash of the new one.
async fn chosen(app: &App, at: Moment, account: &str, form: &Form) -> Result<Result<(bool, String), Refusal>, Stop> {
    let (old, new) = (typed(form, "password"), typed(form, "new_password"));
    if let Err(refusal) = rule::check(account, &old, &new, &typed(form, "again")) {
        return Ok(Err(refusal));
    }
    let fits = fits(app, at, account, old).await?;
    Ok(Ok((fits, secrets::hash_password(new).await?)))
}

/// One's first own password, after signing in with one that somebody else has set.
pub async fn first(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let tried = app.web.sign_ins.check(&address_key(visitor.visit.ip))?;
    let back = Back::of(form.text("back")).path();
    let (at, account, device) = (app.now(), account_of(&form), device(&headers));
    let kept = Form::empty().with("account", account.as_str());
    let (fits, hash) = match chosen(&app, at, &account, &form).await? {
        Ok(chosen) => chosen,
        Err(refusal) => return Ok(draw_first(&visitor, kept, back, Some(&refusal))),
    };
    let answer = app
        .write(move |mut tx| {
            let (account, hash, device) = (account.clone(), hash.clone(), device.clone());
            Box::pin(async move { passwords::choose_first(&mut tx, at, &account, (fits, &hash), &device).await })
        })
        .await?;
    if answer.is_ok() {
        tried.give_back();
    }
    match answer {
        Ok(Entered::In(signed_in)) => Ok(welcome(&visitor.visit, &signed_in, &back)),
        Ok(Entered::Half(half)) => Ok(second::ask(&visitor.visit, &half, at, &back)),
        // One's own was just chosen; asked for once more, the form says so.
        Ok(Entered::Choose) => Ok(draw_first(&visitor, kept, back, None)),
        Err(refusal) => Ok(draw_first(&visitor, kept, back, Some(&refusal))),
    }
}

#[derive(Template)]
#[template(path = "identity/own-password.html")]
struct OwnPage {
    page: Page,
    /// `None` when the person has none.
    account: Option<String>,
    least: usize,
}

async fn own_account(app: &App, who: &Who) -> Result<Option<String>, Failure> {
    let actor = who.actor().clone();
    let person = actor.person.ok_or(Stop::SignIn)?;
    let row =
        app.read(move |mut tx| Box::pin(async move { passwords::account_of(&mut tx, &actor, person).await })).await?;
    Ok(row.map(|row| row.account))
}

fn draw_own(who: &Who, account: Option<String>, refusal: Option<&Refusal>) -> Response {
    let page = who.page().titled("password-own-title").back_to("/me");
    let (status, page) = with_refusal(page, refusal);
    html(status, &OwnPage { page, account, least: rule::LEAST })
}

pub async fn own(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    let account = own_account(&app, &who).await?;
    Ok(draw_own(&who, account, None))
}

/// Another password of one's own. A wrong old one counts as a failed sign-in, whoever has the session.
pub async fn change(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let tried = app.web.sign_ins.check(&address_key(who.visit.ip))?;
    let Some(account) = own_account(&app, &who).await? else { return Ok(draw_own(&who, None, None)) };
    let at = app.now();
    let (fits, hash) = match chosen(&app, at, &account, &form).await? {
        Ok(chosen) => chosen,
        Err(refusal) => return Ok(draw_own(&who, Some(account), Some(&refusal))),
    };
    let (actor, name, session) = (who.actor().clone(), account.clone(), who.caller.session);
    let answer = app
        .write(move |mut tx| {
            let (actor, name, hash) = (actor.clone(), name.clone(), hash.clone());
            Box::pin(async move { passwords::choose(&mut tx, &actor, at, &name, (fits, &hash), session).await })
        })
        .await?;
    if answer.is_ok() {
        tried.give_back();
    }
    match answer {
        Ok(_) => {
            let page = who.page();
            Ok(who.visit.see_with("/me", &Flash::done(page.t("password-changed"))))
        }
        Err(refusal) => Ok(draw_own(&who, Some(account), Some(&refusal))),
    }
}
