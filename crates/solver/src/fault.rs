//! What is wrong with a model, as data: the caller turns it into words.

use std::fmt;

/// A model that cannot be. Nothing was searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `what` names thing number `index`, of which there are only `count`.
    Unknown { what: &'static str, index: u64, count: u64 },
    /// `what` is outside of what it may be.
    OutOfRange { what: &'static str, value: i64, least: i64, most: i64 },
    /// A list has not the length that others demand.
    Length { what: &'static str, found: usize, expected: usize },
    /// A list of costs must not fall, and this one does at `index`.
    Falling { what: &'static str, index: usize },
    /// The same thing is named twice.
    Twice { what: &'static str, index: u64 },
    /// A text that cannot be read, at line `line` (from 1).
    Text { line: usize, expected: &'static str },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unknown { what, index, count } => write!(f, "{what} {index} is unknown: there are {count}"),
            Fault::OutOfRange { what, value, least, most } => {
                write!(f, "{what} is {value}, and must be from {least} to {most}")
            }
            Fault::Length { what, found, expected } => write!(f, "{what} has {found} items instead of {expected}"),
            Fault::Falling { what, index } => write!(f, "{what} must not fall, and does at {index}"),
            Fault::Twice { what, index } => write!(f, "{what} {index} is named twice"),
            Fault::Text { line, expected } => write!(f, "line {line}: expected {expected}"),
        }
    }
}
impl std::error::Error for Fault {}

/// Refuses `value` outside of `least..=most`.
pub(crate) fn within(what: &'static str, value: i64, least: i64, most: i64) -> Result<(), Fault> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(Fault::OutOfRange { what, value, least, most }) }
}

/// Refuses an `index` that is not below `count`.
pub(crate) fn known(what: &'static str, index: usize, count: usize) -> Result<(), Fault> {
    if index < count { Ok(()) } else { Err(Fault::Unknown { what, index: index as u64, count: count as u64 }) }
}
