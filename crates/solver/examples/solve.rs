//! Reads a problem from standard input and writes the answer to standard output, as JSON.
//!
//! ```sh
//! cargo run --release -p solver --example solve -- roster 1 60 < Instance1.txt      # public text format, seed, CPU seconds
//! cargo run --release -p solver --example solve -- replan 1 2 3 10 < Instance1.txt  # and: person 3 is off from day 10
//! echo '{"tasks":[{"slots":1,"unserved":100,"choices":[[0,5],[1,9]]}],"workers":[[0,20],[0]]}' |
//!     cargo run --release -p solver --example solve -- assign
//! ```
//!
//! The budget is the process's CPU time where /proc tells it (Linux), else the wall clock.

use std::fs;
use std::io::Read;
use std::time::Instant;

use serde::Deserialize;
use serde_json::{Value, json};
use solver::assignment::{self, Choice, Problem, Task, Worker};
use solver::budget::{Progress, WHOLE};
use solver::explain::{of_gap, of_task};
use solver::roster::{self, Absence, Roster, public_format};

type Failure = Box<dyn std::error::Error>;

#[derive(Deserialize)]
struct TaskIn {
    slots: u32,
    unserved: i64,
    #[serde(default)]
    whole: bool,
    /// Worker and cost.
    choices: Vec<(u32, i64)>,
}

#[derive(Deserialize)]
struct ProblemIn {
    tasks: Vec<TaskIn>,
    /// Per worker the costs of the first, second, … task.
    workers: Vec<Vec<i64>>,
    #[serde(default)]
    apart: Vec<(u32, u32)>,
}

impl From<ProblemIn> for Problem {
    fn from(p: ProblemIn) -> Problem {
        let choices = |list: Vec<(u32, i64)>| list.into_iter().map(|(worker, cost)| Choice { worker, cost }).collect();
        let task =
            |t: TaskIn| Task { slots: t.slots, unserved: t.unserved, whole: t.whole, choices: choices(t.choices) };
        Problem {
            tasks: p.tasks.into_iter().map(task).collect(),
            workers: p.workers.into_iter().map(|loads| Worker { loads }).collect(),
            apart: p.apart,
        }
    }
}

/// CPU seconds of this process: fields 14 and 15 of its stat, in hundredths on every Linux there is.
fn cpu_seconds() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

/// A budget of so many seconds from now.
fn seconds(limit: f64) -> impl FnMut(&Progress) -> u32 {
    #[expect(clippy::disallowed_methods, reason = "the example is the edge: it measures its own budget")]
    let wall = Instant::now();
    let begun = cpu_seconds();
    move |_| {
        let spent = match (cpu_seconds(), begun) {
            (Some(now), Some(begun)) => now - begun,
            _ => wall.elapsed().as_secs_f64(),
        };
        let share = (spent / limit).clamp(0.0, 1.0) * f64::from(WHOLE);
        // The nearest of the 1001 thousandths.
        (0..=WHOLE).rev().find(|thousandth| f64::from(*thousandth) <= share).unwrap_or(0)
    }
}

fn assign(input: &str) -> Result<Value, Failure> {
    let problem = Problem::from(serde_json::from_str::<ProblemIn>(input)?);
    let answer = assignment::solve(&problem, &mut seconds(60.0))?;
    let violations = assignment::check::violations(&problem, &answer);
    let stories = (0u32..).map_while(|task| of_task(&problem, &answer, task));
    let why: Vec<Value> = stories
        .map(|story| {
            let chosen: Vec<Value> = story
                .chosen
                .iter()
                .map(|c| json!({ "worker": c.worker, "pairing": c.pairing, "tasks": c.tasks, "load": c.load }))
                .collect();
            let left_out: Vec<Value> = story
                .left_out
                .iter()
                .map(|l| json!({ "worker": l.worker, "reason": format!("{:?}", l.reason), "at_least": l.at_least }))
                .collect();
            json!({ "chosen": chosen, "left_out": left_out, "empty": story.empty })
        })
        .collect();
    Ok(json!({
        "workers": answer.workers, "cost": answer.cost, "bound": answer.bound, "proved": answer.proved,
        "violations": violations.iter().map(|v| format!("{v:?}")).collect::<Vec<_>>(), "why": why,
    }))
}

fn rows(instance: &public_format::Instance, roster: &Roster) -> Value {
    let name = |person: usize, day: usize| roster.shift(person, day).map_or("", |s| instance.shifts[s].as_str());
    let days = 0..instance.model.days as usize;
    let row = |p: usize| json!({ "person": instance.people[p], "shifts": days.clone().map(|d| name(p, d)).collect::<Vec<_>>() });
    (0..instance.people.len()).map(row).collect()
}

fn solve_roster(instance: &public_format::Instance, seed: u64, limit: f64) -> Result<roster::Answer, Failure> {
    Ok(roster::solve(&instance.model, seed, &mut seconds(limit))?)
}

fn roster_json(input: &str, seed: u64, limit: f64) -> Result<Value, Failure> {
    let instance = public_format::read(input)?;
    let answer = solve_roster(&instance, seed, limit)?;
    let demands = instance.model.demands.iter();
    let gaps: Vec<Value> = demands
        .filter_map(|d| {
            let gap = of_gap(&instance.model, &answer.roster, d.day as usize, d.post)?;
            let easiest = gap.alternatives.first().map(
                |a| json!({ "person": instance.people[a.person], "rules": format!("{:?}", a.rules), "cost": a.cost }),
            );
            Some(json!({ "day": d.day, "post": d.post, "missing": gap.missing, "easiest": easiest }))
        })
        .collect();
    Ok(json!({
        "cost": answer.cost, "violations": answer.violations.len(), "moves": answer.steps,
        "cpu_seconds": cpu_seconds(), "rows": rows(&instance, &answer.roster), "gaps": gaps,
    }))
}

fn replan_json(input: &str, seed: u64, limit: f64, person: u32, from_day: u32) -> Result<Value, Failure> {
    let instance = public_format::read(input)?;
    let before = solve_roster(&instance, seed, limit)?;
    let begun = cpu_seconds();
    let absence = Absence { person, from_day, until_day: instance.model.days };
    let after =
        roster::replan(&instance.model, &before.roster, &[absence], from_day, seed, &mut seconds(limit / 10.0))?;
    Ok(json!({
        "before": before.cost, "hard": after.cost.hard, "missing": after.cost.missing, "changes": after.cost.changes,
        "cost": after.cost.soft, "cpu_seconds": cpu_seconds().zip(begun).map(|(end, start)| end - start),
        "rows": rows(&instance, &after.roster),
    }))
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, otherwise: u32| arguments.get(at).map_or(Ok(otherwise), |text| text.parse::<u32>());
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let (seed, limit) = (u64::from(number(1, 1)?), f64::from(number(2, 10)?));
    let answer = match arguments.first().map(String::as_str) {
        Some("assign") => assign(&input)?,
        Some("roster") => roster_json(&input, seed, limit)?,
        Some("replan") => replan_json(&input, seed, limit, number(3, 0)?, number(4, 0)?)?,
        _ => return Err("say assign, roster or replan; the file's first lines show how".into()),
    };
    println!("{}", serde_json::to_string_pretty(&answer)?);
    Ok(())
}
