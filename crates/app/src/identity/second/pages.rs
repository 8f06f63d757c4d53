//! The second step of a sign-in, and setting one's own up.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use kit::cookies::{self, Cookie};
use kit::limits::address_key;
use kit::{Failure, Flash, Form, Markup, Page, Visit, html, qr};
use rules::people::second_step::MINUTES;
use rules::shared::{Moment, Refusal};

use super::actions::{self, Shown, Standing};
use super::entering::{self, Half};
use crate::identity::pages::password::{self, typed};
use crate::identity::pages::sign_in::{Back, device, welcome};
use crate::identity::passwords;
use crate::web::{Visitor, Who, with_refusal};
use crate::{App, Stop};

/// Whose password was right a moment ago; signed, and good for [`MINUTES`].
const COOKIE: &str = "helin_second";
/// How wide the QR is drawn, in millimetres.
const QR_MM: u32 = 45;

/// Goes on to the second step.
pub fn ask(visit: &Visit, half: &Half, at: Moment, back: &str) -> Response {
    let until = (at.recorded + SignedDuration::from_mins(MINUTES)).as_millisecond();
    let text = format!("{}~{}~{until}", half.account, half.changed_at);
    let value = format!("{text}.{}", visit.frame.secret.sign("second-step", text.as_bytes()));
    let mut response = visit.see(&format!("/login/staff/code?{}", Form::empty().with("back", back).to_urlencoded()));
    Cookie::new(COOKIE, value).lasting(60 * MINUTES).secure(visit.secure()).add_to(&mut response);
    response
}

fn half(visit: &Visit, headers: &HeaderMap, at: Moment) -> Option<Half> {
    let (text, signature) = cookies::read(headers, COOKIE)?.rsplit_once('.')?;
    if !visit.frame.secret.verifies("second-step", text.as_bytes(), signature) {
        return None;
    }
    let mut parts = text.split('~');
    let (account, changed_at, until) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?, parts.next()?);
    let is_fresh = until.parse::<i64>().is_ok_and(|until| at.recorded.as_millisecond() < until);
    is_fresh.then_some(Half { account, changed_at })
}

/// A secret as a page shows it.
struct Secret {
    qr: Markup,
    text: String,
    uri: String,
}

impl Secret {
    fn of(page: &Page, shown: Shown) -> Result<Secret, Failure> {
        let qr = qr::svg(&shown.uri, QR_MM, &page.t("second-qr")).map_err(|e| Failure::defect(&e))?;
        Ok(Secret { qr, text: shown.text, uri: shown.uri })
    }
}

#[derive(Template)]
#[template(path = "identity/second-step.html")]
struct CodePage {
    page: Page,
    back: String,
    /// What has to be set up first.
    secret: Option<Secret>,
}

async fn draw(
    app: &App,
    visitor: &Visitor,
    half: &Half,
    back: String,
    refusal: Option<&Refusal>,
) -> Result<Response, Failure> {
    let (at, half) = (app.now(), half.clone());
    let drawn = app.read(move |mut tx| Box::pin(async move { entering::drawn(&mut tx, at, &half).await })).await?;
    let Some(shown) = drawn else { return Ok(visitor.visit.see("/login/staff")) };
    let title = if shown.is_some() { "second-set-up-title" } else { "second-code-title" };
    let page = visitor.page().titled(title).back_to("/login/staff");
    let secret = shown.map(|shown| Secret::of(&page, shown)).transpose()?;
    let (status, page) = with_refusal(page, refusal);
    Ok(html(status, &CodePage { page, back, secret }))
}

/// Asks for the code of somebody whose password was right.
pub async fn code(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Failure> {
    let Some(half) = half(&visitor.visit, &headers, app.now()) else { return Ok(visitor.visit.see("/login/staff")) };
    draw(&app, &visitor, &half, back.path(), None).await
}

#[derive(Template)]
#[template(path = "identity/recovery-codes.html")]
struct CodesPage {
    page: Page,
    codes: Vec<String>,
    /// Where to go on.
    next: String,
}

pub async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let tried = app.web.sign_ins.check(&address_key(visitor.visit.ip))?;
    let at = app.now();
    let Some(half) = half(&visitor.visit, &headers, at) else { return Ok(visitor.visit.see("/login/staff")) };
    let back = Back::of(form.text("back")).path();
    let (whose, code, device) = (half.clone(), form.text("code").to_owned(), device(&headers));
    let answer = app
        .write(move |mut tx| {
            let (half, code, device) = (whose.clone(), code.clone(), device.clone());
            Box::pin(async move { entering::finish(&mut tx, at, &half, &code, &device).await })
        })
        .await?;
    let through = match answer {
        Ok(through) => through,
        Err(refusal) => return draw(&app, &visitor, &half, back, Some(&refusal)).await,
    };
    tried.give_back();
    let mut response = welcome(&visitor.visit, &through.signed_in, &back);
    if !through.codes.is_empty() {
        let page = visitor.page().titled("second-codes-title");
        let drawn = html(StatusCode::OK, &CodesPage { page, codes: through.codes, next: back });
        response = with_cookies_of(response, drawn);
    } else if let Some(left) = through.left {
        let said = visitor.page().t1("second-codes-left", "count", left);
        response = with_cookies_of(response, visitor.visit.see_with(&back, &Flash::done(said)));
    }
    Cookie::gone(COOKIE).secure(visitor.visit.secure()).add_to(&mut response);
    Ok(response)
}

/// `answer`, with the session that `signed_in` begins.
fn with_cookies_of(signed_in: Response, mut answer: Response) -> Response {
    let cookies = signed_in.headers().get_all(axum::http::header::SET_COOKIE).iter().cloned();
    for cookie in cookies.collect::<Vec<_>>() {
        answer.headers_mut().append(axum::http::header::SET_COOKIE, cookie);
    }
    answer
}

#[derive(Template)]
#[template(path = "identity/own-second-step.html")]
struct OwnPage {
    page: Page,
    /// Nothing to set up without one.
    account: Option<String>,
    standing: Standing,
    secret: Option<Secret>,
}

async fn draw_own(app: &App, who: &Who, refusal: Option<&Refusal>) -> Result<Response, Failure> {
    let (actor, at) = (who.actor().clone(), app.now());
    let (account, standing, waiting) = app
        .read(move |mut tx| {
            Box::pin(async move {
                let me = actor.person.ok_or(Stop::SignIn)?;
                let account = passwords::account_of(&mut tx, &actor, me).await?.map(|row| row.account);
                let standing = actions::standing(&mut tx, &actor, at, me).await?;
                Ok((account, standing, actions::waiting(&mut tx, at, me).await?))
            })
        })
        .await?;
    let page = who.page().titled("second-own-title").back_to("/me");
    let secret = waiting.map(|shown| Secret::of(&page, shown)).transpose()?;
    let (status, page) = with_refusal(page, refusal);
    Ok(html(status, &OwnPage { page, account, standing, secret }))
}

pub async fn own(State(app): State<App>, who: Who) -> Result<Response, Failure> {
    draw_own(&app, &who, None).await
}

/// Draws a secret, for who knows the password: whoever finds the session open does not.
pub async fn begin(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let tried = app.web.sign_ins.check(&address_key(who.visit.ip))?;
    let (actor, at) = (who.actor().clone(), app.now());
    let me = actor.person.ok_or(Stop::SignIn)?;
    let fits = password::fits_person(&app, at, &actor, me, typed(&form, "password")).await?;
    let begun = app.act(&actor, (), move |mut tx, actor, at, ()| {
        Box::pin(async move { actions::begin(&mut tx, &actor, at, me, fits).await })
    });
    let begun = begun.await?;
    if begun.is_ok() {
        tried.give_back();
    }
    match begun {
        Ok(_) => Ok(who.visit.see("/me/second-step")),
        Err(refusal) => draw_own(&app, &who, Some(&refusal)).await,
    }
}

pub async fn confirm(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let tried = app.web.sign_ins.check(&address_key(who.visit.ip))?;
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let confirmed = app.act(who.actor(), form.text("code").to_owned(), move |mut tx, actor, at, code| {
        Box::pin(async move { actions::confirm(&mut tx, &actor, at, me, &code).await })
    });
    let confirmed = confirmed.await?;
    if confirmed.is_ok() {
        tried.give_back();
    }
    match confirmed {
        Ok(codes) => {
            let page = who.page().titled("second-codes-title");
            Ok(html(StatusCode::OK, &CodesPage { page, codes, next: "/me".into() }))
        }
        Err(refusal) => draw_own(&app, &who, Some(&refusal)).await,
    }
}

pub async fn end(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    let tried = app.web.sign_ins.check(&address_key(who.visit.ip))?;
    let me = who.actor().person.ok_or(Stop::SignIn)?;
    let ended = app.act(who.actor(), form.text("code").to_owned(), move |mut tx, actor, at, code| {
        Box::pin(async move { actions::end(&mut tx, &actor, at, me, &code).await })
    });
    let ended = ended.await?;
    if ended.is_ok() {
        tried.give_back();
    }
    match ended {
        Ok(()) => {
            let said = who.page().t("second-ended");
            Ok(who.visit.see_with("/me/second-step", &Flash::done(said)).into_response())
        }
        Err(refusal) => draw_own(&app, &who, Some(&refusal)).await,
    }
}
