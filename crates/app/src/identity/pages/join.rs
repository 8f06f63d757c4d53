//! Joining: whoever has shown that a number is theirs says their name and where they live. Two questions, no more.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use kit::cookies::{self, Cookie};
use kit::limits::address_key;
use kit::{Choice, Errors, Failure, Form, Page, Visit, html};
use rules::people::Phone;

use super::sign_in::{Back, device, welcome};
use crate::identity::actions;
use crate::places::picker;
use crate::web::{Visitor, refusal_errors, unfilled};
use crate::{App, Stop};

/// Which phone was shown to be this browser's, and until when; signed.
const PROVED_COOKIE: &str = "helin_proved";
/// As long as somebody may take to find their village in a list.
const PROVED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// What was typed into a form that was refused, as long as the proof holds: whoever leaves it to look something up, or reads
/// it in the other language, finds it as it was.
const TYPED_COOKIE: &str = "helin_joining";

/// Goes on to the form.
pub(super) fn on(visit: &Visit, back: &str) -> Response {
    visit.see(&format!("/join?{}", Form::empty().with("back", back).to_urlencoded()))
}

/// Goes on to the form, with the proof in a cookie.
pub(super) fn to_join(visit: &Visit, phone: &Phone, now: Timestamp, back: &str) -> Response {
    let until = (now + PROVED_FOR).as_second();
    let told = format!("{}.{until}", phone.reveal());
    let value = format!("{told}.{}", visit.frame.secret.sign("proved", told.as_bytes()));
    let mut response = on(visit, back);
    let cookie = Cookie::new(PROVED_COOKIE, value).lasting(PROVED_FOR.as_secs()).secure(visit.secure());
    cookie.add_to(&mut response);
    response
}

pub(super) fn proved(visit: &Visit, headers: &HeaderMap, now: Timestamp) -> Option<Phone> {
    let (told, signature) = cookies::read(headers, PROVED_COOKIE)?.rsplit_once('.')?;
    let (number, until) = told.split_once('.')?;
    let holds = visit.frame.secret.verifies("proved", told.as_bytes(), signature);
    (holds && now.as_second() < until.parse().ok()?).then(|| Phone::parse(number).ok()).flatten()
}

/// Keeps what was typed for this number: on a shared phone the next one who joins does not find it.
fn keep_typed(visit: &Visit, phone: &Phone, form: &Form, response: &mut Response) {
    let typed = Form::empty().with("name", form.text("name")).with("place", form.text("place")).to_urlencoded();
    let signature = visit.frame.secret.sign("joining", format!("{}.{typed}", phone.reveal()).as_bytes());
    let cookie = Cookie::new(TYPED_COOKIE, format!("{typed}.{signature}")).lasting(PROVED_FOR.as_secs());
    cookie.secure(visit.secure()).add_to(response);
}

fn typed(visit: &Visit, headers: &HeaderMap, phone: &Phone) -> Option<Form> {
    let (typed, signature) = cookies::read(headers, TYPED_COOKIE)?.rsplit_once('.')?;
    let holds = visit.frame.secret.verifies("joining", format!("{}.{typed}", phone.reveal()).as_bytes(), signature);
    holds.then(|| Form::from_urlencoded(typed.as_bytes()))
}

#[derive(Template)]
#[template(path = "identity/join.html")]
struct JoinPage {
    page: Page,
    form: Form,
    masked: String,
    back: String,
    several: Vec<Choice>,
}

fn draw(
    visitor: &Visitor,
    status: StatusCode,
    phone: &Phone,
    form: Form,
    errors: Errors,
    several: Vec<Choice>,
) -> Response {
    let page = visitor.page().titled("join-title").with_errors(errors);
    let back = Back::of(form.text("back")).path();
    html(status, &JoinPage { page, masked: phone.masked(), back, form, several })
}

pub async fn form(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Failure> {
    let Some(phone) = proved(&visitor.visit, &headers, app.now().recorded) else {
        return Ok(visitor.visit.see("/login"));
    };
    let form = typed(&visitor.visit, &headers, &phone).unwrap_or_else(Form::empty).with("back", back.path());
    Ok(draw(&visitor, StatusCode::OK, &phone, form, Errors::new(), Vec::new()))
}

pub async fn send(
    State(app): State<App>,
    visitor: Visitor,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    // Their telephone is proved, so there is nothing to guess; names of places are looked up.
    app.web.look_ups.check(&address_key(visitor.visit.ip))?;
    let at = app.now();
    let Some(phone) = proved(&visitor.visit, &headers, at.recorded) else { return Ok(visitor.visit.see("/login")) };
    let page = visitor.page();
    let mut errors = unfilled(&page, &form, &[("name", "join-name")]);
    // Nobody's home is known yet, so a name is looked for in the whole city.
    let root = format!("{}/", app.city().settings.root_code);
    let (place, several) = picker::asked(&app, &page, &form, root, &mut errors).await?;
    if let (Some(place), true) = (place, errors.is_empty()) {
        let (asked, name, device) = (phone.clone(), form.text("name").to_owned(), device(&headers));
        let joined = app.write(move |mut tx| {
            let (asked, name, device) = (asked.clone(), name.clone(), device.clone());
            Box::pin(async move { actions::join(&mut tx, at, &asked, &name, place.id, &device).await })
        });
        match joined.await {
            Ok(signed_in) => {
                let back = Back::of(form.text("back")).path();
                let mut response = welcome(&visitor.visit, &signed_in, &back);
                for name in [PROVED_COOKIE, TYPED_COOKIE] {
                    Cookie::gone(name).secure(visitor.visit.secure()).add_to(&mut response);
                }
                return Ok(response);
            }
            Err(Stop::Refused(refusal)) => errors = refusal_errors(&page, &refusal),
            Err(stop) => return Err(stop.into()),
        }
    }
    let mut response = draw(&visitor, StatusCode::UNPROCESSABLE_ENTITY, &phone, form.clone(), errors, several);
    keep_typed(&visitor.visit, &phone, &form, &mut response);
    Ok(response)
}
