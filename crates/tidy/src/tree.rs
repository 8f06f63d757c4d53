//! The files of the repository, and what a lint says about them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

/// A text file; its path is relative to the root of the repository, with `/`.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        Source { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the file holds only tests: Rust's `tests/` and `benches/` folders, files named for tests, browser tests.
    pub fn is_test(&self) -> bool {
        let in_folder = |name: &str| self.path.split('/').any(|part| part == name);
        in_folder("tests") || in_folder("benches") || in_folder("testing") || in_folder("e2e") || {
            matches!(self.file_name(), "tests.rs" | "testing.rs") || self.file_name().ends_with("_tests.rs")
        }
    }
}

/// A place that breaks a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    pub path: String,
    /// From 1; 0 when it is about the whole file.
    pub line: usize,
    pub what: String,
}

impl Finding {
    pub fn new(source: &Source, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: source.path.clone(), line, what: what.into() }
    }

    pub fn of_path(path: &str, what: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line: 0, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("crates/tidy lies two below the root").to_owned()
}

/// All files below `folder` (relative to the root) whose names end with one of `extensions`, in order of their paths.
/// A folder that does not exist has no files.
///
/// # Panics
/// When a file cannot be read or is not UTF-8.
pub fn read(folder: &str, extensions: &[&str]) -> Vec<Source> {
    let root = root();
    let mut paths = Vec::new();
    collect(&root.join(folder), extensions, &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let relative = path.strip_prefix(&root).expect("found below the root");
            Source { path: relative.to_string_lossy().replace('\\', "/"), text }
        })
        .collect()
}

fn collect(folder: &Path, extensions: &[&str], into: &mut Vec<PathBuf>) {
    const NOT_OURS: [&str; 4] = ["target", "node_modules", ".git", "vendor"];
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if !NOT_OURS.iter().any(|skipped| name.to_string_lossy() == *skipped) {
                collect(&path, extensions, into);
            }
        } else if path.extension().is_some_and(|e| extensions.iter().any(|wanted| e.to_string_lossy() == *wanted)) {
            into.push(path);
        }
    }
}
