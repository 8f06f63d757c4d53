//! What cargo knows: packages, licences, what lies beneath a crate. Reads the lock file as it is, without the network.

use std::process::Command;

use serde_json::Value;

use crate::pure::Beneath;
use crate::tree::root;

/// A package of the build for this machine's kind of system.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    pub name: String,
    pub version: String,
    /// The SPDX expression; `None` when the package names a file instead.
    pub licence: Option<String>,
    /// `None` for the crates of this workspace.
    pub source: Option<String>,
}

/// Runs cargo with `arguments` in the root of the repository.
///
/// # Panics
/// When cargo fails: then the lock file is stale or a package was never fetched.
fn cargo(arguments: &[&str]) -> String {
    let program = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(program).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "cargo {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

fn metadata() -> Value {
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let text = cargo(&["metadata", "--format-version", "1", "--locked", "--filter-platform", &host]);
    serde_json::from_str(&text).expect("cargo writes JSON")
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// Every package that a build, a test or a build script of this workspace uses.
pub fn packages() -> Vec<Package> {
    let metadata = metadata();
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let used: Vec<&Value> = nodes.iter().map(|node| &node["id"]).collect();
    let packages = metadata["packages"].as_array().expect("packages");
    packages
        .iter()
        .filter(|package| used.contains(&&package["id"]))
        .map(|package| Package {
            name: text(&package["name"]).expect("a name"),
            version: text(&package["version"]).expect("a version"),
            licence: text(&package["license"]),
            source: text(&package["source"]),
        })
        .collect()
}

/// The crates of this workspace, each with the crates of ours that it depends on, tests' dependencies aside.
pub fn workspace_crates() -> Vec<(String, Vec<String>)> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages");
    let ours: Vec<&Value> = packages.iter().filter(|p| p["source"].is_null()).collect();
    let names: Vec<String> = ours.iter().filter_map(|p| text(&p["name"])).collect();
    let dependencies = |package: &Value| {
        let all = package["dependencies"].as_array().expect("dependencies").iter();
        let normal = all.filter(|d| d["kind"] != "dev").filter_map(|d| text(&d["name"]));
        normal.filter(|name| names.contains(name)).collect()
    };
    ours.iter().map(|package| (text(&package["name"]).expect("a name"), dependencies(package))).collect()
}

/// What lies beneath a crate when it is built alone: `cargo metadata` would add the features that its neighbours want.
pub fn beneath(name: &str) -> Vec<Beneath> {
    let tree = cargo(&["tree", "--locked", "-p", name, "-e", "normal", "--prefix", "none", "--format", "{p}|{f}"]);
    tree.lines()
        .map(|line| {
            let (package, features) = line.split_once('|').unwrap_or((line, ""));
            let features = features.trim_end_matches(" (*)").split(',').filter(|f| !f.is_empty());
            Beneath {
                name: package.split(' ').next().unwrap_or_default().to_owned(),
                features: features.map(str::to_owned).collect(),
            }
        })
        .collect()
}
