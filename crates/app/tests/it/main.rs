//! The product through its router and its actions, on both engines.

mod desk;
mod identity;
mod places;
