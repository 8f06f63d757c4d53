//! What no flow can say, all slots or none and never together, by branch and bound over flows.
//!
//! Best-first branch and bound (A. Land and A. Doig, "An automatic method of solving discrete programming problems",
//! Econometrica 28 (1960)). Each node's flow ignores the open conditions, so its cost is a bound. The first condition
//! that it breaks is branched on: a half-filled task stays empty or is filled before all else; of two who must not meet,
//! one or the other is not to have the task. Each node also gives an answer, by emptying what is broken.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::flow::{Flow, Limits};
use super::{Answer, Problem, check};
use crate::budget::{Budget, Progress, WHOLE};
use crate::fault::{Fault, within};

/// The best pairings that the budget allows. Steps are nodes expanded in path searches.
///
/// # Errors
/// What [`Problem::check`] finds; or a problem whose `whole` tasks are so many and so dear that the sums would overflow.
pub fn solve(problem: &Problem, budget: &mut dyn Budget) -> Result<Answer, Fault> {
    problem.check()?;
    let force = force(problem)?;
    let mut root = Flow::new(problem, &Limits { force, ..Limits::default() });
    let is_complete = root.run(0, budget);
    let bound = check::bound(problem, &root.price);
    let pairs = root.pairs();
    let cost = check::cost(problem, &pairs);
    let answer = |workers, cost, prices, proved, steps| Answer { workers, cost, prices, bound, proved, steps };
    if broken(problem, &pairs).is_none() {
        return Ok(answer(pairs, cost, root.price, if is_complete { cost } else { bound }, root.steps));
    }
    let best = repaired(problem, pairs.clone());
    let best_cost = check::cost(problem, &best);
    let mut tree = Tree { problem, open: BinaryHeap::new(), nodes: Vec::new(), best, best_cost, steps: root.steps };
    let proved = if is_complete {
        tree.branch(&pairs, &Limits { force, ..Limits::default() }, cost);
        tree.run(budget)
    } else {
        bound
    };
    Ok(answer(tree.best, tree.best_cost, root.price, proved, tree.steps))
}

/// A cost of an empty slot above all other costs together: a flow then fills forced slots first. Nothing is ever forced
/// when no task is whole.
fn force(problem: &Problem) -> Result<i64, Fault> {
    if !problem.tasks.iter().any(|t| t.whole) {
        return Ok(0);
    }
    let mut sum = 1i64;
    for task in &problem.tasks {
        let dearest = task.choices.iter().map(|c| c.cost).max().unwrap_or(0).max(task.unserved);
        sum = sum.saturating_add(dearest.saturating_mul(i64::from(task.slots)));
    }
    // Not the sum of all loads: no more of them can be taken than there are slots.
    let dearest = problem.workers.iter().filter_map(|w| w.loads.last()).max().copied().unwrap_or(0);
    sum = sum.saturating_add(dearest.saturating_mul(problem.slots()));
    let forcible = problem.tasks.iter().filter(|t| t.whole).map(|t| i64::from(t.slots)).sum::<i64>() + 1;
    within("the sum of costs times the slots of whole tasks", sum.saturating_mul(forcible), 0, 1 << 62)?;
    Ok(sum)
}

struct Tree<'a> {
    problem: &'a Problem,
    /// Bound and node, the lowest bound first.
    open: BinaryHeap<Reverse<(i64, usize)>>,
    nodes: Vec<Limits>,
    best: Vec<Vec<u32>>,
    best_cost: i64,
    steps: u64,
}

impl Tree<'_> {
    /// Works until nothing better can be open, and returns what is proved.
    fn run(&mut self, budget: &mut dyn Budget) -> i64 {
        while let Some(Reverse((bound, node))) = self.open.pop() {
            if bound >= self.best_cost {
                return self.best_cost;
            }
            if budget.spent(&Progress { steps: self.steps, best: Some(self.best_cost) }) >= WHOLE {
                return bound;
            }
            let limits = std::mem::take(&mut self.nodes[node]);
            let mut flow = Flow::new(self.problem, &limits);
            let is_complete = flow.run(self.steps, budget);
            self.steps += flow.steps.max(1);
            if !is_complete {
                return bound;
            }
            let pairs = flow.pairs();
            if limits.forced.iter().all(|t| is_full(self.problem, &pairs, *t)) {
                self.branch(&pairs, &limits, bound.max(check::cost(self.problem, &pairs)));
            }
        }
        self.best_cost
    }

    /// Keeps what the flow gives as an answer, and opens two nodes on the first condition that it breaks.
    fn branch(&mut self, pairs: &[Vec<u32>], limits: &Limits, bound: i64) {
        let answer = repaired(self.problem, pairs.to_vec());
        let cost = check::cost(self.problem, &answer);
        if cost < self.best_cost {
            (self.best, self.best_cost) = (answer, cost);
        }
        let (mut left, mut right) = (limits.clone(), limits.clone());
        match broken(self.problem, pairs) {
            None => return,
            Some(Broken::Half(task)) => {
                left.closed.push(task);
                right.forced.push(task);
            }
            Some(Broken::Together(task, (a, b))) => {
                left.banned.push((task, a));
                right.banned.push((task, b));
            }
        }
        for child in [left, right] {
            self.nodes.push(child);
            self.open.push(Reverse((bound, self.nodes.len() - 1)));
        }
    }
}

enum Broken {
    Half(u32),
    Together(u32, (u32, u32)),
}

fn is_full(problem: &Problem, pairs: &[Vec<u32>], task: u32) -> bool {
    pairs[task as usize].len() == problem.tasks[task as usize].slots as usize
}

fn meeting(problem: &Problem, pairs: &[u32]) -> Option<(u32, u32)> {
    if pairs.len() < 2 {
        return None;
    }
    problem.apart.iter().copied().find(|(a, b)| a != b && pairs.contains(a) && pairs.contains(b))
}

fn broken(problem: &Problem, pairs: &[Vec<u32>]) -> Option<Broken> {
    for (task, number) in problem.tasks.iter().zip(0u32..) {
        let workers = &pairs[number as usize];
        if let Some(pair) = meeting(problem, workers) {
            return Some(Broken::Together(number, pair));
        }
        if task.whole && !workers.is_empty() && !is_full(problem, pairs, number) {
            return Some(Broken::Half(number));
        }
    }
    None
}

/// Takes one of each meeting pair off, then empties what is half filled.
fn repaired(problem: &Problem, mut pairs: Vec<Vec<u32>>) -> Vec<Vec<u32>> {
    for (task, workers) in problem.tasks.iter().zip(&mut pairs) {
        while let Some((_, b)) = meeting(problem, workers) {
            workers.retain(|w| *w != b);
        }
        if task.whole && workers.len() < task.slots as usize {
            workers.clear();
        }
    }
    pairs
}
