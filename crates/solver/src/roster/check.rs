//! The independent checker: reads the model's rules one by one over a roster, in the plainest way, and adds up its cost.
//! Shares no code with the search; the public instances' costs are reproduced with it.

use super::{Model, Person, Roster, Rule, Want};

/// A hard rule that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// `None` for a rule about a post.
    pub person: Option<usize>,
    /// `None` for a rule about all days.
    pub day: Option<usize>,
    pub rule: Rule,
}

/// A roster's cost by parts, in the model's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    pub under: i64,
    pub over: i64,
    pub wishes: i64,
    pub shifts: i64,
    pub unfairness: i64,
    pub partners: i64,
    /// People missing, counted, not priced.
    pub missing: i64,
}

impl Parts {
    /// All costs together; `missing` is in `under` already.
    pub fn cost(&self) -> i64 {
        self.under + self.over + self.wishes + self.shifts + self.unfairness + self.partners
    }
}

/// All rules that the roster breaks. `None` when it is not of this model's shape.
pub fn violations(model: &Model, roster: &Roster) -> Option<Vec<Violation>> {
    if !roster.fits(model) {
        return None;
    }
    let mut found = Vec::new();
    for person in 0..model.people.len() {
        found.extend(of_person(model, roster, person));
    }
    for day in 0..model.days as usize {
        for (post, number) in model.posts.iter().zip(0u32..) {
            let count = present(model, roster, day, number);
            if count > 0 && count < i64::from(post.least_together) {
                found.push(Violation { person: None, day: Some(day), rule: Rule::Alone { post: number } });
            }
        }
    }
    Some(found)
}

/// The rules that one person's row breaks.
pub fn of_person(model: &Model, roster: &Roster, number: usize) -> Vec<Violation> {
    let person = &model.people[number];
    let mut found = Vec::new();
    let row: Vec<Option<usize>> = (0..model.days as usize).map(|day| roster.shift(number, day)).collect();
    let mut add = |day: Option<usize>, rule| found.push(Violation { person: Some(number), day, rule });
    for (day, shift) in row.iter().enumerate() {
        let Some(shift) = *shift else { continue };
        bars(model, person, day, shift).into_iter().for_each(|rule| add(Some(day), rule));
        if let Some(next) = row.get(day + 1).copied().flatten()
            && !may_follow(model, shift, next)
        {
            add(Some(day), Rule::Rest);
        }
    }
    for (shift, number) in (0..model.shifts.len()).zip(0u32..) {
        let count = row.iter().filter(|s| **s == Some(shift)).count();
        if person.most_of.get(shift).is_some_and(|most| count > *most as usize) {
            add(None, Rule::MostOf { shift: number });
        }
    }
    runs(&row, person, &mut add);
    totals(model, &row, person, &mut add);
    found
}

/// The rules about this person and this shift alone that forbid it on this day.
pub fn bars(model: &Model, person: &Person, day: usize, shift: usize) -> Vec<Rule> {
    let mut found = Vec::new();
    if person.off.iter().any(|off| *off as usize == day) {
        found.push(Rule::Off);
    }
    let lapsed = person.lapses.iter().filter(|l| l.from_day as usize <= day).fold(0, |all, l| all | l.traits);
    let kind = &model.shifts[shift];
    let traits = kind.needs & !(person.traits & !lapsed);
    if traits != 0 {
        found.push(Rule::Lacks { traits });
    }
    // A lapse never lifts a bar: it ends what someone had, not what they are.
    let traits = kind.bars & person.traits;
    if traits != 0 {
        found.push(Rule::Barred { traits });
    }
    found
}

fn may_follow(model: &Model, first: usize, second: usize) -> bool {
    let (a, b) = (&model.shifts[first], &model.shifts[second]);
    let ready = u64::from(a.start) + u64::from(a.minutes) + u64::from(model.rest);
    ready <= 24 * 60 + u64::from(b.start) && !a.not_before.iter().any(|s| *s as usize == second)
}

fn runs(row: &[Option<usize>], person: &Person, add: &mut dyn FnMut(Option<usize>, Rule)) {
    let mut start = 0;
    while start < row.len() {
        let works = row[start].is_some();
        let length = row[start..].iter().take_while(|s| s.is_some() == works).count();
        let end = start + length;
        let is_inside = start > 0 && end < row.len();
        if works && length > person.longest_run as usize {
            add(Some(start), Rule::LongestRun);
        }
        if works && is_inside && length < person.shortest_run as usize {
            add(Some(start), Rule::ShortestRun);
        }
        if !works && is_inside && length < person.shortest_rest as usize {
            add(Some(start), Rule::ShortestRest);
        }
        start = end;
    }
}

fn totals(model: &Model, row: &[Option<usize>], person: &Person, add: &mut dyn FnMut(Option<usize>, Rule)) {
    let first = model.first_weekday as usize;
    let minutes = |s: &Option<usize>| s.map_or(0, |s| u64::from(model.shifts[s].minutes));
    let all: u64 = row.iter().map(minutes).sum();
    if all > u64::from(person.most_minutes) {
        add(None, Rule::MostMinutes);
    }
    if all < u64::from(person.least_minutes) {
        add(None, Rule::LeastMinutes);
    }
    let mut weekends = 0;
    for week in 0..row.len().div_ceil(7) + 1 {
        let days: Vec<usize> = (0..row.len()).filter(|day| (day + first) / 7 == week).collect();
        if days.iter().map(|d| minutes(&row[*d])).sum::<u64>() > u64::from(person.most_minutes_a_week) {
            add(days.first().copied(), Rule::MostMinutesAWeek);
        }
        if days.iter().any(|d| (d + first) % 7 >= 5 && row[*d].is_some()) {
            weekends += 1;
        }
    }
    if weekends > person.most_weekends {
        add(None, Rule::MostWeekends);
    }
}

/// How many fill the post on the day.
pub fn present(model: &Model, roster: &Roster, day: usize, post: u32) -> i64 {
    let fills = |person: usize| roster.shift(person, day).is_some_and(|s| model.shifts[s].fills.contains(&post));
    crate::num::cost((0..model.people.len()).filter(|p| fills(*p)).count())
}

/// The roster's cost, part by part.
pub fn parts(model: &Model, roster: &Roster) -> Parts {
    let mut parts = Parts::default();
    for demand in &model.demands {
        let over = present(model, roster, demand.day as usize, demand.post) - i64::from(demand.need);
        parts.under += demand.under * (-over).max(0);
        parts.over += demand.over * over.max(0);
        parts.missing += (-over).max(0);
    }
    for wish in &model.wishes {
        let shift = roster.shift(wish.person as usize, wish.day as usize);
        let is_granted = match wish.want {
            Want::Shift(wanted) => shift == Some(wanted as usize),
            Want::NotShift(unwanted) => shift != Some(unwanted as usize),
            Want::Free => shift.is_none(),
        };
        parts.wishes += if is_granted { 0 } else { wish.cost };
    }
    for (number, person) in model.people.iter().enumerate() {
        let shifts = (0..model.days as usize).filter_map(|day| roster.shift(number, day));
        let mut minutes = person.carried;
        for shift in shifts {
            minutes += i64::from(model.shifts[shift].minutes);
            parts.shifts += model.shifts[shift].cost;
        }
        let hours = (minutes - person.share).abs() / 60;
        parts.unfairness += person.unfairness.saturating_mul(hours.saturating_mul(hours));
    }
    for partners in &model.partners {
        let (a, b) = (partners.pair.0 as usize, partners.pair.1 as usize);
        let apart = (0..model.days as usize).filter(|day| roster.shift(a, *day) != roster.shift(b, *day)).count();
        parts.partners += partners.cost * crate::num::cost(apart);
    }
    parts
}
