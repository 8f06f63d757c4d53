//! Work that a change caused: queued in the same transaction, done later, shallow and repeatable.

mod queue;
mod runner;
mod wording;

pub mod notify;
pub mod scrub;

pub use queue::{Queued, cancel, enqueue, enqueue_first};
pub use runner::{Ran, next_due, run_due, run_due_in, work};
pub use wording::Messages;
