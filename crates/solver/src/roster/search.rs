//! The search: rows built one by one, annealing from there, then the exact rows of a few people at a time built anew.
//!
//! The weight of hard rules grows while it anneals (strategic oscillation: F. Glover, "Heuristics for integer programming
//! using surrogate constraints", Decision Sciences 8 (1977)). [`super::anneal`] makes the moves, [`super::row`] each
//! person's exact best row while all others stay, [`super::rebuild`] several people's rows together.

use super::anneal::Walk;
use super::check::{Violation, parts, violations};
use super::compiled::Compiled;
use super::row::improve;
use super::state::State;
use super::{Model, Roster};
use crate::budget::{Budget, Progress, WHOLE};
use crate::dice::{Chance, FINE};
use crate::fault::Fault;

/// What the search found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub roster: Roster,
    /// The cost by the checker, in the model's unit.
    pub cost: i64,
    /// Empty unless no roster that keeps all hard rules was found; then what the best one breaks.
    pub violations: Vec<Violation>,
    /// Moves tried, and 1,024 for each exact row.
    pub steps: u64,
}

/// The best roster that the budget allows. Steps are moves, and an exact row counts as 1,024 of them; the same seed and budget give the same roster.
///
/// # Errors
/// What [`Model::check`] finds.
pub fn solve(model: &Model, seed: u64, budget: &mut dyn Budget) -> Result<Answer, Fault> {
    model.check()?;
    let compiled = Compiled::new(model);
    let empty = vec![0; compiled.people * compiled.days];
    let mut walk = Walk::new(State::new(&compiled, &empty), seed);
    walk.construct(budget);
    walk.anneal(&Plan::cold(compiled.unit), ANNEALED, budget);
    walk.return_to_best();
    walk.rebuild_some(compiled.unit, budget);
    walk.return_to_best();
    walk.polish(WHOLE, budget);
    Ok(answer(model, walk.best, walk.steps))
}

pub(super) fn answer(model: &Model, cells: Vec<u8>, steps: u64) -> Answer {
    let roster = Roster::of(model.days as usize, cells);
    let violations = violations(model, &roster).unwrap_or_default();
    Answer { cost: parts(model, &roster).cost(), violations, roster, steps }
}

/// Temperatures and weights of a search, in the model's unit of cost.
#[derive(Clone, Copy)]
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

/// Moves between two questions to the budget; an exact row takes about as long, and counts as so many.
pub(super) const BREATH: u64 = 1024;
/// Thousandths of the budget at which annealing ends and rows are rebuilt instead.
const ANNEALED: u32 = 500;

impl Walk<'_> {
    fn spent(&self, budget: &mut dyn Budget) -> u32 {
        let best = (self.best_score.0 == 0).then_some(self.best_score.1);
        budget.spent(&Progress { steps: self.steps, best })
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
            self.steps += BREATH;
            self.keep_best();
        }
    }

    /// Rebuilds the rows of two or three people at a time until the budget ends.
    pub fn rebuild_some(&mut self, unit: i64, budget: &mut dyn Budget) {
        if self.state.of.people == 0 || self.state.of.days == 0 {
            return;
        }
        let of = |per_cent: i64| (unit * FINE * per_cent / 100).max(1);
        let chance = Chance::new(of(5), (of(1) / 4).max(1));
        let begun = self.spent(budget);
        let mut spent = begun;
        while spent < WHOLE {
            let share = (spent - begun) * WHOLE / (WHOLE - begun);
            let count = 2 + self.dice.below(2);
            self.rebuild(count, (unit / 10).max(1), chance.halving(share), &chance);
            spent = self.spent(budget);
        }
    }

    /// Anneals until so many thousandths of the budget are spent.
    pub fn anneal(&mut self, plan: &Plan, until: u32, budget: &mut dyn Budget) {
        let of = self.state.of;
        if of.people == 0 || of.days == 0 {
            return;
        }
        let chance = Chance::new(plan.first, plan.last);
        let from = self.spent(budget);
        let mut spent = from;
        while spent < until {
            let share = (spent - from) * WHOLE / (until - from);
            let (low, high) = plan.hard;
            let weight = low + (high - low) * i64::from(share) / i64::from(WHOLE);
            self.moves(BREATH, weight, chance.halving(share), &chance);
            spent = self.spent(budget);
        }
        self.keep_best();
    }

    /// From the best roster on: exact rows, person by person, until none improves or so much of the budget is spent.
    pub fn polish(&mut self, until: u32, budget: &mut dyn Budget) {
        self.return_to_best();
        let mut order: Vec<usize> = (0..self.state.of.people).collect();
        let mut unchanged = 0;
        self.dice.shuffle(&mut order);
        for person in order.iter().cycle() {
            if unchanged >= order.len() || self.spent(budget) >= until {
                return;
            }
            self.steps += BREATH;
            let (is_better, _) = improve(&mut self.state, *person);
            unchanged = if is_better { 0 } else { unchanged + 1 };
            self.keep_best();
        }
    }
}
