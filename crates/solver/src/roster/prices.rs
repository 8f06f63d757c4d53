//! A roster by prices: person after person takes the exact best row at what each post asks for one more, and what it asks
//! falls where people are missing and rises where there are too many.
//!
//! The costs of posts are relaxed as in M. Fisher, "The Lagrangian relaxation method for solving integer programming
//! problems", Management Science 27 (1981); the prices are moved after each person, not after all (incremental
//! subgradients: A. Nedić and D. Bertsekas, SIAM Journal on Optimization 12 (2001)), so that not everybody runs to the same
//! post. Prices alone leave those who are alike undecided; a push away from posts that are full, slowly growing, makes
//! whole rosters of their answers (augmented Lagrangian: M. Hestenes, "Multiplier and gradient methods", Journal of
//! Optimization Theory and Applications 4 (1969); with growing pushes for whole numbers D. Wedelin, "An algorithm for
//! large scale 0–1 integer programming with application to airline crew scheduling", Annals of Operations Research 57
//! (1995)). What annealing finds only by filling one post from another through several people, prices say to everybody.

use super::anneal::Walk;
use super::row::{Costs, LONG, NEVER, RAISES, Rows, write};
use super::state::State;
use crate::budget::WHOLE;
use crate::dice::Schedule;
use crate::num::{cost, id};

/// Prices are in 1/65,536 of the unit of cost: a step for one person is small.
const GRAIN: i64 = 1 << 16;

/// What the posts ask.
struct Prices {
    /// Per day and post, from less what someone missing costs to what one too many costs.
    of: Vec<i64>,
    /// What each who is there too many adds at the moment.
    push: i64,
}

impl Prices {
    /// What one more person of the kind on the day is to pay, in the unit of cost.
    fn pay(&self, state: &State<'_>, day: usize, kind: usize) -> i64 {
        let of = state.of;
        let one = |post: &u32| {
            let at = day * of.posts + *post as usize;
            let need = of.needs[at];
            // Half of a person: as one more is more than enough by as much as one fewer is too little.
            let over = 2 * (state.count(day, *post as usize) - need.need) + 1;
            let asked = self.of[at].saturating_add(self.push.saturating_mul(over) / 2);
            asked.clamp(-need.under.saturating_mul(GRAIN), need.over.saturating_mul(GRAIN))
        };
        of.fills[kind].iter().map(one).fold(GRAIN / 2, i64::saturating_add).div_euclid(GRAIN)
    }

    /// Moves each price by so much for each person too many or missing.
    fn step(&mut self, state: &State<'_>, by: i64) {
        let of = state.of;
        for day in 0..of.days {
            for post in 0..of.posts {
                let at = day * of.posts + post;
                let need = of.needs[at];
                let moved = self.of[at].saturating_add((state.count(day, post) - need.need).saturating_mul(by));
                self.of[at] = moved.clamp(-need.under.saturating_mul(GRAIN), need.over.saturating_mul(GRAIN));
            }
        }
    }
}

impl Walk<'_, '_> {
    /// Lets prices lead until so many thousandths of the budget are spent, and keeps the best roster met; says whether there
    /// was time for it. Costs are to be so many `times` finer than they were: what they differ by less than one unit is not seen.
    /// Long rows have a pace of their own.
    pub fn by_prices(&mut self, until: u32, times: i64, pace: &Pace) -> bool {
        let of = self.state.of;
        if of.people == 0 || of.days == 0 {
            return false;
        }
        self.meter.until = until;
        let from = self.meter.spent();
        let of_unit = |thousandths: i64| of.unit.saturating_mul(GRAIN) / 1000 * thousandths;
        let is_long = of.days > LONG;
        let pace = if is_long { &PACE_OF_LONG } else { pace };
        let push = Schedule::new(of_unit(pace.push.0), of_unit(pace.push.1));
        let step = Schedule::new(of_unit(pace.step.0) / cost(of.people), of_unit(pace.step.1) / cost(of.people));
        let mut prices = Prices { of: vec![0; of.days * of.posts], push: 0 };
        // What is known of rows is in other units. Short rows are not to count all kinds that first rows needed counted.
        let finer = if is_long { self.rows.finer(times) } else { Rows::default() };
        let known = std::mem::replace(&mut self.rows, finer);
        let mut order: Vec<usize> = (0..of.people).collect();
        let mut is_worth_it = true;
        let mut round = 0;
        while is_worth_it && !self.meter.is_over() {
            self.dice.shuffle(&mut order);
            for (done, &person) in (1u32..).zip(&order) {
                let spent = self.meter.spent() - from;
                let share = spent * WHOLE / (until - from).max(1);
                // As far as the first round tells, with another one for what the meter had not been asked about before.
                is_worth_it &= round > 0 || share * pace.fewest_rounds < WHOLE + WHOLE * done / id(of.people);
                if !is_worth_it || self.meter.is_over() {
                    break;
                }
                prices.push = push.at(share);
                self.answer_prices(person, &prices, pace.raises);
                prices.step(&self.state, step.at(share));
            }
            self.keep_best();
            round += 1;
        }
        self.rows = known;
        is_worth_it
    }

    /// The person takes the best row at the prices.
    fn answer_prices(&mut self, person: usize, prices: &Prices, raises: u32) {
        let old = self.state.row(person).to_vec();
        write(&mut self.state, person, &vec![0; old.len()]);
        let costs = Costs::at(&self.state, person, |day, kind| prices.pay(&self.state, day, kind));
        let effort = self.priced_effort(raises);
        let best = self.rows.best(self.state.of, person, &costs, NEVER, effort, &mut self.meter);
        write(&mut self.state, person, best.row.as_ref().unwrap_or(&old));
    }
}

/// How prices move.
pub(super) struct Pace {
    /// In thousandths of what someone missing costs: the push at first and at last, and how far a price moves in a round
    /// over all people.
    push: (i64, i64),
    step: (i64, i64),
    /// Fewer rounds over all people than these do not pay: prices would not settle.
    fewest_rounds: u32,
    /// How often each person's own prices of limits are moved for a row.
    raises: u32,
}

/// Measured on the public instances 8, 12, 13, 14 and 15: a push that grows faster ends in worse rosters, and steps of ten
/// times these run ahead of what people answer.
pub(super) const PACE: Pace = Pace { push: (30, 70), step: (4, 2), fewest_rounds: 20, raises: RAISES };

/// Of long rows there is time for ten or twenty rounds. Measured on 22 and 24.
const PACE_OF_LONG: Pace = Pace { push: (200, 400), step: (40, 20), fewest_rounds: 5, raises: RAISES };

/// For a re-plan, which has a fraction of a second: whatever rounds there is time for pay, since of each the roster is kept
/// when it is better than the mended one. Prices of limits moved eight times instead of four leave half as many labels where
/// there are four or five kinds, so that there are twice the rounds. Measured on drop-outs of the public instances 3 to 10.
pub(super) const HASTY: Pace = Pace { push: (100, 200), step: (20, 10), fewest_rounds: 0, raises: 8 };
