//! What scripts/bench-solver.sh runs: one measurement, whose figures are printed on one line with tabs between them.
//! Times are CPU seconds of this process, never of the wall: other work may share the machine.

mod batch;
mod clock;
mod dropout;
mod month;
mod online;
mod rosters;
mod world;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    // Cargo adds `--bench` when it runs a bench itself.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let Some((name, rest)) = arguments.split_first() else {
        println!("a measurement for scripts/bench-solver.sh: roster FILE SEED SECONDS OUT");
        return Ok(());
    };
    let text = |at: usize| rest.get(at).map(String::as_str).ok_or_else(|| format!("{name}: argument {at} is missing"));
    let number = |at: usize| -> Result<u64, Failure> { Ok(text(at)?.parse()?) };
    match name.as_str() {
        "rows" => rosters::rows_alone(text(0)?),
        "roster" => rosters::solve(text(0)?, number(1)?, text(2)?.parse()?, text(3)?),
        "online" => online::run(text(0)?.parse()?, text(1)?.parse()?, number(2)?),
        "batch" => batch::run(text(0)?.parse()?, text(1)?.parse()?, number(2)?, text(3)?),
        "month" => month::run(number(0)?, text(1)?.parse()?),
        "dropout" => dropout::run(text(0)?, number(1)?, text(2)?),
        other => Err(format!("unknown measurement {other}").into()),
    }
}
