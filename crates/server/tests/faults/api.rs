//! A client of the JSON API that asks until it is answered.

use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Outcome;
use crate::program::PLACE;

/// How long one request may take before the client gives it up and asks again.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);

pub struct Api {
    agent: ureq::Agent,
    address: String,
    token: String,
    deadline: Instant,
}

/// What a write was answered, and how often it went unanswered before.
pub struct Answered {
    pub body: Value,
    pub unanswered: u32,
}

impl Api {
    pub fn new(address: &str, token: &str, deadline: Instant) -> Api {
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
        Api { agent: config.build().into(), address: address.into(), token: format!("Bearer {token}"), deadline }
    }

    /// Posts until the write is acknowledged, each time with the same key.
    pub fn post(&self, path: &str, key: &str, body: &Value) -> Outcome<Answered> {
        let url = format!("http://{}{path}", self.address);
        let mut unanswered = 0;
        loop {
            let sent = self
                .agent
                .post(&url)
                .header("Authorization", &self.token)
                .header("Idempotency-Key", key)
                .header("Content-Type", "application/json")
                .send(body.to_string().as_bytes());
            match answer(sent) {
                Ok((200 | 201, body)) => return Ok(Answered { body, unanswered }),
                other => self.again(path, other)?,
            }
            unanswered += 1;
        }
    }

    pub fn get(&self, path: &str) -> Outcome<Value> {
        let url = format!("http://{}{path}", self.address);
        loop {
            match answer(self.agent.get(&url).header("Authorization", &self.token).call()) {
                Ok((200, body)) => return Ok(body),
                other => self.again(path, other)?,
            }
        }
    }

    /// A photo.
    pub fn bytes(&self, path: &str) -> Outcome<Vec<u8>> {
        let url = format!("http://{}{path}", self.address);
        let sent = self.agent.get(&url).header("Authorization", &self.token).call();
        let mut response = sent.map_err(|error| error.to_string())?;
        if response.status() != 200 {
            return Err(format!("{path}: answered {}", response.status().as_u16()));
        }
        response.body_mut().read_to_vec().map_err(|error| error.to_string())
    }

    /// Whether to ask again: when no answer came or the program could not, not when it says no.
    fn again(&self, path: &str, answer: Outcome<(u16, Value)>) -> Outcome<()> {
        let late = Instant::now() > self.deadline;
        match answer {
            Ok((status, body)) if late || (status < 500 && status != 429) => {
                Err(format!("{path}: answered {status}: {body}"))
            }
            Err(why) if late => Err(format!("{path}: {why}")),
            _ => {
                thread::sleep(PAUSE);
                Ok(())
            }
        }
    }

    pub fn show(&self, id: &str) -> Outcome<Value> {
        self.get(&format!("/api/v1/matters/{id}"))
    }

    /// The ids of all hazards of the place, page by page.
    pub fn list(&self) -> Outcome<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        let mut path = format!("/api/v1/matters?kind=hazard&place={PLACE}");
        loop {
            let page = self.get(&path)?;
            for item in page["items"].as_array().ok_or("a list without items")? {
                let id = item["id"].as_str().ok_or("an item without an id")?;
                if !ids.insert(id.to_owned()) {
                    return Err(format!("{id} is listed twice"));
                }
            }
            let Some(next) = page["next"].as_str() else { return Ok(ids) };
            path = format!("/api/v1/matters?kind=hazard&place={PLACE}&cursor={next}");
        }
    }
}

fn answer(sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Outcome<(u16, Value)> {
    let mut response = sent.map_err(|error| error.to_string())?;
    // A body that breaks off is no acknowledgement.
    let text = response.body_mut().read_to_string().map_err(|error| error.to_string())?;
    let status = response.status().as_u16();
    match serde_json::from_str(&text) {
        Ok(body) => Ok((status, body)),
        Err(_) if status >= 400 => Ok((status, Value::String(text))),
        Err(error) => Err(error.to_string()),
    }
}
