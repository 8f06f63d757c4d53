//! Why someone has a shift, and why a post is short of people: for each person the rules that a change would newly
//! break, and what it would cost; the cheapest relaxation first.

use crate::roster::check::{Parts, parts, violations};
use crate::roster::{Model, Roster, Rule};

/// What it would take for a person to fill a post on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternative {
    pub person: usize,
    pub shift: usize,
    /// The shift that they would have to give up.
    pub instead_of: Option<usize>,
    /// Hard rules that would newly be broken: none, and only the cost speaks against it.
    pub rules: Vec<Rule>,
    /// By how much the roster's cost would rise; below 0 it would fall, and the search had not the time to see it.
    pub cost: i64,
}

/// Why a post is short of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    pub missing: i64,
    /// Everybody by what it would take: fewest broken rules first, then least cost. The first is the cheapest relaxation.
    pub alternatives: Vec<Alternative>,
}

/// `None` when nobody is missing at the post on the day, or the roster is of another shape.
pub fn of_gap(model: &Model, roster: &Roster, day: usize, post: u32) -> Option<Gap> {
    let demand = model.demands.iter().find(|d| d.day as usize == day && d.post == post)?;
    let present = roster.fits(model).then(|| crate::roster::check::present(model, roster, day, post))?;
    let missing = i64::from(demand.need) - present;
    if missing <= 0 {
        return None;
    }
    let fills = |shift: usize| model.shifts[shift].fills.contains(&post);
    let free = (0..model.people.len()).filter(|p| !roster.shift(*p, day).is_some_and(fills));
    let alternatives = alternatives(model, roster, day, free, &fills);
    Some(Gap { missing, alternatives })
}

/// Why someone has a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShiftStory {
    pub shift: usize,
    /// The cost's parts with the shift, less those without it.
    pub terms: Parts,
    /// Rules that would be broken were the person free on the day.
    pub needed_for: Vec<Rule>,
    /// The others in this person's place: costs are for the whole exchange.
    pub others: Vec<Alternative>,
}

/// `None` when the person is free on the day, or the roster is of another shape.
pub fn of_shift(model: &Model, roster: &Roster, person: usize, day: usize) -> Option<ShiftStory> {
    if !roster.fits(model) {
        return None;
    }
    let shift = roster.shift(person, day)?;
    let mut without = roster.clone();
    without.set(person, day, None);
    let (with, less) = (parts(model, roster), parts(model, &without));
    let terms = Parts {
        under: with.under - less.under,
        over: with.over - less.over,
        wishes: with.wishes - less.wishes,
        shifts: with.shifts - less.shifts,
        unfairness: with.unfairness - less.unfairness,
        partners: with.partners - less.partners,
        missing: with.missing - less.missing,
    };
    let others = (0..model.people.len()).filter(|p| *p != person && roster.shift(*p, day) != Some(shift));
    let mut others = alternatives(model, &without, day, others, &|s| s == shift);
    // Those costs are against the roster without the person; against the one there is:
    let freed = less.cost() - with.cost();
    others.iter_mut().for_each(|o| o.cost += freed);
    Some(ShiftStory { shift, terms, needed_for: new_rules(model, roster, &without), others })
}

/// Each person with the best of the shifts that `fills` accepts.
fn alternatives(
    model: &Model,
    roster: &Roster,
    day: usize,
    people: impl Iterator<Item = usize>,
    fills: &dyn Fn(usize) -> bool,
) -> Vec<Alternative> {
    // Only this day's demands and wishes can change; leaving the others out keeps the differences.
    let today = |d: u32| d as usize == day;
    let demands = model.demands.iter().copied().filter(|d| today(d.day)).collect();
    let wishes = model.wishes.iter().copied().filter(|w| today(w.day)).collect();
    let partners = model.partners.clone();
    let trimmed = Model { demands, wishes, partners, people: model.people.clone(), ..shell(model) };
    let before = parts(&trimmed, roster).cost();
    let mut found: Vec<Alternative> = people
        .filter_map(|person| {
            let tried = (0..model.shifts.len()).filter(|s| fills(*s)).map(|shift| {
                let mut with = roster.clone();
                with.set(person, day, Some(shift));
                let cost = parts(&trimmed, &with).cost() - before;
                let rules = new_rules(model, roster, &with);
                Alternative { person, shift, instead_of: roster.shift(person, day), rules, cost }
            });
            tried.min_by_key(|a| (a.rules.len(), a.cost))
        })
        .collect();
    found.sort_by_key(|a| (a.rules.len(), a.cost, a.person));
    found
}

/// The model without its lists.
fn shell(model: &Model) -> Model {
    Model {
        days: model.days,
        first_weekday: model.first_weekday,
        rest: model.rest,
        posts: model.posts.clone(),
        shifts: model.shifts.clone(),
        ..Model::default()
    }
}

/// The rules that `after` breaks and `before` does not, in the order of [`Rule`].
fn new_rules(model: &Model, before: &Roster, after: &Roster) -> Vec<Rule> {
    let old = violations(model, before).unwrap_or_default();
    let new = violations(model, after).unwrap_or_default();
    let mut rules: Vec<Rule> = new.iter().filter(|v| !old.contains(v)).map(|v| v.rule).collect();
    rules.sort_unstable();
    rules
}
