//! Why a task has these workers: the costs that add up, and for each of its other choices what kept them away.
//!
//! How much dearer another choice would be comes from the answer's prices: a pairing's reduced cost is the least by which
//! any answer with that pairing exceeds the bound (sensitivity analysis; V. Chvátal, "Linear Programming", 1983).

use crate::assignment::{Answer, Problem};

/// Why a task is served as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStory {
    pub chosen: Vec<Chosen>,
    /// The other choices, those that would cost least first.
    pub left_out: Vec<LeftOut>,
    /// Empty slots, and what they cost together.
    pub empty: u32,
    pub empty_cost: i64,
}

/// The costs of one worker at the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub worker: u32,
    pub pairing: i64,
    /// How many tasks the worker has, and what the last of them costs as a load.
    pub tasks: u32,
    pub load: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    pub worker: u32,
    pub reason: Reason,
    /// Every answer with this worker at the task costs at least so much more than the bound.
    pub at_least: i64,
}

/// What keeps a choice away, the first that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The worker takes no tasks at all.
    NoTime,
    /// Never together with a worker who has the task.
    Apart { from: u32 },
    /// The task wants all slots or none, and not all could be filled.
    NotEnough,
    /// As many tasks as the worker takes: these.
    Busy { tasks: Vec<u32> },
    /// The others, or the empty slot, cost less.
    Dearer,
}

/// `None` for a task that does not exist, or an answer of another shape.
pub fn of_task(problem: &Problem, answer: &Answer, number: u32) -> Option<TaskStory> {
    let task = problem.tasks.get(number as usize)?;
    let workers = answer.workers.get(number as usize)?;
    let tasks_of = |worker: u32| -> Vec<u32> {
        (0u32..).zip(&answer.workers).filter(|(_, w)| w.contains(&worker)).map(|(task, _)| task).collect()
    };
    let value = value(problem, answer, number);
    let (mut chosen, mut left_out) = (Vec::new(), Vec::new());
    for choice in &task.choices {
        let loads = &problem.workers.get(choice.worker as usize)?.loads;
        let tasks = tasks_of(choice.worker);
        if workers.contains(&choice.worker) {
            let load = tasks.len().checked_sub(1).and_then(|last| loads.get(last)).copied().unwrap_or(0);
            let tasks = crate::num::id(tasks.len());
            chosen.push(Chosen { worker: choice.worker, pairing: choice.cost, tasks, load });
            continue;
        }
        let rival = |(a, b): &(u32, u32)| match choice.worker {
            w if w == *a => workers.contains(b).then_some(*b),
            w if w == *b => workers.contains(a).then_some(*a),
            _ => None,
        };
        let reason = if loads.is_empty() {
            Reason::NoTime
        } else if let Some(from) = problem.apart.iter().find_map(rival) {
            Reason::Apart { from }
        } else if task.whole && workers.is_empty() && task.slots > 1 {
            Reason::NotEnough
        } else if tasks.len() >= loads.len() {
            Reason::Busy { tasks }
        } else {
            Reason::Dearer
        };
        let price = answer.prices.get(choice.worker as usize)?;
        left_out.push(LeftOut { worker: choice.worker, reason, at_least: (choice.cost + price - value).max(0) });
    }
    left_out.sort_by_key(|l| (l.at_least, l.worker));
    let empty = task.slots.saturating_sub(crate::num::id(workers.len()));
    Some(TaskStory { chosen, left_out, empty, empty_cost: task.unserved.saturating_mul(i64::from(empty)) })
}

/// What the task's last slot is worth at the answer's prices: another pairing must cost less to be better.
fn value(problem: &Problem, answer: &Answer, number: u32) -> i64 {
    let task = &problem.tasks[number as usize];
    let priced = |worker: u32| answer.prices.get(worker as usize).copied().unwrap_or(0);
    let takes = |worker: u32| problem.workers.get(worker as usize).is_some_and(|w| !w.loads.is_empty());
    let usable = task.choices.iter().filter(|c| takes(c.worker));
    let mut costs: Vec<i64> = usable.map(|c| c.cost + priced(c.worker)).collect();
    costs.sort_unstable();
    let last = (task.slots as usize).checked_sub(1).and_then(|at| costs.get(at)).copied();
    last.map_or(task.unserved, |cost| cost.min(task.unserved))
}
