//! The JSON API: bodies read with clear errors, answers given once.

use std::collections::BTreeSet;

use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Path, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::BoxFuture;
use kit::Failure;
use kit::forms::FILE_BYTES;
use rules::shared::ids::Thing;
use rules::shared::{Actor, Id, Moment};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

use super::Who;
use super::body::parsed;
use super::json::path_id;
use crate::capability::CODED;
use crate::identity::once::{Answer, Repeat, Work, once, work};
use crate::{App, Stop, Tx};

/// The largest JSON body: a matter with its words; files are a body of their own.
const BODY_BYTES: usize = 512 * 1024;

/// A JSON body, and its bytes for comparing repetitions.
pub struct ApiJson<T> {
    pub value: T,
    pub bytes: Vec<u8>,
}

/// The bytes of a JSON body.
async fn json_bytes(request: Request) -> Result<Vec<u8>, Failure> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        // Whoever sends a photo with words means both: each has a call of its own.
        let is_photo = ["image/", "multipart/"].iter().any(|media| kind.starts_with(media));
        let code = if is_photo { "photos-apart" } else { "not-json" };
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code));
    }
    let bytes = axum::body::to_bytes(request.into_body(), BODY_BYTES)
        .await
        .map_err(|_| Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large"))?;
    // Serde would fill the fields of an object from a list, in their order, and ignore a list where nothing is needed.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'{') {
        return Err(Failure::refused("body-no-object"));
    }
    Ok(bytes.to_vec())
}

/// The bytes of a body that may be left out: without a content type there is none.
async fn json_bytes_if_sent(request: Request) -> Result<Option<Vec<u8>>, Failure> {
    if request.headers().get(header::CONTENT_TYPE).is_none() {
        return Ok(None);
    }
    json_bytes(request).await.map(Some)
}

/// Many clients name a content type of every call: a body of no bytes, or of white space, is none.
fn is_nothing(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty()
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<ApiJson<T>, Failure> {
        let bytes = json_bytes(request).await?;
        Ok(ApiJson { value: parsed(&bytes)?, bytes })
    }
}

impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for ApiJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Option<ApiJson<T>>, Failure> {
        let Some(bytes) = json_bytes_if_sent(request).await?.filter(|bytes| !is_nothing(bytes)) else {
            return Ok(None);
        };
        Ok(Some(ApiJson { value: parsed(&bytes)?, bytes }))
    }
}

/// A parameter that has only these values.
///
/// # Errors
/// 400 `query-value`, with those that there are.
pub fn one_of<'a>(field: &str, value: Option<&str>, allowed: impl IntoIterator<Item = &'a str>) -> Result<(), Failure> {
    let Some(value) = value else { return Ok(()) };
    let allowed: BTreeSet<&str> = allowed.into_iter().collect();
    if allowed.contains(value) { Ok(()) } else { Err(not_one_of(field, value, allowed)) }
}

/// 400 `query-value`: what to use instead of this value, in its order without doubles.
pub fn not_one_of<'a>(field: &str, value: &str, allowed: impl IntoIterator<Item = &'a str>) -> Failure {
    let allowed = allowed.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
    Failure::bad_request("query-value").with("value", value).with("allowed", &allowed).at_field(field)
}

/// The bytes of a file, as a call's whole body.
///
/// # Errors
/// 415 with the code, when its media type is none of these; 413 `file-too-large` above [`FILE_BYTES`].
pub async fn file_bytes(request: Request, media: &[&str], code: &'static str) -> Result<Vec<u8>, Failure> {
    let said = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    // What follows may name the encoding, which the bytes tell as well.
    let kind = said.split(';').next().unwrap_or_default().trim();
    if !media.contains(&kind) {
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code));
    }
    let bytes = axum::body::to_bytes(request.into_body(), FILE_BYTES).await;
    let too_large = || {
        let most = i64::try_from(FILE_BYTES / 1024 / 1024).unwrap_or(i64::MAX);
        Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "file-too-large").with("most", most)
    };
    let bytes = bytes.map_err(|_| too_large())?;
    Ok(bytes.to_vec())
}

/// How such a parameter is described: `schema_with` takes nothing else of a field, so its words are said here.
pub fn words_schema<'a>(what: &str, allowed: impl IntoIterator<Item = &'a str>) -> Object {
    ObjectBuilder::new().schema_type(Type::String).description(Some(what)).enum_values(Some(allowed)).build()
}

/// The `Idempotency-Key` header, 1 to 200 visible ASCII characters.
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<IdempotencyKey, Failure> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(IdempotencyKey(None)) };
        let is_key = |v: &&str| (1..=200).contains(&v.len()) && v.bytes().all(|byte| byte.is_ascii_graphic());
        let text = value.to_str().ok().filter(is_key);
        match text {
            Some(text) => Ok(IdempotencyKey(Some(text.to_owned()))),
            None => Err(Failure::bad_request("idempotency-key-unusable")),
        }
    }
}

/// An answer of an action: 201 with what was made.
pub struct Created<T>(pub T);

impl<T: Serialize> TryFrom<Created<T>> for Answer {
    type Error = Stop;

    fn try_from(created: Created<T>) -> Result<Answer, Stop> {
        Ok(Answer { status: 201, body: serde_json::to_value(created.0)? })
    }
}

/// An answer of an action: 200 with how the thing stands now.
pub fn api_answer<T: Serialize>(value: &T) -> Result<Answer, Stop> {
    Ok(Answer { status: 200, body: serde_json::to_value(value)? })
}

/// Runs an API call's action once per token, route and key.
pub fn idempotent<'a, I, F>(
    app: &'a App,
    who: &'a Who,
    key: IdempotencyKey,
    bytes: Vec<u8>,
    input: I,
    f: F,
) -> impl Future<Output = Result<Response, Failure>> + Send
where
    I: Clone + Send + Sync + 'static,
    F: for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment, I) -> BoxFuture<'x, Result<Answer, Stop>>
        + Send
        + Sync
        + 'static,
{
    idempotent_work(app, who, key, bytes, work(input, f))
}

async fn idempotent_work(
    app: &App,
    who: &Who,
    key: IdempotencyKey,
    body: Vec<u8>,
    work: Work,
) -> Result<Response, Failure> {
    app.web.calls.check(&who.caller.key)?;
    let app = &app.speaking(who.visit.lang);
    let repeat = Repeat { caller: who.caller.key.clone(), cell: who.caller.cell, route: who.route(), key: key.0, body };
    spoken(once(app, who.actor(), repeat, work).await?)
}

/// Runs an API call's action each time it is asked for, and keeps no answer.
async fn unkept_work(app: &App, who: &Who, work: Work) -> Result<Response, Failure> {
    app.web.calls.check(&who.caller.key)?;
    let app = &app.speaking(who.visit.lang);
    let (actor, at) = (who.actor().clone(), app.now());
    let answer = app
        .write(move |mut tx| {
            let (actor, work) = (actor.clone(), work.clone());
            Box::pin(async move { work(&mut tx, &actor, at).await })
        })
        .await?;
    spoken(answer)
}

fn spoken(answer: Answer) -> Result<Response, Failure> {
    let status = StatusCode::from_u16(answer.status).map_err(|e| Failure::defect(&e))?;
    Ok((status, axum::Json(answer.body)).into_response())
}

/// The thing that an address names: by its id, or by the code that people read of it where there is one.
///
/// # Errors
/// 404.
pub async fn referred<T: Thing>(app: &App, text: &str) -> Result<Id<T>, Failure> {
    let find = CODED.iter().find(|(prefix, _)| *prefix == T::PREFIX).map(|(_, find)| *find);
    let (Some(find), Err(_)) = (find, text.parse::<Id<T>>()) else { return path_id(text) };
    let code = text.to_owned();
    path_id(&app.read(move |mut tx| Box::pin(async move { find(&mut tx, &code).await })).await?)
}

/// A call that does something to the thing whose id or code stands in its address. Nearly all changing calls are of this
/// shape: by id, once per token, route and key.
pub struct Call<T: Thing, B> {
    pub app: App,
    pub who: Who,
    pub body: B,
    id: Id<T>,
    key: IdempotencyKey,
    bytes: Vec<u8>,
}

/// The body of a call that needs none: left out, or an object with nothing in it.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(from = "Option<Nothing>")]
pub struct NoBody;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl From<Option<Nothing>> for NoBody {
    fn from(_: Option<Nothing>) -> NoBody {
        NoBody
    }
}

/// What a call is before its body is looked at.
struct Opened {
    who: Who,
    id: String,
    key: IdempotencyKey,
    bytes: Option<Vec<u8>>,
}

async fn opened(request: Request, app: &App) -> Result<Opened, Response> {
    let (mut parts, body) = request.into_parts();
    let who = Who::from_request_parts(&mut parts, app).await?;
    let refused = IntoResponse::into_response;
    let Path(id) = Path::<String>::from_request_parts(&mut parts, app).await.map_err(IntoResponse::into_response)?;
    let key = IdempotencyKey::from_request_parts(&mut parts, app).await.map_err(refused)?;
    let bytes = json_bytes_if_sent(Request::from_parts(parts, body)).await.map_err(refused)?;
    Ok(Opened { who, id, key, bytes })
}

impl<T: Thing, B: DeserializeOwned> FromRequest<App> for Call<T, B> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Call<T, B>, Response> {
        let Opened { who, id, key, bytes } = opened(request, app).await?;
        let refused = IntoResponse::into_response;
        let id = referred(app, &id).await.map_err(refused)?;
        // Nothing was sent: right where the body may be left out, and otherwise no JSON.
        let nothing = || serde_json::from_value(serde_json::Value::Null);
        let body = match &bytes {
            Some(bytes) if is_nothing(bytes) => nothing().or_else(|_| parsed(bytes)).map_err(refused)?,
            Some(bytes) => parsed(bytes).map_err(refused)?,
            None => nothing().map_err(|_| refused(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json")))?,
        };
        Ok(Call { app: app.clone(), who, body, id, key, bytes: bytes.unwrap_or_default() })
    }
}

impl<T: Thing, B: Clone + Send + Sync + 'static> Call<T, B> {
    pub fn id(&self) -> Id<T> {
        self.id
    }

    /// Does it and keeps no answer, because there is a secret in it: a repetition does it again.
    pub async fn unkept<F>(self, f: F) -> Result<Response, Failure>
    where
        F: for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment, Id<T>, B) -> BoxFuture<'x, Result<Answer, Stop>>
            + Send
            + Sync
            + 'static,
    {
        let Call { app, who, body, id, .. } = self;
        unkept_work(&app, &who, work((id, body), move |tx, who, at, (id, body)| f(tx, who, at, id, body))).await
    }

    /// Does it; a repetition is answered with the first answer.
    pub async fn once<F>(self, f: F) -> Result<Response, Failure>
    where
        F: for<'x, 't> Fn(&'x mut Tx<'t>, &'x Actor, Moment, Id<T>, B) -> BoxFuture<'x, Result<Answer, Stop>>
            + Send
            + Sync
            + 'static,
    {
        let Call { app, who, body, id, key, bytes } = self;
        idempotent(&app, &who, key, bytes, (id, body), move |tx, who, at, (id, body)| f(tx, who, at, id, body)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_without_a_body_takes_none_and_an_empty_one() {
        assert!(serde_json::from_value::<NoBody>(serde_json::Value::Null).is_ok());
        assert!(parsed::<NoBody>(b"{}").is_ok());
        let failure = parsed::<NoBody>(br#"{ "force": true }"#).expect_err("nothing is asked for");
        assert_eq!((failure.code.as_str(), failure.field.as_deref()), ("body-unwanted", Some("force")));
    }
}
