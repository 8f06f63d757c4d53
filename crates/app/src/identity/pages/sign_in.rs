//! Signing in by phone and one-time code; the demo's outbox.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use jiff::Timestamp;
use kit::cookies::{self, Cookie};
use kit::limits::address_key;
use kit::{Failure, Flash, Form, Page, Visit, html};
use rules::people::Phone;
use rules::shared::Refusal;
use serde::Deserialize;

use super::join;
use crate::identity::actions::Entered;
use crate::identity::{COOKIE, actions};
use crate::jobs::notify;
use crate::web::{Visitor, refusal_errors, within_site};
use crate::{App, Stop};

/// Which phone a code was asked for; signed, so that a code is only tried on a number this browser asked for.
const PHONE_COOKIE: &str = "helin_phone";

#[derive(Deserialize)]
pub struct Back {
    #[serde(default)]
    pub(in crate::identity) back: String,
    /// Back from the page of the code: the number that was typed is shown again, to be set right.
    #[serde(default)]
    typed: bool,
}

impl Back {
    pub(in crate::identity) fn of(back: &str) -> Back {
        Back { back: back.to_owned(), typed: false }
    }

    /// Only ways within the site, and never back to a sign-in page.
    pub(in crate::identity) fn path(&self) -> String {
        within_site(&self.back).filter(|back| !back.starts_with("/login")).unwrap_or("/").to_owned()
    }
}

#[derive(Template)]
#[template(path = "identity/phone.html")]
struct PhonePage {
    page: Page,
    form: Form,
    /// Why one is asked to sign in, and what comes after it.
    why: String,
    back: String,
    /// The number that this browser has shown to be its own, whose registration is not finished.
    proved: Option<String>,
}

pub async fn phone(State(app): State<App>, visitor: Visitor, headers: HeaderMap, Query(back): Query<Back>) -> Response {
    let page = visitor.page().titled("login-phone-title");
    let proved = join::proved(&visitor.visit, &headers, app.now().recorded).map(|phone| phone.masked());
    let why = why(&app, &page, &back.path());
    let typed = remembered_phone(&visitor.visit, &headers).filter(|_| back.typed);
    let form = typed.map_or_else(Form::empty, |phone| Form::empty().with("phone", phone.reveal()));
    html(StatusCode::OK, &PhonePage { page, form, why, back: back.path(), proved })
}

/// What whoever was led here was about to do: the matter of the tile that they pressed, or another page.
fn why(app: &App, page: &Page, back: &str) -> String {
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let asked = Form::from_urlencoded(query.as_bytes());
    let kind = match (path, asked.text("kind")) {
        ("/", _) => return String::new(),
        ("/hazard/new", _) => "hazard",
        (path, "") if path.starts_with("/help/new") => "need",
        (path, kind) if path.starts_with("/help/new") => kind,
        _ => return page.t("login-why"),
    };
    let city = app.city();
    let Some(kind) = city.kinds.get(kind) else { return page.t("login-why") };
    let chosen = kind.types().iter().find(|choice| choice.key == asked.text("type"));
    let name = chosen.map_or(&kind.name, |choice| &choice.name);
    page.t1("login-why-form", "what", if page.is_en() { name.en.as_str() } else { name.zh.as_str() })
}

pub async fn send_code(State(app): State<App>, visitor: Visitor, form: Form) -> Result<Response, Failure> {
    app.web.codes.check(&address_key(visitor.visit.ip))?;
    let back = Back::of(form.text("back")).path();
    let redraw = |refusal: &Refusal| {
        let page = visitor.page().titled("login-phone-title");
        let errors = refusal_errors(&page, refusal);
        html(
            StatusCode::UNPROCESSABLE_ENTITY,
            &PhonePage {
                why: why(&app, &page, &back),
                page: page.with_errors(errors),
                form: form.clone(),
                back: back.clone(),
                proved: None,
            },
        )
    };
    let Ok(phone) = Phone::parse(form.text("phone")) else {
        // A code needs a mobile: no other number is asked for.
        let refusal = match form.text("phone") {
            "" => Refusal::new("phone-missing"),
            _ => Refusal::new("phone-mobile"),
        };
        return Ok(redraw(&refusal.at_field("phone")));
    };
    match request(&app, &phone).await {
        // Asked again within the minute: the code sent a moment ago is still the one to type.
        Ok(()) | Err(Stop::TooMany { .. }) => {}
        Err(Stop::Refused(refusal)) => return Ok(redraw(&refusal)),
        Err(stop) => return Err(stop.into()),
    }
    let visit = &visitor.visit;
    let mut response = visit.see(&format!("/login/code?{}", Form::empty().with("back", back).to_urlencoded()));
    remember_phone(visit, &phone).add_to(&mut response);
    Ok(response)
}

async fn request(app: &App, phone: &Phone) -> Result<(), Stop> {
    if !app.notifier.reaches() {
        return Err(Refusal::new("code-unsent").at_field("phone").into());
    }
    let (at, phone) = (app.now(), phone.clone());
    app.write(move |mut tx| {
        let phone = phone.clone();
        Box::pin(async move { actions::request_code(&mut tx, at, &phone).await })
    })
    .await
}

fn remember_phone(visit: &Visit, phone: &Phone) -> Cookie {
    let number = phone.reveal();
    let value = format!("{number}.{}", visit.frame.secret.sign("phone", number.as_bytes()));
    Cookie::new(PHONE_COOKIE, value).lasting(900).secure(visit.secure())
}

fn remembered_phone(visit: &Visit, headers: &HeaderMap) -> Option<Phone> {
    let (number, signature) = cookies::read(headers, PHONE_COOKIE)?.split_once('.')?;
    visit.frame.secret.verifies("phone", number.as_bytes(), signature).then(|| Phone::parse(number).ok()).flatten()
}

/// The page that asks for the number, and knows where one was going.
fn to_phone(back: &str, typed: bool) -> String {
    let asked = Form::empty().with("back", back);
    let asked = if typed { asked.with("typed", "true") } else { asked };
    format!("/login?{}", asked.to_urlencoded())
}

#[derive(Template)]
#[template(path = "identity/code.html")]
struct CodePage {
    page: Page,
    masked: String,
    /// What was typed, if it can be put right; a wrong code is typed anew.
    form: Form,
    back: String,
}

pub async fn code(State(app): State<App>, visitor: Visitor, headers: HeaderMap, Query(back): Query<Back>) -> Response {
    let Some(phone) = remembered_phone(&visitor.visit, &headers) else {
        return visitor.visit.see(&to_phone(&back.path(), false));
    };
    if is_proved(&visitor.visit, &headers, &phone, app.now().recorded) {
        return join::on(&visitor.visit, &back.path());
    }
    let page = visitor.page().titled("login-code-title").back_to(to_phone(&back.path(), true));
    html(StatusCode::OK, &CodePage { page, masked: phone.masked(), form: Form::empty(), back: back.path() })
}

pub async fn enter_code(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let address = address_key(visitor.visit.ip);
    let back = Back::of(form.text("back")).path();
    let Some(phone) = remembered_phone(&visitor.visit, &headers) else {
        return Ok(visitor.visit.see(&to_phone(&back, false)));
    };
    if form.text("do") == "again" {
        app.web.codes.check(&address)?;
        return again(&app, &visitor, &phone, back).await;
    }
    let tried = app.web.sign_ins.check(&address)?;
    let (at, asked, typed, device) = (app.now(), phone.clone(), form.text("code").to_owned(), device(&headers));
    let answer = app
        .write(move |mut tx| {
            let (asked, typed, device) = (asked.clone(), typed.clone(), device.clone());
            Box::pin(async move { actions::sign_in_with_code(&mut tx, at, &asked, &typed, &device).await })
        })
        .await?;
    if answer.is_ok() {
        tried.give_back();
        app.web.codes.give_back(&address);
    } else if answer.as_ref().is_err_and(|refusal| refusal.code == "sign-in-code-form") {
        tried.give_back();
    }
    match answer {
        Ok(Entered::Known(signed_in)) => Ok(welcome(&visitor.visit, &signed_in, &back)),
        Ok(Entered::New) => Ok(join::to_join(&visitor.visit, &phone, at.recorded, &back)),
        // Back from the form of those who join, the code is used up, and what it proved still holds.
        Err(_) if is_proved(&visitor.visit, &headers, &phone, at.recorded) => Ok(join::on(&visitor.visit, &back)),
        Err(refusal) => {
            let kept = if refusal.code == "sign-in-code-form" { form } else { Form::empty() };
            Ok(refused(&visitor, &phone, back, kept, &refusal))
        }
    }
}

fn is_proved(visit: &Visit, headers: &HeaderMap, phone: &Phone, now: Timestamp) -> bool {
    join::proved(visit, headers, now).is_some_and(|proved| proved.reveal() == phone.reveal())
}

fn refused(visitor: &Visitor, phone: &Phone, back: String, form: Form, refusal: &Refusal) -> Response {
    let page = visitor.page().titled("login-code-title").back_to(to_phone(&back, true));
    let errors = refusal_errors(&page, refusal);
    let page = page.with_errors(errors);
    html(StatusCode::UNPROCESSABLE_ENTITY, &CodePage { page, masked: phone.masked(), form, back })
}

/// Sends another code to the same number, when the first has had its time to arrive.
async fn again(app: &App, visitor: &Visitor, phone: &Phone, back: String) -> Result<Response, Failure> {
    match request(app, phone).await {
        Ok(()) => {
            let to = format!("/login/code?{}", Form::empty().with("back", back).to_urlencoded());
            let mut response = visitor.visit.see_with(&to, &Flash::done(visitor.page().t("login-code-sent-again")));
            remember_phone(&visitor.visit, phone).add_to(&mut response);
            Ok(response)
        }
        Err(Stop::TooMany { seconds }) => {
            let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
            let refusal = Refusal::new("code-too-soon").with("seconds", seconds).at_field("again");
            Ok(refused(visitor, phone, back, Form::empty(), &refusal))
        }
        Err(Stop::Refused(refusal)) => Ok(refused(visitor, phone, back, Form::empty(), &refusal.at_field("again"))),
        Err(stop) => Err(stop.into()),
    }
}

pub(in crate::identity) fn welcome(visit: &Visit, signed_in: &actions::SignedIn, back: &str) -> Response {
    let mut response = visit.see(back);
    let cookie =
        Cookie::new(COOKIE, signed_in.secret.as_str()).lasting(signed_in.lasts.as_secs()).secure(visit.secure());
    cookie.add_to(&mut response);
    Cookie::gone(PHONE_COOKIE).secure(visit.secure()).add_to(&mut response);
    response
}

/// What the list of sessions calls a device: the product names of the browser's own description.
pub(in crate::identity) fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let known = ["MicroMessenger", "HarmonyOS", "Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux"];
    let names: Vec<&str> = known.into_iter().filter(|name| agent.contains(name)).collect();
    names.join(" · ")
}

#[derive(Template)]
#[template(path = "identity/outbox.html")]
struct OutboxPage {
    page: Page,
    messages: Vec<OutboxLine>,
}

struct OutboxLine {
    to: String,
    text: String,
    /// The sign-in code, when the message carries one.
    code: String,
    at: i64,
}

/// What the demo city sends by SMS. Elsewhere there is no such page.
pub async fn outbox(State(app): State<App>, visitor: Visitor) -> Result<Response, Failure> {
    if !app.city().settings.demo {
        return Err(Failure::not_found());
    }
    let messages = app.read(|mut tx| Box::pin(async move { notify::outbox(&mut tx, 50).await })).await?;
    let line = |(message, at): (notify::Message, i64)| {
        let said = |name: &str| message.body[name].as_str().unwrap_or_default().to_owned();
        OutboxLine { text: said("text"), code: said("code"), to: message.to, at }
    };
    let page = visitor.page().titled("outbox-title");
    Ok(html(StatusCode::OK, &OutboxPage { page, messages: messages.into_iter().map(line).collect() }))
}
