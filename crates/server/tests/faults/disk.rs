//! A disk whose power may be cut: what was not flushed is gone, or a part of it is.
//!
//! `power.c` notes what each flush made certain. A cut puts the files back to that; of what was written and not flushed, a
//! random half of the pages stays, and of the names that were given, moved or taken away, a random half, for a disk writes
//! in the order it likes. Not modelled: a page torn in the middle, and a disk that breaks.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

const PAGE: usize = 4096;

/// The content of a file, whatever its name: its inode and when that was made.
type Key = String;
/// Which content each name has, below a folder.
type Names = BTreeMap<PathBuf, Key>;

/// The disk beneath a folder.
pub struct Power {
    data: PathBuf,
    shadow: PathBuf,
    shim: PathBuf,
    lies: bool,
    dice: u64,
}

impl Power {
    /// What is in `data` counts as flushed. Nobody may be writing there.
    pub fn new(data: &Path, lies: bool) -> Power {
        // As /proc names it.
        let data = data.canonicalize().expect("the folder");
        let (shadow, shim) = (data.with_extension("shadow"), data.with_extension("power.so"));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/power.c");
        let built =
            Command::new("gcc").args(["-shared", "-fPIC", "-O2", "-Wall", "-o"]).arg(&shim).arg(source).status();
        assert!(built.expect("gcc runs").success(), "power.c does not compile");
        let power = Power { data, shadow, shim, lies, dice: 0x9e37_79b9_7f4a_7c15 };
        power.all_is_certain();
        power
    }

    /// Lays the shim under a program that is about to start.
    pub fn under(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.shim).env("POWER_DATA", &self.data).env("POWER_SHADOW", &self.shadow);
        if self.lies {
            command.env("POWER_LIES", "1");
        }
    }

    fn all_is_certain(&self) {
        let _ = fs::remove_dir_all(&self.shadow);
        fs::create_dir_all(self.shadow.join("names")).expect("a folder");
        fs::create_dir_all(self.shadow.join("files")).expect("a folder");
        for (name, key) in self.present() {
            let to = self.shadow.join("names").join(&name);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            std::os::unix::fs::symlink(&key, to).expect("a name");
            fs::copy(self.data.join(name), self.shadow.join("files").join(key)).expect("a copy");
        }
        // Who writes below `data` writes here.
        let owner = format!("--reference={}", self.data.display());
        let given = Command::new("chown").args(["--recursive", "--no-dereference", &owner]).arg(&self.shadow).status();
        assert!(given.expect("chown runs").success(), "the shadow has its owner");
    }

    /// What the disk holds after everybody who writes there was killed.
    pub fn cut(&mut self) {
        let (certain, present) = (self.certain(), self.present());
        let names = self.names_left(&certain, &present);
        let named: BTreeMap<&Key, &PathBuf> = present.iter().map(|(name, key)| (key, name)).collect();
        let mut left = Vec::new();
        for (name, key) in names {
            let certain = fs::read(self.shadow.join("files").join(&key)).unwrap_or_default();
            let content = match named.get(&key) {
                Some(name) => self.some_of(certain, &fs::read(self.data.join(name)).expect("a file")),
                None => certain,
            };
            left.push((name, content));
        }
        for path in files(&self.data).iter().filter(|path| !is_log(path)) {
            fs::remove_file(path).expect("a file goes");
        }
        let owner = fs::metadata(&self.data).expect("the folder");
        for (name, content) in left {
            let path = self.data.join(name);
            fs::write(&path, content).expect("a file comes back");
            fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).expect("its mode");
            chown(&path, Some(owner.uid()), Some(owner.gid())).expect("its owner");
        }
        self.all_is_certain();
    }

    /// The flushed names, with a random half of what was given, moved or taken away since. What moved, moves whole.
    fn names_left(&mut self, certain: &Names, present: &Names) -> Names {
        let keys = |name: &PathBuf| [certain.get(name), present.get(name)];
        let all: BTreeSet<&PathBuf> = certain.keys().chain(present.keys()).collect();
        let mut changed: Vec<&PathBuf> =
            all.into_iter().filter(|name| certain.get(*name) != present.get(*name)).collect();
        let mut left = certain.clone();
        while let Some(first) = changed.pop() {
            let mut together = vec![first];
            let mut at = 0;
            while let Some(name) = together.get(at) {
                let moved: Vec<&Key> = keys(name).into_iter().flatten().collect();
                let is_moved = |name: &&PathBuf| keys(name).into_iter().flatten().any(|key| moved.contains(&key));
                let (with_it, rest) = changed.into_iter().partition(is_moved);
                together.extend::<Vec<&PathBuf>>(with_it);
                changed = rest;
                at += 1;
            }
            if self.is_lost() {
                continue;
            }
            for name in together {
                match present.get(name) {
                    Some(key) => left.insert(name.clone(), key.clone()),
                    None => left.remove(name),
                };
            }
        }
        left
    }

    /// The certain content, with a random half of the pages that were written since.
    fn some_of(&mut self, certain: Vec<u8>, written: &[u8]) -> Vec<u8> {
        let mut left = certain.clone();
        for (at, page) in written.chunks(PAGE).enumerate() {
            let (from, to) = (at * PAGE, at * PAGE + page.len());
            if certain.get(from..to) == Some(page) || self.is_lost() {
                continue;
            }
            if left.len() < to {
                left.resize(to, 0);
            }
            left[from..to].copy_from_slice(page);
        }
        left
    }

    /// xorshift: the same cuts in each run.
    fn is_lost(&mut self) -> bool {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice.is_multiple_of(2) || self.lies
    }

    fn present(&self) -> Names {
        let names = files(&self.data).into_iter().filter(|path| !is_log(path) && !is_memory(path));
        names.map(|path| (path.strip_prefix(&self.data).expect("below").to_owned(), key(&path))).collect()
    }

    fn certain(&self) -> Names {
        let names = self.shadow.join("names");
        let key = |path: &Path| fs::read_link(path).expect("a link").to_string_lossy().into_owned();
        let all = files(&names).into_iter().filter(|path| !is_log(path) && !is_memory(path));
        all.map(|path| (path.strip_prefix(&names).expect("below").to_owned(), key(&path))).collect()
    }
}

/// As `power.c` names it.
fn key(path: &Path) -> Key {
    let about = fs::metadata(path).expect("a file");
    let made = about.created().ok().and_then(|made| made.duration_since(SystemTime::UNIX_EPOCH).ok());
    let made = made.expect("the file system says when a file was made");
    format!("{}-{}-{}", about.ino(), made.as_secs(), made.subsec_nanos())
}

/// What the test itself reads afterwards.
fn is_log(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "output.log" || name == "server.log")
}

/// Shared memory, and who holds it: no files of the disk.
fn is_memory(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "postmaster.pid" || name.to_string_lossy().ends_with("-shm"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let entry = entry.expect("an entry");
        let is_folder = entry.file_type().expect("its type").is_dir();
        if is_folder { found.extend(files(&entry.path())) } else { found.push(entry.path()) }
    }
    found
}
