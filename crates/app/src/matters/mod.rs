//! Matters: everything that comes in and must be answered.

pub mod actions;
mod api;
mod clocks;
mod open;
pub mod pages;
pub mod queues;
pub mod store;
pub mod view;

pub use clocks::TICK;
pub use open::{Held, context, kind_of};

use axum::routing::{get, post};

use crate::capability::{Capability, Job, Method, Needs, Route};

pub static CAPABILITY: Capability = Capability {
    name: "matters",
    verbs: rules::matters::access::VERBS,
    routes: &[
        Route { method: Method::Get, path: "/api/v1/matters", needs: Needs::SignedIn, handler: || get(api::index) },
        Route {
            method: Method::Post,
            path: "/api/v1/matters",
            needs: Needs::Verb("matters.raise"),
            handler: || post(api::create),
        },
        Route { method: Method::Get, path: "/api/v1/matters/{id}", needs: Needs::SignedIn, handler: || get(api::show) },
        api_verb("/api/v1/matters/{id}/triage", "matters.triage", || post(api::triage)),
        api_verb("/api/v1/matters/{id}/answers", "matters.answer", || post(api::answer)),
        api_verb("/api/v1/matters/{id}/closure", "matters.close", || post(api::close)),
        api_verb("/api/v1/matters/{id}/reopening", "matters.reopen", || post(api::reopen)),
        api_verb("/api/v1/matters/{id}/withdrawal", "matters.withdraw", || post(api::withdraw)),
        api_verb("/api/v1/matters/{id}/notes", "matters.note", || post(api::note)),
        api_verb("/api/v1/matters/{id}/parts", "matters.answer_part", || post(api::desk::part)),
        api_verb("/api/v1/matters/{id}/pause", "matters.pause", || post(api::desk::pause)),
        api_verb("/api/v1/matters/{id}/resumption", "matters.pause", || post(api::desk::resume)),
        api_verb("/api/v1/matters/{id}/assignment", "matters.assign", || post(api::desk::assign)),
        api_verb("/api/v1/matters/{id}/rerouting", "matters.reroute", || post(api::desk::reroute)),
        api_verb("/api/v1/matters/{id}/followers", "matters.follow", || post(api::desk::follow)),
        api_verb("/api/v1/matters/{id}/merging", "matters.merge", || post(api::desk::merge)),
        api_verb("/api/v1/matters/{id}/next-word", "matters.next_word", || post(api::desk::next_word)),
        api_verb("/api/v1/matters/{id}/privacy", "matters.set_private", || post(api::desk::set_private)),
    ],
    jobs: &[Job { name: TICK, run: |tx, at, data| Box::pin(clocks::tick(tx, at, data)) }],
    openapi: Some(api::openapi),
};

const fn api_verb(
    path: &'static str,
    verb: &'static str,
    handler: fn() -> axum::routing::MethodRouter<crate::App>,
) -> Route {
    Route { method: Method::Post, path, needs: Needs::Verb(verb), handler }
}
