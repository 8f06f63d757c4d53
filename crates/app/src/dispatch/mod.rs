//! Dispatch: tasks cut from matters, who could serve, offers that are answered freely, waves.

pub mod actions;
mod answers;
mod candidates;
mod contact;
mod in_hand;
mod jobs;
mod messages;
pub mod reasons;
mod saving;
pub mod store;
mod waves;

pub use in_hand::InHand;
pub use reasons::Said;

use crate::capability::{Capability, Job};

pub static CAPABILITY: Capability = Capability {
    name: "dispatch",
    verbs: rules::dispatch::access::VERBS,
    routes: &[],
    jobs: &[
        Job { name: jobs::EXPIRE, run: |tx, at, data| Box::pin(jobs::expire(tx, at, data)) },
        Job { name: jobs::WAVE, run: |tx, at, data| Box::pin(jobs::wave(tx, at, data)) },
    ],
    openapi: None,
};
