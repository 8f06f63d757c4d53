//! The same answer by looking at everybody: the plainest reading of [`super::judge`], sorted.

use super::{Candidate, Task, Worker, judge};

/// The `k` cheapest of all workers; `None` stands for an absent one.
pub fn cheapest(workers: &[Option<Worker>], task: &Task, k: usize) -> Vec<Candidate> {
    let present = workers.iter().zip(0u32..).filter_map(|(worker, id)| worker.as_ref().map(|w| (id, w)));
    let mut all: Vec<Candidate> = present.filter_map(|(id, worker)| judge(id, worker, task).ok()).collect();
    all.sort_unstable();
    all.truncate(k);
    all
}
