//! Groups under five are not published, and cannot be computed from what is.
//!
//! A table with its totals is a circulation: each cell flows from its row to its column, each total closes the circle,
//! and what flows into a node flows out. Readers know that hidden values are at least one, because zeros are shown. A
//! hidden value can then be computed exactly when no cycle through it, over hidden values alone, can be shifted by one
//! without pushing a value below one. So for each small value the cheapest such cycle is found, and what lies on it is
//! hidden too. Hiding more never takes a cycle away, so one pass is enough; and a cycle over the totals always exists.

/// The smallest group that is published.
pub const SMALLEST_GROUP: u64 = 5;

/// One to four. Zero is published: it says something about nobody.
pub const fn is_small(count: u64) -> bool {
    0 < count && count < SMALLEST_GROUP
}

/// A value as the public sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Count(u64),
    /// Small, or hidden so that a small one cannot be computed; readers are not told which.
    Hidden,
}

/// Which totals are printed beside the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Margins {
    pub rows: bool,
    pub columns: bool,
    pub total: bool,
}

impl Margins {
    pub const ALL: Margins = Margins { rows: true, columns: true, total: true };
}

/// A table that may be published. Totals that are not printed are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicTable {
    pub cells: Vec<Vec<Shown>>,
    pub row_totals: Vec<Shown>,
    pub column_totals: Vec<Shown>,
    pub total: Option<Shown>,
}

/// Hides what must be hidden in a table of disjoint groups. Tables that share numbers (a township's total in its
/// county's table) must be one table here, since each is safe only by itself.
///
/// # Panics
/// When the rows have different lengths.
pub fn suppress(cells: &[Vec<u64>], margins: Margins) -> PublicTable {
    let mut flow = Flow::new(cells, margins);
    flow.protect();
    let shown = |flow: &Flow, from, to| {
        let arc = flow.arc(from, to).expect("an arc of the table");
        if arc.hidden { Shown::Hidden } else { Shown::Count(arc.value) }
    };
    let (rows, columns) = (flow.rows, flow.columns);
    PublicTable {
        cells: (0..rows).map(|r| (0..columns).map(|c| shown(&flow, flow.row(r), flow.column(c))).collect()).collect(),
        row_totals: (0..rows).filter(|_| margins.rows).map(|r| shown(&flow, SOURCE, flow.row(r))).collect(),
        column_totals: (0..columns)
            .filter(|_| margins.columns)
            .map(|c| shown(&flow, flow.column(c), flow.sink()))
            .collect(),
        total: margins.total.then(|| shown(&flow, flow.sink(), SOURCE)),
    }
}

/// As [`suppress`], for one list of groups and, if it is printed, their total.
pub fn suppress_list(groups: &[u64], with_total: bool) -> (Vec<Shown>, Option<Shown>) {
    let margins = Margins { rows: false, columns: false, total: with_total };
    let mut table = suppress(&[groups.to_vec()], margins);
    (table.cells.pop().unwrap_or_default(), table.total)
}

/// A value on its way from one node to another.
#[derive(Clone, Copy, Debug)]
struct Arc {
    value: u64,
    /// Printed, unless hidden.
    printed: bool,
    hidden: bool,
    /// What it costs to hide it.
    cost: u64,
}

impl Arc {
    /// The cost of letting the value rise by one; `None` when readers would notice.
    fn rise(&self) -> Option<u64> {
        match (self.printed, self.hidden) {
            (false, _) | (true, true) => Some(0),
            // A printed zero stays: readers count on hidden values being at least one.
            (true, false) => (self.value > 0).then_some(self.cost),
        }
    }

    /// The cost of letting the value fall by one.
    fn fall(&self) -> Option<u64> {
        let least = u64::from(self.printed);
        self.rise().filter(|_| self.value > least)
    }
}

/// Costs, so far apart that no number of the cheaper kind outweighs one of the dearer: inner cells before totals of rows
/// and columns, before the grand total; among equals the smaller value.
const CELL: u64 = 1 << 20;
const MARGIN: u64 = 1 << 36;
const TOTAL: u64 = 1 << 52;

const SOURCE: usize = 0;

/// Nodes: the source of row totals, the rows, the columns, the sink of column totals. The grand total closes the circle.
struct Flow {
    rows: usize,
    columns: usize,
    cells: Vec<Arc>,
    row_totals: Vec<Arc>,
    column_totals: Vec<Arc>,
    total: Arc,
}

impl Flow {
    fn new(cells: &[Vec<u64>], margins: Margins) -> Flow {
        let columns = cells.first().map_or(0, Vec::len);
        assert!(cells.iter().all(|row| row.len() == columns), "all rows have the same length");
        let arc = |value: u64, printed, cost: u64| Arc {
            value,
            printed,
            hidden: printed && is_small(value),
            cost: cost + value.min(CELL - 1),
        };
        let sum_of_column = |c: usize| cells.iter().map(|row| row[c]).sum();
        Flow {
            rows: cells.len(),
            columns,
            cells: cells.iter().flatten().map(|value| arc(*value, true, CELL)).collect(),
            row_totals: cells.iter().map(|row| arc(row.iter().sum(), margins.rows, MARGIN)).collect(),
            column_totals: (0..columns).map(|c| arc(sum_of_column(c), margins.columns, MARGIN)).collect(),
            total: arc(cells.iter().flatten().sum(), margins.total, TOTAL),
        }
    }

    fn row(&self, r: usize) -> usize {
        1 + r
    }
    fn column(&self, c: usize) -> usize {
        1 + self.rows + c
    }
    fn sink(&self) -> usize {
        1 + self.rows + self.columns
    }

    fn arc(&self, from: usize, to: usize) -> Option<&Arc> {
        let (row_of, column_of) = (self.row_of(from), self.column_of(to));
        match () {
            () if from == SOURCE => self.row_of(to).map(|r| &self.row_totals[r]),
            () if from == self.sink() => (to == SOURCE).then_some(&self.total),
            () if to == self.sink() => self.column_of(from).map(|c| &self.column_totals[c]),
            () => Some(&self.cells[row_of? * self.columns + column_of?]),
        }
    }

    fn arc_mut(&mut self, from: usize, to: usize) -> Option<&mut Arc> {
        let (row_of, column_of, columns) = (self.row_of(from), self.column_of(to), self.columns);
        match () {
            () if from == SOURCE => self.row_of(to).map(|r| &mut self.row_totals[r]),
            () if from == self.sink() => (to == SOURCE).then_some(&mut self.total),
            () if to == self.sink() => self.column_of(from).map(|c| &mut self.column_totals[c]),
            () => Some(&mut self.cells[row_of? * columns + column_of?]),
        }
    }

    fn row_of(&self, node: usize) -> Option<usize> {
        node.checked_sub(1).filter(|r| *r < self.rows)
    }
    fn column_of(&self, node: usize) -> Option<usize> {
        node.checked_sub(1 + self.rows).filter(|c| *c < self.columns)
    }

    /// Every small printed value, as its two ends.
    fn small(&self) -> Vec<(usize, usize)> {
        let nodes = self.sink() + 1;
        (0..nodes)
            .flat_map(|from| (0..nodes).map(move |to| (from, to)))
            .filter(|(from, to)| self.arc(*from, *to).is_some_and(|arc| arc.printed && is_small(arc.value)))
            .collect()
    }

    fn protect(&mut self) {
        for (from, to) in self.small() {
            let value = self.arc(from, to).map_or(0, |arc| arc.value);
            // Rise by one and come back from `to` to `from`, or fall by one and go round the other way.
            let risen = self.cheapest(to, from, (from, to));
            let fallen = (value > 1).then(|| self.cheapest(from, to, (from, to))).flatten();
            let way = [risen, fallen].into_iter().flatten().min_by_key(|(cost, _)| *cost);
            let (_, nodes) = way.expect("the way over the totals is always open");
            for pair in nodes.windows(2) {
                let end = (pair[0], pair[1]);
                let (from, to) = if self.arc(end.0, end.1).is_some() { end } else { (end.1, end.0) };
                let arc = self.arc_mut(from, to).expect("an arc of the way");
                arc.hidden = arc.printed;
            }
        }
    }

    /// The cheapest way on which one unit can be shifted, leaving out one arc (Dijkstra over a dense graph).
    fn cheapest(&self, start: usize, goal: usize, without: (usize, usize)) -> Option<(u64, Vec<usize>)> {
        let nodes = self.sink() + 1;
        let mut cost = vec![u64::MAX; nodes];
        let mut came_from = vec![usize::MAX; nodes];
        let mut done = vec![false; nodes];
        cost[start] = 0;
        while let Some(node) = (0..nodes).filter(|n| !done[*n] && cost[*n] < u64::MAX).min_by_key(|n| cost[*n]) {
            if node == goal {
                break;
            }
            done[node] = true;
            for next in 0..nodes {
                let forward = self.arc(node, next).filter(|_| (node, next) != without).and_then(Arc::rise);
                let backward = self.arc(next, node).filter(|_| (next, node) != without).and_then(Arc::fall);
                // One more per step, so that of equal ways the shorter is taken.
                let Some(step) = [forward, backward].into_iter().flatten().min() else { continue };
                let through = cost[node] + step + 1;
                if through < cost[next] {
                    cost[next] = through;
                    came_from[next] = node;
                }
            }
        }
        if cost[goal] == u64::MAX {
            return None;
        }
        let mut way = vec![goal];
        while *way.last()? != start {
            way.push(came_from[*way.last()?]);
        }
        way.reverse();
        Some((cost[goal], way))
    }
}
