//! Why this one, why not me, why nobody: explanations as data, for the caller to put into words.
//!
//! An explanation is made from the problem and the answer alone, after the search and apart from it, so it holds for any
//! answer, also for one that a person changed by hand. In the manner of contrastive explanations (T. Miller,
//! "Explanation in artificial intelligence", Artificial Intelligence 267 (2019)): what would have to be otherwise, and
//! what it would cost.

mod assignment;
mod eligibility;
mod roster;

pub use assignment::{Chosen, LeftOut, Reason, TaskStory, of_task};
pub use eligibility::{Standing, of_worker};
pub use roster::{Alternative, Gap, ShiftStory, of_gap, of_shift};

#[cfg(test)]
mod tests;
