//! Optimisers for workers, tasks and shifts, with their explanations.
//!
//! | module | question | method |
//! | --- | --- | --- |
//! | [`eligibility`] | which workers may do this task, and which are nearest? | a grid per skill, searched ring by ring |
//! | [`assignment`] | who does what, when many tasks meet many workers? | shortest augmenting paths, with a dual bound |
//! | [`roster`] | who takes which shift on which day? | annealing, and an exact programme for one person's row |
//! | [`explain`] | why this one, why not me, why nobody? | rules and costs as data |
//!
//! **Pure.** The crate reads no clock and no file and rolls no dice but its own: the same input, seed and sequence of
//! answers from the [`budget::Budget`] give the same result, on every machine, because all costs are integers.
//!
//! **Anytime.** Whoever calls says when to stop, and is told the progress on the way. What has been found by then is a
//! valid answer.
//!
//! **Checked.** Each module has a `check` that recomputes an answer from the model alone, in the plainest way, sharing
//! no code with the search. Callers should use it on every answer that they show to people.
//!
//! **No panic on input.** A model that cannot be is answered with a [`fault::Fault`]; a model without a good answer is
//! answered with the best there is and the reasons for what is missing.
//!
//! Units: distances in metres, times in minutes, days counted from 0, costs in the caller's own unit (whole numbers).

pub mod assignment;
pub mod budget;
pub mod dice;
pub mod eligibility;
pub mod explain;
pub mod fault;
pub mod num;
pub mod roster;
