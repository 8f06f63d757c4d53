//! What runs and orders allow one person, day by day, as a graph.
//!
//! The state-expanded network of a roster's row (S. Demassey, G. Pesant and L.-M. Rousseau, "A cost-regular based hybrid
//! column generation approach", Constraints 11 (2006); for physicians' rosters H. Beaulieu et al., "A mathematical
//! programming approach for scheduling physicians in the emergency room", Health Care Management Science 3 (2000)): a slot is the kind of the day and how many days the run
//! has lasted, as far as that matters, and each slot leads to those that may come next. Slots that the same may follow are
//! then one (E. Moore, "Gedanken-experiments on sequential machines", 1956): of thirty kinds few differ in that. What is
//! counted over all days, minutes, weekends and limited kinds, is not in the graph: [`super::bound`] prices it and
//! [`super::labels`] counts it.

use std::collections::BTreeMap;

use crate::num::{cost, id, position};
use crate::roster::compiled::{Compiled, Limits};

/// A kind of which only so many may be had, and where its count lies.
#[derive(Clone)]
pub(super) struct Counter {
    pub most: i64,
    pub word: usize,
    pub shift: u32,
    pub bits: u32,
}

/// Words that hold a label's counts.
pub(super) const WORDS: usize = 3;
pub(super) type Counts = [u64; WORDS];

/// From a slot to one of the next day, by any kind of a bundle.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Link {
    pub bundle: u32,
    pub to: u32,
}

#[derive(Clone)]
pub(in crate::roster) struct Frame {
    /// Per slot, whether one works on its day.
    pub works: Vec<bool>,
    /// Per slot, where its links begin; and one more.
    starts: Vec<u32>,
    links: Vec<Link>,
    /// Links to a first day.
    pub firsts: Vec<Link>,
    /// Kinds between the same two slots.
    pub bundles: Vec<Vec<u8>>,
    /// Per kind its minutes in units that divide all of them; and the units.
    pub units: Vec<i64>,
    pub unit: i64,
    /// Weekends first, when they are limited, then the kinds that are counted; and per kind its counter, for the free day's
    /// that of weekends.
    pub counters: Vec<Counter>,
    pub counter_of: Vec<Option<u8>>,
    pub has_weekends: bool,
    /// The highest bit of each count, never set in one.
    pub guards: Counts,
}

impl Frame {
    pub fn new(of: &Compiled, person: usize) -> Frame {
        let limits = &of.limits[person];
        let unit = limits.kinds.iter().fold(0, |all, kind| gcd(all, of.minutes[usize::from(*kind)])).max(1);
        let mut frame = Frame {
            works: Vec::new(),
            starts: vec![0],
            links: Vec::new(),
            firsts: Vec::new(),
            bundles: Vec::new(),
            units: of.minutes.iter().map(|minutes| minutes / unit).collect(),
            unit,
            counters: Vec::new(),
            counter_of: vec![None; of.kinds],
            has_weekends: limits.most_weekends < cost(of.weeks.len()),
            guards: [0; WORDS],
        };
        frame.merge(&Runs::reached(of, limits));
        if frame.has_weekends {
            frame.count(of, limits, 0);
        }
        frame
    }

    pub fn slots(&self) -> usize {
        self.works.len()
    }

    #[inline]
    pub fn links(&self, slot: usize) -> &[Link] {
        &self.links[self.starts[slot] as usize..self.starts[slot + 1] as usize]
    }

    /// Makes one slot of all runs that the same may follow, for as long as anybody looks.
    fn merge(&mut self, runs: &Runs) {
        let mut class: Vec<u32> = runs.kinds.iter().map(|kind| u32::from(*kind != 0)).collect();
        let mut count = 0;
        loop {
            let mut numbers: BTreeMap<(u32, Vec<(u32, u8)>), u32> = BTreeMap::new();
            let next: Vec<u32> = (0..runs.kinds.len())
                .map(|run| {
                    let fresh = id(numbers.len());
                    *numbers.entry((class[run], runs.ways(runs.nexts(run), &class))).or_insert(fresh)
                })
                .collect();
            class = next;
            if numbers.len() == count {
                break;
            }
            count = numbers.len();
        }
        let mut numbers = BTreeMap::new();
        self.firsts = self.bundle(&runs.ways(&runs.firsts, &class), &mut numbers);
        for run in 0..runs.kinds.len() {
            // Classes are numbered as they first occur.
            if class[run] as usize == self.works.len() {
                self.works.push(runs.kinds[run] != 0);
                let links = self.bundle(&runs.ways(runs.nexts(run), &class), &mut numbers);
                self.links.extend(links);
                self.starts.push(id(self.links.len()));
            }
        }
    }

    /// Links of the ways (slot and kind), all kinds to the same slot in one.
    fn bundle(&mut self, ways: &[(u32, u8)], numbers: &mut BTreeMap<Vec<u8>, u32>) -> Vec<Link> {
        let mut links = Vec::new();
        for group in ways.chunk_by(|a, b| a.0 == b.0) {
            let kinds: Vec<u8> = group.iter().map(|(_, kind)| *kind).collect();
            let fresh = id(self.bundles.len());
            let bundle = *numbers.entry(kinds.clone()).or_insert(fresh);
            if bundle == fresh {
                self.bundles.push(kinds);
            }
            links.push(Link { bundle, to: group[0].0 });
        }
        links
    }

    /// Whether the kind's uses are counted.
    #[inline]
    pub fn is_counted(&self, kind: usize) -> bool {
        kind != 0 && self.counter_of[kind].is_some()
    }

    /// Counts the kind from now on, weekends for the free day's; says whether there was room for one more.
    pub fn count(&mut self, of: &Compiled, limits: &Limits, kind: usize) -> bool {
        let most = if kind == 0 { limits.most_weekends } else { limits.most_of[kind] }.clamp(0, cost(of.days));
        let bits = i64::BITS - most.leading_zeros() + 1;
        let (mut word, mut shift) = self.counters.last().map_or((0, 0), |last| (last.word, last.shift + last.bits));
        if shift + bits > u64::BITS {
            (word, shift) = (word + 1, 0);
        }
        if word == WORDS {
            return false;
        }
        self.counter_of[kind] = u8::try_from(self.counters.len()).ok();
        self.counters.push(Counter { most, word, shift, bits });
        self.guards[word] |= 1 << (shift + bits - 1);
        true
    }
}

/// All runs that can be reached, and which may come the day after each.
struct Runs {
    /// Per run its kind.
    kinds: Vec<u8>,
    starts: Vec<u32>,
    nexts: Vec<u32>,
    firsts: Vec<u32>,
}

impl Runs {
    fn reached(of: &Compiled, limits: &Limits) -> Runs {
        let mut runs = Runs { kinds: Vec::new(), starts: vec![0], nexts: Vec::new(), firsts: Vec::new() };
        let width = position(longest(of, limits, true).max(longest(of, limits, false))) + 1;
        let mut number = vec![u32::MAX; of.kinds * width * 2];
        let mut open: Vec<Run> = Vec::new();
        let mut number_of = |run: Run, open: &mut Vec<Run>, kinds: &mut Vec<u8>| {
            let at = (run.kind * width + position(run.length)) * 2 + usize::from(run.is_first);
            if number[at] == u32::MAX {
                number[at] = id(open.len());
                open.push(run);
                kinds.push(u8::try_from(run.kind).unwrap_or(0));
            }
            number[at]
        };
        let kinds: Vec<usize> = std::iter::once(0).chain(limits.kinds.iter().map(|k| usize::from(*k))).collect();
        for &kind in kinds.iter().filter(|kind| **kind == 0 || limits.longest_run >= 1) {
            let run = Run { kind, length: 1, is_first: true }.told_apart(of, limits);
            runs.firsts.push(number_of(run, &mut open, &mut runs.kinds));
        }
        let mut at = 0;
        while at < open.len() {
            let before = open[at];
            for &kind in &kinds {
                if let Some(after) = before.then(of, limits, kind) {
                    runs.nexts.push(number_of(after, &mut open, &mut runs.kinds));
                }
            }
            runs.starts.push(id(runs.nexts.len()));
            at += 1;
        }
        runs
    }

    fn nexts(&self, run: usize) -> &[u32] {
        &self.nexts[self.starts[run] as usize..self.starts[run + 1] as usize]
    }

    /// The classes that the runs lead to, each with the kind of the day.
    fn ways(&self, nexts: &[u32], class: &[u32]) -> Vec<(u32, u8)> {
        let mut ways: Vec<(u32, u8)> =
            nexts.iter().map(|next| (class[*next as usize], self.kinds[*next as usize])).collect();
        ways.sort_unstable();
        ways
    }
}

/// The days up to now of one run.
#[derive(Clone, Copy)]
struct Run {
    kind: usize,
    length: i64,
    /// It began on the first day, so it may be shorter than others.
    is_first: bool,
}

/// Runs longer than this need not be told apart.
fn longest(of: &Compiled, limits: &Limits, works: bool) -> i64 {
    let is_bound = limits.longest_run <= cost(of.days);
    match (works, is_bound) {
        (true, true) => limits.longest_run.max(limits.shortest_run),
        (true, false) => limits.shortest_run,
        (false, _) => limits.shortest_rest,
    }
    .max(1)
}

impl Run {
    /// The run after one more day of `kind`, or `None` when the rules of runs and orders forbid it.
    fn then(self, of: &Compiled, limits: &Limits, kind: usize) -> Option<Run> {
        if !of.follows[self.kind * of.kinds + kind] {
            return None;
        }
        let (works, will) = (self.kind != 0, kind != 0);
        if works == will {
            let length = self.length + 1;
            let is_too_long = will && length > limits.longest_run;
            let run = Run { kind, length: length.min(longest(of, limits, will)), is_first: self.is_first };
            return (!is_too_long).then(|| run.told_apart(of, limits));
        }
        let may_begin = !will || limits.longest_run >= 1;
        let is_long = self.is_first || self.length >= shortest(limits, works);
        (is_long && may_begin).then_some(Run { kind, length: 1, is_first: false })
    }

    /// Once the run is long enough it does not matter when it began.
    fn told_apart(self, of: &Compiled, limits: &Limits) -> Run {
        let works = self.kind != 0;
        let is_first = self.is_first && self.length < shortest(limits, works);
        Run { is_first, length: self.length.min(longest(of, limits, works)), ..self }
    }
}

fn shortest(limits: &Limits, works: bool) -> i64 {
    if works { limits.shortest_run } else { limits.shortest_rest }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
