//! How long ago something may have happened that is written down now. The number is data: `back.toml`.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::shared::{Refusal, dated};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    back: Vec<Back>,
}

/// How far back, from a day on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Back {
    valid_from: Date,
    days: i32,
    /// Law and article, or whose setting it is.
    #[allow(dead_code, reason = "it is read by whoever changes the number, and a test holds that it is there")]
    basis: String,
}

static BACK: LazyLock<Vec<Back>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("back.toml")).expect("the embedded days can be read");
    file.back
});

/// Whether what happened on a day may be written down on another.
///
/// # Errors
/// `occurred-too-long-ago` at `occurred_at`, with the earliest day.
pub fn may_have_been(occurred: Date, today: Date) -> Result<(), Refusal> {
    let earliest = today.saturating_sub(dated::at(BACK.iter(), today, |back| back.valid_from).days.days());
    if occurred >= earliest {
        return Ok(());
    }
    Err(Refusal::new("occurred-too-long-ago").with("earliest", earliest.to_string()).at_field("occurred_at"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_down_happened_within_a_year() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        for (occurred, today, earliest) in [
            ("2026-06-08", "2026-06-08", None),
            ("2025-06-07", "2026-06-08", None),
            ("2025-06-06", "2026-06-08", Some("2025-06-07")),
            ("2006-06-08", "2026-06-08", Some("2025-06-07")),
            ("0001-01-01", "2026-06-08", Some("2025-06-07")),
            ("1998-01-01", "1999-06-08", Some("1998-06-07")),
        ] {
            let said = may_have_been(day(occurred), day(today)).err();
            let said = said.map(|refusal| refusal.args[0].1.to_string());
            assert_eq!(said.as_deref(), earliest, "{occurred} on {today}");
        }
        assert!(BACK.iter().all(|back| back.days > 0 && !back.basis.is_empty()));
    }
}
