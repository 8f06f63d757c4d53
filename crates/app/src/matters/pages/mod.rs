//! Pages of matters.

pub mod call;
mod check;
mod filled;
mod flow;
pub mod help;
pub mod line;
pub mod questions;
pub mod raise;
mod send;
pub mod track;

use axum::routing::{get, post};

use crate::capability::{Capability, Method, Needs, Route};

const RAISE: Needs = Needs::Verb("matters.raise");
const RAISE_FOR: Needs = Needs::Verb("matters.raise_for");

/// What residents and call-takers open: asking for help, reporting, looking up, taking a call.
pub static INTAKE: Capability = Capability {
    name: "matters",
    verbs: &[],
    routes: &[
        Route { method: Method::Get, path: "/help", needs: Needs::Public, handler: || get(help::help) },
        Route { method: Method::Get, path: "/help/new", needs: Needs::SignedIn, handler: || get(raise::begin) },
        Route { method: Method::Get, path: "/help/new/{page}", needs: Needs::SignedIn, handler: || get(raise::step) },
        Route { method: Method::Post, path: "/help/new/{page}", needs: RAISE, handler: || post(raise::keep) },
        Route { method: Method::Post, path: "/help/discard", needs: RAISE, handler: || post(raise::discard) },
        Route {
            method: Method::Get,
            path: "/help/draft/{kind}/photos/{id}",
            needs: Needs::SignedIn,
            handler: || get(raise::photo),
        },
        Route { method: Method::Get, path: "/hazard", needs: Needs::Public, handler: || get(help::hazard) },
        Route { method: Method::Get, path: "/hazard/new", needs: Needs::SignedIn, handler: || get(raise::hazard) },
        Route { method: Method::Post, path: "/hazard/new", needs: RAISE, handler: || post(raise::keep_hazard) },
        Route {
            method: Method::Post,
            path: "/hazard/{code}/follow",
            needs: Needs::Verb("matters.follow"),
            handler: || post(help::follow),
        },
        Route { method: Method::Get, path: "/t", needs: Needs::Public, handler: || get(track::look_up) },
        Route { method: Method::Get, path: "/t/{code}", needs: Needs::Public, handler: || get(track::track) },
        Route { method: Method::Get, path: "/desk/call", needs: RAISE_FOR, handler: || get(call::show) },
        Route { method: Method::Post, path: "/desk/call", needs: RAISE_FOR, handler: || post(call::keep) },
        Route { method: Method::Get, path: "/desk/call/{code}", needs: RAISE_FOR, handler: || get(call::said) },
    ],
    jobs: &[],
    openapi: None,
};
