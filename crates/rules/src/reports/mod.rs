//! Reports: what each figure counts, months, and groups too small to publish.

pub mod access;
pub mod measure;
pub mod period;
pub mod rate;
pub mod suppress;
pub mod within;

#[cfg(test)]
mod tests;

pub use measure::{Counts, DatedBy, Label, Measure, Question, RateOf, age_group, labels, measure, measures, questions};
pub use period::{Coverage, Month, Value};
pub use rate::{Open, PublicRate, Rate};
pub use suppress::{Margins, SMALLEST_GROUP, Shown, suppress};
pub use within::{Part, suppress_parts};
