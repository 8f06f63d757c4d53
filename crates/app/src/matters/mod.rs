//! Matters: everything that comes in and must be answered.

pub mod actions;
mod clocks;
mod open;
pub mod pages;
pub mod store;

pub use clocks::TICK;
pub use open::{Held, context, kind_of};

use axum::routing::{get, post};

use crate::capability::{Capability, Job, Method, Needs, Route};

const RAISE: Needs = Needs::Verb("matters.raise");
const RAISE_FOR: Needs = Needs::Verb("matters.raise_for");

pub static CAPABILITY: Capability = Capability {
    name: "matters",
    verbs: rules::matters::access::VERBS,
    routes: &[
        Route { method: Method::Get, path: "/help", needs: Needs::Public, handler: || get(pages::help::help) },
        Route { method: Method::Get, path: "/help/new", needs: Needs::SignedIn, handler: || get(pages::raise::begin) },
        Route { method: Method::Get, path: "/help/new/{page}", needs: Needs::SignedIn, handler: || get(pages::raise::step) },
        Route { method: Method::Post, path: "/help/new/{page}", needs: RAISE, handler: || post(pages::raise::keep) },
        Route { method: Method::Post, path: "/help/discard", needs: RAISE, handler: || post(pages::raise::discard) },
        Route {
            method: Method::Get,
            path: "/help/draft/{kind}/photos/{id}",
            needs: Needs::SignedIn,
            handler: || get(pages::raise::photo),
        },
        Route { method: Method::Get, path: "/hazard", needs: Needs::Public, handler: || get(pages::help::hazard) },
        Route { method: Method::Get, path: "/hazard/new", needs: Needs::SignedIn, handler: || get(pages::raise::hazard) },
        Route { method: Method::Post, path: "/hazard/new", needs: RAISE, handler: || post(pages::raise::keep_hazard) },
        Route {
            method: Method::Post,
            path: "/hazard/{code}/follow",
            needs: Needs::Verb("matters.follow"),
            handler: || post(pages::help::follow),
        },
        Route { method: Method::Get, path: "/t", needs: Needs::Public, handler: || get(pages::track::look_up) },
        Route { method: Method::Get, path: "/t/{code}", needs: Needs::Public, handler: || get(pages::track::track) },
        Route { method: Method::Get, path: "/desk/call", needs: RAISE_FOR, handler: || get(pages::call::show) },
        Route { method: Method::Post, path: "/desk/call", needs: RAISE_FOR, handler: || post(pages::call::keep) },
        Route { method: Method::Get, path: "/desk/call/{code}", needs: RAISE_FOR, handler: || get(pages::call::said) },
    ],
    jobs: &[Job { name: TICK, run: |tx, at, data| Box::pin(clocks::tick(tx, at, data)) }],
    openapi: None,
};
