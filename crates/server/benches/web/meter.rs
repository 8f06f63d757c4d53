//! Processor time and memory of processes, from /proc (proc(5)).

use std::fs;
use std::ops::Sub;
use std::time::Duration;

use crate::Outcome;

/// What was spent up to a moment, or between two.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    pub program: Duration,
    /// Every process of PostgreSQL; nothing where the database is within the program.
    pub database: Duration,
}

impl Spent {
    pub fn all(self) -> Duration {
        self.program + self.database
    }
}

impl Sub for Spent {
    type Output = Spent;

    fn sub(self, before: Spent) -> Spent {
        Spent { program: self.program - before.program, database: self.database - before.database }
    }
}

/// The fields of /proc/PID/stat behind the name of the command, which may hold anything.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let behind = text.rsplit_once(')')?.1;
    // The first one is a letter, the state; the parent is the second.
    Some(behind.split_whitespace().skip(1).map(|field| field.parse().unwrap_or(0)).collect())
}

/// Linux counts user and system time in hundredths of a second towards programs, whatever the kernel's own clock.
fn ticks(count: u64) -> Duration {
    Duration::from_millis(count * 10)
}

/// Where utime, stime, cutime, cstime stand behind the state.
const TIMES: std::ops::Range<usize> = 10..14;

pub fn of_process(pid: u32) -> Outcome<Duration> {
    let fields = stat(pid).ok_or_else(|| format!("process {pid} is gone"))?;
    Ok(ticks(fields[TIMES][..2].iter().sum()))
}

/// A process, its children that live, and those that have ended.
pub fn of_family(parent: u32) -> Outcome<Duration> {
    let fields = stat(parent).ok_or_else(|| format!("process {parent} is gone"))?;
    let mut sum = ticks(fields[TIMES].iter().sum());
    for entry in fs::read_dir("/proc").map_err(|error| error.to_string())?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Some(child) = stat(pid).filter(|fields| fields[0] == u64::from(parent)) {
            sum += ticks(child[TIMES][..2].iter().sum());
        }
    }
    Ok(sum)
}

/// Resident memory, in MB of a million bytes.
pub fn memory_of(pid: u32) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).map_err(|error| error.to_string())?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse().map_err(|_| format!("VmRSS is {line}"))?;
    Ok(kib * 1024.0 / 1e6)
}
