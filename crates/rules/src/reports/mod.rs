//! Reports: what each figure counts, months, and groups too small to publish.

pub mod access;
