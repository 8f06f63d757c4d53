//! Hours of quiet: an invitation that can wait rings nobody out of their sleep, and nobody's time to answer runs in them. The
//! clocks of a matter go on: they are promised to whoever asked.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// From when until when, in local time, and what rings through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    pub from: Time,
    pub until: Time,
    /// The levels of urgency that ring at night as well.
    pub through: Vec<String>,
}

static EMBEDDED: LazyLock<QuietHours> =
    LazyLock::new(|| toml::from_str(include_str!("quiet.toml")).expect("the embedded hours are read by a test"));

impl Default for QuietHours {
    fn default() -> QuietHours {
        EMBEDDED.clone()
    }
}

impl QuietHours {
    /// When an invitation of this level goes out that is sent at `at` for a task that begins at `starts`: at once, or at the
    /// end of the quiet hours. What begins before they end cannot wait for it.
    pub fn goes_out(&self, level: &str, starts: Timestamp, at: Timestamp, zone: &TimeZone) -> Timestamp {
        let rings = self.through.iter().any(|through| through == level);
        self.end(at, zone).filter(|end| !rings && *end < starts).unwrap_or(at)
    }

    /// The first quiet hours that begin at `at` or after it.
    fn next(&self, at: Timestamp, zone: &TimeZone) -> Option<(Timestamp, Timestamp)> {
        if self.from == self.until {
            return None;
        }
        let local = zone.to_datetime(at);
        let day = if local.time() <= self.from { local.date() } else { local.date().tomorrow().ok()? };
        let begins = zone.to_timestamp(day.to_datetime(self.from)).ok()?;
        Some((begins, self.end(begins, zone)?))
    }

    /// The end of the quiet hours that `at` lies in.
    fn end(&self, at: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let local = zone.to_datetime(at);
        let time = local.time();
        let over_midnight = self.from > self.until;
        let is_morning = time < self.until && (over_midnight || time >= self.from);
        let is_evening = over_midnight && time >= self.from;
        let day = match (is_morning, is_evening) {
            (true, _) => local.date(),
            (_, true) => local.date().tomorrow().ok()?,
            _ => return None,
        };
        zone.to_timestamp(day.to_datetime(self.until)).ok()
    }
}

/// The quiet hours as they hold for one task.
#[derive(Clone, Copy, Debug)]
pub struct Night<'a> {
    pub hours: &'a QuietHours,
    /// Of urgency, of its matter.
    pub level: &'a str,
    /// When it begins.
    pub starts: Timestamp,
    pub zone: &'a TimeZone,
}

impl Night<'_> {
    /// When an invitation goes out that is sent at `at`.
    pub fn goes_out(&self, at: Timestamp) -> Timestamp {
        self.hours.goes_out(self.level, self.starts, at, self.zone)
    }

    /// Until when an answer counts whose time would run from `from` to `by`: it stands still at night, as far as the night
    /// can be waited for.
    pub fn answered_by(&self, from: Timestamp, by: Timestamp) -> Timestamp {
        let (mut from, mut by) = (from, by);
        while let Some((begins, ends)) = self.hours.next(from, self.zone) {
            if begins >= by || self.goes_out(begins) == begins {
                break;
            }
            by += ends.duration_since(begins);
            from = ends;
        }
        by
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_wait_goes_out_when_the_quiet_hours_end() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(8));
        let at = |text: &str| format!("{text}:00+08:00").parse::<Timestamp>().expect("an instant");
        let (night, noon) = (QuietHours::default(), "11-28T10:00");
        let rest: QuietHours =
            toml::from_str("from = \"12:00\"\nuntil = \"14:00\"\nthrough = []").expect("hours of the day");
        let none: QuietHours =
            toml::from_str("from = \"00:00\"\nuntil = \"00:00\"\nthrough = []").expect("no quiet hours");
        let cases = [
            ("before dawn", &night, "day", "11-28T04:50", noon, "11-28T07:00"),
            ("in the evening", &night, "normal", "11-27T21:30", noon, "11-28T07:00"),
            ("just before", &night, "normal", "11-27T21:29", noon, "11-27T21:29"),
            ("at their end", &night, "normal", "11-28T07:00", noon, "11-28T07:00"),
            ("urgent", &night, "urgent", "11-28T04:50", noon, "11-28T04:50"),
            ("begins before they end", &night, "day", "11-28T04:50", "11-28T06:30", "11-28T04:50"),
            ("begins as they end", &night, "day", "11-28T04:50", "11-28T07:00", "11-28T04:50"),
            ("of the day", &rest, "day", "11-28T12:30", "11-28T16:00", "11-28T14:00"),
            ("of the day, over", &rest, "day", "11-28T14:30", "11-28T16:00", "11-28T14:30"),
            ("none", &none, "day", "11-28T04:50", noon, "11-28T04:50"),
        ];
        for (name, hours, level, sent, starts, goes_out) in cases {
            let year = |text: &str| at(&format!("2026-{text}"));
            assert_eq!(hours.goes_out(level, year(starts), year(sent), &zone), year(goes_out), "{name}");
        }
    }

    #[test]
    fn the_time_to_answer_stands_still_in_the_quiet_hours() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(8));
        let at = |text: &str| format!("2026-{text}:00+08:00").parse::<Timestamp>().expect("an instant");
        let night = QuietHours::default();
        let rest: QuietHours =
            toml::from_str("from = \"12:00\"\nuntil = \"14:00\"\nthrough = []").expect("hours of the day");
        let none: QuietHours =
            toml::from_str("from = \"00:00\"\nuntil = \"00:00\"\nthrough = []").expect("no quiet hours");
        let (late, noon) = ("11-29T18:00", "11-28T12:00");
        let cases = [
            ("of the day", &night, "day", noon, "11-27T10:00", "11-27T14:00", "11-27T14:00"),
            ("up to the night", &night, "day", noon, "11-27T21:15", "11-27T21:30", "11-27T21:30"),
            ("a minute before the night", &night, "normal", late, "11-27T21:29", "11-28T01:29", "11-28T10:59"),
            ("sent as it ends", &night, "normal", late, "11-28T07:00", "11-28T11:00", "11-28T11:00"),
            ("into the morning", &night, "normal", late, "11-27T20:00", "11-28T08:00", "11-28T17:30"),
            ("through two nights", &night, "normal", "12-05T09:00", "11-27T21:00", "11-28T21:00", "11-29T16:00"),
            ("urgent", &night, "urgent", late, "11-27T21:29", "11-28T01:29", "11-28T01:29"),
            ("begins before it ends", &night, "day", "11-28T06:30", "11-27T21:20", "11-27T21:35", "11-27T21:35"),
            ("quiet at noon", &rest, "day", late, "11-28T11:50", "11-28T12:05", "11-28T14:05"),
            ("never quiet", &none, "day", late, "11-27T21:20", "11-28T01:20", "11-28T01:20"),
        ];
        for (name, hours, level, starts, from, by, expected) in cases {
            let task = Night { hours, level, starts: at(starts), zone: &zone };
            assert_eq!(task.answered_by(at(from), at(by)), at(expected), "{name}");
        }
    }
}
