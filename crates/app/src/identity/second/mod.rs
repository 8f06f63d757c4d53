//! The second step of a staff sign-in: set up by its owner, asked for after the password, lost with the telephone, taken
//! away by an administrator who gives a reason.

pub mod actions;
pub mod api;
pub mod entering;
pub mod pages;
mod store;
pub mod totp;
