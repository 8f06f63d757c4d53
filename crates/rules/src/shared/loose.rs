//! Files that somebody writes by hand and that do not read as a whole: part by part, so that every mistake is told at once.

use serde::de::DeserializeOwned;
use toml::Table;

/// Parts of a file, each with where it stands.
pub type Placed<At, T> = Vec<(At, T)>;

/// What can be read of the parts of a file, and what is wrong with the others, each with where it stands. `first`, at which
/// reading of the whole ended, is told already.
pub fn one_by_one<At, T: DeserializeOwned>(
    parts: impl IntoIterator<Item = (At, Table)>,
    first: &str,
) -> (Placed<At, T>, Placed<At, String>) {
    let (mut good, mut wrong, mut is_told) = (Vec::new(), Vec::new(), false);
    for (at, part) in parts {
        match part.try_into::<T>() {
            Ok(part) => good.push((at, part)),
            Err(error) if !is_told && error.message() == first => is_told = true,
            Err(error) => wrong.push((at, error.message().to_owned())),
        }
    }
    (good, wrong)
}
