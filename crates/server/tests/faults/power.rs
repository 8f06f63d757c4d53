//! The power is cut under load: what was not flushed is gone, or a part of it is, on either engine and of the photos.

use std::process::Command;
use std::time::Instant;

use tempfile::TempDir;

use crate::cluster::Cluster;
use crate::disk::Power;
use crate::program::Program;
use crate::{BESIDES, PER_KILL, open_to_all, story};

const CUTS: u32 = 3;

/// What a load says that misses something acknowledged, and not another thing.
const LOST_WRITES: &[&str] =
    &["was acknowledged as", "acknowledged matters are lost", ": answered 404", "answered 303 to"];
const LOST_PHOTOS: &[&str] = &["/photos/fil_"];

/// Under whom the disk says "flushed" and does nothing.
#[derive(Clone, Copy, PartialEq)]
enum Lies {
    Never,
    UnderProgram,
    UnderServer,
}

#[test]
fn the_power_may_be_cut_on_sqlite() {
    let city = City::build(false);
    city.notices(2, Lies::UnderProgram, LOST_WRITES);
    city.survives();
}

#[test]
fn the_power_may_be_cut_on_postgres() {
    let city = City::build(true);
    city.notices(2, Lies::UnderServer, LOST_WRITES);
    // What the program keeps itself beside PostgreSQL are photos.
    city.notices(1, Lies::UnderProgram, LOST_PHOTOS);
    city.survives();
}

/// A city at rest, of which each run has a copy.
struct City {
    folder: TempDir,
    cluster: Option<Cluster>,
}

impl City {
    fn build(on_postgres: bool) -> City {
        let folder = TempDir::new().expect("a folder for the data");
        open_to_all(&folder);
        let cluster = on_postgres.then(|| Cluster::that_flushes(&folder.path().join("cluster")));
        Program::build(&folder.path().join("data"), cluster.as_ref().map(Cluster::url));
        cluster.iter().for_each(Cluster::stop);
        City { folder, cluster }
    }

    /// Proves that a cut takes something away: with flushes that do nothing, what was acknowledged is lost.
    fn notices(&self, cuts: u32, lies: Lies, words: &[&str]) {
        let lost = self.run(cuts, lies).expect_err("a disk that lies about flushing loses what was acknowledged");
        let line = lost.lines().find(|line| words.iter().any(|words| line.contains(words)));
        println!("with flushes that do nothing: {}", line.unwrap_or_else(|| panic!("lost in another way: {lost}")));
    }

    fn survives(&self) {
        let cuts = std::env::var("HELIN_POWER_CUTS").map_or(CUTS, |n| n.parse().expect("HELIN_POWER_CUTS: a number"));
        self.run(cuts, Lies::Never).unwrap_or_else(|why| panic!("{why}"));
    }

    fn run(&self, cuts: u32, lies: Lies) -> Result<(), String> {
        let folder = TempDir::new().expect("a folder for the data");
        open_to_all(&folder);
        let copied = Command::new("cp").arg("--archive").arg(self.folder.path().join(".")).arg(folder.path()).status();
        assert!(copied.expect("cp runs").success(), "the city is copied");
        let (data, place) = (folder.path().join("data"), folder.path().join("cluster"));
        let mut cluster = self.cluster.is_some().then(|| {
            let disk = Power::new(&place.join("data"), lies == Lies::UnderServer);
            Cluster::above(&place, disk)
        });
        let mut program = Program::on(&data, cluster.as_ref().map(Cluster::url));
        program.power = Some(Power::new(&data, lies == Lies::UnderProgram));
        story(&mut program, cluster.as_mut(), cuts, Instant::now() + BESIDES + PER_KILL * cuts).map_err(|why| {
            let server = cluster.as_ref().map(Cluster::log).unwrap_or_default();
            if lies == Lies::Never { format!("{why}\n{}\n{server}", program.log()) } else { why }
        })
    }
}
