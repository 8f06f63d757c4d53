//! What every command stands on: the folder of the data, the database, the kinds of matters, the city's settings.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use app::city::{self, City, Settings};
use app::core::{Clock, Dice, Parts};
use app::jobs::notify::Notifier;
use app::web::{Web, words};
use app::{App, Stop};
use clap::Args;
use db::{Db, Options, Secrets, Vault};
use jiff::Timestamp;
use kit::frame::{Frame, Named, Site};
use object_store::local::LocalFileSystem;
use rules::matters::Kinds;

/// Where the data is.
#[derive(Args, Clone, Debug)]
pub struct Ground {
    /// The folder of the database file, the keys (helin.key), the photos (files/) and the county's own kinds (kinds/).
    #[arg(long, env = "HELIN_DATA", default_value = "helin-data")]
    pub data: PathBuf,
    /// `postgres://user@host:port/name`; without it a file in the folder of the data.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
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

    /// The keys that seal protected fields. They lie beside the database, never in it.
    pub fn vault(&self) -> Result<Vault> {
        std::fs::create_dir_all(&self.data).with_context(|| format!("cannot make {}", self.data.display()))?;
        Ok(Vault::new(Secrets::load_or_create(&self.data.join("helin.key"))?))
    }

    /// Opens the database.
    pub async fn open(&self, durable: bool) -> Result<Db> {
        let vault = self.vault()?;
        Db::open(Options { url: self.url(), readers: 0, vault, durable }).await.context("the database cannot be opened")
    }

    /// Opens the database, and refuses one whose schema is behind this program.
    pub async fn open_current(&self) -> Result<Db> {
        let db = self.open(true).await?;
        let pending = db.pending(app::migrations::STEPS).await?;
        if !pending.is_empty() {
            bail!("the database lacks {}: run `helin migrate` first", pending.join(", "));
        }
        Ok(db)
    }

    /// The kinds of the program, and the files beside the data that add to them or replace them.
    pub fn kinds(&self) -> Result<Kinds> {
        let mut files = Vec::new();
        let folder = self.data.join("kinds");
        if folder.is_dir() {
            for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
                let path = entry?.path();
                if path.extension().is_some_and(|e| e == "toml") {
                    let text =
                        std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                    files.push((path.display().to_string(), text));
                }
            }
        }
        files.sort();
        Kinds::load(rules::matters::EMBEDDED, files).map_err(|problems| {
            let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
            anyhow::anyhow!("these kinds of matters cannot be used:\n{}", lines.join("\n"))
        })
    }

    fn files(&self) -> Result<Arc<dyn object_store::ObjectStore>> {
        let folder = self.data.join("files");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Arc::new(LocalFileSystem::new_with_prefix(&folder)?))
    }
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
    let kinds = ground.kinds()?;
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
        secure: reached.secure,
        behind_proxy: reached.behind_proxy,
    };
    let city = load(&db, settings, kinds).await?;
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

async fn load(db: &Db, settings: Settings, kinds: Kinds) -> Result<City> {
    db.read(move |tx| Box::pin(async move { city::load(tx, settings, kinds).await })).await.map_err(stopped)
}

/// Reads places, cells and calendar again after they were brought in.
pub async fn reload(app: &App) -> Result<()> {
    let old = app.city();
    app.replace_city(load(&app.db, old.settings.clone(), old.kinds.clone()).await?);
    Ok(())
}

/// A [`Stop`] in the words of a command line.
pub fn stopped(stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Refused(refusal) | Stop::Conflict(refusal) => {
            anyhow::anyhow!("{} ({refusal})", explained(&refusal))
        }
        other => anyhow::anyhow!("{other:?}"),
    }
}

/// What the pages would say.
fn explained(refusal: &rules::shared::Refusal) -> String {
    let value = |arg: &rules::shared::Arg| match arg {
        rules::shared::Arg::Text(text) => kit::Value::Text(text.clone()),
        rules::shared::Arg::Number(number) => kit::Value::Number(*number),
    };
    let args: Vec<(&str, kit::Value)> = refusal.args.iter().map(|(name, arg)| (*name, value(arg))).collect();
    words().find(kit::Lang::En, &format!("refusal-{}", refusal.code), &args).unwrap_or_default()
}
