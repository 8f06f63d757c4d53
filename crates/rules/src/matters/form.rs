//! What a person filled in, checked against the fields of a kind.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use super::kind::{Asked, Field, FieldType, Kind};
use super::writing::takes;
use crate::shared::length::fits_in;
use crate::shared::when::{PARTS_OF_DAY, read_date};
use crate::shared::{Phone, Refusal};

/// The values of a form: per field what was entered, one text for most, several for choices, photos and organisations.
pub type Values = BTreeMap<String, Vec<String>>;

/// The longest text when a field does not say, in characters.
const LONGEST: u32 = 2_000;

/// How far ahead a day may be wanted: a year. Local setting.
const FARTHEST_DAYS: i64 = 366;

/// Whether a part of today is over at this time: it is neither offered nor taken.
pub fn is_over(part: &str, now: Time) -> bool {
    let now = i32::from(now.hour()) * 60 + i32::from(now.minute());
    PARTS_OF_DAY.iter().any(|(key, _, until)| *key == part && now >= i32::from(*until))
}

/// Checks the form with which a matter comes in. `said`: day and time at which it was said, on the clocks here.
///
/// # Errors
/// A [`Refusal`] for each field that is not asked for, then for each in the order of the form, with the field at fault: the first
/// with the others behind it.
pub fn check_intake(kind: &Kind, values: &Values, said: DateTime) -> Result<(), Refusal> {
    let unknown = unknown(kind, values, Asked::is_at_intake);
    let wrong = wrong_with(kind, kind.fields.iter().filter(|f| f.asked.is_at_intake()), values, said);
    Refusal::all(unknown.into_iter().chain(wrong))
}

/// What is wrong with these fields of the form, each with its field, in their order: one page of a longer form. `values` are
/// those of the whole form, for what one answer asks of another.
pub fn wrong_with<'k>(
    kind: &Kind,
    fields: impl IntoIterator<Item = &'k Field>,
    values: &Values,
    said: DateTime,
) -> Vec<Refusal> {
    let checked = fields.into_iter().map(|field| check_asked(kind, field, values, said));
    checked.filter_map(Result::err).collect()
}

fn check_asked(kind: &Kind, field: &Field, values: &Values, said: DateTime) -> Result<(), Refusal> {
    let given = values.get(&field.key);
    check_field(field, given, kind.must_answer(field, values))?;
    if kind.wanted_field.as_deref() != Some(field.key.as_str()) {
        return Ok(());
    }
    let wanted = given.into_iter().flatten().find_map(|value| Some((day_of(value)?, part_of(value))));
    let Some((day, part)) = wanted else { return Ok(()) };
    let today = said.date();
    if day == today && is_over(part, said.time()) {
        return Err(at(field, Refusal::new("field-part-over")).with("part", part));
    }
    // A slip in the year would give a clock that nobody ever hears.
    let latest = today.saturating_add(FARTHEST_DAYS.days());
    let code = match day {
        day if day < today => Refusal::new("field-day-past"),
        day if day > latest => Refusal::new("field-day-far").with("latest", latest.to_string()),
        _ => return Ok(()),
    };
    Err(at(field, code).with("day", day.to_string()))
}

/// The day that an answer names; `now` and `today` name none.
fn day_of(value: &str) -> Option<Date> {
    let value = value.trim();
    read_date(value.split_once('/').map_or(value, |(day, _)| day))
}

/// The part of the day that an answer names; empty when any will do.
fn part_of(value: &str) -> &str {
    value.trim().split_once('/').map_or("", |(_, part)| part)
}

/// The answer that means the day on which it was said.
pub const TODAY: &str = "today";

/// The day that the form wants it for, when its kind asks and the answer names one; `today`: the day on which it was filled
/// in. How soon `now` is answered is said by the level that it implies.
pub fn wanted_day(kind: &Kind, values: &Values, today: Date) -> Option<Date> {
    match values.get(kind.wanted_field.as_deref()?)?.first()?.as_str() {
        TODAY => Some(today),
        named => day_of(named),
    }
}

/// A refusal that names the field at fault, in both languages.
fn at(field: &Field, refusal: Refusal) -> Refusal {
    let refusal = refusal.with("label", field.label.zh.as_str());
    refusal.with("label_en", field.label.en.as_str()).at_field(&field.key)
}

/// Checks the fields that come with an answer: those it requires, and any other given.
///
/// # Errors
/// A [`Refusal`] with the field at fault, and those of the other fields behind it.
pub fn check_answer<'a>(
    kind: &Kind,
    values: &Values,
    required: impl Iterator<Item = &'a str> + Clone,
) -> Result<(), Refusal> {
    let unknown = unknown(kind, values, |asked| asked == Asked::Answer);
    let asked = kind.fields.iter().filter(|f| f.asked == Asked::Answer);
    let checked = asked.map(|field| {
        let is_required = required.clone().any(|key| key == field.key);
        check_field(field, values.get(&field.key), is_required)
    });
    Refusal::all(unknown.into_iter().chain(checked.filter_map(Result::err)))
}

fn unknown(kind: &Kind, values: &Values, is_asked: impl Fn(Asked) -> bool) -> Vec<Refusal> {
    let unknown = values.keys().filter(|key| kind.field(key).is_none_or(|f| !is_asked(f.asked)));
    let known: Vec<&str> = kind.fields.iter().filter(|f| is_asked(f.asked)).map(|f| f.key.as_str()).collect();
    let known = known.join(", ");
    let refused = |key: &String| {
        Refusal::new("field-unknown").with("field", key.as_str()).with("known", known.as_str()).at_field(key)
    };
    unknown.map(refused).collect()
}

fn check_field(field: &Field, given: Option<&Vec<String>>, required: bool) -> Result<(), Refusal> {
    let said: Vec<&str> = given.into_iter().flatten().map(|v| v.trim()).filter(|v| !v.is_empty()).collect();
    let refuse = |code: &'static str| at(field, Refusal::new(code));
    if said.is_empty() {
        return if required { Err(refuse("field-required")) } else { Ok(()) };
    }
    let most = if takes_several(field.type_) { field.max.unwrap_or(u32::MAX) } else { 1 };
    if said.len() > most as usize {
        return Err(refuse("field-too-many").with("max", i64::from(most)));
    }
    said.iter().try_for_each(|value| check_value(field, value, &refuse))
}

const fn takes_several(type_: FieldType) -> bool {
    matches!(type_, FieldType::Choices | FieldType::Photos | FieldType::Organisation)
}

fn check_value(field: &Field, value: &str, refuse: &dyn Fn(&'static str) -> Refusal) -> Result<(), Refusal> {
    match field.type_ {
        FieldType::Choice | FieldType::Choices if !field.options.iter().any(|o| o.key == value) => {
            Err(refuse("field-no-such-option"))
        }
        FieldType::YesNo if !matches!(value, "yes" | "no") => Err(refuse("field-no-such-option")),
        FieldType::Date if read_date(value).is_none() => Err(refuse("field-not-a-date")),
        FieldType::When if is_when(value) => Ok(()),
        // Who typed a day is told how a day is written, and a program what there is.
        FieldType::When if value.starts_with(|c: char| c.is_ascii_digit()) && !value.contains('/') => {
            Err(refuse("field-not-a-date"))
        }
        FieldType::When => Err(refuse("field-not-a-time").with("allowed", takes(FieldType::When).join(", "))),
        FieldType::Number => match value.parse::<i64>() {
            Ok(n) if n >= 0 && field.max.is_none_or(|max| n <= i64::from(max)) => Ok(()),
            Ok(_) => Err(refuse("field-out-of-range").with("max", field.max.map_or(i64::MAX, i64::from))),
            Err(_) => Err(refuse("field-not-a-number")),
        },
        FieldType::Phone if Phone::parse(value).is_err() => Err(refuse("field-not-a-phone")),
        FieldType::Point if !is_point(value) => Err(refuse("field-not-a-point")),
        FieldType::Text | FieldType::LongText | FieldType::Address => {
            fits_in(field.max.unwrap_or(LONGEST) as usize, &field.key, value).map_err(|refusal| at(field, refusal))
        }
        // A failing check digit warns and is confirmed, since some real old codes fail it; the shape is not negotiable.
        FieldType::CreditCode if value.len() != 18 || !value.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            Err(refuse("field-not-a-credit-code"))
        }
        _ => Ok(()),
    }
}

/// `now`, `today`, or a date with an optional part of the day.
fn is_when(value: &str) -> bool {
    if matches!(value, "now" | "today") {
        return true;
    }
    let (date, part) = value.split_once('/').unwrap_or((value, "morning"));
    read_date(date).is_some() && PARTS_OF_DAY.iter().any(|(key, ..)| *key == part)
}

/// Latitude and longitude in degrees, `35.24120,115.44310`.
pub fn is_point(value: &str) -> bool {
    let degrees = |text: &str, most: f64| {
        let is_plain = text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
        is_plain && text.parse::<f64>().is_ok_and(|n| n.abs() <= most)
    };
    value.split_once(',').is_some_and(|(lat, lon)| degrees(lat, 90.0) && degrees(lon, 180.0))
}

/// The level a form asks for: the most urgent that any answer implies, else the kind's default.
pub fn implied_level(kind: &Kind, values: &Values) -> String {
    let implied = kind.fields.iter().flat_map(|field| {
        let given = values.get(&field.key).into_iter().flatten();
        given.filter_map(|value| field.implies.get(value.trim()))
    });
    implied
        .filter_map(|level| kind.urgency(level))
        .min()
        .and_then(|i| kind.levels.get(i))
        .map_or_else(|| kind.default_level.clone(), |level| level.key.clone())
}

/// The type that the form chose, when the kind has types.
pub fn chosen_type(kind: &Kind, values: &Values) -> Option<String> {
    let field = kind.type_field.as_deref()?;
    values.get(field)?.first().cloned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::{FieldType, is_over, is_point, is_when, takes};

    #[test]
    fn a_part_of_today_is_over_when_the_next_begins() {
        for (part, now, expected) in [
            ("morning", time(11, 59, 0, 0), false),
            ("morning", time(12, 0, 0, 0), true),
            ("afternoon", time(12, 0, 0, 0), false),
            ("afternoon", time(18, 0, 0, 0), true),
            ("evening", time(21, 59, 0, 0), false),
            ("evening", time(22, 0, 0, 0), true),
            ("", time(23, 0, 0, 0), false),
        ] {
            assert_eq!(is_over(part, now), expected, "{part} {now}");
        }
    }

    #[test]
    fn what_a_time_is_said_to_look_like_is_taken() {
        let takes = takes(FieldType::When);
        assert_eq!(takes.len(), 6, "{takes:?}");
        assert!(takes.iter().all(|value| is_when(value)), "{takes:?}");
    }

    #[test]
    fn a_point_is_two_numbers_of_degrees() {
        for (value, is) in [
            ("35.24120,115.44310", true),
            ("-33.9,18.4", true),
            ("91,10", false),
            ("35.2,181", false),
            ("35.2", false),
            ("35.2,", false),
            ("NaN,inf", false),
            ("35.2 , 115.4", false),
            ("35.2,115.4,7", false),
        ] {
            assert_eq!(is_point(value), is, "{value}");
        }
    }
}
