//! What everybody may ask about their own data (个人信息保护法 第四十四条至第四十八条): see what is kept and why, take a copy
//! along, have it corrected, be erased; and what whoever handles it says to everybody: who answers, and what was weighed. It
//! stands above the capabilities, because what is kept about people is kept by all of them.

mod account;
mod api;
pub mod assessments;
pub mod copy;
mod copying;
mod copying_asked;
pub mod corrections;
pub mod data_handlers;
pub mod erasing;
mod exports;
mod pages;
mod privacy;
pub mod reads;
mod routes;
mod words;

use crate::capability::{Capability, Job};

pub static CAPABILITY: Capability = Capability {
    name: "rights",
    verbs: rules::rights::access::VERBS,
    routes: routes::ROUTES,
    jobs: &[Job { name: corrections::jobs::DUE, run: |tx, at, data| Box::pin(corrections::jobs::due(tx, at, data)) }],
    openapi: Some(api::openapi),
};
