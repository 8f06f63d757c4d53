//! What goes in and out as files: photos and spreadsheets.

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
    ],
    jobs: &[
        Job { name: imports::GO_ON, run: |tx, at, data| Box::pin(imports::go_on(tx, at, data)) },
        Job { name: imports::CLEAR, run: |tx, at, data| Box::pin(imports::clear(tx, at, data)) },
    ],
    openapi: None,
};
