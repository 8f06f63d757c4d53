//! The list of what is in a backup, and the ways to the disk and back.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use data_encoding::HEXLOWER;
use db::{Step, Vault};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::private;

/// Raised when an older program could not read it.
pub const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const SEAL: &str = "manifest.sha256";

#[derive(Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The program that made it.
    pub version: String,
    /// RFC 3339, UTC.
    pub made_at: String,
    pub engine: String,
    pub steps: Vec<Step>,
    /// Says whether a key is the city's, without saying anything about the key.
    pub key_mark: String,
    pub with_key: bool,
    pub tables: Vec<Table>,
    pub files: Vec<Part>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub rows: u64,
    #[serde(flatten)]
    pub part: Part,
}

/// One file of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

impl Manifest {
    /// Writes it as the last thing: a folder without it is no backup.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        let mark = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        for (name, text) in [(MANIFEST, text), (SEAL, format!("{mark}  {MANIFEST}\n"))] {
            let mut file = private::new_file(&folder.join(name)).with_context(|| format!("cannot write {name}"))?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
        }
        Ok(())
    }

    /// Reads it, and says in plain words when it is not what it was.
    pub fn read(folder: &Path) -> Result<Manifest> {
        let text = fs::read_to_string(folder.join(MANIFEST))
            .with_context(|| format!("{} is no backup: it holds no {MANIFEST}", folder.display()))?;
        let seal = fs::read_to_string(folder.join(SEAL)).with_context(|| format!("{SEAL} is missing"))?;
        let mark = HEXLOWER.encode(&Sha256::digest(text.as_bytes()));
        ensure!(seal.starts_with(&mark), "{MANIFEST} was changed or damaged after it was written");
        let format = serde_json::from_str::<serde_json::Value>(&text)?["format"].as_u64();
        if format != Some(u64::from(FORMAT)) {
            bail!("this backup has a format that this program does not know: use a newer helin");
        }
        serde_json::from_str(&text).with_context(|| format!("{MANIFEST} cannot be read"))
    }

    /// Every part of it.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.tables.iter().map(|table| &table.part).chain(&self.files)
    }

    /// Holds every part against its mark.
    pub fn check(&self, folder: &Path) -> Result<()> {
        for part in self.parts() {
            let inside = Path::new(&part.path).components().all(|c| matches!(c, Component::Normal(_)));
            ensure!(inside, "{} lies outside the backup", part.path);
            let file = File::open(folder.join(&part.path)).with_context(|| format!("{} is missing", part.path))?;
            let (bytes, sha256) = copy(file, io::sink()).with_context(|| format!("cannot read {}", part.path))?;
            ensure!((bytes, &sha256) == (part.bytes, &part.sha256), "{} was changed or damaged", part.path);
        }
        Ok(())
    }
}

/// What only the city's own key gives.
pub fn key_mark(vault: &Vault) -> String {
    HEXLOWER.encode(&vault.lookup("backup", "1"))
}

/// Copies all of it, and says how much it was and its SHA-256.
pub fn copy(mut from: impl Read, mut to: impl Write) -> io::Result<(u64, String)> {
    let (mut hash, mut bytes, mut buffer) = (Sha256::new(), 0, vec![0; 64 * 1024]);
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok((bytes, HEXLOWER.encode(&hash.finalize())));
        }
        hash.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        bytes += read as u64;
    }
}

/// Copies a file to where there is none yet, to the disk: the whole of it or nothing.
pub fn copy_file(from: File, to: &Path) -> Result<(u64, String)> {
    let folder = to.parent().context("a file lies in a folder")?;
    private::folder(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut file = private::new_file(to).with_context(|| format!("cannot write {}", to.display()))?;
    let copied = copy(from, &mut file).and_then(|copied| file.sync_all().map(|()| copied));
    if copied.is_err() {
        fs::remove_file(to).ok();
    }
    copied.with_context(|| format!("cannot write {}", to.display()))
}

/// The files below a folder, by their path from there; nothing when it is not there.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(at) = folders.pop() {
        let entries = match fs::read_dir(&at) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", at.display())),
        };
        for entry in entries {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path().strip_prefix(folder)?.to_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Makes the names in a folder, and in those below it, last.
pub fn sync_folders(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all().with_context(|| format!("cannot flush {}", folder.display()))
}
