//! What every command stands on: the folder of the data, the database, the kinds of matters, the city's settings.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use app::city::{self, City, Settings};
use app::core::{Clock, Dice, Parts};
use app::jobs::Messages;
use app::jobs::notify::Notifier;
use app::web::{Web, words};
use app::{App, Stop};
use clap::Args;
use db::{Db, Options, Secrets, Vault};
use jiff::Timestamp;
use kit::frame::{Frame, Named, Site};
use object_store::local::LocalFileSystem;
use rules::dispatch::DispatchSettings;
use rules::matters::{Kinds, Problem};
use rules::people::second_step::SignInRules;
use rules::service::anomaly::AnomalyRules;
use rules::service::national::NationalColumns;

use crate::private;

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

    /// The keys that seal protected fields. They lie beside the database, never in it.
    pub fn vault(&self) -> Result<Vault> {
        private::folder(&self.data).with_context(|| format!("cannot make {}", self.data.display()))?;
        Ok(Vault::new(Secrets::load_or_create(&self.data.join("helin.key"))?))
    }

    /// Opens the database.
    pub async fn open(&self, durable: bool) -> Result<Db> {
        let vault = self.vault()?;
        let file = self.file();
        if self.database_url.is_none() && !file.exists() {
            // Made before the engine does, which lets everybody read; its log takes over how the file is guarded.
            private::new_file(&file).with_context(|| format!("cannot make {}", file.display()))?;
        }
        Db::open(Options { url: self.url(), readers: 0, vault, durable }).await.context("the database cannot be opened")
    }

    /// Opens a database that is there with its key: nothing is made.
    pub async fn open_existing(&self) -> Result<Db> {
        let key = self.data.join("helin.key");
        ensure!(key.exists(), "there is no {}", key.display());
        ensure!(self.database_url.is_some() || self.file().exists(), "there is no {}", self.file().display());
        self.open(true).await
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
        Kinds::load(rules::matters::EMBEDDED, files)
            .map_err(|problems| unusable("these kinds of matters cannot be used", &problems))
    }

    /// The path and text of a file of settings beside the data, where there is one.
    fn settings(&self, name: &str) -> Result<Option<(String, String)>> {
        let path = self.data.join("settings").join(name);
        if !path.is_file() {
            return Ok(None);
        }
        let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok(Some((path.display().to_string(), text)))
    }

    /// Lays a file of settings beside the data; one that is there already stays.
    pub fn set(&self, name: &str, text: &str) -> Result<()> {
        let folder = self.data.join("settings");
        let path = folder.join(name);
        if path.exists() {
            return Ok(());
        }
        let laid = private::folder(&folder).and_then(|()| std::fs::write(&path, text));
        laid.with_context(|| format!("cannot write {}", path.display()))
    }

    /// What the city and its counties set for dispatch: the program's own numbers, and the file beside the data that
    /// changes some of them. It is held against the kinds in use, and the counties when there are any.
    pub fn dispatch(&self, kinds: &Kinds, counties: &[&str]) -> Result<DispatchSettings> {
        let bad = |problems: Vec<Problem>| unusable("these settings of dispatch cannot be used", &problems);
        let settings = match self.settings("dispatch.toml")? {
            Some((path, text)) => DispatchSettings::parse(&path, &text).map_err(bad)?,
            None => DispatchSettings::default(),
        };
        let problems = settings.check(kinds, counties);
        if problems.is_empty() { Ok(settings) } else { Err(bad(problems)) }
    }

    /// What records of service are weighed by: the program's own numbers, or a whole file beside the data.
    pub fn anomalies(&self) -> Result<AnomalyRules> {
        let Some((path, text)) = self.settings("anomalies.toml")? else { return Ok(AnomalyRules::default()) };
        AnomalyRules::parse(&text).with_context(|| format!("{path} cannot be used"))
    }

    /// Tables and columns of the file for the national system: the program's own, or a whole file beside the data.
    pub fn national(&self) -> Result<NationalColumns> {
        let Some((path, text)) = self.settings("national.toml")? else { return Ok(NationalColumns::default()) };
        NationalColumns::parse(&text).with_context(|| format!("{path} cannot be used"))
    }

    /// Whom a second step is asked of at sign-in: nobody, or what the file beside the data says. `counties`: the codes of
    /// those that there are, empty before any were brought in.
    pub fn sign_in(&self, counties: &[&str]) -> Result<SignInRules> {
        let Some((path, text)) = self.settings("sign-in.toml")? else { return Ok(SignInRules::default()) };
        let unusable = |what: String| anyhow::anyhow!("{path} cannot be used: {what}");
        let rules = SignInRules::parse(&text).map_err(unusable)?;
        let unknown = rules.counties().find(|code| !counties.is_empty() && !counties.contains(code)).map(str::to_owned);
        match unknown {
            Some(code) => Err(unusable(format!("no county here is {code:?}; use one of {}", counties.join(", ")))),
            None => Ok(rules),
        }
    }

    /// The words of messages: the program's own, and those that a file beside the data sets.
    pub fn messages(&self) -> Result<Messages> {
        let Some((path, text)) = self.settings("messages.toml")? else { return Ok(Messages::default()) };
        Messages::parse(&text).map_err(|what| anyhow::anyhow!("{path} cannot be used: {what}"))
    }

    fn files(&self) -> Result<Arc<dyn object_store::ObjectStore>> {
        let folder = self.data.join("files");
        let made = private::folder(&folder).and_then(|()| std::fs::File::open(&self.data)?.sync_all());
        made.with_context(|| format!("cannot make {}", folder.display()))?;
        // A photo is on the disk, with its name, before the write that speaks of it is acknowledged.
        Ok(Arc::new(LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true)))
    }
}

/// One problem a line.
fn unusable(what: &str, problems: &[Problem]) -> anyhow::Error {
    let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
    anyhow::anyhow!("{what}:\n{}", lines.join("\n"))
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
        is_page: app::capability::is_page,
        secure: reached.secure,
        behind_proxy: reached.behind_proxy,
    };
    let mut city = load(&db, settings, kinds).await?;
    city.settings.dispatch = ground.dispatch(&city.kinds, &city.counties())?;
    city.settings.anomalies = ground.anomalies()?;
    city.settings.national = ground.national()?;
    city.settings.sign_in = ground.sign_in(&city.counties())?;
    city.settings.messages = ground.messages()?;
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

/// A [`Stop`] in the words of a command line.
pub fn stopped(stop: Stop) -> anyhow::Error {
    match stop {
        Stop::Refused(refusal) | Stop::Conflict(refusal) => {
            anyhow::anyhow!("{} ({refusal})", explained(&refusal))
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
fn explained(refusal: &rules::shared::Refusal) -> String {
    let value = |arg: &rules::shared::Arg| match arg {
        rules::shared::Arg::Text(text) => kit::Value::Text(text.clone()),
        rules::shared::Arg::Number(number) => kit::Value::Number(*number),
    };
    let args: Vec<(&str, kit::Value)> = refusal.args.iter().map(|(name, arg)| (*name, value(arg))).collect();
    words().find(kit::Lang::En, &format!("refusal-{}", refusal.code), &args).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTY: &str = "format = 1\n[[setting]]\ncounty = \"371722\"\nvalid_from = \"2026-07-01\"\n\
                          source = \"local setting\"\nlimits = { rest = 45 }\n";

    #[test]
    fn what_a_county_lays_beside_its_data_is_read_and_held_against_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let kinds = ground.kinds().expect("kinds");
        let read = |counties: &[&str]| ground.dispatch(&kinds, counties).map_err(|e| format!("{e:#}"));
        assert_eq!(read(&["371722"]), Ok(DispatchSettings::default()), "without a file the program's own");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("dispatch.toml");
        std::fs::write(&file, COUNTY).expect("a file");
        let settings = read(&["371722"]).expect("settings");
        assert_eq!(settings.at("3717/371722/371722003/", jiff::civil::date(2026, 7, 1)).limits.rest, 45);
        let unknown = read(&["371703"]).expect_err("another city");
        assert!(unknown.contains("no county here has this code; use one of 371703"), "{unknown}");
        std::fs::write(&file, COUNTY.replace("rest", "rset")).expect("a file");
        let misspelt = read(&["371722"]).expect_err("a misspelling");
        assert!(misspelt.contains("dispatch.toml:6: limits › rset: unknown field `rset`"), "{misspelt}");
    }

    #[test]
    fn a_city_weighs_records_by_its_own_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        assert_eq!(ground.anomalies().expect("the program's own"), AnomalyRules::default());
        let own = include_str!("../../rules/src/service/anomaly/anomalies.toml");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("anomalies.toml");
        std::fs::write(&file, own.replace("bar = 60", "bar = 80")).expect("a file");
        assert_eq!(ground.anomalies().expect("settings").bar, 80);
        std::fs::write(&file, own.replace("bar = 60", "bra = 80")).expect("a file");
        let misspelt = format!("{:#}", ground.anomalies().expect_err("a misspelling"));
        assert!(misspelt.contains("anomalies.toml") && misspelt.contains("unknown field `bra`"), "{misspelt}");
    }

    #[test]
    fn a_city_names_the_columns_of_its_national_template() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        assert_eq!(ground.national().expect("the program's own"), NationalColumns::default());
        let own = include_str!("../../rules/src/service/national/columns.toml");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("national.toml");
        std::fs::write(&file, own.replace("服务时间（小时）", "服务时长")).expect("a file");
        assert!(ground.national().expect("settings").records.columns.iter().any(|c| c.title.zh == "服务时长"));
        std::fs::write(&file, own.replace("\"in_charge\"", "\"incharge\"")).expect("a file");
        let misspelt = format!("{:#}", ground.national().expect_err("a misspelling"));
        assert!(misspelt.contains("national.toml") && misspelt.contains("unknown variant `incharge`"), "{misspelt}");
    }

    #[test]
    fn messages_have_the_words_of_the_file_beside_the_data() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        assert_eq!(ground.messages().expect("the program's own"), Messages::default());
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("messages.toml");
        std::fs::write(&file, "format = 1\nsign = \"单县社区\"\n").expect("a file");
        assert_ne!(ground.messages().expect("settings"), Messages::default());
        std::fs::write(&file, "format = 1\n[template.hello]\ntext = \"您好\"\n").expect("a file");
        let unknown = format!("{:#}", ground.messages().expect_err("no such message"));
        assert!(unknown.contains("messages.toml") && unknown.contains("there is no message"), "{unknown}");
    }

    #[test]
    fn a_second_step_is_asked_of_whom_the_file_names() {
        let folder = tempfile::tempdir().expect("a folder");
        let ground = Ground { data: folder.path().to_owned(), database_url: None };
        let read = |counties: &[&str]| ground.sign_in(counties).map_err(|e| format!("{e:#}"));
        assert_eq!(read(&["371722"]), Ok(SignInRules::default()), "of nobody, where no file says so");
        std::fs::create_dir(folder.path().join("settings")).expect("a folder");
        let file = folder.path().join("settings").join("sign-in.toml");
        let part = "format = 1\n[[second_step]]\ncounty = \"371722\"\nvalid_from = \"2026-09-01\"\n\
                    source = \"local setting\"\nroles = [\"auditor\"]\n";
        std::fs::write(&file, part).expect("a file");
        assert!(read(&["371722"]).is_ok() && read(&[]).is_ok(), "before places are brought in too");
        let unknown = read(&["371703"]).expect_err("another city");
        assert!(unknown.contains("sign-in.toml") && unknown.contains("use one of 371703"), "{unknown}");
        std::fs::write(&file, part.replace("roles", "rolls")).expect("a file");
        let misspelt = read(&["371722"]).expect_err("a misspelling");
        assert!(misspelt.contains("sign-in.toml") && misspelt.contains("unknown field `rolls`"), "{misspelt}");
    }
}
