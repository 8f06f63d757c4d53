//! Kinds from files: those in the program, and those a county lays beside its data.

mod faults;

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::check::{check, check_together};
use super::kind::{CLOSED, FORMAT, Kind};

/// The kinds that come with the program: file name and text.
pub const EMBEDDED: &[(&str, &str)] = &[
    ("need.toml", include_str!("../../../../kinds/need.toml")),
    ("hazard.toml", include_str!("../../../../kinds/hazard.toml")),
];

/// What is wrong with a kind file, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// The line, when the text itself could not be read.
    pub line: Option<usize>,
    /// The part of the kind, as `step "triage" › answer "dispatch" › to`.
    pub part: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.part.is_empty() {
            write!(f, ": {}", self.part)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// All kinds in use, by id.
#[derive(Clone, Debug, PartialEq)]
pub struct Kinds {
    kinds: BTreeMap<String, Kind>,
}

impl Kinds {
    /// Reads and checks the embedded kinds and the extra ones; an extra kind with the id of another replaces it.
    ///
    /// # Errors
    /// Every [`Problem`] of every file, so that a file is mended in one go.
    pub fn load<N: AsRef<str>, T: AsRef<str>>(
        embedded: &[(&str, &str)],
        extra: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Kinds, Vec<Problem>> {
        let mut problems = Vec::new();
        let own = take_in(&mut problems, embedded.iter().copied()).good;
        let own = Kinds { kinds: own.into_iter().map(|(id, (_, kind))| (id, kind)).collect() };
        own.laid_over(problems, extra)
    }

    /// These kinds with the extra ones; an extra kind with the id of another replaces it.
    ///
    /// # Errors
    /// Every [`Problem`] of the extra files.
    pub fn with<N: AsRef<str>, T: AsRef<str>>(
        self,
        extra: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Kinds, Vec<Problem>> {
        self.laid_over(Vec::new(), extra)
    }

    fn laid_over<N: AsRef<str>, T: AsRef<str>>(
        mut self,
        mut problems: Vec<Problem>,
        extra: impl IntoIterator<Item = (N, T)>,
    ) -> Result<Kinds, Vec<Problem>> {
        let Taken { good: extra, bad } = take_in(&mut problems, extra);
        let replaced = |id: &String| extra.contains_key(id) || bad.iter().any(|(_, kind)| kind.id == *id);
        self.kinds.retain(|id, _| !replaced(id));
        // The program's own first, so that a clash is told of the file that somebody can mend. A kind with other mistakes is
        // held against the others too, so that its letter is told with them.
        let kept = self.kinds.values().map(|kind| ("", kind));
        let extra_kinds = extra.values().chain(&bad).map(|(file, kind)| (file.as_str(), kind));
        problems.extend(check_together(kept.chain(extra_kinds)));
        if !problems.is_empty() {
            return Err(problems);
        }
        self.kinds.extend(extra.into_iter().map(|(id, (_, kind))| (id, kind)));
        Ok(self)
    }

    /// The kinds that come with the program.
    ///
    /// # Panics
    /// Never in a released program: a test loads them.
    pub fn embedded() -> Kinds {
        let none: [(&str, &str); 0] = [];
        Kinds::load(EMBEDDED, none).unwrap_or_else(|problems| panic!("{}", listed(&problems)))
    }

    pub fn get(&self, id: &str) -> Option<&Kind> {
        self.kinds.get(id)
    }

    /// What matters that are kept need of these kinds and do not find; `None` when they can be read and go on.
    pub fn lacks(&self, kept: &Kept<'_>) -> Option<Lacking> {
        let Some(kind) = self.get(kept.kind) else { return Some(Lacking::Kind) };
        if kept.step == CLOSED {
            return None;
        }
        if kind.step(kept.step).is_none() {
            return Some(Lacking::Step);
        }
        kept.level.is_some_and(|level| kind.level(level).is_none()).then_some(Lacking::Level)
    }

    /// By id, in the order of ids.
    pub fn iter(&self) -> impl Iterator<Item = &Kind> {
        self.kinds.values()
    }
}

/// Where matters stand that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept<'k> {
    pub kind: &'k str,
    /// The key of their step, or [`CLOSED`].
    pub step: &'k str,
    pub level: Option<&'k str>,
}

/// What is not among the kinds in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    Kind,
    /// The kind is there, and has no such step any more.
    Step,
    /// The kind is there, and has no such urgency any more.
    Level,
}

/// One problem a line.
pub fn listed(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

/// Kinds, each with its file.
struct Taken {
    /// Those that can be used, by id.
    good: BTreeMap<String, (String, Kind)>,
    /// Those with mistakes, as far as they could be read.
    bad: Vec<(String, Kind)>,
}

/// Reads and checks these files.
fn take_in<N: AsRef<str>, T: AsRef<str>>(
    problems: &mut Vec<Problem>,
    files: impl IntoIterator<Item = (N, T)>,
) -> Taken {
    let mut kinds: BTreeMap<String, (String, Kind)> = BTreeMap::new();
    let mut bad = Vec::new();
    for (file, text) in files {
        let file = file.as_ref();
        let kind = match read(file, text.as_ref()) {
            Ok(kind) => kind,
            Err(mut problem) => {
                // Of another format nothing else can be said.
                let (further, kind) = match problem.part == FORMAT_KEY {
                    true => (Vec::new(), None),
                    false => faults::further(file, text.as_ref(), &mut problem),
                };
                problems.push(problem);
                problems.extend(further);
                bad.extend(kind.map(|kind| (file.to_owned(), kind)));
                continue;
            }
        };
        let found = check(file, &kind);
        if !found.is_empty() {
            problems.extend(found);
            bad.push((file.to_owned(), kind));
        } else if let Some((other, _)) = kinds.get(&kind.id) {
            let message = format!("the id “{}” is already in {other}; give one of them another id", kind.id);
            problems.push(Problem { file: file.to_owned(), line: None, part: "id".into(), message });
        } else {
            kinds.insert(kind.id.clone(), (file.to_owned(), kind));
        }
    }
    Taken { good: kinds, bad }
}

/// The part of which a file of another format is told.
const FORMAT_KEY: &str = "format";

/// Only the format: a file of a later format is told as such and not as a heap of unknown keys.
#[derive(Deserialize)]
struct Stamp {
    format: u32,
}

fn read(file: &str, text: &str) -> Result<Kind, Problem> {
    let kind = toml::from_str::<Kind>(text);
    let format = match &kind {
        Ok(kind) => Some(kind.format),
        Err(_) => toml::from_str::<Stamp>(text).ok().map(|stamp| stamp.format),
    };
    if let Some(format) = format.filter(|format| *format != FORMAT) {
        return Err(Problem {
            file: file.to_owned(),
            line: line_of(text, FORMAT_KEY),
            part: FORMAT_KEY.to_owned(),
            message: format!("this program reads format {FORMAT}, not {format}; use the program the file was made for"),
        });
    }
    kind.map_err(|error| Problem {
        file: file.to_owned(),
        line: error.span().map(|span| 1 + text.bytes().take(span.start).filter(|b| *b == b'\n').count()),
        part: String::new(),
        message: format!("{}; compare with docs/kinds.md", error.message()),
    })
}

fn line_of(text: &str, key: &str) -> Option<usize> {
    text.lines().position(|line| line.trim_start().starts_with(key)).map(|i| i + 1)
}
