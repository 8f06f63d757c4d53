//! `./dev bench made-up`: plants made-up hours in invented cities, one a seed, and says which were held for review, and
//! how many honest hours were delayed. Nothing here depends on time: the same arguments give the same tables.

use std::error::Error;

use app::city::Settings;
use app::core::Clock;
use rules::dispatch::DispatchSettings;
use rules::service::anomaly::AnomalyRules;
use sim::made_up::{Cheats, Kind, Line, Report, Trial, measure};
use sim::{Hands, Plan, dice};

const SCALE: f64 = 0.1;
const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

fn main() -> Result<(), Box<dyn Error>> {
    let (mut scale, mut seeds, mut trial) = (SCALE, SEEDS.to_vec(), Trial::default());
    let mut rules = AnomalyRules::default();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--scale" => scale = value()?.parse()?,
            "--seeds" => seeds = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
            "--found-out" => trial.found_out = value()?.parse()?,
            "--with-care" => trial.with_care = true,
            "--cliques" => trial.cliques = value()?.parse()?,
            "--anomalies" => rules = AnomalyRules::parse(&std::fs::read_to_string(value()?)?)?,
            // Given by cargo.
            "--bench" => {}
            other => {
                return Err(format!(
                    "unknown option {other}: --scale 0.1 --seeds 1,2,3,4,5 --found-out 0.8 --with-care --cliques 4 --anomalies FILE"
                )
                .into());
            }
        }
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let reports = seeds.iter().map(|seed| {
        let report = runtime.block_on(city((*seed, scale), trial, rules.clone()))?;
        eprintln!("seed {seed}: {:?}", report.refusals);
        Ok(report)
    });
    let reports: Vec<Report> = reports.collect::<Result<_, Box<dyn Error>>>()?;
    println!("scale {scale}, seeds {seeds:?}, {trial:?}");
    print(&seeds, &reports);
    Ok(())
}

async fn city((seed, scale): (u64, f64), trial: Trial, anomalies: AnomalyRules) -> Result<Report, Box<dyn Error>> {
    let (db, _guard) = db::testing::fresh(db::Engine::Sqlite, app::migrations::STEPS).await;
    let until = "2026-09-15T16:00:00+08:00".parse()?;
    let hands = Hands::at(until);
    let clock: Box<dyn Clock> = Box::new(hands.clone());
    let app = app::testing::app_with(db.clone(), clock, dice(seed));
    let dispatch =
        DispatchSettings::parse("dispatch.toml", sim::DISPATCH).map_err(|findings| format!("{findings:?}"))?;
    app.replace_city(app.city().with_settings(Settings { anomalies, dispatch, ..app.city().settings.clone() }));
    let plan = Plan { scale, seed, until };
    let report = measure(&app, &hands, (&plan, trial), &mut |_| {}).await.map_err(|stop| format!("{stop:?}"))?;
    db.close().await;
    Ok(report)
}

fn row(name: &str, lines: &[Line]) {
    let cells: Vec<String> =
        lines.iter().map(|line| format!("{} of {} ({:.1} %)", line.held, line.records, line.percent())).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

type Which = fn(Kind, Cheats) -> bool;

/// The sums of the report, and of which records.
const SUMS: [(&str, Which); 8] = [
    ("**honest, of volunteers who made nothing up**", |kind, cheats| !kind.is_made_up() && cheats != Cheats::Volunteer),
    ("… and whoever typed it neither", |kind, cheats| !kind.is_made_up() && cheats == Cheats::Nobody),
    ("… typed by who made others up", |kind, cheats| !kind.is_made_up() && cheats == Cheats::Recorder),
    ("**honest, of volunteers who made others up**", |kind, cheats| !kind.is_made_up() && cheats == Cheats::Volunteer),
    ("**honest, all**", |kind, _| !kind.is_made_up()),
    ("**made up in a hurry, all**", |kind, _| kind.is_made_up() && !kind.is_careful()),
    ("**made up with care, all**", |kind, _| kind.is_careful()),
    ("**made up, all**", |kind, _| kind.is_made_up()),
];

fn head(what: &str, seeds: &[u64]) {
    let heads: Vec<String> = seeds.iter().map(|seed| format!("seed {seed}")).collect();
    println!("\n| {what} | {} |", heads.join(" | "));
    println!("| --- |{}", " --- |".repeat(seeds.len()));
}

fn print(seeds: &[u64], reports: &[Report]) {
    head("held of confirmed records (share of their minutes)", seeds);
    for kind in Kind::ALL {
        let lines: Vec<Line> = reports.iter().map(|r| r.sum(|k, _| k == kind)).collect();
        row(&format!("{}{}", if kind.is_made_up() { "made up: " } else { "" }, kind.name()), &lines);
    }
    for (name, is) in SUMS {
        let lines: Vec<Line> = reports.iter().map(|r| r.sum(is)).collect();
        row(name, &lines);
    }
    head("held: found false / cleared / undecided at the end", seeds);
    for (name, is) in SUMS {
        let lines = reports.iter().map(|r| r.sum(is));
        let cells: Vec<String> =
            lines.map(|line| format!("{} / {} / {}", line.upheld, line.cleared, line.undecided())).collect();
        println!("| {name} | {} |", cells.join(" | "));
    }
    head("appealed of what was found false / overturned", seeds);
    let cells: Vec<String> =
        reports.iter().map(|r| format!("{} / {}", r.appeals.asked, r.appeals.overturned)).collect();
    println!("| the last fifteen working days | {} |", cells.join(" | "));
    head("sign, on held records: made up / honest", seeds);
    let mut signs: Vec<&String> = reports.iter().flat_map(|r| r.signs.keys()).collect();
    signs.sort_unstable();
    signs.dedup();
    for sign in signs {
        let cells = reports.iter().map(|r| r.signs.get(sign).copied().unwrap_or_default());
        let cells: Vec<String> = cells.map(|(made_up, honest)| format!("{made_up} / {honest}")).collect();
        println!("| {sign} | {} |", cells.join(" | "));
    }
}
