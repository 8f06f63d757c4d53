//! One person's best row while all others stay, as a neighbourhood for rosters (E. Burke and T. Curtois, "New approaches to
//! nurse rostering benchmark instances", EJOR 237 (2014)): a shortest path with resources over the days.
//!
//! [`frame`] is the network, [`bound`] bounds what a row can cost, [`labels`] searches it. The search is first held to
//! rows little above the bound, and widened until one is found (iterative deepening: R. Korf, "Depth-first
//! iterative-deepening", Artificial Intelligence 27 (1985)): the nearer the limit, the fewer labels there are.

mod bound;
mod frame;
mod labels;

use self::bound::{Bound, FAR, Prices, SCALE};
use self::frame::Frame;
pub(super) use self::labels::Effort;
use self::labels::{Found, Layers};
use super::compiled::{Compiled, Limits};
use super::state::State;
use super::{Model, Roster};
use crate::budget::{Meter, Steps, WHOLE};
use crate::dice::Dice;
use crate::fault::{Fault, known};

/// More labels in a day than this, and the worst are dropped: the row is then good, not proved.
pub(super) const EXACT: usize = 20_000;
pub(super) const NEVER: i64 = i64::MAX / 4;
/// The price of one missing person at a post where nobody is to be alone.
pub(super) const OF_ALONE: i64 = 1 << 32;

/// What each kind costs on each day, for a person taken out of the state.
pub(super) struct Costs {
    kinds: usize,
    cells: Vec<i64>,
}

impl Costs {
    /// With the posts' true costs.
    pub fn new(state: &State<'_>, person: usize) -> Costs {
        Costs::at(state, person, |day, kind| state.of_posts(day, kind))
    }

    /// With what posts ask for one more of the kind on the day.
    pub fn at(state: &State<'_>, person: usize, of_posts: impl Fn(usize, usize) -> i64) -> Costs {
        let of = state.of;
        let mut cells = Vec::with_capacity(of.days * of.kinds);
        for day in 0..of.days {
            for kind in 0..of.kinds {
                let own = || state.own_price(person, day, kind, OF_ALONE).saturating_add(of_posts(day, kind));
                cells.push(if of.is_allowed(person, day, kind) { own() } else { NEVER });
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

    fn cell(&self, day: usize, kind: usize) -> i64 {
        self.cells[day * self.kinds + kind]
    }

    /// The price of a whole row, comparable with that of another row for the same person and state.
    pub fn of_row(&self, of: &Compiled, person: usize, row: &[u8]) -> i64 {
        let minutes: i64 = row.iter().map(|kind| of.minutes[usize::from(*kind)]).sum();
        let cells: i64 = row.iter().enumerate().map(|(day, kind)| self.cell(day, usize::from(*kind)).min(NEVER)).sum();
        cells.saturating_add(of.limits[person].unfair(minutes))
    }
}

/// What is kept of each person from one search to the next.
#[derive(Clone)]
struct Known {
    frame: Frame,
    prices: Prices,
    /// How far above the bound the last row was, in the model's unit.
    gap: i64,
    /// No row was searched yet, so the prices say nothing.
    is_new: bool,
}

impl Known {
    fn new(of: &Compiled, person: usize) -> Known {
        let gap = of.unit * (1 + crate::num::cost(of.weeks.len()) / 2);
        let mut known = Known { frame: Frame::new(of, person), prices: Prices::default(), gap, is_new: true };
        if of.days > LONG {
            known.count_scarce(of, &of.limits[person]);
        }
        known
    }

    /// Counts all limited kinds that there is room for, those first of which there may be fewest.
    fn count_scarce(&mut self, of: &Compiled, limits: &Limits) {
        let mut scarce: Vec<usize> = limits.limited.iter().map(|kind| usize::from(*kind)).collect();
        scarce.sort_by_key(|kind| limits.most_of[*kind]);
        for kind in scarce {
            if !self.frame.count(of, limits, kind) {
                return;
            }
        }
    }

    /// The best row by what the frame counts.
    fn search(
        &mut self,
        layers: &mut Layers,
        (of, person): (&Compiled, usize),
        costs: &Costs,
        below: i64,
        effort: Effort,
        meter: &mut Meter<'_>,
    ) -> Best {
        let is_long = of.days > LONG;
        let mut bound = Bound::new(of, person, &self.frame, costs, &self.prices);
        let target = below.saturating_mul(SCALE).min(FAR);
        let raises = match std::mem::take(&mut self.is_new) {
            true => FIRST_RAISES,
            false if is_long => RAISES_OF_LONG,
            false => effort.raises,
        };
        bound.raise(raises, target);
        let is_stopped = meter.step(1 + bound.work() / 8 * u64::from(raises.min(RAISES)));
        self.prices = bound.prices.clone();
        if is_stopped || bound.least >= target {
            return Best { row: None, is_exact: !is_stopped };
        }
        let least = bound.least.div_euclid(SCALE);
        let mut slack = (self.gap + self.gap / 4).max(of.unit / 16).max(1);
        let mut tries = 0;
        loop {
            let limit = if tries < if is_long { 1 } else { MOST_TRIES } {
                below.min(least.saturating_add(slack))
            } else {
                below
            };
            let (found, is_exact) = layers.search(&bound, limit, effort, meter);
            match found {
                Found::Row(row) => {
                    self.gap = costs.of_row(of, person, &row) - least;
                    return Best { row: Some(row), is_exact };
                }
                Found::Stopped => return Best { row: None, is_exact: false },
                // Labels were dropped because they are too many, not because of the limit; of a long row, because of both.
                Found::None if limit >= below || !is_exact && !is_long => return Best { row: None, is_exact },
                Found::None => (slack, tries) = (slack.saturating_mul(4), tries + 1),
            }
        }
    }
}

/// The kinds of which the row has more than the limits allow.
fn too_many(limits: &Limits, row: &[u8]) -> Vec<usize> {
    let used = |kind: u8| crate::num::cost(row.iter().filter(|of_day| **of_day == kind).count());
    let beyond = limits.limited.iter().filter(|kind| used(**kind) > limits.most_of[usize::from(**kind)]);
    beyond.map(|kind| usize::from(*kind)).collect()
}

/// The searches for rows of one model.
#[derive(Default)]
pub(super) struct Rows {
    known: Vec<Option<Known>>,
    layers: Layers,
}

/// What a search for a row found.
pub(super) struct Best {
    /// `None` when no row that keeps the rules costs less than the limit, or the budget ended.
    pub row: Option<Vec<u8>>,
    /// Whether no better one exists.
    pub is_exact: bool,
}

impl Rows {
    /// What is known of rows, in a finer unit of cost.
    pub fn finer(&self, times: i64) -> Rows {
        let mut known = self.known.clone();
        known.iter_mut().flatten().for_each(|known| {
            known.prices.grow(times);
            known.gap = known.gap.saturating_mul(times);
        });
        Rows { known, layers: Layers::default() }
    }

    /// The person's best row at these costs, if one that keeps the rules costs less than `below` (see [`Costs::of_row`]).
    ///
    /// Few limits of kinds bind anybody's best row. So a kind is counted only once a row has had too much of it, and from then
    /// on for this person (state-space relaxation by steps: G. Righini and M. Salani, "New dynamic programming algorithms for
    /// the resource constrained elementary shortest path problem", Networks 51 (2008)).
    pub fn best(
        &mut self,
        of: &Compiled,
        person: usize,
        costs: &Costs,
        below: i64,
        effort: Effort,
        meter: &mut Meter<'_>,
    ) -> Best {
        self.known.resize_with(of.people, || None);
        let known = self.known[person].get_or_insert_with(|| Known::new(of, person));
        loop {
            let best = known.search(&mut self.layers, (of, person), costs, below, effort, meter);
            let too_many = best.row.as_deref().map_or(Vec::new(), |row| too_many(&of.limits[person], row));
            if too_many.is_empty() {
                return best;
            }
            if !too_many.into_iter().all(|kind| known.frame.count(of, &of.limits[person], kind)) {
                return Best { row: None, is_exact: false };
            }
        }
    }

    /// Replaces the person's row by the best one for them, and says whether it changed and whether the search was exact; a
    /// row that breaks rules counts as worse than any that keeps them.
    pub fn improve(
        &mut self,
        state: &mut State<'_>,
        person: usize,
        effort: Effort,
        meter: &mut Meter<'_>,
    ) -> (bool, bool) {
        let old = state.row(person).to_vec();
        let before = (state.hard, state.soft);
        let is_good = state.rows[person].far == 0;
        write(state, person, &vec![0; old.len()]);
        let costs = Costs::new(state, person);
        let below = if is_good { costs.of_row(state.of, person, &old) } else { NEVER };
        let best = self.best(state.of, person, &costs, below, effort, meter);
        write(state, person, best.row.as_ref().unwrap_or(&old));
        if (state.hard, state.soft) < before {
            return (true, best.is_exact);
        }
        write(state, person, &old);
        (false, best.is_exact)
    }
}

/// Rows of more days than these are found with few labels, and those drift: what is limited is counted from the beginning.
pub(super) const LONG: usize = 100;

/// How often prices are moved for a person's first row, and for each later one, which starts from the last prices.
const FIRST_RAISES: u32 = 24;
pub(super) const RAISES: u32 = 4;
/// For a later one of a long row: with few labels, the prices are what leads.
const RAISES_OF_LONG: u32 = 8;

/// How often the limit is raised before there is none.
const MOST_TRIES: u32 = 4;

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
    let mut endless = Steps(u64::MAX);
    let mut meter = Meter::new(&mut endless, WHOLE);
    let (_, is_exact) =
        Rows::default().improve(&mut state, person, Effort { width: EXACT, evenness: 1, raises: RAISES }, &mut meter);
    Ok(BestRow { roster: Roster::of(compiled.days, state.cells), is_exact })
}
