//! What was done and what was read. A timeline is a filtered view of the events; the access log is what a person sees
//! under 「谁看过我的信息」.

mod events;
mod reads;

pub use events::{Event, record, record_about, replace, strip, strip_where, timeline};
pub use reads::{
    After, Look, Named, Narrowed, ReadRow, Reading, Whose, last_look_of, looked_at, readers_of, reads_within,
};

use crate::Capability;

pub static CAPABILITY: Capability = Capability { name: "audit", verbs: &[], routes: &[], jobs: &[], openapi: None };
