//! Reports: the public figures, each with its definition, its rows, and no small group in it.

mod api;
mod asked;
mod figures;
mod marks;
mod pages;
mod records;
pub mod store;
mod wording;

pub use figures::{Seen, View, find_place};

use crate::capability::{Capability, form, public};

pub static CAPABILITY: Capability = Capability {
    name: "reports",
    verbs: rules::reports::access::VERBS,
    routes: &[
        public!("/report", pages::overview),
        public!("/report/print", pages::print),
        public!("/report/{measure}", pages::detail),
        public!("/report/{measure}/table.csv", pages::table),
        public!("/report/{measure}/records", records::page),
        form!("/report/{measure}/records/export", "exchange.export", records::export),
        public!("/api/v1/reports/{measure}", api::show),
    ],
    jobs: &[],
    openapi: Some(api::openapi),
};
