//! The months themselves: turns in the order of time, and in between the jobs that fall due.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use app::matters::Held;
use app::{Stop, jobs};
use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rules::shared::ids::MatterId;
use rules::shared::{Cell, Moment};

use crate::cast::Cast;
use crate::field::{Errand, Seen};
use crate::made_up::{Act, Ledger};
use crate::pile::Piles;
use crate::settle::DAYS;
use crate::stage::Stage;

/// How often the jobs are looked at.
const TICK: SignedDuration = SignedDuration::from_mins(15);
/// How many colleagues are asked to ring one after the other.
const MOST_PASSED_ON: usize = 4;

/// What a kind is in the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Need,
    Hazard,
}

/// A matter as the story follows it.
#[derive(Clone, Debug)]
pub struct Life {
    pub id: MatterId,
    pub sort: Sort,
    pub home: usize,
    /// And in which of its spots.
    pub spot: usize,
    /// Whose it is; `None` when somebody without an account rang.
    pub owner: Option<usize>,
    pub type_key: &'static str,
    /// The step it is at, as last seen.
    pub step: String,
    pub private: bool,
    pub level: String,
    /// How often it was opened.
    pub rounds: usize,
    /// How often somebody rang at this step and reached nobody.
    pub tries: usize,
    /// How many colleagues could not do this step: they had a part in it, or are close to whose it is.
    pub passed_on: usize,
    /// The department it was handed to, as an index into the cast's.
    pub department: Option<usize>,
}

/// Somebody's turn.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// Something comes in.
    Come(Sort),
    /// Somebody types in the forms that lie on their table.
    Pile(usize),
    /// Whoever has the matter does what the step asks.
    Desk(usize),
    /// The person answers the two questions.
    Rate(usize),
    /// They take it back.
    Withdraw(usize),
    /// It is not solved after all.
    Reopen(usize),
    /// A job may have moved it on.
    Look(usize),
    /// Volunteers and their services.
    Errand(usize, Errand),
    /// What is done beside the story, where hours are made up.
    Act(usize),
}

struct Planned {
    at: Timestamp,
    /// Keeps the order of turns that fall on the same instant.
    no: u64,
    turn: Turn,
}

impl Ord for Planned {
    fn cmp(&self, other: &Planned) -> Ordering {
        (self.at, self.no).cmp(&(other.at, other.no))
    }
}
impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Planned) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Planned {
    fn eq(&self, other: &Planned) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Planned {}

pub struct Story<'s, 'p> {
    pub stage: &'s mut Stage<'p>,
    pub cast: Cast,
    pub lives: Vec<Life>,
    pub piles: Piles,
    pub seen: Seen,
    /// How often which refusal came: the city's people make mistakes, the story should not.
    pub refusals: BTreeMap<String, usize>,
    /// What is done beside the story, and what is true of what came of it.
    pub acts: Vec<Act>,
    pub ledger: Ledger,
    turns: BinaryHeap<Reverse<Planned>>,
    planned: u64,
    begin: Timestamp,
}

impl<'s, 'p> Story<'s, 'p> {
    pub fn new(stage: &'s mut Stage<'p>, cast: Cast) -> Story<'s, 'p> {
        let seen = Seen::of(&cast);
        let begin = stage.plan.until - SignedDuration::from_hours(24 * (DAYS - 1));
        Story {
            stage,
            cast,
            lives: Vec::new(),
            piles: Piles::new(),
            seen,
            refusals: BTreeMap::new(),
            acts: Vec::new(),
            ledger: Ledger::new(),
            turns: BinaryHeap::new(),
            planned: 0,
            begin,
        }
    }

    pub fn now(&self) -> Timestamp {
        self.stage.at().recorded
    }

    /// The first instant of the story.
    pub fn begin(&self) -> Timestamp {
        self.begin
    }

    pub fn plan(&mut self, at: Timestamp, turn: Turn) {
        self.planned += 1;
        self.turns.push(Reverse(Planned { at: at.max(self.now()), no: self.planned, turn }));
    }

    /// Plays everything up to the end.
    pub async fn play(&mut self) -> Result<(), Stop> {
        self.stage.set_time(self.begin);
        self.foresee();
        let until = self.stage.plan.until;
        let mut tick = self.begin;
        while let Some(Reverse(next)) = self.turns.pop() {
            if next.at > until {
                break;
            }
            while tick <= next.at {
                self.jobs(tick).await?;
                tick += TICK;
            }
            self.stage.set_time(next.at);
            self.turn(next.turn).await?;
        }
        while tick <= until {
            self.jobs(tick).await?;
            tick += TICK;
        }
        self.stage.set_time(until);
        Ok(())
    }

    /// Spreads what will come in over the months: more by day, a little more each month, and never an empty last day.
    fn foresee(&mut self) {
        let span = self.stage.plan.until.duration_since(self.begin);
        let plan = self.stage.plan.clone();
        for (sort, count) in [(Sort::Need, plan.scaled(5000, 60)), (Sort::Hazard, plan.scaled(8000, 90))] {
            let last_day = (count / 60).max(8);
            for n in 0..count {
                let share = if n < last_day {
                    // The newest are what a desk sees first.
                    1.0 - self.stage.dice.random_range(0.0..1.0_f64).powi(2) / DAYS as f64
                } else {
                    self.stage.dice.random_range(0.0..1.0_f64).powf(0.8)
                };
                let at = self.begin + SignedDuration::from_secs_f64(span.as_secs_f64() * share);
                let at = self.awake(at);
                self.plan(at.min(plan.until - SignedDuration::from_mins(2)), Turn::Come(sort));
            }
        }
    }

    /// Most people sleep: what would happen at night mostly happens in the morning.
    fn awake(&mut self, at: Timestamp) -> Timestamp {
        let hour = hour(at);
        if (7..22).contains(&hour) || self.stage.dice.random_bool(0.08) {
            return at;
        }
        let to_seven = (7 + 24 - hour) % 24;
        let later = at + SignedDuration::from_mins(to_seven * 60 + self.stage.dice.random_range(0..300));
        if later > self.stage.plan.until { at } else { later }
    }

    async fn turn(&mut self, turn: Turn) -> Result<(), Stop> {
        match turn {
            Turn::Come(sort) => self.come(sort).await,
            Turn::Pile(writer) => self.pile(writer).await,
            Turn::Desk(life) => self.desk(life).await,
            Turn::Rate(life) => self.rate(life).await,
            Turn::Withdraw(life) => self.withdraw(life).await,
            Turn::Reopen(life) => self.reopen(life).await,
            Turn::Look(life) => self.look(life).await,
            Turn::Errand(life, errand) => self.errand(life, errand).await,
            Turn::Act(act) => self.act(act).await,
        }
    }

    /// Does the jobs due at `at`, and hears of invitations that have gone out since.
    async fn jobs(&mut self, at: Timestamp) -> Result<(), Stop> {
        self.stage.set_time(at);
        let done = at.duration_since(self.begin).as_secs_f64();
        let whole = self.stage.plan.until.duration_since(self.begin).as_secs_f64();
        self.stage.tell("months", 0.25 + 0.75 * (done / whole.max(1.0)));
        let cells = self.stage.due(at);
        if cells.is_empty() {
            return Ok(());
        }
        let next = self.stage.step(cells, |tx, at, cells| Box::pin(async move { run(tx, at, cells).await })).await?;
        for (cell, due) in next {
            self.stage.wake(cell, due);
        }
        Ok(())
    }

    /// Reads how a matter stands, and plans whose turn is next when that has changed.
    pub async fn look(&mut self, life: usize) -> Result<(), Stop> {
        let id = self.lives[life].id;
        let step =
            self.stage.step(id, |tx, _, id| Box::pin(async move { Ok(Held::load(tx, id).await?.matter.step) })).await?;
        if self.lives[life].step != step {
            self.moved(life, step);
        } else if step == "call_back" && self.lives[life].passed_on < MOST_PASSED_ON {
            // Somebody else rings.
            self.lives[life].passed_on += 1;
            let at = self.at_work(30..60 * 6, true);
            self.plan(at, Turn::Desk(life));
        }
        Ok(())
    }

    /// A step that did not happen: refusals are part of life, everything else is a defect of the story or the product.
    pub fn refused(&mut self, what: &'static str, stop: Stop) -> Result<(), Stop> {
        match stop {
            Stop::Refused(refusal) | Stop::Conflict(refusal) => {
                *self.refusals.entry(format!("{what}: {}", refusal.code)).or_default() += 1;
                Ok(())
            }
            other => Err(Stop::Defect(format!("{what} at {}: {other:?}", self.now()))),
        }
    }

    /// Some minutes from now.
    pub fn after(&mut self, minutes: std::ops::Range<i64>) -> Timestamp {
        let minutes = self.stage.dice.random_range(minutes);
        self.now() + SignedDuration::from_mins(minutes)
    }

    /// Some minutes from now, when offices are open: half past eight to six, on working days when `is_weekly`.
    pub fn at_work(&mut self, minutes: std::ops::Range<i64>, is_weekly: bool) -> Timestamp {
        let mut at = self.after(minutes);
        let calendar = &self.stage.app.city().calendar;
        let worked = |at: Timestamp| !is_weekly || calendar.is_working_day(calendar.date(at)).unwrap_or(true);
        for _ in 0..12 {
            let minute = minute_of_day(at);
            if worked(at) && (OPEN..CLOSE).contains(&minute) {
                break;
            }
            let to_morning = if minute < OPEN { OPEN - minute } else { OPEN + 24 * 60 - minute };
            at += SignedDuration::from_mins(to_morning + self.stage.dice.random_range(0..90));
        }
        at
    }
}

/// Half past eight, and six in the evening.
const OPEN: i64 = 8 * 60 + 30;
const CLOSE: i64 = 18 * 60;

/// The hour of the day in Heze.
pub fn hour(at: Timestamp) -> i64 {
    minute_of_day(at) / 60
}

pub fn minute_of_day(at: Timestamp) -> i64 {
    const CHINA: i64 = 8 * 3600;
    (at.as_second() + CHINA).rem_euclid(24 * 3600) / 60
}

/// Runs what is due in these cells, and says when each has something due next.
async fn run(tx: &mut app::Tx<'_>, at: Moment, cells: Vec<Cell>) -> Result<Vec<(Cell, Option<i64>)>, Stop> {
    let mut next = jobs::next_due(tx, &cells).await?;
    let ripe: Vec<Cell> = next
        .iter()
        .filter(|(_, due)| due.is_some_and(|due| due <= at.recorded.as_millisecond()))
        .map(|(cell, _)| *cell)
        .collect();
    for cell in &ripe {
        jobs::run_due_in(tx, *cell, at).await?;
    }
    if !ripe.is_empty() {
        let later = jobs::next_due(tx, &ripe).await?;
        next.retain(|(cell, _)| !ripe.contains(cell));
        next.extend(later);
    }
    Ok(next)
}
