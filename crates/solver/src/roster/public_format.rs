//! Reads the text format of the public shift-scheduling instances (T. Curtois and R. Qu, 2014): sections of lines with
//! commas. Every instance starts on a Monday; shifts have a length but no start, and name what may not follow them.

use std::collections::BTreeMap;

use super::{Demand, Model, Person, Post, Shift, Want, Wish};
use crate::fault::Fault;
use crate::num::id;

/// A model and the names that the text gives to its shifts and people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Instance {
    pub model: Model,
    pub shifts: Vec<String>,
    pub people: Vec<String>,
}

/// # Errors
/// A line that is not what its section asks for; or a model that cannot be, as [`Model::check`] finds.
pub fn read(text: &str) -> Result<Instance, Fault> {
    let mut reader = Reader::default();
    let mut section = "";
    for (index, raw) in text.lines().enumerate() {
        let line = raw.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix("SECTION_") {
            section = name;
            continue;
        }
        let parts: Vec<&str> = line.split(',').map(str::trim).collect();
        reader.line = index + 1;
        reader.take(section, &parts)?;
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    instance: Instance,
    line: usize,
    /// Per shift, the names of those that may not follow: they may be named before they are declared.
    not_before: Vec<(usize, String)>,
    shift_numbers: BTreeMap<String, u32>,
    people_numbers: BTreeMap<String, u32>,
}

impl Reader {
    fn expected<T>(&self, value: Option<T>, expected: &'static str) -> Result<T, Fault> {
        value.ok_or(Fault::Text { line: self.line, expected })
    }

    /// Instance 15 writes some zeros as `-0`.
    fn number(&self, parts: &[&str], at: usize) -> Result<u32, Fault> {
        let number = parts.get(at).and_then(|p| p.parse::<i64>().ok()).and_then(|n| u32::try_from(n).ok());
        self.expected(number, "a whole number")
    }

    fn cost(&self, parts: &[&str], at: usize) -> Result<i64, Fault> {
        self.number(parts, at).map(i64::from)
    }

    fn shift(&self, name: &str) -> Result<u32, Fault> {
        self.expected(self.shift_numbers.get(name).copied(), "a shift declared before")
    }

    fn person(&self, name: &str) -> Result<u32, Fault> {
        self.expected(self.people_numbers.get(name).copied(), "a person declared before")
    }

    fn take(&mut self, section: &str, parts: &[&str]) -> Result<(), Fault> {
        match section {
            "HORIZON" => self.instance.model.days = self.number(parts, 0)?,
            "SHIFTS" => self.take_shift(parts)?,
            "STAFF" => self.take_person(parts)?,
            "DAYS_OFF" => {
                let person = self.person(parts[0])? as usize;
                for at in 1..parts.len() {
                    let day = self.number(parts, at)?;
                    self.instance.model.people[person].off.push(day);
                }
            }
            "SHIFT_ON_REQUESTS" | "SHIFT_OFF_REQUESTS" => {
                let shift = self.shift(self.expected(parts.get(2), "a shift")?)?;
                let want = if section == "SHIFT_ON_REQUESTS" { Want::Shift(shift) } else { Want::NotShift(shift) };
                let person = self.person(parts[0])?;
                let wish = Wish { person, day: self.number(parts, 1)?, want, cost: self.cost(parts, 3)? };
                self.instance.model.wishes.push(wish);
            }
            "COVER" => {
                let post = self.shift(self.expected(parts.get(1), "a shift")?)?;
                let (day, need) = (self.number(parts, 0)?, self.number(parts, 2)?);
                let (under, over) = (self.cost(parts, 3)?, self.cost(parts, 4)?);
                self.instance.model.demands.push(Demand { day, post, need, under, over });
            }
            _ => return Err(Fault::Text { line: self.line, expected: "a known section" }),
        }
        Ok(())
    }

    fn take_shift(&mut self, parts: &[&str]) -> Result<(), Fault> {
        let number = self.instance.shifts.len();
        let minutes = self.number(parts, 1)?;
        let followers = parts.get(2).copied().unwrap_or("").split('|').filter(|name| !name.is_empty());
        self.not_before.extend(followers.map(|name| (number, name.to_owned())));
        self.shift_numbers.insert(parts[0].to_owned(), id(number));
        self.instance.shifts.push(parts[0].to_owned());
        self.instance.model.posts.push(Post::default());
        self.instance.model.shifts.push(Shift { minutes, fills: vec![id(number)], ..Shift::default() });
        Ok(())
    }

    fn take_person(&mut self, parts: &[&str]) -> Result<(), Fault> {
        let mut most_of = vec![0; self.instance.shifts.len()];
        for pair in self.expected(parts.get(1), "limits of shifts")?.split('|') {
            let (name, most) = self.expected(pair.split_once('='), "shift=number")?;
            most_of[self.shift(name)? as usize] = self.expected(most.parse().ok(), "a whole number")?;
        }
        let person = Person {
            most_of,
            most_minutes: self.number(parts, 2)?,
            least_minutes: self.number(parts, 3)?,
            longest_run: self.number(parts, 4)?,
            shortest_run: self.number(parts, 5)?,
            shortest_rest: self.number(parts, 6)?,
            most_weekends: self.number(parts, 7)?,
            ..Person::free()
        };
        self.people_numbers.insert(parts[0].to_owned(), id(self.instance.people.len()));
        self.instance.people.push(parts[0].to_owned());
        self.instance.model.people.push(person);
        Ok(())
    }

    fn finish(mut self) -> Result<Instance, Fault> {
        for (shift, follower) in std::mem::take(&mut self.not_before) {
            let follower = self.shift(&follower)?;
            self.instance.model.shifts[shift].not_before.push(follower);
        }
        self.instance.model.check()?;
        Ok(self.instance)
    }
}
