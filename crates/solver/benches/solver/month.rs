//! A month of eighty teams of twenty-five, beside signing up for oneself on the same offers.
//!
//! Everybody offers some days and, on each, one shift that they would like best. Signing up: the list opens week by week;
//! people come in a random order, and who comes takes on each offered day of the week what they like best if it is still
//! open, else any open shift that they may do, as long as no rule is broken. Each team is a model of its own: nobody
//! serves in two.

use solver::budget::Progress;
use solver::dice::Dice;
use solver::roster::{self, Demand, Model, Person, Post, Roster, Shift, Want, Wish, check};

use super::{Failure, clock};

const TEAMS: usize = 80;
const PEOPLE: usize = 25;
const DAYS: u32 = 30;
/// Post kinds with start and minutes of their one shift each.
const KINDS: [(u32, u32); 12] = [
    (420, 240),
    (480, 240),
    (540, 180),
    (600, 240),
    (720, 180),
    (780, 240),
    (840, 240),
    (900, 180),
    (1020, 180),
    (1080, 240),
    (1140, 180),
    (1320, 480),
];
const NIGHT: usize = 11;
/// A trait after those of the twelve kinds.
const MINOR: u64 = 1 << 12;

struct Team {
    model: Model,
    /// Per person and day, the shift that they would like best on a day that they offer.
    liked: Vec<Option<usize>>,
}

/// What a month came to.
#[derive(Default)]
struct Sum {
    broken: usize,
    uncovered: i64,
    served: usize,
    granted: usize,
    hours: Vec<f64>,
    /// Per team, the most hours of one person less the fewest.
    ranges: Vec<f64>,
}

/// Prints for the solver and then for signing up: broken rules, uncovered minutes, standard deviation of hours a person,
/// the median over teams of most less fewest hours, per cent of days served that were as liked best. Before that: people,
/// minutes needed, CPU seconds, CPU seconds until every team had a roster without a broken rule, and megabytes at most.
pub fn run(seed: u64, limit: f64) -> Result<(), Failure> {
    let mut dice = Dice::new(seed);
    let teams: Vec<Team> = (0..TEAMS).map(|_| Team::new(&mut dice)).collect();
    let demands = teams.iter().flat_map(|team| &team.model.demands);
    let needed: i64 = demands.map(|d| i64::from(d.need) * minutes_of(d.post)).sum();
    let (begun, mut until_all) = (clock::of_process(), 0.0);
    let (mut ours, mut alone) = (Sum::default(), Sum::default());
    for (team, number) in teams.iter().zip(0u64..) {
        let (start, mut first) = (clock::of_process(), None);
        let mut budget = clock::seconds(limit / TEAMS as f64);
        let answer = roster::solve(&team.model, seed + number, &mut |progress: &Progress| {
            if progress.best.is_some() {
                first.get_or_insert_with(|| clock::of_process() - start);
            }
            budget(progress)
        })?;
        until_all += first.unwrap_or(f64::INFINITY);
        ours.add(team, &answer.roster)?;
    }
    let seconds = clock::of_process() - begun;
    for team in &teams {
        alone.add(team, &team.sign_up(&mut dice))?;
    }
    print!("{}\t{needed}\t{seconds:.1}\t{until_all:.2}\t{}\t", TEAMS * PEOPLE, peak()?);
    println!("{}\t{}", ours.text(), alone.text());
    Ok(())
}

fn minutes_of(post: u32) -> i64 {
    i64::from(KINDS[post as usize].1)
}

/// The most memory that this process ever had, in megabytes, as Linux tells it.
fn peak() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024)
}

impl Team {
    fn new(dice: &mut Dice) -> Team {
        let mut model = posts(dice);
        let needed: i64 = model.demands.iter().map(|d| i64::from(d.need) * minutes_of(d.post)).sum();
        let mut liked = Vec::new();
        for number in 0..PEOPLE {
            let person = person(dice, needed / i64::try_from(PEOPLE).unwrap_or(1));
            let may: Vec<usize> = (0..KINDS.len()).filter(|kind| person.traits >> kind & 1 == 1).collect();
            for day in 0..DAYS {
                let best = if person.off.contains(&day) { None } else { dice.one_of(&may).copied() };
                liked.push(best);
                let others = may.iter().copied().filter(|other| best.is_some_and(|best| best != *other));
                let wish = |other| Wish { person: small(number), day, want: Want::NotShift(small(other)), cost: 8 };
                model.wishes.extend(others.map(wish));
            }
            model.people.push(person);
        }
        Team { model, liked }
    }

    fn liked(&self, person: usize, day: usize) -> Option<usize> {
        self.liked[person * DAYS as usize + day]
    }

    fn sign_up(&self, dice: &mut Dice) -> Roster {
        let mut roster = Roster::empty(&self.model);
        let mut turns: Vec<usize> = (0..PEOPLE).collect();
        for week in 0..(DAYS as usize).div_ceil(7) {
            dice.shuffle(&mut turns);
            for &person in &turns {
                let days = week * 7..(week * 7 + 7).min(DAYS as usize);
                days.for_each(|day| self.sign_up_for(&mut roster, person, day));
            }
        }
        // Whoever would be alone at night goes home.
        for day in 0..DAYS as usize {
            let served: Vec<usize> = (0..PEOPLE).filter(|p| roster.shift(*p, day) == Some(NIGHT)).collect();
            if let [alone] = served[..] {
                roster.set(alone, day, None);
            }
        }
        roster
    }

    fn sign_up_for(&self, roster: &mut Roster, person: usize, day: usize) {
        let Some(best) = self.liked(person, day) else { return };
        for shift in std::iter::once(best).chain((0..KINDS.len()).filter(|s| *s != best)) {
            let need = self.model.demands[day * KINDS.len() + shift].need;
            if check::present(&self.model, roster, day, small(shift)) < i64::from(need) {
                roster.set(person, day, Some(shift));
                if check::of_person(&self.model, roster, person).is_empty() {
                    return;
                }
                roster.set(person, day, None);
            }
        }
    }
}

/// Twelve posts with a shift each, and what is needed at them: a post is open on two days of three, at night for two.
fn posts(dice: &mut Dice) -> Model {
    let shift = |(kind, (start, minutes)): (usize, (u32, u32))| Shift {
        start,
        minutes,
        fills: vec![small(kind)],
        needs: 1 << kind,
        bars: if kind == NIGHT { MINOR } else { 0 },
        ..Shift::default()
    };
    let mut model = Model {
        days: DAYS,
        first_weekday: 1,
        rest: 660,
        posts: (0..KINDS.len()).map(|kind| Post { least_together: if kind == NIGHT { 2 } else { 0 } }).collect(),
        shifts: KINDS.into_iter().enumerate().map(shift).collect(),
        ..Model::default()
    };
    for day in 0..DAYS {
        for kind in 0..KINDS.len() {
            let of_kind = if kind == NIGHT { 2 } else { 1 };
            let need = if dice.below(3) < 2 { of_kind } else { 0 };
            model.demands.push(Demand { day, post: small(kind), need, under: 600, over: 300 });
        }
    }
    model
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

fn person(dice: &mut Dice, share: i64) -> Person {
    let skills = (0..6).fold(0, |all, _| all | 1u64 << dice.below(KINDS.len()));
    let minor = if dice.below(12) == 0 { MINOR } else { 0 };
    Person {
        traits: skills | minor,
        off: (0..DAYS).filter(|_| dice.below(2) == 0).collect(),
        most_minutes_a_week: 1440,
        longest_run: 5,
        most_weekends: 3,
        share,
        unfairness: 2,
        ..Person::free()
    }
}

impl Sum {
    fn add(&mut self, team: &Team, roster: &Roster) -> Result<(), Failure> {
        let model = &team.model;
        self.broken += check::violations(model, roster).ok_or("a roster of another shape")?.len();
        for demand in &model.demands {
            let missing = i64::from(demand.need) - check::present(model, roster, demand.day as usize, demand.post);
            self.uncovered += missing.max(0) * minutes_of(demand.post);
        }
        let mut hours = Vec::new();
        for person in 0..PEOPLE {
            let shifts: Vec<(usize, usize)> =
                (0..DAYS as usize).filter_map(|day| roster.shift(person, day).map(|s| (day, s))).collect();
            self.granted += shifts.iter().filter(|(day, s)| team.liked(person, *day) == Some(*s)).count();
            self.served += shifts.len();
            hours.push(shifts.iter().map(|(_, s)| f64::from(KINDS[*s].1)).sum::<f64>() / 60.0);
        }
        let most = hours.iter().copied().fold(f64::MIN, f64::max);
        self.ranges.push(most - hours.iter().copied().fold(f64::MAX, f64::min));
        self.hours.extend(hours);
        Ok(())
    }

    fn text(&self) -> String {
        let count = self.hours.len() as f64;
        let mean = self.hours.iter().sum::<f64>() / count;
        let deviation = (self.hours.iter().map(|h| (h - mean).powi(2)).sum::<f64>() / count).sqrt();
        let mut ranges = self.ranges.clone();
        ranges.sort_by(f64::total_cmp);
        let granted = 100.0 * self.granted as f64 / self.served.max(1) as f64;
        let range = ranges[ranges.len() / 2];
        format!("{}\t{}\t{deviation:.2}\t{range:.1}\t{granted:.0}", self.broken, self.uncovered)
    }
}
