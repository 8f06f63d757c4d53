//! One person's best row, exactly, while all others stay: a shortest path with resources over the days.
//!
//! Labels with dominance on an acyclic network (M. Desrochers and F. Soumis, "A generalized permanent labelling algorithm
//! for the shortest path problem with time windows", INFOR 26 (1988); as a neighbourhood for rosters: E. Burke and
//! T. Curtois, "New approaches to nurse rostering benchmark instances", EJOR 237 (2014)). A label is the last kind, the
//! length of the run, and what is used up of minutes, weekends and limited shifts; of equal labels the cheaper one stays.
//! A second pass from the last day, which looks at runs and orders only, bounds what a label can still become, and those
//! that cannot beat the row there is are dropped.

use super::compiled::Compiled;
use super::state::State;
use super::{Model, Roster};
use crate::dice::Dice;
use crate::fault::{Fault, known};
use crate::num::{cost, id, position};

/// More labels in a day than this, and the worst are dropped: the row is then good, not proved.
const MOST_LABELS: usize = 20_000;
pub(super) const NEVER: i64 = i64::MAX / 4;
/// The price of one missing person at a post where nobody is to be alone.
pub(super) const OF_ALONE: i64 = 1 << 32;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Label {
    kind: u8,
    run: u16,
    /// The run began on the first day, so it may be shorter than others.
    is_first: bool,
    weekends: u16,
    /// Whether this week's Saturday was served.
    saturday: bool,
    minutes: u32,
    week: u32,
    /// How many of each limited shift: as many bits for each as the days need.
    used: u128,
    cost: i64,
    parent: u32,
}

impl Label {
    /// All but the cost: two labels with equal keys have the same future.
    fn key(&self) -> (u8, u16, bool, u16, bool, u32, u32, u128) {
        (self.kind, self.run, self.is_first, self.weekends, self.saturday, self.minutes, self.week, self.used)
    }
}

/// The best row for the person when all others stay as they are, and whether that is proved; no row when none that keeps
/// the rules costs less than `below` (see [`Costs::of_row`]). The person's own row must have been taken out of `state`.
pub(super) fn best(state: &State<'_>, person: usize, below: i64) -> (Option<Vec<u8>>, bool) {
    best_at(state, person, &Costs::new(state, person), below)
}

/// As [`best`], at other costs than the roster's own.
pub(super) fn best_at(state: &State<'_>, person: usize, costs: &Costs, below: i64) -> (Option<Vec<u8>>, bool) {
    let Some(bits) = bits_per_count(state.of, person) else { return (None, false) };
    Walk { of: state.of, person, costs, bits }.run(below)
}

/// Bits for a count of days, unless all limited shifts together need more than 128.
fn bits_per_count(of: &Compiled, person: usize) -> Option<u32> {
    let bits = usize::BITS - of.days.leading_zeros();
    (bits * id(of.limits[person].limited.len()) <= 128).then_some(bits)
}

/// What each kind costs on each day, for a person taken out of the state.
pub(super) struct Costs {
    kinds: usize,
    cells: Vec<i64>,
}

impl Costs {
    pub fn new(state: &State<'_>, person: usize) -> Costs {
        let of = state.of;
        let mut cells = Vec::with_capacity(of.days * of.kinds);
        for day in 0..of.days {
            for kind in 0..of.kinds {
                let is_allowed = of.is_allowed(person, day, kind);
                cells.push(if is_allowed { state.price(person, day, kind, OF_ALONE) } else { NEVER });
            }
        }
        Costs { kinds: of.kinds, cells }
    }

    /// Adds up to so much to each, at random.
    pub fn blur(&mut self, most: i64, dice: &mut Dice) {
        let most = crate::num::position(most) + 1;
        for cost in self.cells.iter_mut().filter(|cost| **cost < NEVER) {
            *cost += crate::num::cost(dice.below(most));
        }
    }

    fn at(&self, day: usize, kind: usize) -> i64 {
        self.cells[day * self.kinds + kind]
    }

    /// The price of a whole row, comparable with that of another row for the same person and state.
    pub fn of_row(&self, of: &Compiled, person: usize, row: &[u8]) -> i64 {
        let minutes: i64 = row.iter().map(|kind| of.minutes[usize::from(*kind)]).sum();
        let cells: i64 = row.iter().enumerate().map(|(day, kind)| self.at(day, usize::from(*kind)).min(NEVER)).sum();
        cells.saturating_add(of.limits[person].unfair(minutes))
    }
}

struct Walk<'a> {
    of: &'a Compiled,
    person: usize,
    costs: &'a Costs,
    bits: u32,
}

impl Walk<'_> {
    /// Runs longer than this need not be told apart.
    fn cap(&self, works: bool) -> i64 {
        let limits = &self.of.limits[self.person];
        let is_bound = limits.longest_run <= cost(self.of.days);
        if works && is_bound {
            limits.longest_run.max(limits.shortest_run)
        } else if works {
            limits.shortest_run
        } else {
            limits.shortest_rest
        }
        .max(1)
    }

    /// The run after one more day of `kind`, or `None` when the rules of runs and orders forbid it.
    fn step(&self, before: usize, run: i64, is_first: bool, kind: usize) -> Option<(i64, bool)> {
        let limits = &self.of.limits[self.person];
        if !self.of.follows[before * self.of.kinds + kind] {
            return None;
        }
        if (before != 0) == (kind != 0) {
            let is_too_long = kind != 0 && run + 1 > limits.longest_run;
            return (!is_too_long).then_some(((run + 1).min(self.cap(kind != 0)), is_first));
        }
        let shortest = if before != 0 { limits.shortest_run } else { limits.shortest_rest };
        let may_begin = kind == 0 || limits.longest_run >= 1;
        ((is_first || run >= shortest) && may_begin).then_some((1, false))
    }

    fn slot(&self, kind: usize, run: i64, is_first: bool) -> usize {
        let width = position(self.cap(true).max(self.cap(false))) + 1;
        (kind * width + position(run)) * 2 + usize::from(is_first)
    }

    fn slots(&self) -> usize {
        self.slot(self.of.kinds, 0, false)
    }

    /// Per day and slot the least cost of the days after, by runs and orders alone.
    fn futures(&self) -> Vec<i64> {
        let (days, slots) = (self.of.days, self.slots());
        let mut futures = vec![NEVER; days * slots];
        if let Some(last) = days.checked_sub(1) {
            futures[last * slots..].fill(0);
        }
        for day in (0..days.saturating_sub(1)).rev() {
            for kind in 0..self.of.kinds {
                for run in 1..=self.cap(kind != 0) {
                    for is_first in [false, true] {
                        let nexts = (0..self.of.kinds).filter_map(|next| {
                            let price = self.costs.at(day + 1, next);
                            let (run, is_first) = self.step(kind, run, is_first, next).filter(|_| price < NEVER)?;
                            let future = futures[(day + 1) * slots + self.slot(next, run, is_first)];
                            (future < NEVER).then_some(price + future)
                        });
                        futures[day * slots + self.slot(kind, run, is_first)] = nexts.min().unwrap_or(NEVER);
                    }
                }
            }
        }
        futures
    }

    fn run(&self, below: i64) -> (Option<Vec<u8>>, bool) {
        let futures = self.futures();
        let slots = self.slots();
        let mut layers: Vec<Vec<Label>> = Vec::with_capacity(self.of.days);
        let mut is_exact = true;
        for day in 0..self.of.days {
            let future = |label: &Label| {
                futures[day * slots + self.slot(usize::from(label.kind), i64::from(label.run), label.is_first)]
            };
            let mut next = Vec::new();
            for kind in (0..self.of.kinds).filter(|kind| self.costs.at(day, *kind) < NEVER) {
                match day.checked_sub(1).map(|before| &layers[before]) {
                    None => next.extend(self.extend(None, 0, day, kind)),
                    Some(labels) => next.extend(
                        labels.iter().zip(0u32..).filter_map(|(label, at)| self.extend(Some(label), at, day, kind)),
                    ),
                }
            }
            next.retain(|label| future(label) < NEVER && label.cost + future(label) < below);
            next.sort_unstable();
            next.dedup_by(|later, kept| later.key() == kept.key());
            if next.len() > MOST_LABELS {
                is_exact = false;
                next.sort_by_cached_key(|label| (label.cost + future(label), label.key()));
                next.truncate(MOST_LABELS);
            }
            layers.push(next);
        }
        (self.end(&layers, below), is_exact)
    }

    /// The label one day on, when no rule that looks back forbids it.
    fn extend(&self, from: Option<&Label>, parent: u32, day: usize, kind: usize) -> Option<Label> {
        let (of, limits) = (self.of, &self.of.limits[self.person]);
        let (run, is_first) = match from {
            None => (kind == 0 || limits.longest_run >= 1).then_some((1, true))?,
            Some(l) => self.step(usize::from(l.kind), i64::from(l.run), l.is_first, kind)?,
        };
        let begins_week = of.is_monday[day];
        let minutes = from.map_or(0, |l| i64::from(l.minutes)) + of.minutes[kind];
        let week = from.filter(|_| !begins_week).map_or(0, |l| i64::from(l.week)) + of.minutes[kind];
        if minutes > limits.most_minutes || week > limits.most_minutes_a_week {
            return None;
        }
        let was_saturday = from.is_some_and(|l| l.saturday) && !begins_week;
        let is_new_weekend = kind != 0 && of.is_weekend[day] && !was_saturday;
        let weekends = from.map_or(0, |l| i64::from(l.weekends)) + i64::from(is_new_weekend);
        if weekends > limits.most_weekends {
            return None;
        }
        let mut used = from.map_or(0, |l| l.used);
        if let Some(at) = limits.limited.iter().position(|k| usize::from(*k) == kind) {
            let shift = self.bits * id(at);
            let count = (used >> shift) & ((1 << self.bits) - 1);
            if i64::try_from(count).unwrap_or(i64::MAX) >= limits.most_of[kind] {
                return None;
            }
            used += 1 << shift;
        }
        let is_weekly = limits.most_minutes_a_week < i64::from(u32::MAX);
        Some(Label {
            kind: u8::try_from(kind).ok()?,
            run: u16::try_from(run).ok()?,
            is_first,
            // What no limit asks for is forgotten, so that more labels are equal.
            weekends: if limits.most_weekends < cost(of.days) { u16::try_from(weekends).ok()? } else { 0 },
            saturday: (was_saturday || is_new_weekend) && !of.is_sunday[day],
            minutes: u32::try_from(minutes).ok()?,
            week: if is_weekly { u32::try_from(week).ok()? } else { 0 },
            used,
            cost: from.map_or(0, |l| l.cost) + self.costs.at(day, kind),
            parent,
        })
    }

    /// The cheapest last label that keeps the rules about the whole row, followed back to the first day.
    fn end(&self, layers: &[Vec<Label>], below: i64) -> Option<Vec<u8>> {
        let limits = &self.of.limits[self.person];
        let whole = |label: &Label| label.cost.saturating_add(limits.unfair(i64::from(label.minutes)));
        let last = layers.last()?;
        let enough = last.iter().enumerate().filter(|(_, l)| i64::from(l.minutes) >= limits.least_minutes);
        let (mut at, _) = enough.map(|(at, l)| (at, whole(l))).filter(|(_, c)| *c < below).min_by_key(|(_, c)| *c)?;
        let mut row = vec![0; layers.len()];
        for day in (0..layers.len()).rev() {
            let label = &layers[day][at];
            row[day] = label.kind;
            at = label.parent as usize;
        }
        Some(row)
    }
}

/// Replaces the person's row by the best one for them, and says whether it changed; a row that breaks rules counts as
/// worse than any that keeps them.
pub(super) fn improve(state: &mut State<'_>, person: usize) -> (bool, bool) {
    let old = state.row(person).to_vec();
    let before = (state.hard, state.soft);
    let is_good = state.of.judge_row(person, &old, &mut Vec::new()).far == 0;
    write(state, person, &vec![0; old.len()]);
    let below = if is_good { Costs::new(state, person).of_row(state.of, person, &old) } else { NEVER };
    let (row, is_exact) = best(state, person, below);
    write(state, person, row.as_ref().unwrap_or(&old));
    if (state.hard, state.soft) < before {
        return (true, is_exact);
    }
    write(state, person, &old);
    (false, is_exact)
}

pub(super) fn write(state: &mut State<'_>, person: usize, row: &[u8]) {
    for (day, kind) in row.iter().enumerate() {
        state.put(person, day, *kind);
    }
    state.judge(person);
}

/// What [`best_row`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BestRow {
    pub roster: Roster,
    /// Whether no better row exists for this person while all others stay.
    pub is_exact: bool,
}

/// The roster with the person's row replaced by the best one that keeps their rules, when it is better.
///
/// # Errors
/// What [`Model::check`] finds; an unknown person; a roster of another shape.
pub fn best_row(model: &Model, roster: &Roster, person: usize) -> Result<BestRow, Fault> {
    model.check()?;
    known("person", person, model.people.len())?;
    if !roster.fits(model) {
        let expected = model.days as usize * model.people.len();
        return Err(Fault::Length { what: "a roster", found: roster.cells.len(), expected });
    }
    let compiled = Compiled::new(model);
    let mut state = State::new(&compiled, &roster.cells);
    let (_, is_exact) = improve(&mut state, person);
    Ok(BestRow { roster: Roster::of(compiled.days, state.cells), is_exact })
}
