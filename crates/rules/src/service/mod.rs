//! Service: attendance, records, confirmation, hours, ratings.

pub mod access;
pub mod anomaly;
pub mod appeal;
pub mod attendance;
pub mod certificate;
pub mod confirmation;
pub mod hours;
pub mod look;
pub mod national;
pub mod objection;
pub mod presence;
pub mod rating;
pub mod record;
pub mod review;

#[cfg(test)]
mod tests;

pub use attendance::{Attendance, AttendanceRules, Closing, Stamp};
pub use confirmation::{Confirmation, Standing};
pub use hours::Hours;
pub use presence::Means;
pub use rating::{Rating, Solved};
pub use record::{Evidence, RecordState, ServiceRecord};
pub use review::ReviewState;
