//! Who takes which shift on which day.
//!
//! A roster gives each person at most one shift a day; a shift fills one post or several (a whole night fills both
//! halves). The rules of [`Rule`] are hard. Soft, and added up in the caller's unit of cost: people missing or too many
//! at a post, wishes, the cost of a kind of shift, hours that differ from one's share, partners who serve apart.
//!
//! The public model of T. Curtois and R. Qu, "Computational results on new staff scheduling benchmark instances", 2014,
//! is a part of this one; [`public_format`] reads its instances.

mod anneal;
pub mod check;
mod compiled;
mod delta;
mod model;
mod prices;
pub mod public_format;
mod rebuild;
mod reduce;
mod replan;
mod row;
mod search;
mod state;

pub use model::{Demand, Lapse, Model, Partners, Person, Post, Roster, Rule, Shift, Want, Wish};
pub use replan::{Absence, Cost, Replanned, replan};
pub use row::{BestRow, best_row};
pub use search::{Answer, solve};

#[cfg(test)]
mod tests;
