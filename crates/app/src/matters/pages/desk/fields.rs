//! What the form of a matter says, as somebody at the desk may read it.

use kit::Page;
use rules::matters::kind::{Field, FieldType};
use rules::matters::visibility::{Shown, fields_for};
use rules::matters::{Kind, Values};
use rules::shared::Actor;

use super::asked::words;
use crate::matters::Held;
use crate::matters::pages::questions;

/// A field of the form as this person sees it.
pub struct FieldLine {
    pub label: String,
    pub value: String,
}

/// The fields of the form in order, and whether some are sealed that this person may open.
pub fn field_lines(page: &Page, who: &Actor, kind: &Kind, held: &Held, opened: &Values) -> (Vec<FieldLine>, bool) {
    let mut sealed = Vec::new();
    let mut lines = Vec::new();
    for (field, shown) in fields_for(who, kind, &held.matter) {
        // The type stands above, as it is now.
        let is_type = kind.type_field.as_ref() == Some(&field.key);
        let said = held.fields.get(&field.key).or_else(|| opened.get(&field.key));
        if field.type_ == FieldType::Photos || is_type || (said.is_none() && rests_for_self(kind, field, held)) {
            continue;
        }
        let label = words(page, &field.label).to_owned();
        if let Some(said) = said {
            let word = |value: &String| match field.options.iter().find(|o| o.key == *value) {
                Some(option) => words(page, &option.name).to_owned(),
                None => value_words(page, field.type_, value),
            };
            let value = page.row_of(&said.iter().map(word).collect::<Vec<_>>());
            lines.push(FieldLine { label, value });
        } else if field.protected && opened.is_empty() && held.is_sealed() && shown == Shown::Open {
            // A question stands in a row of others, and ends none of them.
            sealed.push(label.trim_end_matches(['？', '?']).to_owned());
        }
    }
    let may_open = !sealed.is_empty();
    if may_open {
        let value = page.row_of(&sealed);
        lines.push(FieldLine { label: page.t("desk-field-sealed"), value });
    }
    (lines, may_open)
}

/// True for what is asked about another, where the need is for oneself: there is nothing of it to open.
fn rests_for_self(kind: &Kind, field: &Field, held: &Held) -> bool {
    let for_self = kind.subject_field.as_ref().is_some_and(|subject| !held.fields.contains_key(subject));
    for_self && questions::is_of_another(kind, field)
}

pub fn value_words(page: &Page, type_: FieldType, value: &str) -> String {
    match (type_, value) {
        (FieldType::YesNo, "yes") => page.t("desk-yes"),
        (FieldType::YesNo, "no") => page.t("desk-no"),
        (FieldType::When, "now") => page.t("desk-when-now"),
        (FieldType::When, "today") => page.t("desk-when-today"),
        (FieldType::When, when) => match when.split_once('/') {
            Some((day, part)) => format!("{} {}", page.date(day), page.t(&format!("desk-when-{part}"))),
            None => page.date(when),
        },
        (FieldType::Date, day) => page.date(day),
        _ => value.to_owned(),
    }
}
