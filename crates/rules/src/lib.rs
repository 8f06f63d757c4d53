//! Decisions, without the world: no I/O, no clock, no dice.
//!
//! Every function here takes what it needs as arguments and answers with a value or a [`Refusal`](shared::Refusal).
//! One folder per capability, foundations first.

pub mod shared;

pub mod dispatch;
pub mod exchange;
pub mod matters;
pub mod paper;
pub mod people;
pub mod places;
pub mod reports;
pub mod rights;
pub mod service;
