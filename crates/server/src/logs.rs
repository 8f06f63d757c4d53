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
    /// Starts writing. With a filter that says nothing it logs as if none were given.
    ///
    /// # Errors
    /// What to write instead.
    pub fn start(&self) -> Result<(), String> {
        let (filter, done) = match filter(&self.log) {
            Ok(filter) => (filter, Ok(())),
            Err(wrong) => (EnvFilter::new("info"), Err(wrong)),
        };
        let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
        let lines = lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
        match self.log_format {
            Format::Human => lines.init(),
            Format::Json => lines.json().flatten_event(true).init(),
        }
        done
    }
}

const LEVELS: &[&str] = &["off", "error", "warn", "info", "debug", "trace"];

/// The filter that a text means. A word that is no level would be taken for the name of a part, of which everything is logged.
fn filter(text: &str) -> Result<EnvFilter, String> {
    let is_level = |level: &str| LEVELS.contains(&level.trim().to_ascii_lowercase().as_str());
    let is_meant = |part: &str| match part.rsplit_once('=') {
        Some((name, level)) => !name.trim().is_empty() && is_level(level),
        None => is_level(part),
    };
    let wrong = |what: &str| {
        format!(
            "{what:?} is nothing to log by: write --log (HELIN_LOG) as `info` or `warn,app=debug`; levels are {}",
            LEVELS.join(", ")
        )
    };
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    match parts.iter().find(|part| !is_meant(part)) {
        Some(part) => Err(wrong(part)),
        None => EnvFilter::try_new(parts.join(",")).map_err(|_| wrong(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_level_is_told() {
        let cases = [
            ("info", None),
            ("info,sqlx=warn", None),
            ("WARN, app=Debug", None),
            ("off", None),
            ("nonsense==", Some("nonsense==")),
            ("infoo,app=dbug", Some("infoo")),
            ("info,app=dbug", Some("app=dbug")),
            ("app", Some("app")),
            ("=info", Some("=info")),
            ("", Some("\"\"")),
            ("info,", Some("\"\"")),
        ];
        for (text, wrong) in cases {
            match (filter(text), wrong) {
                (Ok(_), None) => {}
                (Err(said), Some(wrong)) => {
                    assert!(said.contains(wrong) && said.contains("HELIN_LOG"), "{text}: {said}");
                }
                (found, _) => panic!("{text}: {:?}", found.err()),
            }
        }
    }
}
