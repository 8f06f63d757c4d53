//! Service: signing in and out, records of what was done, their confirmation, hours, ratings.
//!
//! The product's example of a capability; `docs/adding-a-verb.md` adds a verb to it.

pub mod actions;
