//! The product: one folder per capability, and the technical rooms they share.
//!
//! Read [`capability`] for what a capability contributes, then `service/` as the example of one.

pub mod audit;
pub mod capability;
pub mod city;
pub mod core;
pub mod identity;
pub mod jobs;
pub mod stop;
pub mod web;

pub mod places;

pub use capability::{CAPABILITIES, Capability};
pub use core::{App, Clock, Dice, Tx};
pub use stop::Stop;
