//! A day's tasks at once: candidates from the index, then the exact assignment, alone and with convex costs of load.

use std::fmt::Write as _;
use std::fs;

use solver::assignment::{self, Answer, Choice, Problem, Task, Worker, check};
use solver::budget::Steps;
use solver::eligibility::Index;

use super::world::World;
use super::{Failure, clock};

/// Candidates of each task.
const K: usize = 32;
/// Metres, as all costs here.
const UNSERVED: i64 = 20_000;
/// What a worker's second and third task costs beside the way.
const FAIR: [i64; 3] = [0, 1500, 4500];

/// Prints pairings; CPU seconds of the index, the candidates and the assignment; its cost and gap in thousandths of a per
/// cent to the bound, with the candidates and with everybody who may; CPU seconds, cost and gap with loads; and what
/// serving each task in turn by the cheapest who is left costs.
pub fn run(workers: usize, tasks: usize, seed: u64, edges: &str) -> Result<(), Failure> {
    let mut world = World::new(seed);
    let people = world.workers(workers);
    let wanted = world.tasks(tasks);
    let (index, of_index) = timed(|| Index::new(people));
    let index = index?;
    let (problem, of_candidates) = timed(|| -> Result<Problem, Failure> {
        let mut problem = Problem { workers: vec![Worker { loads: vec![0] }; workers], ..Problem::default() };
        for task in &wanted {
            problem.tasks.push(choices(&index, task, K)?);
        }
        Ok(problem)
    });
    let problem = problem?;
    let (answer, of_assignment) = timed(|| assignment::solve(&problem, &mut Steps(u64::MAX)));
    let answer = answer?;
    checked(&problem, &answer)?;
    let pairings: usize = problem.tasks.iter().map(|t| t.choices.len()).sum();
    print!("{pairings}\t{of_index:.3}\t{of_candidates:.3}\t{of_assignment:.4}\t{}\t{}\t", answer.cost, answer.gap());

    let mut all = Problem { workers: problem.workers.clone(), ..Problem::default() };
    for task in &wanted {
        all.tasks.push(choices(&index, task, workers)?);
    }
    // Whoever is nobody's candidate has a price of 0, which is all that the bound asks for.
    print!("{}\t", (answer.cost - check::bound(&all, &answer.prices)) * 100_000 / answer.cost.max(1));

    let fair = Problem { workers: vec![Worker { loads: FAIR.to_vec() }; workers], ..problem.clone() };
    let (fairly, of_fair) = timed(|| assignment::solve(&fair, &mut Steps(u64::MAX)));
    let fairly = fairly?;
    checked(&fair, &fairly)?;
    println!("{of_fair:.4}\t{}\t{}\t{}", fairly.cost, fairly.gap(), in_turn(&problem));
    fs::write(edges, text(&problem))?;
    Ok(())
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = clock::of_thread();
    let result = work();
    (result, (clock::of_thread() - begun) as f64 / 1e9)
}

fn choices(index: &Index, task: &solver::eligibility::Task, k: usize) -> Result<Task, Failure> {
    let found = index.cheapest(task, k)?;
    let choice = |c: &solver::eligibility::Candidate| Choice {
        worker: c.worker,
        cost: i64::try_from(c.cost).unwrap_or(i64::MAX),
    };
    Ok(Task { slots: 1, unserved: UNSERVED, whole: false, choices: found.iter().map(choice).collect() })
}

fn checked(problem: &Problem, answer: &Answer) -> Result<(), Failure> {
    let found = check::violations(problem, answer);
    if found.is_empty() { Ok(()) } else { Err(format!("the checker finds {found:?}").into()) }
}

fn in_turn(problem: &Problem) -> i64 {
    let mut is_taken = vec![false; problem.workers.len()];
    let mut sum = 0;
    for task in &problem.tasks {
        match task.choices.iter().find(|c| !is_taken[c.worker as usize]) {
            Some(choice) => {
                is_taken[choice.worker as usize] = true;
                sum += choice.cost;
            }
            None => sum += task.unserved,
        }
    }
    sum
}

/// Tasks, workers and the cost of an empty slot; then task, worker and cost of each pairing.
fn text(problem: &Problem) -> String {
    let mut text = format!("{} {} {UNSERVED}\n", problem.tasks.len(), problem.workers.len());
    for (task, number) in problem.tasks.iter().zip(0..) {
        for choice in &task.choices {
            writeln!(text, "{number} {} {}", choice.worker, choice.cost).expect("a string takes all");
        }
    }
    text
}
