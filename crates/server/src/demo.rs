//! `helin demo`: an invented city in a fresh database, then the site.

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use app::city::Settings;
use app::core::Dice;
use app::jobs::notify::Outbox;
use clap::Args;
use db::Db;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use crate::ground::{self, Ground, Outside, Reached, SystemClock, stopped, system_now};
use crate::serve;

/// The list of people to sign in as, beside the data.
const ACCOUNTS: &str = "demo-accounts.json";

#[derive(Args)]
pub struct Demo {
    /// The folder of the demo; an earlier demo in it is replaced.
    #[arg(long, env = "HELIN_DATA", default_value = "data-dev/demo")]
    data: std::path::PathBuf,
    /// A proxy of ours stands in front and its X-Forwarded-For can be believed.
    #[arg(long, env = "HELIN_BEHIND_PROXY")]
    behind_proxy: bool,
    /// An empty PostgreSQL database instead of a file in the folder.
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The address to listen on.
    #[arg(long, env = "HELIN_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The size of the city: 1 is 20,000 people, 5,000 needs and 8,000 hazards.
    #[arg(long, default_value_t = 1.0, value_parser = scale)]
    scale: f64,
    /// The same seed and the same end give the same city.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// When its story ends, as 2026-11-23 or 2026-11-23T15:00:00+08:00; now, when nothing is said.
    #[arg(long, value_parser = until)]
    until: Option<Timestamp>,
    /// Build it and stop, without serving.
    #[arg(long)]
    build_only: bool,
}

fn scale(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(scale) if (0.01..=20.0).contains(&scale) => Ok(scale),
        _ => Err("a number from 0.01 to 20".into()),
    }
}

/// An instant, or the evening of a day in the city.
fn until(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .or_else(|_| format!("{text}T18:00:00+08:00").parse())
        .map_err(|_| "a day as 2026-11-23, or an instant as 2026-11-23T15:00:00+08:00".into())
}

impl Demo {
    pub async fn run(self) -> Result<ExitCode> {
        let ground = Ground { data: self.data.clone(), database_url: self.database_url.clone() };
        // Before anything is built, so that a taken address costs no minute.
        let listener = serve::listen(self.listen).await?;
        clear(&ground)?;
        self.build(&ground).await?;
        if self.build_only {
            return Ok(ExitCode::SUCCESS);
        }
        let db = ground.open_current().await?;
        let outside = Outside { clock: Box::new(SystemClock), dice: Dice::system(), notifier: Box::new(Outbox) };
        let reached = Reached { behind_proxy: self.behind_proxy, ..Reached::default() };
        let app = ground::app(&ground, db, self.settings(), reached, outside).await?;
        println!("\nOpen http://{}/ — stop with Ctrl-C.", listener.local_addr()?);
        serve::serve(app, listener).await
    }

    fn settings(&self) -> Settings {
        Settings::demo(&format!("http://{}", self.listen))
    }

    #[expect(clippy::disallowed_methods, reason = "the time it took is told at the server's edge")]
    async fn build(&self, ground: &Ground) -> Result<()> {
        let start = Instant::now();
        let db = ground.open(false).await?;
        if is_used(&db).await? {
            bail!("this database is not empty: a demo is built in an empty one only");
        }
        db.migrate(app::migrations::STEPS).await?;
        ground.set("dispatch.toml", sim::DISPATCH)?;
        let until = self.until.unwrap_or_else(system_now);
        let plan = sim::Plan { scale: self.scale, seed: self.seed, until };
        let hands = sim::Hands::at(until);
        let outside =
            Outside { clock: Box::new(hands.clone()), dice: sim::dice(self.seed), notifier: Box::new(Outbox) };
        let app = ground::app(ground, db, self.settings(), Reached::default(), outside).await?;
        let mut bar = Bar::new();
        let built = sim::build(&app, &hands, &plan, &mut |progress| bar.show(progress)).await.map_err(stopped)?;
        bar.end();
        app.db.checkpoint().await?;
        app.db.close().await;
        let file = self.data.join(ACCOUNTS);
        std::fs::write(&file, serde_json::to_string_pretty(&built.accounts)?)
            .with_context(|| format!("cannot write {}", file.display()))?;
        tell(&built, start.elapsed(), &file);
        Ok(())
    }
}

/// Makes room for a new demo. Only the folder of an earlier demo is touched.
fn clear(ground: &Ground) -> Result<()> {
    let (file, accounts) = (ground.file(), ground.data.join(ACCOUNTS));
    if ground.database_url.is_some() || !file.exists() {
        return Ok(());
    }
    ensure!(
        accounts.exists(),
        "{} holds a database that is no demo: choose another folder with --data",
        ground.data.display()
    );
    for path in [file.clone(), file.with_extension("db-wal"), file.with_extension("db-shm"), accounts] {
        if path.exists() {
            std::fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}

async fn is_used(db: &Db) -> Result<bool> {
    let pending = db.pending(app::migrations::STEPS).await?;
    if pending.len() == app::migrations::STEPS.len() {
        return Ok(false);
    }
    let sql = "SELECT COUNT(*) FROM places_places";
    // A database whose schema is half there was begun by something else.
    let places = db.read(move |tx| Box::pin(async move { tx.scalar_i64(sql, db::args![]).await })).await;
    Ok(places.map_or(true, |places| places > 0))
}

fn tell(built: &sim::Built, took: Duration, accounts: &Path) {
    println!("\n演示城市 {} in {:.1} s (everything in it is invented):", built.name, took.as_secs_f64());
    for (what, count) in &built.counts {
        println!("  {count:>7}  {what}");
    }
    println!("How its people behaved:");
    for share in &built.shares {
        println!("  {:>6.1} %  {} ({} of {})", share.percent(), share.name, share.part, share.of);
    }
    println!(
        "Sign in at /login with one of these phones; the code is at /demo/outbox. All of them: {}",
        accounts.display()
    );
    let mut told: Vec<&str> = Vec::new();
    for account in &built.accounts {
        if told.contains(&account.role) {
            continue;
        }
        told.push(account.role);
        println!("  {:<18} {}  {}  {}", account.role, account.phone, account.name, account.place);
    }
}

/// A bar on a terminal, a line now and then elsewhere.
struct Bar {
    bar: Option<ProgressBar>,
    stage: &'static str,
}

impl Bar {
    fn new() -> Bar {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg:<12} {wide_bar} {percent:>3} % {elapsed}");
            ProgressBar::new(1000).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Bar { bar, stage: "" }
    }

    fn show(&mut self, progress: sim::Progress) {
        match &self.bar {
            Some(bar) => {
                bar.set_message(progress.stage);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
                let position = (progress.done * 1000.0).round().clamp(0.0, 1000.0) as u64;
                bar.set_position(position);
            }
            None if progress.stage != self.stage => eprintln!("{:>3.0} %  {}", progress.done * 100.0, progress.stage),
            None => {}
        }
        self.stage = progress.stage;
    }

    fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
