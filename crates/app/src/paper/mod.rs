//! Paper: numbered blank forms, printed in batches and entered later with the time that is written on them. What a row says
//! goes through the verb of `matters` or `service` that a page would do it by.

pub mod actions;
mod api;
pub mod entering;
mod pages;
pub mod store;

use crate::capability::{Capability, form, page};

pub static CAPABILITY: Capability = Capability {
    name: "paper",
    verbs: rules::paper::access::VERBS,
    routes: &[
        page!("/paper", pages::list::show),
        form!("/paper", "paper.print", pages::list::print),
        // What the QR of a form leads to.
        page!("/paper/form/{serial}", pages::batch::form),
        page!("/paper/{batch}", pages::batch::show),
        page!("/paper/{batch}/print", pages::print::show),
        page!("/paper/{batch}/entry", pages::entry::show),
        form!("/paper/{batch}/entry", "paper.enter", pages::entry::send),
        form!("/paper/{batch}/spoilt", "paper.spoil", pages::batch::spoil),
        page!("/api/v1/paper/batches", api::index),
        page!("/api/v1/paper/batches/{id}", api::show),
        form!("/api/v1/paper/batches", "paper.print", api::print),
        form!("/api/v1/paper/batches/{id}/rows", "paper.enter", api::enter),
        form!("/api/v1/paper/batches/{id}/spoilt", "paper.spoil", api::spoil),
    ],
    jobs: &[],
    openapi: Some(api::openapi),
};
