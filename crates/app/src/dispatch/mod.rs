//! Dispatch: tasks cut from matters, who could serve, offers that are answered freely, waves.

pub mod actions;
mod answers;
mod api;
mod candidates;
mod contact;
mod in_hand;
mod jobs;
mod messages;
pub mod reasons;
mod saving;
pub mod store;
mod view;
mod waves;

pub use in_hand::InHand;
pub use reasons::Said;

use axum::routing::{MethodRouter, get, post};

use crate::App;
use crate::capability::{Capability, Job, Method, Needs, Route};

pub static CAPABILITY: Capability = Capability {
    name: "dispatch",
    verbs: rules::dispatch::access::VERBS,
    routes: &[
        verb("/api/v1/matters/{id}/tasks", "dispatch.cut_task", || post(api::cut)),
        Route { method: Method::Get, path: "/api/v1/tasks", needs: Needs::SignedIn, handler: || get(api::tasks) },
        Route { method: Method::Get, path: "/api/v1/tasks/{id}", needs: Needs::SignedIn, handler: || get(api::task) },
        Route {
            method: Method::Get,
            path: "/api/v1/tasks/{id}/candidates",
            needs: Needs::Verb("dispatch.see_candidates"),
            handler: || get(api::candidates),
        },
        verb("/api/v1/tasks/{id}/offers", "dispatch.invite", || post(api::invite)),
        verb("/api/v1/tasks/{id}/widening", "dispatch.widen", || post(api::widen)),
        verb("/api/v1/tasks/{id}/opening", "dispatch.open_task", || post(api::open)),
        verb("/api/v1/tasks/{id}/cancellation", "dispatch.cancel_task", || post(api::cancel)),
        verb("/api/v1/tasks/{id}/assignment", "dispatch.assign_staff", || post(api::assign)),
        verb("/api/v1/tasks/{id}/acceptance", "dispatch.take_open", || post(api::take)),
        Route { method: Method::Get, path: "/api/v1/offers", needs: Needs::SignedIn, handler: || get(api::offers) },
        verb("/api/v1/offers/{id}/acceptance", "dispatch.accept", || post(api::accept)),
        verb("/api/v1/offers/{id}/decline", "dispatch.decline", || post(api::decline)),
        verb("/api/v1/offers/{id}/withdrawal", "dispatch.withdraw", || post(api::withdraw)),
    ],
    jobs: &[
        Job { name: jobs::EXPIRE, run: |tx, at, data| Box::pin(jobs::expire(tx, at, data)) },
        Job { name: jobs::WAVE, run: |tx, at, data| Box::pin(jobs::wave(tx, at, data)) },
    ],
    openapi: Some(api::openapi),
};

const fn verb(path: &'static str, verb: &'static str, handler: fn() -> MethodRouter<App>) -> Route {
    Route { method: Method::Post, path, needs: Needs::Verb(verb), handler }
}
