//! When a volunteer says they are free: a weekly pattern in local time. Having said nothing means "ask me".

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::shared::{Refusal, Window, WorkCalendar, dated};

/// Minutes in a day.
const DAY: u16 = 24 * 60;

/// A stretch of one weekday, in minutes after local midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct WeeklySpan {
    /// 1 for Monday up to 7 for Sunday (ISO 8601).
    pub weekday: u8,
    pub from: u16,
    /// Up to 1440, which is the midnight that ends the day.
    pub until: u16,
}

impl WeeklySpan {
    /// # Errors
    /// `availability-span` when it names no weekday or ends before it begins.
    pub fn new(weekday: u8, from: u16, until: u16) -> Result<WeeklySpan, Refusal> {
        if !(1..=7).contains(&weekday) || from >= until || until > DAY {
            return Err(Refusal::new("availability-span").at_field("availability"));
        }
        Ok(WeeklySpan { weekday, from, until })
    }
}

/// The weekday stretches that a window covers in local time, one per day it touches; at most seven, since after a week
/// the pattern repeats.
pub fn spans_of(window: &Window, calendar: &WorkCalendar) -> Vec<WeeklySpan> {
    let local = |at: jiff::Timestamp| at.to_zoned_datetime(calendar.zone().clone()).datetime();
    let (start, end) = (local(window.start), local(window.end));
    let minute = |t: DateTime| u16::from(t.hour().unsigned_abs()) * 60 + u16::from(t.minute().unsigned_abs());
    let mut spans = Vec::new();
    let mut day: Date = start.date();
    while day <= end.date() && spans.len() < 7 {
        let from = if day == start.date() { minute(start) } else { 0 };
        let until = if day == end.date() { minute(end) } else { DAY };
        if from < until {
            spans.push(WeeklySpan { weekday: day.weekday().to_monday_one_offset().unsigned_abs(), from, until });
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    spans
}

/// Whether a weekly pattern covers all of `asked`. An empty pattern covers everything.
pub fn is_free(pattern: &[WeeklySpan], asked: &[WeeklySpan]) -> bool {
    pattern.is_empty() || asked.iter().all(|span| covers(pattern, span))
}

fn covers(pattern: &[WeeklySpan], asked: &WeeklySpan) -> bool {
    let mut reached = asked.from;
    while reached < asked.until {
        let holding = |s: &&WeeklySpan| s.weekday == asked.weekday && s.from <= reached && reached < s.until;
        match pattern.iter().filter(holding).map(|s| s.until).max() {
            Some(until) => reached = until,
            None => return false,
        }
    }
    true
}

/// How long somebody may ask to be left alone, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Absence {
    valid_from: Date,
    /// Days.
    longest: u16,
    /// Law and article, or whose setting it is.
    basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Absence>,
}

static ABSENCES: LazyLock<Vec<Absence>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("absence.toml")).expect("the embedded terms can be read");
    file.term
});

/// Whether a volunteer can ask to be left alone until then.
///
/// # Errors
/// `quiet-past` when it is over already; `quiet-far` beyond the longest, with the `latest` day.
pub fn may_be_quiet(until: Timestamp, now: Timestamp, calendar: &WorkCalendar) -> Result<(), Refusal> {
    if until <= now {
        return Err(Refusal::new("quiet-past").at_field("quiet_until"));
    }
    let today = calendar.date(now);
    let term = dated::at(ABSENCES.iter(), today, |term| term.valid_from);
    let latest = today.saturating_add(i64::from(term.longest).days());
    if calendar.date(until) > latest {
        return Err(Refusal::new("quiet-far").with("latest", latest.to_string()).at_field("quiet_until"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::{Offset, TimeZone};

    fn window(start: &str, end: &str) -> Window {
        Window { start: start.parse().unwrap(), end: end.parse().unwrap() }
    }

    fn span(weekday: u8, from: u16, until: u16) -> WeeklySpan {
        WeeklySpan::new(weekday, from, until).unwrap()
    }

    #[test]
    fn a_window_is_cut_into_days() {
        let calendar = WorkCalendar::new(TimeZone::fixed(Offset::constant(8)));
        let cases = [
            // 2026-11-23 is a Monday.
            ("2026-11-23T09:00:00+08:00", "2026-11-23T11:00:00+08:00", vec![span(1, 540, 660)]),
            ("2026-11-22T22:00:00+08:00", "2026-11-23T02:00:00+08:00", vec![span(7, 1320, 1440), span(1, 0, 120)]),
            ("2026-11-22T22:00:00+08:00", "2026-11-23T00:00:00+08:00", vec![span(7, 1320, 1440)]),
        ];
        for (start, end, expected) in cases {
            assert_eq!(spans_of(&window(start, end), &calendar), expected, "{start}");
        }
        let month = window("2026-11-01T00:00:00+08:00", "2026-12-01T00:00:00+08:00");
        assert_eq!(spans_of(&month, &calendar).len(), 7);
    }

    #[test]
    fn free_means_covered_without_a_gap() {
        let morning_and_noon = [span(1, 480, 720), span(1, 720, 840), span(2, 480, 720)];
        let cases = [
            (&[][..], vec![span(3, 0, 1440)], true),
            (&morning_and_noon[..], vec![span(1, 540, 660)], true),
            (&morning_and_noon[..], vec![span(1, 660, 800)], true),
            (&morning_and_noon[..], vec![span(1, 660, 841)], false),
            (&morning_and_noon[..], vec![span(1, 479, 500)], false),
            (&morning_and_noon[..], vec![span(3, 540, 660)], false),
            (&morning_and_noon[..], vec![span(1, 540, 660), span(2, 700, 760)], false),
        ];
        for (pattern, asked, expected) in cases {
            assert_eq!(is_free(pattern, &asked), expected, "{asked:?}");
        }
    }

    #[test]
    fn one_is_left_alone_from_now_on_and_for_a_year_at_most() {
        let calendar = WorkCalendar::new(TimeZone::fixed(Offset::constant(8)));
        let now = "2026-06-08T09:00:00+08:00".parse().unwrap();
        for (until, expected) in [
            ("2026-06-07T23:59:59+08:00", Some("quiet-past")),
            ("2026-06-08T09:00:00+08:00", Some("quiet-past")),
            ("2026-06-08T23:59:59+08:00", None),
            ("2027-06-09T23:59:59+08:00", None),
            ("2027-06-10T00:00:00+08:00", Some("quiet-far")),
            ("2062-06-08T00:00:00+08:00", Some("quiet-far")),
        ] {
            let said = may_be_quiet(until.parse().unwrap(), now, &calendar);
            assert_eq!(said.err().map(|r| r.code), expected, "{until}");
        }
    }

    #[test]
    fn a_span_lies_within_a_day() {
        for (weekday, from, until) in [(0, 0, 60), (8, 0, 60), (1, 60, 60), (1, 60, 30), (1, 0, 1441)] {
            assert_eq!(WeeklySpan::new(weekday, from, until).unwrap_err().code, "availability-span");
        }
    }
}
