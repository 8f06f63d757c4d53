//! Ruin and recreate (G. Schrimpf et al., "Record breaking optimization results using the ruin and recreate principle",
//! Journal of Computational Physics 159 (2000)): the rows of a few people are taken out and put back one by one, each the
//! exact best at costs that are a little blurred, then made exact in turn until none improves.

use super::anneal::Walk;
use super::row::{Costs, NEVER, write};
use crate::dice::Chance;

impl Walk<'_, '_> {
    /// Takes `count` people's rows out and builds them anew; the result stays when it is worse by no more than drawn.
    pub fn rebuild(&mut self, count: usize, blur: i64, halving: i64, chance: &Chance) {
        let most = chance.most(halving, &mut self.dice);
        let people = self.some_people(count);
        let before = (self.state.hard, self.state.soft);
        let old: Vec<Vec<u8>> = people.iter().map(|p| self.state.row(*p).to_vec()).collect();
        let free = vec![0; self.state.of.days];
        people.iter().for_each(|p| write(&mut self.state, *p, &free));
        let is_whole = self.put_back(&people, blur);
        if is_whole {
            self.settle(&people);
        }
        let is_kept = is_whole && self.state.hard <= before.0 && self.state.soft - before.1 <= most;
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
    fn put_back(&mut self, people: &[usize], blur: i64) -> bool {
        for &person in people {
            let mut costs = Costs::new(&self.state, person);
            costs.blur(blur, &mut self.dice);
            let best = self.rows.best(self.state.of, person, &costs, NEVER, self.effort(), &mut self.meter);
            let Some(row) = best.row else { return false };
            write(&mut self.state, person, &row);
        }
        true
    }

    fn settle(&mut self, people: &[usize]) {
        let mut unchanged = 0;
        for &person in people.iter().cycle().take(people.len() * 4) {
            let is_better = self.improve(person);
            unchanged = if is_better { 0 } else { unchanged + 1 };
            if unchanged >= people.len() {
                return;
            }
        }
    }
}
