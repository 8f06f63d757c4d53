//! One skill's workers in a grid: cells in compressed sparse rows, searched in square rings around the task.
//!
//! The cell grid with points stored consecutively by cell is the "cell method" of J. Bentley and J. Friedman, "Data
//! structures for range searching", ACM Computing Surveys 11 (1979); `starts` is the row pointer of the compressed sparse
//! row format. Rings are left when no unseen point can be cheaper: a point in ring r lies at least (r − 1) cells and the
//! way to the edge of the task's own cell away, and nobody weighs less than `least_weight`.

use std::collections::BinaryHeap;

use super::{Candidate, Point, Task, Worker};
use crate::num::{id, position};

/// A worker as one layer holds it: a copy, because following a pointer costs more than the whole test.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub worker: Worker,
    pub id: u32,
    pub is_live: bool,
}

/// The workers with one skill (or all workers).
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    corner: Point,
    /// Metres along a side of a cell; at least 1.
    side: i64,
    columns: i64,
    rows: i64,
    /// Where each cell begins in `entries`, and one more.
    starts: Vec<u32>,
    /// First those in the grid, cell by cell; after them the loose ones that came since it was made.
    pub entries: Vec<Entry>,
    gridded: usize,
    /// No entry weighs less or goes further.
    least_weight: u32,
    most_reach: u32,
}

/// Workers per cell aimed at: fewer means more empty cells to pass, more means more tests per cell.
const PER_CELL: i64 = 8;
const MOST_CELLS_ALONG: i64 = 2048;

impl Layer {
    /// Puts the entries into a new grid. Afterwards `entries` holds them in their new places.
    pub fn build(entries: Vec<Entry>) -> Layer {
        let mut entries: Vec<Entry> = entries.into_iter().filter(|e| e.is_live).collect();
        let Some(first) = entries.first() else { return Layer { side: 1, ..Layer::default() } };
        let (mut low, mut high) = (first.worker.at, first.worker.at);
        for entry in &entries {
            let at = entry.worker.at;
            low = Point { x: low.x.min(at.x), y: low.y.min(at.y) };
            high = Point { x: high.x.max(at.x), y: high.y.max(at.y) };
        }
        let (width, height) = (i64::from(high.x) - i64::from(low.x) + 1, i64::from(high.y) - i64::from(low.y) + 1);
        let cells = (crate::num::cost(entries.len()) / PER_CELL).max(1);
        // The second bound keeps a narrow strip of workers from becoming one row of millions of cells.
        let side = (width * height / cells).isqrt().max(width.max(height) / MOST_CELLS_ALONG).max(1);
        let mut layer = Layer {
            corner: low,
            side,
            columns: (width - 1) / side + 1,
            rows: (height - 1) / side + 1,
            gridded: entries.len(),
            least_weight: entries.iter().map(|e| e.worker.weight).min().unwrap_or(0),
            most_reach: entries.iter().map(|e| e.worker.reach).max().unwrap_or(0),
            ..Layer::default()
        };
        entries.sort_by_cached_key(|e| (layer.cell(e.worker.at), e.id));
        layer.starts = vec![0; position(layer.columns * layer.rows) + 1];
        for entry in &entries {
            let cell = layer.cell(entry.worker.at);
            layer.starts[cell + 1] += 1;
        }
        for cell in 1..layer.starts.len() {
            layer.starts[cell] += layer.starts[cell - 1];
        }
        layer.entries = entries;
        layer
    }

    /// Column and row of the cell that a point is in or nearest to.
    fn place(&self, at: Point) -> (i64, i64) {
        let along = |v: i32, corner: i32, cells: i64| {
            (i64::from(v) - i64::from(corner)).div_euclid(self.side).clamp(0, (cells - 1).max(0))
        };
        (along(at.x, self.corner.x, self.columns), along(at.y, self.corner.y, self.rows))
    }

    fn cell(&self, at: Point) -> usize {
        let (x, y) = self.place(at);
        position(y * self.columns + x)
    }

    /// Adds a loose entry and returns its slot.
    pub fn add(&mut self, entry: Entry) -> u32 {
        self.widen(&entry.worker);
        self.entries.push(entry);
        id(self.entries.len() - 1)
    }

    /// Keeps the bounds true for a changed worker; they become exact again when the grid is built anew.
    pub fn widen(&mut self, worker: &Worker) {
        self.least_weight = self.least_weight.min(worker.weight);
        self.most_reach = self.most_reach.max(worker.reach);
    }

    /// Whether so many are loose that a new grid pays.
    pub fn is_stale(&self) -> bool {
        self.entries.len() - self.gridded > 64 + self.gridded / 8
    }

    /// Adds to `found` (the worst on top) until it holds the `k` cheapest. `allow` may refuse a worker by id.
    pub fn search(&self, task: &Task, k: usize, allow: &dyn Fn(u32) -> bool, found: &mut BinaryHeap<Candidate>) {
        if k == 0 {
            return;
        }
        self.scan(self.gridded..self.entries.len(), task, k, allow, found);
        if self.gridded == 0 {
            return;
        }
        let (cx, cy) = self.place(task.at);
        let last = cx.max(self.columns - 1 - cx).max(cy).max(self.rows - 1 - cy);
        let margin = self.margin(task.at, cx, cy);
        let most = i64::from(self.most_reach.min(task.farthest));
        for ring in 0..=last {
            let nearest = if ring == 0 { 0 } else { margin + (ring - 1) * self.side };
            if nearest > most {
                return;
            }
            let bound = u64::try_from(nearest).unwrap_or(0) + u64::from(self.least_weight);
            if found.len() == k && found.peek().is_some_and(|worst| bound > worst.cost) {
                return;
            }
            self.scan_ring(ring, (cx, cy), &mut |range| self.scan(range, task, k, allow, found));
        }
    }

    /// The way from the point (moved into the grid) to the nearest edge of its cell. Moving a point onto a convex box
    /// brings it no further from any point of the box, so bounds for the moved point hold for the true one.
    fn margin(&self, at: Point, cx: i64, cy: i64) -> i64 {
        let inside = |v: i32, corner: i32, cell: i64| {
            let offset = (i64::from(v) - i64::from(corner) - cell * self.side).clamp(0, self.side - 1);
            // To the last whole metre of the cell below, or the first of the cell above.
            (offset + 1).min(self.side - offset)
        };
        inside(at.x, self.corner.x, cx).min(inside(at.y, self.corner.y, cy))
    }

    /// Passes the runs of entries of the cells at exactly `ring` steps from the middle.
    fn scan_ring(&self, ring: i64, (cx, cy): (i64, i64), scan: &mut dyn FnMut(std::ops::Range<usize>)) {
        let (left, right) = ((cx - ring).max(0), (cx + ring).min(self.columns - 1));
        for y in (cy - ring).max(0)..=(cy + ring).min(self.rows - 1) {
            if y == cy - ring || y == cy + ring {
                scan(self.run(y, left, right));
                continue;
            }
            if cx - ring >= 0 {
                scan(self.run(y, cx - ring, cx - ring));
            }
            if cx + ring < self.columns {
                scan(self.run(y, cx + ring, cx + ring));
            }
        }
    }

    /// The entries of neighbouring cells of a row lie next to each other.
    fn run(&self, y: i64, left: i64, right: i64) -> std::ops::Range<usize> {
        let row = y * self.columns;
        self.starts[position(row + left)] as usize..self.starts[position(row + right) + 1] as usize
    }

    fn scan(
        &self,
        range: std::ops::Range<usize>,
        task: &Task,
        k: usize,
        allow: &dyn Fn(u32) -> bool,
        found: &mut BinaryHeap<Candidate>,
    ) {
        for entry in &self.entries[range] {
            let worker = &entry.worker;
            // The same conditions as `judge`, the most selective and cheapest first.
            if !worker.week.contains(task.week) || task.skills & !worker.skills != 0 || !entry.is_live {
                continue;
            }
            let distance = worker.at.distance(task.at);
            if distance > worker.reach.min(task.farthest) {
                continue;
            }
            let cost = u64::from(distance) + u64::from(worker.weight);
            let candidate = Candidate { cost, worker: entry.id, distance };
            if found.len() < k {
                if allow(entry.id) {
                    found.push(candidate);
                }
            } else if found.peek().is_some_and(|worst| candidate < *worst) && allow(entry.id) {
                found.pop();
                found.push(candidate);
            }
        }
    }
}
