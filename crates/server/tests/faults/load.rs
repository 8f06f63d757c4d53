//! Clients that write without pause. Each logical write has its key, and is sent until it is acknowledged.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::api::{Answered, Api};
use crate::program::{Accounts, PLACE};

pub const CLIENTS: usize = 4;
/// Every so many writes the client plays deaf: the answer came, was lost on the way, and the write is sent once more.
const DEAF: usize = 3;
/// Every so many writes have a note after them.
const NOTED: usize = 2;

/// A matter whose id came back, and the note that was acknowledged after it.
#[derive(Debug)]
pub struct Acknowledged {
    pub id: String,
    pub said: String,
    pub note: Option<String>,
    key: String,
}

#[derive(Default)]
pub struct Report {
    pub writes: Vec<Acknowledged>,
    /// Writes that went unanswered at least once.
    pub interrupted: usize,
    /// Acknowledged writes that were sent again.
    pub repeated: usize,
}

impl Report {
    pub fn add(&mut self, other: Report) {
        self.writes.extend(other.writes);
        self.interrupted += other.interrupted;
        self.repeated += other.repeated;
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let notes = self.writes.iter().filter(|write| write.note.is_some()).count();
        let (matters, interrupted, repeated) = (self.writes.len(), self.interrupted, self.repeated);
        write!(f, "{matters} matters, {notes} notes, {interrupted} writes interrupted, {repeated} repeated")
    }
}

pub struct Load {
    address: String,
    resident: String,
    desk: String,
    deadline: Instant,
    acknowledged: AtomicUsize,
    ended: AtomicBool,
}

impl Load {
    pub fn new(address: String, accounts: &Accounts, deadline: Instant) -> Load {
        let (resident, desk) = (accounts.resident.clone(), accounts.desk.clone());
        Load { address, resident, desk, deadline, acknowledged: AtomicUsize::new(0), ended: AtomicBool::new(false) }
    }

    pub fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// Waits until some more writes were acknowledged, so that every kill has something to lose.
    pub fn some_writes(&self, count: usize, deadline: Instant) -> Outcome<()> {
        let until = self.acknowledged.load(Ordering::SeqCst) + count;
        while self.acknowledged.load(Ordering::SeqCst) < until {
            if self.ended.load(Ordering::SeqCst) || Instant::now() > deadline {
                return Err("nothing is acknowledged any more".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// One client: writes until the load ends, and says what it was told. When it is told something wrong, all end.
    pub fn client(&self, number: usize) -> Outcome<Report> {
        self.write(number).inspect_err(|_| self.end())
    }

    fn write(&self, number: usize) -> Outcome<Report> {
        let resident = Api::new(&self.address, &self.resident, self.deadline);
        let desk = Api::new(&self.address, &self.desk, self.deadline);
        let mut report = Report::default();
        while !self.ended.load(Ordering::SeqCst) {
            let count = report.writes.len();
            let key = format!("faults-{number}-{count}");
            let (said, note) =
                (format!("{number} 号楼 {count} 单元门口"), format!("{number} 号楼第 {count} 件，已去看过"));
            let sent = hazard(&said);
            let Answered { body, unanswered } = resident.post(MATTERS, &key, &sent)?;
            self.acknowledged.fetch_add(1, Ordering::SeqCst);
            let id = id_of(&body)?;
            if unanswered > 0 {
                // The program died under this one; the one before was acknowledged by its former life.
                report.interrupted += 1;
                if let Some(before) = report.writes.last() {
                    repeat(&resident, MATTERS, &before.key, &hazard(&before.said), &before.id)?;
                    report.repeated += 1;
                }
            }
            if count.is_multiple_of(DEAF) {
                repeat(&resident, MATTERS, &key, &sent, &id)?;
                report.repeated += 1;
            }
            let mut write = Acknowledged { id, said, note: None, key };
            if count.is_multiple_of(NOTED) {
                self.note(&desk, &mut report, &write, &note)?;
                write.note = Some(note);
            }
            report.writes.push(write);
        }
        Ok(report)
    }

    fn note(&self, desk: &Api, report: &mut Report, write: &Acknowledged, note: &str) -> Outcome<()> {
        let (path, key) = (format!("{MATTERS}/{}/notes", write.id), format!("{}-note", write.key));
        let sent = json!({ "text": note });
        let answered = desk.post(&path, &key, &sent)?;
        self.acknowledged.fetch_add(1, Ordering::SeqCst);
        report.interrupted += usize::from(answered.unanswered > 0);
        repeat(desk, &path, &key, &sent, &write.id)?;
        report.repeated += 1;
        Ok(())
    }
}

const MATTERS: &str = "/api/v1/matters";

fn hazard(said: &str) -> Value {
    json!({ "kind": "hazard", "place": PLACE, "fields": { "category": "other", "where": said } })
}

fn id_of(body: &Value) -> Outcome<String> {
    body["id"].as_str().map(str::to_owned).ok_or_else(|| format!("an answer without an id: {body}"))
}

/// Sends an acknowledged write again: the same key gets the same answer.
fn repeat(api: &Api, path: &str, key: &str, sent: &Value, id: &str) -> Outcome<()> {
    let again = id_of(&api.post(path, key, sent)?.body)?;
    if again != id { Err(format!("{key} was acknowledged as {id} and then as {again}")) } else { Ok(()) }
}
