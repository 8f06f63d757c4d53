//! A form that was sent after its session had ended. What was typed is kept for whoever's session it was; signed in
//! again, they see it and send it with one button.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, REFERER};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kit::failure::page_above;
use kit::forms::{self, FORM_BYTES};
use kit::{Failure, Form, Visit};
use rules::shared::Moment;
use rules::shared::ids::PersonId;
use serde::{Deserialize, Serialize};

use crate::identity::{self, drafts, secrets, store};
use crate::{App, Stop};

/// The draft that it is kept as; a person has one.
pub const DRAFT: &str = "identity.left";

/// Where it is shown again.
pub const PAGE: &str = "/left";

/// Marks an answer that sends somebody to sign in first.
#[derive(Clone, Copy)]
pub struct SignInFirst;

/// A form as it was sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Left {
    /// Where it was sent to.
    pub to: String,
    /// What the page was called that it was filled in on.
    #[serde(default)]
    pub page: String,
    /// That page, without language prefix; empty when it is not known.
    #[serde(default)]
    pub from: String,
    /// The key of its drawing: however often it is sent from then on, it counts once.
    pub key: String,
    pub fields: Vec<(String, String)>,
    /// Whether files came with it, which are not kept.
    pub had_files: bool,
}

/// Answers a changing request whose session has ended: when it needs somebody signed in, its form is kept.
pub async fn around(app: &App, cookie: &str, request: Request, next: Next) -> Response {
    let owner = match owner(app, cookie).await {
        Ok(owner) => owner,
        Err(stop) => return Failure::from(stop).into_response(),
    };
    let (Some(owner), Some(visit)) = (owner, request.extensions().get::<Visit>().cloned()) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, FORM_BYTES).await else {
        return Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "form-too-large").into_response();
    };
    let kind = parts.headers.get(CONTENT_TYPE).cloned();
    let from = drawn_on(&visit, &parts.headers);
    let answer = next.run(Request::from_parts(parts, Body::from(bytes.clone()))).await;
    if answer.extensions().get::<SignInFirst>().is_none() {
        return answer;
    }
    match keep(app, owner, (&visit, from), kind, bytes).await {
        Ok(true) => visit.see(&format!("{}?back={PAGE}", visit.frame.sign_in)),
        Ok(false) => answer,
        Err(failure) => failure.into_response(),
    }
}

/// Whose session this was, until a day after its end. Who acted for another then may not do so any more.
async fn owner(app: &App, cookie: &str) -> Result<Option<PersonId>, Stop> {
    let Some((cell, hash)) = secrets::read(identity::SESSION_PREFIX, cookie) else { return Ok(None) };
    let since = app.now().recorded.as_millisecond() - 24 * 60 * 60 * 1000;
    app.read(move |mut tx| {
        Box::pin(async move {
            let session = store::session_since(&mut tx, cell, &hash, since).await?;
            Ok(session.filter(|s| s.mandate().is_none()).map(|s| s.person()))
        })
    })
    .await
}

/// So many characters of what a page is called are kept.
const LONGEST_PAGE: usize = 120;

/// The page that a form was filled in on, as the browser says, which is only followed to a page of ours; else the one of its
/// address, or the next above.
fn drawn_on(visit: &Visit, headers: &HeaderMap) -> String {
    let said = headers.get(REFERER).and_then(|value| value.to_str().ok()).and_then(|value| value.parse::<Uri>().ok());
    let said = said.and_then(|uri| uri.path_and_query().map(|path| kit::lang::split(path.as_str()).1.to_owned()));
    let is_page = |path: &str| (visit.frame.is_page)(path.split('?').next().unwrap_or_default());
    let said = said.filter(|path| path.starts_with('/') && !path.starts_with("//") && is_page(path));
    said.unwrap_or_else(|| match is_page(&visit.path) {
        true => visit.path.clone(),
        false => page_above(&visit.frame, &visit.path).unwrap_or_default().to_owned(),
    })
}

/// False when nothing was filled in, or something that is not kept.
async fn keep(
    app: &App,
    owner: PersonId,
    (visit, from): (&Visit, String),
    kind: Option<HeaderValue>,
    bytes: Bytes,
) -> Result<bool, Failure> {
    let mut request = Request::new(Body::from(bytes));
    request.headers_mut().extend(kind.map(|kind| (CONTENT_TYPE, kind)));
    let form = Form::read(request).await?;
    let left = Left {
        to: visit.path.clone(),
        page: form.text(forms::PAGE).chars().take(LONGEST_PAGE).collect(),
        from,
        key: form.key().to_owned(),
        fields: form.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        had_files: form.has_files(),
    };
    // A password is not written down, and its form is short.
    if left.fields.is_empty() || left.fields.iter().any(|(name, _)| name.ends_with("password")) {
        return Ok(false);
    }
    let (content, at): (String, Moment) = (serde_json::to_string(&left).map_err(Stop::from)?, app.now());
    let kept = app.write(move |mut tx| {
        let content = content.clone();
        Box::pin(async move { drafts::save(&mut tx, at, owner, DRAFT, &content).await })
    });
    kept.await?;
    Ok(true)
}
