//! Requests for correction 更正申请: asked for, verified and applied or refused, taken back, late.

pub mod actions;
pub mod api;
mod applying;
pub mod jobs;
pub mod pages;
pub mod store;
