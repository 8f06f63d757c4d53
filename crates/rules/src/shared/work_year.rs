//! When the calendar of a year is whole, and when it is about to end. Both are data: `work_year.toml`.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::WorkCalendar;

/// The file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkYear {
    pub fixed: Fixed,
    pub ahead: Ahead,
}

/// The holidays by which a whole year is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixed {
    pub source: String,
    pub valid_from: Date,
    /// Month and day, `01-01`.
    pub days: Vec<String>,
}

/// How long before the end somebody is told.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ahead {
    pub source: String,
    pub valid_from: Date,
    pub days: i32,
}

static FILE: LazyLock<WorkYear> =
    LazyLock::new(|| toml::from_str(include_str!("work_year.toml")).expect("work_year.toml reads"));

/// The holidays that a year's notice always names and that are not among these; empty for a whole year. A year that lacks one
/// is not known: its other days would be guessed.
pub fn lacking(year: i16, holidays: &[Date]) -> Vec<Date> {
    let day = |text: &String| format!("{year:04}-{text}").parse::<Date>().ok();
    FILE.fixed.days.iter().filter_map(day).filter(|day| !holidays.contains(day)).collect()
}

/// The calendar is about to end, or has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// The last day of which it is known whether it is worked; `None` when nothing is known of the present year.
    pub last: Option<Date>,
    /// The first year that is missing.
    pub year: i16,
}

impl WorkCalendar {
    /// Where the calendar ends, once that is near: a term in working days that runs beyond has no end until somebody brings
    /// the next year in.
    pub fn ending(&self, today: Date) -> Option<Ending> {
        let mut year = today.year();
        while self.is_loaded(year) {
            year = year.checked_add(1)?;
        }
        let last = (year > today.year()).then(|| Date::new(year - 1, 12, 31).ok()).flatten();
        let is_near = last.is_none_or(|last| (last - today).get_days() <= FILE.ahead.days);
        is_near.then_some(Ending { last, year })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn the_file_names_where_its_days_come_from() {
        let WorkYear { fixed, ahead } = &*FILE;
        assert!(!fixed.source.is_empty() && !ahead.source.is_empty());
        assert!(fixed.valid_from < ahead.valid_from);
        assert!(!fixed.days.is_empty() && lacking(2027, &[]).len() == fixed.days.len(), "each is a day of a year");
    }

    #[test]
    fn a_year_is_whole_with_the_holidays_that_never_move() {
        let fixed = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)].map(|(month, day)| date(2027, month, day));
        assert_eq!(lacking(2027, &fixed), []);
        assert_eq!(lacking(2027, &fixed[..3]), fixed[3..]);
        assert_eq!(lacking(2027, &[date(2027, 1, 1)]), fixed[1..], "a stray line is no year");
        assert_eq!(lacking(2028, &fixed).len(), fixed.len(), "and those of another year count for nothing");
    }

    #[test]
    fn somebody_is_told_before_the_calendar_ends() {
        let years = |years: &[i16]| {
            let mut calendar = WorkCalendar::new(TimeZone::UTC);
            years.iter().for_each(|year| calendar.load_year(*year, [], []));
            calendar
        };
        let ends = |year: i16| Some(Ending { last: Some(date(year, 12, 31)), year: year + 1 });
        let cases = [
            ("far from the end", vec![2026], date(2026, 10, 31), None),
            ("sixty days before", vec![2026], date(2026, 11, 1), ends(2026)),
            ("on the last day", vec![2026], date(2026, 12, 31), ends(2026)),
            ("with the next year", vec![2026, 2027], date(2026, 12, 31), None),
            ("with a gap", vec![2026, 2028], date(2026, 12, 1), ends(2026)),
            ("past the end", vec![2026], date(2027, 1, 1), Some(Ending { last: None, year: 2027 })),
            ("with no calendar at all", vec![], date(2026, 6, 8), Some(Ending { last: None, year: 2026 })),
        ];
        for (name, loaded, today, expected) in cases {
            assert_eq!(years(&loaded).ending(today), expected, "{name}");
        }
    }
}
