//! What leaves as files.

pub mod access;
