//! Matters: everything that comes in and must be answered.

pub mod actions;
pub mod api;
pub mod asker;
pub mod behalf;
pub mod called;
mod clocks;
pub mod closeness;
pub mod erasing;
mod handlers;
pub mod handovers;
pub mod inviting;
pub mod kept;
mod lateness;
pub mod left;
pub mod looks;
pub mod merged;
mod messages;
pub mod notes;
pub mod noting;
mod open;
pub mod pages;
pub mod photos;
pub mod prefill;
pub mod queues;
pub mod reaching;
pub mod replies;
mod routes;
pub mod store;
mod unsettled;
pub mod urging;
pub mod view;

pub use clocks::{Loaded, TICK, awaiting_calendar, load_calendar, unwatched, watch};
pub use messages::given_back as tell_given_back;
pub use open::{Held, NOTED, context, kind_of};

use crate::capability::{Capability, Job};

/// The private matters of a person, the newest first.
pub const PRIVATE: &str = "SELECT code, kind, title, recorded_at FROM matters_matters WHERE private \
                           AND ((reporter_cell = $1 AND reporter_id = $2) OR (subject_cell = $1 AND subject_id = $2)) \
                           ORDER BY recorded_at DESC, cell, id LIMIT 200";

pub static CAPABILITY: Capability = Capability {
    name: "matters",
    verbs: rules::matters::access::VERBS,
    routes: routes::ROUTES,
    jobs: &[Job { name: TICK, run: |tx, at, data| Box::pin(clocks::tick(tx, at, data)) }],
    openapi: Some(api::openapi),
};
