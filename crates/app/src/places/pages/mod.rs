//! Pages of places: choosing one for a form, and the page of one.

pub mod choose;
pub mod fitting;
pub mod place;
