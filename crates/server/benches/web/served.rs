//! The program under measurement, as whoever runs it has it: built for release, on data of its own.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use db::{Db, Options, Secrets, Vault};
use serde_json::Value;

use crate::meter::{self, Spent};
use crate::{Outcome, get};

const PATIENCE: Duration = Duration::from_secs(60);

pub struct Served {
    pub data: PathBuf,
    pub database: Option<String>,
    pub address: String,
    child: Option<Child>,
}

impl Served {
    pub fn on(data: &Path, database: Option<&str>) -> Served {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).map_or(18_080, |a| a.port());
        Served {
            data: data.into(),
            database: database.map(str::to_owned),
            address: format!("127.0.0.1:{port}"),
            child: None,
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_helin"));
        command.args(args).arg("--data").arg(&self.data).env_remove("DATABASE_URL");
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database);
        }
        command
    }

    fn log_file(&self) -> Outcome<File> {
        let path = self.data.join("output.log");
        OpenOptions::new().create(true).append(true).open(path).map_err(|error| error.to_string())
    }

    /// The end of what it said.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.data.join("output.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    pub fn build(&self, scale: f64) -> Outcome<()> {
        std::fs::create_dir_all(&self.data).map_err(|error| error.to_string())?;
        let scale = scale.to_string();
        let mut demo = self.command(&["demo", "--build-only", "--scale", &scale, "--listen", &self.address]);
        let built = demo.stdout(self.log_file()?).stderr(self.log_file()?).status();
        if built.map_err(|error| error.to_string())?.success() { Ok(()) } else { Err("no city was built".into()) }
    }

    /// From its start to the first time it says that it is ready.
    pub fn start(&mut self) -> Outcome<Duration> {
        let address = self.address.clone();
        let mut serve = self.command(&["serve", "--listen", &address]);
        serve.stdout(self.log_file()?).stderr(self.log_file()?);
        let begun = Instant::now();
        let child = self.child.insert(serve.spawn().map_err(|error| error.to_string())?);
        let agent: ureq::Agent = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).build().into();
        let url = format!("http://{address}/readyz");
        while agent.get(&url).call().is_err() {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                return Err(format!("the program ended by itself: {status}"));
            }
            if begun.elapsed() > PATIENCE {
                return Err("the program does not become ready".into());
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(begun.elapsed())
    }

    /// Ends it in good order.
    pub fn stop(&mut self) -> Outcome<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        told.and_then(|_| child.wait()).map_err(|error| error.to_string())?;
        Ok(())
    }

    fn pid(&self) -> Outcome<u32> {
        Ok(self.child.as_ref().ok_or("the program does not run")?.id())
    }

    pub fn memory(&self) -> Outcome<f64> {
        meter::memory_of(self.pid()?)
    }

    pub fn spent(&self) -> Outcome<Spent> {
        let program = meter::of_process(self.pid()?)?;
        let database = self.postmaster().map(meter::of_family).transpose()?.unwrap_or_default();
        Ok(Spent { program, database })
    }

    /// The first process of the cluster beside the data; its file says which.
    fn postmaster(&self) -> Option<u32> {
        self.database.as_ref()?;
        let file = self.data.parent()?.join("cluster/data/postmaster.pid");
        std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
    }

    /// The database, while the program rests.
    pub async fn database(&self) -> Outcome<Db> {
        let secrets = Secrets::load_or_create(&self.data.join("helin.key")).map_err(|error| error.to_string())?;
        let url = self.database.clone().unwrap_or_else(|| db::embedded(&self.data.join("helin.db")));
        let options = Options { url, readers: 0, vault: Vault::new(secrets), durable: true };
        Db::open(options).await.map_err(|error| error.to_string())
    }

    /// What somebody of the demo has, by role: their token, say.
    pub fn account(&self, role: &str, what: &str) -> Outcome<String> {
        let text = std::fs::read(self.data.join("demo-accounts.json")).map_err(|error| error.to_string())?;
        let accounts: Vec<Value> = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let found = accounts.iter().find(|account| account["role"] == role).and_then(|account| account[what].as_str());
        found.map(str::to_owned).ok_or_else(|| format!("the demo has no {what} of a {role}"))
    }

    /// A token of whoever has this phone.
    pub fn token(&self, phone: &str) -> Outcome<String> {
        let said = self.command(&["token", "--phone", phone]).output().map_err(|error| error.to_string())?;
        let token = String::from_utf8_lossy(&said.stdout).trim().to_owned();
        if token.is_empty() { Err(String::from_utf8_lossy(&said.stderr).into_owned()) } else { Ok(token) }
    }

    /// A call of the API outside the measurement.
    pub fn call(&self, path: &str, token: &str, body: Option<&Value>) -> Outcome<Value> {
        let url = format!("http://{}{path}", self.address);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let bearer = format!("Bearer {token}");
        let answer = match body {
            Some(body) => agent
                .post(&url)
                .header("Authorization", &bearer)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", &fresh_key())
                .send(body.to_string()),
            None => agent.get(&url).header("Authorization", &bearer).call(),
        };
        let mut answer = answer.map_err(|error| error.to_string())?;
        let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("{path} was answered {}: {text}", answer.status()));
        }
        serde_json::from_str(&text).map_err(|error| error.to_string())
    }

    /// A page, outside the measurement.
    pub fn page(&self, path: &str, token: &str) -> Outcome<String> {
        crate::asking::text_of(&self.address, &get(path, Some(token)))
    }
}

/// Nothing outside the measurement is sent twice.
fn fresh_key() -> String {
    static MADE: AtomicU64 = AtomicU64::new(0);
    format!("bench-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.stop();
    }
}
