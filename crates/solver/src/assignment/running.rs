//! Tasks that arrive in sequence, assigned in small batches: each batch is solved exactly, with the loads already taken.
//!
//! Waiting a little and solving a batch is the standard middle way between answering at once and knowing everything
//! (for instance R. Alonso-Mora et al., "On-demand high-capacity ride-sharing", PNAS 114 (2017)). What was assigned
//! stays; a worker's next load costs what the next one costs.

use super::{Answer, Problem, Task, Worker, solve};
use crate::budget::Budget;
use crate::fault::Fault;

/// The workers with the loads that they have left.
#[derive(Clone, Debug, Default)]
pub struct Running {
    problem: Problem,
    /// Per worker, how many loads are taken.
    taken: Vec<u32>,
}

impl Running {
    pub fn new(workers: Vec<Worker>, apart: Vec<(u32, u32)>) -> Running {
        Running { taken: vec![0; workers.len()], problem: Problem { tasks: Vec::new(), workers, apart } }
    }

    /// Assigns a batch and keeps it. The answer's numbers are those of the batch alone.
    ///
    /// # Errors
    /// As [`solve`]; then nothing is kept.
    pub fn assign(&mut self, batch: Vec<Task>, budget: &mut dyn Budget) -> Result<Answer, Fault> {
        self.problem.tasks = batch;
        let answer = solve(&self.problem, budget)?;
        for worker in answer.workers.iter().flatten() {
            // The first cost left is that of the next load.
            self.problem.workers[*worker as usize].loads.remove(0);
            self.taken[*worker as usize] += 1;
        }
        Ok(answer)
    }

    /// How many tasks each worker has.
    pub fn taken(&self) -> &[u32] {
        &self.taken
    }
}
