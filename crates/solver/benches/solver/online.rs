//! The eligibility index beside an R-tree (A. Guttman, "R-trees: a dynamic index structure for spatial searching", 1984,
//! in the crate rstar) whose nearest-neighbour iterator is filtered by the same conditions.

use std::collections::BinaryHeap;
use std::hint::black_box;

use rstar::RTree;
use rstar::primitives::GeomWithData;
use solver::dice::Dice;
use solver::eligibility::{Candidate, Index, Task, Week, Worker, judge};

use super::world::World;
use super::{Failure, clock};

const K: usize = 10;
/// Of so many queries the R-tree answers one: it is slow.
const OF_TREE: usize = 5;
const CHANGES: usize = 100_000;

type Tree = RTree<GeomWithData<[f64; 2], u32>>;

/// Prints workers, queries, microseconds at the median and at the 99th and 99.9th per cent of ours; the tree's queries,
/// median and 99th per cent; and microseconds of a change of hours, on average and at the 99th per cent.
pub fn run(workers: usize, queries: usize, seed: u64) -> Result<(), Failure> {
    let mut world = World::new(seed);
    let people = world.workers(workers);
    let tasks = world.tasks(queries);
    let mut index = Index::new(people.clone())?;
    let mut ours = Vec::with_capacity(queries);
    for task in &tasks {
        let begun = clock::of_thread();
        black_box(index.cheapest(task, K)?);
        ours.push(clock::of_thread() - begun);
    }
    let places = people.iter().zip(0u32..);
    let places = places.map(|(w, id)| GeomWithData::new([f64::from(w.at.x), f64::from(w.at.y)], id)).collect();
    let tree: Tree = RTree::bulk_load(places);
    let mut theirs = Vec::new();
    for task in tasks.iter().step_by(OF_TREE) {
        let begun = clock::of_thread();
        let found = nearest(&tree, &people, task);
        theirs.push(clock::of_thread() - begun);
        if found != index.cheapest(task, K)? {
            return Err("the index and the tree disagree".into());
        }
    }
    let changes = changes(&mut index, workers, seed)?;
    let mean = changes.iter().sum::<u64>() as f64 / changes.len() as f64 / 1e3;
    let (ours, theirs, changes) = (Times::of(ours), Times::of(theirs), Times::of(changes));
    print!("{workers}\t{queries}\t{:.1}\t{:.1}\t{:.1}\t", ours.at(500), ours.at(990), ours.at(999));
    print!("{}\t{:.1}\t{:.1}\t", theirs.0.len(), theirs.at(500), theirs.at(990));
    println!("{mean:.2}\t{:.2}", changes.at(990));
    Ok(())
}

/// Nanoseconds, sorted.
struct Times(Vec<u64>);

impl Times {
    fn of(mut times: Vec<u64>) -> Times {
        times.sort_unstable();
        Times(times)
    }

    /// Microseconds below which so many thousandths lie.
    fn at(&self, thousandths: usize) -> f64 {
        self.0.get(self.0.len() * thousandths / 1000).map_or(0.0, |ns| *ns as f64 / 1e3)
    }
}

/// The tree's answer: everybody from the nearest on, until nobody further away can be cheaper.
fn nearest(tree: &Tree, people: &[Worker], task: &Task) -> Vec<Candidate> {
    let mut found: BinaryHeap<Candidate> = BinaryHeap::with_capacity(K + 1);
    let middle = [f64::from(task.at.x), f64::from(task.at.y)];
    for (place, squared) in tree.nearest_neighbor_iter_with_distance_2(middle) {
        let metres = squared.sqrt().floor();
        let is_beyond = |worst: &Candidate| metres > worst.cost as f64;
        if metres > f64::from(task.farthest) || found.len() == K && found.peek().is_some_and(is_beyond) {
            break;
        }
        let Ok(candidate) = judge(place.data, &people[place.data as usize], task) else { continue };
        if found.len() < K {
            found.push(candidate);
        } else if found.peek().is_some_and(|worst| candidate < *worst) {
            found.pop();
            found.push(candidate);
        }
    }
    found.into_sorted_vec()
}

fn changes(index: &mut Index, workers: usize, seed: u64) -> Result<Vec<u64>, Failure> {
    let mut dice = Dice::new(seed);
    let mut times = Vec::with_capacity(CHANGES);
    for _ in 0..CHANGES {
        let worker = u32::try_from(dice.below(workers))?;
        let week = Week::span(u8::try_from(dice.below(168))?, 40);
        let begun = clock::of_thread();
        index.set_week(worker, week)?;
        times.push(clock::of_thread() - begun);
    }
    Ok(times)
}
