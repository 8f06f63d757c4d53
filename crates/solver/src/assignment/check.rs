//! The independent checker: recomputes an answer's cost from the problem, names what is wrong with it, and turns prices
//! into a lower bound. Shares no code with the search.
//!
//! The bound is Lagrange's (A. Geoffrion, "Lagrangean relaxation for integer programming", 1974): let each task pick its
//! slots' cheapest of cost + price, each worker take every load cheaper than their price, and add up. Whatever the
//! prices, no answer costs less; at the prices of an optimal flow the sum is its cost.

use super::{Answer, Problem, Worker};

/// What is wrong with an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// The answer is for another number of tasks.
    Shape,
    /// The worker is not among the task's choices.
    NotAChoice {
        task: u32,
        worker: u32,
    },
    Twice {
        task: u32,
        worker: u32,
    },
    /// More workers than slots.
    TooMany {
        task: u32,
    },
    /// Some slots of a task that is to have all or none.
    Half {
        task: u32,
    },
    /// More tasks than the worker has loads.
    Overloaded {
        worker: u32,
    },
    /// Both do the task, and never should.
    Together {
        task: u32,
        pair: (u32, u32),
    },
    /// The cost or the bound is not what it says.
    WrongSum {
        found: i64,
        expected: i64,
    },
    /// The bound is higher than the cost, or the proof lies outside of them.
    WrongBound,
}

/// Everything that is wrong with the answer; empty for a good one.
pub fn violations(problem: &Problem, answer: &Answer) -> Vec<Violation> {
    let mut found = Vec::new();
    if answer.workers.len() != problem.tasks.len() || answer.prices.len() != problem.workers.len() {
        return vec![Violation::Shape];
    }
    for ((task, pairs), number) in problem.tasks.iter().zip(&answer.workers).zip(0u32..) {
        for (index, &worker) in pairs.iter().enumerate() {
            if !task.choices.iter().any(|c| c.worker == worker) {
                found.push(Violation::NotAChoice { task: number, worker });
            }
            if pairs[..index].contains(&worker) {
                found.push(Violation::Twice { task: number, worker });
            }
        }
        if pairs.len() > task.slots as usize {
            found.push(Violation::TooMany { task: number });
        }
        if task.whole && !pairs.is_empty() && pairs.len() < task.slots as usize {
            found.push(Violation::Half { task: number });
        }
        for &pair in &problem.apart {
            if pair.0 != pair.1 && pairs.contains(&pair.0) && pairs.contains(&pair.1) {
                found.push(Violation::Together { task: number, pair });
            }
        }
    }
    for ((worker, load), number) in problem.workers.iter().zip(loads(problem, &answer.workers)).zip(0u32..) {
        if load > worker.loads.len() {
            found.push(Violation::Overloaded { worker: number });
        }
    }
    for (found_sum, expected) in
        [(answer.cost, cost(problem, &answer.workers)), (answer.bound, bound(problem, &answer.prices))]
    {
        if found_sum != expected {
            found.push(Violation::WrongSum { found: found_sum, expected });
        }
    }
    if !(answer.bound <= answer.proved && answer.proved <= answer.cost) {
        found.push(Violation::WrongBound);
    }
    found
}

fn loads(problem: &Problem, workers: &[Vec<u32>]) -> Vec<usize> {
    let mut loads = vec![0; problem.workers.len()];
    for worker in workers.iter().flatten() {
        if let Some(load) = loads.get_mut(*worker as usize) {
            *load += 1;
        }
    }
    loads
}

/// The cost of pairings, as the module's formula says. What is no choice counts nothing: [`violations`] names it.
pub fn cost(problem: &Problem, workers: &[Vec<u32>]) -> i64 {
    let mut sum = 0;
    for (task, pairs) in problem.tasks.iter().zip(workers) {
        let choice = |worker: &u32| task.choices.iter().find(|c| c.worker == *worker);
        sum += pairs.iter().filter_map(choice).map(|c| c.cost).sum::<i64>();
        let served = i64::try_from(pairs.len()).unwrap_or(i64::MAX);
        sum += task.unserved * (i64::from(task.slots) - served).max(0);
    }
    for (worker, load) in problem.workers.iter().zip(loads(problem, workers)) {
        sum += worker.loads.iter().take(load).sum::<i64>();
    }
    sum
}

/// A number that no answer's cost is below, whatever the prices.
pub fn bound(problem: &Problem, prices: &[i64]) -> i64 {
    let mut sum = 0;
    // Who has no loads is never worth it: one look-up for each choice.
    let price = |(worker, price): (&Worker, &i64)| if worker.loads.is_empty() { i64::MAX } else { *price };
    let usable: Vec<i64> = problem.workers.iter().zip(prices).map(price).collect();
    for task in &problem.tasks {
        let costs = task.choices.iter().map(|c| c.cost.saturating_add(usable[c.worker as usize]).min(task.unserved));
        let costs = least(costs, task.slots as usize);
        let rest = i64::from(task.slots) - i64::try_from(costs.len()).unwrap_or(0);
        sum += costs.iter().sum::<i64>() + rest * task.unserved;
    }
    for (worker, price) in problem.workers.iter().zip(prices) {
        sum += worker.loads.iter().map(|load| (load - price).min(0)).sum::<i64>();
    }
    sum
}

/// So many of the least.
fn least(costs: impl Iterator<Item = i64>, count: usize) -> Vec<i64> {
    if count == 1 {
        return costs.min().into_iter().collect();
    }
    let mut costs: Vec<i64> = costs.collect();
    costs.sort_unstable();
    costs.truncate(count);
    costs
}
