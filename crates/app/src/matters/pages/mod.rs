//! Pages of matters.

pub mod call;
mod carried;
mod check;
pub mod desk;
pub mod filled;
pub mod flow;
pub mod handling;
pub mod help;
pub mod holder;
pub mod line;
pub mod noted;
pub mod questions;
pub mod raise;
pub mod replies;
pub mod said;
mod send;
pub mod track;
