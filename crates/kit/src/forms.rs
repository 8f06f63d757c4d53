//! Forms as they were sent, so that a refused one is drawn again with what was typed.

use std::fmt;

use axum::RequestExt;
use axum::body::{Body, to_bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};

use crate::csrf;
use crate::failure::Failure;
use crate::frame::Visit;

/// The most bytes one file may have. A larger one is dropped and marked, the rest of the form is kept.
pub const FILE_BYTES: usize = 8 * 1024 * 1024;
/// The most files of one form.
pub const FILES: usize = 6;
/// The most bytes of a whole form with files.
pub const FORM_BYTES: usize = 40 * 1024 * 1024;
/// The most bytes of a form without files, and of one text.
pub const TEXT_BYTES: usize = 512 * 1024;
/// The most fields of one form.
pub const FIELDS: usize = 2_000;
/// The name of the hidden idempotency key.
pub const KEY: &str = "_key";

/// A file of a form.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The field it came in.
    pub field: String,
    /// The name on the person's device; never a path to store it under.
    pub file_name: String,
    /// What the browser says it is; what it is must be sniffed.
    pub content_type: String,
    /// Empty when it was too big.
    pub bytes: Vec<u8>,
    /// Larger than [`FILE_BYTES`], so it was not kept.
    pub too_big: bool,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({}, {} bytes, too_big: {})", self.field, self.bytes.len(), self.too_big)
    }
}

/// The fields of a form in the order sent, and its files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    pairs: Vec<(String, String)>,
    files: Vec<Upload>,
}

impl Form {
    /// A form nobody has filled in yet.
    pub fn empty() -> Form {
        Form::default()
    }

    /// Reads an urlencoded text: a form body or the query of an address. Bytes that are not UTF-8 become `�`.
    pub fn from_urlencoded(text: &[u8]) -> Form {
        let pairs = form_urlencoded::parse(text).map(|(k, v)| (k.into_owned(), plain(&v))).collect();
        Form { pairs, files: Vec::new() }
    }

    /// Prefills a field; replaces what stands there.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.retain(|(k, _)| k != name);
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// The same, in a chain.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Form {
        self.set(name, value);
        self
    }

    /// Adds a value beside those that `name` has: one more ticked box.
    pub fn add(&mut self, name: &str, value: impl Into<String>) {
        self.pairs.push((name.to_owned(), value.into()));
    }

    /// What a page with several forms draws when one of them was refused: the fields that `sent` has, and those `named` (a box
    /// that nobody ticked is not sent), as they were sent, all others as saved.
    pub fn under(mut self, sent: Form, named: &[&str]) -> Form {
        self.pairs.retain(|(k, _)| sent.raw(k).is_none() && !named.contains(&k.as_str()));
        self.pairs.extend(sent.pairs);
        self.files.extend(sent.files);
        self
    }

    /// The value of `name` without the spaces around it; empty when absent.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).unwrap_or_default().trim()
    }

    /// The first value of `name` as sent.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str())
    }

    /// All values of `name`, such as ticked boxes, trimmed, the empty ones left out.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.pairs.iter().filter(|(k, v)| k == name && !v.trim().is_empty()).map(|(_, v)| v.trim()).collect()
    }

    /// True when `name` was sent with any value: a single box was ticked.
    pub fn checked(&self, name: &str) -> bool {
        !self.all(name).is_empty()
    }

    /// True when `value` is among the values of `name`: this radio or box was chosen.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).contains(&value)
    }

    /// The files of the field `name`. A file field left empty sends none.
    pub fn files(&self, name: &str) -> impl Iterator<Item = &Upload> {
        self.files.iter().filter(move |f| f.field == name)
    }

    /// True when any file came with it.
    pub fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// The numbers, from 1, of the files of `name` that were too big.
    pub fn too_big(&self, name: &str) -> Vec<usize> {
        self.files(name).enumerate().filter(|(_, f)| f.too_big).map(|(i, _)| i + 1).collect()
    }

    /// The idempotency key that the page gave to this form; empty when it came without.
    pub fn key(&self) -> &str {
        self.text(KEY)
    }

    /// The fields in order, without those that the frame adds.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().filter(|(k, _)| !k.starts_with('_')).map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// The fields as an urlencoded text, for a draft kept on the server or a link that keeps the filters.
    pub fn to_urlencoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish()
    }

    /// Reads the body of `request`, urlencoded or multipart, without looking at its token.
    ///
    /// # Errors
    /// 413 `form-too-large`, 415 `not-a-form`, 400 `broken-form`.
    pub async fn read(request: Request) -> Result<Form, Failure> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            read_multipart(request).await
        } else if kind.starts_with("application/x-www-form-urlencoded") || kind.is_empty() {
            let body = to_bytes(request.into_limited_body(), TEXT_BYTES).await.map_err(|_| too_large())?;
            let form = Form::from_urlencoded(&body);
            if form.pairs.len() > FIELDS { Err(too_large()) } else { Ok(form) }
        } else {
            Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-a-form"))
        }
    }
}

fn too_large() -> Failure {
    Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "form-too-large")
}

fn broken(error: MultipartError) -> Failure {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { Failure::bad_request("broken-form") }
}

/// Line ends as one character and no other control characters, which no field of ours needs.
fn plain(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars()
        .map(|c| if c == '\r' { '\n' } else { c })
        .filter(|c| !c.is_control() || *c == '\n' || *c == '\t')
        .collect()
}

async fn read_multipart(mut request: Request) -> Result<Form, Failure> {
    DefaultBodyLimit::max(FORM_BYTES).apply(&mut request);
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| Failure::bad_request("broken-form"))?;
    let mut form = Form::default();
    while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
        if form.pairs.len() + form.files.len() >= FIELDS {
            return Err(too_large());
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let content_type = field.content_type().unwrap_or_default().to_owned();
        let most = if file_name.is_some() { FILE_BYTES } else { TEXT_BYTES };
        let mut bytes = Vec::new();
        let mut too_big = false;
        // A file too big is read to its end and forgotten, so that the fields after it are not lost.
        while let Some(chunk) = field.chunk().await.map_err(broken)? {
            too_big |= bytes.len() + chunk.len() > most;
            if too_big {
                bytes = Vec::new();
            } else {
                bytes.extend_from_slice(&chunk);
            }
        }
        match file_name {
            None if too_big => return Err(too_large()),
            None => form.pairs.push((name, plain(&String::from_utf8_lossy(&bytes)))),
            Some(file_name) if file_name.is_empty() && bytes.is_empty() && !too_big => {}
            Some(_) if form.files.len() >= FILES => return Err(too_large()),
            Some(file_name) => {
                form.files.push(Upload { field: name, file_name, content_type, bytes, too_big });
            }
        }
    }
    Ok(form)
}

/// Reads the form and checks that one of this session's pages sent it.
impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request<Body>, _: &S) -> Result<Form, Failure> {
        let visit = request.extensions().get::<Visit>().cloned();
        let visit = visit.ok_or_else(|| Failure::defect(&"a form outside kit::serve"))?;
        let form = Form::read(request).await?;
        if csrf::verify(&visit.frame.secret, visit.session(), form.text(csrf::FIELD)) {
            Ok(form)
        } else {
            Err(Failure::stale_form())
        }
    }
}

/// What is wrong with a form: one message for each field at fault, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors(Vec<(String, String)>);

impl Errors {
    pub fn new() -> Errors {
        Errors::default()
    }

    /// Adds a message. `field` is the id of the input; for radios the name with `-1`, the first of them, is linked.
    /// Empty for what concerns the whole form.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push((field.into(), message.into()));
    }

    /// The first message for `field`.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|(f, _)| f == field).map(|(_, m)| m.as_str())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// How many can be set right: those that have a field. What concerns the whole form may be nobody's fault.
    pub fn with_field(&self) -> usize {
        self.0.iter().filter(|(field, _)| !field.is_empty()).count()
    }

    /// Field and message, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(f, m)| (f.as_str(), m.as_str()))
    }
}

/// One option of radios, boxes or a select.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// Under the label; empty for none.
    pub hint: String,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), hint: String::new() }
    }

    pub fn hinted(mut self, hint: impl Into<String>) -> Choice {
        self.hint = hint.into();
        self
    }
}
