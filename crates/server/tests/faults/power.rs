//! The power is cut under load: what the embedded database did not flush is gone, or a part of it is.
//!
//! `power.c` keeps what each flush made certain. A cut kills the program and puts every file of the data back to that; of
//! what was written and not flushed, a random half of the pages stays, for a disk writes in the order it likes. A file that
//! was never flushed is gone. Not modelled: a page torn in the middle, a name that is lost although its file was flushed,
//! and a disk that breaks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use tempfile::TempDir;

use crate::program::Program;
use crate::{BESIDES, PER_KILL, story};

const CUTS: u32 = 3;
const PAGE: usize = 4096;

#[test]
fn the_power_may_be_cut() {
    // First the proof that a cut takes something away: with flushes that do nothing, acknowledged writes are lost.
    let lost = run(2, true).expect_err("a disk that lies about flushing loses what was acknowledged");
    let is_loss = ["was acknowledged as", "acknowledged matters are lost", "/notes: answered 404"]
        .iter()
        .any(|words| lost.contains(words));
    assert!(is_loss, "lost in another way than it should be: {lost}");
    println!("with flushes that do nothing: {lost}");
    let cuts = std::env::var("HELIN_POWER_CUTS").map_or(CUTS, |n| n.parse().expect("HELIN_POWER_CUTS: a number"));
    run(cuts, false).unwrap_or_else(|why| panic!("{why}"));
}

fn run(cuts: u32, lies: bool) -> Result<(), String> {
    let folder = TempDir::new().expect("a folder for the data");
    let mut program = Program::build(&folder.path().join("data"), None);
    program.power = Some(Power::new(folder.path(), lies));
    story(&mut program, None, cuts, Instant::now() + BESIDES + PER_KILL * cuts)
        .map_err(|why| if lies { why } else { format!("{why}\n{}", program.log()) })
}

/// The disk beneath a program.
pub struct Power {
    data: PathBuf,
    shadow: PathBuf,
    shim: PathBuf,
    lies: bool,
    dice: u64,
}

impl Power {
    /// `folder` holds `data`, whose present content counts as flushed.
    pub fn new(folder: &Path, lies: bool) -> Power {
        // As /proc names it.
        let folder = folder.canonicalize().expect("the folder");
        let (data, shadow, shim) = (folder.join("data"), folder.join("shadow"), folder.join("power.so"));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/power.c");
        let built =
            Command::new("gcc").args(["-shared", "-fPIC", "-O2", "-Wall", "-o"]).arg(&shim).arg(source).status();
        assert!(built.expect("gcc runs").success(), "power.c does not compile");
        for path in files(&data) {
            let to = shadow.join(path.strip_prefix(&data).expect("below"));
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(&path, to).expect("a copy");
        }
        Power { data, shadow, shim, lies, dice: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Lays the shim under a program that is about to start.
    pub fn under(&self, command: &mut Command) {
        command.env("LD_PRELOAD", &self.shim).env("POWER_DATA", &self.data).env("POWER_SHADOW", &self.shadow);
        if self.lies {
            command.env("POWER_LIES", "1");
        }
    }

    /// What the disk holds after the program was killed.
    pub fn cut(&mut self) {
        for path in files(&self.data) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name == "output.log" {
                continue;
            }
            let certain = fs::read(self.shadow.join(path.strip_prefix(&self.data).expect("below")));
            // Shared memory is no file of the disk.
            let Ok(certain) = certain.map_err(drop).and_then(|c| if name.ends_with("-shm") { Err(()) } else { Ok(c) })
            else {
                fs::remove_file(&path).expect("a file goes");
                continue;
            };
            let written = fs::read(&path).expect("a file");
            let left = self.some_of(&certain, &written);
            fs::write(&path, &left).expect("a file comes back");
            fs::write(self.shadow.join(path.strip_prefix(&self.data).expect("below")), left).expect("and is certain");
        }
    }

    /// The certain content, with a random half of the pages that were written since.
    fn some_of(&mut self, certain: &[u8], written: &[u8]) -> Vec<u8> {
        let mut left = certain.to_vec();
        for (at, page) in written.chunks(PAGE).enumerate() {
            let (from, to) = (at * PAGE, at * PAGE + page.len());
            if certain.get(from..to) == Some(page) || self.toss() {
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
    fn toss(&mut self) -> bool {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.dice.is_multiple_of(2) || self.lies
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
