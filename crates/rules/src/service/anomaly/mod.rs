//! Signs that hours may be made up, and when they are enough to look before the hours count. Pure: over one record and
//! what stands around it. A sign accuses nobody; it is a sentence with its figures, and people decide ([`super::review`]).

mod facts;
mod past;
mod settings;
mod signs;

pub use facts::{Card, Entry, Facts, Neighbour, Shares, Signature, Signed};
pub use past::{Past, Reviewed};
pub use settings::AnomalyRules;
pub use signs::{Finding, Sign, find, night_minutes};

use crate::shared::ids::RecordId;

/// Whether the person served is asked about a record by telephone: a fixed share, drawn by its id alone, so that nobody
/// chooses and the same record is always drawn.
pub fn is_sampled(record: RecordId, rules: &AnomalyRules) -> bool {
    // FNV-1a: spreads ids that differ in their last bits; nothing depends on its being hard to foresee.
    let hash =
        record.uuid.as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    (hash ^ (hash >> 32)) % 10_000 < u64::from(rules.call_back_of_10000)
}
