//! The search: rows built one by one, annealing from there, then the exact rows of a few people at a time built anew.
//!
//! The weight of hard rules grows while it anneals (strategic oscillation: F. Glover, "Heuristics for integer programming
//! using surrogate constraints", Decision Sciences 8 (1977)). [`super::anneal`] makes the moves, [`super::row`] each
//! person's exact best row while all others stay, [`super::rebuild`] several people's rows together.

use super::anneal::Walk;
use super::check::{Violation, parts, violations};
use super::compiled::Compiled;
use super::prices::PACE;
use super::row::{EXACT, Effort, LONG, RAISES};
use super::state::State;
use super::{Model, Roster};
use crate::budget::{Budget, Meter, WHOLE};
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
    /// Moves tried, and labels of rows.
    pub steps: u64,
}

/// The best roster that the budget allows. Steps are moves, and labels of rows; the same seed and budget give the same
/// roster.
///
/// # Errors
/// What [`Model::check`] finds.
pub fn solve(model: &Model, seed: u64, budget: &mut dyn Budget) -> Result<Answer, Fault> {
    model.check()?;
    let compiled = Compiled::new(model);
    let is_long = compiled.days > LONG;
    let (annealed, settled) = if is_long { (LONG_ANNEALED, LONG_SETTLED) } else { (ANNEALED, SETTLED) };
    let empty = vec![0; compiled.people * compiled.days];
    let eased = compiled.eased(EASED);
    let mut walk = Walk::new(State::new(&compiled, &empty), seed, Meter::new(budget, WHOLE));
    walk.construct();
    let built = walk.taken_best();
    walk.is_eased = true;
    let finer = compiled.finer(FINER);
    walk.go_on(&finer, &built.1);
    let is_priced = walk.by_prices(PRICED, FINER, &PACE);
    let priced = walk.taken_best().1;
    walk.go_on(&eased, &priced);
    let heat = match is_priced {
        _ if is_long => HEAT_OF_LONG,
        true => HEAT_AFTER_PRICES,
        false => HEAT,
    };
    walk.anneal(&Plan::eased(eased.unit, heat), annealed);
    walk.mend();
    let eased = walk.taken_best().1;
    walk.go_on(&compiled, &eased);
    walk.is_eased = false;
    walk.anneal(&Plan::settling(compiled.unit), settled);
    walk.mend();
    let best = walk.taken_best().min(built);
    walk.go_on(&compiled, &best.1);
    walk.mend();
    walk.rebuild_some(compiled.unit);
    walk.return_to_best();
    walk.polish();
    Ok(answer(model, walk.best, walk.meter.progress.steps))
}

/// Hundredths of what a missing person costs while the search is eased. Someone missing costs much more than a wish, and
/// the way from one good roster to the next leads over rosters where someone is missing: at the full cost it is taken too
/// seldom (smoothed landscapes: J. Gu and X. Huang, "Efficient local search with search space smoothing", IEEE Transactions
/// on Systems, Man, and Cybernetics 24 (1994)).
const EASED: i64 = 40;

/// How much finer costs are while prices lead.
const FINER: i64 = 16;

/// The thousandths of the budget until which prices lead; and at which the eased annealing ends, and a short one at the true
/// costs after it. At 60 CPU seconds prices until 400 and 700 were as good on the public instances 6, 7, 8, 12, 14 and 15, and
/// 400 was better on 13. One long annealing was as good as three shorter ones on 6, 8 and 14, and better on 12, 13 and 15.
const PRICED: u32 = 400;
const ANNEALED: u32 = 900;
const SETTLED: u32 = 930;
/// The same where exact rows take so long that there is little time to rebuild any.
const LONG_ANNEALED: u32 = 920;
const LONG_SETTLED: u32 = 980;

pub(super) fn answer(model: &Model, cells: Vec<u8>, steps: u64) -> Answer {
    let roster = Roster::of(model.days as usize, cells);
    let violations = violations(model, &roster).unwrap_or_default();
    Answer { cost: parts(model, &roster).cost(), violations, roster, steps }
}

/// The heat of the eased annealing, in ten-thousandths of what someone missing costs: where it begins, and where prices have
/// led before.
const HEAT: i64 = 2500;
const HEAT_AFTER_PRICES: i64 = 150;
/// Of long rows there is too little time to cool from more.
const HEAT_OF_LONG: i64 = 600;

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
    /// At eased costs, from so many ten-thousandths of heat. The shares of `unit` were measured on the public instances,
    /// where it is 100 before it is eased.
    fn eased(unit: i64, heat: i64) -> Plan {
        let fine = |of: i64| (unit * FINE * of / 10_000).max(1);
        let of = |per_cent: i64| (unit * per_cent / 100).max(1);
        Plan { first: fine(heat), last: fine(28), hard: (of(60), of(480)) }
    }

    /// After an eased search, at the true costs.
    fn settling(unit: i64) -> Plan {
        let fine = |of: i64| (unit * FINE * of / 10_000).max(1);
        Plan { first: fine(200), last: fine(28), hard: (unit.max(1), unit.saturating_mul(5).max(1)) }
    }
}

/// Steps from one label to the next that a row may take about: it limits the labels of a day when days and kinds are many.
const OF_ROW: usize = 1 << 22;
/// The same for a first row, which is changed anyway, and for one that prices ask for, again and again: more rounds are worth
/// more than better rows.
const OF_FIRST_ROW: usize = 1 << 18;
const OF_PRICED_ROW: usize = 1 << 16;

impl Walk<'_, '_> {
    /// How many labels a day may have.
    fn width_for(&self, steps: usize) -> usize {
        let of = self.state.of;
        (steps / (of.days * of.kinds).max(1)).clamp(16, EXACT)
    }

    pub fn effort(&self) -> Effort {
        Effort { width: self.width_for(OF_ROW), evenness: 1, raises: RAISES }
    }

    pub fn first_effort(&self) -> Effort {
        Effort { width: self.width_for(OF_FIRST_ROW), evenness: 1, raises: RAISES }
    }

    pub fn priced_effort(&self, raises: u32) -> Effort {
        Effort { width: self.width_for(OF_PRICED_ROW), evenness: 1, raises }
    }

    pub fn improve_with(&mut self, person: usize, effort: Effort) -> bool {
        self.rows.improve(&mut self.state, person, effort, &mut self.meter).0
    }

    /// Gives each person in turn the best row for what is still missing.
    pub fn construct(&mut self) {
        self.meter.until = CONSTRUCTED;
        let mut order: Vec<usize> = (0..self.state.of.people).collect();
        self.dice.shuffle(&mut order);
        for person in order {
            if self.meter.is_over() {
                break;
            }
            self.first_row(person);
            self.keep_best();
        }
    }

    /// Whose row still breaks rules gets the best one that keeps them, while all others stay.
    pub fn mend(&mut self) {
        self.meter.until = WHOLE;
        for person in 0..self.state.of.people {
            if self.state.rows[person].far > 0 {
                self.first_row(person);
            }
        }
        self.keep_best();
    }

    /// Labels of a long row drift until no way leads to the end: the oftener none is found, the more evenly they are kept.
    fn first_row(&mut self, person: usize) {
        let mut effort = self.first_effort();
        while !self.meter.is_over() {
            let (is_changed, _) = self.rows.improve(&mut self.state, person, effort, &mut self.meter);
            if is_changed || effort.evenness > MOST_EVENNESS {
                return;
            }
            effort = Effort { width: effort.width * 2, evenness: effort.evenness * 16, ..effort };
        }
    }

    /// Rebuilds the rows of two or three people at a time until the budget ends.
    pub fn rebuild_some(&mut self, unit: i64) {
        if self.state.of.people == 0 || self.state.of.days == 0 {
            return;
        }
        self.meter.until = WHOLE;
        let of = |per_cent: i64| (unit * FINE * per_cent / 100).max(1);
        let chance = Chance::new(of(5), (of(1) / 4).max(1));
        let begun = self.meter.spent();
        while !self.meter.is_over() {
            let share = (self.meter.spent() - begun) * WHOLE / (WHOLE - begun);
            let count = 2 + self.dice.below(2);
            self.rebuild(count, (unit / 10).max(1), chance.halving(share), &chance);
        }
    }

    /// Anneals until so many thousandths of the budget are spent.
    pub fn anneal(&mut self, plan: &Plan, until: u32) {
        let of = self.state.of;
        if of.people == 0 || of.days == 0 {
            return;
        }
        self.meter.until = until;
        let chance = Chance::new(plan.first, plan.last);
        let from = self.meter.spent();
        while !self.meter.is_over() {
            let share = (self.meter.spent() - from) * WHOLE / (until - from);
            let (low, high) = plan.hard;
            let weight = low + (high - low) * i64::from(share) / i64::from(WHOLE);
            self.moves(weight, chance.halving(share), &chance);
        }
        self.keep_best();
    }

    /// From the best roster on: exact rows, person by person, until none improves or the budget ends.
    pub fn polish(&mut self) {
        self.polish_with(self.effort());
    }

    pub fn polish_with(&mut self, effort: Effort) {
        self.meter.until = WHOLE;
        self.return_to_best();
        let mut order: Vec<usize> = (0..self.state.of.people).collect();
        let mut unchanged = 0;
        self.dice.shuffle(&mut order);
        for person in order.iter().cycle() {
            if unchanged >= order.len() || self.meter.is_over() {
                return;
            }
            let is_better = self.improve_with(*person, effort);
            unchanged = if is_better { 0 } else { unchanged + 1 };
            self.keep_best();
        }
    }
}

/// How much evenness counts at most.
const MOST_EVENNESS: i64 = 1 << 16;
/// Thousandths of the budget for the first rows at most.
const CONSTRUCTED: u32 = 700;
