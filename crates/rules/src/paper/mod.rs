//! Paper: blank forms that are printed with numbers, and entered later with the time that is written on them.

pub mod access;
pub mod form;

#[cfg(test)]
mod tests;

pub use form::{Sort, Spoilt};
