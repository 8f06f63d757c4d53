//! The first page, the navigation of each role, one's own page.

mod nav;

pub use nav::{VISITOR, nav};

use crate::Capability;

pub static CAPABILITY: Capability = Capability { name: "home", verbs: &[], routes: &[], jobs: &[], openapi: None };
