//! The one thread that writes to the SQLite file: jobs that wait are kept under one COMMIT, up to 64 of them.
//!
//! The first job of a group needs no savepoint: if it fails the whole transaction goes, and nothing else was in it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use futures::FutureExt as _;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::Slot;
use crate::work::{Boxed, Fault, Write};
use crate::{Error, Tx, Vault, watch};

/// How many jobs share a COMMIT at most, so that the first does not wait long for the last.
const GROUP: usize = 64;
/// How many jobs wait before a caller waits to be let in.
const WAITING: usize = 1024;

pub(crate) struct Queue {
    sender: mpsc::Sender<Message>,
    thread: std::sync::Mutex<Option<JoinHandle<()>>>,
}

enum Message {
    Job(Job),
    Stop,
}

enum Answer {
    Done(Result<Boxed, Fault>),
    Panicked(Box<dyn Any + Send>),
}

/// A write that waits for its turn or has had it.
struct Job {
    closure: Write,
    answer: Option<Answer>,
    caller: oneshot::Sender<Answer>,
}

impl Job {
    /// Nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool {
        self.caller.is_closed()
    }

    /// Runs the closure and remembers what came of it; true when it is to be kept.
    async fn run(&mut self, tx: &mut Tx) -> bool {
        let closure = &self.closure;
        let outcome = AssertUnwindSafe(watch::writing(async { closure(&mut *tx).await })).catch_unwind().await;
        let answer = match (outcome, tx.failure()) {
            (Ok(Ok(_)), Some(failure)) => Answer::Done(Err(Fault::Storage(failure))),
            (Ok(outcome), _) => Answer::Done(outcome.map_err(Fault::Said)),
            (Err(panic), _) => Answer::Panicked(panic),
        };
        let keep = matches!(answer, Answer::Done(Ok(_)));
        self.answer = Some(answer);
        keep
    }

    /// Answers the caller: with what came of the closure, or with why it could not be kept.
    fn finish(self, kept: Result<(), Error>) {
        let answer = match (kept, self.answer) {
            (Ok(()), Some(answer)) => answer,
            (Err(_), Some(Answer::Panicked(panic))) => Answer::Panicked(panic),
            (Err(error), _) => Answer::Done(Err(Fault::Storage(error))),
            (Ok(()), None) => Answer::Done(Err(Fault::Storage(Error::closed()))),
        };
        // A caller that left does not want to know.
        self.caller.send(answer).ok();
    }
}

impl Queue {
    /// Hands a closure to the writer and waits until it is durable.
    pub(crate) async fn write(&self, closure: Write) -> Result<Boxed, Fault> {
        let closed = || Fault::Storage(Error::closed());
        let (caller, answer) = oneshot::channel();
        let job = Message::Job(Job { closure, answer: None, caller });
        self.sender.send(job).await.map_err(|_| closed())?;
        match answer.await {
            Ok(Answer::Done(outcome)) => outcome,
            Ok(Answer::Panicked(panic)) => resume_unwind(panic),
            Err(_) => Err(closed()),
        }
    }

    /// Lets the jobs that were sent before finish, and takes no more.
    pub(crate) async fn stop(&self) {
        // Fails when it is stopped already.
        self.sender.send(Message::Stop).await.ok();
        let thread = self.thread.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        let Some(thread) = thread else { return };
        if !matches!(tokio::task::spawn_blocking(move || thread.join()).await, Ok(Ok(()))) {
            tracing::error!("the writer ended badly");
        }
    }
}

/// Starts the writer in a thread of its own, where it may wait for the disk. Must be called inside a Tokio runtime, for
/// the sake of what the closures use of it.
pub(crate) fn start(slot: Arc<Mutex<Slot>>, vault: Vault) -> Result<Queue, Error> {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let runtime = tokio::runtime::Handle::current();
    let work = async move {
        while let Some(Message::Job(job)) = receiver.recv().await {
            let stop = group(&mut *slot.lock().await, &vault, job, &mut receiver).await;
            if stop {
                break;
            }
        }
    };
    let thread = std::thread::Builder::new().name("sqlite-writer".into()).spawn(move || runtime.block_on(work));
    let thread = thread.map_err(|e| Error::Unreachable(format!("the writer cannot be started: {e}")))?;
    Ok(Queue { sender, thread: std::sync::Mutex::new(Some(thread)) })
}

/// Runs `first` and what waits behind it under one COMMIT. True when the queue was told to stop.
async fn group(slot: &mut Slot, vault: &Vault, mut first: Job, queue: &mut mpsc::Receiver<Message>) -> bool {
    if first.is_abandoned() {
        return false;
    }
    let mut tx = match slot.begin(vault).await {
        Ok(tx) => tx,
        Err(error) => {
            first.finish(Err(error.clone()));
            return refuse_waiting(queue, &error);
        }
    };
    if !first.run(&mut tx).await {
        slot.put_back(tx.rollback().await);
        first.finish(Ok(()));
        return false;
    }
    let mut done = vec![first];
    let mut stop = false;
    let mut broken = None;
    while done.len() < GROUP && broken.is_none() {
        match queue.try_recv() {
            Ok(Message::Job(job)) if job.is_abandoned() => {}
            Ok(Message::Job(mut job)) => {
                broken = step(&mut tx, &mut job).await.err();
                done.push(job);
            }
            Ok(Message::Stop) => {
                stop = true;
                break;
            }
            Err(_) => break,
        }
    }
    let kept = match broken {
        None => tx.commit().await.map(|conn| slot.put_back(conn)),
        Some(error) => {
            slot.put_back(tx.rollback().await);
            Err(error)
        }
    };
    if let Err(error) = &kept {
        tracing::error!(%error, jobs = done.len(), "a group of writes was not kept");
    }
    for job in done {
        job.finish(kept.clone());
    }
    stop
}

/// Gives those that wait the error that the first one got, instead of letting each wait as long for its own. True when
/// the queue was told to stop.
fn refuse_waiting(queue: &mut mpsc::Receiver<Message>, error: &Error) -> bool {
    loop {
        match queue.try_recv() {
            Ok(Message::Job(job)) => job.finish(Err(error.clone())),
            Ok(Message::Stop) => return true,
            Err(_) => return false,
        }
    }
}

/// One job between a savepoint and its release or undoing. An error means that the savepoint itself failed, so that
/// SQLite has rolled back the whole transaction (a full disk, say) and the group with it.
async fn step(tx: &mut Tx, job: &mut Job) -> Result<(), Error> {
    tx.enter().await?;
    if job.run(tx).await { tx.keep().await } else { tx.undo().await }
}
