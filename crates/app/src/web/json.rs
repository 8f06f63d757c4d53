//! What the JSON of all capabilities has in common.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use kit::Failure;
use rules::shared::ids::Thing;
use rules::shared::when::read_date;
use rules::shared::{Id, Refusal, Text};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Stop;

/// Words in both languages.
#[derive(Serialize, ToSchema)]
pub struct TextJson {
    #[schema(example = "收到需求")]
    pub zh: String,
    #[schema(example = "Needs raised")]
    pub en: String,
}

impl From<&Text> for TextJson {
    fn from(text: &Text) -> TextJson {
        TextJson { zh: text.zh.clone(), en: text.en.clone() }
    }
}

/// An instant of the database as RFC 3339 with the city's offset: `2026-06-08T09:00:00+08:00`.
pub fn instant(millis: i64, zone: &TimeZone) -> String {
    match Timestamp::from_millisecond(millis) {
        Ok(at) => {
            let zoned = at.to_zoned_datetime(zone.clone());
            zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
        }
        Err(_) => String::new(),
    }
}

/// An instant that a client sent.
///
/// # Errors
/// `not-an-instant` at the field.
pub fn read_instant(text: &str, field: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| Refusal::new("not-an-instant").at_field(field))
}

/// An id in an address: what is no id of this kind of thing does not exist.
///
/// # Errors
/// 404.
pub fn path_id<T: Thing>(text: &str) -> Result<Id<T>, Failure> {
    text.parse().map_err(|_| Stop::Missing.into())
}

/// An id in a body.
///
/// # Errors
/// `not-an-id` at the field.
pub fn body_id<T: Thing>(text: &str, field: &str) -> Result<Id<T>, Refusal> {
    text.parse().map_err(|_| Refusal::new("not-an-id").with("prefix", T::PREFIX).at_field(field))
}

/// A day in a body.
///
/// # Errors
/// `date-unreadable` at the field.
pub fn body_day(text: &str, field: &str) -> Result<Date, Refusal> {
    read_date(text).ok_or_else(|| Refusal::new("date-unreadable").at_field(field))
}

/// Names the fields of a refusal as the call has them, where the rule calls them otherwise: from its name to the call's.
pub fn called(stop: Stop, names: &[(&str, &str)]) -> Stop {
    match stop {
        Stop::Refused(refusal) => Stop::Refused(refusal.renamed(names)),
        Stop::Conflict(refusal) => Stop::Conflict(refusal.renamed(names)),
        other => other,
    }
}
