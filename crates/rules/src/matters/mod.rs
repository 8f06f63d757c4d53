//! Matters: everything that comes in and must be answered, driven by kinds that are data.
//!
//! A [`Kind`] declares the form, the steps, the clocks and who may do what; [`workflow`] moves a [`Matter`] through it
//! and answers with a [`Change`], which the shell saves as it is.

pub mod access;
pub mod ahead;
pub mod asker;
pub mod back;
pub mod check;
pub mod clock;
pub mod closeness;
pub mod form;
pub mod handover;
pub mod kind;
pub mod load;
pub mod look;
pub mod matter;
pub mod news;
pub mod reply;
pub mod step;
pub mod visibility;
pub mod workflow;
pub mod writing;

pub use crate::shared::code::{self, Code};
pub use clock::{Awaited, Clock, ClockEffect, Left};
pub use form::Values;
pub use kind::Kind;
pub use load::{EMBEDDED, Kinds, Problem};
pub use matter::{Change, Closing, Fact, Given, Matter, Part, PartState, Pause, Phase};
pub use step::{Act, Answer, Requirement, Step, Trigger};
pub use workflow::{Context, Event};
