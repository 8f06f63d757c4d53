//! Which workers may do a task, and which of them cost least.
//!
//! A worker may do a task who has its skills, is free in its hours and is near enough. Of these conditions the skill is
//! by far the most selective (measured: one worker in a thousand has a given skill at a given hour), so workers are
//! divided by skill first and by place second. [`Index`] says how; [`check`] answers the same question by looking at
//! everybody.
//!
//! Cost of a worker for a task = distance in whole metres, rounded down, + the worker's weight in metres (fairness: who
//! has already served much may count as so much further away). Equal costs are decided by the lower id.

pub mod check;
mod index;
mod layer;
mod week;

pub use index::Index;
pub use week::{HOURS, Week};

/// Coordinates in metres, in any flat projection; at most [`Point::LIMIT`] from zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Point {
    pub x: i32,
    pub y: i32,
}

impl Point {
    /// Squared distances up to here fit in 64 bits.
    pub const LIMIT: i32 = 1 << 29;

    /// Whole metres, rounded down.
    #[inline]
    pub fn distance(self, other: Point) -> u32 {
        let (dx, dy) = (i64::from(self.x) - i64::from(other.x), i64::from(self.y) - i64::from(other.y));
        // Within the limits the root is below 2³¹.
        u32::try_from((dx * dx + dy * dy).isqrt()).unwrap_or(u32::MAX)
    }
}

/// A set of skills, one bit each: 64 kinds.
pub type Skills = u64;

/// Someone who may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worker {
    pub at: Point,
    pub skills: Skills,
    /// When they are free.
    pub week: Week,
    /// How far they go, in metres.
    pub reach: u32,
    /// Counted as so many metres further away.
    pub weight: u32,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    pub at: Point,
    /// All of these are needed.
    pub skills: Skills,
    /// Free in all of these hours is needed.
    pub week: Week,
    /// Nobody from further away, in metres.
    pub farthest: u32,
}

/// A worker who may do the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// In metres, see the module.
    pub cost: u64,
    pub worker: u32,
    /// Metres.
    pub distance: u32,
}

/// The first condition that keeps a worker from a task, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion {
    /// There is no such worker, or they have left.
    Absent,
    Skills {
        missing: Skills,
    },
    Hours {
        missing: Week,
    },
    /// Further than the task asks for or than they go: the smaller of both is `most`.
    Distance {
        metres: u32,
        most: u32,
    },
}

/// The candidate that the worker makes, or what keeps them from the task. This is the definition; the index only finds
/// faster what it says.
pub fn judge(id: u32, worker: &Worker, task: &Task) -> Result<Candidate, Exclusion> {
    let missing = task.skills & !worker.skills;
    if missing != 0 {
        return Err(Exclusion::Skills { missing });
    }
    let missing = task.week.without(worker.week);
    if !missing.is_empty() {
        return Err(Exclusion::Hours { missing });
    }
    let metres = worker.at.distance(task.at);
    let most = worker.reach.min(task.farthest);
    if metres > most {
        return Err(Exclusion::Distance { metres, most });
    }
    Ok(Candidate { cost: u64::from(metres) + u64::from(worker.weight), worker: id, distance: metres })
}

#[cfg(test)]
mod tests;
