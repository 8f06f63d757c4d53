//! Dispatch: tasks, who could serve, offers that are answered freely, waves.

pub mod access;
pub mod eligibility;
pub mod found;
pub mod in_time;
pub mod offer;
pub mod on_hand;
pub mod quiet;
pub mod ranking;
pub mod settings;
pub mod staff;
pub mod task;
pub mod telling;
pub mod wave;
pub mod way;

#[cfg(test)]
mod tests;

pub use eligibility::{Asked, Candidate, Exclusion, Way};
pub use found::{Filled, Found, found};
pub use in_time::{Beside, beside_promise, keeps_promise};
pub use offer::{Offer, OfferState};
pub use quiet::{Night, QuietHours};
pub use ranking::{Ranking, Reason, Weights};
pub use settings::{DispatchRules, DispatchSettings};
pub use staff::SteppedBack;
pub use task::{Needs, Risk, Task, TaskRules, TaskState, is_cut_from, is_still_sought};
pub use telling::tells_no_contact;
pub use wave::{Step, WavePlan, WavePlans};
