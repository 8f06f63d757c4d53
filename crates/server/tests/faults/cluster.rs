//! A PostgreSQL cluster of the test's own: the shared one serves other tests and must live.

use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Cluster {
    folder: PathBuf,
    url: String,
}

impl Cluster {
    pub fn start(folder: &Path) -> Cluster {
        let url = script("start", folder);
        Cluster { folder: folder.into(), url }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// `kill -9` for the postmaster; its children notice and go.
    pub fn crash(&self) {
        script("crash", &self.folder);
    }

    /// Starts it on the same data and port; it replays its log.
    pub fn restart(&self) {
        let url = script("start", &self.folder);
        assert_eq!(url, self.url, "the cluster came back elsewhere");
    }

    /// The end of what the server said.
    pub fn log(&self) -> String {
        let text = std::fs::read_to_string(self.folder.join("data/server.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        format!("--- PostgreSQL's log ---\n{}", lines[lines.len().saturating_sub(40)..].join("\n"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Not `script`, which panics: this may run while a panic is on its way.
        let _ = command("remove", &self.folder).status();
    }
}

fn command(verb: &str, folder: &Path) -> Command {
    let mut command = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/postgres.sh"));
    command.arg(verb).arg(folder);
    command
}

fn script(verb: &str, folder: &Path) -> String {
    let output = command(verb, folder).output().expect("scripts/postgres.sh runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "postgres.sh {verb}: {said} (./dev test installs PostgreSQL)");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
