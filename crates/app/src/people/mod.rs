//! Persons, households, organisations, teams, memberships, skills; service cards, mandates, consents.

pub mod actions;
pub mod api;
pub mod asking;
pub mod cards;
pub mod changing;
pub mod consents;
pub mod erasing;
pub mod joining;
pub mod kinship;
mod known;
pub mod mandates;
pub mod organisations;
mod pages;
pub mod phones;
pub mod register;
mod routes;
pub mod sheets;
pub mod skills;
pub mod store;
mod telling;
mod updates;

pub use api::CredentialBody;
pub use pages::person::skill;
pub use pages::role_name;
pub use telling::{is_reached, tell, tell_until};

use crate::Capability;

pub static CAPABILITY: Capability = Capability {
    name: "people",
    verbs: rules::people::access::VERBS,
    routes: routes::ROUTES,
    jobs: &[],
    openapi: Some(api::openapi),
};
