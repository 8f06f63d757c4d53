//! The model as tables: what a search asks millions of times is one look-up away.
//!
//! Cell values are 0 for a free day and a shift's number and one otherwise, called kinds. Wishes, costs of shifts and,
//! in a re-plan, the cost of a change are one number per person, day and kind: all of them depend on one cell alone.

use super::{Model, Want};
use crate::num::id;

/// Per day and post; all zero where nothing is asked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Need {
    pub need: i64,
    pub under: i64,
    pub over: i64,
}

/// What a person's row must keep, with limits beyond the horizon cut to it.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    /// Per kind, how many at most; and the kinds for which that can bind.
    pub most_of: Vec<i64>,
    pub limited: Vec<u8>,
    pub least_minutes: i64,
    pub most_minutes: i64,
    pub most_minutes_a_week: i64,
    pub longest_run: i64,
    pub shortest_run: i64,
    pub shortest_rest: i64,
    pub most_weekends: i64,
    pub share: i64,
    pub carried: i64,
    pub unfairness: i64,
    /// Kinds that some day allows, without 0.
    pub kinds: Vec<u8>,
    /// Whether minutes in a week can be too many.
    pub is_weekly: bool,
    /// Whether what a change does to runs can be seen within [`NEAR`] days of it.
    pub is_near: bool,
}

/// Runs and rests are judged as far as this many days from a change; whose limits reach further is judged whole.
pub(super) const NEAR: usize = 24;

impl Limits {
    /// The cost of so many minutes in the roster.
    #[inline]
    pub fn unfair(&self, minutes: i64) -> i64 {
        if self.unfairness == 0 {
            return 0;
        }
        let hours = (self.carried + minutes - self.share).abs() / 60;
        self.unfairness.saturating_mul(hours.saturating_mul(hours))
    }
}

/// What is known of a person's row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// How far the row is from keeping its person's rules: 0 exactly when it does.
    pub far: i64,
    pub minutes: i64,
    /// Weekends with a shift.
    pub weekends: i64,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Week {
    pub first: usize,
    pub days: usize,
    /// Saturday and Sunday, or one of them twice.
    pub weekend: Option<(usize, usize)>,
}

#[derive(Clone)]
pub(super) struct Compiled {
    pub days: usize,
    pub people: usize,
    pub posts: usize,
    /// Shifts and one.
    pub kinds: usize,
    pub minutes: Vec<i64>,
    pub fills: Vec<Vec<u32>>,
    pub follows: Vec<bool>,
    /// Per person, day and kind.
    allowed: Vec<bool>,
    pub cell_cost: Vec<i64>,
    pub limits: Vec<Limits>,
    pub needs: Vec<Need>,
    pub least_together: Vec<i64>,
    pub partners: Vec<Vec<(u32, i64)>>,
    /// Per day: whether it is Saturday or Sunday, and whether a week begins.
    pub is_weekend: Vec<bool>,
    pub is_monday: Vec<bool>,
    pub is_sunday: Vec<bool>,
    /// Per day its week; and per week its first day, and its weekend's first and last day, if it has any.
    pub week_of: Vec<u32>,
    pub weeks: Vec<Week>,
    /// Per post the kinds that fill it.
    pub kinds_of_post: Vec<Vec<u8>>,
    /// Per pair of kinds: whether some post is filled by both.
    overlaps: Vec<bool>,
    /// Whether at some post nobody is to be alone.
    pub has_alone: bool,
    /// What one missing person usually costs: the scale of all others.
    pub unit: i64,
}

impl Compiled {
    /// The model must have passed its check.
    pub fn new(model: &Model) -> Compiled {
        let (days, people, kinds) = (model.days as usize, model.people.len(), model.shifts.len() + 1);
        let weekday = |day: usize| (day + model.first_weekday as usize) % 7;
        let mut minutes = vec![0];
        minutes.extend(model.shifts.iter().map(|s| i64::from(s.minutes)));
        let mut fills = vec![Vec::new()];
        fills.extend(model.shifts.iter().map(|s| s.fills.clone()));
        let mut needs = vec![Need::default(); days * model.posts.len()];
        for demand in &model.demands {
            needs[demand.day as usize * model.posts.len() + demand.post as usize] =
                Need { need: i64::from(demand.need), under: demand.under, over: demand.over };
        }
        let mut partners = vec![Vec::new(); people];
        for p in &model.partners {
            partners[p.pair.0 as usize].push((p.pair.1, p.cost));
            partners[p.pair.1 as usize].push((p.pair.0, p.cost));
        }
        let mut unders: Vec<i64> = model.demands.iter().map(|d| d.under).filter(|under| *under > 0).collect();
        unders.sort_unstable();
        let mut compiled = Compiled {
            days,
            people,
            posts: model.posts.len(),
            kinds,
            minutes,
            fills,
            follows: vec![true; kinds * kinds],
            allowed: vec![true; people * days * kinds],
            cell_cost: vec![0; people * days * kinds],
            limits: Vec::new(),
            needs,
            least_together: model.posts.iter().map(|p| i64::from(p.least_together)).collect(),
            partners,
            is_weekend: (0..days).map(|day| weekday(day) >= 5).collect(),
            is_monday: (0..days).map(|day| weekday(day) == 0).collect(),
            is_sunday: (0..days).map(|day| weekday(day) == 6).collect(),
            week_of: (0..days).map(|day| id((day + model.first_weekday as usize) / 7)).collect(),
            weeks: weeks(days, model.first_weekday as usize),
            kinds_of_post: vec![Vec::new(); model.posts.len()],
            overlaps: vec![false; kinds * kinds],
            has_alone: model.posts.iter().any(|p| p.least_together > 1),
            unit: unders.get(unders.len() / 2).copied().unwrap_or(100),
        };
        compiled.order(model);
        compiled.link_posts();
        compiled.allow(model);
        compiled.wish(model);
        compiled.limits = (0..people).map(|p| compiled.limits_of(model, p)).collect();
        compiled
    }

    /// The same with so many hundredths of what missing people cost.
    pub fn eased(&self, hundredths: i64) -> Compiled {
        let mut eased = self.clone();
        let ease = |cost: i64| (cost * hundredths / 100).max(cost.min(1));
        eased.needs.iter_mut().for_each(|need| need.under = ease(need.under));
        eased.unit = ease(self.unit).max(1);
        eased
    }

    /// The same in a finer unit of cost: each cost is so many times as many.
    pub fn finer(&self, times: i64) -> Compiled {
        let mut finer = self.clone();
        let grow = |cost: &mut i64| *cost = cost.saturating_mul(times);
        finer.needs.iter_mut().for_each(|need| [&mut need.under, &mut need.over].into_iter().for_each(grow));
        finer.cell_cost.iter_mut().for_each(grow);
        finer.limits.iter_mut().for_each(|limits| grow(&mut limits.unfairness));
        finer.partners.iter_mut().flatten().for_each(|(_, cost)| grow(cost));
        grow(&mut finer.unit);
        finer
    }

    fn order(&mut self, model: &Model) {
        for (a, first) in model.shifts.iter().enumerate() {
            for (b, second) in model.shifts.iter().enumerate() {
                let gap = 24 * 60 + i64::from(second.start) - i64::from(first.start) - i64::from(first.minutes);
                self.follows[(a + 1) * self.kinds + b + 1] = gap >= i64::from(model.rest);
            }
            for b in &first.not_before {
                self.follows[(a + 1) * self.kinds + *b as usize + 1] = false;
            }
        }
    }

    fn link_posts(&mut self) {
        for (kind, posts) in self.fills.iter().enumerate() {
            for &post in posts {
                self.kinds_of_post[post as usize].extend(u8::try_from(kind));
            }
            for (other, theirs) in self.fills.iter().enumerate() {
                self.overlaps[kind * self.kinds + other] = posts.iter().any(|post| theirs.contains(post));
            }
        }
    }

    #[inline]
    pub fn overlap(&self, a: usize, b: usize) -> bool {
        self.overlaps[a * self.kinds + b]
    }

    fn allow(&mut self, model: &Model) {
        for (p, person) in model.people.iter().enumerate() {
            for day in 0..self.days {
                let lapsed =
                    person.lapses.iter().filter(|l| l.from_day as usize <= day).fold(0, |all, l| all | l.traits);
                let is_off = person.off.iter().any(|off| *off as usize == day);
                for (s, shift) in model.shifts.iter().enumerate() {
                    let is_qualified = shift.needs & !(person.traits & !lapsed) == 0;
                    let at = self.cell(p, day, s + 1);
                    self.allowed[at] =
                        !is_off && is_qualified && shift.bars & person.traits == 0 && person.most_of.get(s) != Some(&0);
                    self.cell_cost[at] = shift.cost;
                }
            }
        }
    }

    fn wish(&mut self, model: &Model) {
        for wish in &model.wishes {
            for kind in 0..self.kinds {
                let is_granted = match wish.want {
                    Want::Shift(shift) => kind == shift as usize + 1,
                    Want::NotShift(shift) => kind != shift as usize + 1,
                    Want::Free => kind == 0,
                };
                if !is_granted {
                    let at = self.cell(wish.person as usize, wish.day as usize, kind);
                    self.cell_cost[at] += wish.cost;
                }
            }
        }
    }

    fn limits_of(&self, model: &Model, p: usize) -> Limits {
        let person = &model.people[p];
        let cut = |limit: u32| i64::from(limit).min(crate::num::cost(self.days) + 1);
        let mut most_of = vec![i64::MAX];
        most_of.extend((0..model.shifts.len()).map(|s| person.most_of.get(s).map_or(i64::MAX, |most| cut(*most))));
        let kinds = (1..self.kinds).filter(|k| (0..self.days).any(|day| self.is_allowed(p, day, *k)));
        let kinds: Vec<u8> = kinds.filter_map(|k| u8::try_from(k).ok()).collect();
        let binds = |k: &u8| most_of[usize::from(*k)] < crate::num::cost(self.days);
        let limited: Vec<u8> = kinds.iter().copied().filter(binds).collect();
        // Kinds that no day allows are never used, and not counted.
        for kind in (0..self.kinds).filter(|kind| !limited.iter().any(|k| usize::from(*k) == *kind)) {
            most_of[kind] = i64::MAX;
        }
        let near = |limit: u32| limit as usize <= NEAR;
        let is_short = near(person.longest_run) || person.longest_run as usize >= self.days;
        Limits {
            is_weekly: u64::from(person.most_minutes_a_week) < 7 * 24 * 60,
            is_near: is_short && near(person.shortest_run) && near(person.shortest_rest),
            limited,
            most_of,
            least_minutes: i64::from(person.least_minutes),
            most_minutes: i64::from(person.most_minutes),
            most_minutes_a_week: i64::from(person.most_minutes_a_week),
            longest_run: cut(person.longest_run),
            shortest_run: cut(person.shortest_run),
            shortest_rest: cut(person.shortest_rest),
            most_weekends: i64::from(person.most_weekends),
            share: person.share,
            carried: person.carried,
            unfairness: person.unfairness,
            kinds,
        }
    }

    #[inline]
    pub fn cell(&self, person: usize, day: usize, kind: usize) -> usize {
        (person * self.days + day) * self.kinds + kind
    }

    #[inline]
    pub fn is_allowed(&self, person: usize, day: usize, kind: usize) -> bool {
        self.allowed[self.cell(person, day, kind)]
    }

    /// Forbids a cell's value; a re-plan locks the past and the absent with it.
    pub fn forbid(&mut self, person: usize, day: usize, kind: usize) {
        let at = self.cell(person, day, kind);
        self.allowed[at] = false;
    }

    /// The cost of so many people at the post on the day.
    #[inline]
    pub fn cover(&self, day: usize, post: usize, count: i64) -> i64 {
        let need = &self.needs[day * self.posts + post];
        let over = count - need.need;
        if over < 0 { -over * need.under } else { over * need.over }
    }

    /// How many are missing at the post for nobody there to be alone.
    #[inline]
    pub fn alone(&self, post: usize, count: i64) -> i64 {
        if count > 0 { (self.least_together[post] - count).max(0) } else { 0 }
    }

    /// Judges a whole row, looking at each day once; `counts` is only room to count in.
    pub fn judge_row(&self, person: usize, row: &[u8], counts: &mut Vec<i64>) -> Row {
        let limits = &self.limits[person];
        counts.clear();
        counts.resize(self.kinds, 0);
        let (mut far, mut all, mut week, mut weekends) = (0, 0, 0, 0);
        let (mut run, mut before, mut is_first, mut saturday) = (0, 0usize, true, false);
        for (day, &cell) in row.iter().enumerate() {
            let kind = usize::from(cell);
            counts[kind] += 1;
            if self.is_monday[day] {
                far += over(week, limits.most_minutes_a_week);
                week = 0;
                saturday = false;
            }
            week += self.minutes[kind];
            all += self.minutes[kind];
            if kind != 0 && self.is_weekend[day] && !saturday {
                weekends += 1;
                saturday = true;
            }
            if !self.follows[before * self.kinds + kind] {
                far += 1;
            }
            if day > 0 && (before != 0) != (kind != 0) {
                far += end_of_run(limits, before != 0, run, is_first);
                (run, is_first) = (0, false);
            }
            run += 1;
            before = kind;
        }
        if before != 0 {
            far += (run - limits.longest_run).max(0);
        }
        far += over(week, limits.most_minutes_a_week);
        far += over(all, limits.most_minutes) + over(limits.least_minutes, all);
        far += (weekends - limits.most_weekends).max(0);
        for &kind in &limits.limited {
            far += (counts[usize::from(kind)] - limits.most_of[usize::from(kind)]).max(0);
        }
        Row { far, minutes: all, weekends }
    }
}

/// The weeks of the horizon; the first and the last may be cut short.
fn weeks(days: usize, first_weekday: usize) -> Vec<Week> {
    let mut weeks = vec![Week::default(); (days + first_weekday).div_ceil(7)];
    for day in 0..days {
        let week = &mut weeks[(day + first_weekday) / 7];
        if week.days == 0 {
            week.first = day;
        }
        week.days += 1;
        if (day + first_weekday) % 7 >= 5 {
            week.weekend = Some((week.weekend.map_or(day, |(first, _)| first), day));
        }
    }
    weeks
}

/// Minutes above a limit, in started working days of eight hours: one shift too many weighs like one day too many.
pub(super) fn over(minutes: i64, limit: i64) -> i64 {
    let above = minutes - limit;
    if above > 0 { 1 + above / 480 } else { 0 }
}

fn end_of_run(limits: &Limits, works: bool, run: i64, is_first: bool) -> i64 {
    let shortest = if works { limits.shortest_run } else { limits.shortest_rest };
    let short = if is_first { 0 } else { (shortest - run).max(0) };
    let long = if works { (run - limits.longest_run).max(0) } else { 0 };
    short + long
}
