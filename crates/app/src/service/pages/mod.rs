//! Pages of service: signing in and out, what was done, hours, confirming, the desk's list and the printed one.

pub mod appeals;
pub mod attendance;
pub mod card;
pub mod certificates;
pub mod confirm;
pub mod correcting;
pub mod exports;
pub mod hours;
pub mod late;
pub mod looking;
pub mod national;
pub mod objections;
pub mod presence;
pub mod rating;
pub mod reviews;
pub mod team_hours;
pub mod verify;

use kit::{Choice, Errors, Form, Page};
use rules::service::objection::{Became, ObjectionState};
use rules::service::record::RecordRules;
use rules::shared::Refusal;
use rules::shared::ids::PersonId;

use super::objections::ObjectionRow;
use super::recording::{DONE, Told, Wellbeing};
use super::records::RecordRow;
use crate::dispatch::store::{self, TaskRow};
use crate::web::refusal_errors;
use crate::{Stop, Tx};

/// The boxes of 「做了什么」.
fn done_choices(page: &Page) -> Vec<Choice> {
    DONE.iter().map(|key| Choice::new(*key, page.t(&format!("tasks-done-{key}")))).collect()
}

/// How the person served was.
fn wellbeing_choices(page: &Page) -> Vec<Choice> {
    ["well", "worried", "look_wanted"]
        .into_iter()
        .map(|key| Choice::new(key, page.t(&format!("tasks-wellbeing-{}", key.replace('_', "-")))))
        .collect()
}

/// Reads what a volunteer tells when leaving: the ticked words and what was written beside them.
fn told(page: &Page, form: &Form) -> Told {
    let said = |name: &str| Some(form.text(name).to_owned()).filter(|text| !text.is_empty());
    let ticked = DONE.iter().filter(|key| form.has("done", key)).map(|key| page.t(&format!("tasks-done-{key}")));
    let ticked: Vec<String> = ticked.collect();
    let did = !ticked.is_empty();
    let content: Vec<String> = ticked.into_iter().chain(said("content")).collect();
    Told {
        did,
        content: content.join("、"),
        still_needed: said("still_needed"),
        wellbeing: match form.text("wellbeing") {
            "well" => Some(Wellbeing::Well),
            "worried" => Some(Wellbeing::Worried),
            "look_wanted" => Some(Wellbeing::LookWanted),
            _ => None,
        },
        next_visit: said("next_visit"),
    }
}

/// What is wrong with a form that `told.html` is in. The rule speaks of what was done in words; here a tick does as well.
fn told_errors(page: &Page, refusal: &Refusal) -> Errors {
    if refusal.code != "record-content" {
        return refusal_errors(page, refusal);
    }
    refusal_errors(page, &Refusal { code: "record-content-or-tick", ..refusal.clone() }.at_field("done"))
}

/// The same for signing out, all of it at once: the code is refused before anybody looks at what was done. `minutes`: how
/// long it lasted; of too short a service nothing need be told.
fn out_errors(page: &Page, form: &Form, refusal: &Refusal, minutes: i64) -> Errors {
    let mut errors = told_errors(page, refusal);
    let rules = RecordRules::default();
    let is_due = refusal.field.as_deref() == Some("code") && minutes >= rules.shortest;
    if let Some(too_little) = rules.wants_content(&told(page, form).content).err().filter(|_| is_due) {
        told_errors(page, &too_little).iter().for_each(|(field, message)| errors.add(field, message));
    }
    errors
}

/// The task with the code of an address.
async fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<TaskRow, Stop> {
    store::task_by_code(tx, code).await?.ok_or(Stop::Missing)
}

/// A record as lists show it.
pub struct Line {
    pub id: String,
    pub row: RecordRow,
    pub window: String,
    pub evidence: String,
    pub state: String,
    pub tone: &'static str,
    pub waits_for_content: bool,
}

impl Line {
    fn of(page: &Page, row: RecordRow) -> Line {
        let is_held = row.state == "confirmed" && row.is_held();
        let tone = match row.state.as_str() {
            "confirmed" if is_held => "warn",
            "confirmed" => "ok",
            "contested" => "bad",
            "void" => "",
            _ => "warn",
        };
        Line {
            id: row.id().to_string(),
            window: crate::dispatch::window(page, row.started_at, row.ended_at),
            evidence: page.t(&format!("tasks-evidence-{}", row.evidence.replace('_', "-"))),
            state: match is_held {
                true => page.t("tasks-record-held"),
                false => page.t(&format!("tasks-record-{}", row.state)),
            },
            tone,
            waits_for_content: row.waits_for_content(),
            row,
        }
    }
}

/// What somebody said against a record, as its page shows it.
pub struct Objected {
    /// Who said it, by role.
    pub who: String,
    pub when: i64,
    pub words: String,
    pub state: String,
    pub tone: &'static str,
    pub heard_at: Option<i64>,
    pub heard: Option<String>,
    pub answered_by: Option<String>,
    pub answer: Option<String>,
    /// What became of the record, once that is decided.
    pub found: Option<String>,
}

/// What became of a record that was made void.
const VOID: &str = Became::Void.key();

impl Objected {
    /// As `reader` reads it, on the page of `record` or beside it.
    pub fn of(
        page: &Page,
        (row, heard): (ObjectionRow, Option<String>),
        record: &RecordRow,
        reader: Option<PersonId>,
    ) -> Objected {
        let is_decided = row.state == ObjectionState::Decided.key();
        let is_served = reader.is_some() && record.served() == reader;
        // Whoever confirmed it themselves is not told of somebody else.
        let own_word = reader.is_some() && record.confirmer() == reader && row.found.as_deref() != Some(VOID);
        let state = match row.state == ObjectionState::Answered.key() {
            true if is_served => page.t("objection-state-answered-served"),
            true if record.served().is_some() => page.t("objection-state-answered-either"),
            _ => page.t(&format!("objection-state-{}", row.state)),
        };
        let by = if own_word { "-by-you" } else { "" };
        Objected {
            who: page.t(&format!("objection-by-{}", row.raised_as)),
            when: row.raised_at,
            words: row.words.unwrap_or_else(|| page.t("objection-erased")),
            state,
            tone: if is_decided {
                "ok"
            } else if row.over_at.is_some() {
                ""
            } else {
                "warn"
            },
            heard_at: row.heard_at,
            heard,
            answered_by: row.answerer_name,
            answer: row.answer,
            found: row.found.filter(|_| is_decided).map(|found| page.t(&format!("objection-found-{found}{by}"))),
        }
    }
}
