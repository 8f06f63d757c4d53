//! What has happened to a matter, as those who handle it read it: the newest first.

use std::collections::BTreeMap;

use kit::Page;
use rules::matters::Kind;
use rules::matters::workflow::{READERS, REOPENS, STAFF};
use rules::shared::Text;
use rules::shared::ids::{OrganisationId, PersonId};
use serde_json::Value;

use super::asked::words;
use crate::audit::Event;
use crate::matters::NOTED;
use crate::matters::looks::{LOOKED, WANTED as LOOK_WANTED};
use crate::matters::notes::Notes;
use crate::{Stop, Tx, people};

/// One line.
pub struct Line {
    pub title: String,
    pub when: i64,
    /// Who, and for whom.
    pub who: String,
    pub text: String,
    pub is_late: bool,
}

/// What events mention by id, in words: people, organisations, notes that were opened.
#[derive(Debug, Default)]
pub struct Names {
    by_id: BTreeMap<String, String>,
    /// Whose it is, whose names are sealed with what they told until that is opened.
    sealed: Vec<PersonId>,
}

impl Names {
    pub async fn of(tx: &mut Tx<'_>, events: &[Event]) -> Result<Names, Stop> {
        let mut names = BTreeMap::new();
        for event in events {
            for key in ["handler", "organisation", "follower", "volunteer"] {
                let Some(id) = event.data[key].as_str().filter(|id| !names.contains_key(*id)) else { continue };
                let name = if let Ok(person) = id.parse::<PersonId>() {
                    people::store::person(tx, person).await?.map(|p| p.name)
                } else if let Ok(organisation) = id.parse::<OrganisationId>() {
                    people::store::organisation(tx, organisation).await?.map(|o| o.name)
                } else {
                    None
                };
                names.extend(name.map(|name| (id.to_owned(), name)));
            }
        }
        Ok(Names { by_id: names, sealed: Vec::new() })
    }

    /// The names of those whose it is are not said.
    pub fn sealing(mut self, whose: Vec<PersonId>) -> Names {
        self.sealed = whose;
        self
    }

    /// With the words of notes and the names that were opened.
    pub fn open(&mut self, notes: Notes) {
        self.by_id.extend(notes);
        self.sealed.clear();
    }

    fn says(&self, person: Option<PersonId>) -> bool {
        person.is_none_or(|person| !self.sealed.contains(&person))
    }

    fn get(&self, id: &str) -> String {
        self.by_id.get(id).cloned().unwrap_or_default()
    }
}

/// Moves that follow from an answer just before them say nothing new.
const SILENT: &[&str] = &["matters.moved", "matters.clock_set", "matters.merged_from", "matters.accepted"];

/// What service tells of a matter: what a volunteer saw, and that a social worker should look in; nobody signed in; who came
/// left again at once.
const TOLD: &str = "service.told";
const NOBODY_CAME: &str = "service.nobody_came";
const CUT_SHORT: &str = "service.cut_short";
/// One of its tasks is done, and another is still to come.
const DONE_IN_PART: &str = "service.done_in_part";
/// Those that wait for somebody to do something.
const OF_SERVICE: [&str; 3] = [LOOK_WANTED, NOBODY_CAME, CUT_SHORT];

/// What dispatch tells of its tasks: when each begins, what of it is another now, and why one was cancelled.
const TASK_CUT: &str = "dispatch.task_cut";
const TASK_CHANGED: &str = "dispatch.task_changed";
const TASK_CANCELLED: &str = "dispatch.task_cancelled";

/// The lines of a matter's events.
pub fn lines(page: &Page, kind: &Kind, events: &[Event], names: &Names) -> Vec<Line> {
    let ours = |e: &&Event| {
        e.verb.starts_with("matters.")
            || [TOLD, DONE_IN_PART, LOOKED, TASK_CUT, TASK_CHANGED, TASK_CANCELLED].contains(&e.verb.as_str())
            || OF_SERVICE.contains(&e.verb.as_str())
    };
    let shown = events.iter().rev().filter(ours).filter(|e| !SILENT.contains(&e.verb.as_str()));
    shown.map(|event| line(page, kind, event, names)).collect()
}

fn line(page: &Page, kind: &Kind, event: &Event, names: &Names) -> Line {
    let said = |name: &str| event.data[name].as_str().unwrap_or_default();
    let level = |name: &str| kind.level(said(name)).map_or(said(name), |l| words(page, &l.name)).to_owned();
    let when =
        |name: &str| said(name).parse::<jiff::Timestamp>().map(|at| page.when(at.as_millisecond())).unwrap_or_default();
    let verb = event.verb.as_str().trim_start_matches("matters.").replace('_', "-");
    let title = match event.verb.as_str() {
        "matters.answered" => match kind.step(said("step")).and_then(|s| s.answer(said("answer"))) {
            // Told by the tasks: whoever came or left did not press it.
            Some(answer) if !said("event").is_empty() => {
                page.t1("desk-event-by-tasks", "answer", words(page, &answer.name))
            }
            Some(answer) => words(page, &answer.name).to_owned(),
            None => page.t("desk-event-answered"),
        },
        "matters.closed" => {
            let outcome = kind.outcome(said("outcome")).map_or(said("outcome"), |o| words(page, &o.name));
            page.t1("desk-event-closed", "outcome", outcome)
        }
        "matters.level_set" => page.t2("desk-event-level-set", "from", level("from"), "to", level("to")),
        "matters.assigned" => page.t1("desk-event-assigned", "who", names.get(said("handler"))),
        "matters.handed_over" | "matters.part_asked" | "matters.part_called_off" => {
            page.t1(&format!("desk-event-{verb}"), "who", names.get(said("organisation")))
        }
        "matters.part_answered" => {
            let state = page.t(&format!("desk-part-{}", said("state").replace('_', "-")));
            page.t2("desk-event-part-answered", "who", names.get(said("organisation")), "state", state)
        }
        "matters.paused" => {
            let rule = kind.pause(said("rule")).map(|p| &p.name);
            page.t1("desk-event-paused", "rule", rule.map_or(said("rule"), |name: &Text| words(page, name)))
        }
        "matters.rated" => match said("rating").parse::<i64>() {
            Ok(rating) => page.t2("desk-event-rated", "solved", said("solved"), "rating", rating),
            Err(_) => page.t1("desk-event-rated-solved", "solved", said("solved")),
        },
        "matters.next_word_set" => page.t1("desk-event-next-word-set", "when", when("at")),
        "matters.urged" => match names.get(said("handler")) {
            name if name.is_empty() => page.t1("desk-event-urged-several", "count", said("count")),
            name => page.t1("desk-event-urged", "who", name),
        },
        "matters.private_set" => page.t1("desk-event-private-set", "private", said("private")),
        "matters.escalated" => {
            let role = page.t(&format!("desk-role-{}", said("to_role").replace('_', "-")));
            page.t2("desk-event-escalated", "role", role, "clock", clock(page, kind, event, names))
        }
        TASK_CUT => page.t2("desk-event-task-cut", "when", when("starts"), "slots", said("slots")),
        TASK_CHANGED if said("from") != said("to") => {
            page.t2("desk-event-task-moved", "from", when("from"), "to", when("to"))
        }
        TASK_CHANGED => page.t1("desk-event-task-changed", "when", when("to")),
        TASK_CANCELLED => page.t1("desk-event-task-cancelled", "when", when("starts")),
        "matters.reminded" => page.t1("desk-event-reminded", "clock", clock(page, kind, event, names)),
        TOLD | LOOK_WANTED => told(page, event, names),
        LOOKED => page.t("desk-event-looked"),
        // What staff wrote for those whose it is stands in the event, and does not say that it is for staff alone.
        NOTED if !said("text").is_empty() && said(READERS) != STAFF => page.t("desk-event-noted-told"),
        told @ (NOBODY_CAME | CUT_SHORT | DONE_IN_PART) => page.t(&of_service(told)),
        known if EVENTS.contains(&known) => page.t(&format!("desk-event-{verb}")),
        _ => page.t("desk-event-other"),
    };
    let texts = ["heard", "result", "reason", "text", "said", "basis", "owner", "why"].map(said);
    let mut texts: Vec<&str> = texts.into_iter().filter(|t| !t.is_empty()).collect();
    texts.dedup();
    let note = match said("note") {
        "" => String::new(),
        id => Some(names.get(id)).filter(|n| !n.is_empty()).unwrap_or_else(|| page.t("desk-field-sealed")),
    };
    texts.extend(Some(note.as_str()).filter(|n| !n.is_empty()));
    let changed = changed(page, event);
    texts.extend(Some(changed.as_str()).filter(|c| !c.is_empty()));
    Line {
        title,
        when: event.occurred_at,
        who: who(page, event, names),
        text: texts.join("；"),
        is_late: matches!(event.verb.as_str(), "matters.escalated" | "matters.next_word_missed")
            || OF_SERVICE.contains(&event.verb.as_str()),
    }
}

/// The words of what service tells.
fn of_service(verb: &str) -> String {
    format!("desk-event-{}", verb.trim_start_matches("service.").replace('_', "-"))
}

/// What of a task is another now, but its time, which the line names itself; and that a word came too late to open it again.
fn changed(page: &Page, event: &Event) -> String {
    if event.data[REOPENS] == "no" {
        return page.t("desk-event-rated-late");
    }
    let named = |field: &Value| match field.as_str()? {
        "title" => Some(page.t("tasks-field-title")),
        "notes" => Some(page.t("tasks-row-notes")),
        "place_hint" => Some(page.t("tasks-row-where")),
        "slots" => Some(page.t("tasks-row-slots")),
        // Its start the line names itself.
        "window" if event.data["from"] == event.data["to"] => Some(page.t("tasks-field-end")),
        _ => None,
    };
    let fields = event.data["changed"].as_array().filter(|_| event.verb == TASK_CHANGED);
    let names: Vec<String> = fields.into_iter().flatten().filter_map(named).collect();
    page.row_of(&names)
}

/// Which clock it was, in words: several can be late in the same minute.
fn clock(page: &Page, kind: &Kind, event: &Event, names: &Names) -> String {
    let said = |name: &str| event.data[name].as_str().unwrap_or_default();
    match (said("clock"), kind.step(said("step"))) {
        ("resident", _) => page.t("desk-clock-resident"),
        ("part", _) => page.t1("desk-clock-part", "who", names.get(said("organisation"))),
        (_, Some(step)) => page.t1("desk-clock-step-of", "step", words(page, &step.desk)),
        (_, None) => page.t("desk-clock-step"),
    }
}

/// What a volunteer told; who it was, where somebody else wrote it down for them.
fn told(page: &Page, event: &Event, names: &Names) -> String {
    let key = if event.verb == TOLD { "desk-event-told" } else { "desk-event-look-wanted" };
    let said = event.data["volunteer"].as_str().unwrap_or_default();
    let other = said.parse::<PersonId>().ok().filter(|volunteer| event.actor != Some(*volunteer));
    match other.map(|_| names.get(said)).filter(|name| !name.is_empty()) {
        Some(name) => page.t1(&format!("{key}-for"), "volunteer", name),
        None => page.t(key),
    }
}

/// Events whose words mention nothing.
const EVENTS: &[&str] = &[
    "matters.raised",
    "matters.clock_unset",
    "matters.resumed",
    "matters.merged",
    "matters.noted",
    "matters.next_word_missed",
    "matters.rerouted",
    "matters.reopen_asked",
    "matters.reopened",
    "matters.same_again",
    "matters.withdrawn",
    "matters.followed",
    "matters.unfollowed",
    "matters.photo_added",
    "matters.photo_released",
    "matters.photo_withheld",
    "matters.tried",
    "matters.ask_reply",
    "matters.replied",
];

fn who(page: &Page, event: &Event, names: &Names) -> String {
    let said = |name: &Option<String>, person| {
        name.clone().map(|name| if names.says(person) { name } else { page.t("desk-asker") })
    };
    match (said(&event.actor_name, event.actor), said(&event.on_behalf_name, event.on_behalf)) {
        (Some(name), Some(other)) => page.t2("desk-for-someone", "who", name, "whom", other),
        (Some(name), None) => name,
        (None, _) => page.t("desk-by-system"),
    }
}
