//! Who does what, when many tasks meet many workers: at the least total cost, proved.
//!
//! total = Σ cost of each pairing + Σ load costs of each worker + Σ `unserved` of each empty slot
//!
//! A worker's load costs are those of their first, second, … task; they never fall, so a convex price of fairness is
//! spelled out as parallel arcs. Without [`Task::whole`] and [`Problem::apart`] this is a minimum-cost flow, solved
//! exactly by [`flow`]; with them, by branching over such flows in [`branch`]. Every answer carries prices that
//! [`check::bound`] turns into a lower bound, so that anyone can see how far from the best it may be.

mod branch;
pub mod check;
mod flow;
mod running;

pub use branch::solve;
pub use running::Running;

use crate::fault::{Fault, known, within};
use crate::num::cost;

/// Someone who may be paired with a task, and at what cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub worker: u32,
    pub cost: i64,
}

/// A task with one or more slots, each for another worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    pub slots: u32,
    /// What an empty slot costs.
    pub unserved: i64,
    /// All slots or none: two people for one task.
    pub whole: bool,
    /// Each worker at most once.
    pub choices: Vec<Choice>,
}

/// A worker's further cost of the first, second, … task; as many tasks as there are costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worker {
    pub loads: Vec<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problem {
    pub tasks: Vec<Task>,
    pub workers: Vec<Worker>,
    /// Pairs of workers who never do the same task.
    pub apart: Vec<(u32, u32)>,
}

/// Costs are from 0 to here, so that sums stay exact.
pub const MOST_COST: i64 = 1 << 36;
/// Slots of all tasks together.
pub const MOST_SLOTS: i64 = 1 << 22;

impl Problem {
    /// Says what is wrong with the problem, if something is. [`solve`] asks this first.
    ///
    /// # Errors
    /// Unknown or doubled workers, costs out of range, load costs that fall.
    pub fn check(&self) -> Result<(), Fault> {
        for worker in &self.workers {
            for (index, pair) in worker.loads.windows(2).enumerate() {
                if pair[1] < pair[0] {
                    return Err(Fault::Falling { what: "a worker's loads", index: index + 1 });
                }
            }
            worker.loads.iter().try_for_each(|c| within("a load's cost", *c, 0, MOST_COST))?;
        }
        // Which task named each worker last: finds a worker named twice without sorting.
        let mut named = vec![u32::MAX; self.workers.len()];
        within("the number of tasks and workers", cost(self.tasks.len() + self.workers.len()), 0, 1 << 31)?;
        for (task, index) in self.tasks.iter().zip(0u32..) {
            within("an empty slot's cost", task.unserved, 0, MOST_COST)?;
            for choice in &task.choices {
                known("worker", choice.worker as usize, self.workers.len())?;
                within("a pairing's cost", choice.cost, 0, MOST_COST)?;
                if std::mem::replace(&mut named[choice.worker as usize], index) == index {
                    return Err(Fault::Twice { what: "worker", index: u64::from(choice.worker) });
                }
            }
        }
        for (a, b) in &self.apart {
            known("worker", *a as usize, self.workers.len())?;
            known("worker", *b as usize, self.workers.len())?;
        }
        within("the number of slots", self.slots(), 0, MOST_SLOTS)
    }

    /// Slots of all tasks together.
    pub fn slots(&self) -> i64 {
        self.tasks.iter().fold(0, |sum, t| sum.saturating_add(i64::from(t.slots)))
    }
}

/// Who does what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Per task its workers, by id.
    pub workers: Vec<Vec<u32>>,
    pub cost: i64,
    /// Per worker the price of their time, from which [`check::bound`] makes a lower bound.
    pub prices: Vec<i64>,
    /// That bound: no answer costs less.
    pub bound: i64,
    /// What the search itself proved: from `bound` to `cost`. Equal to `cost` when the answer is the best there is.
    pub proved: i64,
    /// Paths' nodes expanded.
    pub steps: u64,
}

impl Answer {
    /// How far above the bound the answer may be, in thousandths of a per cent, rounded up; 0 is the best there is.
    pub fn gap(&self) -> u64 {
        let over = u128::try_from(self.cost - self.proved).unwrap_or(0);
        let of = u128::try_from(self.cost).unwrap_or(1).max(1);
        u64::try_from((over * 100_000).div_ceil(of)).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests;
