//! A [`Stop`] as the web shows it.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kit::words::Value;
use kit::{Errors, Failure, Page};
use rules::shared::{Arg, Refusal};

use crate::Stop;

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Failure {
        match stop {
            Stop::Missing => Failure::not_found(),
            Stop::Forbidden { .. } => Failure::forbidden(),
            Stop::SignIn => Failure::unauthorized(),
            Stop::Refused(refusal) => explained(Failure::refused(refusal.code), refusal),
            Stop::Conflict(refusal) => explained(Failure::conflict(refusal.code), refusal),
            Stop::TooMany { seconds } => Failure::too_many(Duration::from_secs(seconds)),
            Stop::Away => Failure::unavailable(Duration::from_secs(5)),
            Stop::Defect(cause) => Failure::defect(&cause),
        }
    }
}

fn explained(failure: Failure, refusal: Refusal) -> Failure {
    let failure = refusal.args.into_iter().fold(failure, |failure, (name, value)| match value {
        Arg::Text(text) => failure.with(name, text),
        Arg::Number(number) => failure.with(name, number),
    });
    match refusal.field {
        Some(field) => failure.at_field(field),
        None => failure,
    }
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        Failure::from(self).into_response()
    }
}

/// What a refusal says to the person.
pub fn refusal_words(page: &Page, refusal: &Refusal) -> String {
    // A number stays one: some words depend on how many.
    let value = |arg: &Arg| match arg {
        Arg::Text(text) => Value::Text(text.clone()),
        Arg::Number(number) => Value::Number(*number),
    };
    let args = refusal.args.iter().map(|(name, arg)| (*name, value(arg)));
    page.t_with(&format!("refusal-{}", refusal.code), args)
}

/// The page of a form that is drawn at first, or again with what a rule said no to.
pub fn with_refusal(page: Page, refusal: Option<&Refusal>) -> (StatusCode, Page) {
    let errors = refusal.map(|refusal| refusal_errors(&page, refusal)).unwrap_or_default();
    with_errors(page, errors)
}

/// The page of a form that is drawn at first, or again with what is wrong with it.
pub fn with_errors(page: Page, errors: Errors) -> (StatusCode, Page) {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    (status, page.with_errors(errors))
}

/// A refusal, and what else is wrong, as the errors of a form: at the field, or above the form.
pub fn refusal_errors(page: &Page, refusal: &Refusal) -> Errors {
    let mut errors = Errors::new();
    for wrong in std::iter::once(refusal).chain(&refusal.also) {
        errors.add(wrong.field.clone().unwrap_or_default(), refusal_words(page, wrong));
    }
    errors
}
