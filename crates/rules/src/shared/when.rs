//! Moments, terms and the working-day calendar.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

/// The parts of a day, by which people say when something is wanted and when they are free: each with its first minute after
/// midnight and the one at which it is over. Local setting.
pub const PARTS_OF_DAY: [(&str, u16, u16); 3] =
    [("morning", 8 * 60, 12 * 60), ("afternoon", 12 * 60, 18 * 60), ("evening", 18 * 60, 22 * 60)];

/// A day as everything here writes one: `2026-06-08`, and nothing shorter, longer or nearly so.
pub fn read_date(text: &str) -> Option<Date> {
    let is_written_so = text.len() == "2026-06-08".len() && text.as_bytes().get(4) == Some(&b'-');
    text.parse().ok().filter(|_| is_written_so)
}

/// When something happened and when it was written down. A paper form entered later has two different times; terms run
/// from `recorded` unless the kind says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub occurred: Timestamp,
    pub recorded: Timestamp,
}

impl Moment {
    /// Something that happens as it is recorded.
    pub fn now(at: Timestamp) -> Moment {
        Moment { occurred: at, recorded: at }
    }
}

/// A stretch of time: from `start` until just before `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    pub start: Timestamp,
    pub end: Timestamp,
}

impl Window {
    /// Whole minutes, rounded down; 0 for a window that ends before it starts.
    pub fn minutes(&self) -> i64 {
        self.end.duration_since(self.start).as_mins().max(0)
    }

    pub fn contains(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    pub fn covers(&self, other: &Window) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether less than `rest` minutes lie between the two; with 0, whether they overlap.
    pub fn is_nearer_than(&self, other: &Window, rest: i64) -> bool {
        let rest = SignedDuration::from_mins(rest);
        self.start < other.end.saturating_add(rest).unwrap_or(Timestamp::MAX)
            && other.start < self.end.saturating_add(rest).unwrap_or(Timestamp::MAX)
    }

    /// What both have in common.
    pub fn common(&self, other: &Window) -> Option<Window> {
        let common = Window { start: self.start.max(other.start), end: self.end.min(other.end) };
        (common.start < common.end).then_some(common)
    }
}

/// A length of time that a rule grants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Term {
    /// Runs through nights and holidays, to the minute.
    Minutes(i64),
    /// Runs through nights and holidays, to the minute.
    Hours(i64),
    /// Ends at 23:59:59 of the nth day after, holidays included.
    CalendarDays(i64),
    /// Ends at 23:59:59 of the nth working day after, by the national calendar.
    WorkingDays(i64),
}

impl Term {
    /// About how long it is, to compare terms of different units. A working day counts as one and a half days.
    pub fn roughly_minutes(self) -> i64 {
        match self {
            Term::Minutes(n) => n,
            Term::Hours(n) => n.saturating_mul(60),
            Term::CalendarDays(n) => n.saturating_mul(24 * 60),
            Term::WorkingDays(n) => n.saturating_mul(36 * 60),
        }
    }
}

/// Which days are worked, year by year, as the State Council gives notice. A year that is not loaded is refused, never
/// guessed.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkCalendar {
    zone: TimeZone,
    /// Per loaded year: the days that differ from Monday–Friday.
    years: BTreeMap<i16, (BTreeSet<Date>, BTreeSet<Date>)>,
}

/// Why a date could not be computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// The holidays of this year are not loaded yet; an administrator imports them.
    YearNotLoaded(i16),
    /// Beyond the dates that a computer keeps.
    OutOfRange,
}

impl WorkCalendar {
    pub fn new(zone: TimeZone) -> WorkCalendar {
        WorkCalendar { zone, years: BTreeMap::new() }
    }

    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Loads a year: its holidays and the weekend days that are worked instead.
    pub fn load_year(
        &mut self,
        year: i16,
        holidays: impl IntoIterator<Item = Date>,
        worked: impl IntoIterator<Item = Date>,
    ) {
        self.years.insert(year, (holidays.into_iter().collect(), worked.into_iter().collect()));
    }

    pub fn is_loaded(&self, year: i16) -> bool {
        self.years.contains_key(&year)
    }

    /// Day and time on the clocks here.
    pub fn local(&self, at: Timestamp) -> DateTime {
        at.to_zoned_datetime(self.zone.clone()).datetime()
    }

    /// The date in the city at this instant.
    pub fn date(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.zone.clone()).date()
    }

    /// The first instant of a day in the city.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`].
    pub fn midnight(&self, day: Date) -> Result<Timestamp, CalendarError> {
        let zoned = day.at(0, 0, 0, 0).to_zoned_datetime(self.zone.clone());
        zoned.map(|zoned| zoned.timestamp()).map_err(|_| CalendarError::OutOfRange)
    }

    /// Whether `day` is worked.
    ///
    /// # Errors
    /// [`CalendarError::YearNotLoaded`] when the day's year is not loaded.
    pub fn is_working_day(&self, day: Date) -> Result<bool, CalendarError> {
        let (holidays, worked) = self.years.get(&day.year()).ok_or(CalendarError::YearNotLoaded(day.year()))?;
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        Ok(if weekend { worked.contains(&day) } else { !holidays.contains(&day) })
    }

    /// When a term that starts at `from` ends. A term in days does not count the day it starts
    /// (民法典 第二百零一条) and ends at 23:59:59 of its last day.
    ///
    /// # Errors
    /// [`CalendarError::YearNotLoaded`] when the count runs into a year that is not loaded.
    pub fn end_of(&self, term: Term, from: Timestamp) -> Result<Timestamp, CalendarError> {
        match term {
            Term::Minutes(n) => from.checked_add(SignedDuration::from_mins(n)).map_err(|_| CalendarError::OutOfRange),
            Term::Hours(n) => from.checked_add(SignedDuration::from_hours(n)).map_err(|_| CalendarError::OutOfRange),
            Term::CalendarDays(n) => {
                let day = self.date(from).checked_add(n.days()).map_err(|_| CalendarError::OutOfRange)?;
                self.end_of_day(day)
            }
            Term::WorkingDays(n) => {
                let mut day = self.date(from);
                let mut left = n;
                while left > 0 {
                    day = day.tomorrow().map_err(|_| CalendarError::OutOfRange)?;
                    if self.is_working_day(day)? {
                        left -= 1;
                    }
                }
                self.end_of_day(day)
            }
        }
    }

    /// How many working days lie after the day of `from` up to and including the day of `to`.
    ///
    /// # Errors
    /// [`CalendarError::YearNotLoaded`] when the span touches a year that is not loaded.
    pub fn working_days_between(&self, from: Timestamp, to: Timestamp) -> Result<i64, CalendarError> {
        let last = self.date(to);
        let mut day = self.date(from);
        let mut count = 0;
        while day < last {
            day = day.tomorrow().map_err(|_| CalendarError::OutOfRange)?;
            if self.is_working_day(day)? {
                count += 1;
            }
        }
        Ok(count)
    }

    /// The last second of a day.
    ///
    /// # Errors
    /// [`CalendarError::OutOfRange`] beyond the dates that a computer keeps.
    pub fn end_of_day(&self, day: Date) -> Result<Timestamp, CalendarError> {
        day.at(23, 59, 59, 0)
            .to_zoned_datetime(self.zone.clone())
            .map(|z| z.timestamp())
            .map_err(|_| CalendarError::OutOfRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use jiff::tz::Offset;

    /// The National Day weeks of 2025 and the New Year of 2026 (State Council notices).
    fn calendar() -> WorkCalendar {
        let mut calendar = WorkCalendar::new(TimeZone::fixed(Offset::constant(8)));
        let october = (1..=8).map(|d| date(2025, 10, d));
        calendar.load_year(2025, october, [date(2025, 9, 28), date(2025, 10, 11)]);
        calendar.load_year(2026, (1..=3).map(|d| date(2026, 1, d)), [date(2026, 1, 4)]);
        calendar
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_is_written_in_one_way() {
        for (text, is) in [
            ("2026-06-08", true),
            ("20260608", false),
            ("2026-6-8", false),
            ("2026-06-31", false),
            ("2026-06-08T09:00", false),
            (" 2026-06-08", false),
            ("2026-0608", false),
            ("+2026-06-8", false),
            ("", false),
        ] {
            assert_eq!(read_date(text).is_some(), is, "{text}");
        }
    }

    #[test]
    fn terms_end_where_the_law_says() {
        let c = calendar();
        let cases = [
            ("a plain week", "2025-09-15T09:00:00+08:00", Term::WorkingDays(5), Ok("2025-09-22T23:59:59+08:00")),
            (
                "across a swapped Sunday and the holiday",
                "2025-09-26T09:00:00+08:00",
                Term::WorkingDays(4),
                Ok("2025-10-09T23:59:59+08:00"),
            ),
            (
                "the swapped Saturday counts",
                "2025-10-10T17:00:00+08:00",
                Term::WorkingDays(1),
                Ok("2025-10-11T23:59:59+08:00"),
            ),
            ("into the next year", "2025-12-31T23:00:00+08:00", Term::WorkingDays(1), Ok("2026-01-04T23:59:59+08:00")),
            (
                "late at night it is still today",
                "2025-09-15T23:59:59+08:00",
                Term::WorkingDays(1),
                Ok("2025-09-16T23:59:59+08:00"),
            ),
            ("hours ignore holidays", "2025-10-01T22:00:00+08:00", Term::Hours(4), Ok("2025-10-02T02:00:00+08:00")),
            ("calendar days", "2025-10-01T22:00:00+08:00", Term::CalendarDays(7), Ok("2025-10-08T23:59:59+08:00")),
            (
                "a year not loaded",
                "2026-12-31T09:00:00+08:00",
                Term::WorkingDays(1),
                Err(CalendarError::YearNotLoaded(2027)),
            ),
        ];
        for (name, from, term, expected) in cases {
            assert_eq!(c.end_of(term, at(from)), expected.map(at), "{name}");
        }
    }

    #[test]
    fn working_days_between_is_the_inverse_of_a_term() {
        let c = calendar();
        let from = at("2025-09-26T09:00:00+08:00");
        for n in 0..12 {
            let end = c.end_of(Term::WorkingDays(n), from).unwrap();
            assert_eq!(c.working_days_between(from, end), Ok(n));
        }
    }
}
