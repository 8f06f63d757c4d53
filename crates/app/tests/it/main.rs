//! The product through its router and its actions, on both engines.

mod identity;
mod matters;
mod places;
