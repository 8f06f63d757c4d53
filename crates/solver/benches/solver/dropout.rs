//! Somebody is away from some day on: what the re-plan changes, for peers/dropout.py to prove how few changes it takes.

use std::fmt::Write as _;
use std::fs;

use solver::budget::Steps;
use solver::dice::Dice;
use solver::roster::{self, Absence, public_format};

use super::{Failure, clock, rosters};

/// Steps for the roster there is, about four CPU seconds: so that each run has the same cases.
const OF_ROSTER: Steps = Steps(64_000_000);
/// CPU seconds for each re-plan.
const OF_REPLAN: f64 = 0.15;
/// Drop-outs of an instance.
const CASES: usize = 5;

/// Prints the cases, broken rules in all re-plans together, and the median and most CPU milliseconds of one. Writes the
/// roster, and for each case a line: person, first day away, people missing, cells changed.
pub fn run(file: &str, seed: u64, cases: &str) -> Result<(), Failure> {
    let instance = public_format::read(&fs::read_to_string(file)?)?;
    let model = &instance.model;
    let before = roster::solve(model, seed, &mut { OF_ROSTER })?.roster;
    let mut text = rosters::rows(&instance, &before);
    let (mut dice, mut times, mut broken) = (Dice::new(seed), Vec::new(), 0);
    for _ in 0..CASES {
        let person = u32::try_from(dice.below(model.people.len()))?;
        let from_day = u32::try_from(dice.below(model.days as usize / 2))?;
        let absence = Absence { person, from_day, until_day: model.days };
        let begun = clock::of_thread();
        let after = roster::replan(model, &before, &[absence], from_day, seed, &mut clock::seconds(OF_REPLAN))?;
        times.push((clock::of_thread() - begun) as f64 / 1e6);
        broken += after.violations.len();
        writeln!(text, "case {person} {from_day} {} {}", after.cost.missing, after.cost.changes)?;
    }
    fs::write(cases, text)?;
    times.sort_by(f64::total_cmp);
    println!("{CASES}\t{broken}\t{:.0}\t{:.0}", times[CASES / 2], times[CASES - 1]);
    Ok(())
}
