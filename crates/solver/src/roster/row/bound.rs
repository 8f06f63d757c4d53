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
use super::frame::{Frame, Link};
use crate::num::{cost, position};
use crate::roster::compiled::{Compiled, Limits};
use crate::roster::row::{LONG, NEVER};

pub(super) const SCALE: i64 = 16;
/// Costs above this are no costs: what is added to them stays above all that are.
pub(super) const FAR: i64 = i64::MAX / 4;

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

/// Per day and bundle, the kinds that are worth looking at: of those that are not counted and as long as each other only the
/// cheapest, and those that are counted only when they are cheaper still.
#[derive(Default)]
struct Offers {
    starts: Vec<u32>,
    kinds: Vec<u8>,
}

impl Offers {
    fn new(days: usize, frame: &Frame, costs: &Costs) -> Offers {
        let mut offers = Offers { starts: vec![0], kinds: Vec::new() };
        // The cheapest of the bundle that is not counted, per length, and whether it is offered yet.
        let mut cheapest: Vec<(i64, i64, bool)> = Vec::new();
        for day in 0..days {
            for bundle in &frame.bundles {
                cheapest.clear();
                for kind in bundle.iter().map(|kind| usize::from(*kind)).filter(|kind| !frame.is_counted(*kind)) {
                    let (units, cost) = (frame.units[kind], costs.cell(day, kind));
                    match cheapest.iter_mut().find(|of_length| of_length.0 == units) {
                        Some(of_length) => of_length.1 = of_length.1.min(cost),
                        None => cheapest.push((units, cost, false)),
                    }
                }
                for &kind in bundle {
                    let (units, cost) = (frame.units[usize::from(kind)], costs.cell(day, usize::from(kind)));
                    let is_cheap = match cheapest.iter_mut().find(|of_length| of_length.0 == units) {
                        Some(of_length) if frame.is_counted(usize::from(kind)) => cost < of_length.1,
                        Some(of_length) => cost == of_length.1 && !std::mem::replace(&mut of_length.2, true),
                        None => true,
                    };
                    if is_cheap && cost < NEVER {
                        offers.kinds.push(kind);
                    }
                }
                offers.starts.push(crate::num::id(offers.kinds.len()));
            }
        }
        offers
    }
}

/// Where links to a day lead.
pub(super) struct Ways<'a> {
    /// Per bundle.
    prices: &'a [i64],
    /// Per slot.
    futures: &'a [i64],
    works: &'a [bool],
}

impl Ways<'_> {
    /// What the link costs at least, with all days after.
    #[inline]
    pub fn through(&self, link: &Link) -> i64 {
        self.prices[link.bundle as usize] + self.futures[link.to as usize]
    }

    /// The cheapest link, when work costs so much for its weekend.
    #[inline]
    fn best(&self, links: &[Link], of_weekend: i64) -> (i64, Option<Link>) {
        let mut best = (FAR, None);
        for link in links {
            let of_weekend = if self.works[link.to as usize] { of_weekend } else { 0 };
            let through = self.through(link) + of_weekend;
            if through < best.0 {
                best = (through, Some(*link));
            }
        }
        best
    }
}

impl Prices {
    /// Strides begin at `longest`; those of a long row go on from what they had come to, for there few are made at a time.
    fn stride_anew(&mut self, longest: i64, goes_on: bool) {
        let fresh = Stride { length: longest.max(1), way: 0, has_turned: false };
        self.strides.resize(self.counts.len() + 1, fresh);
        for stride in &mut self.strides {
            let length = if goes_on { (stride.length * 2).clamp(longest / 16, longest).max(1) } else { fresh.length };
            *stride = Stride { length, ..fresh };
        }
    }

    /// In a finer unit of cost.
    pub fn grow(&mut self, times: i64) {
        self.minutes *= times;
        self.counts.iter_mut().for_each(|price| *price *= times);
        self.strides.iter_mut().for_each(|stride| stride.length = stride.length.saturating_mul(times).min(LONGEST));
    }
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
    offers: Offers,
    /// Per kind what the prices make of it, without weekends.
    of_kind: Vec<i64>,
    /// Per day and bundle the least cost at the prices, without that of weekends.
    priced: Vec<i64>,
    /// The least that any row costs.
    pub least: i64,
}

impl<'a> Bound<'a> {
    pub fn new(of: &'a Compiled, person: usize, frame: &'a Frame, costs: &'a Costs, prices: &Prices) -> Bound<'a> {
        let mut prices = prices.clone();
        prices.counts.resize(frame.counters.len(), 0);
        prices.stride_anew(of.unit * SCALE / 8, of.days > LONG);
        let futures = vec![FAR; of.days * frame.slots()];
        let limits = &of.limits[person];
        let offers = Offers::new(of.days, frame, costs);
        let (of_kind, priced) = (vec![0; of.kinds], Vec::new());
        let mut bound = Bound { of, limits, frame, costs, prices, futures, offers, of_kind, priced, least: 0 };
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

    /// The kinds of the bundle that are worth looking at on the day.
    #[inline]
    pub fn offers(&self, day: usize, bundle: u32) -> &[u8] {
        let at = day * self.frame.bundles.len() + bundle as usize;
        &self.offers.kinds[self.offers.starts[at] as usize..self.offers.starts[at + 1] as usize]
    }

    /// What the kind, which is offered, costs at the prices, without weekends.
    #[inline]
    pub fn price(&self, day: usize, kind: usize) -> i64 {
        self.costs.cell(day, kind) * SCALE + self.of_kind[kind]
    }

    /// What there is to read of a day.
    #[inline]
    pub fn ways(&self, day: usize) -> Ways<'_> {
        let (bundles, slots) = (self.frame.bundles.len(), self.frame.slots());
        Ways {
            prices: &self.priced[day * bundles..(day + 1) * bundles],
            futures: &self.futures[day * slots..(day + 1) * slots],
            works: &self.frame.works,
        }
    }

    /// What a weekend costs that one begins to work on the day, after a free one or not.
    #[inline]
    pub fn weekend_on(&self, day: usize, is_after_free: bool) -> i64 {
        let counts = self.begins_weekend(day) || is_after_free && self.goes_on_with_weekend(day);
        if counts { self.of_weekend() } else { 0 }
    }

    pub fn of_weekend(&self) -> i64 {
        if self.frame.has_weekends { self.prices.counts[0] } else { 0 }
    }

    /// The shortest ways to the last day from all slots.
    fn find(&mut self) {
        let (of, frame, slots) = (self.of, self.frame, self.frame.slots());
        self.of_kind = (0..of.kinds).map(|kind| self.of_kind(kind)).collect();
        self.priced.clear();
        for ends in self.offers.starts.windows(2) {
            let at = self.priced.len() / frame.bundles.len();
            let offered = self.offers.kinds[ends[0] as usize..ends[1] as usize].iter();
            let least = offered.map(|kind| self.price(at, usize::from(*kind))).min();
            self.priced.push(least.unwrap_or(FAR));
        }
        let Some(last) = of.days.checked_sub(1) else {
            self.least = 0;
            return;
        };
        self.futures[last * slots..].fill(0);
        for day in (0..last).rev() {
            let of_weekend = [false, true].map(|is_after_free| self.weekend_on(day + 1, is_after_free));
            let (before, after) = self.futures.split_at_mut((day + 1) * slots);
            let bundles = frame.bundles.len();
            let prices = &self.priced[(day + 1) * bundles..(day + 2) * bundles];
            let ways = Ways { prices, futures: &after[..slots], works: &frame.works };
            for (slot, future) in before[day * slots..].iter_mut().enumerate() {
                *future = ways.best(frame.links(slot), of_weekend[usize::from(!frame.works[slot])]).0;
            }
        }
        let least = self.ways(0).best(&frame.firsts, self.weekend_on(0, true)).0;
        self.least = if least < FAR / 2 { least - self.of_limits() } else { FAR };
    }

    fn of_kind(&self, kind: usize) -> i64 {
        let of_count = self.frame.counter_of[kind].filter(|_| kind != 0);
        self.prices.minutes * self.frame.units[kind] + of_count.map_or(0, |at| self.prices.counts[usize::from(at)])
    }

    /// What the best row at the prices uses.
    fn trace(&self) -> Use {
        let frame = self.frame;
        let mut used = Use { minutes: 0, counts: vec![0; frame.counters.len()] };
        let mut at: Option<usize> = None;
        for day in 0..self.of.days {
            let is_after_free = at.is_none_or(|at| !frame.works[at]);
            let links = at.map_or(&frame.firsts[..], |at| frame.links(at));
            let (_, Some(link)) = self.ways(day).best(links, self.weekend_on(day, is_after_free)) else { return used };
            at = Some(link.to as usize);
            let kinds = self.offers(day, link.bundle).iter().map(|kind| usize::from(*kind));
            let kind = kinds.min_by_key(|kind| self.price(day, *kind)).unwrap_or(0);
            used.minutes += frame.units[kind];
            if kind != 0 {
                if frame.has_weekends && (self.begins_weekend(day) || is_after_free && self.goes_on_with_weekend(day)) {
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
        let steps: usize = (0..self.frame.slots()).map(|slot| self.frame.links(slot).len()).sum();
        (steps * self.of.days) as u64
    }
}

/// The number of units as a position.
pub(super) fn units(units: i64) -> u32 {
    crate::num::id(position(units))
}
