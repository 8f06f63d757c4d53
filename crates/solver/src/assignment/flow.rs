//! The exact core: shortest augmenting paths with potentials on a sparse bipartite graph.
//!
//! Slots are served one after the other, each along a cheapest path through the workers who would have to change, found
//! by Dijkstra's algorithm on reduced costs (R. Jonker and A. Volgenant, "A shortest augmenting path algorithm for dense
//! and sparse linear assignment problems", Computing 38 (1987); R. Ahuja, T. Magnanti and J. Orlin, "Network Flows",
//! 1993, section 9.7, for the potentials). A worker's convex load costs are parallel arcs to the sink, of which only the
//! next one matters; that a slot may stay empty is an arc from its task to the sink, so a path always exists.
//!
//! `price[w]` and `value[t]` are the potentials with their sign turned: after each path, for every pairing,
//! cost + price − value ≥ 0 when it is not used and ≤ 0 when it is, and a worker's price lies between the cost of the
//! last load taken and of the next one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Problem;
use crate::budget::{Budget, Progress, WHOLE};
use crate::num::id;

const FAR: i64 = i64::MAX;
/// How many nodes are expanded between two questions to the budget.
const BREATH: u64 = 1024;

/// What a branch forbids or demands, beside the problem.
#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    /// Task and worker who are not to be paired.
    pub banned: Vec<(u32, u32)>,
    /// Tasks that stay empty.
    pub closed: Vec<u32>,
    /// Tasks of which each slot is to be filled before all else, and the cost of an empty slot that makes it so.
    pub forced: Vec<u32>,
    pub force: i64,
}

/// A flow under construction.
pub(super) struct Flow<'a> {
    problem: &'a Problem,
    /// Per task, where its pairings begin; and one more.
    starts: Vec<u32>,
    /// Per pairing.
    worker: Vec<u32>,
    task: Vec<u32>,
    cost: Vec<i64>,
    is_used: Vec<bool>,
    /// Per task.
    slots: Vec<u32>,
    unserved: Vec<i64>,
    value: Vec<i64>,
    /// Per worker.
    pub price: Vec<i64>,
    /// What the worker's next load costs; [`FAR`] when there is none.
    next: Vec<i64>,
    taken: Taken,
    search: Search,
    pub steps: u64,
}

/// Per worker the pairings taken, each leading to the one before: most workers have none, and no list of their own.
struct Taken {
    last: Vec<u32>,
    /// Per pairing.
    before: Vec<u32>,
    counts: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Taken {
    fn of(&self, worker: usize) -> impl Iterator<Item = u32> {
        let next = |e: u32| (e != NONE).then_some(e);
        std::iter::successors(next(self.last[worker]), move |e| next(self.before[*e as usize]))
    }

    fn add(&mut self, worker: usize, e: u32) {
        self.before[e as usize] = std::mem::replace(&mut self.last[worker], e);
        self.counts[worker] += 1;
    }

    fn remove(&mut self, worker: usize, e: u32) {
        let before = self.before[e as usize];
        let later = self.of(worker).find(|later| self.before[*later as usize] == e);
        match later {
            Some(later) => self.before[later as usize] = before,
            None => self.last[worker] = before,
        }
        self.counts[worker] -= 1;
    }
}

/// What one path search needs; kept, because clearing what was touched is cheaper than making it anew.
struct Search {
    /// Distances to workers, then to tasks.
    distance: Vec<i64>,
    /// The pairing by which a node was reached.
    parent: Vec<u32>,
    touched: Vec<u32>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    /// The best end so far: its distance and the node from which the sink is reached.
    end: (i64, u32),
}

impl Search {
    /// Whether it is the nearest way there so far.
    fn reach(&mut self, node: u32, distance: i64, parent: u32) -> bool {
        let known = &mut self.distance[node as usize];
        let is_nearer = distance < *known && distance < self.end.0;
        if is_nearer {
            if *known == FAR {
                self.touched.push(node);
            }
            *known = distance;
            self.parent[node as usize] = parent;
            self.heap.push(Reverse((distance, node)));
        }
        is_nearer
    }

    fn reach_end(&mut self, node: u32, distance: i64) {
        self.end = self.end.min((distance, node));
    }
}

impl<'a> Flow<'a> {
    pub fn new(problem: &'a Problem, limits: &Limits) -> Flow<'a> {
        let next: Vec<i64> = problem.workers.iter().map(|w| w.loads.first().copied().unwrap_or(FAR)).collect();
        let most = problem.tasks.iter().map(|t| t.choices.len()).sum();
        let mut starts = vec![0];
        let mut worker = Vec::with_capacity(most);
        let mut task = Vec::with_capacity(most);
        let mut cost = Vec::with_capacity(most);
        let mut slots: Vec<u32> = problem.tasks.iter().map(|t| t.slots).collect();
        let mut unserved: Vec<i64> = problem.tasks.iter().map(|t| t.unserved).collect();
        for &closed in &limits.closed {
            slots[closed as usize] = 0;
        }
        for &forced in &limits.forced {
            unserved[forced as usize] = limits.force;
        }
        for (t, number) in problem.tasks.iter().zip(0u32..) {
            for choice in &t.choices {
                let is_banned = !limits.banned.is_empty() && limits.banned.contains(&(number, choice.worker));
                if !is_banned && next[choice.worker as usize] < FAR {
                    worker.push(choice.worker);
                    task.push(number);
                    cost.push(choice.cost);
                }
            }
            starts.push(id(worker.len()));
        }
        let (tasks, workers) = (problem.tasks.len(), problem.workers.len());
        let search = Search {
            distance: vec![FAR; tasks + workers],
            parent: vec![0; tasks + workers],
            touched: Vec::new(),
            heap: BinaryHeap::new(),
            end: (FAR, 0),
        };
        let taken = Taken { last: vec![NONE; workers], before: vec![NONE; worker.len()], counts: vec![0; workers] };
        let price = next.iter().map(|load| if *load < FAR { *load } else { 0 }).collect();
        Flow {
            problem,
            starts,
            is_used: vec![false; worker.len()],
            worker,
            task,
            cost,
            slots,
            unserved,
            value: vec![0; tasks],
            price,
            next,
            taken,
            search,
            steps: 0,
        }
    }

    /// Serves all slots. `false` when the budget ended before: then the slots that were not reached stay empty, and the
    /// prices give a weaker bound.
    pub fn run(&mut self, spent_before: u64, budget: &mut dyn Budget) -> bool {
        let mut asked = 0;
        for task in 0..id(self.problem.tasks.len()) {
            let pairings = self.pairings(task);
            let cheapest = pairings.map(|e| self.cost[e] + self.price[self.worker[e] as usize]).min();
            self.value[task as usize] = self.unserved[task as usize].min(cheapest.unwrap_or(FAR));
            for _ in 0..self.slots[task as usize] {
                if self.steps - asked >= BREATH {
                    asked = self.steps;
                    let progress = Progress { steps: spent_before + self.steps, best: None };
                    if budget.spent(&progress) >= WHOLE {
                        return false;
                    }
                }
                if !self.serve_at_once(task) {
                    self.serve(task);
                }
            }
        }
        true
    }

    /// Serves one slot by a worker whose next load costs their price, at no reduced cost: no path is shorter, and no
    /// potential changes. That is how most slots are served.
    fn serve_at_once(&mut self, task: u32) -> bool {
        let value = self.value[task as usize];
        let is_free = |e: &usize| {
            let worker = self.worker[*e] as usize;
            let price = self.price[worker];
            self.cost[*e] + price == value && self.next[worker] == price && !self.is_used[*e]
        };
        let Some(e) = self.pairings(task).find(is_free) else { return false };
        self.steps += 1;
        self.take(id(e));
        true
    }

    fn take(&mut self, e: u32) {
        let worker = self.worker[e as usize] as usize;
        self.is_used[e as usize] = true;
        self.taken.add(worker, e);
        self.price_next(worker);
    }

    fn leave(&mut self, e: u32) {
        let worker = self.worker[e as usize] as usize;
        self.is_used[e as usize] = false;
        self.taken.remove(worker, e);
        self.price_next(worker);
    }

    fn price_next(&mut self, worker: usize) {
        self.next[worker] =
            self.problem.workers[worker].loads.get(self.taken.counts[worker] as usize).copied().unwrap_or(FAR);
    }

    fn pairings(&self, task: u32) -> std::ops::Range<usize> {
        self.starts[task as usize] as usize..self.starts[task as usize + 1] as usize
    }

    /// The node of a task: tasks come after the workers.
    fn node(&self, task: u32) -> u32 {
        id(self.price.len()) + task
    }

    /// Serves one slot of the task along the cheapest path.
    fn serve(&mut self, task: u32) {
        self.search.end = (FAR, 0);
        self.search.reach(self.node(task), 0, u32::MAX);
        while let Some(Reverse((distance, node))) = self.search.heap.pop() {
            if distance >= self.search.end.0 {
                break;
            }
            if distance > self.search.distance[node as usize] {
                continue;
            }
            self.steps += 1;
            match node.checked_sub(id(self.price.len())) {
                Some(task) => self.expand_task(task, distance),
                None => self.expand_worker(node, distance),
            }
        }
        self.follow(task);
        self.reprice();
    }

    fn expand_task(&mut self, task: u32, distance: i64) {
        let value = self.value[task as usize];
        self.search.reach_end(self.node(task), distance + self.unserved[task as usize] - value);
        for e in self.pairings(task) {
            if !self.is_used[e] {
                let worker = self.worker[e];
                let reduced = self.cost[e] + self.price[worker as usize] - value;
                let (is_nearer, next) =
                    (self.search.reach(worker, distance + reduced, id(e)), self.next[worker as usize]);
                // The sooner an end is known, the fewer nodes are queued.
                if is_nearer && next < FAR {
                    self.search.reach_end(worker, distance + reduced + next - self.price[worker as usize]);
                }
            }
        }
    }

    fn expand_worker(&mut self, worker: u32, distance: i64) {
        let price = self.price[worker as usize];
        let tasks = id(self.price.len());
        for e in self.taken.of(worker as usize) {
            let task = self.task[e as usize];
            let reduced = self.cost[e as usize] + price - self.value[task as usize];
            self.search.reach(tasks + task, distance - reduced, e);
        }
    }

    /// Changes the pairings along the path that was found, from its end to `source`.
    fn follow(&mut self, source: u32) {
        let tasks = id(self.price.len());
        let mut node = self.search.end.1;
        loop {
            if let Some(task) = node.checked_sub(tasks) {
                if task == source {
                    return;
                }
                let e = self.search.parent[node as usize];
                self.leave(e);
                node = self.worker[e as usize];
            } else {
                let e = self.search.parent[node as usize];
                self.take(e);
                node = tasks + self.task[e as usize];
            }
        }
    }

    /// Raises the potentials of what lies nearer than the end, and clears the search.
    fn reprice(&mut self) {
        let end = self.search.end.0;
        for node in self.search.touched.drain(..) {
            let distance = std::mem::replace(&mut self.search.distance[node as usize], FAR);
            if distance < end {
                match node.checked_sub(id(self.price.len())) {
                    Some(task) => self.value[task as usize] += end - distance,
                    None => self.price[node as usize] += end - distance,
                }
            }
        }
        self.search.heap.clear();
    }

    /// Per task its workers, by id.
    pub fn pairs(&self) -> Vec<Vec<u32>> {
        let used = |task| self.pairings(task).filter(|e| self.is_used[*e]).map(|e| self.worker[e]);
        let mut pairs: Vec<Vec<u32>> = (0..id(self.problem.tasks.len())).map(|task| used(task).collect()).collect();
        pairs.iter_mut().for_each(|workers| workers.sort_unstable());
        pairs
    }
}
