//! `helin backup`: while the site serves or not.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use app::migrations::STEPS;
use clap::Args;
use data_encoding::HEXLOWER;
use db::{Db, Options};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use super::manifest::{self, FORMAT, Manifest, Part, Table};
use super::{BESIDE, KEY, restore};
use crate::ground::{Ground, system_now};
use crate::naming::counted;
use crate::{doctor, private};

#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    ground: Ground,
    /// The folder to make; it must not be there yet.
    to: PathBuf,
    /// Puts helin.key in as well: whoever has the backup can then read everything.
    #[arg(long)]
    with_key: bool,
}

impl Backup {
    pub async fn run(self) -> Result<ExitCode> {
        let Backup { ground, to, with_key } = self;
        let db = ground.open_existing().await?;
        let made = make(&ground, &db, &to, with_key).await;
        db.close().await;
        let Made { manifest, findings } = made?;
        let rows: u64 = manifest.tables.iter().map(|table| table.rows).sum();
        let tables = counted(manifest.tables.len(), "table", "tables");
        let (rows, files) = (counted(rows, "row", "rows"), counted(manifest.files.len(), "file", "files"));
        println!("{}: {tables}, {rows}, {files}", to.display());
        if with_key {
            println!("WARNING: helin.key is in it. Whoever has this folder can read every protected field.");
        } else {
            println!("helin.key is not in it: keep it elsewhere. Without it protected fields cannot be read again.");
        }
        for finding in &findings {
            println!("the doctor found in the copy, as in the city: {finding}");
        }
        Ok(match findings.len() {
            0 => {
                println!("read back and checked");
                ExitCode::SUCCESS
            }
            found => {
                let found = counted(found, "finding", "findings");
                println!("read back: it is whole, and the doctor is not content ({found}, as in the city)");
                ExitCode::FAILURE
            }
        })
    }
}

pub struct Made {
    pub manifest: Manifest,
    /// What the doctor says of the copy.
    pub findings: Vec<String>,
}

/// Makes a backup beside its place, reads it back, and moves it there.
pub async fn make(ground: &Ground, db: &Db, to: &Path, with_key: bool) -> Result<Made> {
    ensure!(!to.exists(), "{} is there already: a backup is made in a new folder", to.display());
    let mut name = to.file_name().context("say which folder to make")?.to_owned();
    name.push(".unfinished");
    let unfinished = to.with_file_name(name);
    if let Some(around) = to.parent() {
        private::folder(around).with_context(|| format!("cannot make {}", around.display()))?;
    }
    // Another attempt may be filling it: only what was made here is taken away again.
    private::new_folder(&unfinished).with_context(|| {
        format!("cannot make {}: an attempt that was cut short may have left it, then remove it", unfinished.display())
    })?;
    let done = fill(ground, db, &unfinished, with_key).await;
    if done.is_err() {
        fs::remove_dir_all(&unfinished).ok();
        return done;
    }
    fs::rename(&unfinished, to).with_context(|| format!("cannot make {}", to.display()))?;
    let around = to.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(around)?.sync_all()?;
    done
}

async fn fill(ground: &Ground, db: &Db, folder: &Path, with_key: bool) -> Result<Made> {
    // The rows first: a file is never changed and outlives its row, so what the rows name is still there afterwards.
    let mut tables = Tables::new(folder)?;
    let steps = db.export(STEPS, &mut |table, line| tables.take(table, line)).await?;
    let tables = tables.end()?;
    let mut files = Vec::new();
    for beside in BESIDE {
        for path in manifest::below(&ground.data.join(beside))? {
            files.extend(copy_beside(&ground.data, &Path::new(beside).join(path), folder)?);
        }
    }
    if with_key {
        files.extend(copy_beside(&ground.data, Path::new(KEY), folder)?);
    }
    let manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").into(),
        made_at: system_now().to_string(),
        engine: db.engine().name().into(),
        steps,
        key_mark: manifest::key_mark(db.vault()),
        with_key,
        tables,
        files,
    };
    manifest.write(folder)?;
    manifest::sync_folders(folder)?;
    let findings = try_out(ground, &manifest, folder, db).await?;
    Ok(Made { manifest, findings })
}

/// A backup that nobody has read is a hope: it is loaded into a database that goes again, and the doctor looks at it.
async fn try_out(ground: &Ground, manifest: &Manifest, folder: &Path, db: &Db) -> Result<Vec<String>> {
    manifest.check(folder)?;
    let place = folder.join("trial");
    private::new_folder(&place)?;
    let options =
        Options { url: db::embedded(&place.join("trial.db")), readers: 1, vault: db.vault().clone(), durable: false };
    let copy = Db::open(options).await?;
    let looked = async {
        restore::load(&copy, manifest, folder).await?;
        // With the kinds and settings of the copy, as a city that is restored from it would be.
        for part in manifest.files.iter().filter(|part| !part.path.starts_with("files/") && part.path != KEY) {
            manifest::copy_file(File::open(folder.join(&part.path))?, &place.join(&part.path))?;
        }
        let found = doctor::sound(&Ground { data: place.clone(), database_url: None }, &copy).await?;
        // The trial goes again: what is wrong is wrong in the city too, where it can be mended.
        let (trial, city) = (place.display().to_string(), ground.data.display().to_string());
        Ok::<Vec<String>, anyhow::Error>(found.into_iter().map(|finding| finding.replace(&trial, &city)).collect())
    }
    .await;
    copy.close().await;
    fs::remove_dir_all(&place)?;
    looked.context("the backup could not be read back")
}

/// `None` when the file went while the others were copied: what is removed was given up before.
fn copy_beside(from: &Path, path: &Path, to: &Path) -> Result<Option<Part>> {
    let file = match File::open(from.join(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let (bytes, sha256) = manifest::copy_file(file, &to.join(path))?;
    let path = path.to_str().with_context(|| format!("{} is no name in UTF-8", path.display()))?.to_owned();
    Ok(Some(Part { path, bytes, sha256 }))
}

/// Writes lines into one file a table.
struct Tables {
    folder: PathBuf,
    open: Option<(Table, GzEncoder<Hashing>)>,
    done: Vec<Table>,
}

struct Hashing {
    file: BufWriter<File>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Hashing {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hash.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Tables {
    fn new(folder: &Path) -> Result<Tables> {
        private::new_folder(&folder.join("tables"))
            .with_context(|| format!("cannot make {}/tables: an earlier attempt may lie there", folder.display()))?;
        Ok(Tables { folder: folder.to_owned(), open: None, done: Vec::new() })
    }

    fn take(&mut self, name: &str, line: &str) -> io::Result<()> {
        match &mut self.open {
            Some((table, out)) if table.name == name => {
                table.rows += 1;
                writeln!(out, "{line}")
            }
            _ => {
                self.close()?;
                let path = format!("tables/{name}.jsonl.gz");
                let file = BufWriter::new(private::new_file(&self.folder.join(&path))?);
                let mut out = GzEncoder::new(Hashing { file, hash: Sha256::new(), bytes: 0 }, Compression::default());
                writeln!(out, "{line}")?;
                let part = Part { path, bytes: 0, sha256: String::new() };
                self.open = Some((Table { name: name.to_owned(), rows: 0, part }, out));
                Ok(())
            }
        }
    }

    fn close(&mut self) -> io::Result<()> {
        let Some((mut table, out)) = self.open.take() else { return Ok(()) };
        let Hashing { file, hash, bytes } = out.finish()?;
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        table.part.bytes = bytes;
        table.part.sha256 = HEXLOWER.encode(&hash.finalize());
        self.done.push(table);
        Ok(())
    }

    fn end(mut self) -> io::Result<Vec<Table>> {
        self.close()?;
        Ok(self.done)
    }
}
