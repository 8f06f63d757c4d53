//! The product: one folder per capability, and the technical rooms they share.
//!
//! Read [`capability`] for what a capability contributes, then `service/` as the example of one.

pub mod audit;
pub mod capability;
pub mod city;
pub mod core;
pub mod exchange;
pub mod home;
pub mod identity;
pub mod jobs;
pub mod migrations;
pub mod stop;
#[cfg(feature = "testing")]
pub mod testing;
pub mod web;
pub mod words;

pub mod dispatch;
pub mod matters;
pub mod paper;
pub mod people;
pub mod places;
pub mod reports;
pub mod rights;
pub mod service;

pub use capability::{CAPABILITIES, Capability};
pub use core::{App, Clock, Dice, Parts, Tx};
pub use stop::Stop;
