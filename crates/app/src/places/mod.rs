//! Places: city → county → township → village or community → grid, and the working-day calendar.

pub mod actions;
pub mod api;
mod pages;
pub mod picker;
pub mod store;

pub use store::{Place, PlaceRow};

use crate::capability::{Capability, Method, Needs, Route};

pub static CAPABILITY: Capability = Capability {
    name: "places",
    verbs: rules::places::access::VERBS,
    routes: &[
        Route {
            method: Method::Get,
            path: "/api/v1/places",
            needs: Needs::Public,
            handler: || axum::routing::get(api::index),
        },
        Route { method: Method::Get, path: "/places", needs: Needs::Public, handler: || axum::routing::get(pages::choose) },
    ],
    jobs: &[],
    openapi: Some(api::openapi),
};
