//! The product through its router and its actions, on both engines.

mod clocks;
mod desk;
mod identity;
mod kinds;
mod matters;
mod places;
mod reports;
