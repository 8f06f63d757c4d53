//! What a request costs: processor time of the program and of every process of its database, per request.
//!
//! `./dev bench web` builds an invented city for each engine and size, fills it up to 10,000 or 100,000 tasks, serves it
//! from the release build and asks for one page after another. Beside every engine stand the cheapest answer that the program
//! gives and a file it serves: what is left is what the page itself costs.

#![expect(clippy::disallowed_methods, reason = "real processes are measured in real time")]

mod asking;
mod city;
#[expect(dead_code, reason = "a bench crashes no cluster")]
#[path = "../../tests/faults/cluster.rs"]
mod cluster;
#[expect(dead_code, reason = "a bench cuts no power")]
#[path = "../../tests/faults/disk.rs"]
mod disk;
mod meter;
mod served;
mod volume;

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use clap::Parser;
use tempfile::TempDir;

use crate::asking::{Ask, Driven, drive};
use crate::city::{Cast, Cell};
use crate::cluster::Cluster;
use crate::served::Served;

/// What goes wrong, in words: a bench is looked at by who started it.
type Outcome<T> = Result<T, String>;

#[derive(Parser)]
struct Plan {
    /// How many requests a cell of the table is measured over.
    #[arg(long, default_value_t = 5000)]
    requests: usize,
    /// How many tasks the city holds, largest last.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    tasks: Vec<u64>,
    /// How many clients ask at once.
    #[arg(long, value_delimiter = ',', default_value = "8,32")]
    connections: Vec<usize>,
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgres")]
    engines: Vec<String>,
    /// The size of the invented city that is filled up.
    #[arg(long, default_value_t = 0.1)]
    scale: f64,
    /// How long the program rests before its memory is read, in seconds.
    #[arg(long, default_value_t = 60)]
    rest: u64,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let plan = Plan::parse();
    println!("{} requests a cell; {} processors, otherwise idle if you left them so\n", plan.requests, processors());
    for engine in &plan.engines {
        if let Err(why) = plan.tasks.iter().try_for_each(|tasks| measure(&plan, engine, *tasks)) {
            eprintln!("bench web: {engine}: {why}");
            std::process::exit(1);
        }
    }
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// In a city of its own, so that nothing of a smaller one is in the way.
fn measure(plan: &Plan, engine: &str, tasks: u64) -> Outcome<()> {
    let folder = TempDir::new().map_err(|error| error.to_string())?;
    // PostgreSQL runs as another user, and must be able to walk in.
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).map_err(|error| error.to_string())?;
    let cluster = match engine {
        "sqlite" => None,
        "postgres" => Some(Cluster::start(&folder.path().join("cluster"))),
        other => return Err(format!("{other} is no engine: sqlite or postgres")),
    };
    let mut served = Served::on(&folder.path().join("data"), cluster.as_ref().map(Cluster::url));
    served.build(plan.scale)?;
    let result = with_tasks(plan, engine, &mut served, tasks);
    result.map_err(|why| format!("{why}\n{}\n{}", served.log(), cluster.as_ref().map(Cluster::log).unwrap_or_default()))
}

/// One part of the table: all cells at one size of the city.
fn with_tasks(plan: &Plan, engine: &str, served: &mut Served, tasks: u64) -> Outcome<()> {
    let volumes = volume::fill(served, tasks)?;
    let started = served.start()?;
    let mut cast = Cast::gather(served)?;
    let takes = plan.requests.div_ceil(cast.volunteers.len()) * plan.connections.len();
    served.stop()?;
    volume::open_for(served, &mut cast, takes)?;
    served.start()?;
    println!("### {engine}, {volumes}\n");
    println!("| asked for | clients | CPU ms a request | of it the database | p50 ms | p99 ms | a second |");
    println!("|---|---:|---:|---:|---:|---:|---:|");
    for (turn, connections) in plan.connections.iter().enumerate() {
        for cell in Cell::ALL {
            let asks = cell.asks(&cast, plan.requests, turn)?;
            // What a process does once (pages read, plans made) is not what a request costs.
            if !cell.writes() {
                drive(served, *connections, &asks[..asks.len() / 10])?;
            }
            line(cell.name(), *connections, &drive(served, *connections, &asks)?);
        }
    }
    served.stop()?;
    let (again, memory) = rested(served, Duration::from_secs(plan.rest))?;
    println!(
        "\nexec → /readyz {:.2} s, again {:.2} s; memory {} s after: {:.1} MB\n",
        started.as_secs_f64(),
        again.as_secs_f64(),
        plan.rest,
        memory
    );
    Ok(())
}

fn rested(served: &mut Served, rest: Duration) -> Outcome<(Duration, f64)> {
    let started = served.start()?;
    std::thread::sleep(rest);
    let memory = served.memory()?;
    served.stop()?;
    Ok((started, memory))
}

#[expect(clippy::cast_precision_loss, reason = "thousands of requests")]
fn line(name: &str, connections: usize, driven: &Driven) {
    let each = |spent: Duration| spent.as_secs_f64() * 1000.0 / driven.answered as f64;
    println!(
        "| {name} | {connections} | {:.2} | {:.2} | {:.1} | {:.1} | {:.0} |",
        each(driven.spent.all()),
        each(driven.spent.database),
        driven.percentile(50),
        driven.percentile(99),
        driven.answered as f64 / driven.took.as_secs_f64()
    );
}

/// A request that must be answered with one status.
pub fn get(path: &str, token: Option<&str>) -> Ask {
    Ask { path: path.to_owned(), token: token.map(str::to_owned), key: None, expected: 200 }
}
