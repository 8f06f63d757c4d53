//! Places: city → county → township → village or community → grid, and the working-day calendar.

pub mod actions;
pub mod api;
mod pages;
pub mod picker;
pub mod store;

pub use store::{Place, PlaceRow};

use crate::capability::{Capability, public};

pub static CAPABILITY: Capability = Capability {
    name: "places",
    verbs: rules::places::access::VERBS,
    routes: &[public!("/api/v1/places", api::index), public!("/places", pages::choose)],
    jobs: &[],
    openapi: Some(api::openapi),
};
