//! `helin backup` and `helin restore`: a folder that holds a whole city, the same from either engine.
//!
//! ```text
//! manifest.json          what is in it: version, steps of the schema, rows, and the SHA-256 of every part
//! manifest.sha256        the SHA-256 of that
//! tables/*.jsonl.gz      one file a table: a line with its columns, then a line a row
//! files/ kinds/ settings/   what lies beside the database
//! helin.key              only when it was asked for
//! ```

mod make;
mod manifest;
mod restore;
#[cfg(test)]
mod tests;

pub use make::Backup;
pub use restore::Restore;
#[cfg(test)]
pub use {make::make, manifest::Manifest, restore::restore};

/// What lies beside the database and belongs to the city.
const BESIDE: [&str; 3] = ["files", "kinds", "settings"];
const KEY: &str = "helin.key";
