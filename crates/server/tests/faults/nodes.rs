//! Two nodes on one database and one folder: who asks does not notice which of them answers, and each job is done once.

use std::time::{Duration, Instant, SystemTime};

use db::{Db, Options, args};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::api::Api;
use crate::browser::Browser;
use crate::cluster::Cluster;
use crate::program::{PLACE, Program};
use crate::{Outcome, open_to_all};

/// Weeks before the test: when the nodes start, much is overdue at once.
const UNTIL: &str = "2026-10-20";

#[test]
fn two_nodes_serve_one_city() {
    let folder = TempDir::new().expect("a folder for the data");
    open_to_all(&folder);
    let cluster = Cluster::start(&folder.path().join("cluster"));
    let mut one = Program::build_until(&folder.path().join("data"), Some(cluster.url()), Some(UNTIL));
    let mut two = one.another();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    if let Err(why) = story(&runtime, &mut one, &mut two, cluster.url()) {
        panic!("{why}\n--- the programs' log ---\n{}\n{}", one.log(), cluster.log());
    }
}

fn story(runtime: &tokio::runtime::Runtime, one: &mut Program, two: &mut Program, url: &str) -> Outcome<()> {
    let deadline = Instant::now() + Duration::from_secs(240);
    let options = Options { url: url.into(), readers: 2, vault: db::testing::vault(), durable: true };
    let db = runtime.block_on(Db::open(options)).map_err(|e| e.to_string())?;
    let start = now();
    let number = |sql: &'static str| number(runtime, &db, sql, start);
    let due = number(DUE)?;
    if due < 20 {
        return Err(format!("only {due} jobs are overdue: too few to fight over"));
    }
    one.start(deadline)?;
    two.start(deadline)?;
    let accounts = one.accounts()?;
    let (at_one, at_two) = (
        Api::new(&one.address(), &accounts.resident, deadline),
        Api::new(&two.address(), &accounts.resident, deadline),
    );

    // One key at both nodes is one matter, and both show it.
    let sent = json!({ "kind": "hazard", "place": PLACE, "fields": { "category": "other", "where": "两处都报" } });
    let first = id(&at_one.post("/api/v1/matters", "both", &sent)?.body)?;
    let second = id(&at_two.post("/api/v1/matters", "both", &sent)?.body)?;
    if first != second {
        return Err(format!("one key made {first} at one node and {second} at the other"));
    }
    at_two.show(&first)?;

    // Who signs in at one is signed in at the other.
    let mut browser = Browser::default();
    browser.sign_in(&one.address(), &accounts.account, &accounts.password)?;
    for address in [one.address(), two.address()] {
        browser.sees(&address, "/me")?;
    }

    // One dies with jobs in hand; the other carries on, and takes them when the claim has run out.
    one.kill()?;
    at_two.post("/api/v1/matters", "after", &sent)?;
    browser.sees(&two.address(), "/me")?;
    while number(DUE)? > 0 {
        if Instant::now() > deadline {
            return Err(format!("{} jobs are left", number(DUE)?));
        }
        // What the dead node held, as five minutes later.
        run(runtime, &db, "UPDATE jobs_queue SET claimed_until = 0 WHERE claimed_until IS NOT NULL AND tries < 5")?;
        std::thread::sleep(Duration::from_secs(3));
    }
    let twice = number(TWICE)?;
    if twice > 0 {
        return Err(format!("{twice} events of jobs are there twice"));
    }
    two.stop(deadline)?;
    runtime.block_on(db.close());
    two.doctor()?;
    println!("{due} overdue jobs, each done once by two nodes, of which one was killed");
    Ok(())
}

const DUE: &str = "SELECT COUNT(*) FROM jobs_queue WHERE due_at <= $1 AND tries < 8";
/// What a job recorded twice within a minute about the same thing.
const TWICE: &str = "SELECT COUNT(*) FROM audit_events a JOIN audit_events b ON b.cell = a.cell AND b.subject_id = a.subject_id \
     AND b.verb = a.verb AND b.data = a.data AND b.id > a.id AND b.recorded_at - a.recorded_at < 60000 \
     WHERE a.channel = 'job' AND b.channel = 'job' AND a.recorded_at >= $1";

/// Milliseconds since 1970, UTC.
fn now() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock");
    i64::try_from(now.as_millis()).expect("a time")
}

fn number(runtime: &tokio::runtime::Runtime, db: &Db, sql: &'static str, start: i64) -> Outcome<i64> {
    let counted: Result<i64, db::Error> =
        runtime.block_on(db.read(move |tx| Box::pin(async move { tx.scalar_i64(sql, args![start]).await })));
    counted.map_err(|e| e.to_string())
}

fn run(runtime: &tokio::runtime::Runtime, db: &Db, sql: &'static str) -> Outcome<u64> {
    let done: Result<u64, db::Error> =
        runtime.block_on(db.write(move |tx| Box::pin(async move { tx.run(sql, args![]).await })));
    done.map_err(|e| e.to_string())
}

fn id(body: &Value) -> Outcome<String> {
    body["id"].as_str().map(str::to_owned).ok_or_else(|| format!("an answer without an id: {body}"))
}
