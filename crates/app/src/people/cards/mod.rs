//! Service cards 便民服务卡: asked for, made and printed, replaced, reported lost. What a card opens when it is shown is
//! `service`'s: it signs volunteers in.

pub mod actions;
pub mod api;
pub mod pages;
pub mod store;

pub use store::{CardRow, shown};
