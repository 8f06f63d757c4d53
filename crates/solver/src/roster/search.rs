//! The search: rows built one by one, then simulated annealing over blocks of days, then exact rows until none improves.
//!
//! Annealing after S. Kirkpatrick, C. Gelatt and M. Vecchi, "Optimization by simulated annealing", Science 220 (1983),
//! with hard rules as penalties whose weight grows (strategic oscillation without the return). The moves are the usual
//! ones for rosters (E. Burke et al., "The state of the art of nurse rostering", Journal of Scheduling 7 (2004)): give a
//! block of days one shift, exchange a block between two people, exchange two days of one person. The last part of the
//! budget goes to [`super::row`]: each person's exact best row, while all others stay.

use super::check::{Violation, parts, violations};
use super::compiled::Compiled;
use super::row::improve;
use super::state::State;
use super::{Model, Roster};
use crate::budget::{Budget, Progress, WHOLE};
use crate::dice::{Chance, Dice, FINE};
use crate::fault::Fault;

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub roster: Roster,
    /// The cost by the checker, in the model's unit.
    pub cost: i64,
    /// Empty unless no roster that keeps all hard rules was found; then what the best one breaks.
    pub violations: Vec<Violation>,
    /// Moves tried.
    pub steps: u64,
}

/// The best roster that the budget allows. Steps are moves; the same seed and budget give the same roster.
///
/// # Errors
/// What [`Model::check`] finds.
pub fn solve(model: &Model, seed: u64, budget: &mut dyn Budget) -> Result<Answer, Fault> {
    model.check()?;
    let compiled = Compiled::new(model);
    let empty = vec![0; compiled.people * compiled.days];
    let plan = Plan::cold(compiled.unit);
    let mut search = Search::new(&compiled, &empty, seed, plan);
    search.construct(budget);
    search.anneal(budget);
    search.polish(budget);
    Ok(answer(model, search.best, search.steps))
}

pub(super) fn answer(model: &Model, cells: Vec<u8>, steps: u64) -> Answer {
    let roster = Roster::of(model.days as usize, cells);
    let violations = violations(model, &roster).unwrap_or_default();
    Answer { cost: parts(model, &roster).cost(), violations, roster, steps }
}

/// Temperatures and weights of a search, in the model's unit of cost.
pub(super) struct Plan {
    /// The worsening that is taken half of the time, at first and at last, in 1/256.
    pub first: i64,
    pub last: i64,
    /// What a broken hard rule weighs at first and at last.
    pub hard: (i64, i64),
}

impl Plan {
    /// From nothing. The shares of `unit` were measured on the public instances, where it is 100.
    pub fn cold(unit: i64) -> Plan {
        let of = |per_cent: i64| (unit * per_cent / 100).max(1);
        Plan { first: of(42) * FINE, last: (unit * FINE * 28 / 10_000).max(1), hard: (of(120), of(480)) }
    }
}

/// Thousandths of the budget after which annealing ends and exact rows begin.
const ANNEALED: u32 = 930;
const BREATH: u64 = 1024;
/// The longest block that is exchanged.
const LONGEST_BLOCK: usize = 14;

pub(super) struct Search<'a> {
    state: State<'a>,
    dice: Dice,
    plan: Plan,
    pub best: Vec<u8>,
    pub best_score: (i64, i64),
    pub steps: u64,
    /// The cells changed by the move under way, with what they were.
    undo: Vec<(usize, usize, u8)>,
}

impl<'a> Search<'a> {
    pub fn new(of: &'a Compiled, cells: &[u8], seed: u64, plan: Plan) -> Search<'a> {
        let state = State::new(of, cells);
        let best = state.cells.clone();
        let best_score = (state.hard, state.soft);
        Search { state, dice: Dice::new(seed), plan, best, best_score, steps: 0, undo: Vec::new() }
    }

    fn spent(&self, budget: &mut dyn Budget) -> u32 {
        let best = (self.best_score.0 == 0).then_some(self.best_score.1);
        budget.spent(&Progress { steps: self.steps, best })
    }

    fn keep_best(&mut self) {
        let score = (self.state.hard, self.state.soft);
        if score < self.best_score {
            self.best_score = score;
            self.best.copy_from_slice(&self.state.cells);
        }
    }

    /// Gives each person in turn the best row for what is still missing.
    pub fn construct(&mut self, budget: &mut dyn Budget) {
        let mut order: Vec<usize> = (0..self.state.of.people).collect();
        self.dice.shuffle(&mut order);
        for person in order {
            if self.spent(budget) >= WHOLE / 10 {
                break;
            }
            improve(&mut self.state, person);
            self.steps += 1;
            self.keep_best();
        }
    }

    pub fn anneal(&mut self, budget: &mut dyn Budget) {
        let of = self.state.of;
        if of.people == 0 || of.days == 0 {
            return;
        }
        let chance = Chance::new(self.plan.first, self.plan.last);
        loop {
            let spent = self.spent(budget);
            if spent >= ANNEALED {
                return;
            }
            let halving = chance.halving(spent * WHOLE / ANNEALED);
            let (low, high) = self.plan.hard;
            let weight = low + (high - low) * i64::from(spent) / i64::from(ANNEALED);
            for _ in 0..BREATH {
                self.steps += 1;
                self.try_move(weight, halving, &chance);
            }
        }
    }

    fn try_move(&mut self, weight: i64, halving: i64, chance: &Chance) {
        let before = (self.state.hard, self.state.soft);
        self.undo.clear();
        let person = self.dice.below(self.state.of.people);
        let mut other = None;
        match self.dice.below(100) {
            0..50 => self.change_block(person),
            50..85 => other = self.exchange_block(person),
            _ => self.exchange_days(person),
        }
        if self.undo.is_empty() {
            return;
        }
        let row = self.state.judge(person);
        let other = other.map(|other| (other, self.state.judge(other)));
        let worse = (self.state.hard - before.0) * weight + self.state.soft - before.1;
        if chance.takes(worse, halving, &mut self.dice) {
            self.keep_best();
            return;
        }
        while let Some((person, day, kind)) = self.undo.pop() {
            self.state.put(person, day, kind);
        }
        self.state.set_row(person, row);
        if let Some((other, row)) = other {
            self.state.set_row(other, row);
        }
    }

    fn put(&mut self, person: usize, day: usize, kind: u8) {
        let old = self.state.at(person, day);
        if old != kind {
            self.undo.push((person, day, old));
            self.state.put(person, day, kind);
        }
    }

    /// A block of one person's days gets one kind; days that do not allow it become free where they may.
    fn change_block(&mut self, person: usize) {
        let of = self.state.of;
        let limits = &of.limits[person];
        let longest = crate::num::position(limits.longest_run).clamp(1, LONGEST_BLOCK);
        let length = if self.dice.below(5) < 2 { 1 } else { 1 + self.dice.below(longest) };
        let start = self.dice.below(of.days);
        let kind = if self.dice.below(5) < 2 { 0 } else { self.dice.one_of(&limits.kinds).copied().unwrap_or(0) };
        for day in start..(start + length).min(of.days) {
            if of.is_allowed(person, day, usize::from(kind)) {
                self.put(person, day, kind);
            } else if of.is_allowed(person, day, 0) {
                self.put(person, day, 0);
            }
        }
    }

    /// Two people exchange a block of days, when each may have what the other has.
    fn exchange_block(&mut self, person: usize) -> Option<usize> {
        let of = self.state.of;
        let other = self.dice.below(of.people);
        let longest = if self.dice.below(3) == 0 { LONGEST_BLOCK } else { 5 };
        let length = 1 + self.dice.below(longest);
        let start = self.dice.below(of.days);
        let days = start..(start + length).min(of.days);
        let may = |person: usize, day: usize, kind: u8| of.is_allowed(person, day, usize::from(kind));
        let fits = |day: usize| {
            let (mine, theirs) = (self.state.at(person, day), self.state.at(other, day));
            mine == theirs || (may(person, day, theirs) && may(other, day, mine))
        };
        if other == person || !days.clone().all(fits) {
            return None;
        }
        for day in days {
            let (mine, theirs) = (self.state.at(person, day), self.state.at(other, day));
            self.put(person, day, theirs);
            self.put(other, day, mine);
        }
        Some(other)
    }

    /// Two days of one person are exchanged, when each allows what the other has.
    fn exchange_days(&mut self, person: usize) {
        let of = self.state.of;
        let first = self.dice.below(of.days);
        let second = (first + 1 + self.dice.below(LONGEST_BLOCK)) % of.days;
        let (a, b) = (self.state.at(person, first), self.state.at(person, second));
        if of.is_allowed(person, first, usize::from(b)) && of.is_allowed(person, second, usize::from(a)) {
            self.put(person, first, b);
            self.put(person, second, a);
        }
    }

    /// From the best roster on: exact rows, person by person, until none improves or the budget ends.
    pub fn polish(&mut self, budget: &mut dyn Budget) {
        self.state = State::new(self.state.of, &self.best);
        let mut order: Vec<usize> = (0..self.state.of.people).collect();
        let mut unchanged = 0;
        self.dice.shuffle(&mut order);
        for person in order.iter().cycle() {
            if unchanged >= order.len() || self.spent(budget) >= WHOLE {
                return;
            }
            self.steps += 1;
            let (is_better, _) = improve(&mut self.state, *person);
            unchanged = if is_better { 0 } else { unchanged + 1 };
            self.keep_best();
        }
    }
}
