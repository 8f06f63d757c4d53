//! What goes in and out as files: photos and spreadsheets.

pub mod api;
pub mod erasing;
pub mod imports;
pub mod intake;
pub mod lists;
pub mod loose;
mod pages;
pub mod photos;
pub mod store;
pub mod trying;

pub use pages::download;

use crate::capability::{Capability, Job, form, page};

/// How many refused rows are shown; the file of them has them all.
const SHOWN: i64 = 100;
/// How many of the rows that come in one page shows.
const ROWS: usize = 50;
/// How many imports are listed.
const LISTED: i64 = 20;
/// The media type of a workbook (ECMA-376).
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub static CAPABILITY: Capability = Capability {
    name: "exchange",
    verbs: rules::exchange::access::VERBS,
    routes: &[
        page!("/imports", pages::list),
        page!("/imports/template/{intake}", pages::template),
        page!("/imports/{id}", pages::show),
        page!("/imports/{id}/refused", pages::refused),
        form!("/imports", "people.import", pages::upload),
        form!("/imports/{id}/apply", "people.import", pages::apply),
        form!("/imports/{id}/cancel", "people.import", pages::cancel),
        page!("/api/v1/imports", api::list),
        page!("/api/v1/imports/{id}", api::show),
        page!("/api/v1/imports/{id}/rows", api::came),
        page!("/api/v1/intakes", api::intake_list),
        form!("/api/v1/imports", "people.import", api::upload),
        form!("/api/v1/imports/{id}/application", "people.import", api::apply),
        form!("/api/v1/imports/{id}/cancellation", "people.import", api::cancel),
    ],
    jobs: &[
        Job { name: imports::GO_ON, run: |tx, at, data| Box::pin(imports::go_on(tx, at, data)) },
        Job { name: imports::CLEAR, run: |tx, at, data| Box::pin(imports::clear(tx, at, data)) },
    ],
    openapi: Some(api::openapi),
};
