//! Age, sex, and what the law says about minors who volunteer.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::places::path;
use crate::shared::Refusal;

/// What stands in place of the name of somebody who was erased (个人信息保护法 第四十七条).
pub const ERASED: &str = "已注销";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Female,
    Male,
    /// Not stated.
    Unstated,
}

impl Sex {
    pub const fn key(self) -> &'static str {
        match self {
            Sex::Female => "female",
            Sex::Male => "male",
            Sex::Unstated => "unstated",
        }
    }

    pub fn from_key(key: &str) -> Option<Sex> {
        [Sex::Female, Sex::Male, Sex::Unstated].into_iter().find(|sex| sex.key() == key)
    }
}

/// Full years (周岁) completed on `day`. A year is complete from the day after the birthday, because the day on which a
/// period begins does not count (民法典 第二百零一条); born on 29 February, it ends on the last of the month
/// (第二百零二条). `None` before birth.
pub fn full_years(born: Date, day: Date) -> Option<u8> {
    if day < born {
        return None;
    }
    let mut years = i32::from(day.year()) - i32::from(born.year());
    let anniversary = born.checked_add(years.years()).unwrap_or(Date::MAX);
    if day <= anniversary {
        years -= 1;
    }
    u8::try_from(years.clamp(0, u8::MAX.into())).ok()
}

/// Whether somebody may live at the place of this path: in a village, a community or a grid. By the place of a county or a
/// township nobody would find them who answers for them.
///
/// # Errors
/// `home-unsettled` at the field.
pub fn may_live(place_path: &str, field: &'static str) -> Result<(), Refusal> {
    if path::is_settled(place_path) { Ok(()) } else { Err(Refusal::new("home-unsettled").at_field(field)) }
}

/// How many years ago somebody may be born, at most: nobody is known to have lived longer than 122.
pub const OLDEST_YEARS: i64 = 130;

/// A day on which somebody may be born who is entered on `today`.
///
/// # Errors
/// `birth-date-range`, at the field `birth_date`.
pub fn birth_date(born: Date, today: Date) -> Result<Date, Refusal> {
    let first = today.checked_sub(OLDEST_YEARS.years()).unwrap_or(Date::MIN);
    match (first..=today).contains(&born) {
        true => Ok(born),
        false => Err(Refusal::new("birth-date-range").with("years", OLDEST_YEARS).at_field("birth_date")),
    }
}

/// Ages that bound volunteering, as dated data; the default is the law on 1 January 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MinorRules {
    /// Full years below which nobody volunteers: without capacity (民法典 第二十条), so outside 山东省志愿服务条例
    /// 第十条, which speaks of limited capacity.
    pub least_age: u8,
    /// Full years below which only a guardian's consent opens the personal information (个人信息保护法 第三十一条).
    pub consent_below: u8,
    /// Full years from which one is an adult (民法典 第十七条).
    pub adult_from: u8,
}

impl Default for MinorRules {
    fn default() -> MinorRules {
        MinorRules { least_age: 8, consent_below: 14, adult_from: 18 }
    }
}

/// Whether somebody may correct their own day of birth from `known` to `new`. A minor may not: with a day of one's own choice
/// the guardian's consent (未成年人保护法 第七十二条; 山东省志愿服务条例 第十条) would be asked of nobody. Staff who have seen
/// the document may.
///
/// # Errors
/// `birth-date-own`, at the field `birth_date`.
pub fn correct_own_birth_date(
    known: Option<Date>,
    new: Option<Date>,
    today: Date,
    rules: &MinorRules,
) -> Result<(), Refusal> {
    let (Some(known), Some(new)) = (known, new) else { return Ok(()) };
    let is_minor = full_years(known, today).is_some_and(|age| age < rules.adult_from);
    if is_minor && new != known {
        return Err(Refusal::new("birth-date-own").at_field("birth_date"));
    }
    Ok(())
}

/// How a minor's guardian stands behind a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guardianship {
    /// A guardian's consent is on file and not taken back.
    pub consent: bool,
    /// A guardian comes along.
    pub accompanied: bool,
}

/// Why age bars somebody from a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeBar {
    /// The date of birth is not known, and the service asks for it.
    Unknown,
    TooYoung {
        least: u8,
    },
    GuardianConsentMissing,
    /// Minors are never organised for rescue or other dangerous service (山东省志愿服务条例 第十条).
    MinorInDanger,
}

/// Whether somebody of `age` full years may serve. An unknown age bars only from what asks for one: a dangerous service
/// or one with a least age.
///
/// # Errors
/// The first bar, in the order of [`AgeBar`].
pub fn may_serve(
    age: Option<u8>,
    guardianship: Guardianship,
    dangerous: bool,
    task_least_age: Option<u8>,
    rules: &MinorRules,
) -> Result<(), AgeBar> {
    let Some(age) = age else {
        return if dangerous || task_least_age.is_some() { Err(AgeBar::Unknown) } else { Ok(()) };
    };
    let least = task_least_age.unwrap_or(0).max(rules.least_age);
    if age < least {
        return Err(AgeBar::TooYoung { least });
    }
    if age >= rules.adult_from {
        return Ok(());
    }
    let stood_for = guardianship.consent || (guardianship.accompanied && age >= rules.consent_below);
    if !stood_for {
        return Err(AgeBar::GuardianConsentMissing);
    }
    if dangerous { Err(AgeBar::MinorInDanger) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_minor_does_not_choose_their_own_day_of_birth() {
        let (today, rules) = (date(2026, 6, 8), MinorRules::default());
        let (child, adult) = (date(2012, 3, 2), date(1990, 3, 2));
        let cases = [
            ("a child becomes an adult", Some(child), Some(adult), Some("birth-date-own")),
            ("a child becomes another child", Some(child), Some(date(2010, 3, 2)), Some("birth-date-own")),
            ("the same day once more", Some(child), Some(child), None),
            ("nothing said", Some(child), None, None),
            ("not known yet", None, Some(adult), None),
            ("an adult", Some(adult), Some(date(1991, 3, 2)), None),
        ];
        for (name, known, new, expected) in cases {
            let answer = correct_own_birth_date(known, new, today, &rules);
            assert_eq!(answer.err().map(|refusal| refusal.code), expected, "{name}");
        }
    }

    #[test]
    fn years_are_full_from_the_day_after_the_birthday() {
        let cases = [
            (date(2008, 6, 1), date(2026, 5, 31), Some(17)),
            (date(2008, 6, 1), date(2026, 6, 1), Some(17)),
            (date(2008, 6, 1), date(2026, 6, 2), Some(18)),
            (date(2008, 2, 29), date(2026, 2, 28), Some(17)),
            (date(2008, 2, 29), date(2026, 3, 1), Some(18)),
            (date(2008, 2, 29), date(2024, 2, 29), Some(15)),
            (date(2026, 6, 1), date(2026, 6, 1), Some(0)),
            (date(2026, 6, 1), date(2026, 5, 31), None),
            (date(1880, 1, 1), date(2026, 1, 2), Some(146)),
        ];
        for (born, day, expected) in cases {
            assert_eq!(full_years(born, day), expected, "{born} {day}");
        }
    }

    #[test]
    fn a_day_of_birth_lies_within_a_long_life() {
        let today = date(2026, 6, 8);
        let cases = [
            (date(2026, 6, 8), true),
            (date(2026, 6, 9), false),
            (date(2040, 1, 1), false),
            (date(1948, 3, 2), true),
            (date(1896, 6, 8), true),
            (date(1896, 6, 7), false),
            (date(1700, 1, 1), false),
        ];
        for (born, may_be) in cases {
            assert_eq!(birth_date(born, today).is_ok(), may_be, "{born}");
        }
    }

    #[test]
    fn minors_serve_within_the_law() {
        let alone = Guardianship::default();
        let consent = Guardianship { consent: true, accompanied: false };
        let along = Guardianship { consent: false, accompanied: true };
        let rules = MinorRules::default();
        let cases = [
            ("an adult", Some(18), alone, false, None, Ok(())),
            ("an adult in danger", Some(18), alone, true, None, Ok(())),
            ("seventeen, alone", Some(17), alone, false, None, Err(AgeBar::GuardianConsentMissing)),
            ("seventeen, with consent", Some(17), consent, false, None, Ok(())),
            ("seventeen, accompanied", Some(17), along, false, None, Ok(())),
            ("seventeen, in danger", Some(17), consent, true, None, Err(AgeBar::MinorInDanger)),
            ("thirteen, with consent", Some(13), consent, false, None, Ok(())),
            ("thirteen, only accompanied", Some(13), along, false, None, Err(AgeBar::GuardianConsentMissing)),
            ("seven", Some(7), consent, false, None, Err(AgeBar::TooYoung { least: 8 })),
            ("the task asks for sixteen", Some(15), consent, false, Some(16), Err(AgeBar::TooYoung { least: 16 })),
            ("the task cannot lower the law", Some(7), consent, false, Some(5), Err(AgeBar::TooYoung { least: 8 })),
            ("age unknown, plain task", None, alone, false, None, Ok(())),
            ("age unknown, danger", None, alone, true, None, Err(AgeBar::Unknown)),
            ("age unknown, least age", None, alone, false, Some(18), Err(AgeBar::Unknown)),
        ];
        for (name, age, guardianship, dangerous, least, expected) in cases {
            assert_eq!(may_serve(age, guardianship, dangerous, least, &rules), expected, "{name}");
        }
    }
}
