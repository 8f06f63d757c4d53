//! Matters: everything that comes in and must be answered.

pub mod actions;
mod clocks;
mod open;
mod pages;
pub mod store;

pub use clocks::TICK;
pub use open::{Held, context, kind_of};

use axum::routing::{get, post};

use crate::capability::{Capability, Job, Method, Needs, Route};
use pages::{desk, handling};

/// A page for those who see matters.
macro_rules! page {
    ($path:literal, $handler:path) => {
        Route { method: Method::Get, path: $path, needs: Needs::SignedIn, handler: || get($handler) }
    };
}

/// A form that does `verb`.
macro_rules! form {
    ($path:literal, $verb:literal, $handler:path) => {
        Route { method: Method::Post, path: $path, needs: Needs::Verb($verb), handler: || post($handler) }
    };
}

pub static CAPABILITY: Capability = Capability {
    name: "matters",
    verbs: rules::matters::access::VERBS,
    routes: &[
        page!("/desk", desk::queue),
        page!("/desk/{code}", desk::open),
        page!("/desk/{code}/photo/{file}", desk::photo),
        page!("/handling", handling::handling),
        form!("/desk/{code}/protected", "matters.read_protected", desk::protected),
        form!("/desk/{code}/answer", "matters.answer", desk::answer),
        form!("/desk/{code}/part", "matters.answer_part", desk::part),
        form!("/desk/{code}/note", "matters.note", desk::note),
        form!("/desk/{code}/next-word", "matters.next_word", desk::next_word),
        form!("/desk/{code}/handler", "matters.assign", desk::handler),
        form!("/desk/{code}/reroute", "matters.reroute", desk::reroute),
        form!("/desk/{code}/pause", "matters.pause", desk::pause),
        form!("/desk/{code}/resume", "matters.pause", desk::resume),
        form!("/desk/{code}/private", "matters.set_private", desk::private),
        form!("/desk/{code}/merge", "matters.merge", desk::merge),
        form!("/desk/{code}/reopen", "matters.reopen", desk::reopen),
    ],
    jobs: &[Job { name: TICK, run: |tx, at, data| Box::pin(clocks::tick(tx, at, data)) }],
    openapi: None,
};
