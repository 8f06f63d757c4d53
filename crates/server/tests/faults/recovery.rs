//! The database goes away under load and comes back: meanwhile everybody is told so in plain words and their language, and
//! soon after it takes connections again so does the program.
//!
//! With `HELIN_RECOVERY` (`./dev soak recovery`) the times are held to their bounds and the round is run several times;
//! without it nothing here depends on how fast the machine is.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::asker::{Answer, Asker};
use crate::cluster::Cluster;
use crate::load::Report;
use crate::program::Program;
use crate::{Outcome, check, open_to_all};

/// From "the database takes connections again" to each asker's next success.
const RECOVERS_WITHIN: Duration = Duration::from_secs(5);
/// How long anybody waits for an answer, whatever it is: two waits for a connection, and a little.
const ANSWERS_WITHIN: Duration = Duration::from_secs(9);
const PAUSE: Duration = Duration::from_millis(5);

/// What happens to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// Ended in good order and started again at once.
    Restarted,
    /// Killed and started again at once.
    Crashed,
    /// All connections are ended; it goes on running.
    Cut,
    /// It is away until everybody was told so: its port refuses.
    Refuses,
    /// It takes connections and says nothing, until everybody was told.
    Silent,
}

const FAULTS: [Fault; 5] = [Fault::Cut, Fault::Restarted, Fault::Crashed, Fault::Refuses, Fault::Silent];

/// What the askers have met so far.
#[derive(Default)]
struct Met {
    answers: Mutex<Vec<(usize, Instant, Answer)>>,
    ended: AtomicBool,
}

impl Met {
    /// Waits until every asker got such an answer that it asked for after `since`; when the last of them got it.
    fn all(&self, askers: usize, told: bool, since: Instant, by: Instant) -> Outcome<Instant> {
        loop {
            let mut first = BTreeMap::new();
            for (asker, at, answer) in self.answers.lock().expect("the answers").iter() {
                if answer.told == told && *at - answer.took >= since {
                    first.entry(*asker).or_insert(*at);
                }
            }
            if first.len() == askers {
                return Ok(*first.values().max().expect("an asker"));
            }
            if self.ended.load(Ordering::SeqCst) || Instant::now() > by {
                return Err(format!("after {:?} only {:?} of {askers} got an answer", since.elapsed(), first.keys()));
            }
            thread::sleep(PAUSE);
        }
    }
}

#[test]
fn everybody_is_told_while_the_database_is_away() {
    let rounds = std::env::var("HELIN_RECOVERY").ok().map(|n| n.parse::<u32>().expect("HELIN_RECOVERY: a number"));
    let folder = TempDir::new().expect("a folder for the data");
    open_to_all(&folder);
    let mut cluster = Cluster::start(&folder.path().join("cluster"));
    let mut program = Program::build(&folder.path().join("data"), Some(cluster.url()));
    if let Err(why) = story(&mut program, &mut cluster, rounds) {
        panic!("{why}\n--- the program's log ---\n{}\n{}", program.log(), cluster.log());
    }
}

fn story(program: &mut Program, cluster: &mut Cluster, rounds: Option<u32>) -> Outcome<()> {
    let deadline = Instant::now() + Duration::from_secs(120) * (1 + rounds.unwrap_or(1));
    program.start(deadline)?;
    let accounts = program.accounts()?;
    let address = program.address();
    let api = crate::api::Api::new(&address, &accounts.desk, deadline);
    let before = api.list()?;
    let mut askers = Asker::all(&address, &accounts)?;
    let (met, mut slowest) = (Met::default(), BTreeMap::new());
    let done = thread::scope(|scope| {
        let count = askers.len();
        for (number, asker) in askers.iter_mut().enumerate() {
            let met = &met;
            scope.spawn(move || ask(number, asker, met));
        }
        let done: Outcome<()> = (0..rounds.unwrap_or(1)).try_for_each(|_| {
            FAULTS.iter().try_for_each(|fault| {
                met.all(count, false, Instant::now(), deadline)?;
                let again = strike(*fault, cluster, &met, count, deadline)?;
                let took = met.all(count, false, again, deadline)? - again;
                let slowest = slowest.entry(*fault).or_insert(Duration::ZERO);
                *slowest = took.max(*slowest);
                Ok(())
            })
        });
        met.ended.store(true, Ordering::SeqCst);
        done
    });
    let faults: Vec<String> = askers.iter_mut().filter_map(|asker| asker.fault.take()).collect();
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    done?;
    let writes = askers.into_iter().flat_map(Asker::acknowledged).collect();
    check(&api, &before, &Report { writes, ..Report::default() })?;
    program.stop(deadline)?;
    program.doctor()?;
    tell(&met, &slowest, rounds.is_some())
}

fn ask(number: usize, asker: &mut Asker, met: &Met) {
    while !met.ended.load(Ordering::SeqCst) {
        match asker.ask() {
            Ok(answer) => {
                let told = answer.told;
                met.answers.lock().expect("the answers").push((number, Instant::now(), answer));
                if told {
                    thread::sleep(PAUSE);
                }
            }
            Err(why) => {
                asker.fault = Some(why);
                met.ended.store(true, Ordering::SeqCst);
            }
        }
    }
}

/// Lets it happen; since when the database takes connections again.
fn strike(fault: Fault, cluster: &mut Cluster, met: &Met, askers: usize, by: Instant) -> Outcome<Instant> {
    let begun = Instant::now();
    match fault {
        Fault::Cut => {
            cluster.cut();
            return Ok(Instant::now());
        }
        Fault::Silent => {
            cluster.hold();
            let told = met.all(askers, true, begun, by);
            cluster.go_on();
            told?;
            return takes_connections(cluster, by);
        }
        Fault::Crashed => cluster.crash(),
        Fault::Restarted | Fault::Refuses => cluster.halt(),
    }
    if fault == Fault::Refuses {
        met.all(askers, true, begun, by)?;
    }
    thread::scope(|scope| {
        let again = scope.spawn(|| takes_connections(cluster, by));
        cluster.restart();
        again.join().map_err(|_| "the watch of the port panicked".to_owned())?
    })
}

/// Since when somebody who connects is let in.
fn takes_connections(cluster: &Cluster, by: Instant) -> Outcome<Instant> {
    while lets_in(cluster.port()).is_none() {
        if Instant::now() > by {
            return Err("the database does not come back".into());
        }
        thread::sleep(PAUSE);
    }
    Ok(Instant::now())
}

/// Says hello as PostgreSQL's protocol has it; `R` lets in, anything else does not.
fn lets_in(port: u16) -> Option<()> {
    /// Its length, the version 3.0, and who wants what.
    const HELLO: &[u8; 41] = b"\0\0\0\x29\0\x03\0\0user\0postgres\0database\0postgres\0\0";
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(1))).ok()?;
    stream.write_all(HELLO).ok()?;
    let mut first = [0];
    stream.read_exact(&mut first).ok()?;
    stream.write_all(b"X\0\0\0\x04").ok()?;
    (first == *b"R").then_some(())
}

fn tell(met: &Met, slowest: &BTreeMap<Fault, Duration>, bound: bool) -> Outcome<()> {
    let answers = met.answers.lock().expect("the answers");
    let longest = answers.iter().map(|(.., answer)| answer.took).max().unwrap_or_default();
    let told = answers.iter().filter(|(.., answer)| answer.told).count();
    for (fault, took) in slowest {
        println!("{fault:?}: everybody was served again after {} ms at the latest", took.as_millis());
    }
    println!("{} answers, {told} of them 503; the longest took {} ms", answers.len(), longest.as_millis());
    if bound && slowest.values().any(|took| *took > RECOVERS_WITHIN) {
        return Err(format!("somebody was not served within {RECOVERS_WITHIN:?}"));
    }
    if bound && longest > ANSWERS_WITHIN {
        return Err(format!("an answer took longer than {ANSWERS_WITHIN:?}"));
    }
    Ok(())
}
