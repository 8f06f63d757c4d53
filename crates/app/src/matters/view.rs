//! A matter as JSON.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use kit::Lang;
use rules::matters::{Values, access};
use rules::shared::Actor;
use serde::Serialize;
use utoipa::ToSchema;

use super::asker;
use super::called::called;
use super::closeness::Close;
use super::notes::Notes;
use super::open::{Held, NOTED, kind_of};
use super::store::{self, MatterRow};
use crate::audit::Event;
use crate::city::City;
use crate::places::api::PlaceRef;
use crate::web::json::instant;
use crate::{Stop, Tx, audit};

/// A matter in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatterJson {
    #[schema(example = "mat_00060034e9s1k2g7xgh0v4c5b8fzn")]
    pub id: String,
    /// The public code, with the kind's letter.
    #[schema(example = "Q 4F7-K2M9-X3A")]
    pub code: String,
    #[schema(example = "need")]
    pub kind: String,
    /// `review`, `dispatch`, `doing`, `confirm`, `call_back` or `closed`: the same words for every kind.
    #[schema(example = "review")]
    pub state: String,
    /// The step of the kind's own workflow.
    #[schema(example = "triage")]
    pub step: String,
    #[schema(example = "urgent")]
    pub level: Option<String>,
    /// The key of its type within the kind, empty when it has none.
    #[schema(example = "hospital")]
    pub category: String,
    pub title: String,
    pub private: bool,
    pub place: PlaceRef,
    #[schema(example = "web")]
    pub channel: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub occurred_at: String,
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub recorded_at: String,
    /// The resident's clock: by when the work is promised, as long as it is not done.
    pub due_at: Option<String>,
    /// By when the present step is over; never later than a promise that can still be kept.
    pub step_due_at: Option<String>,
    /// When the resident hears from us next.
    pub next_word_at: Option<String>,
    pub handler: Option<String>,
    pub outcome: Option<String>,
    pub closed_at: Option<String>,
    pub reopened: i32,
    /// Counts up with each change; send it along to be told when somebody else was first.
    pub version: i64,
}

/// A matter, whole.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatterWhole {
    #[serde(flatten)]
    pub matter: MatterJson,
    /// What the form says, protected fields left out.
    pub fields: BTreeMap<String, Vec<String>>,
    /// Protected fields that the asker may read; each reading by somebody else is logged.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub protected: BTreeMap<String, Vec<String>>,
    /// What was promised while `due_at` cannot be named: the calendar of a year is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_awaits: Option<AwaitedDueJson>,
    /// The answers of the present step that the asker may give.
    pub answers: Vec<String>,
    pub timeline: Vec<EventJson>,
}

/// A promise whose day is not known yet. It gets its `due_at` once the working days of the year are brought in.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AwaitedDueJson {
    /// So many working days were granted.
    #[schema(example = 40)]
    pub working_days: i64,
    /// The year whose working days are missing.
    #[schema(example = 2027)]
    pub year: i32,
}

/// One line of a timeline.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventJson {
    #[schema(example = "2026-06-08T09:00:00+08:00")]
    pub at: String,
    #[schema(example = "matters.raised")]
    pub verb: String,
    pub by: Option<String>,
    #[schema(example = "web")]
    pub channel: String,
    #[schema(value_type = Object)]
    pub data: serde_json::Value,
}

fn event_json(event: Event, zone: &TimeZone) -> EventJson {
    EventJson {
        at: instant(event.recorded_at, zone),
        verb: event.verb,
        by: event.actor_name,
        channel: event.channel,
        data: in_zone(event.data, zone),
    }
}

/// What an event says of instants, which are kept in UTC, as everything else says them.
fn in_zone(mut data: serde_json::Value, zone: &TimeZone) -> serde_json::Value {
    for said in data.as_object_mut().into_iter().flat_map(|object| object.values_mut()) {
        let at = said.as_str().filter(|text| text.ends_with('Z')).and_then(|text| text.parse::<jiff::Timestamp>().ok());
        if let Some(at) = at {
            *said = instant(at.as_millisecond(), zone).into();
        }
    }
    data
}

/// A list row as JSON, called as the page of a language calls it.
pub fn row_json(row: MatterRow, city: &City, lang: Lang) -> MatterJson {
    let title = called(city.kinds.get(&row.kind), &row.category, &row.title);
    let zone = &city.settings.zone;
    let at = |millis: Option<i64>| millis.map(|m| instant(m, zone));
    MatterJson {
        id: row.id().to_string(),
        code: shown_code(city, &row.kind, &row.code),
        handler: row.handler().map(|p| p.to_string()),
        place: PlaceRef { code: row.place_code().to_owned(), name: row.place_name.clone() },
        kind: row.kind,
        state: row.phase,
        step: row.step,
        level: row.level,
        category: row.category,
        title: title.in_lang(lang.tag()).to_owned(),
        private: row.private,
        channel: row.channel,
        occurred_at: instant(row.occurred_at, zone),
        recorded_at: instant(row.recorded_at, zone),
        due_at: at(row.due_at),
        step_due_at: at(row.step_due_at),
        next_word_at: at(row.next_word_at),
        outcome: row.outcome,
        closed_at: at(row.closed_at),
        reopened: row.reopened,
        version: row.version,
    }
}

/// A stored code as people read it: `Q 4F7-K2M9-X3A`.
pub fn shown_code(city: &City, kind: &str, plain: &str) -> String {
    let prefix = city.kinds.get(kind).map(|k| k.code_prefix);
    match (plain.parse::<rules::matters::Code>(), prefix) {
        (Ok(code), Some(prefix)) => code.with_prefix(prefix),
        _ => plain.to_owned(),
    }
}

impl MatterWhole {
    /// Puts the words of opened notes where their events name them.
    pub fn with_notes(mut self, notes: &Notes) -> MatterWhole {
        for event in self.timeline.iter_mut().filter(|event| event.verb == NOTED) {
            if let Some(text) = event.data["note"].as_str().and_then(|id| notes.get(id)) {
                event.data["text"] = text.as_str().into();
            }
        }
        self
    }
}

/// A matter, whole, as `who` reads it, with the protected fields that were opened for them.
pub async fn whole(tx: &mut Tx<'_>, who: &Actor, held: &Held, protected: Values) -> Result<MatterWhole, Stop> {
    let city = tx.city();
    let row = store::row(tx, held.id()).await?.ok_or(Stop::Missing)?;
    let kind = kind_of(&city, &held.matter.kind)?;
    let mut answers: Vec<String> = access::answers(who, kind, &held.matter).iter().map(|a| a.key.clone()).collect();
    let at = tx.app().now();
    if !answers.is_empty() && Close::of(tx, who, at, held).await?.decides.is_some() {
        answers.clear();
    }
    let mut timeline = audit::timeline(tx, held.id()).await?;
    if access::see_at_work(who, kind, &held.matter).is_err() {
        timeline = asker::events_for_owner(who.stands_for(), &held.matter, timeline);
    } else if held.is_sealed() && protected.is_empty() {
        // Who asked is sealed with what they told.
        let whose = held.matter.owners();
        let sealed = |event: &&mut Event| event.actor.is_some_and(|actor| whose.contains(&actor));
        for event in timeline.iter_mut().filter(sealed).filter(|event| event.actor != who.person) {
            event.actor_name = None;
        }
    }
    Ok(MatterWhole {
        matter: row_json(row, &city, tx.app().lang()),
        fields: held.fields.clone(),
        protected,
        due_awaits: held.matter.awaited().map(|a| AwaitedDueJson { working_days: a.working_days, year: a.year.into() }),
        answers,
        timeline: timeline.into_iter().map(|e| event_json(e, &city.settings.zone)).collect(),
    })
}
