//! `helin restore`: into an empty place only, and checked before it says done.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use app::migrations::STEPS;
use clap::Args;
use db::{Db, Migration, Secrets, Vault};
use flate2::read::GzDecoder;

use super::manifest::{self, Manifest};
use super::{BESIDE, KEY};
use crate::doctor;
use crate::ground::Ground;
use crate::naming::counted;

#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    ground: Ground,
    /// The folder that `helin backup` made.
    from: PathBuf,
    /// The city's helin.key, when it is neither in the backup nor in the folder of the data yet.
    #[arg(long)]
    key: Option<PathBuf>,
}

impl Restore {
    pub async fn run(self) -> Result<ExitCode> {
        let manifest = Manifest::read(&self.from)?;
        let findings = restore(&self.ground, &manifest, &self.from, self.key.as_deref()).await?;
        let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
        let (rows, files) = (counted(rows, "row", "rows"), counted(manifest.files.len(), "file", "files"));
        println!("{} of {}: {rows}, {files}", self.from.display(), manifest.made_at);
        for finding in &findings {
            println!("the doctor found: {finding}");
        }
        match findings.len() {
            0 => println!("restored and checked."),
            found => println!(
                "restored whole, and the doctor is not content ({}): `helin doctor --repair` says what to do. A city is not \
                 served with kinds or settings that cannot be used.",
                counted(found, "finding", "findings")
            ),
        }
        println!("Whoever was erased after {} must be erased again:", manifest.made_at);
        println!("`helin erased --again LIST` names them, by the newest list that `helin erased` printed before");
        Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Puts a backup into an empty place, brings its schema up to this program, and says what the doctor finds. One that fails takes
/// away what it has made, so that it can be tried again, and nothing that was there before.
pub async fn restore(ground: &Ground, manifest: &Manifest, from: &Path, key: Option<&Path>) -> Result<Vec<String>> {
    known(manifest)?;
    manifest.check(from).context("nothing was restored")?;
    for beside in BESIDE {
        let there = manifest::below(&ground.data.join(beside))?;
        ensure!(there.is_empty(), "{}/{beside} is not empty: restore into an empty place", ground.data.display());
    }
    ensure!(
        ground.database_url.is_some() || !ground.file().exists(),
        "{} is there already: restore into an empty place",
        ground.file().display()
    );
    let made = missing(&ground.data);
    let done = with_key(ground, manifest, from, key).await;
    if done.is_err() {
        // While they are empty; somebody else may have laid a file there meanwhile.
        for folder in &made {
            fs::remove_dir(folder).ok();
        }
    }
    done
}

/// The folder of the data and those above it that are not there yet, the innermost first.
fn missing(data: &Path) -> Vec<PathBuf> {
    let folders = data.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists());
    folders.map(Path::to_path_buf).collect()
}

async fn with_key(ground: &Ground, manifest: &Manifest, from: &Path, key: Option<&Path>) -> Result<Vec<String>> {
    let is_new = secrets(ground, manifest, from, key)?;
    let done = with_database(ground, manifest, from).await;
    if done.is_err() && is_new {
        fs::remove_file(ground.data.join(KEY)).ok();
    }
    done
}

async fn with_database(ground: &Ground, manifest: &Manifest, from: &Path) -> Result<Vec<String>> {
    let db = ground.open_any(true).await?;
    let put = put(ground, &db, manifest, from).await;
    db.close().await;
    if put.is_err() {
        take_back(ground, manifest);
    }
    put
}

async fn put(ground: &Ground, db: &Db, manifest: &Manifest, from: &Path) -> Result<Vec<String>> {
    ensure!(is_empty(db, manifest).await?, "this database is not empty: restore into an empty one");
    // The rows come last, all at once: a restore that is cut short leaves a database without a city.
    for part in manifest.files.iter().filter(|part| part.path != KEY) {
        let file = File::open(from.join(&part.path))?;
        let (_, sha256) = manifest::copy_file(file, &ground.data.join(&part.path))?;
        ensure!(sha256 == part.sha256, "{} changed while it was restored", part.path);
    }
    manifest::sync_folders(&ground.data)?;
    load(db, manifest, from).await?;
    db.migrate(STEPS).await?;
    db.checkpoint().await?;
    doctor::sound(ground, db).await
}

/// Without a schema, or as an attempt that was cut short has left it.
async fn is_empty(db: &Db, manifest: &Manifest) -> Result<bool> {
    if db.pending(STEPS).await?.len() == STEPS.len() {
        return Ok(true);
    }
    Ok(db.steps(STEPS).await? == manifest.steps && doctor::count(db, "SELECT COUNT(*) FROM places_places").await? == 0)
}

/// The steps of the backup, when this program knows all of them.
fn known(manifest: &Manifest) -> Result<&'static [Migration]> {
    let Manifest { version, steps, .. } = manifest;
    for (at, step) in steps.iter().enumerate() {
        match STEPS.get(at) {
            Some(known) if step.is(known) => {}
            Some(known) if known.name == step.name => {
                bail!("step {} of this backup's schema is not the one this program knows", step.name)
            }
            _ => bail!(
                "this backup was made by a newer helin ({version}): its schema has {}, which this program ({}) does not \
                 know. Restore it with helin {version} or newer",
                step.name,
                env!("CARGO_PKG_VERSION")
            ),
        }
    }
    Ok(&STEPS[..steps.len()])
}

/// Fills an empty database with the schema and the rows of a backup, and counts them again.
pub async fn load(db: &Db, manifest: &Manifest, from: &Path) -> Result<()> {
    let steps = known(manifest)?;
    db.migrate(steps).await?;
    let mut loader = db.loader(steps).await?;
    for table in &manifest.tables {
        let file = File::open(from.join(&table.part.path))?;
        let mut lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
        let heading = lines.next().with_context(|| format!("{} is empty", table.part.path))??;
        loader.table(&table.name, &heading).await?;
        let mut rows = 0;
        for line in lines {
            loader.row(&line?).await?;
            rows += 1;
        }
        ensure!(rows == table.rows, "{} has {rows} rows instead of {}", table.name, table.rows);
    }
    loader.finish().await?;
    for table in &manifest.tables {
        let there = doctor::count(db, &format!("SELECT COUNT(*) FROM {}", table.name)).await?;
        ensure!(u64::try_from(there) == Ok(table.rows), "{there} rows of {} arrived, not {}", table.name, table.rows);
    }
    Ok(())
}

/// Sees to it that the city's key lies in the folder of the data; true when it was put there now.
fn secrets(ground: &Ground, manifest: &Manifest, from: &Path, key: Option<&Path>) -> Result<bool> {
    let place = ground.data.join(KEY);
    let source = match key {
        Some(key) => key.to_owned(),
        None if place.exists() => place.clone(),
        None if manifest.with_key => from.join(KEY),
        None => bail!(
            "helin.key is not in this backup: say where it is with --key, or lay it into {} first",
            ground.data.display()
        ),
    };
    let text = fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let vault = Vault::new(Secrets::from_hex(&text).with_context(|| source.display().to_string())?);
    ensure!(manifest::key_mark(&vault) == manifest.key_mark, "{} is the key of another city", source.display());
    if source == place {
        return Ok(false);
    }
    manifest::copy_file(File::open(&source)?, &place)?;
    Ok(true)
}

/// Takes away the files and the database of a restore that failed. A database of a server stays: its rows were undone, its
/// tables are empty.
fn take_back(ground: &Ground, manifest: &Manifest) {
    for part in manifest.files.iter().filter(|part| part.path != KEY) {
        let file = ground.data.join(&part.path);
        fs::remove_file(&file).ok();
        // The folders it was put into go while they are empty; somebody else may have laid a file there meanwhile.
        for folder in file.ancestors().skip(1).take_while(|folder| *folder != ground.data) {
            fs::remove_dir(folder).ok();
        }
    }
    if ground.database_url.is_none() {
        for file in [ground.file(), ground.file().with_extension("db-wal"), ground.file().with_extension("db-shm")] {
            fs::remove_file(file).ok();
        }
    }
}
