//! People and programs who ask without pause, and take no other refusal than one in plain words and their language.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Outcome;
use crate::browser::{Browser, Drawn};
use crate::load::{Acknowledged, MATTERS, hazard, id_of};
use crate::program::Accounts;

const PATIENCE: Duration = Duration::from_secs(30);
/// What nobody outside should read.
const INSIDES: [&str; 7] = ["panicked", "sqlx", "ostgre", "57P0", ".rs:", "PoolTimedOut", "os error"];
const TITLES: [(&str, &str); 2] = [("", "系统正在忙"), ("/en", "The service is busy")];

pub struct Answer {
    /// Told that the database is away, and not served.
    pub told: bool,
    pub took: Duration,
}

/// Writes over the API, reads a page or sends a form, in one of the languages.
pub struct Asker {
    address: String,
    /// What stands before a path in the language, and how it calls the failure.
    language: (&'static str, &'static str),
    does: Does,
    agent: ureq::Agent,
    count: usize,
    acknowledged: Vec<Acknowledged>,
    /// What it was answered that nobody should be.
    pub fault: Option<String>,
}

enum Does {
    Write { token: String, name: usize },
    Read(Browser),
}

impl Asker {
    /// Two writers and two readers, one of each language.
    pub fn all(address: &str, accounts: &Accounts) -> Outcome<Vec<Asker>> {
        let mut all = Vec::new();
        for (name, language) in TITLES.into_iter().enumerate() {
            let mut browser = Browser::default();
            browser.sign_in(address, &accounts.account, &accounts.password)?;
            for does in [Does::Write { token: accounts.resident.clone(), name }, Does::Read(browser)] {
                let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).http_status_as_error(false);
                let (address, agent) = (address.to_owned(), config.build().into());
                all.push(Asker { address, language, does, agent, count: 0, acknowledged: Vec::new(), fault: None });
            }
        }
        Ok(all)
    }

    pub fn acknowledged(self) -> Vec<Acknowledged> {
        self.acknowledged
    }

    /// Asks once.
    ///
    /// # Errors
    /// The answer, when it is neither what was asked for nor a refusal in plain words.
    pub fn ask(&mut self) -> Outcome<Answer> {
        let begun = Instant::now();
        let told = match &mut self.does {
            Does::Read(browser) => {
                let path = format!("{}/me", self.language.0);
                let drawn = browser.get(&self.address, &path)?;
                is_told(&path, 200, &drawn, self.language.1)?
            }
            Does::Write { .. } => self.write()?,
        };
        Ok(Answer { told, took: begun.elapsed() })
    }

    fn write(&mut self) -> Outcome<bool> {
        let Does::Write { token, name } = &self.does else { return Err("a reader does not write".into()) };
        let (count, (before, title)) = (self.count, self.language);
        let (key, said) = (format!("recovery-{name}-{count}"), format!("{name} 号楼 {count} 单元"));
        let path = format!("{before}{MATTERS}");
        let sent = self
            .agent
            .post(format!("http://{}{path}", self.address))
            .header("Authorization", format!("Bearer {token}"))
            .header("Idempotency-Key", &key)
            .header("Content-Type", "application/json")
            .send(hazard(&said).to_string().as_bytes());
        let mut response = sent.map_err(|error| format!("{path}: {error}"))?;
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (status, kind, retry_after) = (response.status().as_u16(), header("content-type"), header("retry-after"));
        let html = response.body_mut().read_to_string().map_err(|error| format!("{path}: {error}"))?;
        let body: Value = serde_json::from_str(&html).map_err(|error| format!("{path}: {error}: {html}"))?;
        if is_told(&path, if status == 200 { 200 } else { 201 }, &Drawn { status, retry_after, html }, title)? {
            if kind.as_deref() != Some("application/problem+json") || body["code"] != "unavailable" {
                return Err(format!("{path}: a 503 of {kind:?} that says {body}"));
            }
            return Ok(true);
        }
        self.count += 1;
        self.acknowledged.push(Acknowledged { id: id_of(&body)?, said, note: None, photos: 0, key });
        Ok(false)
    }
}

/// Whether this is the 503 that it may be, and not what was asked for.
fn is_told(path: &str, good: u16, drawn: &Drawn, title: &str) -> Outcome<bool> {
    if drawn.status == good {
        return Ok(false);
    }
    let again = drawn.retry_after.as_ref().and_then(|seconds| seconds.parse::<u32>().ok());
    let leaks = INSIDES.iter().find(|word| drawn.html.contains(**word));
    if drawn.status != 503 || again.is_none_or(|seconds| seconds == 0) || !drawn.html.contains(title) || leaks.is_some()
    {
        let (status, html) = (drawn.status, &drawn.html);
        return Err(format!("{path}: answered {status}, again after {again:?}, which shows {leaks:?}: {html}"));
    }
    Ok(true)
}
