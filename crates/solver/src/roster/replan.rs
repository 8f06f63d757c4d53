//! Someone drops out: the roster is mended with as few changes as can be.
//!
//! The order of what matters is lexicographic: hard rules, then people missing, then changed cells, then cost (as in
//! M. Moz and M. Pato, "A genetic algorithm approach to a nurse rerostering problem", Computers & OR 34 (2007)). It is
//! brought into one number by weights of which each is more than everything below it can add up to; then the search for
//! new rosters serves here too: prices from the roster there is, and rows that are rebuilt on the way back to it.

use super::anneal::Walk;
use super::check::{Violation, parts};
use super::compiled::Compiled;
use super::prices::HASTY;
use super::search::answer;
use super::state::State;
use super::{Model, Roster};
use crate::budget::{Budget, Meter, WHOLE};
use crate::fault::{Fault, known};
use crate::num::cost;

/// Someone cannot from one day until just before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Absence {
    pub person: u32,
    pub from_day: u32,
    pub until_day: u32,
}

/// What a mended roster costs, the most important first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// Broken hard rules, without those of a row that the absence itself breaks.
    pub hard: i64,
    /// People missing at posts.
    pub missing: i64,
    /// Cells changed, without those of the absent on their days.
    pub changes: i64,
    pub soft: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replanned {
    pub roster: Roster,
    pub cost: Cost,
    pub violations: Vec<Violation>,
    pub steps: u64,
}

/// As many changes as someone missing weighs while prices lead. In the end those missing weigh more than all changes; but a
/// price moves by a share of what someone missing costs, and changes are not to drown in it: with 400 there were slightly fewer
/// missing and far more changes, with 120 more missing and far fewer changes.
const WORTH: i64 = 250;

/// The thousandths of the budget until which rows are rebuilt near the old roster, and then prices lead; in the rest rows are
/// rebuilt from the better of both. What is found near is best where prices find nobody more for a post. Prices find at once what
/// moves through several people: measured on the public instances 3 to 10, two seeds of five drop-outs, in docs/bench/solver.md.
const NEAR: u32 = 100;
const PRICED: u32 = 650;

/// Mends `roster` for the absences, changing nothing before `today`.
///
/// # Errors
/// What [`Model::check`] finds; a roster of another shape; absences of unknown people.
pub fn replan(
    model: &Model,
    roster: &Roster,
    absences: &[Absence],
    today: u32,
    seed: u64,
    budget: &mut dyn Budget,
) -> Result<Replanned, Fault> {
    model.check()?;
    if !roster.fits(model) {
        let expected = model.days as usize * model.people.len();
        return Err(Fault::Length { what: "a roster", found: roster.cells.len(), expected });
    }
    absences.iter().try_for_each(|a| known("person", a.person as usize, model.people.len()))?;
    let eased = eased(model, absences);
    let mended = dropped(&eased, roster, absences, today);
    let weights = Weights::of(&eased, &mended);
    let compile = |weights: &Weights| {
        let mut compiled = Compiled::new(&eased);
        weights.apply(&mut compiled, roster, absences, today as usize);
        compiled
    };
    let compiled = compile(&weights);
    let nearer = weights.nearer(WORTH);
    let walked = compile(&nearer);
    let mut search = Walk::new(State::new(&compiled, &mended.cells), seed, Meter::new(budget, WHOLE));
    // Most drop-outs are mended by one exact row; what is better than that is searched for.
    search.polish();
    search.reduce(&mended.cells, weights.change, NEAR);
    let near = search.taken_best();
    search.go_on(&walked, &mended.cells);
    search.by_prices(PRICED, 1, &HASTY);
    let priced = search.taken_best().1;
    search.go_on(&compiled, &priced);
    search.polish_with(search.hasty_effort());
    let best = search.taken_best().min(near);
    search.go_on(&compiled, &best.1);
    search.reduce(&mended.cells, weights.change, WHOLE);
    let steps = search.meter.progress.steps;
    let found = answer(&eased, search.best, steps);
    let kept = answer(&eased, mended.cells, 0);
    let best = [found, kept]
        .into_iter()
        .min_by_key(|a| cost_of(&eased, roster, &a.roster, absences, a.violations.len()))
        .expect("one of two");
    let cost = cost_of(&eased, roster, &best.roster, absences, best.violations.len());
    Ok(Replanned { cost, roster: best.roster, violations: best.violations, steps })
}

/// The model with the absences as days off, and without the rules that an absence itself would break: nobody owes minutes
/// or a long run of days while ill.
fn eased(model: &Model, absences: &[Absence]) -> Model {
    let mut eased = model.clone();
    for absence in absences {
        let person = &mut eased.people[absence.person as usize];
        person.off.extend(absence.from_day..absence.until_day.min(model.days));
        (person.least_minutes, person.shortest_run, person.shortest_rest) = (0, 1, 1);
    }
    eased
}

fn is_absent(absences: &[Absence], person: usize, day: usize) -> bool {
    let covers =
        |a: &Absence| a.person as usize == person && (a.from_day as usize..a.until_day as usize).contains(&day);
    absences.iter().any(covers)
}

/// The old roster with the absent taken out, from `today` on: what is there when nobody does anything.
fn dropped(model: &Model, roster: &Roster, absences: &[Absence], today: u32) -> Roster {
    let mut mended = roster.clone();
    for person in 0..model.people.len() {
        for day in (today as usize..model.days as usize).filter(|day| is_absent(absences, person, *day)) {
            mended.set(person, day, None);
        }
    }
    mended
}

fn cost_of(model: &Model, old: &Roster, new: &Roster, absences: &[Absence], hard: usize) -> Cost {
    let parts = parts(model, new);
    let cells = (0..model.people.len()).flat_map(|p| (0..model.days as usize).map(move |day| (p, day)));
    let is_change = |&(p, day): &(usize, usize)| !is_absent(absences, p, day) && old.shift(p, day) != new.shift(p, day);
    Cost {
        hard: cost(hard),
        missing: parts.missing,
        changes: cost(cells.filter(is_change).count()),
        soft: parts.cost(),
    }
}

struct Weights {
    change: i64,
    missing: i64,
}

impl Weights {
    fn of(model: &Model, mended: &Roster) -> Weights {
        // No change of cells can save more than all that there is to save.
        let change = (parts(model, mended).cost() + 1).min(1 << 30);
        let cells = cost(model.people.len()) * i64::from(model.days);
        Weights { change, missing: change.saturating_mul(cells.min(1 << 12) + 1) }
    }

    fn apply(&self, compiled: &mut Compiled, old: &Roster, absences: &[Absence], today: usize) {
        for need in &mut compiled.needs {
            need.under += self.missing;
        }
        compiled.unit = self.missing;
        for person in 0..compiled.people {
            for day in 0..compiled.days {
                let kept = old.shift(person, day).map_or(0, |s| s + 1);
                for kind in (0..compiled.kinds).filter(|kind| *kind != kept) {
                    if day < today {
                        compiled.forbid(person, day, kind);
                    } else if !is_absent(absences, person, day) {
                        let at = compiled.cell(person, day, kind);
                        compiled.cell_cost[at] += self.change;
                    }
                }
            }
        }
    }

    /// With people missing worth so few changes that a search can walk over them.
    fn nearer(&self, changes: i64) -> Weights {
        Weights { change: self.change, missing: self.change.saturating_mul(changes) }
    }
}
