//! When a message that was not taken is tried again, and when it is given up: once it would be of no use any more. The numbers
//! are data: `delivery.toml`.

use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    waits_seconds: Vec<i64>,
    useful_minutes: i64,
    message: Vec<Own>,
}

/// What holds for one message alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Own {
    template: String,
    useful_minutes: i64,
}

static NUMBERS: LazyLock<File> =
    LazyLock::new(|| toml::from_str(include_str!("delivery.toml")).expect("the embedded numbers can be read"));

/// Until when a message is worth trying again, by its template and when it was written.
pub fn useful_until(template: &str, written: Timestamp) -> Timestamp {
    let own = NUMBERS.message.iter().find(|own| own.template == template);
    written + SignedDuration::from_mins(own.map_or(NUMBERS.useful_minutes, |own| own.useful_minutes))
}

/// When it is tried again after its `tries`th try (from 1) failed at an instant; `None` once that would be of no use.
pub fn next_try(tries: u32, failed: Timestamp, useful_until: Timestamp) -> Option<Timestamp> {
    let at = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    let seconds = NUMBERS.waits_seconds.get(at).or(NUMBERS.waits_seconds.last())?;
    let next = failed.checked_add(SignedDuration::from_secs(*seconds)).ok()?;
    (next <= useful_until).then_some(next)
}

/// The templates that have a number of their own, for a test that there are such messages.
pub fn templates() -> impl Iterator<Item = &'static str> {
    NUMBERS.message.iter().map(|own| own.template.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        format!("2026-06-08T{text}+08:00").parse().unwrap()
    }

    #[test]
    fn the_tries_grow_apart_until_the_message_is_of_no_use() {
        let day = useful_until("offer", at("09:00:00"));
        let code = useful_until("sign-in-code", at("09:00:00"));
        assert_eq!((day, code), ("2026-06-09T09:00:00+08:00".parse().unwrap(), at("09:10:00")));
        for (case, tries, failed, until, next) in [
            ("at once", 1, "09:00:00", day, Some("09:00:05")),
            ("a little later", 2, "09:00:05", day, Some("09:00:35")),
            ("two minutes", 3, "09:00:35", day, Some("09:02:35")),
            ("ten minutes", 4, "09:02:35", day, Some("09:12:35")),
            ("an hour", 5, "09:12:35", day, Some("10:12:35")),
            ("and again an hour", 17, "21:12:35", day, Some("22:12:35")),
            ("a code in its time", 3, "09:00:35", code, Some("09:02:35")),
            ("a code that nobody waits for", 4, "09:02:35", code, None),
            ("an invitation until its answer", 3, "09:00:35", at("09:02:35"), Some("09:02:35")),
            ("and no second later", 3, "09:00:36", at("09:02:35"), None),
        ] {
            assert_eq!(next_try(tries, at(failed), until), next.map(at), "{case}");
        }
    }

    #[test]
    fn a_gateway_that_is_away_for_a_night_gets_its_messages_in_the_morning() {
        let until = useful_until("received", at("22:00:00"));
        let (mut tries, mut now) = (1, at("22:00:00"));
        while let Some(next) = next_try(tries, now, until) {
            assert!(next > now && next <= until);
            (tries, now) = (tries + 1, next);
        }
        assert!((20..40).contains(&tries), "{tries} tries in a day");
    }
}
