//! A form that was filled in for another and sent after the mandate had ended: nothing of it is sent as one's own. Who
//! filled it in reads that it ended and what they had typed, and may go on in their own name.

use askama::Template;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kit::forms::FORM_BYTES;
use kit::{Failure, Form, Page, Visit, csrf, html};
use rules::shared::ids::{MandateId, PersonId};

use super::Caller;
use super::caller::key_for;
use crate::people::mandates::left_over::{self, is_written};
use crate::people::mandates::store;
use crate::{App, Stop, Tx};

/// A mandate that ended while a session acted by it.
#[derive(Clone, Debug)]
pub struct Ended {
    delegate: PersonId,
    person: PersonId,
    /// The name of whom it was for.
    pub name: String,
    /// What the forms were bound to that were drawn while it held.
    key: String,
}

impl Ended {
    /// Of a session whose mandate holds no more; `None` when it was not this person's.
    pub(super) async fn of(tx: &mut Tx<'_>, id: MandateId, caller: &Caller) -> Result<Option<Ended>, Stop> {
        let row = store::mandate(tx, id).await?.filter(|row| caller.actor.person == Some(row.delegate()));
        Ok(row.map(|row| Ended {
            delegate: row.delegate(),
            person: row.person(),
            key: key_for(&caller.key, row.person()),
            name: row.person_name,
        }))
    }
}

#[derive(Template)]
#[template(path = "people/mandate-ended.html")]
struct EndedPage {
    page: Page,
    name: String,
    /// What was typed on the page that was sent, and on those before it.
    typed: Vec<String>,
    kept: Vec<String>,
}

/// Answers a form that was drawn while the mandate held; everything else goes on.
pub async fn around(app: &App, ended: &Ended, request: Request, next: Next) -> Response {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else { return next.run(request).await };
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, FORM_BYTES).await else {
        return Failure::new(StatusCode::PAYLOAD_TOO_LARGE, "form-too-large").into_response();
    };
    let mut copy = Request::new(Body::from(bytes.clone()));
    copy.headers_mut().extend(parts.headers.get(CONTENT_TYPE).cloned().map(|kind| (CONTENT_TYPE, kind)));
    match Form::read(copy).await {
        Ok(form) if csrf::verify(&visit.frame.secret, &ended.key, form.text(csrf::FIELD)) => {
            told(app, ended, &visit, &form).await.unwrap_or_else(|stop| Failure::from(stop).into_response())
        }
        _ => next.run(Request::from_parts(parts, Body::from(bytes))).await,
    }
}

async fn told(app: &App, ended: &Ended, visit: &Visit, form: &Form) -> Result<Response, Stop> {
    let (me, person) = (ended.delegate, ended.person);
    let mut kept =
        app.read(move |mut tx| Box::pin(async move { left_over::written_for(&mut tx, me, person).await })).await?;
    let typed: Vec<String> = form.pairs().map(|(_, value)| value.to_owned()).filter(|text| is_written(text)).collect();
    kept.retain(|text| !typed.contains(text));
    let page = Page::of(visit).titled("mandates-ended-title");
    Ok(html(StatusCode::CONFLICT, &EndedPage { page, name: ended.name.clone(), typed, kept }))
}
