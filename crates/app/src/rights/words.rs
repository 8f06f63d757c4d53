//! How the sheet says what the file gives by its key.

use jiff::Timestamp;
use kit::Page;
use rules::matters::kind::FieldType;

use super::copy::{Answered, Line};
use crate::city::City;
use crate::dispatch::answer_words;
use crate::home::me::{self, field_name, purpose_name};
use crate::identity::drafts;
use crate::matters::pages::filled::kind_of_draft;
use crate::matters::pages::questions::{read_back, say};
use crate::people::skills;

/// A line in words.
pub fn said(page: &Page, city: &City, section: &str, line: &Line) -> String {
    if let Some(words) = &line.words {
        return say(page, words);
    }
    let words = |value: &String| one(page, city, (section, line.key), value);
    let words: Vec<String> = line.value.values().iter().map(words).collect();
    // What people wrote stands line by line, what we say in a row.
    let between = match line.key {
        "note" | "reopened" | "answered" => "\n",
        _ if page.is_en() => ", ",
        _ => "、",
    };
    words.join(between)
}

/// What a line is called. A field is what somebody looked at, but what is to be corrected where somebody asks for that.
pub fn label(page: &Page, section: &str, key: &str) -> String {
    match (section, key) {
        ("corrections", "field") => page.t("copy-to-correct"),
        ("consents", "text") => page.t("copy-consent-text"),
        _ => page.t(&format!("copy-{}", key.replace('_', "-"))),
    }
}

fn one(page: &Page, city: &City, (section, key): (&str, &str), value: &str) -> String {
    let dashed = value.replace('_', "-");
    match (section, key) {
        (_, "sex") => page.t(&format!("people-sex-{value}")),
        (_, "group") => page.t(&format!("people-group-{value}")),
        (_, "role") => page.t(&format!("people-role-{dashed}")),
        (_, "holds" | "active") => page.t(&format!("copy-{value}")),
        ("consents", "decision") => page.t(&format!("copy-decision-{value}")),
        (_, "solved") => page.t(&format!("home-solved-{value}")),
        (_, "satisfaction") => page.t(&format!("home-satisfied-{value}")),
        (_, "skill") => skills::name(page, value),
        (_, "week") => weekly(page, value),
        ("matters", "state") if value != "closed" => page.t(&format!("home-phase-{dashed}")),
        ("matters", "state") => page.t("copy-closed"),
        ("mandates", "state") => page.t(&format!("mandates-standing-{value}")),
        ("mandates", "how") => page.t(&format!("mandates-how-{value}")),
        ("mandates", "kinds") if value == "*" => page.t("mandates-kinds-all"),
        ("mandates", "kinds") => kind_name(page, city, value),
        ("drafts", "form") => form_name(page, city, value),
        ("offers", "state") => page.t(answer_words(value)),
        ("records", "state") => page.t(&format!("tasks-record-{value}")),
        ("records", "evidence") => page.t(&format!("tasks-evidence-{dashed}")),
        ("reads", "field") => field_name(page, city, value, me::ReadBy::Themselves),
        ("reads", "purpose") => purpose_name(page, value, me::ReadBy::Themselves),
        // The file has instants as programs read them.
        _ => match value.parse::<Timestamp>() {
            Ok(at) => page.when(at.as_millisecond()),
            Err(_) => value.to_owned(),
        },
    }
}

/// The answers of a form, each under its question.
pub fn told(page: &Page, city: &City, told: &Answered) -> Vec<(String, String)> {
    let kind = city.kinds.get(&told.kind);
    let row = |(key, values): (&String, &Vec<String>)| match kind.and_then(|kind| kind.field(key)) {
        Some(field) => (say(page, &field.label), read_back(page, field, values)),
        None => (key.clone(), values.join(", ")),
    };
    // The photos themselves stand below.
    let is_photos = |key: &str| kind.and_then(|kind| kind.field(key)).is_some_and(|f| f.type_ == FieldType::Photos);
    told.values.iter().filter(|(key, _)| !is_photos(key)).map(row).collect()
}

/// `1 08:00-12:00`: Monday morning.
fn weekly(page: &Page, span: &str) -> String {
    match span.split_once(' ') {
        Some((day, hours)) => format!("{} {hours}", page.t(&format!("people-weekday-{day}"))),
        None => span.to_owned(),
    }
}

fn kind_name(page: &Page, city: &City, key: &str) -> String {
    city.kinds.get(key).map_or_else(|| key.to_owned(), |kind| say(page, &kind.name))
}

/// What a form that was begun is called.
fn form_name(page: &Page, city: &City, form: &str) -> String {
    let (own, _) = drafts::named(form);
    match kind_of_draft(own, None).and_then(|key| city.kinds.get(key)) {
        Some(kind) => say(page, &kind.name),
        None if form == crate::web::left::DRAFT => page.t("copy-form-left"),
        None => page.t("copy-form-other"),
    }
}
