//! How the sheet says what the file gives by its key.

use jiff::Timestamp;
use kit::Page;

use super::copy::Line;
use crate::city::City;
use crate::home::me::{Told, field_name, purpose_name};
use crate::matters::pages::questions::say;

pub fn said(page: &Page, city: &City, section: &str, line: &Line) -> String {
    if let Some(words) = &line.words {
        return say(page, words);
    }
    let value = line.value.as_str();
    let dashed = value.replace('_', "-");
    match (section, line.key.as_str()) {
        (_, "sex") => page.t(&format!("people-sex-{value}")),
        (_, "group") => page.t(&format!("people-group-{value}")),
        (_, "role") => page.t(&format!("people-role-{dashed}")),
        (_, "holds" | "active") => page.t(&format!("copy-{value}")),
        (_, "solved") => page.t(&format!("home-solved-{value}")),
        ("matters", "state") if value != "closed" => page.t(&format!("home-phase-{dashed}")),
        ("matters", "state") => page.t("copy-closed"),
        ("offers", "state") => page.t(&format!("tasks-offer-{value}")),
        ("records", "state") => page.t(&format!("tasks-record-{value}")),
        ("records", "evidence") => page.t(&format!("tasks-evidence-{dashed}")),
        ("reads", "field") => field_name(page, city, value, Told::Themselves),
        ("reads", "purpose") => purpose_name(page, value, Told::Themselves),
        // The file has instants as programs read them.
        _ => match value.parse::<Timestamp>() {
            Ok(at) => page.when(at.as_millisecond()),
            Err(_) => value.to_owned(),
        },
    }
}
