//! Reports: the public figures, each with its definition, its rows, and no small group in it.

mod api;
mod figures;
mod pages;
mod records;
pub mod store;

pub use figures::{Seen, View, find_place};

use axum::routing::get;

use crate::capability::{Capability, Method, Needs, Route};

macro_rules! public {
    ($path:literal, $handler:path) => {
        Route { method: Method::Get, path: $path, needs: Needs::Public, handler: || get($handler) }
    };
}

pub static CAPABILITY: Capability = Capability {
    name: "reports",
    verbs: rules::reports::access::VERBS,
    routes: &[
        public!("/report", pages::overview),
        public!("/report/print", pages::print),
        public!("/report/{measure}", pages::detail),
        public!("/report/{measure}/table.csv", pages::table),
        public!("/report/{measure}/records", records::page),
        public!("/api/v1/reports/{measure}", api::show),
    ],
    jobs: &[],
    openapi: Some(api::openapi),
};
