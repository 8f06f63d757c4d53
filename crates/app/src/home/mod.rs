//! The first page and one's own page.

use crate::Capability;

pub static CAPABILITY: Capability = Capability { name: "home", verbs: &[], routes: &[], jobs: &[], openapi: None };
