//! Clients that ask one after another on connections that stay open, uncompressed, and wait for the whole answer.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::meter::Spent;
use crate::served::Served;

/// A request that must be answered with one status: with a key it is a write.
#[derive(Clone)]
pub struct Ask {
    pub path: String,
    pub token: Option<String>,
    pub key: Option<String>,
    pub expected: u16,
}

/// What a cell of the table is made of.
pub struct Driven {
    pub answered: usize,
    pub spent: Spent,
    pub took: Duration,
    /// From asking to the last byte, sorted.
    waits: Vec<Duration>,
}

impl Driven {
    /// In milliseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let at = (self.waits.len() * percent / 100).min(self.waits.len().saturating_sub(1));
        self.waits.get(at).map_or(0.0, |wait| wait.as_secs_f64() * 1000.0)
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().max_redirects(0).http_status_as_error(false).build().into()
}

fn send(agent: &ureq::Agent, address: &str, ask: &Ask) -> Outcome<(u16, String)> {
    let url = format!("http://{address}{}", ask.path);
    let bearer = ask.token.as_ref().map(|token| format!("Bearer {token}"));
    let sent = match &ask.key {
        Some(key) => {
            let mut request = agent.post(&url).header("Accept-Encoding", "identity").header("Idempotency-Key", key);
            if let Some(bearer) = &bearer {
                request = request.header("Authorization", bearer);
            }
            request.header("Content-Type", "application/json").send("{}")
        }
        None => {
            let mut request = agent.get(&url).header("Accept-Encoding", "identity");
            if let Some(bearer) = &bearer {
                request = request.header("Authorization", bearer);
            }
            request.call()
        }
    };
    let mut answer = sent.map_err(|error| error.to_string())?;
    let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    Ok((answer.status().as_u16(), text))
}

/// One answer, outside the measurement.
pub fn text_of(address: &str, ask: &Ask) -> Outcome<String> {
    match send(&agent(), address, ask)? {
        (status, text) if status == ask.expected => Ok(text),
        (status, text) => Err(format!("{} was answered {status}: {text}", ask.path)),
    }
}

/// Asks everything once, from as many clients, and weighs what the answers cost.
pub fn drive(served: &Served, connections: usize, asks: &[Ask]) -> Outcome<Driven> {
    let (next, waits) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(asks.len())));
    let client = || -> Outcome<()> {
        let (agent, mut mine) = (agent(), Vec::new());
        while let Some(ask) = asks.get(next.fetch_add(1, Ordering::Relaxed)) {
            let begun = Instant::now();
            let (status, text) = send(&agent, &served.address, ask)?;
            mine.push(begun.elapsed());
            if status != ask.expected {
                return Err(format!("{} was answered {status}: {text}", ask.path));
            }
        }
        waits.lock().map_err(|error| error.to_string())?.extend(mine);
        Ok(())
    };
    let (before, begun) = (served.spent()?, Instant::now());
    thread::scope(|scope| {
        let clients: Vec<_> = (0..connections).map(|_| scope.spawn(client)).collect();
        clients.into_iter().try_for_each(|client| client.join().unwrap_or_else(|_| Err("a client panicked".into())))
    })?;
    let (took, spent) = (begun.elapsed(), served.spent()? - before);
    let mut waits = waits.into_inner().map_err(|error| error.to_string())?;
    waits.sort_unstable();
    Ok(Driven { answered: waits.len(), spent, took, waits })
}
