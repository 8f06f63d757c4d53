//! Days as people write them: 2026-01-05, 2026/1/5, 2026年1月5日, and the numbers that Excel keeps.

use jiff::ToSpan;
use jiff::civil::{Date, date};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayFault {
    Unreadable,
    /// `1/5/2026`, `26-1-5`: which is the month, or the year, depends on who wrote it.
    Ambiguous,
}

/// Reads a written day: the year comes first, with four digits; or last, where only one of the others can be the month
/// (`31.12.1999`). A time behind it is left out.
///
/// # Errors
/// [`DayFault`].
pub fn day(text: &str) -> Result<Date, DayFault> {
    let half: String = text.trim().chars().map(half_width).collect();
    let written = half.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = written.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| !part.bytes().all(|b| b.is_ascii_digit())) {
        return Err(DayFault::Unreadable);
    }
    match parts.as_slice() {
        [whole] if whole.len() == 8 => of_parts(&whole[..4], &whole[4..6], &whole[6..]),
        [year, month, day] if year.len() == 4 => of_parts(year, month, day),
        [a, b, year] if a.len() <= 2 && b.len() <= 2 && year.len() == 4 => year_last(year, a, b),
        [a, b, c] if a.len() <= 2 && b.len() <= 2 && matches!(c.len(), 1 | 2) => Err(DayFault::Ambiguous),
        _ => Err(DayFault::Unreadable),
    }
}

/// Both ways round: what is a day either way, and another one, could be two.
fn year_last(year: &str, a: &str, b: &str) -> Result<Date, DayFault> {
    match (of_parts(year, b, a), of_parts(year, a, b)) {
        (Ok(one), Ok(other)) if one != other => Err(DayFault::Ambiguous),
        (Ok(day), _) | (_, Ok(day)) => Ok(day),
        _ => Err(DayFault::Unreadable),
    }
}

fn of_parts(year: &str, month: &str, day: &str) -> Result<Date, DayFault> {
    let number = |text: &str| text.parse::<i8>().map_err(|_| DayFault::Unreadable);
    let year: i16 = year.parse().map_err(|_| DayFault::Unreadable)?;
    Date::new(year, number(month)?, number(day)?).map_err(|_| DayFault::Unreadable)
}

/// Days since the day before 1900, as Excel counts: its 1900 has a 29 February, so the count is right from March on.
/// Numbers of eight digits are days written without separators.
pub(super) fn of_number(number: f64) -> Result<Date, DayFault> {
    const FIRST: f64 = 61.0;
    // 2099-12-31: later ones are slips.
    const LAST: f64 = 73_050.0;
    if number.fract() == 0.0 && (18_500_101.0..=21_001_231.0).contains(&number) {
        return day(&format!("{number:.0}"));
    }
    if !(FIRST..=LAST).contains(&number) {
        return Err(DayFault::Unreadable);
    }
    #[expect(clippy::cast_possible_truncation, reason = "between 61 and 73,050")]
    let days = number.floor() as i32;
    date(1899, 12, 30).checked_add(days.days()).map_err(|_| DayFault::Unreadable)
}

fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}
