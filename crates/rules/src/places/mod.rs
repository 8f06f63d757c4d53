//! Places: city → county → township → village or community → grid; their codes, paths and distance.

pub mod access;
pub mod code;
pub mod grid;
pub mod name;
pub mod path;

pub use code::{Level, PlaceCode, Settlement};
pub use path::Distance;
