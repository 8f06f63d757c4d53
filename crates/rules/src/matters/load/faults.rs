//! What is wrong in the file of a kind that cannot be read: reading ends at the first mistake, and whoever mends a file wants
//! all of them. Each part is read by itself, and what can be read is checked without the rest.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::{Spanned, Table, Value};

use super::super::check::check_without;
use super::super::kind::{Field, Kind, Level, Named, Outcome, PauseRule};
use super::super::step::Step;
use super::Problem;

/// The parts of a file, unread.
#[derive(Deserialize)]
struct Parts {
    #[serde(default)]
    page: Vec<Spanned<Table>>,
    #[serde(default)]
    field: Vec<Spanned<Table>>,
    #[serde(default)]
    level: Vec<Spanned<Table>>,
    #[serde(default)]
    risk: Vec<Spanned<Table>>,
    #[serde(default)]
    way: Vec<Spanned<Table>>,
    #[serde(default)]
    step: Vec<Spanned<Table>>,
    #[serde(default)]
    pause: Vec<Spanned<Table>>,
    #[serde(default)]
    outcome: Vec<Spanned<Table>>,
}

/// What is said of a part: on which line, where in the kind, and what.
struct Fault {
    line: usize,
    part: String,
    message: String,
}

/// The mistakes beside the `first`, at which reading ended, and the kind as far as it reads, without the parts that do not.
pub(super) fn further(file: &str, text: &str, first: &mut Problem) -> (Vec<Problem>, Option<Kind>) {
    let (Ok(parts), Ok(mut whole)) = (toml::from_str::<Parts>(text), toml::from_str::<Table>(text)) else {
        return (Vec::new(), None);
    };
    let mut reading = Reading { text, faults: Vec::new(), without: BTreeSet::new() };
    let read = [
        ("page", reading.part::<Named>("page", parts.page)),
        ("field", reading.part::<Field>("field", parts.field)),
        ("level", reading.part::<Level>("level", parts.level)),
        ("risk", reading.part::<Named>("risk", parts.risk)),
        ("way", reading.part::<Named>("way", parts.way)),
        ("step", reading.part::<Step>("step", parts.step)),
        ("pause", reading.part::<PauseRule>("pause", parts.pause)),
        ("outcome", reading.part::<Outcome>("outcome", parts.outcome)),
    ];
    for (name, good) in read {
        if whole.contains_key(name) {
            whole.insert(name.to_owned(), Value::Array(good.into_iter().map(Value::Table).collect()));
        }
    }
    let kind = reading.head(whole);
    let Reading { faults, without, .. } = reading;
    let problem = |fault: Fault| Problem {
        file: file.to_owned(),
        line: Some(fault.line),
        part: fault.part,
        message: format!("{}; compare with docs/kinds.md", fault.message),
    };
    let mut problems: Vec<Problem> = faults.into_iter().map(problem).collect();
    // The first is found again in its part, and said once: it knows its line best, and the part where it is.
    if let Some(at) = problems.iter().position(|problem| problem.message == first.message) {
        first.part = problems.remove(at).part;
    }
    problems.extend(kind.iter().flat_map(|kind| check_without(file, kind, &without)));
    (problems, kind)
}

struct Reading<'t> {
    text: &'t str,
    faults: Vec<Fault>,
    /// The sorts of parts of which some are left out.
    without: BTreeSet<&'static str>,
}

impl Reading<'_> {
    /// Reads the parts of a sort: those that are good.
    fn part<T: DeserializeOwned>(&mut self, sort: &'static str, parts: Vec<Spanned<Table>>) -> Vec<Table> {
        let mut good = Vec::new();
        for part in parts {
            let from = self.line(part.span().start);
            let mut table = part.into_inner();
            complete(&mut table);
            match table.clone().try_into::<T>() {
                Ok(_) => good.push(table),
                Err(error) => {
                    let key = table.get("key").and_then(Value::as_str).unwrap_or_default();
                    let line = self.line_of(error.message(), from, true);
                    let (part, message) = (format!("{sort} “{key}”"), error.message().to_owned());
                    self.faults.push(Fault { line, part, message });
                    self.without.insert(sort);
                }
            }
        }
        good
    }

    /// Reads the whole, given parts that are good. What the head lacks is made up for, so that the rest of it is read too.
    fn head(&mut self, mut whole: Table) -> Option<Kind> {
        complete(&mut whole);
        // Each round mends one mistake, and a head has no more keys than this.
        for _ in 0..40 {
            let error = match whole.clone().try_into::<Kind>() {
                Ok(kind) => return Some(kind),
                Err(error) => error,
            };
            let message = error.message().to_owned();
            let line = self.line_of(&message, 1, false);
            let named = quoted(&message).unwrap_or_default().to_owned();
            let is_mended = if message.starts_with("unknown field") {
                whole.remove(&named).is_some()
            } else if message.starts_with("missing field") && !whole.contains_key(&named) {
                let words = ["id", "icon", "start", "retention", "default_level"].contains(&named.as_str());
                words && whole.insert(named, Value::String(String::new())).is_none()
            } else {
                false
            };
            self.faults.push(Fault { line, part: String::new(), message });
            if !is_mended {
                return None;
            }
        }
        None
    }

    fn line(&self, at: usize) -> usize {
        1 + self.text.bytes().take(at).filter(|b| *b == b'\n').count()
    }

    /// The line, in the part that begins at `from`, on which what a message names stands; `from` where it does not.
    fn line_of(&self, message: &str, from: usize, in_part: bool) -> usize {
        let Some(word) = quoted(message) else { return from };
        let ends = |line: &&str| in_part && line.trim_start().starts_with("[[") && !line.contains('.');
        let lines = self.text.lines().enumerate().skip(from.saturating_sub(1));
        let mut lines = lines.take_while(|(at, line)| *at < from || !ends(line));
        let names = |line: &str| {
            let is_value = line.contains(&format!("\"{word}\""));
            let is_key = line.split('=').next().is_some_and(|key| key.trim() == word);
            is_value || is_key
        };
        lines.find(|(_, line)| names(line)).map_or(from, |(at, _)| at + 1)
    }
}

/// What a message puts first between backticks.
fn quoted(message: &str) -> Option<&str> {
    message.split('`').nth(1)
}

/// Gives words in one language an empty twin, so that the check says of all of them what is missing.
fn complete(table: &mut Table) {
    let is_text = !table.is_empty() && table.keys().all(|key| key == "zh" || key == "en");
    if is_text && table.values().all(Value::is_str) {
        for lang in ["zh", "en"] {
            table.entry(lang).or_insert_with(|| Value::String(String::new()));
        }
        return;
    }
    for (_, value) in table.iter_mut() {
        match value {
            Value::Table(inner) => complete(inner),
            Value::Array(all) => all.iter_mut().filter_map(Value::as_table_mut).for_each(complete),
            _ => {}
        }
    }
}
