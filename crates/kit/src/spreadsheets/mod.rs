//! Tables in and out: `.xlsx` and `.csv` read with suspicion, `.xlsx` written so that nothing in it computes.

mod csv;
mod day;
mod write;
mod xlsx;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::forms::plain;

pub use day::{DayFault, day};
pub use write::{Book, Out, Page as Sheet, in_hours, write};

/// The most rows below the header.
pub const ROWS: usize = 50_000;
/// The most columns that are looked at.
pub const COLUMNS: usize = 60;
/// The most characters of a cell.
pub const CELL_CHARS: usize = 2_000;
/// How many rows may stand above the header: titles, notes.
const ABOVE: usize = 10;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Cell {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    Day(Date),
    /// A formula: its value is whatever its writer's program thought last.
    Formula,
    /// Part of a merged area: which row a value in it belongs to is anybody's guess.
    Merged,
    /// `#N/A` and its like.
    Error,
}

/// Why a cell cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    Formula,
    Merged,
    Error,
    /// A number of more than fifteen digits: the program has cut it.
    NumberCut,
    TooLong,
    Day(DayFault),
}

/// Numbers from here on have lost digits in a program that keeps fifteen.
const CUT: f64 = 1e15;

impl Cell {
    pub fn is_empty(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as text, without the spaces around it; a whole number without a point.
    ///
    /// # Errors
    /// When it is no value, or one that its program has changed.
    pub fn text(&self) -> Result<String, CellFault> {
        let text = match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => plain(text).trim().to_owned(),
            Cell::Number(number) if number.abs() >= CUT => return Err(CellFault::NumberCut),
            Cell::Number(number) => number.to_string(),
            Cell::Day(day) => day.to_string(),
            Cell::Formula => return Err(CellFault::Formula),
            Cell::Merged => return Err(CellFault::Merged),
            Cell::Error => return Err(CellFault::Error),
        };
        if text.chars().count() > CELL_CHARS { Err(CellFault::TooLong) } else { Ok(text) }
    }

    /// The cell as a day; `None` when it is empty.
    ///
    /// # Errors
    /// As for [`Cell::text`], and when it is no day or could be two.
    pub fn day(&self) -> Result<Option<Date>, CellFault> {
        match self {
            Cell::Day(day) => Ok(Some(*day)),
            Cell::Number(number) => day::of_number(*number).map(Some).map_err(CellFault::Day),
            _ if self.is_empty() => Ok(None),
            _ => day(&self.text()?).map(Some).map_err(CellFault::Day),
        }
    }
}

/// A row below the header, with the number that its program shows beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub number: u32,
    pub cells: Vec<Cell>,
}

/// A table as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub header: Vec<String>,
    /// Without those that are empty.
    pub rows: Vec<Row>,
    /// Hidden sheets, which were not read.
    pub hidden: usize,
    /// Sheets behind the first, which were not read.
    pub further: usize,
    /// What those are called.
    pub others: Vec<String>,
}

/// Why a whole file cannot be read. Each has a stable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Neither `.xlsx` nor text.
    NotASheet,
    /// `.xls`, or an encrypted file.
    OldFormat,
    Macros,
    /// It unpacks to more than any list needs.
    Bomb,
    /// Neither UTF-8 nor GB 18030.
    Encoding,
    TooManyRows,
    TooManyColumns,
    /// Nothing stands in it.
    Empty,
    /// No row names the columns.
    NoHeader,
    /// The quotation mark that begins a cell of this row is not closed: rows below it would be taken for that cell.
    Unclosed(u32),
    Broken,
}

impl Fault {
    pub const fn key(self) -> &'static str {
        match self {
            Fault::NotASheet => "not-a-sheet",
            Fault::OldFormat => "old-format",
            Fault::Macros => "macros",
            Fault::Bomb => "bomb",
            Fault::Encoding => "encoding",
            Fault::TooManyRows => "too-many-rows",
            Fault::TooManyColumns => "too-many-columns",
            Fault::Empty => "empty",
            Fault::NoHeader => "no-header",
            Fault::Unclosed(_) => "unclosed",
            Fault::Broken => "broken",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}
impl std::error::Error for Fault {}

/// How files begin that people take for tables: PDF, pictures, rich text, web pages saved as `.xls`, archives.
const ELSE: [&[u8]; 9] =
    [b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"<", b"\xef\xbb\xbf<", b"Rar!", b"7z\xbc\xaf"];

/// Reads a file by what it holds, whatever it is called. The header is the first row that `is_header` knows. Takes
/// processor time: call it outside any transaction, where blocking is allowed.
///
/// # Errors
/// A [`Fault`] of the whole file; what is wrong with a cell stays in the cell.
pub fn read(bytes: &[u8], is_header: impl Fn(&[String]) -> bool) -> Result<Table, Fault> {
    if bytes.starts_with(b"PK\x03\x04") {
        // The reader of others has places where it gives up loudly; a file from outside must not bring a worker down.
        let read = std::panic::AssertUnwindSafe(|| xlsx::read(bytes, &is_header));
        return std::panic::catch_unwind(read).unwrap_or(Err(Fault::Broken));
    }
    if ELSE.iter().any(|start| bytes.starts_with(start)) {
        return Err(Fault::NotASheet);
    }
    // Compound files: Excel before 2007, and anything with a password.
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(Fault::OldFormat);
    }
    csv::read(bytes, &is_header)
}

/// Gathers rows into a table, once the header was seen.
struct Gathering<'a> {
    is_header: &'a dyn Fn(&[String]) -> bool,
    seen: usize,
    /// The most cells of a row so far.
    widest: usize,
    table: Table,
}

impl<'a> Gathering<'a> {
    fn new(is_header: &'a dyn Fn(&[String]) -> bool) -> Gathering<'a> {
        Gathering { is_header, seen: 0, widest: 0, table: Table::default() }
    }

    fn add(&mut self, number: u32, mut cells: Vec<Cell>) -> Result<(), Fault> {
        while cells.last().is_some_and(Cell::is_empty) {
            cells.pop();
        }
        if cells.is_empty() {
            return Ok(());
        }
        if cells.len() > COLUMNS {
            return Err(Fault::TooManyColumns);
        }
        if self.table.header.is_empty() {
            let names: Vec<String> = cells.iter().map(|cell| cell.text().unwrap_or_default()).collect();
            if (self.is_header)(&names) {
                self.table.header = names;
                return Ok(());
            }
            self.seen += 1;
            self.widest = self.widest.max(cells.len());
            return if self.seen > ABOVE { Err(self.headless()) } else { Ok(()) };
        }
        if self.table.rows.len() == ROWS {
            return Err(Fault::TooManyRows);
        }
        self.table.rows.push(Row { number, cells });
        Ok(())
    }

    fn end(self) -> Result<Table, Fault> {
        if self.table.header.is_empty() { Err(self.headless()) } else { Ok(self.table) }
    }

    /// Lines that hold one thing each are a text, not a table.
    fn headless(&self) -> Fault {
        match self.widest {
            0 => Fault::Empty,
            1 => Fault::NotASheet,
            _ => Fault::NoHeader,
        }
    }
}

#[cfg(test)]
mod tests;
