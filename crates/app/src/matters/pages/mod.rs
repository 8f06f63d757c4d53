//! Pages of matters.

pub mod desk;
pub mod handling;
