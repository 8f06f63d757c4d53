//! Persons, households, organisations, teams, memberships, skills.

pub mod actions;
pub mod store;

use crate::Capability;

pub static CAPABILITY: Capability =
    Capability { name: "people", verbs: rules::people::access::VERBS, routes: &[], jobs: &[], openapi: None };
