//! Service: signing in and out, records of what was done, their confirmation, hours, certificates, ratings.
//!
//! The product's example of a capability; `docs/adding-a-verb.md` adds a verb to it.

pub mod actions;
mod api;
pub mod appealing;
pub mod appeals;
pub mod certificates;
pub mod certifying;
pub mod check_codes;
pub mod confirming;
pub mod erasing;
mod jobs;
pub mod looking;
pub mod national;
pub mod objecting;
pub mod objections;
mod pages;
mod past;
pub mod recording;
pub mod records;
pub mod reviewing;
pub mod reviews;
mod routes;
mod settling;
pub mod sheet;
pub mod store;
mod told;
mod view;
mod weighing;

pub use jobs::CLOSE_FORGOTTEN;
pub use pages::{Objected, rating};

use crate::capability::{Capability, Job, Unsettled};

/// Records of service that nobody has confirmed, or that somebody says are wrong.
pub const UNCONFIRMED: Unsettled = Unsettled {
    words: "desk-unsettled-records",
    count: "SELECT COUNT(*) FROM service_records WHERE cell = $1 AND matter_id = $2 \
            AND state IN ('recorded', 'contested')",
};

pub static CAPABILITY: Capability = Capability {
    name: "service",
    verbs: rules::service::access::VERBS,
    routes: routes::ROUTES,
    jobs: &[
        Job { name: jobs::CLOSE_FORGOTTEN, run: |tx, at, data| Box::pin(jobs::close_forgotten(tx, at, data)) },
        Job { name: jobs::CALL_OFF, run: |tx, at, data| Box::pin(jobs::call_off(tx, at, data)) },
        Job { name: jobs::RECORD_DUE, run: |tx, at, data| Box::pin(jobs::record_due(tx, at, data)) },
        Job { name: weighing::LOOK_AGAIN, run: |tx, at, data| Box::pin(weighing::look_again(tx, at, data)) },
        Job { name: past::LOOK_BACK, run: |tx, at, data| Box::pin(past::look_back(tx, at, data)) },
    ],
    openapi: Some(api::openapi),
};
