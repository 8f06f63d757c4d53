//! How the values of fields are written, for programs.

use super::kind::FieldType;
use crate::shared::when::PARTS_OF_DAY;

/// What the values of such a field look like, where that is neither free text nor an option of its own.
pub fn takes(type_: FieldType) -> Vec<String> {
    let day = "2026-11-25";
    let plain = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
    match type_ {
        FieldType::YesNo => plain(&["yes", "no"]),
        FieldType::Date => plain(&[day]),
        FieldType::When => {
            let parts = PARTS_OF_DAY.iter().map(|(part, ..)| format!("{day}/{part}"));
            ["now", "today", day].map(str::to_owned).into_iter().chain(parts).collect()
        }
        FieldType::Point => plain(&["35.24120,115.44310"]),
        _ => Vec::new(),
    }
}
