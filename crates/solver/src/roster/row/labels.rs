//! One person's best row, exactly, while all others stay: a shortest path with resources over the days.
//!
//! Labels with dominance on an acyclic network (M. Desrochers and F. Soumis, "A generalized permanent labelling algorithm
//! for the shortest path problem with time windows", INFOR 26 (1988)). A label is a slot of the person's
//! [`Frame`] and what is used up of minutes, weekends and limited kinds; what is cheaper and uses no more stays, and what
//! [`Bound`] says cannot end below the limit is dropped (Y. Dumitrescu and N. Boland, "Improved preprocessing, labeling
//! and scaling algorithms for the weight-constrained shortest path problem", Networks 42 (2003)).

use super::bound::{Bound, FAR, SCALE, units};
use super::frame::{Counts, Frame, WORDS};
use crate::budget::Meter;
use crate::num::cost;
use crate::roster::row::LONG;

#[derive(Clone, Copy)]
pub(in crate::roster) struct Label {
    cost: i64,
    /// The cost at the bound's prices.
    priced: i64,
    counts: Counts,
    slot: u32,
    /// In units, of the row and of the week.
    minutes: u32,
    parent: u32,
    week: u16,
    kind: u8,
}

/// The labels of each day; kept between searches, because making room takes longer than filling it.
#[derive(Default)]
pub(in crate::roster) struct Layers {
    days: Vec<Vec<Label>>,
    /// All labels of a day of a long row, before few are kept: one place for all days stays in the cache.
    all: Vec<Label>,
    /// Of each label kept of the day before, what [`Step::of_use`] makes of it.
    uneven: Vec<i64>,
    /// What the days after a slot may add to the minutes at most.
    most_after: Vec<i64>,
}

/// What a search may keep.
#[derive(Clone, Copy)]
pub(in crate::roster) struct Effort {
    /// The most labels of a day.
    pub width: usize,
    /// How much an even use of minutes, weekends and kinds counts when labels are dropped, 1 or more.
    pub evenness: i64,
    /// How often a person's prices of limits are moved before labels are made, for all rows but the first.
    pub raises: u32,
}

/// How a search ended.
pub(super) enum Found {
    Row(Vec<u8>),
    /// There is none below the limit; proved unless labels were dropped.
    None,
    /// The budget ended.
    Stopped,
}

/// A label that uses no less of anything has each guard left after this one's counts are taken from it.
fn uses_no_less(frame: &Frame, more: &Counts, less: &Counts) -> bool {
    (0..WORDS).all(|word| {
        let guards = frame.guards[word];
        ((more[word] | guards) - less[word]) & guards == guards
    })
}

impl Layers {
    /// The best row that costs less than `below` (in the model's unit), and whether
    /// that is proved.
    pub fn search(&mut self, bound: &Bound<'_>, below: i64, effort: Effort, meter: &mut Meter<'_>) -> (Found, bool) {
        let days = bound.of.days;
        self.days.iter_mut().for_each(Vec::clear);
        self.days.resize_with(days.max(self.days.len()), Vec::new);
        self.find_most_after(bound);
        self.uneven.clear();
        // The least that is not below, at the prices.
        let limit = below.saturating_mul(SCALE).min(FAR / 4).saturating_add(bound.of_limits());
        let shift = bound.shift();
        let (mut is_proved, is_long) = (true, days > LONG);
        for day in 0..days {
            let (before, rest) = self.days.split_at_mut(day);
            let kept = &mut rest[0];
            let next = if is_long { &mut self.all } else { &mut *kept };
            next.clear();
            let step = Step { bound, day, limit, shift, effort, most_after: &self.most_after };
            match before.last() {
                None => step.follow(None, 0, next),
                Some(labels) => {
                    labels.iter().zip(0u32..).for_each(|(label, at)| step.follow(Some(label), at, next));
                }
            }
            if meter.step(1 + next.len() as u64) {
                return (Found::Stopped, false);
            }
            if is_long {
                is_proved &= next.len() <= effort.width;
                step.thin(&self.all, kept, &mut self.uneven);
                continue;
            }
            step.dominate(next);
            if next.len() > effort.width {
                is_proved = false;
                step.choose(next);
            }
        }
        (self.end(bound, days, below), is_proved)
    }

    fn find_most_after(&mut self, bound: &Bound<'_>) {
        let (days, frame, slots) = (bound.of.days, bound.frame, bound.frame.slots());
        self.most_after.clear();
        self.most_after.resize(days * slots, 0);
        if bound.limits.least_minutes == 0 {
            return;
        }
        for day in (0..days.saturating_sub(1)).rev() {
            for slot in 0..slots {
                let after = frame.links(slot).iter().filter_map(|link| {
                    let after = self.most_after[(day + 1) * slots + link.to as usize];
                    let offered = bound.offers(day + 1, link.bundle).iter();
                    let longest = offered.map(|kind| frame.units[usize::from(*kind)]).max().filter(|_| after >= 0)?;
                    Some(longest + after)
                });
                self.most_after[day * slots + slot] = after.max().unwrap_or(-1);
            }
        }
    }

    /// The cheapest last label, followed back to the first day.
    fn end(&self, bound: &Bound<'_>, days: usize, below: i64) -> Found {
        let Some(last) = days.checked_sub(1).map(|last| &self.days[last]) else { return Found::None };
        let whole = |label: &Label| {
            let minutes = i64::from(label.minutes) * bound.frame.unit;
            (label.cost / SCALE).saturating_add(bound.limits.unfair(minutes))
        };
        let enough = |label: &Label| i64::from(label.minutes) >= bound.least_units();
        let all = last.iter().enumerate().filter(|(_, l)| enough(l)).map(|(at, l)| (whole(l), at));
        let Some((_, mut at)) = all.filter(|(cost, _)| *cost < below).min() else { return Found::None };
        let mut row = vec![0; days];
        for day in (0..days).rev() {
            let label = &self.days[day][at];
            row[day] = label.kind;
            at = label.parent as usize;
        }
        Found::Row(row)
    }
}

/// The labels of one day.
struct Step<'a> {
    bound: &'a Bound<'a>,
    day: usize,
    limit: i64,
    /// The units of the longest kind.
    shift: i64,
    effort: Effort,
    most_after: &'a [i64],
}

/// What a label of the day will be.
struct To {
    priced: i64,
    slot: u32,
    kind: u8,
    counts_weekend: bool,
}

impl Step<'_> {
    /// Adds what may follow the label, as far as its bound lies below the limit.
    #[inline]
    fn follow(&self, from: Option<&Label>, parent: u32, next: &mut Vec<Label>) {
        let (bound, frame, day) = (self.bound, self.bound.frame, self.day);
        let links = from.map_or(&frame.firsts[..], |l| frame.links(l.slot as usize));
        let is_after_free = from.is_none_or(|l| !frame.works[l.slot as usize]);
        let of_weekend = bound.weekend_on(day, is_after_free);
        let priced = from.map_or(0, |l| l.priced);
        let is_weekend =
            frame.has_weekends && (bound.begins_weekend(day) || is_after_free && bound.goes_on_with_weekend(day));
        let ways = bound.ways(day);
        for link in links {
            let works = frame.works[link.to as usize];
            let priced = priced + if works { of_weekend } else { 0 };
            if priced.saturating_add(ways.through(link)) >= self.limit {
                continue;
            }
            let future = bound.futures[day * frame.slots() + link.to as usize];
            for &kind in bound.offers(day, link.bundle) {
                let priced = priced + bound.price(day, usize::from(kind));
                if priced + future < self.limit {
                    let to = To { priced, slot: link.to, kind, counts_weekend: works && is_weekend };
                    self.to(from, parent, &to, next);
                }
            }
        }
    }

    /// Adds the label one day on, when no rule that looks back forbids it.
    #[inline]
    fn to(&self, from: Option<&Label>, parent: u32, to: &To, next: &mut Vec<Label>) {
        let (bound, frame, day) = (self.bound, self.bound.frame, self.day);
        let To { priced, slot, kind, counts_weekend } = *to;
        let (at, kind_at) = (day * frame.slots() + slot as usize, usize::from(kind));
        let mut counts = from.map_or([0; WORDS], |l| l.counts);
        let minutes = from.map_or(0, |l| i64::from(l.minutes)) + frame.units[kind_at];
        let of_week = from.filter(|_| !bound.of.is_monday[day]).map_or(0, |l| i64::from(l.week));
        let week = if bound.limits.is_weekly { of_week + frame.units[kind_at] } else { 0 };
        let least = bound.least_units();
        let is_too_much = minutes > bound.most() || week * frame.unit > bound.limits.most_minutes_a_week;
        if is_too_much || least > 0 && minutes + self.most_after[at] < least {
            return;
        }
        let of_kind = frame.counter_of[kind_at].filter(|_| kind != 0);
        let of_weekend = frame.counter_of[0].filter(|_| counts_weekend);
        for counter in of_kind.into_iter().chain(of_weekend) {
            let counter = &frame.counters[usize::from(counter)];
            let mask = (1u64 << counter.bits) - 1;
            let used = counts[counter.word] >> counter.shift & mask;
            if i64::try_from(used).unwrap_or(i64::MAX) >= counter.most {
                return;
            }
            counts[counter.word] += 1 << counter.shift;
        }
        let cost = from.map_or(0, |l| l.cost) + bound.costs.cell(day, kind_at) * SCALE;
        next.push(Label {
            cost,
            priced,
            counts,
            slot,
            minutes: units(minutes),
            week: u16::try_from(week).unwrap_or(u16::MAX),
            parent,
            kind,
        });
    }

    /// Keeps as many labels as it may: of those that differ in the use of limited kinds before the day alone only the most
    /// promising, for else they would be all there is, and then the most promising of what is left.
    fn choose(&self, labels: &mut Vec<Label>) {
        let frame = self.bound.frame;
        let weekends = if frame.has_weekends { (1 << frame.counters[0].bits) - 1 } else { 0 };
        let alike = |l: &Label| (l.slot, l.kind, l.minutes, l.week, l.counts[0] & weekends);
        let mut chosen: Vec<(i64, Label)> = labels.iter().map(|label| (self.promise(label), *label)).collect();
        chosen.sort_unstable_by_key(|(promise, label)| (alike(label), *promise, label.counts));
        chosen.dedup_by(|later, kept| alike(&later.1) == alike(&kept.1));
        if chosen.len() > self.effort.width {
            chosen.select_nth_unstable_by_key(self.effort.width, |(promise, label)| (*promise, alike(label)));
            chosen.truncate(self.effort.width);
        }
        labels.clear();
        labels.extend(chosen.into_iter().map(|(_, label)| label));
    }

    /// As [`Step::choose`] for long rows, where this is done often: how even the use of each label's parent is tells enough.
    fn thin(&self, labels: &[Label], kept: &mut Vec<Label>, uneven: &mut Vec<i64>) {
        let frame = self.bound.frame;
        let weekends = if frame.has_weekends { (1 << frame.counters[0].bits) - 1 } else { 0 };
        let alike = |l: &Label| (u64::from(l.slot) << 32 | u64::from(l.minutes), l.week, l.counts[0] & weekends);
        let of_parent = |label: &Label| uneven.get(label.parent as usize).copied().unwrap_or(0);
        let promise = |label: &Label| self.of_days(label).saturating_add(of_parent(label));
        let mut chosen: Vec<(i64, u32)> = labels.iter().zip(0u32..).map(|(label, at)| (promise(label), at)).collect();
        let wide = self.effort.width * 4;
        if chosen.len() > wide {
            chosen.select_nth_unstable(wide);
            chosen.truncate(wide);
        }
        let label = |at: &u32| &labels[*at as usize];
        chosen.sort_unstable_by_key(|(promise, at)| (alike(label(at)), *promise, *at));
        chosen.dedup_by(|later, kept| alike(label(&later.1)) == alike(label(&kept.1)));
        if chosen.len() > self.effort.width {
            chosen.select_nth_unstable(self.effort.width);
            chosen.truncate(self.effort.width);
        }
        kept.extend(chosen.iter().map(|(_, at)| *label(at)));
        uneven.clear();
        uneven.extend(kept.iter().map(|label| self.of_use(label)));
    }

    /// By what labels are chosen when there are too many: their bound, and how hard it will be to come back to an even use
    /// of minutes, weekends and limited kinds, which prices alone do not say. The squared distance over the days left is
    /// what many small changes of equally rising cost would come to.
    fn promise(&self, label: &Label) -> i64 {
        self.of_days(label).saturating_add(self.of_use(label))
    }

    fn of_days(&self, label: &Label) -> i64 {
        label.priced + self.bound.futures[self.day * self.bound.frame.slots() + label.slot as usize]
    }

    fn of_use(&self, label: &Label) -> i64 {
        let (bound, frame) = (self.bound, self.bound.frame);
        let (days, day) = (cost(bound.of.days), cost(self.day + 1));
        let minutes = i64::from(label.minutes) * days;
        let off = (minutes - bound.most() * day).max(bound.least_units() * day - minutes).max(0) / self.shift;
        let squared = |distance: i64| (distance * 16 / days).pow(2);
        let mut uneven = squared(off);
        for counter in &frame.counters {
            let used = label.counts[counter.word] >> counter.shift & ((1 << counter.bits) - 1);
            let over = i64::try_from(used).unwrap_or(0) * days - counter.most * day;
            if over > 0 {
                uneven += 7 * squared(over);
            }
        }
        let of_use = uneven * bound.of.unit * SCALE / (256 * (days - day + 1));
        of_use.saturating_mul(self.effort.evenness)
    }

    /// Drops each label that another one of the same slot and minutes is no worse than in anything.
    fn dominate(&self, labels: &mut Vec<Label>) {
        labels.sort_unstable_by_key(|l| ((u64::from(l.slot) << 32 | u64::from(l.minutes)), l.week, l.cost, l.counts));
        let (mut kept, mut group) = (0, 0);
        for at in 0..labels.len() {
            let label = labels[at];
            let first = labels[group];
            if (label.slot, label.minutes, label.week) != (first.slot, first.minutes, first.week) || at == 0 {
                group = kept;
            }
            // The cheapest dominate most; looking through all of them would take longer than it saves.
            let rivals = &labels[group..kept.min(group + RIVALS)];
            let is_equal = kept > group && labels[kept - 1].counts == label.counts;
            if is_equal || rivals.iter().any(|rival| uses_no_less(self.bound.frame, &label.counts, &rival.counts)) {
                continue;
            }
            labels[kept] = label;
            kept += 1;
        }
        labels.truncate(kept);
    }
}

/// How many of the cheapest labels of a slot and minutes each other is compared with.
const RIVALS: usize = 24;
