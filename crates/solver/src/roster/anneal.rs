//! Simulated annealing over blocks of days (S. Kirkpatrick, C. Gelatt and M. Vecchi, "Optimization by simulated
//! annealing", Science 220 (1983)), with hard rules as penalties.
//!
//! The moves are the usual ones for rosters (E. Burke et al., "The state of the art of nurse rostering", Journal of
//! Scheduling 7 (2004)): give a block of days one shift, exchange a block between two people, exchange two days of one
//! person. How much worse a move may be is drawn before it is judged, so that most moves are refused by the first few
//! numbers that are read: the same chances, a multiple of the moves.

use super::compiled::Compiled;
use super::delta::LONGEST;
use super::row::Rows;
use super::state::State;
use crate::budget::{BREATH, Meter};
use crate::dice::{Chance, Dice};

/// A state on its walk, with the best one met.
pub(super) struct Walk<'a, 'b> {
    pub state: State<'a>,
    pub dice: Dice,
    /// Lexicographic: how far from the hard rules, and the cost.
    pub best_score: (i64, i64),
    pub best: Vec<u8>,
    /// The costs are not the true ones: the budget is not told of them.
    pub is_eased: bool,
    pub rows: Rows,
    /// Counts moves tried and labels of rows.
    pub meter: Meter<'b>,
}

/// What is to replace a stretch of somebody's row.
#[derive(Clone, Copy)]
struct Stretch {
    start: usize,
    length: usize,
    kinds: [u8; LONGEST],
}

impl Stretch {
    fn new(start: usize, length: usize) -> Stretch {
        Stretch { start, length, kinds: [0; LONGEST] }
    }

    fn kinds(&self) -> &[u8] {
        &self.kinds[..self.length]
    }
}

impl<'a, 'b> Walk<'a, 'b> {
    pub fn new(state: State<'a>, seed: u64, meter: Meter<'b>) -> Walk<'a, 'b> {
        let (best, best_score) = (state.cells.clone(), (state.hard, state.soft));
        Walk { state, dice: Dice::new(seed), best_score, best, is_eased: false, rows: Rows::default(), meter }
    }

    /// Takes the state as the best one if it is.
    pub fn keep_best(&mut self) {
        let score = (self.state.hard, self.state.soft);
        if score < self.best_score {
            self.best_score = score;
            self.best.copy_from_slice(&self.state.cells);
            if score.0 == 0 && !self.is_eased {
                let known = &mut self.meter.progress.best;
                *known = Some(known.map_or(score.1, |known| known.min(score.1)));
            }
        }
    }

    /// The best roster met, with its score.
    pub fn taken_best(&mut self) -> ((i64, i64), Vec<u8>) {
        self.keep_best();
        (self.best_score, std::mem::take(&mut self.best))
    }

    /// Walks on from another roster, at the costs of `of`.
    pub fn go_on(&mut self, of: &'a Compiled, cells: &[u8]) {
        self.state = State::new(of, cells);
        self.best = self.state.cells.clone();
        self.best_score = (self.state.hard, self.state.soft);
    }

    /// Back to the best state.
    pub fn return_to_best(&mut self) {
        self.keep_best();
        self.state = State::new(self.state.of, &self.best);
    }

    /// Tries as many moves as lie between two questions to the budget; a broken hard rule weighs `weight`.
    pub fn moves(&mut self, weight: i64, halving: i64, chance: &Chance) {
        for _ in 0..BREATH {
            let most = chance.most(halving, &mut self.dice);
            let person = self.dice.below(self.state.of.people);
            match self.dice.below(64) {
                0..32 => self.change_block(person, weight, most),
                32..54 => self.exchange_block(person, weight, most),
                _ => self.exchange_days(person, weight, most),
            }
        }
        self.meter.step(BREATH);
    }

    /// A block of one person's days gets one kind; days that do not allow it become free where they may.
    fn change_block(&mut self, person: usize, weight: i64, most: i64) {
        let of = self.state.of;
        let limits = &of.limits[person];
        let draw = self.dice.draw();
        let length = if draw % 5 < 2 {
            1
        } else {
            1 + self.dice.below(crate::num::position(limits.longest_run).clamp(1, LONGEST - 1))
        };
        let start = self.dice.below(of.days);
        let free = (draw >> 8) % 5 < 2;
        let kind = if free { 0 } else { self.dice.one_of(&limits.kinds).copied().unwrap_or(0) };
        let mut stretch = Stretch::new(start, length.min(of.days - start));
        for at in 0..stretch.length {
            let day = start + at;
            let old = self.state.at(person, day);
            stretch.kinds[at] = if old == kind || of.is_allowed(person, day, usize::from(kind)) {
                kind
            } else if of.is_allowed(person, day, 0) {
                0
            } else {
                old
            };
        }
        self.try_row(person, &stretch, weight, most);
    }

    /// Two days of one person are exchanged, when each allows what the other has.
    fn exchange_days(&mut self, person: usize, weight: i64, most: i64) {
        let of = self.state.of;
        let first = self.dice.below(of.days);
        let second = first + 1 + self.dice.below(LONGEST - 1);
        if second >= of.days {
            return;
        }
        let (a, b) = (self.state.at(person, first), self.state.at(person, second));
        let may = |day: usize, kind: u8| of.is_allowed(person, day, usize::from(kind));
        if a == b || !may(first, b) || !may(second, a) {
            return;
        }
        let mut stretch = Stretch::new(first, second - first + 1);
        stretch.kinds[..stretch.length].copy_from_slice(&self.state.row(person)[first..=second]);
        stretch.kinds.swap(0, stretch.length - 1);
        self.try_row(person, &stretch, weight, most);
    }

    /// Makes the change when it worsens the sum by at most `most`.
    fn try_row(&mut self, person: usize, stretch: &Stretch, weight: i64, most: i64) {
        let of = self.state.of;
        let (mut soft, mut hard, mut is_changed) = (0, 0, false);
        for (at, &new) in stretch.kinds().iter().enumerate() {
            let day = stretch.start + at;
            let old = self.state.at(person, day);
            if old == new {
                continue;
            }
            is_changed = true;
            soft += self.state.cell_change(person, day, new, usize::MAX) + self.state.post_change(day, old, new);
            if of.has_alone {
                hard += self.state.alone_change(day, old, new);
            }
        }
        let old_row = self.state.rows[person];
        let limits = &of.limits[person];
        // No row is nearer to its rules than at them, and no minutes are fairer than the share.
        let least = soft + weight * (hard - old_row.far) - limits.unfair(old_row.minutes);
        if !is_changed || least > most {
            return;
        }
        let row = self.state.row_with(person, stretch.start, stretch.kinds());
        soft += limits.unfair(row.minutes) - limits.unfair(old_row.minutes);
        hard += row.far - old_row.far;
        if soft + weight * hard > most {
            return;
        }
        self.before_change(hard, soft);
        for (at, &new) in stretch.kinds().iter().enumerate() {
            self.state.put(person, stretch.start + at, new);
        }
        self.state.set_row(person, row);
    }

    /// Two people exchange a block of days, when each may have what the other has.
    fn exchange_block(&mut self, person: usize, weight: i64, most: i64) {
        let of = self.state.of;
        let other = self.dice.below(of.people);
        let longest = if self.dice.draw() & 1 == 0 { LONGEST - 1 } else { 5 };
        let length = 1 + self.dice.below(longest);
        let start = self.dice.below(of.days);
        let length = length.min(of.days - start);
        if other == person {
            return;
        }
        let (mut mine, mut theirs) = (Stretch::new(start, length), Stretch::new(start, length));
        let (mut soft, mut is_changed) = (0, false);
        for at in 0..length {
            let day = start + at;
            let (a, b) = (self.state.at(person, day), self.state.at(other, day));
            (mine.kinds[at], theirs.kinds[at]) = (b, a);
            if a == b {
                continue;
            }
            if !of.is_allowed(person, day, usize::from(b)) || !of.is_allowed(other, day, usize::from(a)) {
                return;
            }
            is_changed = true;
            soft += self.state.cell_change(person, day, b, other) + self.state.cell_change(other, day, a, person);
        }
        let rows = [self.state.rows[person], self.state.rows[other]];
        let unfair = [person, other].map(|p| of.limits[p].unfair(self.state.rows[p].minutes));
        if !is_changed || soft - weight * (rows[0].far + rows[1].far) - unfair[0] - unfair[1] > most {
            return;
        }
        let first = self.state.row_with(person, start, mine.kinds());
        let mut hard = first.far - rows[0].far;
        soft += of.limits[person].unfair(first.minutes) - unfair[0];
        if soft + weight * (hard - rows[1].far) - unfair[1] > most {
            return;
        }
        let second = self.state.row_with(other, start, theirs.kinds());
        hard += second.far - rows[1].far;
        soft += of.limits[other].unfair(second.minutes) - unfair[1];
        if soft + weight * hard > most {
            return;
        }
        self.before_change(hard, soft);
        for at in 0..length {
            self.state.put(person, start + at, mine.kinds[at]);
            self.state.put(other, start + at, theirs.kinds[at]);
        }
        self.state.set_row(person, first);
        self.state.set_row(other, second);
    }

    /// The state is written down only when it is about to become worse: on the way down most are not the last.
    fn before_change(&mut self, hard: i64, soft: i64) {
        if (hard, soft) > (0, 0) {
            self.keep_best();
        }
    }
}
