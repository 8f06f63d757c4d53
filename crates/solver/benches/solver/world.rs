//! A made-up city: workers and tasks around forty hubs in a square of thirty kilometres, skills of which some are common
//! and most are rare, and hours on some days of the week. The same seed gives the same city.

use solver::dice::Dice;
use solver::eligibility::{Point, Task, Week, Worker};

const SIDE: usize = 30_000;
const HUBS: usize = 40;

pub struct World {
    dice: Dice,
    hubs: Vec<Point>,
}

fn small(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(0)
}

impl World {
    pub fn new(seed: u64) -> World {
        let mut dice = Dice::new(seed);
        let hubs = (0..HUBS).map(|_| Point { x: small(dice.below(SIDE)), y: small(dice.below(SIDE)) }).collect();
        World { dice, hubs }
    }

    /// About a hub, nearly normal with a deviation of about a kilometre.
    fn place(&mut self) -> Point {
        let hub = self.hubs[self.dice.below(HUBS)];
        let mut around = || small((0..6).map(|_| self.dice.below(1500)).sum::<usize>()) - 4500;
        Point { x: hub.x + around(), y: hub.y + around() }
    }

    /// One of 64, the first ones far more often.
    fn skill(&mut self) -> u64 {
        let first = self.dice.below(64);
        1 << (first * self.dice.below(64) / 64)
    }

    pub fn worker(&mut self) -> Worker {
        let at = self.place();
        let skills = (0..1 + self.dice.below(5)).fold(0, |all, _| all | self.skill());
        let mut week = Week::NONE;
        for day in 0..7u8 {
            if self.dice.below(10) < 4 {
                let first = 8 + self.dice.below(10);
                let until = (first + 2 + self.dice.below(5)).min(24);
                week = (first..until).fold(week, |week, hour| week.with(day * 24 + u8::try_from(hour).unwrap_or(0)));
            }
        }
        let reach = u32::try_from(2000 + self.dice.below(6000)).unwrap_or(0);
        let weight = u32::try_from(150 * self.dice.below(12)).unwrap_or(0);
        Worker { at, skills, week, reach, weight }
    }

    pub fn workers(&mut self, count: usize) -> Vec<Worker> {
        (0..count).map(|_| self.worker()).collect()
    }

    pub fn task(&mut self) -> Task {
        let at = self.place();
        let mut skills = self.skill();
        if self.dice.below(100) < 15 {
            skills |= self.skill();
        }
        let first = u8::try_from(self.dice.below(7) * 24 + 9 + self.dice.below(10)).unwrap_or(0);
        let hours = u8::try_from(1 + self.dice.below(2)).unwrap_or(1);
        Task { at, skills, week: Week::span(first, hours), farthest: 8000 }
    }

    pub fn tasks(&mut self, count: usize) -> Vec<Task> {
        (0..count).map(|_| self.task()).collect()
    }
}
