//! The desk from shift to shift, with who has each matter as the desk's list names them.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use kit::{Failure, Form};

use super::desk::holders;
use crate::App;
use crate::matters::pages::desk::handover;
use crate::web::Who;

/// The shifts of one's desk, and the form to end one's own.
pub async fn list(State(app): State<App>, who: Who, Query(asks): Query<handover::Asks>) -> Result<Response, Failure> {
    handover::list(&app, &who, asks, holders).await
}

/// Ends a shift.
pub async fn leave(State(app): State<App>, who: Who, form: Form) -> Result<Response, Failure> {
    handover::leave(&app, &who, form, holders).await
}

/// One shift as it was left.
pub async fn show(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    handover::show(&app, &who, &id, holders).await
}

/// 交接班表, A4.
pub async fn sheet(State(app): State<App>, who: Who, Path(id): Path<String>) -> Result<Response, Failure> {
    handover::sheet(&app, &who, &id, holders).await
}

/// Signs for the desk.
pub async fn sign(State(app): State<App>, who: Who, Path(id): Path<String>, form: Form) -> Result<Response, Failure> {
    handover::sign(&app, &who, &id, form, holders).await
}

/// Takes one's own back.
pub async fn withdraw(
    State(app): State<App>,
    who: Who,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    handover::withdraw(&app, &who, &id, form, holders).await
}
