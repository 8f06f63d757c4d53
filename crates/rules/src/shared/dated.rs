//! Settings of the program that change by law or by arrangement: entries that hold from a day on.

use jiff::civil::Date;

/// The entry that holds on a day, in whatever order they stand; the earliest before any does.
///
/// # Panics
/// Without an entry: those that come with the program have one, and a test of each holds that.
pub fn at<'e, E: 'e>(entries: impl IntoIterator<Item = &'e E>, day: Date, valid_from: impl Fn(&E) -> Date) -> &'e E {
    let mut entries: Vec<&E> = entries.into_iter().collect();
    entries.sort_by_key(|entry| valid_from(entry));
    let holds = entries.iter().rfind(|entry| valid_from(entry) <= day);
    holds.or(entries.first()).expect("an entry")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_that_holds_is_the_one() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let entries = [(day("2027-01-01"), "new"), (day("2026-01-01"), "old")];
        for (today, expected) in [
            ("2025-12-31", "old"),
            ("2026-01-01", "old"),
            ("2026-12-31", "old"),
            ("2027-01-01", "new"),
            ("2030-06-01", "new"),
        ] {
            assert_eq!(at(&entries, day(today), |entry| entry.0).1, expected, "{today}");
        }
    }
}
