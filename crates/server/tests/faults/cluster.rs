//! A PostgreSQL cluster of the test's own: the shared one serves other tests and must live.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::disk::Power;

pub struct Cluster {
    folder: PathBuf,
    url: String,
    flushes: bool,
    /// The disk beneath it.
    power: Option<Power>,
}

impl Cluster {
    pub fn start(folder: &Path) -> Cluster {
        Cluster::made(folder, false, None)
    }

    /// One that waits for the disk, as in service, and puts its log away in small pieces.
    pub fn that_flushes(folder: &Path) -> Cluster {
        Cluster::made(folder, true, None)
    }

    /// One that is there already, on a disk whose power may be cut.
    pub fn above(folder: &Path, disk: Power) -> Cluster {
        Cluster::made(folder, true, Some(disk))
    }

    fn made(folder: &Path, flushes: bool, power: Option<Power>) -> Cluster {
        let mut cluster = Cluster { folder: folder.into(), url: String::new(), flushes, power };
        cluster.url = cluster.script("start");
        cluster
    }

    pub fn stop(&self) {
        self.script("stop");
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn port(&self) -> u16 {
        let port = self.url.rsplit([':', '/']).nth(1).and_then(|port| port.parse().ok());
        port.expect("an address with a port")
    }

    /// As /proc names it.
    fn data(&self) -> PathBuf {
        self.folder.join("data").canonicalize().expect("its folder")
    }

    /// `kill -9` for the postmaster, whose children notice and go; on a disk that forgets the power is cut for all of them.
    pub fn crash(&mut self) {
        let data = self.data();
        let Some(power) = &mut self.power else {
            self.script("crash");
            return;
        };
        while signal_all("KILL", &data, |_| true) > 0 {
            thread::sleep(Duration::from_millis(20));
        }
        power.cut();
    }

    /// Ends it in good order, whoever is connected.
    pub fn halt(&self) {
        self.script("halt");
    }

    /// Ends every connection.
    pub fn cut(&self) {
        self.script("cut");
    }

    /// Its connections end, and whoever connects waits for the first word until [`Cluster::go_on`].
    pub fn hold(&self) {
        self.signal_postmaster("STOP");
        let sessions = |process: &Path| {
            let title = std::fs::read_to_string(process.join("cmdline")).unwrap_or_default();
            title.starts_with("postgres: postgres postgres")
        };
        signal_all("TERM", &self.data(), sessions);
    }

    pub fn go_on(&self) {
        self.signal_postmaster("CONT");
    }

    fn signal_postmaster(&self, signal: &str) {
        let lock = std::fs::read_to_string(self.data().join("postmaster.pid")).expect("a server that runs");
        let id = lock.lines().next().expect("its number");
        let told = Command::new("kill").args([&format!("-{signal}"), id]).status().expect("kill runs");
        assert!(told.success(), "the postmaster is not there");
    }

    /// Starts it on the same data and port; it replays its log.
    pub fn restart(&self) {
        let url = self.script("start");
        assert_eq!(url, self.url, "the cluster came back elsewhere");
    }

    /// The end of what the server said.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.data().join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        format!("--- PostgreSQL's log ---\n{}", lines[lines.len().saturating_sub(40)..].join("\n"))
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres.sh"));
        command.arg(verb).arg(&self.folder);
        if self.flushes {
            command.env("POSTGRES_FLUSHES", "yes");
        }
        if let Some(power) = &self.power {
            power.under(&mut command);
        }
        command
    }

    fn script(&self, verb: &str) -> String {
        let output = self.command(verb).output().expect("scripts/postgres.sh runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "postgres.sh {verb}: {said} (./dev test installs PostgreSQL)");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

/// Sends a signal to the processes that work in this folder, as all of PostgreSQL's do in their data; how many there were.
fn signal_all(signal: &str, folder: &Path, which: impl Fn(&Path) -> bool) -> usize {
    let processes = std::fs::read_dir("/proc").expect("/proc").filter_map(Result::ok).map(|entry| entry.path());
    let here = processes.filter(|process| std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == folder));
    let ids: Vec<_> = here.filter(|process| which(process)).filter_map(|p| p.file_name().map(OsString::from)).collect();
    if !ids.is_empty() {
        // One of them may just have gone.
        let _ = Command::new("kill").arg(format!("-{signal}")).args(&ids).output();
    }
    ids.len()
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Not `script`, which panics: this may run while a panic is on its way.
        let _ = self.command("remove").status();
    }
}
