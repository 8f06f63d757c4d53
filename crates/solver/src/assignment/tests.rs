use proptest::prelude::*;

use super::check::{bound, cost, violations};
use super::*;
use crate::budget::{Progress, Steps};

const PLENTY: Steps = Steps(10_000_000);

fn problem(tasks: usize, workers: usize, dearest: i64, is_plain: bool) -> impl Strategy<Value = Problem> {
    let loads = prop::collection::vec(0..dearest, 0..4).prop_map(|mut loads| {
        loads.sort_unstable();
        Worker { loads }
    });
    (prop::collection::vec(loads, 1..=workers), 0..=tasks).prop_flat_map(move |(workers, tasks)| {
        let count = workers.len();
        let choices = prop::collection::btree_map(0..id_of(count), 0..dearest, 0..=count);
        let task =
            (0..4u32, 0..dearest * 2, any::<bool>(), choices).prop_map(move |(slots, unserved, whole, choices)| {
                let choices = choices.into_iter().map(|(worker, cost)| Choice { worker, cost }).collect();
                Task { slots, unserved, whole: whole && !is_plain, choices }
            });
        let apart = prop::collection::vec((0..id_of(count), 0..id_of(count)), 0..if is_plain { 1 } else { 4 });
        (prop::collection::vec(task, tasks), Just(workers), apart).prop_map(|(tasks, workers, apart)| Problem {
            tasks,
            workers,
            apart,
        })
    })
}

fn id_of(n: usize) -> u32 {
    u32::try_from(n).unwrap()
}

/// Tries every set of workers for every task.
fn brute_force(problem: &Problem) -> i64 {
    fn go(problem: &Problem, pairs: &mut Vec<Vec<u32>>, best: &mut i64) {
        let Some(task) = problem.tasks.get(pairs.len()) else {
            let answer = Answer { workers: pairs.clone(), prices: vec![0; problem.workers.len()], ..Answer::default() };
            let is_sum =
                |v: &check::Violation| matches!(v, check::Violation::WrongSum { .. } | check::Violation::WrongBound);
            if violations(problem, &answer).iter().all(is_sum) {
                *best = (*best).min(cost(problem, pairs));
            }
            return;
        };
        for set in 0u32..1 << task.choices.len() {
            let chosen = task.choices.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, c)| c.worker);
            pairs.push(chosen.collect());
            go(problem, pairs, best);
            pairs.pop();
        }
    }
    let mut best = i64::MAX;
    go(problem, &mut Vec::new(), &mut best);
    best
}

/// A minimum-cost flow by Bellman and Ford's paths on an explicit list of arcs: slow, and written apart from the solver.
fn flow_cost(problem: &Problem) -> i64 {
    let (tasks, workers) = (problem.tasks.len(), problem.workers.len());
    let (source, sink) = (tasks + workers, tasks + workers + 1);
    // From, to, capacity left, cost; each followed by its reverse.
    let mut arcs: Vec<(usize, usize, i64, i64)> = Vec::new();
    let mut add = |from, to, capacity, cost: i64| {
        arcs.push((from, to, capacity, cost));
        arcs.push((to, from, 0, -cost));
    };
    for (t, task) in problem.tasks.iter().enumerate() {
        add(source, t, i64::from(task.slots), 0);
        add(t, sink, i64::from(task.slots), task.unserved);
        task.choices.iter().for_each(|c| add(t, tasks + c.worker as usize, 1, c.cost));
    }
    for (w, worker) in problem.workers.iter().enumerate() {
        worker.loads.iter().for_each(|load| add(tasks + w, sink, 1, *load));
    }
    let mut sum = 0;
    for _ in 0..problem.slots() {
        let mut distance = vec![(i64::MAX / 2, usize::MAX); sink + 1];
        distance[source].0 = 0;
        for _ in 0..=sink {
            for (i, &(from, to, capacity, cost)) in arcs.iter().enumerate() {
                if capacity > 0 && distance[from].0 + cost < distance[to].0 {
                    distance[to] = (distance[from].0 + cost, i);
                }
            }
        }
        sum += distance[sink].0;
        let mut at = sink;
        while at != source {
            let arc = distance[at].1;
            arcs[arc].2 -= 1;
            arcs[arc ^ 1].2 += 1;
            at = arcs[arc].0;
        }
    }
    sum
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_flow_is_the_optimum_and_its_prices_prove_it(problem in problem(9, 9, 50, true)) {
        let answer = solve(&problem, &mut PLENTY.clone()).unwrap();
        prop_assert_eq!(violations(&problem, &answer), []);
        prop_assert_eq!(answer.cost, flow_cost(&problem));
        prop_assert_eq!(answer.bound, answer.cost);
        prop_assert_eq!(answer.gap(), 0);
    }

    #[test]
    fn with_pairs_and_partings_it_is_the_best_of_all(problem in problem(3, 4, 20, false)) {
        let answer = solve(&problem, &mut PLENTY.clone()).unwrap();
        prop_assert_eq!(violations(&problem, &answer), []);
        prop_assert_eq!(answer.cost, brute_force(&problem));
        prop_assert_eq!(answer.proved, answer.cost);
    }

    #[test]
    fn whatever_the_prices_the_bound_holds(
        problem in problem(3, 4, 20, false),
        prices in prop::collection::vec(-10..60i64, 4),
    ) {
        prop_assert!(bound(&problem, &prices[..problem.workers.len()]) <= brute_force(&problem));
    }

    #[test]
    fn stopped_early_the_answer_is_valid_and_bounded(problem in problem(8, 8, 50, false), asked in 0..6u32) {
        let mut left = asked;
        let mut budget = |_: &Progress| {
            left = left.saturating_sub(1);
            if left == 0 { 1000 } else { 0 }
        };
        let answer = solve(&problem, &mut budget).unwrap();
        prop_assert_eq!(violations(&problem, &answer), []);
    }

    #[test]
    fn batches_in_sequence_keep_every_rule(problem in problem(9, 6, 50, false)) {
        let mut running = Running::new(problem.workers.clone(), problem.apart.clone());
        let mut workers = Vec::new();
        for batch in problem.tasks.chunks(2) {
            workers.extend(running.assign(batch.to_vec(), &mut PLENTY.clone()).unwrap().workers);
        }
        let prices = vec![0; problem.workers.len()];
        let bound = bound(&problem, &prices);
        let answer = Answer { cost: cost(&problem, &workers), workers, prices, bound, proved: bound, steps: 0 };
        prop_assert_eq!(violations(&problem, &answer), []);
    }
}

fn choices(costs: &[(u32, i64)]) -> Vec<Choice> {
    costs.iter().map(|&(worker, cost)| Choice { worker, cost }).collect()
}

fn task(slots: u32, whole: bool, costs: &[(u32, i64)]) -> Task {
    Task { slots, unserved: 100, whole, choices: choices(costs) }
}

fn workers(loads: &[&[i64]]) -> Vec<Worker> {
    loads.iter().map(|l| Worker { loads: l.to_vec() }).collect()
}

#[test]
fn answers_are_what_a_reader_expects() {
    let one: &[i64] = &[0];
    let fair: &[i64] = &[0, 40];
    let cases: Vec<(&str, Problem, Vec<Vec<u32>>, i64)> = vec![
        ("nothing", Problem::default(), vec![], 0),
        (
            "the nearer one has two, so the other goes",
            Problem {
                tasks: vec![task(1, false, &[(0, 1), (1, 9)]), task(1, false, &[(0, 1), (1, 9)])],
                workers: workers(&[fair, fair]),
                apart: vec![],
            },
            vec![vec![1], vec![0]],
            10,
        ),
        (
            "one of two is nobody",
            Problem { tasks: vec![task(2, true, &[(0, 1)])], workers: workers(&[one]), apart: vec![] },
            vec![vec![]],
            200,
        ),
        (
            "two who must not meet",
            Problem {
                tasks: vec![task(2, true, &[(0, 1), (1, 2), (2, 50)])],
                workers: workers(&[one, one, one]),
                apart: vec![(0, 1)],
            },
            vec![vec![0, 2]],
            51,
        ),
        (
            "better empty than dear",
            Problem { tasks: vec![task(1, false, &[(0, 101)])], workers: workers(&[one]), apart: vec![] },
            vec![vec![]],
            100,
        ),
    ];
    for (name, problem, expected, cost) in cases {
        let answer = solve(&problem, &mut PLENTY.clone()).unwrap();
        assert_eq!(violations(&problem, &answer), [], "{name}");
        assert_eq!(answer.cost, cost, "{name}");
        let mut sorted = (answer.workers, expected);
        sorted.0.sort();
        sorted.1.sort();
        assert_eq!(sorted.0, sorted.1, "{name}");
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let good = Problem { tasks: vec![task(1, false, &[(0, 1)])], workers: workers(&[&[0, 1]]), apart: vec![] };
    let with = |change: &dyn Fn(&mut Problem)| {
        let mut problem = good.clone();
        change(&mut problem);
        solve(&problem, &mut PLENTY.clone()).err()
    };
    let cases: Vec<(&str, Option<Fault>, bool)> = vec![
        ("good", with(&|_| {}), true),
        ("unknown worker", with(&|p| p.tasks[0].choices[0].worker = 1), false),
        ("negative cost", with(&|p| p.tasks[0].choices[0].cost = -1), false),
        ("huge cost", with(&|p| p.tasks[0].unserved = i64::MAX), false),
        ("worker twice", with(&|p| p.tasks[0].choices = choices(&[(0, 1), (0, 2)])), false),
        ("falling loads", with(&|p| p.workers[0].loads = vec![1, 0]), false),
        ("unknown parting", with(&|p| p.apart = vec![(0, 7)]), false),
        ("too many slots", with(&|p| p.tasks[0].slots = u32::MAX), false),
    ];
    for (name, fault, is_good) in cases {
        assert_eq!(fault.is_none(), is_good, "{name}: {fault:?}");
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let problem = Problem {
        tasks: vec![task(2, true, &[(0, 1), (1, 1), (2, 1)])],
        workers: workers(&[&[0], &[0], &[]]),
        apart: vec![(0, 1)],
    };
    let found = |workers: Vec<u32>| {
        let workers = vec![workers];
        let prices = vec![0; 3];
        let bound = bound(&problem, &prices);
        let answer = Answer { cost: cost(&problem, &workers), workers, prices, bound, proved: bound, steps: 0 };
        violations(&problem, &answer)
    };
    use check::Violation::*;
    assert_eq!(found(vec![]), []);
    assert_eq!(found(vec![0]), [Half { task: 0 }]);
    assert_eq!(found(vec![0, 1]), [Together { task: 0, pair: (0, 1) }]);
    assert_eq!(found(vec![0, 2]), [Overloaded { worker: 2 }]);
    assert_eq!(found(vec![7, 0])[0], NotAChoice { task: 0, worker: 7 });
    assert_eq!(found(vec![0, 0])[..2], [Twice { task: 0, worker: 0 }, Overloaded { worker: 0 }]);
    let wrong = Answer { workers: vec![vec![]], cost: 1, prices: vec![0; 3], bound: 2, proved: 3, steps: 0 };
    assert_eq!(violations(&problem, &wrong), [WrongSum { found: 1, expected: 200 }, WrongBound]);
}
