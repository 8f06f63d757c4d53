//! The program is killed again and again under a write load, and so is PostgreSQL beneath it. What was acknowledged is
//! there afterwards, once and whole, and `helin doctor` is content.
//!
//! Short by default; `HELIN_FAULTS_KILLS` says how often it is killed (docs/testing.md, `./dev soak faults`).

#![expect(clippy::disallowed_methods, reason = "real processes are killed and waited for in real time")]

mod album;
mod api;
mod asker;
mod browser;
mod cluster;
mod disk;
mod load;
mod nodes;
mod power;
mod program;
mod recovery;

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::api::Api;
use crate::cluster::Cluster;
use crate::load::{Acknowledged, Load, Report};
use crate::program::Program;

const KILLS: u32 = 4;
/// What one kill may take with the restart after it, and what everything else may take, on a machine that is busy.
const PER_KILL: Duration = Duration::from_secs(30);
const BESIDES: Duration = Duration::from_secs(60);

type Outcome<T> = Result<T, String>;

#[test]
fn the_program_may_be_killed_on_sqlite() {
    run(false);
}

#[test]
fn the_program_and_the_server_may_be_killed_on_postgres() {
    run(true);
}

fn run(on_postgres: bool) {
    let kills = std::env::var("HELIN_FAULTS_KILLS").map_or(KILLS, |n| n.parse().expect("HELIN_FAULTS_KILLS: a number"));
    let folder = TempDir::new().expect("a folder for the data");
    open_to_all(&folder);
    let mut cluster = on_postgres.then(|| Cluster::start(&folder.path().join("cluster")));
    let mut program = Program::build(&folder.path().join("data"), cluster.as_ref().map(Cluster::url));
    let deadline = Instant::now() + BESIDES + PER_KILL * kills;
    if let Err(why) = story(&mut program, cluster.as_mut(), kills, deadline) {
        let server = cluster.as_ref().map(Cluster::log).unwrap_or_default();
        panic!("{why}\n--- the program's log ---\n{}\n{server}", program.log());
    }
}

/// PostgreSQL runs as another user when the test runs as root, and must be able to walk in.
fn open_to_all(folder: &TempDir) {
    std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).expect("the folder can be entered");
}

fn story(program: &mut Program, cluster: Option<&mut Cluster>, kills: u32, deadline: Instant) -> Outcome<()> {
    program.start(deadline)?;
    let accounts = program.accounts()?;
    let api = Api::new(&program.address(), &accounts.desk, deadline);
    let before = api.list()?;

    let load = Load::new(program.address(), accounts, deadline);
    let report = under(&load, || killing(program, cluster, &load, kills, deadline))?;

    check(&api, &before, &report)?;
    let photos = report.writes.iter().map(|write| write.photos).max();
    if report.writes.len() < kills as usize || photos == Some(0) || report.interrupted == 0 {
        return Err(format!("the load was too thin to prove anything: {report}"));
    }
    program.stop(deadline)?;
    program.doctor()?;
    println!("{kills} kills: {report}");
    Ok(())
}

/// Runs `f` while the clients write. They finish what they have begun when it ends, however it ends.
fn under(load: &Load, f: impl FnOnce() -> Outcome<()>) -> Outcome<Report> {
    thread::scope(|scope| {
        let clients: Vec<_> = (0..load::CLIENTS).map(|number| scope.spawn(move || load.client(number))).collect();
        let ending = Ending(load);
        let done = f();
        drop(ending);
        let mut report = Report::default();
        let mut failed = done.err();
        for client in clients {
            match client.join().map_err(|_| "a client panicked".to_owned()).and_then(|wrote| wrote) {
                Ok(wrote) => report.add(wrote),
                Err(why) => failed = Some(failed.map_or(why.clone(), |first| format!("{first}\n{why}"))),
            }
        }
        failed.map_or(Ok(report), Err)
    })
}

/// Ends the load when it goes, also in a panic: the scope waits for the clients.
struct Ending<'a>(&'a Load);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// What is killed in a round.
#[derive(Clone, Copy, PartialEq)]
enum Victim {
    Program,
    Server,
    Both,
}

fn killing(
    program: &mut Program,
    mut cluster: Option<&mut Cluster>,
    load: &Load,
    kills: u32,
    by: Instant,
) -> Outcome<()> {
    for round in 0..kills {
        load.some_writes(5, by)?;
        // The blow falls at another point of the work each time.
        thread::sleep(Duration::from_millis(u64::from(round * 37 % 150)));
        let victim = match (&cluster, round % 3) {
            (None, _) | (_, 0) => Victim::Program,
            (_, 1) => Victim::Server,
            _ => Victim::Both,
        };
        if victim != Victim::Server {
            program.kill()?;
        }
        if let Some(cluster) = cluster.as_mut().filter(|_| victim != Victim::Program) {
            cluster.crash();
            cluster.restart();
        }
        if victim == Victim::Server {
            // The program lives, and finds its database again by itself.
            program.ready(by)?;
        } else {
            program.start(by)?;
        }
    }
    load.some_writes(5, by)
}

/// Every acknowledged write is there as it was sent, and nothing else is.
fn check(api: &Api, before: &BTreeSet<String>, report: &Report) -> Outcome<()> {
    let acknowledged: BTreeSet<&String> = report.writes.iter().map(|write| &write.id).collect();
    if acknowledged.len() != report.writes.len() {
        return Err("two writes were acknowledged as the same matter".into());
    }
    let now = api.list()?;
    let new: BTreeSet<&String> = now.difference(before).collect();
    let lost: Vec<_> = acknowledged.difference(&new).collect();
    let unasked: Vec<_> = new.difference(&acknowledged).collect();
    if !lost.is_empty() || !unasked.is_empty() {
        let (lost_count, doubled) = (lost.len(), unasked.len());
        return Err(format!(
            "{lost_count} acknowledged matters are lost {lost:?}, {doubled} are there that no answer named {unasked:?}"
        ));
    }
    report.writes.iter().try_for_each(|write| whole(api, write))
}

fn whole(api: &Api, write: &Acknowledged) -> Outcome<()> {
    let matter = api.show(&write.id)?;
    let said = matter["fields"]["where"][0].as_str();
    if said != Some(&write.said) {
        return Err(format!("{} says {said:?} instead of {:?}", write.id, write.said));
    }
    let events = matter["timeline"].as_array().ok_or("a matter without a timeline")?;
    let count = |verb: &str| events.iter().filter(|event| event["verb"] == verb).count();
    let (raised, notes) = (count("matters.raised"), count("matters.noted"));
    if raised != 1 || notes != usize::from(write.note.is_some()) + write.photos {
        return Err(format!("{}: raised {raised} times, noted {notes} times; sent: {write:?}", write.id));
    }
    if write.photos > 0 {
        album::whole(api, &write.id, write.photos)?;
    }
    match &write.note {
        Some(note) if !events.iter().any(|event| event["data"].to_string().contains(note)) => {
            Err(format!("{}: the note {note:?} is not in {events:?}", write.id))
        }
        _ => Ok(()),
    }
}
