//! Cities that older programs made (`old/make.sh`) are opened by this one: the schema is brought up, the doctor is content,
//! and every role has its pages; on PostgreSQL too, where they go by a backup.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::browser::Browser;
use crate::cluster::Cluster;
use crate::program::Program;
use crate::{Outcome, open_to_all};

/// What whoever works here opens first.
const PAGES: [&str; 4] = ["/", "/me", "/report", "/places"];

#[test]
fn an_old_city_opens_on_either_engine() {
    let olds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/old");
    let mut found = 0;
    for entry in fs::read_dir(olds).expect("the folder of old cities") {
        let old = entry.expect("an entry").path();
        if old.is_dir() {
            found += 1;
            opens(&old).unwrap_or_else(|why| panic!("{}: {why}", old.display()));
        }
    }
    assert!(found > 0, "there is no old city");
}

fn opens(old: &Path) -> Outcome<()> {
    let folder = TempDir::new().map_err(|e| e.to_string())?;
    open_to_all(&folder);
    let data = folder.path().join("data");
    fs::create_dir(&data).map_err(|e| e.to_string())?;
    let unpacked =
        Command::new("gzip").args(["-dc"]).arg(old.join("helin.db.gz")).output().map_err(|e| e.to_string())?;
    fs::write(data.join("helin.db"), unpacked.stdout).map_err(|e| e.to_string())?;
    for file in ["helin.key", "demo-accounts.json"] {
        fs::copy(old.join(file), data.join(file)).map_err(|e| e.to_string())?;
    }

    // The backup is made of the old schema, as before an update.
    let to = folder.path().join("backup");
    let mut program = Program::on(&data, None);
    let backup = program.does(&["backup", &to.display().to_string(), "--with-key"]);
    let lived = backup.and_then(|()| program.does(&["migrate"])).and_then(|()| lives(&mut program, &data));
    lived.map_err(|why| format!("{why}\n{}", program.log()))?;

    let cluster = Cluster::start(&folder.path().join("cluster"));
    let mut moved = Program::on(&folder.path().join("moved"), Some(cluster.url()));
    let restored = moved.does(&["restore", &to.display().to_string()]);
    restored.and_then(|()| lives(&mut moved, &data)).map_err(|why| format!("moved: {why}\n{}", moved.log()))
}

fn lives(program: &mut Program, accounts: &Path) -> Outcome<()> {
    let deadline = Instant::now() + Duration::from_secs(120);
    program.doctor()?;
    program.start(deadline)?;
    let text = fs::read(accounts.join("demo-accounts.json")).map_err(|e| e.to_string())?;
    let accounts: Vec<Value> = serde_json::from_slice(&text).map_err(|e| e.to_string())?;
    let mut roles = Vec::new();
    for account in &accounts {
        let (Some(name), Some(password)) = (account["account"].as_str(), account["password"].as_str()) else {
            continue;
        };
        let role = account["role"].as_str().unwrap_or_default();
        if roles.contains(&role) {
            continue;
        }
        roles.push(role);
        let mut browser = Browser::default();
        browser.sign_in(&program.address(), name, password).map_err(|why| format!("{role}: {why}"))?;
        for page in PAGES {
            browser.sees(&program.address(), page).map_err(|why| format!("{role}: {why}"))?;
        }
    }
    if roles.len() < 4 {
        return Err(format!("only {roles:?} could sign in"));
    }
    program.stop(deadline)
}
