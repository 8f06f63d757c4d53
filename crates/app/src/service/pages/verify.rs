//! Verifying a certificate: whoever holds the paper types or scans its code, and compares.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use kit::limits::address_key;
use kit::{Errors, Failure, Form, Page, html};
use rules::matters::Code;
use rules::matters::code::CodeError;
use rules::service::certificate::Standing;
use serde::Deserialize;

use super::certificates::{reason_words, tone};
use crate::App;
use crate::service::certificates::CertificateRow;
use crate::service::certifying;
use crate::web::Visitor;

#[derive(Template)]
#[template(path = "service/verify.html")]
struct LookUpPage {
    page: Page,
    form: Form,
    /// Where a code of no certificate may belong: matters' look the same.
    matter: String,
}

#[derive(Template)]
#[template(path = "service/verified.html")]
struct VerifiedPage {
    page: Page,
    row: CertificateRow,
    number: String,
    standing: Standing,
    /// Somebody looks at hours in it.
    looked_at: bool,
    tone: &'static str,
    reason: String,
}

#[derive(Deserialize)]
pub struct Asked {
    /// Empty when the form was sent so, and none before it is sent.
    certificate: Option<String>,
}

pub async fn look_up(
    State(app): State<App>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let Some(typed) = asked.certificate.as_deref().map(str::trim) else { return Ok(form(&visitor, "", None)) };
    if typed.is_empty() {
        return Ok(form(&visitor, "", Some(wrong(CodeError::Malformed))));
    }
    match typed.parse::<Code>() {
        Ok(code) => Ok(visitor.visit.see(&format!("/verify/{code}"))),
        Err(error) => {
            app.web.look_ups.check(&address_key(visitor.visit.ip))?;
            Ok(form(&visitor, typed, Some(wrong(error))))
        }
    }
}

fn wrong(error: CodeError) -> &'static str {
    match error {
        CodeError::Check => "certificate-code-misread",
        CodeError::Malformed | CodeError::Cell => "certificate-code-malformed",
    }
}

fn form(visitor: &Visitor, typed: &str, wrong: Option<&'static str>) -> Response {
    let page = visitor.page().titled("certificate-verify-title").back_to("/");
    let mut errors = Errors::new();
    wrong.iter().for_each(|key| errors.add("certificate", page.t(key)));
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let matter = typed.parse::<Code>().map_or_else(|_| "/t".to_owned(), |code| format!("/t/{code}"));
    html(status, &LookUpPage { page: page.with_errors(errors), form: Form::empty().with("certificate", typed), matter })
}

/// Holds, holds no more and why, or is nobody's: with what stands on the paper, and nothing more.
pub async fn verify(State(app): State<App>, visitor: Visitor, Path(typed): Path<String>) -> Result<Response, Failure> {
    app.web.look_ups.check(&address_key(visitor.visit.ip))?;
    let code = match typed.parse::<Code>() {
        Ok(code) => code,
        Err(error) => return Ok(form(&visitor, &typed, Some(wrong(error)))),
    };
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let Some(row) = certifying::verify(&mut tx, code).await? else { return Ok(None) };
                let looked_at = certifying::is_looked_at(&mut tx, &row).await?;
                Ok(Some((row, looked_at)))
            })
        })
        .await?;
    let Some((row, looked_at)) = found else { return Ok(form(&visitor, &typed, Some("certificate-code-unknown"))) };
    let standing = row.standing();
    let page = visitor.page().titled(&format!("certificate-{}-title", standing.key())).back_to("/verify");
    let (number, tone, reason) = (row.number(), tone(standing), reason_words(&page, &row));
    Ok(html(StatusCode::OK, &VerifiedPage { row, number, standing, looked_at, tone, reason, page }))
}
