//! What every command stands on: the folder of the data, the database, the kinds of matters, the city's settings.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use app::city::{self, City, Settings};
use app::core::{Clock, Dice, Parts};
use app::jobs::notify::Notifier;
use app::matters::kept::Standing;
use app::web::{Web, words};
use app::{App, Stop};
use clap::Args;
use db::{Db, Options, Secrets, Vault};
use jiff::Timestamp;
use kit::frame::{Frame, Named, Site};
use object_store::local::LocalFileSystem;
use rules::matters::Kinds;
use rules::matters::load::Lacking;
use rules::places::{Level, PlaceCode};

use crate::private;

const UNOPENED: &str = "the database cannot be opened";
/// How a key that is none is told.
const UNUSABLE: &str = "the secrets cannot be used: ";

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct Ground {
    /// The folder of the database file, the keys (helin.key), the photos (files/), the county's own kinds (kinds/) and
    /// settings (settings/).
    // Global, so that it may also stand after the part of `helin import`.
    #[arg(long, env = "HELIN_DATA", default_value = "helin-data", global = true)]
    pub data: PathBuf,
    /// `postgres://user@host:port/name`; without it a file in the folder of the data.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
}

impl Ground {
    pub fn url(&self) -> String {
        self.database_url.clone().unwrap_or_else(|| db::embedded(&self.file()))
    }

    /// The file of the embedded database.
    pub fn file(&self) -> PathBuf {
        self.data.join("helin.db")
    }

    /// The file of the keys.
    fn key(&self) -> PathBuf {
        self.data.join("helin.key")
    }

    /// The keys that seal protected fields. They lie beside the database, never in it.
    pub fn vault(&self) -> Result<Vault> {
        private::folder(&self.data).with_context(|| format!("cannot make {}", self.data.display()))?;
        // It is said of the file and again of what is in it: once is enough.
        let secrets = Secrets::load_or_create(&self.key())
            .map_err(|error| anyhow::anyhow!("{UNUSABLE}{}", error.to_string().replace(UNUSABLE, "")))?;
        Ok(Vault::new(secrets))
    }

    /// Opens the database, with its own key and no other.
    pub async fn open(&self, durable: bool) -> Result<Db> {
        if !self.key().exists() {
            self.may_have_a_new_key().await?;
        }
        let db = self.open_any(durable).await?;
        if is_sealed_by_others(&db).await {
            db.close().await;
            bail!(
                "{} is the key of another city: what is sealed here cannot be opened with it. Lay the key there that was made \
                 with this database; it is kept apart from its backups, or lies in one that was made --with-key",
                self.key().display()
            );
        }
        Ok(db)
    }

    /// A key is made for a database that answers and in which nothing is sealed. Asked before, so that a command that ends here
    /// leaves no key behind, and none has to be taken away that somebody may have laid there meanwhile.
    async fn may_have_a_new_key(&self) -> Result<()> {
        if self.database_url.is_none() && !self.file().exists() {
            return Ok(());
        }
        // Nobody's key: nothing is sealed with it.
        let vault = Vault::new(Secrets { wrap: [0; 32], lookup: [0; 32] });
        let db = Db::open(Options { url: self.url(), readers: 1, vault, durable: true }).await.context(UNOPENED)?;
        let answered = db.ping().await;
        let sealed = is_sealed_by_others(&db).await;
        db.close().await;
        answered.context(UNOPENED)?;
        let key = self.key();
        ensure!(!sealed, "there is no {}, and this city is sealed by one: lay its own key there again", key.display());
        Ok(())
    }

    /// Opens the database, whatever it was sealed by: for whoever looks first whether it is empty.
    pub async fn open_any(&self, durable: bool) -> Result<Db> {
        let vault = self.vault()?;
        let file = self.file();
        let is_new = self.database_url.is_none() && !file.exists();
        if is_new {
            // Made before the engine does, which lets everybody read; its log takes over how the file is guarded.
            private::new_file(&file).with_context(|| format!("cannot make {}", file.display()))?;
        }
        let options = Options { url: self.url(), readers: 0, vault, durable };
        let opened = Db::open(options).await.context(UNOPENED);
        if opened.is_err() && is_new {
            std::fs::remove_file(&file).ok();
        }
        opened
    }

    /// Opens a database that is there with its key: nothing is made.
    pub async fn open_existing(&self) -> Result<Db> {
        let key = self.key();
        ensure!(key.exists(), "there is no {}", key.display());
        ensure!(self.database_url.is_some() || self.file().exists(), "there is no {}", self.file().display());
        self.open(true).await
    }

    /// Opens the database, and refuses one whose schema is behind this program.
    pub async fn open_current(&self) -> Result<Db> {
        let db = self.open(true).await?;
        let pending = db.pending(app::migrations::STEPS).await?;
        if !pending.is_empty() {
            bail!("{}", lacking(&pending));
        }
        Ok(db)
    }

    fn files(&self) -> Result<Arc<dyn object_store::ObjectStore>> {
        let folder = self.data.join("files");
        let made = private::folder(&folder).and_then(|()| std::fs::File::open(&self.data)?.sync_all());
        made.with_context(|| format!("cannot make {}", folder.display()))?;
        // A photo is on the disk, with its name, before the write that speaks of it is acknowledged.
        Ok(Arc::new(LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true)))
    }
}

/// Whether what is sealed here was sealed by another key than that it was opened with, which opens none of it: nobody would be
/// found by telephone, and a backup would be marked as another city's.
async fn is_sealed_by_others(db: &Db) -> bool {
    // A database that cannot be read, or holds nothing yet, says so to whoever asks it next.
    let has_schema = db.pending(app::migrations::STEPS).await.is_ok_and(|p| p.len() < app::migrations::STEPS.len());
    let by_these = db.read(|tx| Box::pin(async move { tx.is_sealed_by_these_secrets().await }));
    has_schema && !by_these.await.unwrap_or(true)
}

/// The time of the machine.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        system_now()
    }
}

#[expect(clippy::disallowed_methods, reason = "the server's edge: here the outside world's time comes in")]
pub fn system_now() -> Timestamp {
    Timestamp::now()
}

/// What a schema lacks that is behind this program, and what to do.
pub fn lacking(pending: &[&str]) -> String {
    match pending {
        all if all.len() == app::migrations::STEPS.len() => "this database is empty: run `helin migrate`".into(),
        [one] => format!("the schema lacks the step {one}: run `helin migrate`"),
        [first, .., last] => {
            format!("the schema lacks {} steps, {first} to {last}: run `helin migrate`", pending.len())
        }
        [] => "the schema lacks nothing".into(),
    }
}

/// An installation is of a city or a county.
///
/// # Errors
/// What to write instead.
pub fn root_code(code: &str) -> Result<()> {
    let level = PlaceCode::parse(code).ok().map(|code| code.level());
    ensure!(
        matches!(level, Some(Level::City | Level::County)),
        "{code:?} is no code for --root-code (HELIN_ROOT_CODE): write the four digits of the city or the six of the county, as \
         3717"
    );
    Ok(())
}

/// What whoever runs a city does when the file of its database cannot be read any more.
pub const DAMAGED: &str = "the file of the database is damaged, and a backup is needed now: stop the program, keep helin.db and \
    every file whose name begins so, put the newest backup into an empty folder with `helin restore BACKUP --data NEW --key \
    helin.key`, and serve NEW. What was written after that backup is in the damaged file alone: docs/operations.md says what \
    may save some of it. Backups made from now on would hold the damage";

/// What a command ended with, in words, and what to do where the file of the database is damaged.
pub fn told(error: &anyhow::Error) -> String {
    let said = format!("{error:#}");
    let signs = ["database disk image is malformed", "file is not a database"];
    if signs.iter().any(|sign| said.contains(sign)) { format!("{said}\n{DAMAGED}") } else { said }
}

/// How the site is reached.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reached {
    /// Over https, so cookies go over nothing else.
    pub secure: bool,
    /// Through a proxy of ours whose `X-Forwarded-For` can be believed.
    pub behind_proxy: bool,
}

/// Time, chance and the way to people: what differs between serving and simulating.
pub struct Outside {
    pub clock: Box<dyn Clock>,
    pub dice: Dice,
    pub notifier: Box<dyn Notifier>,
}

/// Puts an [`App`] together.
pub async fn app(ground: &Ground, db: Db, settings: Settings, reached: Reached, outside: Outside) -> Result<App> {
    // A key of its own for signing forms and cookies, drawn from the look-up key, so that there is one file to guard.
    let signing = db.vault().lookup("web-signing", "1");
    let key: [u8; 32] = signing.try_into().ok().context("a keyed hash has 32 bytes")?;
    let frame = Frame {
        words: words(),
        site: Site {
            name: Named::new("荷邻", "Helin"),
            runner: runner(&settings),
            hotline: settings.hotline.clone(),
            demo: settings.demo,
        },
        secret: kit::Secret::new(key),
        zone: settings.zone.clone(),
        now: system_now,
        nav: app::web::VISITOR,
        sign_in: "/login",
        my_page: "/me",
        is_page: app::capability::is_page,
        secure: reached.secure,
        behind_proxy: reached.behind_proxy,
    };
    let kinds = ground.kinds();
    // With kinds that cannot be used the settings are looked at all the same, so that every mistake is told at once.
    let mut city = load(&db, settings, kinds.as_ref().map_or_else(|_| Kinds::embedded(), Kinds::clone)).await?;
    let own = match (ground.own(kinds.as_ref().ok(), &city.counties()), kinds) {
        (Ok(own), Ok(_)) => own,
        (own, kinds) => {
            let wrong = kinds.err().into_iter().chain(own.err().into_iter().flatten());
            let lines: Vec<String> = wrong.map(|error| format!("{error:#}")).collect();
            bail!("{}", lines.join("\n"))
        }
    };
    let settings = &mut city.settings;
    (settings.dispatch, settings.anomalies, settings.national) = (own.dispatch, own.anomalies, own.national);
    (settings.sign_in, settings.messages) = (own.sign_in, own.messages);
    let Outside { clock, dice, notifier } = outside;
    Ok(App::new(Parts { db, clock, dice, notifier, files: ground.files()?, web: Web::new(Arc::new(frame)), city }))
}

fn runner(settings: &Settings) -> Named {
    if settings.demo {
        Named::new(&settings.runner, "Helin demo city")
    } else {
        Named::new(&settings.runner, &settings.runner)
    }
}

/// The city that a database holds.
pub async fn load(db: &Db, settings: Settings, kinds: Kinds) -> Result<City> {
    db.read(move |tx| Box::pin(async move { city::load(tx, settings, kinds).await })).await.map_err(stopped)
}

/// Reads places, cells and calendar again after they were brought in.
pub async fn reload(app: &App) -> Result<()> {
    let old = app.city();
    app.replace_city(load(&app.db, old.settings.clone(), old.kinds.clone()).await?);
    Ok(())
}

/// The matters that the kinds in use do not fit, one line a group, with what to do. For a schema that is current.
pub async fn unreadable(db: &Db, kinds: Kinds) -> Result<Vec<String>> {
    let lacking = db.read(move |tx| {
        let kinds = kinds.clone();
        Box::pin(async move { app::matters::kept::unreadable(tx, &kinds).await })
    });
    let line = |(standing, lacking): (Standing, Lacking)| {
        let Standing { kind, step, level, n } = standing;
        match lacking {
            Lacking::Kind => format!(
                "{n} × matter of the kind “{kind}” cannot be read, because no file has it: lay its file in the folder kinds again, \
                 with closed = true under [intake] if nobody shall raise one any more"
            ),
            Lacking::Step => format!(
                "{n} × matter of the kind “{kind}” stands at the step “{step}”, which its file lacks: give it back until it is \
                 closed"
            ),
            Lacking::Level => format!(
                "{n} × matter of the kind “{kind}” has the urgency “{}”, which its file lacks: give it back until it is \
                 closed",
                level.unwrap_or_default()
            ),
        }
    };
    Ok(lacking.await.map_err(stopped)?.into_iter().map(line).collect())
}

/// A [`Stop`] in the words of a command line.
pub fn stopped(stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Refused(refusal) | Stop::Conflict(refusal) => {
            // The words name what the refusal carries.
            match explained(&refusal) {
                Some(words) => anyhow::anyhow!("{words} ({})", refusal.code),
                None => anyhow::anyhow!("{refusal}"),
            }
        }
        Stop::Missing => anyhow::anyhow!("what was named is not there"),
        other => anyhow::anyhow!("{other:?}"),
    }
}

/// The words of a refusal that was kept by its code.
pub fn words_of(code: &str, args: &[(String, String)]) -> String {
    let args: Vec<(&str, kit::Value)> =
        args.iter().map(|(name, value)| (name.as_str(), kit::Value::Text(value.clone()))).collect();
    words().find(kit::Lang::En, &format!("refusal-{code}"), &args).unwrap_or_else(|| code.to_owned())
}

/// What the pages would say.
fn explained(refusal: &rules::shared::Refusal) -> Option<String> {
    let value = |arg: &rules::shared::Arg| match arg {
        rules::shared::Arg::Text(text) => kit::Value::Text(text.clone()),
        rules::shared::Arg::Number(number) => kit::Value::Number(*number),
    };
    let args: Vec<(&str, kit::Value)> = refusal.args.iter().map(|(name, arg)| (*name, value(arg))).collect();
    words().find(kit::Lang::En, &format!("refusal-{}", refusal.code), &args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_that_is_behind_is_told_in_one_short_line() {
        let all: Vec<&str> = app::migrations::STEPS.iter().map(|step| step.name).collect();
        assert_eq!(lacking(&all), "this database is empty: run `helin migrate`");
        assert_eq!(lacking(&["0037_import_names"]), "the schema lacks the step 0037_import_names: run `helin migrate`");
        let three = lacking(&["0035_a", "0036_b", "0037_c"]);
        assert_eq!(three, "the schema lacks 3 steps, 0035_a to 0037_c: run `helin migrate`");
    }

    #[tokio::test]
    async fn a_city_is_opened_with_its_own_key_and_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let other = || format!("{}\n{}\n", "0a".repeat(32), "0b".repeat(32));
        let key = ground.key();
        let db = ground.open(true).await.expect("a new database");
        db.migrate(app::migrations::STEPS).await.expect("the schema");
        db.close().await;
        let own = std::fs::read_to_string(&key).expect("a key was made");
        std::fs::write(&key, other()).expect("written");
        ground.open_current().await.expect("nothing is sealed yet").close().await;
        std::fs::write(&key, &own).expect("written");
        let db = ground.open_current().await.expect("its own");
        for owner in 1..=2_u128 {
            let sealed: Result<(), db::Error> = db
                .write(move |tx| {
                    Box::pin(async move { tx.create_data_key(0, uuid::Uuid::from_u128(owner), 1).await.map(drop) })
                })
                .await;
            sealed.expect("a key of somebody's own");
        }
        let erased: Result<bool, db::Error> =
            db.write(|tx| Box::pin(async move { tx.destroy_data_key(0, uuid::Uuid::from_u128(1), 2).await })).await;
        assert!(erased.expect("erased"));
        db.close().await;

        std::fs::write(&key, other()).expect("written");
        for opened in [ground.open(true).await, ground.open_current().await, ground.open_existing().await] {
            let said = opened.err().expect("another city's").to_string();
            assert!(said.contains("is the key of another city"), "{said}");
        }
        std::fs::remove_file(&key).expect("removed");
        let said = ground.open_current().await.err().expect("no key").to_string();
        assert!(said.contains("there is no ") && !key.exists(), "no new one is left in its place: {said}");
        std::fs::write(&key, "0a0b\n").expect("written");
        let said = format!("{:#}", ground.open_existing().await.err().expect("no key at all"));
        assert!(said.contains(&key.display().to_string()) && said.matches("cannot be used").count() == 1, "{said}");
        std::fs::write(&key, &own).expect("written");
        ground.open_existing().await.expect("its own again").close().await;
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_gets_no_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        std::fs::write(ground.file(), "a letter that somebody saved under this name".repeat(99)).expect("written");
        let said = format!("{:#}", ground.open(true).await.err().expect("no database"));
        assert!(said.starts_with(UNOPENED) && !ground.key().exists(), "{said}");
    }

    #[test]
    fn whoever_has_a_damaged_file_is_told_what_to_do() {
        let damaged = anyhow::anyhow!("error returned from database: (code: 11) database disk image is malformed");
        let said = told(&damaged.context("the database cannot be opened"));
        for words in ["cannot be opened", "malformed", "a backup is needed now", "helin restore BACKUP"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        assert_eq!(told(&anyhow::anyhow!("there is no helin.key")), "there is no helin.key");
    }
}
