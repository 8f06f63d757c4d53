//! A roster under change: counts, row judgements and both sums are kept, so that a change costs what it touches.
//!
//! Incremental evaluation as local search does it (P. Van Hentenryck and L. Michel, "Constraint-Based Local Search",
//! 2005): for each day and kind the table holds what one person more or fewer on it would cost, so pricing a change
//! reads one number per cell; [`super::delta`] judges rows within a window of days.

use super::compiled::{Compiled, Row};

pub(super) struct State<'a> {
    pub of: &'a Compiled,
    pub cells: Vec<u8>,
    counts: Vec<i64>,
    /// Per day and kind: what one person more, and one fewer, on it costs at its posts.
    more: Vec<i64>,
    fewer: Vec<i64>,
    /// Per person.
    pub rows: Vec<Row>,
    /// Per person and kind, on how many days.
    pub uses: Vec<i64>,
    /// Per person `words` words with a bit for each day worked, and an empty one at the end.
    pub works: Vec<u64>,
    pub words: usize,
    /// How far the roster is from keeping all hard rules; 0 exactly when it does.
    pub hard: i64,
    pub soft: i64,
    scratch: Vec<i64>,
    /// Per kind, all 0 between two judgements.
    pub differences: Vec<i64>,
}

impl<'a> State<'a> {
    /// Cells that are not allowed become free.
    pub fn new(of: &'a Compiled, cells: &[u8]) -> State<'a> {
        let words = of.days.div_ceil(64) + 1;
        let mut state = State {
            of,
            cells: vec![0; of.people * of.days],
            counts: vec![0; of.days * of.posts],
            more: vec![0; of.days * of.kinds],
            fewer: vec![0; of.days * of.kinds],
            rows: vec![Row::default(); of.people],
            uses: vec![0; of.people * of.kinds],
            works: vec![0; of.people * words],
            words,
            hard: 0,
            soft: 0,
            scratch: Vec::new(),
            differences: vec![0; of.kinds],
        };
        for day in 0..of.days {
            state.soft += (0..of.posts).map(|post| of.cover(day, post, 0)).sum::<i64>();
            state.soft += (0..of.people).map(|p| of.cell_cost[of.cell(p, day, 0)]).sum::<i64>();
            (0..of.kinds).for_each(|kind| state.price_kind(day, kind));
        }
        for person in 0..of.people {
            state.uses[person * of.kinds] = crate::num::cost(of.days);
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

    /// How many are at the post.
    #[inline]
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
        self.uses[person * of.kinds + usize::from(old)] -= 1;
        self.uses[person * of.kinds + usize::from(kind)] += 1;
        if (old == 0) != (kind == 0) {
            self.works[person * self.words + day / 64] ^= 1 << (day % 64);
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
        for &kind in &of.kinds_of_post[post] {
            self.price_kind(day, usize::from(kind));
        }
    }

    fn price_kind(&mut self, day: usize, kind: usize) {
        let of = self.of;
        let (mut more, mut fewer) = (0, 0);
        for &post in &of.fills[kind] {
            let (post, count) = (post as usize, self.counts[day * of.posts + post as usize]);
            let now = of.cover(day, post, count);
            more += of.cover(day, post, count + 1) - now;
            fewer += of.cover(day, post, count - 1) - now;
        }
        self.more[day * of.kinds + kind] = more;
        self.fewer[day * of.kinds + kind] = fewer;
    }

    /// By how much the posts' cost changes when one person goes from one kind to another.
    #[inline]
    pub fn post_change(&self, day: usize, old: u8, new: u8) -> i64 {
        let of = self.of;
        let (old, new) = (usize::from(old), usize::from(new));
        if of.overlap(old, new) {
            return self.post_change_of_few(day, old, new, &|post, count| of.cover(day, post, count));
        }
        self.fewer[day * of.kinds + old] + self.more[day * of.kinds + new]
    }

    /// By how much the roster comes nearer to or further from nobody being alone.
    pub fn alone_change(&self, day: usize, old: u8, new: u8) -> i64 {
        self.post_change_of_few(day, usize::from(old), usize::from(new), &|post, count| self.of.alone(post, count))
    }

    fn post_change_of_few(&self, day: usize, old: usize, new: usize, price: &dyn Fn(usize, i64) -> i64) -> i64 {
        let (before, after) = (&self.of.fills[old], &self.of.fills[new]);
        let change = |post: &u32, by: i64| {
            let (post, count) = (*post as usize, self.counts[day * self.of.posts + *post as usize]);
            price(post, count + by) - price(post, count)
        };
        let left = before.iter().filter(|post| !after.contains(post)).map(|post| change(post, -1));
        let entered = after.iter().filter(|post| !before.contains(post)).map(|post| change(post, 1));
        left.chain(entered).sum()
    }

    /// By how much the cell's own cost and that of its partners changes; `with` is a person who makes the opposite
    /// change, so that nothing changes between the two.
    #[inline]
    pub fn cell_change(&self, person: usize, day: usize, new: u8, with: usize) -> i64 {
        let of = self.of;
        let costs = of.cell(person, day, 0);
        let old = self.at(person, day);
        let mut change = of.cell_cost[costs + usize::from(new)] - of.cell_cost[costs + usize::from(old)];
        for &(partner, cost) in &of.partners[person] {
            if partner as usize != with {
                let theirs = self.at(partner as usize, day);
                change += cost * (i64::from(theirs != new) - i64::from(theirs != old));
            }
        }
        change
    }

    /// Takes the person's row as it now is into the sums, and returns what was known of it before.
    pub fn judge(&mut self, person: usize) -> Row {
        let range = person * self.of.days..(person + 1) * self.of.days;
        let new = self.of.judge_row(person, &self.cells[range], &mut self.scratch);
        self.set_row(person, new)
    }

    /// Takes a judgement into the sums.
    pub fn set_row(&mut self, person: usize, new: Row) -> Row {
        let old = std::mem::replace(&mut self.rows[person], new);
        self.hard += new.far - old.far;
        if old.minutes != new.minutes {
            let limits = &self.of.limits[person];
            self.soft += limits.unfair(new.minutes) - limits.unfair(old.minutes);
        }
        old
    }

    /// What one person more on the kind costs at its posts.
    #[inline]
    pub fn of_posts(&self, day: usize, kind: usize) -> i64 {
        self.more[day * self.of.kinds + kind]
    }

    /// What it would cost besides to put `kind` on the day, for a person who is free then: cell, partners, and nobody being
    /// alone.
    pub fn own_price(&self, person: usize, day: usize, kind: usize, of_alone: i64) -> i64 {
        let of = self.of;
        let mut sum = of.cell_cost[of.cell(person, day, kind)];
        if of.has_alone {
            sum += of_alone * self.alone_change(day, 0, u8::try_from(kind).unwrap_or(0));
        }
        for &(partner, cost) in &of.partners[person] {
            sum += cost * i64::from(usize::from(self.at(partner as usize, day)) != kind);
        }
        sum
    }
}
