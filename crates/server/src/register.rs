//! `migrate`, `import`, `administrator`, `token`: what is done before and beside serving.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use app::city::Settings;
use app::core::Dice;
use app::identity::tokens::Wanted;
use app::jobs::notify::Outbox;
use app::people::actions::{Appointment, Registration};
use app::{App, Stop, identity, people, places};
use clap::Args;
use rules::people::Phone;
use rules::shared::{Actor, Channel, Role, TokenScope};

use crate::ground::{self, Ground, Outside, Reached, SystemClock, stopped};

/// The command line itself acts: whoever can run it holds the keys and the file anyway. Events say so.
fn command_line() -> Actor {
    Actor { channel: Channel::CommandLine, ..Actor::system() }
}

/// An [`App`] for one command.
async fn app_for(ground: &Ground, root_code: &str) -> Result<App> {
    let db = ground.open_current().await?;
    let settings = Settings { root_code: root_code.to_owned(), ..Settings::demo("http://localhost") };
    let outside = Outside { clock: Box::new(SystemClock), dice: Dice::system(), notifier: Box::new(Outbox) };
    ground::app(ground, db, settings, Reached::default(), outside).await
}

pub async fn migrate(ground: Ground) -> Result<ExitCode> {
    let db = ground.open(true).await?;
    let applied = db.migrate(app::migrations::STEPS).await?;
    for step in &applied {
        println!("applied {step}");
    }
    if applied.is_empty() {
        println!("the schema is up to date");
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct Import {
    #[command(flatten)]
    ground: Ground,
    #[arg(long, env = "HELIN_ROOT_CODE", default_value = "3717")]
    root_code: String,
    /// A file of places: code,name,parent,level. What is there already stays as it is.
    #[arg(long)]
    divisions: Option<PathBuf>,
    /// A file of working days: date,kind,name. The years in it are replaced.
    #[arg(long)]
    workdays: Option<PathBuf>,
}

impl Import {
    pub async fn run(self) -> Result<ExitCode> {
        let app = app_for(&self.ground, &self.root_code).await?;
        if let Some(file) = &self.divisions {
            let text = text_of(file)?;
            let divisions = places::actions::read_divisions(&text).map_err(Stop::from).map_err(stopped)?;
            let imported = app
                .act(&command_line(), divisions, |mut tx, who, at, divisions| {
                    Box::pin(async move { places::actions::import_divisions(&mut tx, &who, at, &divisions).await })
                })
                .await
                .map_err(stopped)?;
            println!("places: {} added, {} known before", imported.added, imported.known);
            ground::reload(&app).await?;
        }
        if let Some(file) = &self.workdays {
            let input = (text_of(file)?, file.display().to_string());
            let years = app
                .act(&command_line(), input, |mut tx, who, at, (text, source)| {
                    Box::pin(async move { places::actions::import_workdays(&mut tx, &who, at, &text, &source).await })
                })
                .await
                .map_err(stopped)?;
            println!("working days: {years} years");
        }
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

fn text_of(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

#[derive(Args)]
pub struct Administrator {
    #[command(flatten)]
    ground: Ground,
    #[arg(long, env = "HELIN_ROOT_CODE", default_value = "3717")]
    root_code: String,
    #[arg(long)]
    name: String,
    /// The phone with which they sign in.
    #[arg(long)]
    phone: String,
}

impl Administrator {
    pub async fn run(self) -> Result<ExitCode> {
        let app = app_for(&self.ground, &self.root_code).await?;
        let input = (self.root_code, self.name, self.phone);
        app.act(&command_line(), input, |mut tx, who, at, (root, name, phone)| {
            Box::pin(async move {
                let parsed = Phone::parse(&phone)?;
                let root = places::store::by_code(&mut tx, &root).await?.ok_or(Stop::Missing)?;
                let person = match identity::store::person_of_phone(&mut tx, parsed.reveal()).await? {
                    Some(person) => person,
                    None => {
                        let new = Registration { name, phone: Some(phone), ..Registration::default() };
                        people::actions::register(&mut tx, &who, at, root.id, &new).await?
                    }
                };
                let role =
                    Appointment { role: Role::Administrator, organisation: None, place: Some(root.id), until: None };
                people::actions::appoint(&mut tx, &who, at, person, &role).await
            })
        })
        .await
        .map_err(stopped)?;
        println!("registered; they sign in at /login with this phone");
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub struct Token {
    #[command(flatten)]
    ground: Ground,
    #[arg(long, env = "HELIN_ROOT_CODE", default_value = "3717")]
    root_code: String,
    /// The phone of the person it is for: the token may do what they may, within its scopes.
    #[arg(long)]
    phone: String,
    /// What it is called in the list of tokens.
    #[arg(long, default_value = "command line")]
    name: String,
    /// `*`, `read`, `matters:read`, `matters:write` …; may be given several times.
    #[arg(long = "scope", default_value = "*")]
    scopes: Vec<String>,
}

impl Token {
    pub async fn run(self) -> Result<ExitCode> {
        let app = app_for(&self.ground, &self.root_code).await?;
        let input = (self.phone, self.name, self.scopes);
        let token = app
            .act(&command_line(), input, |mut tx, who, at, (phone, name, scopes)| {
                Box::pin(async move {
                    let phone = Phone::parse(&phone)?;
                    let person =
                        identity::store::person_of_phone(&mut tx, phone.reveal()).await?.ok_or(Stop::Missing)?;
                    let scopes: Vec<TokenScope> = scopes.into_iter().map(TokenScope).collect();
                    let wanted = Wanted { name, scopes, days: None };
                    Ok(identity::tokens::issue(&mut tx, &who, at, person, &wanted).await?.1)
                })
            })
            .await
            .map_err(stopped)?;
        println!("{token}");
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
