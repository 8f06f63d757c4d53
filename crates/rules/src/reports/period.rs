//! Months of the city's calendar; whole, partial, to come, or from before anything was recorded.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::shared::{Refusal, Window, WorkCalendar};

/// A month of the city's calendar, written `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The first day.
    first: Date,
}

/// How much of a month the records cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    Whole,
    /// It is not over: counted up to and including this day.
    Partial {
        through: Date,
    },
    /// It has not begun.
    Future,
    /// It ended before the first record was kept.
    BeforeRecords,
}

/// A count of a month. Not knowing is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Known {
        count: i64,
        coverage: Coverage,
    },
    /// Shown as 「—」 with the reason.
    Unknown(Coverage),
}

impl Month {
    pub fn of(day: Date) -> Month {
        Month { first: day.first_of_month() }
    }

    pub fn first_day(self) -> Date {
        self.first
    }

    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    /// The month `n` later, or earlier when `n` is negative; stays where it is at the ends of the calendar.
    pub fn plus(self, n: i32) -> Month {
        Month { first: self.first.checked_add(n.months()).unwrap_or(self.first) }
    }

    /// This month and the `n - 1` before it, oldest first.
    pub fn back(self, n: u16) -> Vec<Month> {
        (0..i32::from(n)).rev().map(|k| self.plus(-k)).collect()
    }

    /// From its first instant to the first of the next, in the city's time zone.
    ///
    /// # Errors
    /// `month` at the ends of the calendar.
    pub fn window(self, calendar: &WorkCalendar) -> Result<Window, Refusal> {
        let start = |day: Date| {
            let zoned = day.to_zoned_datetime(calendar.zone().clone()).map_err(|_| Refusal::new("month"))?;
            Ok(zoned.timestamp())
        };
        Ok(Window { start: start(self.first)?, end: start(self.plus(1).first)? })
    }

    /// How much of it is covered at `as_of`, when records began at `since`.
    pub fn coverage(self, calendar: &WorkCalendar, since: Date, as_of: Timestamp) -> Coverage {
        let today = calendar.date(as_of);
        if self.last_day() < since {
            Coverage::BeforeRecords
        } else if self.first > today {
            Coverage::Future
        } else if self.last_day() >= today {
            Coverage::Partial { through: today }
        } else {
            Coverage::Whole
        }
    }

    /// A count of this month, or that it is not known.
    pub fn value(self, count: i64, calendar: &WorkCalendar, since: Date, as_of: Timestamp) -> Value {
        match self.coverage(calendar, since, as_of) {
            coverage @ (Coverage::Whole | Coverage::Partial { .. }) => Value::Known { count, coverage },
            coverage @ (Coverage::Future | Coverage::BeforeRecords) => Value::Unknown(coverage),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Month, Refusal> {
        let refusal = || Refusal::new("month").with("month", text).at_field("month");
        let (year, month) = text.split_once('-').ok_or_else(refusal)?;
        let digits = |part: &str, n| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(refusal());
        }
        let (year, month) = (year.parse().map_err(|_| refusal())?, month.parse().map_err(|_| refusal())?);
        Date::new(year, month, 1).map(Month::of).map_err(|_| refusal())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use jiff::tz::{Offset, TimeZone};

    fn calendar() -> WorkCalendar {
        WorkCalendar::new(TimeZone::fixed(Offset::constant(8)))
    }

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn months_read_back() {
        assert_eq!(month("2026-11").to_string(), "2026-11");
        for bad in ["2026", "2026-13", "2026-00", "2026-1", "26-11", "2026-+1", "2026-11-01", ""] {
            assert_eq!(bad.parse::<Month>().unwrap_err().code, "month", "{bad}");
        }
        let back: Vec<String> = month("2026-02").back(3).iter().map(Month::to_string).collect();
        assert_eq!(back, ["2025-12", "2026-01", "2026-02"]);
    }

    #[test]
    fn a_month_is_bounded_in_the_citys_time() {
        let window = month("2026-11").window(&calendar()).unwrap();
        assert_eq!(window.start, "2026-11-01T00:00:00+08:00".parse().unwrap());
        assert_eq!(window.end, "2026-12-01T00:00:00+08:00".parse().unwrap());
    }

    #[test]
    fn not_knowing_is_not_zero() {
        let as_of: Timestamp = "2026-11-22T23:30:00+08:00".parse().unwrap();
        let last_of_month: Timestamp = "2026-11-30T23:59:59+08:00".parse().unwrap();
        let since = date(2026, 9, 15);
        let cases = [
            ("2026-08", as_of, Value::Unknown(Coverage::BeforeRecords)),
            ("2026-09", as_of, Value::Known { count: 0, coverage: Coverage::Whole }),
            ("2026-10", as_of, Value::Known { count: 0, coverage: Coverage::Whole }),
            ("2026-11", as_of, Value::Known { count: 0, coverage: Coverage::Partial { through: date(2026, 11, 22) } }),
            (
                "2026-11",
                last_of_month,
                Value::Known { count: 0, coverage: Coverage::Partial { through: date(2026, 11, 30) } },
            ),
            ("2026-12", as_of, Value::Unknown(Coverage::Future)),
        ];
        for (text, as_of, expected) in cases {
            assert_eq!(month(text).value(0, &calendar(), since, as_of), expected, "{text}");
        }
    }
}
