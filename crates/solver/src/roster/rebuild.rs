//! Ruin and recreate (G. Schrimpf et al., "Record breaking optimization results using the ruin and recreate principle",
//! Journal of Computational Physics 159 (2000)): the rows of a few people are taken out and put back one by one, each the
//! exact best at costs that are a little blurred, then made exact in turn until none improves.

use super::anneal::Walk;
use super::row::{Costs, Effort, NEVER, write};
use crate::dice::Chance;

/// How rows are taken out and put back.
pub(super) struct Redo {
    /// Up to so much is added to each cell's cost.
    pub blur: i64,
    /// The most that the result may be worse.
    pub most: i64,
    pub effort: Effort,
    /// A person's old row is as good as one that is not better, and a roster that is as it was needs no second look: twice
    /// the rows in a short time.
    pub is_held: bool,
}

impl Walk<'_, '_> {
    /// Takes `count` people's rows out and builds them anew; the result stays when it is worse by no more than drawn.
    pub fn rebuild(&mut self, count: usize, blur: i64, halving: i64, chance: &Chance) {
        let most = chance.most(halving, &mut self.dice);
        let people = self.some_people(count);
        let effort = self.effort();
        self.rebuild_these(&people, &Redo { blur, most, effort, is_held: false });
    }

    /// The same for these people.
    pub fn rebuild_these(&mut self, people: &[usize], redo: &Redo) {
        let before = (self.state.hard, self.state.soft);
        let old: Vec<Vec<u8>> = people.iter().map(|p| self.state.row(*p).to_vec()).collect();
        let free = vec![0; self.state.of.days];
        people.iter().for_each(|p| write(&mut self.state, *p, &free));
        let is_whole = self.put_back(people, &old, redo);
        let is_old = || people.iter().zip(&old).all(|(p, row)| self.state.row(*p) == &row[..]);
        if redo.is_held && is_whole && is_old() {
            return;
        }
        if is_whole {
            self.settle(people, redo.effort);
        }
        let is_kept = is_whole && self.state.hard <= before.0 && self.state.soft - before.1 <= redo.most;
        if !is_kept {
            people.iter().zip(&old).for_each(|(p, row)| write(&mut self.state, *p, row));
            return;
        }
        self.keep_best();
    }

    fn some_people(&mut self, count: usize) -> Vec<usize> {
        let all = self.state.of.people;
        let mut people: Vec<usize> = Vec::with_capacity(count);
        while people.len() < count.min(all) {
            let person = self.dice.below(all);
            if !people.contains(&person) {
                people.push(person);
            }
        }
        people
    }

    /// Whether everybody got a row that keeps their rules.
    fn put_back(&mut self, people: &[usize], old: &[Vec<u8>], redo: &Redo) -> bool {
        for (&person, old) in people.iter().zip(old) {
            let mut costs = Costs::new(&self.state, person);
            costs.blur(redo.blur, &mut self.dice);
            // The old row is still there to be had, as long as it keeps the rules: what costs more need not be looked at.
            let below = if redo.is_held { costs.of_row(self.state.of, person, old) } else { NEVER };
            let best = self.rows.best(self.state.of, person, &costs, below, redo.effort, &mut self.meter);
            let Some(row) = best.row.as_ref().or(redo.is_held.then_some(old)) else { return false };
            write(&mut self.state, person, row);
        }
        true
    }

    fn settle(&mut self, people: &[usize], effort: Effort) {
        let mut unchanged = 0;
        for &person in people.iter().cycle().take(people.len() * 4) {
            let is_better = self.improve_with(person, effort);
            unchanged = if is_better { 0 } else { unchanged + 1 };
            if unchanged >= people.len() {
                return;
            }
        }
    }
}
