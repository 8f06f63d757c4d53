//! Rosters of the public instances.

use std::fs;

use solver::budget::Progress;
use solver::roster::{self, Roster, check, public_format};

use super::{Failure, clock};

/// Prints broken rules, cost, CPU seconds, CPU seconds to the first roster that keeps all rules, and millions of moves.
pub fn solve(file: &str, seed: u64, limit: f64, out: &str) -> Result<(), Failure> {
    let begun = clock::of_process();
    let instance = public_format::read(&fs::read_to_string(file)?)?;
    let mut first = None;
    let mut budget = clock::seconds(limit);
    let answer = roster::solve(&instance.model, seed, &mut |progress: &Progress| {
        if progress.best.is_some() {
            first.get_or_insert_with(|| clock::of_process() - begun);
        }
        budget(progress)
    })?;
    let seconds = clock::of_process() - begun;
    let hard = check::violations(&instance.model, &answer.roster).ok_or("a roster of another shape")?.len();
    let cost = check::parts(&instance.model, &answer.roster).cost();
    if (cost, hard) != (answer.cost, answer.violations.len()) {
        return Err("the answer is not what the checker says".into());
    }
    fs::write(out, rows(&instance, &answer.roster))?;
    let first = first.unwrap_or(-1.0);
    println!("{hard}\t{cost}\t{seconds:.1}\t{first:.2}\t{:.1}", answer.steps as f64 / 1e6);
    Ok(())
}

/// A line per person, of shift names with commas between them.
pub fn rows(instance: &public_format::Instance, roster: &Roster) -> String {
    let name = |person: usize, day: usize| roster.shift(person, day).map_or("", |s| instance.shifts[s].as_str());
    let row = |p: usize| (0..instance.model.days as usize).map(|day| name(p, day)).collect::<Vec<_>>().join(",") + "\n";
    (0..instance.people.len()).map(row).collect()
}

/// Prints the people, and CPU milliseconds of one exact row each, from a roster annealed for a second.
pub fn rows_alone(file: &str) -> Result<(), Failure> {
    let instance = public_format::read(&fs::read_to_string(file)?)?;
    let answer = roster::solve(&instance.model, 1, &mut clock::seconds(1.0))?;
    let people = instance.model.people.len().min(20);
    let begun = clock::of_process();
    let mut exact = 0;
    for person in 0..people {
        exact += u32::from(roster::best_row(&instance.model, &answer.roster, person)?.is_exact);
    }
    println!("{people}\t{exact}\t{:.2}", (clock::of_process() - begun) * 1e3 / people as f64);
    Ok(())
}
