//! A matter as one line of a list: what, where, its state in a word, when, who.

use kit::Page;
use rules::matters::code::in_groups;
use rules::matters::kind::{CountsAs, Kind};
use rules::matters::{Awaited, Code, Phase};

use super::questions::say;
use crate::city::City;
use crate::matters::Held;
use crate::matters::called::{called, type_of};
use crate::matters::store::MatterRow;

/// One line.
#[derive(Clone, Debug)]
pub struct Line {
    pub code: String,
    pub title: String,
    pub state: String,
    pub tone: &'static str,
    pub text: String,
}

/// The code as it is read out, with the letter of its kind.
pub fn code_with_letter(kind: &Kind, plain: &str) -> String {
    plain.parse::<Code>().map_or_else(|_| plain.to_owned(), |code| code.with_prefix(kind.code_prefix))
}

/// What a matter is: its type, or else its kind.
pub fn what(page: &Page, kind: &Kind, category: &str) -> String {
    say(page, type_of(kind, category))
}

/// What lists call a matter, in the language of the page.
pub fn title(page: &Page, kind: Option<&Kind>, category: &str, kept: &str) -> String {
    say(page, &called(kind, category, kept))
}

/// Where a matter stands, in the desk's words; empty for a kind or step that is gone.
pub fn step(page: &Page, city: &City, row: &MatterRow) -> String {
    let step = city.kinds.get(&row.kind).and_then(|kind| kind.step(&row.step));
    step.map(|step| say(page, &step.desk)).unwrap_or_default()
}

/// The row, called by its [`title`].
pub fn titled(page: &Page, city: &City, row: MatterRow) -> MatterRow {
    MatterRow { title: title(page, city.kinds.get(&row.kind), &row.category, &row.title), ..row }
}

/// [`title`] of a matter in hand.
pub fn of_held(page: &Page, city: &City, held: &Held) -> String {
    let category = held.matter.type_key.as_deref().unwrap_or_default();
    title(page, city.kinds.get(&held.matter.kind), category, &held.title)
}

/// So many volunteers of those who come to a matter stand in its line.
const VOLUNTEERS: usize = 3;

/// Who has it, as staff read it: the unit or units that work on it, the member of staff, the volunteers who come. Empty when
/// nobody has it.
pub fn holders(page: &Page, row: &MatterRow) -> Vec<String> {
    // The unit stays with the matter when its part is done.
    let works_on_it = row.phase == Phase::Dispatch.key() || row.phase == Phase::Doing.key();
    let mut holders: Vec<String> = row.unit_name.iter().filter(|_| works_on_it).cloned().collect();
    for name in row.asked.iter().chain(&row.handler_name) {
        if !holders.contains(name) {
            holders.push(name.clone());
        }
    }
    let volunteer = |name: &String| page.t1("desk-holder-volunteer", "name", name.as_str());
    holders.extend(row.coming.iter().take(VOLUNTEERS).map(volunteer));
    if row.coming.len() > VOLUNTEERS {
        holders.push(page.t("desk-holder-more"));
    }
    holders
}

/// The state in a word for the resident, and its tone.
pub fn state(page: &Page, kind: &Kind, step: &str, outcome: Option<&str>) -> (String, &'static str) {
    if let Some(outcome) = outcome.and_then(|o| kind.outcome(o)) {
        let is_solved = matches!(outcome.counts_as, CountsAs::Solved | CountsAs::Partly);
        return (say(page, &outcome.name), if is_solved { "ok" } else { "" });
    }
    let Some(step) = kind.step(step).or_else(|| kind.step(&kind.start)) else { return (String::new(), "") };
    let tone = if matches!(step.act, rules::matters::Act::Confirm) { "warn" } else { "info" };
    (say(page, &step.name), tone)
}

/// What was promised while its day is not known yet, in words.
pub fn awaited(page: &Page, awaited: Awaited) -> String {
    page.t2("matters-awaited", "days", awaited.working_days, "year", awaited.year.to_string())
}

/// The line of a row.
pub fn line(page: &Page, city: &City, row: &MatterRow) -> Line {
    let code = in_groups(&row.code);
    let Some(kind) = city.kinds.get(&row.kind) else {
        return Line { code, title: row.title.clone(), state: String::new(), tone: "", text: String::new() };
    };
    let (state, tone) = state(page, kind, &row.step, row.outcome.as_deref());
    let when = match (row.closed_at, row.next_word_at, row.due_at) {
        (Some(at), ..) => page.t1("matters-line-closed", "when", page.when(at)),
        (_, Some(at), _) => page.t1("matters-line-next-word", "when", page.when(at)),
        (.., Some(at)) => page.t1("matters-line-due", "when", page.when(at)),
        _ => page.t1("matters-line-raised", "when", page.when(row.recorded_at)),
    };
    let who = row.handler_name.clone().filter(|_| row.closed_at.is_none());
    let text = who.map_or_else(|| when.clone(), |name| format!("{when} · {name}"));
    Line { code, title: format!("{} · {}", what(page, kind, &row.category), row.place_name), state, tone, text }
}

/// The line of a row as anybody reads it: the step that asks whose it is speaks to them alone.
pub fn line_for_all(page: &Page, city: &City, row: &MatterRow) -> Line {
    let shown = line(page, city, row);
    match row.phase == Phase::Confirm.key() {
        true => Line { state: page.t("matters-track-confirm"), tone: "info", ..shown },
        false => shown,
    }
}

/// The line of a row as staff read it: the desk's word for where it stands, and the clock that the desk sorts by.
pub fn at_work(page: &Page, city: &City, row: &MatterRow) -> Line {
    let step = city.kinds.get(&row.kind).and_then(|kind| kind.step(&row.step));
    let (due, title) = (page.due(row.sort_at), titled(page, city, row.clone()).title);
    let clock = match row.has_clock() {
        true => format!("{} {}", page.t(row.clock_key()), due.text),
        false => page.t(row.no_clock_key()),
    };
    let text = holders(page, row).iter().fold(clock, |text, name| format!("{text} · {name}"));
    let tone = if due.tone.is_empty() { "info" } else { due.tone };
    let state = step.map(|step| say(page, &step.desk)).unwrap_or_default();
    Line { code: in_groups(&row.code), title, state, tone, text }
}
