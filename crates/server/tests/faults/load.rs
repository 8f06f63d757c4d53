//! Clients that write without pause. Each logical write has its key, and is sent until it is acknowledged.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::album::{self, Album};
use crate::api::{Answered, Api};
use crate::program::{Accounts, PLACE};

const WRITERS: usize = 4;
/// The last one takes photos.
pub const CLIENTS: usize = WRITERS + 1;
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
    /// How many photos of it were acknowledged.
    pub photos: usize,
    pub key: String,
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
        let photos: usize = self.writes.iter().map(|write| write.photos).sum();
        write!(
            f,
            "{matters} matters, {notes} notes, {photos} photos, {interrupted} writes interrupted, {repeated} repeated"
        )
    }
}

pub struct Load {
    address: String,
    accounts: Accounts,
    deadline: Instant,
    acknowledged: AtomicUsize,
    photographed: AtomicUsize,
    ended: AtomicBool,
}

impl Load {
    pub fn new(address: String, accounts: Accounts, deadline: Instant) -> Load {
        let (acknowledged, photographed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Load { address, accounts, deadline, acknowledged, photographed, ended: AtomicBool::new(false) }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Tries again until it succeeds, or it is too late.
    pub fn until<T>(&self, mut f: impl FnMut() -> Outcome<T>) -> Outcome<T> {
        loop {
            match f() {
                Err(_) if Instant::now() < self.deadline => thread::sleep(Duration::from_millis(20)),
                done => return done,
            }
        }
    }

    pub fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
    }

    /// Waits until some more writes were acknowledged, a photo among them, so that every kill has something to lose.
    pub fn some_writes(&self, count: usize, deadline: Instant) -> Outcome<()> {
        let counts = || [&self.acknowledged, &self.photographed].map(|count| count.load(Ordering::SeqCst));
        let [writes, photos] = counts();
        while counts()[0] < writes + count || counts()[1] == photos {
            if self.ended.load(Ordering::SeqCst) || Instant::now() > deadline {
                return Err("nothing is acknowledged any more".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// One client: writes until the load ends, and says what it was told. When it is told something wrong, all end.
    pub fn client(&self, number: usize) -> Outcome<Report> {
        let wrote = if number < WRITERS { self.write(number) } else { self.photograph() };
        wrote.inspect_err(|_| self.end())
    }

    /// The client with the camera: matters, and of each as many photos as it takes.
    fn photograph(&self) -> Outcome<Report> {
        let resident = Api::new(&self.address, &self.accounts.resident, self.deadline);
        let mut album = Album::open(self)?;
        let mut report = Report::default();
        while !self.ended.load(Ordering::SeqCst) {
            let count = report.writes.len();
            let (key, said) = (format!("faults-photos-{count}"), format!("照片里的第 {count} 处"));
            let id = id_of(&resident.post(MATTERS, &key, &hazard(&said))?.body)?;
            let matter = resident.show(&id)?;
            let mut photos = 0;
            while photos < album::MOST && !self.ended.load(Ordering::SeqCst) {
                album.add(&matter)?;
                photos += 1;
                self.photographed.fetch_add(1, Ordering::SeqCst);
            }
            report.writes.push(Acknowledged { id, said, note: None, photos, key });
        }
        report.interrupted = album.interrupted;
        Ok(report)
    }

    fn write(&self, number: usize) -> Outcome<Report> {
        let resident = Api::new(&self.address, &self.accounts.resident, self.deadline);
        let desk = Api::new(&self.address, &self.accounts.desk, self.deadline);
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
            let mut write = Acknowledged { id, said, note: None, photos: 0, key };
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

pub const MATTERS: &str = "/api/v1/matters";

pub fn hazard(said: &str) -> Value {
    json!({ "kind": "hazard", "place": PLACE, "fields": { "category": "other", "where": said } })
}

pub fn id_of(body: &Value) -> Outcome<String> {
    body["id"].as_str().map(str::to_owned).ok_or_else(|| format!("an answer without an id: {body}"))
}

/// Sends an acknowledged write again: the same key gets the same answer.
fn repeat(api: &Api, path: &str, key: &str, sent: &Value, id: &str) -> Outcome<()> {
    let again = id_of(&api.post(path, key, sent)?.body)?;
    if again != id { Err(format!("{key} was acknowledged as {id} and then as {again}")) } else { Ok(()) }
}
