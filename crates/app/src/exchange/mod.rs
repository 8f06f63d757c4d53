//! What goes in and out as files: photos now, spreadsheets beside them.

pub mod loose;
pub mod photos;
