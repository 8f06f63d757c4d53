//! The model of a roster, as the caller states it, and what may be wrong with it.

use crate::fault::{Fault, known, within};
use crate::num::cost;

/// Where people are needed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Post {
    /// When anyone serves here, so many at least do: 2 for a post where nobody is to be alone, 0 or 1 otherwise.
    pub least_together: u32,
}

/// A kind of shift, the same on each day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shift {
    /// Minute of the day at which it begins.
    pub start: u32,
    /// May pass midnight.
    pub minutes: u32,
    /// The posts that someone on this shift fills.
    pub fills: Vec<u32>,
    /// Traits that one must have, one bit each: a credential, insurance.
    pub needs: u64,
    /// Traits that one must not have: a minor on a night.
    pub bars: u64,
    /// Cost of each use: half of a night where a whole one is wanted.
    pub cost: i64,
    /// Shifts that may not come on the next day, beside those that the model's rest forbids.
    pub not_before: Vec<u32>,
}

/// From this day on the traits no longer hold: insurance that ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lapse {
    pub traits: u64,
    pub from_day: u32,
}

/// Someone to be rostered. [`Person::free`] has no limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub traits: u64,
    pub lapses: Vec<Lapse>,
    /// Days on which they cannot serve.
    pub off: Vec<u32>,
    /// Per shift, how many of it at most; a shift beyond the list's end has no limit.
    pub most_of: Vec<u32>,
    /// Over all days.
    pub least_minutes: u32,
    pub most_minutes: u32,
    /// In a week from Monday.
    pub most_minutes_a_week: u32,
    /// Days in a row. The shortest run and rest do not bind at the first and last day: nobody knows what is beyond.
    pub longest_run: u32,
    pub shortest_run: u32,
    pub shortest_rest: u32,
    /// Weekends with a shift on Saturday or Sunday.
    pub most_weekends: u32,
    /// Minutes that are their fair share; those served before in the rolling horizon; and the cost of the squared
    /// difference in whole hours.
    pub share: i64,
    pub carried: i64,
    pub unfairness: i64,
}

impl Person {
    /// Someone whom no rule limits.
    pub fn free() -> Person {
        Person {
            traits: 0,
            lapses: Vec::new(),
            off: Vec::new(),
            most_of: Vec::new(),
            least_minutes: 0,
            most_minutes: u32::MAX,
            most_minutes_a_week: u32::MAX,
            longest_run: u32::MAX,
            shortest_run: 1,
            shortest_rest: 1,
            most_weekends: u32::MAX,
            share: 0,
            carried: 0,
            unfairness: 0,
        }
    }
}

/// How many are needed at a post on a day, and what each one too few or too many costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Demand {
    pub day: u32,
    pub post: u32,
    pub need: u32,
    pub under: i64,
    pub over: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    Shift(u32),
    NotShift(u32),
    Free,
}

/// What someone would like on a day, and what it costs not to grant it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    pub person: u32,
    pub day: u32,
    pub want: Want,
    pub cost: i64,
}

/// Two who like to serve together, and what each day costs on which their shifts differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partners {
    pub pair: (u32, u32),
    pub cost: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    pub days: u32,
    /// 0 for a Monday.
    pub first_weekday: u32,
    /// Minutes from the end of a shift to the start of the next day's.
    pub rest: u32,
    pub posts: Vec<Post>,
    pub shifts: Vec<Shift>,
    pub people: Vec<Person>,
    pub demands: Vec<Demand>,
    pub wishes: Vec<Wish>,
    pub partners: Vec<Partners>,
}

/// Costs are from 0 to here, so that sums stay exact.
pub const MOST_COST: i64 = 1 << 24;
const DAY: i64 = 24 * 60;

impl Model {
    /// Says what is wrong with the model, if something is.
    ///
    /// # Errors
    /// Unknown people, shifts, posts or days; costs and times out of range; two demands for one post and day.
    pub fn check(&self) -> Result<(), Fault> {
        within("days", i64::from(self.days), 0, 1000)?;
        within("the first weekday", i64::from(self.first_weekday), 0, 6)?;
        within("the number of shifts", cost(self.shifts.len()), 0, 250)?;
        within("the number of posts", cost(self.posts.len()), 0, 10_000)?;
        within("the number of people", cost(self.people.len()), 0, 100_000)?;
        let cells = i64::from(self.days) * cost(self.people.len()) * cost(self.shifts.len() + 1);
        within("days × people × shifts", cells, 0, 1 << 28)?;
        self.shifts.iter().try_for_each(|s| self.check_shift(s))?;
        self.people.iter().try_for_each(|p| self.check_person(p))?;
        let mut named = vec![false; self.days as usize * self.posts.len()];
        for demand in &self.demands {
            self.known_day(demand.day)?;
            known("post", demand.post as usize, self.posts.len())?;
            within("a demand", i64::from(demand.need), 0, 100_000)?;
            within("a missing person's cost", demand.under, 0, MOST_COST)?;
            within("a superfluous person's cost", demand.over, 0, MOST_COST)?;
            let at = demand.day as usize * self.posts.len() + demand.post as usize;
            if std::mem::replace(&mut named[at], true) {
                return Err(Fault::Twice { what: "demand for post", index: u64::from(demand.post) });
            }
        }
        for wish in &self.wishes {
            self.known_person(wish.person)?;
            self.known_day(wish.day)?;
            within("a wish's cost", wish.cost, 0, MOST_COST)?;
            if let Want::Shift(shift) | Want::NotShift(shift) = wish.want {
                known("shift", shift as usize, self.shifts.len())?;
            }
        }
        for partners in &self.partners {
            self.known_person(partners.pair.0)?;
            self.known_person(partners.pair.1)?;
            within("partners' cost", partners.cost, 0, MOST_COST)?;
            if partners.pair.0 == partners.pair.1 {
                return Err(Fault::Twice { what: "partner", index: u64::from(partners.pair.0) });
            }
        }
        Ok(())
    }

    fn known_day(&self, day: u32) -> Result<(), Fault> {
        known("day", day as usize, self.days as usize)
    }

    fn known_person(&self, person: u32) -> Result<(), Fault> {
        known("person", person as usize, self.people.len())
    }

    fn check_shift(&self, shift: &Shift) -> Result<(), Fault> {
        within("a shift's start", i64::from(shift.start), 0, DAY - 1)?;
        within("a shift's minutes", i64::from(shift.minutes), 0, DAY)?;
        within("a shift's cost", shift.cost, 0, MOST_COST)?;
        // A longer rest would reach over the next day, and only neighbouring days are compared.
        let end = i64::from(shift.start) + i64::from(shift.minutes);
        within("a shift's end and rest", end + i64::from(self.rest), 0, 2 * DAY)?;
        shift.not_before.iter().try_for_each(|s| known("shift", *s as usize, self.shifts.len()))?;
        for (index, post) in shift.fills.iter().enumerate() {
            known("post", *post as usize, self.posts.len())?;
            if shift.fills[..index].contains(post) {
                return Err(Fault::Twice { what: "post of a shift", index: u64::from(*post) });
            }
        }
        Ok(())
    }

    fn check_person(&self, person: &Person) -> Result<(), Fault> {
        within("shares' minutes", person.share, 0, 1 << 30)?;
        within("carried minutes", person.carried, 0, 1 << 30)?;
        within("unfairness", person.unfairness, 0, 1 << 16)?;
        person.off.iter().try_for_each(|day| self.known_day(*day))
    }
}

/// One cell per person and day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    days: usize,
    /// 0 for free, else the shift's number and one.
    pub(super) cells: Vec<u8>,
}

impl Roster {
    /// Everybody free.
    pub fn empty(model: &Model) -> Roster {
        let days = model.days as usize;
        Roster { days, cells: vec![0; days * model.people.len()] }
    }

    pub(super) fn of(days: usize, cells: Vec<u8>) -> Roster {
        Roster { days, cells }
    }

    /// `None` for a free day, and for people and days that do not exist.
    pub fn shift(&self, person: usize, day: usize) -> Option<usize> {
        let cell = if day < self.days { self.cells.get(person * self.days + day) } else { None };
        usize::from(*cell?).checked_sub(1)
    }

    /// Puts a shift, or a free day, into a cell. Cells and shifts that do not exist are left alone.
    pub fn set(&mut self, person: usize, day: usize, shift: Option<usize>) {
        let Ok(value) = u8::try_from(shift.map_or(0, |s| s.saturating_add(1))) else { return };
        if day < self.days
            && let Some(cell) = self.cells.get_mut(person * self.days + day)
        {
            *cell = value;
        }
    }

    /// Whether it has the model's people, days and shifts.
    pub fn fits(&self, model: &Model) -> bool {
        self.days == model.days as usize
            && self.cells.len() == self.days * model.people.len()
            && self.cells.iter().all(|c| usize::from(*c) <= model.shifts.len())
    }
}

/// The hard rules, in the order in which they are asked and explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The person cannot on this day.
    Off,
    /// Traits that the shift needs and the person has not, or no longer.
    Lacks {
        traits: u64,
    },
    /// Traits of the person that the shift bars.
    Barred {
        traits: u64,
    },
    /// More of this shift than the person may have.
    MostOf {
        shift: u32,
    },
    /// Too little rest between this day's shift and the next day's, or an order that is forbidden.
    Rest,
    LongestRun,
    ShortestRun,
    ShortestRest,
    MostWeekends,
    MostMinutes,
    LeastMinutes,
    MostMinutesAWeek,
    /// Fewer together at the post than it asks for.
    Alone {
        post: u32,
    },
}
