//! What a change of a few days does to a person's row, looking at the days around it only.
//!
//! Days worked are bits of words, so the length of a run is a count of trailing ones or zeros (H. Warren, "Hacker's
//! Delight", 2002, chapter 5). A change touches the runs within and beside it and nothing else; runs longer than
//! [`NEAR`] days are cut there, which changes nothing as long as no limit reaches that far ([`Limits::is_near`]).

use super::compiled::{Limits, NEAR, Row, over};
use super::state::State;
use crate::num::cost;

/// The longest change: what it reads lies within one word.
pub(super) const LONGEST: usize = 15;

impl State<'_> {
    /// The person's row as it would be with `new` from `start` on.
    pub fn row_with(&mut self, person: usize, start: usize, new: &[u8]) -> Row {
        let of = self.of;
        let limits = &of.limits[person];
        if !limits.is_near || new.len() > LONGEST {
            return self.row_with_slowly(person, start, new);
        }
        let row = self.rows[person];
        let base = person * of.days;
        let cells = &self.cells[base..base + of.days];
        let old = &cells[start..start + new.len()];
        let mut minutes = row.minutes;
        let mut bits = 0u64;
        for (at, (&a, &b)) in old.iter().zip(new).enumerate() {
            minutes += of.minutes[usize::from(b)] - of.minutes[usize::from(a)];
            bits |= u64::from(b != 0) << at;
        }
        let mut far = row.far;
        far += over(minutes, limits.most_minutes) + over(limits.least_minutes, minutes);
        far -= over(row.minutes, limits.most_minutes) + over(limits.least_minutes, row.minutes);
        far += self.orders(cells, start, new);
        let window = Window::new(self, person, start, new.len());
        far += window.judge(limits, window.with(bits)) - window.judge(limits, window.bits);
        let weekends = row.weekends + self.weekends(person, start, new.len(), bits);
        far += (weekends - limits.most_weekends).max(0) - (row.weekends - limits.most_weekends).max(0);
        if limits.is_weekly {
            far += self.weeks(limits, cells, start, new);
        }
        if !limits.limited.is_empty() {
            far += count_uses(&mut self.differences, &self.uses[person * of.kinds..], limits, old, new);
        }
        Row { far, minutes, weekends }
    }

    fn row_with_slowly(&mut self, person: usize, start: usize, new: &[u8]) -> Row {
        let mut row = self.row(person).to_vec();
        row[start..start + new.len()].copy_from_slice(new);
        self.of.judge_row(person, &row, &mut Vec::new())
    }

    /// Forbidden orders more.
    fn orders(&self, cells: &[u8], start: usize, new: &[u8]) -> i64 {
        let of = self.of;
        let breaks = |a: u8, b: u8| i64::from(!of.follows[usize::from(a) * of.kinds + usize::from(b)]);
        let (mut sum, end) = (0, start + new.len());
        let (mut old_before, mut new_before) = match start.checked_sub(1) {
            Some(before) => (cells[before], cells[before]),
            None => (0, 0),
        };
        for (&a, &b) in cells[start..end].iter().zip(new) {
            sum += breaks(new_before, b) - breaks(old_before, a);
            (old_before, new_before) = (a, b);
        }
        if let Some(&after) = cells.get(end) {
            sum += breaks(new_before, after) - breaks(old_before, after);
        }
        sum
    }

    /// Weekends with a shift more.
    fn weekends(&self, person: usize, start: usize, length: usize, bits: u64) -> i64 {
        let of = self.of;
        let words = &self.works[person * self.words..];
        let works = |day: usize| words[day / 64] >> (day % 64) & 1;
        let would = |day: usize| {
            let is_inside = (start..start + length).contains(&day);
            if is_inside { bits >> (day - start) & 1 } else { works(day) }
        };
        let (first, last) = (of.week_of[start] as usize, of.week_of[start + length - 1] as usize);
        let change = |(a, b): (usize, usize)| cost_of(would(a) | would(b)) - cost_of(works(a) | works(b));
        of.weeks[first..=last].iter().filter_map(|week| week.weekend).map(change).sum()
    }

    fn weeks(&self, limits: &Limits, cells: &[u8], start: usize, new: &[u8]) -> i64 {
        let of = self.of;
        let (first, last) = (of.week_of[start] as usize, of.week_of[start + new.len() - 1] as usize);
        let mut sum = 0;
        for week in &of.weeks[first..=last] {
            let (mut old_minutes, mut new_minutes) = (0, 0);
            for (day, &cell) in cells.iter().enumerate().skip(week.first).take(week.days) {
                let would = day.checked_sub(start).and_then(|at| new.get(at)).copied().unwrap_or(cell);
                old_minutes += of.minutes[usize::from(cell)];
                new_minutes += of.minutes[usize::from(would)];
            }
            sum += over(new_minutes, limits.most_minutes_a_week) - over(old_minutes, limits.most_minutes_a_week);
        }
        sum
    }
}

fn cost_of(bit: u64) -> i64 {
    i64::from(bit != 0)
}

/// Uses of limited kinds beyond their limits, more. `differences` is all 0 before and after.
fn count_uses(differences: &mut [i64], uses: &[i64], limits: &Limits, old: &[u8], new: &[u8]) -> i64 {
    for (&a, &b) in old.iter().zip(new) {
        differences[usize::from(a)] -= 1;
        differences[usize::from(b)] += 1;
    }
    let mut sum = 0;
    for &kind in old.iter().chain(new) {
        let kind = usize::from(kind);
        let by = std::mem::take(&mut differences[kind]);
        if by != 0 {
            let beyond = |count: i64| (count.saturating_sub(limits.most_of[kind])).max(0);
            sum += beyond(uses[kind] + by) - beyond(uses[kind]);
        }
    }
    sum
}

/// Up to 64 days around a change, as bits from `first` on.
struct Window {
    bits: u64,
    first: usize,
    /// The change within the window.
    start: usize,
    length: usize,
    /// The runs that the change touches lie in `low..high`.
    low: usize,
    high: usize,
    days: usize,
}

impl Window {
    fn new(state: &State<'_>, person: usize, start: usize, length: usize) -> Window {
        let days = state.of.days;
        let first = start.saturating_sub(NEAR);
        let (word, shift) = (first / 64, first % 64);
        let words = &state.works[person * state.words..(person + 1) * state.words];
        // Two shifts, because a shift by 64 is none.
        let bits = words[word] >> shift | (words[word + 1] << 1) << (63 - shift);
        let size = (days - first).min(64);
        let (from, end) = (start - first, start - first + length);
        let low = match from.checked_sub(1) {
            None => 0,
            Some(before) => {
                let others = if bits >> before & 1 == 1 { !bits } else { bits } & ((1 << before) - 1);
                64 - others.leading_zeros() as usize
            }
        };
        let high = if end >= size { size } else { (end + run_from(bits, end)).min(size) };
        Window { bits, first, start: from, length, low, high, days }
    }

    /// The window's bits with the change's.
    fn with(&self, change: u64) -> u64 {
        let mask = ((1u64 << self.length) - 1) << self.start;
        self.bits & !mask | change << self.start
    }

    /// How far the touched runs are from their limits.
    fn judge(&self, limits: &Limits, bits: u64) -> i64 {
        let (mut at, mut sum) = (self.low, 0);
        while at < self.high {
            let works = bits >> at & 1 == 1;
            let end = (at + run_from(bits, at)).min(self.high);
            let length = cost(end - at);
            let is_inside = self.first + at > 0 && self.first + end < self.days;
            if works {
                sum += (length - limits.longest_run).max(0);
            }
            if is_inside {
                let shortest = if works { limits.shortest_run } else { limits.shortest_rest };
                sum += (shortest - length).max(0);
            }
            at = end;
        }
        sum
    }
}

/// How many bits from `at` on are like the one there.
fn run_from(bits: u64, at: usize) -> usize {
    let rest = bits >> at;
    let length = if rest & 1 == 1 { rest.trailing_ones() } else { rest.trailing_zeros() };
    length as usize
}
