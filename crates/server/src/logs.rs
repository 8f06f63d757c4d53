//! The log: one line an event, for people or for machines. What is personal never reaches it, because nothing logs it.

use clap::{Args, ValueEnum};
use tracing_subscriber::EnvFilter;

#[derive(Args)]
pub struct Logs {
    /// How log lines are written to standard error.
    #[arg(long, global = true, env = "HELIN_LOG_FORMAT", value_enum, default_value_t = Format::Human)]
    log_format: Format,
    /// What is logged, as in `info` or `warn,app=debug`.
    #[arg(long, global = true, env = "HELIN_LOG", default_value = "info,sqlx=warn")]
    log: String,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Logs {
    pub fn start(&self) {
        let filter = EnvFilter::try_new(&self.log).unwrap_or_else(|_| EnvFilter::new("info"));
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
        let lines = lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
        match self.log_format {
            Format::Human => lines.init(),
            Format::Json => lines.json().flatten_event(true).init(),
        }
    }
}
