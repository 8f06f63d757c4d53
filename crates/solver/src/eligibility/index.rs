//! The index: a layer per skill and one of everybody, with each worker's places in them.
//!
//! A task that needs several skills is looked for among the workers with the rarest of them. A change of hours or weight
//! is written into the worker's copies (as many as they have skills, and one); who comes or moves is loose until an
//! eighth of a layer is, and then that layer's grid is built anew: an amortised cost as with doubling arrays.

use std::collections::BinaryHeap;

use super::layer::{Entry, Layer};
use super::{Candidate, Exclusion, Point, Task, Week, Worker, judge};
use crate::fault::{Fault, known, within};
use crate::num::id;

/// The layer of everybody, after those of the 64 skills.
const EVERYBODY: usize = 64;

/// Workers, ready to be searched. Ids are positions in the list given, and those from [`Index::add`] after them.
#[derive(Clone, Debug)]
pub struct Index {
    workers: Vec<Option<Worker>>,
    /// Per worker: layer and slot of each copy.
    copies: Vec<Vec<(u8, u32)>>,
    layers: Vec<Layer>,
}

impl Index {
    /// # Errors
    /// A point outside of [`Point::LIMIT`].
    pub fn new(workers: Vec<Worker>) -> Result<Index, Fault> {
        workers.iter().try_for_each(|w| check_point(w.at))?;
        let mut entries: Vec<Vec<Entry>> = vec![Vec::new(); EVERYBODY + 1];
        for (worker, id) in workers.iter().zip(0u32..) {
            for layer in layers_of(worker) {
                entries[layer].push(Entry { worker: *worker, id, is_live: true });
            }
        }
        let copies = vec![Vec::new(); workers.len()];
        let layers = entries.into_iter().map(Layer::build).collect();
        let mut index = Index { workers: workers.into_iter().map(Some).collect(), copies, layers };
        for layer in 0..=EVERYBODY {
            index.note_copies(layer);
        }
        Ok(index)
    }

    /// The `k` cheapest workers for the task, the cheapest first.
    ///
    /// # Errors
    /// A task outside of [`Point::LIMIT`].
    pub fn cheapest(&self, task: &Task, k: usize) -> Result<Vec<Candidate>, Fault> {
        self.cheapest_of(task, k, &|_| true)
    }

    /// As [`Index::cheapest`], of those whom `allow` does not refuse (who was asked already, kin of the person served).
    ///
    /// # Errors
    /// A task outside of [`Point::LIMIT`].
    pub fn cheapest_of(&self, task: &Task, k: usize, allow: &dyn Fn(u32) -> bool) -> Result<Vec<Candidate>, Fault> {
        check_point(task.at)?;
        let mut found = BinaryHeap::with_capacity(k.min(self.workers.len()) + 1);
        self.layers[self.rarest(task)].search(task, k, allow, &mut found);
        Ok(found.into_sorted_vec())
    }

    /// The needed skill that the fewest have.
    fn rarest(&self, task: &Task) -> usize {
        bits(task.skills).min_by_key(|&skill| self.layers[skill].entries.len()).unwrap_or(EVERYBODY)
    }

    /// Whether the worker may do the task and at what cost, or the first condition that says no.
    pub fn judge(&self, worker: u32, task: &Task) -> Result<Candidate, Exclusion> {
        self.worker(worker).map_or(Err(Exclusion::Absent), |w| judge(worker, w, task))
    }

    pub fn worker(&self, worker: u32) -> Option<&Worker> {
        self.workers.get(worker as usize)?.as_ref()
    }

    /// All workers by id; `None` for those who left. What [`super::check::cheapest`] reads.
    pub fn workers(&self) -> &[Option<Worker>] {
        &self.workers
    }

    /// Changes when the worker is free. An absent worker stays absent.
    ///
    /// # Errors
    /// An id never given.
    pub fn set_week(&mut self, worker: u32, week: Week) -> Result<(), Fault> {
        self.change(worker, |w| w.week = week)
    }

    /// Changes by how many metres the worker counts as further away.
    ///
    /// # Errors
    /// An id never given.
    pub fn set_weight(&mut self, worker: u32, weight: u32) -> Result<(), Fault> {
        self.change(worker, |w| w.weight = weight)
    }

    fn change(&mut self, worker: u32, change: impl Fn(&mut Worker)) -> Result<(), Fault> {
        known("worker", worker as usize, self.workers.len())?;
        let Some(kept) = &mut self.workers[worker as usize] else { return Ok(()) };
        change(kept);
        for &(layer, slot) in &self.copies[worker as usize] {
            let layer = &mut self.layers[usize::from(layer)];
            layer.entries[slot as usize].worker = *kept;
            layer.widen(kept);
        }
        Ok(())
    }

    /// Adds a worker and returns their id.
    ///
    /// # Errors
    /// A point outside of [`Point::LIMIT`].
    pub fn add(&mut self, worker: Worker) -> Result<u32, Fault> {
        check_point(worker.at)?;
        self.workers.push(None);
        self.copies.push(Vec::new());
        let new = id(self.workers.len() - 1);
        self.replace(new, worker)?;
        Ok(new)
    }

    /// Gives an id, absent or not, new particulars: a move, a new skill.
    ///
    /// # Errors
    /// An id never given; a point outside of [`Point::LIMIT`].
    pub fn replace(&mut self, worker: u32, by: Worker) -> Result<(), Fault> {
        check_point(by.at)?;
        self.remove(worker)?;
        self.workers[worker as usize] = Some(by);
        for layer in layers_of(&by) {
            let slot = self.layers[layer].add(Entry { worker: by, id: worker, is_live: true });
            self.copies[worker as usize].push((name(layer), slot));
            if self.layers[layer].is_stale() {
                self.rebuild(layer);
            }
        }
        Ok(())
    }

    /// The worker leaves; the id stays theirs.
    ///
    /// # Errors
    /// An id never given.
    pub fn remove(&mut self, worker: u32) -> Result<(), Fault> {
        known("worker", worker as usize, self.workers.len())?;
        for (layer, slot) in self.copies[worker as usize].drain(..) {
            self.layers[usize::from(layer)].entries[slot as usize].is_live = false;
        }
        self.workers[worker as usize] = None;
        Ok(())
    }

    fn rebuild(&mut self, layer: usize) {
        let old = std::mem::take(&mut self.layers[layer]);
        for entry in old.entries.iter().filter(|e| e.is_live) {
            self.copies[entry.id as usize].retain(|(at, _)| usize::from(*at) != layer);
        }
        self.layers[layer] = Layer::build(old.entries);
        self.note_copies(layer);
    }

    fn note_copies(&mut self, layer: usize) {
        for (entry, slot) in self.layers[layer].entries.iter().zip(0u32..) {
            self.copies[entry.id as usize].push((name(layer), slot));
        }
    }
}

fn name(layer: usize) -> u8 {
    u8::try_from(layer).unwrap_or(u8::MAX)
}

fn layers_of(worker: &Worker) -> impl Iterator<Item = usize> {
    bits(worker.skills).chain([EVERYBODY])
}

fn bits(set: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |bit| set >> bit & 1 == 1)
}

fn check_point(at: Point) -> Result<(), Fault> {
    let limit = i64::from(Point::LIMIT);
    within("a point's x", i64::from(at.x), -limit, limit)?;
    within("a point's y", i64::from(at.y), -limit, limit)
}
