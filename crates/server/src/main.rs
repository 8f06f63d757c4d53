//! `helin`: the program. One file per command; `ground` opens what they stand on.

mod backup;
mod beside;
mod calendar;
mod checks;
mod demo;
mod doctor;
mod erased;
mod ground;
mod logs;
mod metrics;
mod naming;
mod notify;
mod operations;
mod private;
mod register;
#[cfg(test)]
mod register_tests;
mod repair;
#[cfg(test)]
mod repair_tests;
mod serve;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod upgrade_tests;

use clap::{Parser, Subcommand};

/// Helin 荷邻: neighbourhood governance and volunteer service.
#[derive(Parser)]
#[command(name = "helin", version)]
struct Cli {
    #[command(flatten)]
    logs: logs::Logs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the city to browsers and API clients.
    Serve(serve::Serve),
    /// Build an invented city in a fresh database and serve it.
    Demo(demo::Demo),
    /// Bring the database's schema up to this program.
    Migrate(ground::Ground),
    /// Bring places, working days, people, teams, credentials or volunteer numbers in from files.
    Import(register::Import),
    /// Register the first administrator, or one more.
    Administrator(register::Administrator),
    /// Issue an API token for a person, found by phone.
    Token(register::Token),
    /// Check the data: the engine's own checks, references, sums, promises. Exit code 1 when not content.
    Doctor(doctor::Doctor),
    /// Copy the whole city into a new folder, while it is served or not, and read the copy back.
    Backup(backup::Backup),
    /// Put a backup into an empty place, on either engine.
    Restore(backup::Restore),
    /// List who was erased, to keep beside the backups; with --again, who of such a list came back by a restore.
    Erased(erased::Erased),
}

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    // Who serves is told this with all else that is wrong with the settings.
    let log = cli.logs.start();
    // SQLite answers in the thread that asks: with more workers than readers some are always left for everything else.
    let workers = 2 * std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("helin: {error}");
            return std::process::ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        if let (Err(wrong), false) = (&log, matches!(cli.command, Command::Serve(_))) {
            anyhow::bail!(wrong.clone());
        }
        match cli.command {
            Command::Serve(serve) => serve.run(log.err()).await,
            Command::Demo(demo) => demo.run().await,
            Command::Migrate(ground) => register::migrate(ground).await,
            Command::Import(import) => import.run().await,
            Command::Administrator(administrator) => administrator.run().await,
            Command::Token(token) => token.run().await,
            Command::Doctor(doctor) => doctor.run().await,
            Command::Backup(backup) => backup.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Erased(erased) => erased.run().await,
        }
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("helin: {}", ground::told(&error));
            std::process::ExitCode::FAILURE
        }
    }
}
