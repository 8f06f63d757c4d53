//! A roster under change: counts, row judgements and both sums are kept, so that a move costs what it touches.

use super::compiled::Compiled;

pub(super) struct State<'a> {
    pub of: &'a Compiled,
    pub cells: Vec<u8>,
    counts: Vec<i64>,
    /// Per person: how far their row is from its rules, and its minutes.
    rows: Vec<(i64, i64)>,
    /// How far the roster is from keeping all hard rules; 0 exactly when it does.
    pub hard: i64,
    pub soft: i64,
    scratch: Vec<i64>,
}

impl<'a> State<'a> {
    /// Cells that are not allowed become free.
    pub fn new(of: &'a Compiled, cells: &[u8]) -> State<'a> {
        let mut state = State {
            of,
            cells: vec![0; of.people * of.days],
            counts: vec![0; of.days * of.posts],
            rows: vec![(0, 0); of.people],
            hard: 0,
            soft: 0,
            scratch: Vec::new(),
        };
        for day in 0..of.days {
            state.soft += (0..of.posts).map(|post| of.cover(day, post, 0)).sum::<i64>();
            state.soft += (0..of.people).map(|p| of.cell_cost[of.cell(p, day, 0)]).sum::<i64>();
        }
        for person in 0..of.people {
            for day in 0..of.days {
                let kind = cells[person * of.days + day];
                // A locked cell of a re-plan allows nothing but its old value, not even to be free.
                if of.is_allowed(person, day, usize::from(kind)) {
                    state.put(person, day, kind);
                }
            }
            state.soft += of.limits[person].unfair(0);
            state.judge(person);
        }
        state
    }

    #[inline]
    pub fn at(&self, person: usize, day: usize) -> u8 {
        self.cells[person * self.of.days + day]
    }

    pub fn row(&self, person: usize) -> &[u8] {
        &self.cells[person * self.of.days..(person + 1) * self.of.days]
    }

    #[cfg(test)]
    pub fn count(&self, day: usize, post: usize) -> i64 {
        self.counts[day * self.of.posts + post]
    }

    /// Puts a kind into a cell. The row is to be judged afterwards, once for all of its changes.
    pub fn put(&mut self, person: usize, day: usize, kind: u8) {
        let of = self.of;
        let cell = person * of.days + day;
        let old = std::mem::replace(&mut self.cells[cell], kind);
        if old == kind {
            return;
        }
        for &post in &of.fills[usize::from(old)] {
            self.change_count(day, post as usize, -1);
        }
        for &post in &of.fills[usize::from(kind)] {
            self.change_count(day, post as usize, 1);
        }
        let costs = of.cell(person, day, 0);
        self.soft += of.cell_cost[costs + usize::from(kind)] - of.cell_cost[costs + usize::from(old)];
        for &(partner, cost) in &of.partners[person] {
            let theirs = self.cells[partner as usize * of.days + day];
            self.soft += cost * (i64::from(theirs != kind) - i64::from(theirs != old));
        }
    }

    fn change_count(&mut self, day: usize, post: usize, by: i64) {
        let of = self.of;
        let count = &mut self.counts[day * of.posts + post];
        let (old, new) = (*count, *count + by);
        *count = new;
        self.soft += of.cover(day, post, new) - of.cover(day, post, old);
        self.hard += of.alone(post, new) - of.alone(post, old);
    }

    /// Takes the person's row as it now is into the sums, and returns what was known of it before.
    pub fn judge(&mut self, person: usize) -> (i64, i64) {
        let range = person * self.of.days..(person + 1) * self.of.days;
        let new = self.of.judge_row(person, &self.cells[range], &mut self.scratch);
        self.set_row(person, new)
    }

    /// Puts a judgement back that [`State::judge`] returned.
    pub fn set_row(&mut self, person: usize, new: (i64, i64)) -> (i64, i64) {
        let old = std::mem::replace(&mut self.rows[person], new);
        self.hard += new.0 - old.0;
        if old.1 != new.1 {
            let limits = &self.of.limits[person];
            self.soft += limits.unfair(new.1) - limits.unfair(old.1);
        }
        old
    }

    /// What it would cost to put `kind` on the day, for a person who is free then: cell, posts and partners.
    pub fn price(&self, person: usize, day: usize, kind: usize, of_alone: i64) -> i64 {
        let of = self.of;
        let mut sum = of.cell_cost[of.cell(person, day, kind)];
        for &post in &of.fills[kind] {
            let (post, count) = (post as usize, self.counts[day * of.posts + post as usize]);
            sum += of.cover(day, post, count + 1) - of.cover(day, post, count);
            sum += of_alone * (of.alone(post, count + 1) - of.alone(post, count));
        }
        for &(partner, cost) in &of.partners[person] {
            sum += cost * i64::from(usize::from(self.at(partner as usize, day)) != kind);
        }
        sum
    }
}
