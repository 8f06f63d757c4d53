//! Dispatch: tasks cut from matters, who could serve, offers that are answered freely, waves.

pub mod actions;
pub mod reasons;
pub mod store;

pub use reasons::Said;

use crate::Capability;

pub static CAPABILITY: Capability =
    Capability { name: "dispatch", verbs: rules::dispatch::access::VERBS, routes: &[], jobs: &[], openapi: None };
