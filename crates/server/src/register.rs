//! `migrate`, `import`, `administrator`, `token`: what is done before and beside serving.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use app::city::Settings;
use app::core::Dice;
use app::exchange::imports;
use app::exchange::intake::Problem;
use app::exchange::store::{self, Counts, OpenRow};
use app::identity::secrets;
use app::identity::tokens::Wanted;
use app::jobs::notify::Outbox;
use app::matters::{self, Loaded};
use app::people::actions::{Appointment, Registration};
use app::{App, Stop, identity, people, places};
use clap::{Args, Subcommand};
use rules::people::membership::Word;
use rules::people::{Phone, password as rule};
use rules::shared::ids::ImportId;
use rules::shared::{Actor, Cell, Channel, Refusal, Role, TokenScope};

use crate::ground::{self, Ground, Outside, Reached, SystemClock, stopped, words_of};
use crate::naming::counted;

/// The command line itself acts: whoever can run it holds the keys and the file anyway. Events say so.
fn command_line() -> Actor {
    Actor { channel: Channel::CommandLine, ..Actor::system() }
}

/// An [`App`] for one command.
async fn app_for(ground: &Ground, root_code: &str) -> Result<App> {
    ground::root_code(root_code)?;
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
    #[arg(long, env = "HELIN_ROOT_CODE", default_value = "3717", global = true)]
    root_code: String,
    /// A file of places: code,name,parent,level; or `builtin`, the divisions of Heze. What is there already stays as it is.
    #[arg(long)]
    divisions: Option<PathBuf>,
    /// A file of working days: date,kind,name; or `builtin`, those that were announced when the program was made. The years in
    /// it are replaced, and each is there whole.
    #[arg(long)]
    workdays: Option<PathBuf>,
    #[command(subcommand)]
    sheet: Option<Sheet>,
}

/// A spreadsheet, as the pages at /imports take it.
#[derive(Subcommand)]
enum Sheet {
    /// Register people from a spreadsheet.
    People(SheetFile),
    /// Register teams and their members from a spreadsheet.
    Teams(SheetFile),
    /// Enter credentials from a spreadsheet.
    Credentials(SheetFile),
    /// Enter the numbers that the national system has given to volunteers.
    #[command(name = "volunteer_numbers", alias = "volunteer-numbers")]
    VolunteerNumbers(SheetFile),
}

#[derive(Args)]
struct SheetFile {
    /// An .xlsx or .csv file with the columns of the empty table.
    file: PathBuf,
    /// Only say what would come of it.
    #[arg(long)]
    check: bool,
}

impl Sheet {
    fn parts(&self) -> (&'static str, &SheetFile) {
        match self {
            Sheet::People(file) => ("people", file),
            Sheet::Teams(file) => ("teams", file),
            Sheet::Credentials(file) => ("credentials", file),
            Sheet::VolunteerNumbers(file) => ("volunteer_numbers", file),
        }
    }
}

impl Import {
    pub async fn run(self) -> Result<ExitCode> {
        ensure!(
            self.divisions.is_some() || self.workdays.is_some() || self.sheet.is_some(),
            "say what to bring in: --divisions FILE, --workdays FILE, or people, teams, credentials or volunteer_numbers and a \
             FILE"
        );
        let app = app_for(&self.ground, &self.root_code).await?;
        if let Some(file) = &self.divisions {
            let text = text_of(file, sim::DIVISIONS)?;
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
            let is_own = file == Path::new(BUILTIN);
            let source = if is_own { sim::WORKDAYS_SOURCE.to_owned() } else { file.display().to_string() };
            let input = (text_of(file, sim::WORKDAYS)?, source);
            let Loaded { years, matters } = app
                .act(&command_line(), input, |mut tx, who, at, (text, source)| {
                    Box::pin(async move { matters::load_calendar(&mut tx, &who, at, (&text, &source)).await })
                })
                .await
                .map_err(stopped)?;
            println!("working days: {}", counted(years, "year", "years"));
            if matters > 0 {
                let matters = counted(matters, "matter", "matters");
                println!("waited for them: {matters}, to be given a day within a minute of serving");
            }
            ground::reload(&app).await?;
        }
        let mut refused = 0;
        if let Some(sheet) = &self.sheet {
            let (name, file) = sheet.parts();
            refused = bring_in(&app, name, file).await?;
        }
        app.db.close().await;
        Ok(if refused > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// Takes a spreadsheet in as the pages do: read, checked, applied. Refused rows are told by number, column and reason;
/// answers how many there were.
async fn bring_in(app: &App, name: &str, sheet: &SheetFile) -> Result<i32> {
    let intake = imports::intake(name).with_context(|| format!("nothing is imported as {name}"))?;
    let bytes = std::fs::read(&sheet.file).with_context(|| format!("cannot read {}", sheet.file.display()))?;
    let id = imports::take_in(app, &command_line(), Cell::ROOT, intake, bytes.clone()).await.map_err(stopped)?;
    app.act(&command_line(), id, |mut tx, who, at, id| {
        Box::pin(async move { imports::start(&mut tx, &who, at, id).await })
    })
    .await
    .map_err(stopped)?;
    go_through(app, id).await?;
    let (counts, refused) = outcome(app, id).await?;
    let (known, repeated) = (counts.same, counts.repeated);
    println!("checked: {} new, {known} known before, {repeated} repeated, {} refused", counts.new, counts.refused);
    if counts.asked > 0 {
        println!("in {} of the new somebody is asked, and joins the team once they say yes", counts.asked);
    }
    // Read once more only where a column is to be named.
    let headings = match refused.is_empty() {
        true => Vec::new(),
        false => imports::headings(app, intake, bytes).await.map_err(stopped)?,
    };
    let called =
        |key: &str| headings.iter().find(|(known, _)| *known == key).map_or(key.to_owned(), |(_, name)| name.clone());
    for line in refused.iter().flat_map(|row| refused_lines(row, &called)) {
        println!("{line}");
    }
    if sheet.check {
        app.act(&command_line(), id, |mut tx, who, at, id| {
            Box::pin(async move { imports::cancel(&mut tx, &who, at, id).await })
        })
        .await
        .map_err(stopped)?;
        return Ok(counts.refused);
    }
    app.act(&command_line(), id, |mut tx, who, at, id| {
        Box::pin(async move { imports::apply(&mut tx, &who, at, id).await })
    })
    .await
    .map_err(stopped)?;
    go_through(app, id).await?;
    let (counts, _) = outcome(app, id).await?;
    let (known, repeated) = (counts.same, counts.repeated);
    println!("applied: {} added, {known} known before, {repeated} repeated, {} refused", counts.added, counts.refused);
    // Nobody looks at it later: what was in the file goes at once.
    let now = app.now();
    app.write(move |mut tx| Box::pin(async move { store::clear(&mut tx, now, id).await })).await.map_err(stopped)?;
    Ok(counts.refused)
}

/// What is wrong with a row, one line each. `called`: what the file calls a column.
fn refused_lines(row: &OpenRow, called: &dyn Fn(&str) -> String) -> Vec<String> {
    let line = |problem: &Problem| {
        let column = problem.column.as_ref().map(|column| format!(", {}", called(column))).unwrap_or_default();
        format!("  row {}{column}: {} ({})", row.row, words_of(&problem.code, &problem.args), problem.code)
    };
    row.problem.iter().flat_map(Problem::all).map(line).collect()
}

async fn go_through(app: &App, id: ImportId) -> Result<()> {
    loop {
        let now = app.now();
        let more = app.write(move |mut tx| Box::pin(async move { imports::advance(&mut tx, now, id).await })).await;
        if !more.map_err(stopped)? {
            return Ok(());
        }
    }
}

async fn outcome(app: &App, id: ImportId) -> Result<(Counts, Vec<OpenRow>)> {
    /// More than anybody reads on a terminal.
    const SHOWN: i64 = 1000;
    let found = app
        .read(move |mut tx| {
            Box::pin(async move {
                let counts = store::counts(&mut tx, id).await?;
                Ok((counts, store::refused(&mut tx, id, SHOWN).await?))
            })
        })
        .await;
    found.map_err(stopped)
}

/// The name under which a file that the program carries is brought in.
const BUILTIN: &str = "builtin";

/// The text of a file; `carried` where that is asked for.
fn text_of(file: &Path, carried: &str) -> Result<String> {
    if file == Path::new(BUILTIN) {
        return Ok(carried.to_owned());
    }
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
    /// Opens an account of this name, or resets the one they have, and prints a password for one sign-in at
    /// /login/staff: the way in where no messages are sent yet.
    #[arg(long)]
    account: Option<String>,
}

impl Administrator {
    pub async fn run(self) -> Result<ExitCode> {
        let app = app_for(&self.ground, &self.root_code).await?;
        let password = rule::invent(app.dice.bytes());
        let hash = secrets::hash_password(password.clone()).await.map_err(stopped)?;
        let account = self.account.map(|account| (account, hash));
        let root_code = self.root_code.clone();
        let found = app
            .read(move |mut tx| Box::pin(async move { places::store::by_code(&mut tx, &root_code).await }))
            .await
            .map_err(stopped)?;
        let root = found.with_context(|| {
            format!("there is no place {}: bring places in by `helin import --divisions` first", self.root_code)
        })?;
        let input = (root, self.name, self.phone, account);
        let (known, opened) = app
            .act(&command_line(), input, |mut tx, who, at, (root, name, phone, account)| {
                Box::pin(async move {
                    let parsed = Phone::parse(&phone)?;
                    let known = identity::store::person_of_phone(&mut tx, parsed.reveal()).await?;
                    let person = match known {
                        Some(person) => {
                            let there = people::store::present(&mut tx, person).await?;
                            if there.name != name.trim() {
                                return Err(Refusal::new("administrator-other-name").with("name", there.name).into());
                            }
                            person
                        }
                        None => {
                            let new = Registration {
                                name,
                                phone: Some(phone),
                                lives_nowhere: true,
                                ..Registration::default()
                            };
                            people::actions::register(&mut tx, &who, at, root.id, &new).await?
                        }
                    };
                    let held = people::store::memberships(&mut tx, person, at).await?;
                    // Run again, such as for a password, it appoints nobody twice.
                    if !held.iter().any(|held| held.role == Role::Administrator && held.place_path == root.path) {
                        let role = Appointment {
                            role: Role::Administrator,
                            organisation: None,
                            place: Some(root.id),
                            until: None,
                            word: Word::default(),
                        };
                        people::actions::appoint(&mut tx, &who, at, person, &role).await?;
                    }
                    let opened = match account {
                        Some((name, hash)) => {
                            Some(identity::passwords::reset(&mut tx, &who, at, person, &name, &hash).await?)
                        }
                        None => None,
                    };
                    Ok((known.is_some(), opened))
                })
            })
            .await
            .map_err(stopped)?;
        let found = if known { "was registered before and is administrator" } else { "registered" };
        println!("{found}; they sign in at /login with this phone");
        if let Some(account) = opened {
            println!("or at /login/staff as {account}, once with the password {password}; then they choose their own");
        }
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
    #[arg(long = "scope", default_value = "*", help = scope_help())]
    scopes: Vec<String>,
}

fn scope_help() -> String {
    let known = identity::tokens::scopes().join(", ");
    format!("What it may do of what they may; several times for several. One of {known}")
}

impl Token {
    pub async fn run(self) -> Result<ExitCode> {
        let app = app_for(&self.ground, &self.root_code).await?;
        let phone = self.phone.clone();
        let input = (self.phone, self.name, self.scopes);
        let token = app
            .act(&command_line(), input, |mut tx, who, at, (phone, name, scopes)| {
                Box::pin(async move {
                    let phone = Phone::parse(&phone)?;
                    let Some(person) = identity::store::person_of_phone(&mut tx, phone.reveal()).await? else {
                        return Ok(None);
                    };
                    let scopes: Vec<TokenScope> = scopes.into_iter().map(TokenScope).collect();
                    let wanted = Wanted { name, scopes, days: None };
                    Ok(Some(identity::tokens::issue(&mut tx, &who, at, person, &wanted).await?.1))
                })
            })
            .await
            .map_err(stopped)?
            .with_context(|| format!("nobody here has the phone {phone}"))?;
        println!("{token}");
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
