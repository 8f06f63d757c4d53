//! Places: city → county → township → village or community → grid, and the working-day calendar.

pub mod actions;
pub mod api;
pub mod changing;
pub mod files;
pub mod fitting;
pub mod naming;
mod pages;
pub mod picker;
pub mod store;

pub use store::{Place, PlaceRow};

use crate::capability::{Capability, form, public};

pub static CAPABILITY: Capability = Capability {
    name: "places",
    verbs: rules::places::access::VERBS,
    routes: &[
        public!("/places", pages::choose::choose),
        public!("/places/fitting", pages::fitting::offer),
        public!("/places/{id}", pages::place::show),
        form!("/places/{id}/grids", "places.add_grid", pages::place::add_grid),
        form!("/places/{id}/name", "places.edit", pages::place::rename),
        public!("/api/v1/places", api::index),
        public!("/api/v1/places/{id}", api::show),
        form!("/api/v1/places/{id}/grids", "places.add_grid", api::add_grid),
        form!("/api/v1/places/{id}/name", "places.edit", api::rename),
    ],
    jobs: &[],
    openapi: Some(api::openapi),
};
