//! The real program as a child process on data that outlives it.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU16, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::Outcome;
use crate::disk::Power;

/// 黄楼社区, where the demo's people live.
pub const PLACE: &str = "371722003003";

/// The tokens of two people of the demo.
pub struct Accounts {
    pub resident: String,
    /// A community worker, who sees the place's matters and notes what was done.
    pub desk: String,
    /// With these the community worker signs in.
    pub account: String,
    pub password: String,
}

pub struct Program {
    data: PathBuf,
    database: Option<String>,
    port: u16,
    child: Option<Child>,
    /// The disk whose power goes when the program is killed.
    pub power: Option<Power>,
}

impl Program {
    /// Builds a small invented city for it to serve.
    pub fn build(data: &Path, database: Option<&str>) -> Program {
        Program::build_until(data, database, None)
    }

    /// A city whose story ended on a day.
    pub fn build_until(data: &Path, database: Option<&str>, until: Option<&str>) -> Program {
        let program = Program::on(data, database);
        let address = program.address();
        let mut demo = vec!["demo", "--build-only", "--scale", "0.01", "--listen", &address];
        demo.extend(until.map(|day| ["--until", day]).into_iter().flatten());
        let built = program.command(&demo).status().expect("the program runs");
        assert!(built.success(), "the demo was not built:\n{}", program.log());
        program
    }

    /// On data that is there, or will be.
    pub fn on(data: &Path, database: Option<&str>) -> Program {
        std::fs::create_dir_all(data).expect("the folder of the data");
        Program {
            data: data.into(),
            database: database.map(str::to_owned),
            port: free_port(),
            child: None,
            power: None,
        }
    }

    /// One more node on the same data.
    pub fn another(&self) -> Program {
        Program::on(&self.data, self.database.as_deref())
    }

    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_helin"));
        command.args(args).arg("--data").arg(&self.data);
        command.env("HELIN_LOG", "warn,sqlx=warn").env_remove("DATABASE_URL");
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database);
        }
        command.stdout(self.log_file()).stderr(self.log_file());
        command
    }

    fn log_path(&self) -> PathBuf {
        self.data.join("output.log")
    }

    fn log_file(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.log_path()).expect("the log of the program")
    }

    /// The end of everything it has said, over all its lives.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(80)..].join("\n")
    }

    pub fn accounts(&self) -> Outcome<Accounts> {
        let text = std::fs::read(self.data.join("demo-accounts.json")).map_err(|error| error.to_string())?;
        let accounts: Vec<Value> = serde_json::from_slice(&text).map_err(|error| error.to_string())?;
        let of = |role: &str, what: &str| {
            let account = accounts.iter().find(|account| account["role"] == role);
            let found = account.and_then(|account| account[what].as_str());
            found.map(str::to_owned).ok_or_else(|| format!("the demo has no {what} of a {role}"))
        };
        let desk = |what| of("community_worker", what);
        Ok(Accounts {
            resident: of("resident", "token")?,
            desk: desk("token")?,
            account: desk("account")?,
            password: desk("password")?,
        })
    }

    /// Starts it on what its former life left, and waits until it is ready.
    pub fn start(&mut self, deadline: Instant) -> Outcome<()> {
        let address = self.address();
        let mut serve = self.command(&["serve", "--listen", &address]);
        if let Some(power) = &self.power {
            power.under(&mut serve);
        }
        self.child = Some(serve.spawn().map_err(|error| error.to_string())?);
        self.ready(deadline)
    }

    /// Waits until it says that it is ready; fails when it ends instead.
    pub fn ready(&mut self, deadline: Instant) -> Outcome<()> {
        let agent: ureq::Agent =
            ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).build().into();
        let url = format!("http://{}/readyz", self.address());
        while agent.get(&url).call().is_err() {
            let child = self.child.as_mut().ok_or("the program does not run")?;
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                return Err(format!("the program ended by itself: {status}"));
            }
            if Instant::now() > deadline {
                return Err("the program does not become ready".into());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// `kill -9`: no handler, no flush, no goodbye.
    pub fn kill(&mut self) -> Outcome<()> {
        let mut child = self.child.take().ok_or("the program does not run")?;
        child.kill().and_then(|()| child.wait()).map(drop).map_err(|error| error.to_string())?;
        if let Some(power) = &mut self.power {
            power.cut();
        }
        Ok(())
    }

    /// Ends it in good order.
    pub fn stop(&mut self, deadline: Instant) -> Outcome<()> {
        let child = self.child.as_mut().ok_or("the program does not run")?;
        let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        told.map_err(|error| error.to_string())?;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if Instant::now() > deadline {
                return Err("the program does not stop".into());
            }
            thread::sleep(Duration::from_millis(20));
        };
        self.child = None;
        good(status, "the program did not end well")
    }

    /// `helin doctor`; what it finds is in the log.
    pub fn doctor(&self) -> Outcome<()> {
        let status = self.command(&["doctor"]).status().map_err(|error| error.to_string())?;
        good(status, "the doctor is not content")
    }
}

fn good(status: ExitStatus, otherwise: &str) -> Outcome<()> {
    if status.success() { Ok(()) } else { Err(format!("{otherwise}: {status}")) }
}

impl Drop for Program {
    fn drop(&mut self) {
        if self.child.is_some() {
            let _ = self.kill();
        }
    }
}

/// A port that nobody listens on. Below those that the system gives to outgoing connections: a client that tries a dead
/// program's port again and again could else be given that very port, and the program could not have it back.
fn free_port() -> u16 {
    /// The tests of this process ask at the same time, and none of them listens yet.
    static ASKED: AtomicU16 = AtomicU16::new(0);
    let first = u16::try_from(std::process::id() % 4000).unwrap_or(0);
    std::iter::repeat_with(|| 11_000 + first + ASKED.fetch_add(1, Ordering::SeqCst) % 4000)
        .take(4000)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}
