//! The way back: a mended roster is brought nearer to the one there was.
//!
//! Prices leave a roster that is far from the old one, and much of that is for nothing. The rows of a few people are taken
//! out and put back, each the exact best, as in [`super::rebuild`]; but who is taken is drawn among those who are changed,
//! and others with them whose changes have to do with theirs (related removal: P. Shaw, "Using constraint programming and
//! local search methods to solve vehicle routing problems", CP 1998): what one gives back another must take.

use super::anneal::Walk;
use super::rebuild::Redo;
use super::row::Effort;
use crate::budget::WHOLE;
use crate::dice::{Chance, FINE};

/// How often in a hundred the first is anybody: somebody who is as before may be the one to fill a post.
const ANYBODY: usize = 30;
/// How much another person counts at all, and for each day on which both are changed, more when one of the two has what the
/// other had; and for each on which only one is, and the other has or had what the first has.
const ALL: usize = 1;
const BOTH: usize = 2;
const EXCHANGED: usize = 8;
const BESIDE: usize = 1;
/// Times for which what prices ask of limits is moved for a row: as for those that prices on posts ask for.
const RAISES: u32 = 8;

impl Walk<'_, '_> {
    /// Rebuilds rows that differ from those of `kept`, and some others, until so many thousandths of the budget are spent. A
    /// changed cell costs `change`.
    pub fn reduce(&mut self, kept: &[u8], change: i64, until: u32) {
        if self.state.of.people == 0 || self.state.of.days == 0 {
            return;
        }
        self.meter.until = until;
        let of = |thousandths: i64| (change.saturating_mul(FINE) / 1000).saturating_mul(thousandths).max(1);
        // From worsenings by a change and a half that are taken half of the time: colder, good rosters were missed on 5.
        let chance = Chance::new(of(1500), of(100));
        let effort = self.hasty_effort();
        let begun = self.meter.spent();
        while !self.meter.is_over() {
            let share = (self.meter.spent() - begun) * WHOLE / (until - begun);
            let people = self.related(kept);
            let most = chance.most(chance.halving(share), &mut self.dice);
            // A row that breaks rules is not one to go back to.
            let is_held = self.state.hard == 0;
            // Blurred by up to a change: a row that is worse by one may let the next be better.
            self.rebuild_these(&people, &Redo { blur: change, most, effort, is_held });
        }
        self.keep_best();
    }

    /// For many rows in a short time.
    pub fn hasty_effort(&self) -> Effort {
        self.priced_effort(RAISES)
    }

    /// Two to four people, the first by how many of their cells are changed.
    fn related(&mut self, kept: &[u8]) -> Vec<usize> {
        let (all, days) = (self.state.of.people, self.state.of.days);
        let is_changed = |p: usize, day: usize| self.state.at(p, day) != kept[p * days + day];
        let changed: Vec<usize> = (0..all).map(|p| (0..days).filter(|day| is_changed(p, *day)).count()).collect();
        let is_anybody = self.dice.below(100) < ANYBODY;
        let first = if is_anybody { self.dice.below(all) } else { self.drawn(&changed) };
        let mut people = vec![first];
        let count = (2 + self.dice.below(3)).min(all);
        while people.len() < count {
            let with = people[self.dice.below(people.len())];
            let weigh = |p| if people.contains(&p) { 0 } else { ALL + self.relation(kept, with, p) };
            let weights: Vec<usize> = (0..all).map(weigh).collect();
            people.push(self.drawn(&weights));
        }
        people
    }

    /// How much the changes of one have to do with the row of another.
    fn relation(&self, kept: &[u8], one: usize, other: usize) -> usize {
        let days = self.state.of.days;
        let of_day = |day: usize| {
            let (mine, theirs) = (self.state.at(one, day), self.state.at(other, day));
            let (had, they_had) = (kept[one * days + day], kept[other * days + day]);
            match (mine == had, theirs == they_had) {
                (false, false) if theirs == had || mine == they_had => EXCHANGED,
                (false, false) => BOTH,
                (false, true) if theirs == mine || theirs == had => BESIDE,
                _ => 0,
            }
        };
        (0..days).map(of_day).sum()
    }

    /// A number drawn by its weight, any when all are 0.
    fn drawn(&mut self, weights: &[usize]) -> usize {
        let mut at = self.dice.below(weights.iter().sum());
        let is_here = |weight: &usize| {
            let is_here = at < *weight;
            at = at.saturating_sub(*weight);
            is_here
        };
        let here = weights.iter().position(is_here);
        here.unwrap_or_else(|| self.dice.below(weights.len()))
    }
}
