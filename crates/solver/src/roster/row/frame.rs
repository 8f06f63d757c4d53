//! What runs and orders allow one person, day by day, as a graph.
//!
//! The state-expanded network of a roster's row (S. Demassey, G. Pesant and L.-M. Rousseau, "A cost-regular based hybrid
//! column generation approach", Constraints 11 (2006); for physicians' rosters H. Beaulieu et al., "A mathematical programming approach for scheduling physicians in
//! the emergency room", Health Care Management Science 3 (2000)): a slot is the kind of the day and how many days the run
//! has lasted, as far as that matters, and each slot leads to those that may come next. What is counted over all days,
//! minutes, weekends and limited kinds, is not in the graph: [`super::bound`] prices it and [`super::labels`] counts it.

use crate::num::{cost, id, position};
use crate::roster::compiled::{Compiled, Limits};

/// A kind of which only so many may be had, and where its count lies.
pub(super) struct Counter {
    pub most: i64,
    pub word: usize,
    pub shift: u32,
    pub bits: u32,
}

/// Words that hold a label's counts.
pub(super) const WORDS: usize = 3;
pub(super) type Counts = [u64; WORDS];

pub(in crate::roster) struct Frame {
    /// Per slot its kind.
    pub kinds: Vec<u8>,
    /// Per slot, where those that may come next begin; and one more.
    starts: Vec<u32>,
    nexts: Vec<u32>,
    /// Slots of a first day.
    pub firsts: Vec<u32>,
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
            kinds: Vec::new(),
            starts: vec![0],
            nexts: Vec::new(),
            firsts: Vec::new(),
            units: of.minutes.iter().map(|minutes| minutes / unit).collect(),
            unit,
            counters: Vec::new(),
            counter_of: vec![None; of.kinds],
            has_weekends: limits.most_weekends < cost(of.weeks.len()),
            guards: [0; WORDS],
        };
        frame.link(of, limits);
        if frame.has_weekends {
            frame.count(of, limits, 0);
        }
        frame
    }

    pub fn slots(&self) -> usize {
        self.kinds.len()
    }

    #[inline]
    pub fn nexts(&self, slot: usize) -> &[u32] {
        &self.nexts[self.starts[slot] as usize..self.starts[slot + 1] as usize]
    }

    /// Finds the slots that can be reached, and what each leads to.
    fn link(&mut self, of: &Compiled, limits: &Limits) {
        let width = position(longest(of, limits, true).max(longest(of, limits, false))) + 1;
        let mut number = vec![u32::MAX; of.kinds * width * 2];
        let mut open: Vec<Run> = Vec::new();
        let mut slot_of = |run: Run, open: &mut Vec<Run>, kinds: &mut Vec<u8>| {
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
            self.firsts.push(slot_of(run, &mut open, &mut self.kinds));
        }
        let mut at = 0;
        while at < open.len() {
            let before = open[at];
            for &kind in &kinds {
                if let Some(after) = before.then(of, limits, kind) {
                    self.nexts.push(slot_of(after, &mut open, &mut self.kinds));
                }
            }
            self.starts.push(id(self.nexts.len()));
            at += 1;
        }
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
