//! The form with which a task is cut from a matter.

use jiff::tz::TimeZone;
use jiff::{RoundMode, SignedDuration, Timestamp, Unit, ZonedDateTimeRound};
use kit::{Choice, Form, Page};
use rules::dispatch::{Needs, Risk};
use rules::matters::Kind;
use rules::matters::kind::FieldType;
use rules::shared::{Faults, Refusal, Window};

use crate::Stop;
use crate::dispatch::actions::NewTask;
use crate::dispatch::store::TaskRow;
use crate::matters::Held;
use crate::people::skills;
use crate::web::instant;

/// How long a visit is planned when nobody has said: a morning's errand.
const USUAL_MINUTES: i64 = 120;
/// How long somebody needs to be found and to come.
const LEAD: SignedDuration = SignedDuration::from_mins(30);
/// The hour at which each part of the day begins for a visit.
const PARTS: [(&str, i8); 3] = [("morning", 9), ("afternoon", 14), ("evening", 18)];

/// What the form chooses from.
pub struct Choices {
    pub credentials: Vec<Choice>,
    pub skills: Vec<Choice>,
    pub teams: Vec<Choice>,
    pub risks: Vec<Choice>,
    /// Code and title of the task that this one is like.
    pub like: Option<(String, String)>,
}

/// The risks that a task may carry for who serves.
pub fn risks(page: &Page) -> Vec<Choice> {
    Risk::ALL.iter().map(|risk| Choice::new(risk.key(), page.t(&format!("tasks-risk-{}", risk.key())))).collect()
}

/// The form before anyone has typed: the help that is asked for, when it is wanted.
pub fn prefilled(kind: &Kind, held: &Held, now: Timestamp, zone: &TimeZone) -> Form {
    let type_name = held.matter.type_key.as_deref().and_then(|t| kind.types().iter().find(|c| c.key == t));
    let title = type_name.map_or(&kind.name.zh, |t| &t.name.zh);
    let wanted = kind.fields.iter().find(|f| f.type_ == FieldType::When).and_then(|f| held.fields.get(&f.key));
    let start = start(wanted.and_then(|w| w.first()).map(String::as_str), now, zone);
    let end = start + SignedDuration::from_mins(USUAL_MINUTES);
    let two = held.matter.risks.contains("two_people");
    Form::empty()
        .with("title", title.as_str())
        .with("start", local(start, zone))
        .with("end", local(end, zone))
        .with("slots", if two { "2" } else { "1" })
        .with("risk", Risk::default().key())
        .with("place_hint", held.title.rsplit(" · ").next().unwrap_or_default())
}

/// The form filled in like a task of the same matter, for the time after it: the next shift.
pub fn like(page: &Page, task: &TaskRow, now: Timestamp, zone: &TimeZone) -> Result<Form, Stop> {
    let (window, needs) = (task.window()?, task.task()?.needs);
    let start = if window.end > now { window.end } else { soon(now, zone) };
    let end = start + window.end.duration_since(window.start);
    let names = |keys: &[String]| keys.iter().map(|key| skills::name(page, key)).collect::<Vec<_>>().join(SEVERAL);
    let team = task.team().map(|team| team.to_string()).unwrap_or_default();
    Ok(Form::empty()
        .with("title", task.title.as_str())
        .with("start", local(start, zone))
        .with("end", local(end, zone))
        .with("slots", task.slots.to_string())
        .with("place_hint", task.place_hint.as_str())
        .with("notes", task.notes.as_str())
        .with("credential", names(&needs.credentials))
        .with("skill", names(&needs.useful_skills))
        .with("risk", needs.risk.key())
        .with("team", team))
}

/// What the form asks, and what it has no field for, as the task that it is like.
pub fn with_needs_of(asked: Needs, like: Needs) -> Needs {
    let Needs { credentials, useful_skills, risk, .. } = asked;
    Needs { credentials, useful_skills, risk, ..like }
}

/// Between several that are named in one field.
const SEVERAL: &str = "、";

/// When the form proposes to begin: the day and part of the day that were asked for, else as soon as somebody can come.
fn start(wanted: Option<&str>, now: Timestamp, zone: &TimeZone) -> Timestamp {
    let (day, part) = wanted.map_or(("", "morning"), |w| w.split_once('/').unwrap_or((w, "morning")));
    let hour = PARTS.iter().find(|(key, _)| *key == part).map_or(PARTS[0].1, |(_, hour)| *hour);
    let asked = day.parse::<jiff::civil::Date>().ok().map(|day| day.at(hour, 0, 0, 0));
    let asked = asked.and_then(|at| at.to_zoned_datetime(zone.clone()).ok()).map(|at| at.timestamp());
    let soon = soon(now, zone);
    asked.filter(|at| *at >= soon).unwrap_or(soon)
}

/// The first quarter of an hour that leaves time to find somebody.
fn soon(now: Timestamp, zone: &TimeZone) -> Timestamp {
    let earliest = now + LEAD;
    let quarter = ZonedDateTimeRound::new().smallest(Unit::Minute).increment(15).mode(RoundMode::Ceil);
    let rounded = earliest.to_zoned_datetime(zone.clone()).round(quarter);
    rounded.map_or(earliest, |at| at.timestamp())
}

/// An instant as a day-and-time input shows it.
pub fn local(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Reads the form. Times that cannot be read are told with all that is wrong besides.
pub fn read(form: &Form, zone: &TimeZone) -> NewTask {
    let said = |name: &str| Some(form.text(name).to_owned()).filter(|text| !text.is_empty());
    // What is no number is refused with the limits, like a number that is too large.
    let slots = form.text("slots").parse().unwrap_or(0);
    let needs = Needs {
        credentials: skills::set_apart(form.text("credential")).map(skills::key).collect(),
        useful_skills: skills::set_apart(form.text("skill")).map(skills::key).collect(),
        risk: Risk::from_key(form.text("risk")).unwrap_or_default(),
        ..Needs::default()
    };
    NewTask {
        title: form.text("title").to_owned(),
        category: None,
        notes: form.text("notes").to_owned(),
        window: window(form, zone),
        slots,
        place: None,
        place_hint: said("place_hint"),
        team: said("team").and_then(|id| id.parse().ok()),
        needs,
        seen: form.text("seen").parse().ok(),
        after_promise: Some(form.checked("after_promise")),
    }
}

/// When it is, as the form says it.
///
/// # Errors
/// What of its two times cannot be read.
pub fn window(form: &Form, zone: &TimeZone) -> Result<Window, Refusal> {
    let mut faults = Faults::default();
    let times = (faults.of(instant(form, "start", zone)), faults.of(instant(form, "end", zone)));
    faults.none()?;
    let (Some(start), Some(end)) = times else { return Err(Refusal::new("time-unreadable")) };
    Ok(Window { start, end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_proposed_for_a_quarter_of_an_hour_that_leaves_time() {
        let zone = TimeZone::fixed(jiff::tz::Offset::constant(8));
        for (wanted, now, expected) in [
            (Some("today"), "09:58:30", "2026-06-08T10:30"),
            (Some("now"), "09:00:00", "2026-06-08T09:30"),
            (None, "09:00:01", "2026-06-08T09:45"),
            (Some("2026-06-08/afternoon"), "09:00:00", "2026-06-08T14:00"),
            (Some("2026-06-08/morning"), "08:40:00", "2026-06-08T09:15"),
            (Some("2026-06-09"), "23:50:00", "2026-06-09T09:00"),
            (None, "23:40:00", "2026-06-09T00:15"),
        ] {
            let now: Timestamp = format!("2026-06-08T{now}+08:00").parse().unwrap();
            assert_eq!(local(start(wanted, now, &zone), &zone), expected, "{wanted:?} {now}");
        }
    }
}
