//! When it does not work: pages with a way on for people, problem details (RFC 9457) for programs.
//!
//! A handler answers with a [`Failure`]; [`draw`] turns it, and bare error answers of the router, into a page in the
//! frame or into `application/problem+json`. What a person did wrong in a form is not a failure: that page is drawn
//! again with its errors and status 422.

use std::fmt;
use std::time::Duration;

use askama::Template;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Map, json};

use crate::accept::{Wants, wants};
use crate::frame::{Frame, Visit};
use crate::lang::Lang;
use crate::page::Page;
use crate::words::{self, Arg, Words};

/// Why a request was not answered as asked.
#[derive(Clone, Debug)]
pub struct Failure {
    pub status: StatusCode,
    /// Stable; `refusal-<code>` in the locales explains it. Empty when the status says all.
    pub code: String,
    /// Values that the explanation mentions.
    pub args: Vec<(String, words::Value)>,
    /// The form field at fault.
    pub field: Option<String>,
    /// What is wrong besides, each with its own code and field.
    pub further: Vec<Failure>,
    pub retry_after: Option<Duration>,
    /// What went wrong inside, for the log only.
    cause: Option<String>,
}

impl Failure {
    pub fn new(status: StatusCode, code: impl Into<String>) -> Failure {
        let (args, further) = (Vec::new(), Vec::new());
        Failure { status, code: code.into(), args, field: None, further, retry_after: None, cause: None }
    }

    /// 400: the request makes no sense.
    pub fn bad_request(code: impl Into<String>) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, code)
    }

    /// 401: nobody is signed in, or the token is not valid.
    pub fn unauthorized() -> Failure {
        Failure::new(StatusCode::UNAUTHORIZED, "")
    }

    /// 403: the asker may see it but not do this.
    pub fn forbidden() -> Failure {
        Failure::new(StatusCode::FORBIDDEN, "")
    }

    /// 403: the form came from another session or another site, or its page stood open too long.
    pub fn stale_form() -> Failure {
        Failure::new(StatusCode::FORBIDDEN, "stale-form")
    }

    /// 404: it does not exist, or the asker may not know that it does.
    pub fn not_found() -> Failure {
        Failure::new(StatusCode::NOT_FOUND, "")
    }

    /// 409: someone else changed it first.
    pub fn conflict(code: impl Into<String>) -> Failure {
        Failure::new(StatusCode::CONFLICT, code)
    }

    /// 410: it was here and is withdrawn.
    pub fn gone() -> Failure {
        Failure::new(StatusCode::GONE, "")
    }

    /// 422: understood, and a rule said no.
    pub fn refused(code: impl Into<String>) -> Failure {
        Failure::new(StatusCode::UNPROCESSABLE_ENTITY, code)
    }

    /// 429: asked too often; again after `wait`.
    pub fn too_many(wait: Duration) -> Failure {
        Failure { retry_after: Some(wait), ..Failure::new(StatusCode::TOO_MANY_REQUESTS, "") }
    }

    /// 500: a defect. The cause goes to the log, the person gets the reference number.
    pub fn defect(cause: &(impl fmt::Display + ?Sized)) -> Failure {
        Failure { cause: Some(cause.to_string()), ..Failure::new(StatusCode::INTERNAL_SERVER_ERROR, "") }
    }

    /// 503: not now; again after `wait`.
    pub fn unavailable(wait: Duration) -> Failure {
        Failure { retry_after: Some(wait), ..Failure::new(StatusCode::SERVICE_UNAVAILABLE, "") }
    }

    /// Adds a value that the explanation mentions.
    pub fn with(mut self, name: impl Into<String>, value: impl Arg) -> Failure {
        self.args.push((name.into(), value.value()));
        self
    }

    /// Names the form field at fault.
    pub fn at_field(mut self, field: impl Into<String>) -> Failure {
        self.field = Some(field.into());
        self
    }

    /// Says what is wrong besides.
    pub fn and(mut self, further: impl IntoIterator<Item = Failure>) -> Failure {
        self.further.extend(further);
        self
    }

    /// The explanation in words, when the code has one.
    pub fn detail(&self, words: Words, lang: Lang) -> Option<String> {
        if self.code.is_empty() {
            return None;
        }
        let args: Vec<_> = self.args.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        Some(words.text(lang, &format!("refusal-{}", self.code), &args))
    }

    /// The same as problem details. What a page says of a status speaks of pages and buttons: programs have words of their
    /// own.
    pub fn problem(&self, words: Words, lang: Lang, reference: &str) -> Problem {
        let status = known(self.status).as_u16();
        let of_status = || words.text(lang, &format!("problem-{status}-detail"), &[]);
        let fault = |failure: &Failure| Fault {
            code: failure.code.clone(),
            detail: failure.detail(words, lang),
            field: failure.field.clone(),
        };
        let is_one = self.further.is_empty();
        Problem {
            status: self.status,
            code: if self.code.is_empty() { status_code(self.status).to_owned() } else { self.code.clone() },
            title: words.text(lang, &format!("problem-{status}-title"), &[]),
            detail: Some(self.detail(words, lang).unwrap_or_else(of_status)),
            field: self.field.clone(),
            args: self.args.iter().map(|(name, value)| (name.clone(), json_of(value))).collect(),
            errors: std::iter::once(self).chain(&self.further).filter(|_| !is_one).map(fault).collect(),
            reference: reference.to_owned(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)?;
        self.cause.iter().try_for_each(|cause| write!(f, ": {cause}"))
    }
}
impl std::error::Error for Failure {}

/// A bare answer that carries the failure along until [`draw`] gives it its form.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

fn json_of(value: &words::Value) -> serde_json::Value {
    match value {
        words::Value::Text(text) => json!(text),
        words::Value::Number(number) => json!(number),
    }
}

/// One of several things that are wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fault {
    pub code: String,
    pub detail: Option<String>,
    pub field: Option<String>,
}

/// Problem details for programs (RFC 9457), with a stable `code`.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    pub status: StatusCode,
    pub code: String,
    pub title: String,
    pub detail: Option<String>,
    pub field: Option<String>,
    pub args: Map<String, serde_json::Value>,
    /// All that is wrong, the first with the rest, where it is more than one thing.
    pub errors: Vec<Fault>,
    /// Names this request in the log.
    pub reference: String,
}

impl Problem {
    /// The JSON object. `type` is left out, which means `about:blank`: the code says which problem it is.
    pub fn to_json(&self) -> serde_json::Value {
        let mut object = Map::new();
        object.insert("status".into(), json!(self.status.as_u16()));
        object.insert("code".into(), json!(self.code));
        object.insert("title".into(), json!(self.title));
        for (key, value) in [("detail", &self.detail), ("field", &self.field)] {
            if let Some(value) = value {
                object.insert(key.into(), json!(value));
            }
        }
        if !self.args.is_empty() {
            object.insert("args".into(), serde_json::Value::Object(self.args.clone()));
        }
        if !self.errors.is_empty() {
            object.insert("errors".into(), json!(self.errors));
        }
        object.insert("reference".into(), json!(self.reference));
        serde_json::Value::Object(object)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = self.to_json().to_string();
        (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

/// The statuses that have words of their own; others take those of their class.
const KNOWN: [u16; 13] = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503];

fn known(status: StatusCode) -> StatusCode {
    if KNOWN.contains(&status.as_u16()) {
        status
    } else if status.is_server_error() {
        StatusCode::INTERNAL_SERVER_ERROR
    } else {
        StatusCode::BAD_REQUEST
    }
}

fn status_code(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 => "unauthorized",
        403 => "forbidden",
        404 => "not-found",
        405 => "method-not-allowed",
        409 => "conflict",
        410 => "gone",
        413 => "too-large",
        415 => "unsupported-media-type",
        422 => "refused",
        429 => "too-many-requests",
        503 => "unavailable",
        500.. => "defect",
        _ => "bad-request",
    }
}

#[derive(Template)]
#[template(path = "layout/failure.html")]
struct FailurePage {
    page: Page,
    text: String,
    detail: Option<String>,
    wait: Option<i64>,
    /// Shown when someone must look into it.
    reference: Option<String>,
}

/// Gives failures their form. Runs inside [`serve`](crate::serve), around the program's routes.
pub async fn draw(visit: Visit, request: Request, next: Next) -> Response {
    let form = wants(request.headers(), request.uri().path());
    let opens_page = request.method() == Method::GET && matches!(form, Wants::Html);
    let mut response = next.run(request).await;
    let failure = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => failure,
        None if is_bare(&response) => Failure::new(response.status(), ""),
        None => return response,
    };
    if opens_page
        && failure.status == StatusCode::METHOD_NOT_ALLOWED
        && let Some(page) = page_above(&visit.frame, &visit.path)
    {
        return visit.see(page);
    }
    if failure.status.is_server_error() {
        let cause = failure.cause.as_deref().unwrap_or_default();
        tracing::error!(reference = visit.reference(), status = failure.status.as_u16(), cause, "defect");
    }
    let mut drawn = match form {
        Wants::Json => failure.problem(visit.frame.words, visit.lang, visit.reference()).into_response(),
        Wants::Html => page(&visit, &failure),
    };
    for name in [header::RETRY_AFTER, header::ALLOW, header::WWW_AUTHENTICATE] {
        if let Some(value) = response.headers().get(&name) {
            drawn.headers_mut().insert(name, value.clone());
        }
    }
    // Who answers 401 says how to sign in (RFC 9110 §11.6.1). A page leads to its own form instead: a browser that is
    // asked for a scheme would ask with a window of its own.
    if drawn.status() == StatusCode::UNAUTHORIZED && matches!(form, Wants::Json) {
        drawn.headers_mut().entry(header::WWW_AUTHENTICATE).or_insert(HeaderValue::from_static("Bearer"));
    }
    for value in response.headers().get_all(header::SET_COOKIE) {
        drawn.headers_mut().append(header::SET_COOKIE, value.clone());
    }
    drawn
}

/// The page that the form of this address stood on: where a link of a refused form's page leads, which has the address that
/// the form was sent to. Both without language prefix.
pub fn page_above<'p>(frame: &Frame, path: &'p str) -> Option<&'p str> {
    let path = path.split('?').next().unwrap_or_default();
    let above = std::iter::successors(path.rsplit_once('/'), |(path, _)| path.rsplit_once('/'));
    above.map(|(path, _)| path).find(|path| (frame.is_page)(path))
}

/// True for an error that the router or a layer answered with at most a line of plain text.
fn is_bare(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("text/plain");
    (status.is_client_error() || status.is_server_error()) && kind.starts_with("text/plain")
}

/// The page of a failure.
pub fn page(visit: &Visit, failure: &Failure) -> Response {
    let mut page = Page::of(visit);
    // Not who asks is wrong here, but how old the form is.
    let words = match failure.code.as_str() {
        code @ "stale-form" => code.to_owned(),
        _ => known(failure.status).as_u16().to_string(),
    };
    page.title = page.t(&format!("failure-{words}-title"));
    let drawn = FailurePage {
        text: page.t(&format!("failure-{words}-text")),
        detail: failure.detail(visit.frame.words, visit.lang),
        wait: failure.retry_after.map(|wait| (wait.as_secs() as i64 + 59).div_euclid(60).max(1)),
        reference: failure.status.is_server_error().then(|| visit.reference().to_owned()),
        page,
    };
    crate::page::html(failure.status, &drawn)
}
