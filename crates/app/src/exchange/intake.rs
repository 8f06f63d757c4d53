//! What may be brought in from a spreadsheet. A capability declares its intakes; each row goes through the action that the
//! page calls, so that it needs the same permission, is refused for the same reasons, and leaves the same event.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::BoxFuture;
use jiff::civil::Date;
use kit::spreadsheets::{Cell, CellFault, DayFault, Fault, Row, Table};
use kit::words::Words;
use kit::{Errors, Lang};
use rules::shared::{Actor, Faults, Moment, Refusal};
use serde::{Deserialize, Serialize};

use crate::{Stop, Tx};

/// A kind of list that may be brought in; locale keys `intake-<name>` and `intake-<name>-lead`.
pub struct Intake {
    pub name: &'static str,
    pub columns: &'static [Column],
    /// The columns by which two rows may be of one person or paper; a row with none of them is held against the others by
    /// its first column.
    pub known_by: &'static [&'static str],
    /// The columns by which whoever brings it in knows a row again: no number and no door.
    pub shown: &'static [&'static str],
    /// Whether who asks may enter such rows anywhere.
    pub offered: fn(&Actor) -> bool,
    /// The locale key of what they are told beforehand that they may not enter of it.
    pub limit: fn(&Actor) -> Option<&'static str>,
    pub row: RowFn,
}

/// A column; locale key `column-<key>`, in both languages its name in files.
pub struct Column {
    pub key: &'static str,
    /// Nothing can be done without it.
    pub needed: bool,
}

pub const fn needed(key: &'static str) -> Column {
    Column { key, needed: true }
}

pub const fn optional(key: &'static str) -> Column {
    Column { key, needed: false }
}

pub type RowFn = for<'x, 't> fn(&'x mut Tx<'t>, &'x Actor, Moment, &'x Fields) -> BoxFuture<'x, Result<Outcome, Stop>>;

/// What a row did.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Added(Noted),
    /// Somebody was asked, and belongs to the team from when they say yes.
    Asked(Noted),
    /// It is of something registered already, which is left as it is.
    Same(Noted),
    /// It says what the row with this number has said, which is entered once.
    Repeated(i32, Noted),
    /// All that is wrong with it, found before anything was done.
    Refused(Vec<Refusal>),
}

/// What is kept of a row that came in, or would.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Noted {
    /// The id of whom or what it entered.
    pub of: Option<String>,
    pub remarks: Vec<Remark>,
}

impl Noted {
    pub fn of(id: impl ToString) -> Noted {
        Noted { of: Some(id.to_string()), remarks: Vec::new() }
    }
}

/// Something to know of a row that comes in all the same; locale key `remark-<code>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    pub code: String,
    pub args: Vec<(String, String)>,
}

impl Remark {
    pub fn new(code: &str) -> Remark {
        Remark { code: code.to_owned(), args: Vec::new() }
    }

    /// Adds a value that the words mention.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Remark {
        self.args.push((name.to_owned(), value.into()));
        self
    }

    pub fn words(&self, page: &kit::Page) -> String {
        let args = self.args.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        page.t_with(&format!("remark-{}", self.code), args)
    }
}

/// What was done; its refusal is gathered with what else is wrong with the row.
///
/// # Errors
/// What is no refusal of the row but a failure of the whole.
pub fn gathered<T>(faults: &mut Faults, done: Result<T, Stop>) -> Result<Option<T>, Stop> {
    Stop::gathered(faults, done.or_else(|stop| Err(super::trying::refusal(stop)?.into())))
}

/// The cells of a row, by column.
#[derive(Clone)]
pub struct Fields(BTreeMap<&'static str, Cell>);

impl Fields {
    /// `keys`: for each cell its column, or nothing where nobody knows the column.
    pub fn new(keys: &[Option<&'static str>], cells: Vec<Cell>) -> Fields {
        Fields(keys.iter().zip(cells).filter_map(|(key, cell)| Some(((*key)?, cell))).collect())
    }

    /// # Errors
    /// `sheet-cell-…` at the column, when the cell is no plain value.
    pub fn text(&self, key: &'static str) -> Result<String, Refusal> {
        let text = self.0.get(key).map_or(Ok(String::new()), Cell::text);
        text.map_err(|fault| of_cell(fault).at_field(key))
    }

    /// The cell, unless it is empty.
    pub fn some(&self, key: &'static str) -> Result<Option<String>, Refusal> {
        Ok(Some(self.text(key)?).filter(|text| !text.is_empty()))
    }

    /// # Errors
    /// `sheet-cell-missing` besides.
    pub fn needed(&self, key: &'static str) -> Result<String, Refusal> {
        self.some(key)?.ok_or_else(|| Refusal::new("sheet-cell-missing").at_field(key))
    }

    pub fn day(&self, key: &'static str) -> Result<Option<Date>, Refusal> {
        let day = self.0.get(key).map_or(Ok(None), Cell::day);
        day.map_err(|fault| of_cell(fault).at_field(key))
    }
}

fn of_cell(fault: CellFault) -> Refusal {
    match fault {
        CellFault::Formula => Refusal::new("sheet-cell-formula"),
        CellFault::Merged => Refusal::new("sheet-cell-merged"),
        CellFault::Error => Refusal::new("sheet-cell-error"),
        CellFault::NumberCut => Refusal::new("sheet-cell-number-cut"),
        CellFault::TooLong => Refusal::new("sheet-cell-too-long"),
        CellFault::Day(DayFault::Unreadable) => Refusal::new("sheet-cell-day"),
        CellFault::Day(DayFault::Ambiguous) => Refusal::new("sheet-cell-day-ambiguous"),
    }
}

/// What is wrong with a row before anybody reads what it says: cells beyond the header, whose text would be lost, and line breaks,
/// which none of our columns takes. Either comes of a comma or a quotation mark that stands wrong, and its cells then say nothing
/// certain. `keys`: as for [`Fields::new`].
pub fn misshapen(keys: &[Option<&'static str>], cells: &[Cell]) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let beyond = cells.iter().enumerate().skip(keys.len()).filter(|(_, cell)| !cell.is_empty());
    let beyond: Vec<String> = beyond.map(|(at, cell)| cell.text().unwrap_or_else(|_| letter(at))).collect();
    if !beyond.is_empty() {
        let text: String = beyond.join("; ").chars().take(LONGEST_HEADING).collect();
        refusals.push(Refusal::new("sheet-row-surplus").with("count", beyond.len() as i64).with("text", text));
    }
    // Before the cell's own faults: rows that were taken for one cell may be too long for it besides.
    let is_broken = |cell: &Cell| matches!(cell, Cell::Text(text) if text.trim().contains(['\n', '\r']));
    let broken = keys.iter().zip(cells).filter(|(_, cell)| is_broken(cell)).filter_map(|(key, _)| *key);
    refusals.extend(broken.map(|key| Refusal::new("sheet-cell-line-break").at_field(key)));
    refusals
}

/// Why a whole file is refused.
pub fn of_file(fault: Fault) -> Refusal {
    let refusal = match fault {
        Fault::NotASheet => Refusal::new("sheet-not-a-sheet"),
        Fault::OldFormat => Refusal::new("sheet-old-format"),
        Fault::Macros => Refusal::new("sheet-macros"),
        Fault::Bomb => Refusal::new("sheet-bomb"),
        Fault::Encoding => Refusal::new("sheet-encoding"),
        Fault::TooManyRows => Refusal::new("sheet-too-many-rows").with("most", kit::spreadsheets::ROWS as i64),
        Fault::TooManyColumns => Refusal::new("sheet-too-many-columns"),
        Fault::Empty => Refusal::new("sheet-nothing"),
        Fault::NoHeader => Refusal::new("sheet-no-header"),
        Fault::Unclosed(row) => Refusal::new("sheet-unclosed").with("row", i64::from(row)),
        Fault::Broken => Refusal::new("sheet-broken"),
    };
    refusal.at_field("file")
}

/// How many rows before it a row is held against, for each thing that it is known by.
const BEFORE: usize = 4;

impl Intake {
    /// For each row the numbers of those before it that may be of the same person, team or paper.
    pub fn before(&self, keys: &[Option<&'static str>], rows: &[Row]) -> Vec<Vec<u32>> {
        let mut seen: HashMap<(&str, String), Vec<u32>> = HashMap::new();
        let mut before = Vec::with_capacity(rows.len());
        for row in rows {
            let cell = |column: &str| {
                let at = keys.iter().position(|key| *key == Some(column));
                let text = at.and_then(|at| row.cells.get(at)).and_then(|cell| cell.text().ok()).unwrap_or_default();
                text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect::<String>()
            };
            let mark = |column: &&'static str| Some((*column, cell(column))).filter(|(_, text)| !text.is_empty());
            let mut marks: Vec<_> = self.known_by.iter().filter_map(mark).collect();
            let first = self.columns.first().and_then(|column| mark(&column.key));
            let asked = if marks.is_empty() { first.as_slice() } else { &marks };
            let found = asked.iter().flat_map(|mark| seen.get(mark).into_iter().flatten().rev().take(BEFORE));
            before.push(found.copied().collect::<BTreeSet<u32>>().into_iter().collect());
            marks.extend(first);
            for mark in marks {
                seen.entry(mark).or_default().push(row.number);
            }
        }
        before
    }

    /// What a column is called in a language.
    pub fn label(words: &Words, lang: Lang, key: &str) -> String {
        words.text(lang, &format!("column-{key}"), &[])
    }

    /// For each cell of a header its column, by its name in either language or by its key, as programs write it.
    pub fn keys(&self, words: &Words, header: &[String]) -> Vec<Option<&'static str>> {
        let is = |column: &&Column, name: &str| {
            let labels = Lang::ALL.map(|lang| plain(&Intake::label(words, lang, column.key)));
            plain(name) == column.key || labels.contains(&plain(name))
        };
        header.iter().map(|name| self.columns.iter().find(|c| is(c, name)).map(|c| c.key)).collect()
    }

    /// The names of columns that nobody knows: not those that the file of refused rows has besides, which may come back as it
    /// is. Without a name, by the letter that its program shows, when something stands in it.
    pub fn unread(&self, words: &Words, table: &Table) -> Vec<String> {
        let keys = self.keys(words, &table.header);
        let ours: Vec<String> = ["import-row", "import-column", "import-why"]
            .iter()
            .flat_map(|key| Lang::ALL.map(|lang| plain(&words.text(lang, key, &[]))))
            .collect();
        let filled = |at: usize| table.rows.iter().any(|row| row.cells.get(at).is_some_and(|cell| !cell.is_empty()));
        let mut unread = Vec::new();
        for (at, name) in table.header.iter().enumerate().filter(|(at, _)| keys[*at].is_none()) {
            match plain(name) {
                name if name.is_empty() && filled(at) => unread.push(letter(at)),
                name if name.is_empty() || ours.contains(&name) => {}
                _ => unread.push(name.trim().chars().take(LONGEST_HEADING).collect()),
            }
        }
        unread
    }

    /// Whether a row of a file names the columns: two that we know do, which no row of data does by chance.
    pub fn is_header(&self, words: &Words, row: &[String]) -> bool {
        self.keys(words, row).iter().flatten().count() >= 2
    }

    /// # Errors
    /// `sheet-column-missing`, `sheet-column-twice` with the column's name.
    pub fn check_header(&self, words: &Words, keys: &[Option<&'static str>]) -> Result<(), Refusal> {
        for column in self.columns {
            let refused = match keys.iter().flatten().filter(|key| **key == column.key).count() {
                0 if column.needed => Refusal::new("sheet-column-missing"),
                0 | 1 => continue,
                _ => Refusal::new("sheet-column-twice"),
            };
            return Err(refused.with("column", Intake::label(words, Lang::ZhCn, column.key)).at_field("file"));
        }
        Ok(())
    }
}

/// So many characters of a column's name are kept, or of what stands beyond the columns.
const LONGEST_HEADING: usize = 40;

/// What a program calls a column: A to Z, then AA and on.
fn letter(at: usize) -> String {
    let of = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or_default());
    if at < 26 { of(at).into() } else { format!("{}{}", of(at / 26 - 1), of(at)) }
}

/// A column's name without what people put around it: spaces, a star, a remark in brackets.
fn plain(name: &str) -> String {
    let name = name.split(['（', '(']).next().unwrap_or_default();
    name.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | '＊' | '：' | ':'))
        .collect::<String>()
        .to_lowercase()
}

/// What became of a row that was refused, as it is kept: the words are found when somebody reads them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub column: Option<String>,
    pub code: String,
    pub args: Vec<(String, String)>,
    /// What is wrong besides.
    #[serde(default)]
    pub further: Vec<Problem>,
}

impl Problem {
    /// `None` when nothing is.
    pub fn of_all(refusals: Vec<Refusal>) -> Option<Problem> {
        let mut problems = refusals.into_iter().map(Problem::of);
        let first = problems.next()?;
        Some(Problem { further: problems.collect(), ..first })
    }

    /// This and what is wrong besides.
    pub fn all(&self) -> impl Iterator<Item = &Problem> {
        std::iter::once(self).chain(&self.further)
    }

    pub fn of(refusal: Refusal) -> Problem {
        let args = refusal.args.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
        let further = refusal.further.into_iter().map(Problem::of).collect();
        Problem { column: refusal.field, code: refusal.code.to_owned(), args, further }
    }

    pub fn words(&self, page: &kit::Page) -> String {
        let args = self.args.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        page.t_with(&format!("refusal-{}", self.code), args)
    }
}

/// The refusals of an upload stand at its file.
pub fn at_file(page: &kit::Page, refusal: &Refusal) -> Errors {
    let at = Refusal { field: Some("file".into()), ..refusal.clone() };
    crate::web::refusal_errors(page, &at)
}
