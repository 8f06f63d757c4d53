//! What a row costs at least, by prices for all that is counted over its days.
//!
//! Lagrangian relaxation of a shortest path with resources (J. Beasley and N. Christofides, "An algorithm for the resource
//! constrained shortest path problem", Networks 19 (1989)): minutes, weekends and limited kinds get a price each instead
//! of a limit, and the best row at these prices is a shortest path in the person's [`Frame`], found from the last day to
//! the first. What it costs, less the price of the limits, no row that keeps them is below. Prices move along the
//! subgradient, with steps as B. Polyak ("Minimization of unsmooth functionals", 1969) chose them.
//!
//! Costs and prices are in 1/16 of the model's unit here, so that whole numbers are fine enough.

use super::Costs;
use super::frame::Frame;
use crate::num::{cost, position};
use crate::roster::compiled::{Compiled, Limits};
use crate::roster::row::NEVER;

pub(super) const SCALE: i64 = 16;
/// Costs above this are no costs: what is added to them stays above all that are.
pub(super) const FAR: i64 = i64::MAX / 2;

/// How far a price is moved, longer while it goes on in one way and shorter when it turns (resilient propagation: M.
/// Riedmiller and H. Braun, IEEE International Conference on Neural Networks 1993): each price finds its own scale.
#[derive(Clone, Copy)]
struct Stride {
    length: i64,
    way: i64,
    has_turned: bool,
}

impl Stride {
    fn stride(&mut self, way: i64, divisor: i64) -> i64 {
        match way * self.way {
            1 if self.has_turned => self.length += self.length / 8,
            1 => self.length = (self.length * 2).min(LONGEST),
            -1 => (self.length, self.has_turned) = ((self.length / 2).max(1), true),
            _ => {}
        }
        self.way = way;
        (self.length / divisor).max(1)
    }
}

/// The longest stride: costs are below it, and sums of prices stay exact.
const LONGEST: i64 = 1 << 36;

/// What one unit of minutes, one weekend and one use of a limited kind are priced at.
#[derive(Clone, Default)]
pub(in crate::roster) struct Prices {
    /// Above 0 when there would be too many minutes, below when too few.
    pub minutes: i64,
    /// As [`Frame::counters`], never below 0.
    pub counts: Vec<i64>,
    /// Of the minutes, for a shift, then of the counts.
    strides: Vec<Stride>,
}

/// What the best row at some prices uses.
#[derive(Default)]
struct Use {
    minutes: i64,
    counts: Vec<i64>,
}

/// Lower bounds for one person at given costs.
pub(super) struct Bound<'a> {
    pub of: &'a Compiled,
    pub limits: &'a Limits,
    pub frame: &'a Frame,
    pub costs: &'a Costs,
    pub prices: Prices,
    /// Per day and slot, the least that the days after cost at the prices.
    pub futures: Vec<i64>,
    /// Per day and kind the cost at the prices, without that of weekends.
    priced: Vec<i64>,
    /// The least that any row costs.
    pub least: i64,
}

impl<'a> Bound<'a> {
    pub fn new(of: &'a Compiled, person: usize, frame: &'a Frame, costs: &'a Costs, prices: &Prices) -> Bound<'a> {
        let mut prices = prices.clone();
        prices.counts.resize(frame.counters.len(), 0);
        let stride = Stride { length: (of.unit * SCALE / 8).max(1), way: 0, has_turned: false };
        prices.strides = vec![stride; frame.counters.len() + 1];
        let futures = vec![FAR; of.days * frame.slots()];
        let limits = &of.limits[person];
        let mut bound = Bound { of, limits, frame, costs, prices, futures, priced: Vec::new(), least: 0 };
        bound.find();
        bound
    }

    /// Moves the prices so often, as long as the bound is below `target`. Kept are the best ones met.
    pub fn raise(&mut self, times: u32, target: i64) {
        let (mut best, mut least) = (self.prices.clone(), self.least);
        for _ in 0..times {
            if least >= target {
                break;
            }
            let used = self.trace();
            if !self.step(&used) {
                break;
            }
            self.find();
            if self.least > least {
                (best, least) = (self.prices.clone(), self.least);
            }
        }
        if self.least < least {
            self.prices = best;
            self.find();
        }
    }

    /// What the prices make of the limits: no label's bound is without it.
    pub fn of_limits(&self) -> i64 {
        let minutes = if self.prices.minutes > 0 { self.most() } else { self.least_units() };
        let counts = self.prices.counts.iter().zip(&self.frame.counters).map(|(price, counter)| price * counter.most);
        self.prices.minutes * minutes + counts.sum::<i64>()
    }

    /// The most and the fewest units of minutes.
    pub fn most(&self) -> i64 {
        (self.limits.most_minutes / self.frame.unit).min(cost(self.of.days) * 1440)
    }

    pub fn least_units(&self) -> i64 {
        (self.limits.least_minutes + self.frame.unit - 1) / self.frame.unit
    }

    /// Whether the day's work counts a weekend although the day before may have, too.
    pub fn begins_weekend(&self, day: usize) -> bool {
        self.of.is_weekend[day] && (day == 0 || !self.of.is_sunday[day])
    }

    /// Whether work on the day counts a weekend only after a free day.
    pub fn goes_on_with_weekend(&self, day: usize) -> bool {
        self.of.is_sunday[day] && day > 0
    }

    #[inline]
    pub fn price(&self, day: usize, kind: usize) -> i64 {
        self.priced[day * self.of.kinds + kind]
    }

    pub fn of_weekend(&self) -> i64 {
        if self.frame.has_weekends { self.prices.counts[0] } else { 0 }
    }

    /// The shortest ways to the last day from all slots.
    fn find(&mut self) {
        let (of, frame, slots) = (self.of, self.frame, self.frame.slots());
        self.priced.clear();
        let of_kind: Vec<i64> = (0..of.kinds).map(|kind| self.of_kind(kind)).collect();
        for day in 0..of.days {
            for (kind, price) in of_kind.iter().enumerate() {
                let cost = self.costs.cell(day, kind);
                self.priced.push(if cost < NEVER { cost * SCALE + price } else { FAR });
            }
        }
        let Some(last) = of.days.checked_sub(1) else {
            self.least = 0;
            return;
        };
        self.futures[last * slots..].fill(0);
        let mut through = vec![FAR; slots];
        for day in (0..last).rev() {
            self.through(day + 1, &mut through);
            let after_free = if self.goes_on_with_weekend(day + 1) { self.of_weekend() } else { 0 };
            for slot in 0..slots {
                let nexts = frame.nexts(slot);
                let least = if after_free != 0 && frame.kinds[slot] == 0 {
                    let added = |next: &u32| {
                        let works = frame.kinds[*next as usize] != 0;
                        through[*next as usize].saturating_add(if works { after_free } else { 0 })
                    };
                    nexts.iter().map(added).min()
                } else {
                    nexts.iter().map(|next| through[*next as usize]).min()
                };
                self.futures[day * slots + slot] = least.unwrap_or(FAR).min(FAR);
            }
        }
        self.through(0, &mut through);
        let least = frame.firsts.iter().map(|slot| through[*slot as usize]).min().unwrap_or(FAR);
        self.least = if least < FAR / 2 { least - self.of_limits() } else { FAR };
    }

    /// Per slot, what being in it on the day costs with all days after.
    fn through(&self, day: usize, through: &mut [i64]) {
        let slots = self.frame.slots();
        let of_weekend = if self.begins_weekend(day) { self.of_weekend() } else { 0 };
        for (slot, sum) in through.iter_mut().enumerate() {
            let kind = usize::from(self.frame.kinds[slot]);
            let (price, future) = (self.price(day, kind), self.futures[day * slots + slot]);
            let is_open = price < FAR && future < FAR / 2;
            *sum = if is_open { price + future + if kind != 0 { of_weekend } else { 0 } } else { FAR };
        }
    }

    fn of_kind(&self, kind: usize) -> i64 {
        let of_count = self.frame.counter_of[kind].filter(|_| kind != 0);
        self.prices.minutes * self.frame.units[kind] + of_count.map_or(0, |at| self.prices.counts[usize::from(at)])
    }

    /// What the best row at the prices uses.
    fn trace(&self) -> Use {
        let (of, frame, slots) = (self.of, self.frame, self.frame.slots());
        let mut used = Use { minutes: 0, counts: vec![0; frame.counters.len()] };
        let mut through = vec![FAR; slots];
        let mut at: Option<usize> = None;
        for day in 0..of.days {
            self.through(day, &mut through);
            let after_free = at.is_some_and(|at| frame.kinds[at] == 0) && self.goes_on_with_weekend(day);
            let of_weekend = if after_free { self.of_weekend() } else { 0 };
            let cost = |next: &&u32| {
                let works = frame.kinds[**next as usize] != 0;
                through[**next as usize].saturating_add(if works { of_weekend } else { 0 })
            };
            let nexts = at.map_or(&frame.firsts[..], |at| frame.nexts(at));
            let Some(next) = nexts.iter().min_by_key(cost) else { return used };
            at = Some(*next as usize);
            let kind = usize::from(frame.kinds[*next as usize]);
            used.minutes += frame.units[kind];
            if kind != 0 {
                let counts_weekend = self.begins_weekend(day) || after_free;
                if frame.has_weekends && counts_weekend {
                    used.counts[0] += 1;
                }
                if let Some(counter) = frame.counter_of[kind] {
                    used.counts[usize::from(counter)] += 1;
                }
            }
        }
        used
    }

    /// Moves each price by its own stride, up when the row uses too much and down when it uses too little; `false` when it
    /// keeps all limits, so that nothing is left to raise.
    fn step(&mut self, used: &Use) -> bool {
        let (over, under) = (used.minutes - self.most(), used.minutes - self.least_units());
        let of_minutes = match self.prices.minutes {
            1.. => over,
            0 => over.max(0) + under.min(0),
            _ => under,
        };
        let (old, shift) = (self.prices.minutes, self.shift());
        let stride = self.prices.strides[0].stride(of_minutes.signum(), shift);
        let moved = old + of_minutes.signum() * stride;
        // Between too many and too few lies 0.
        self.prices.minutes = if old.signum() * moved.signum() < 0 { 0 } else { moved };
        let mut is_moved = of_minutes != 0;
        let counts = used.counts.iter().zip(&self.frame.counters).zip(&mut self.prices.counts);
        for (((used, counter), price), stride) in counts.zip(&mut self.prices.strides[1..]) {
            let excess = used - counter.most;
            let way = if *price > 0 { excess.signum() } else { excess.signum().max(0) };
            *price = (*price + way * stride.stride(way, 1)).max(0);
            is_moved |= way != 0;
        }
        is_moved
    }

    /// The units of the longest kind.
    pub fn shift(&self) -> i64 {
        self.frame.units.iter().copied().max().unwrap_or(1).max(1)
    }

    /// How many slots and steps a search from the last day to the first looks at.
    pub fn work(&self) -> u64 {
        let steps: usize = (0..self.frame.slots()).map(|slot| self.frame.nexts(slot).len()).sum();
        (steps * self.of.days) as u64
    }
}

/// The number of units as a position.
pub(super) fn units(units: i64) -> u32 {
    crate::num::id(position(units))
}
