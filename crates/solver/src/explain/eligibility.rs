//! Where one worker stands among those who were found for a task: the first condition that excludes them, or their cost
//! beside the others'.

use crate::eligibility::{Candidate, Exclusion, Index, Task};

/// A worker's standing for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Among those found, from 1.
    Found {
        place: usize,
        cost: u64,
    },
    /// Eligible, and dearer than the last of those found by so many metres. 0 is a tie, which the lower id wins.
    Dearer {
        by: u64,
    },
    /// Eligible and not found though not dearer: `allow` left them out, or nobody else was asked for.
    LeftOut {
        cost: u64,
    },
    Excluded(Exclusion),
}

/// Where the worker stands; `found` is what [`Index::cheapest_of`] returned for the task.
pub fn of_worker(index: &Index, task: &Task, found: &[Candidate], worker: u32) -> Standing {
    let candidate = match index.judge(worker, task) {
        Ok(candidate) => candidate,
        Err(exclusion) => return Standing::Excluded(exclusion),
    };
    if let Some(place) = found.iter().position(|c| c.worker == worker) {
        return Standing::Found { place: place + 1, cost: candidate.cost };
    }
    match found.last() {
        Some(last) if candidate > *last => Standing::Dearer { by: candidate.cost - last.cost },
        _ => Standing::LeftOut { cost: candidate.cost },
    }
}
