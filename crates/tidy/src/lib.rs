//! Lints of our own: what the compiler and clippy cannot hold, read from the sources.
//!
//! A lint is a function from [`Source`]s to [`Finding`]s. Its unit tests show it failing on a bad sample;
//! `tests/tree.rs` runs it over the real tree. None of this is compiled into the product.

pub mod adr;
pub mod cargo;
pub mod downhill;
pub mod engine;
pub mod licences;
pub mod locales;
pub mod order;
pub mod pages;
pub mod permits;
pub mod pure;
pub mod routes;
pub mod schemas;
pub mod size;
pub mod tokens;
pub mod tree;
pub mod unfinished;

pub use tree::{Finding, Source};
