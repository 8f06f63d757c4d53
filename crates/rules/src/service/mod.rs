//! Service: attendance, records, confirmation, hours, ratings.

pub mod access;
