//! Service: signing in and out, records of what was done, their confirmation, hours, ratings.
//!
//! The product's example of a capability; `docs/adding-a-verb.md` adds a verb to it.

pub mod actions;
mod api;
pub mod confirming;
mod jobs;
mod pages;
pub mod recording;
pub mod records;
mod settling;
pub mod store;
mod view;

pub use jobs::CLOSE_FORGOTTEN;

use axum::routing::{MethodRouter, get, post};

use crate::App;
use crate::capability::{Capability, Job, Method, Needs, Route, form, page, public};
use pages::{attendance, card, confirm, hours, late, presence};

pub static CAPABILITY: Capability = Capability {
    name: "service",
    verbs: rules::service::access::VERBS,
    routes: &[
        page!("/tasks/{code}/now", presence::now),
        page!("/tasks/{code}/check-out", presence::out_form),
        page!("/in/{token}", presence::scan_in),
        page!("/out/{token}", presence::scan_out),
        page!("/tasks/{code}/attendance", attendance::list),
        page!("/tasks/{code}/sign-in-sheet", attendance::sheet),
        page!("/me/hours", hours::hours),
        page!("/me/hours/late", late::form),
        page!("/me/records/{id}", hours::record),
        page!("/desk/confirm", confirm::list),
        form!("/tasks/{code}/check-in", "service.check_in", presence::check_in),
        form!("/tasks/{code}/check-out", "service.check_out", presence::check_out),
        form!("/in/{token}", "service.check_in", presence::scanned_in),
        form!("/out/{token}", "service.check_out", presence::scanned_out),
        public!("/c", card::look_up),
        public!("/c/{shown}", card::show),
        form!("/c/{shown}/in", "service.check_in", card::sign_in),
        form!("/c/{shown}/out", "service.check_out", card::sign_out),
        form!("/tasks/{code}/attendance/in", "service.desk_attendance", attendance::sign_in),
        form!("/tasks/{code}/attendance/out", "service.desk_attendance", attendance::sign_out),
        form!("/me/hours/late", "service.record_late", late::send),
        form!("/me/records/{id}/describe", "service.check_out", hours::describe),
        form!("/me/records/{id}/contest", "service.contest", hours::contest),
        form!("/desk/confirm/{id}", "service.confirm", confirm::confirm),
        does("/api/v1/tasks/{id}/check-in", "service.check_in", || post(api::check_in)),
        does("/api/v1/tasks/{id}/check-out", "service.check_out", || post(api::check_out)),
        Route { method: Method::Get, path: "/api/v1/records", needs: Needs::SignedIn, handler: || get(api::index) },
        does("/api/v1/records", "service.record_late", || post(api::record_late)),
        does("/api/v1/records/{id}/description", "service.check_out", || post(api::describe)),
        does("/api/v1/records/{id}/confirmation", "service.confirm", || post(api::confirm)),
        does("/api/v1/records/{id}/contest", "service.contest", || post(api::contest)),
        does("/api/v1/records/{id}/correction", "service.correct", || post(api::correct)),
        does("/api/v1/records/{id}/voiding", "service.void", || post(api::void)),
        Route {
            method: Method::Get,
            path: "/api/v1/people/{id}/hours",
            needs: Needs::SignedIn,
            handler: || get(api::hours),
        },
        does("/api/v1/matters/{id}/rating", "service.rate", || post(api::rate)),
    ],
    jobs: &[
        Job { name: jobs::CLOSE_FORGOTTEN, run: |tx, at, data| Box::pin(jobs::close_forgotten(tx, at, data)) },
        Job { name: jobs::RECORD_DUE, run: |tx, at, data| Box::pin(jobs::record_due(tx, at, data)) },
    ],
    openapi: Some(api::openapi),
};

/// A route that changes something, and the verb it needs.
const fn does(path: &'static str, verb: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { method: Method::Post, path, needs: Needs::Verb(verb), handler }
}
