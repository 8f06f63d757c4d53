//! `.xlsx`: first the archive, then the first sheet that can be seen, cell by cell.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use zip::ZipArchive;

use super::{COLUMNS, Cell, Fault, Gathering, Table, day};

/// The most files in an archive: a workbook has a dozen, and some for each sheet.
const ENTRIES: usize = 500;
/// The most bytes that an archive unpacks to. Fifty thousand rows of people are about forty million.
const UNPACKED: u64 = 160 * 1024 * 1024;
/// How much larger than packed a file of some size may be: text shrinks to a tenth or twentieth.
const RATIO: u64 = 200;
const SOME_SIZE: u64 = 4 * 1024 * 1024;

/// The most merged areas of a sheet.
const MERGED: usize = 2_000;

pub(super) fn read(bytes: &[u8], is_header: &dyn Fn(&[String]) -> bool) -> Result<Table, Fault> {
    inspect(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Fault::Broken)?;
    let sheets: Vec<_> = book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet).cloned().collect();
    let visible: Vec<&str> =
        sheets.iter().filter(|s| s.visible == SheetVisible::Visible).map(|s| s.name.as_str()).collect();
    let first = visible.first().ok_or(Fault::Empty)?;
    let mut table = sheet(&mut book, first, is_header)?;
    table.hidden = sheets.len() - visible.len();
    table.further = visible.len() - 1;
    table.others = visible.iter().skip(1).map(|name| (*name).to_owned()).collect();
    Ok(table)
}

/// Unpacks everything once, keeping nothing: what an archive says of its own size is not believed.
fn inspect(bytes: &[u8]) -> Result<(), Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::Broken)?;
    if archive.len() > ENTRIES {
        return Err(Fault::Bomb);
    }
    let (mut total, mut is_book) = (0, false);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|_| Fault::Broken)?;
        let name = entry.name().map_err(|_| Fault::Broken)?.to_ascii_lowercase();
        if name.ends_with("vbaproject.bin") || name.starts_with("xl/macrosheets/") {
            return Err(Fault::Macros);
        }
        is_book |= name == "xl/workbook.xml";
        let packed = entry.compressed_size().max(1);
        let unpacked = unpacked_size(entry, UNPACKED - total)?;
        if unpacked > SOME_SIZE && unpacked / packed > RATIO {
            return Err(Fault::Bomb);
        }
        total += unpacked;
    }
    if is_book { Ok(()) } else { Err(Fault::NotASheet) }
}

fn unpacked_size(entry: impl Read, most: u64) -> Result<u64, Fault> {
    let size = std::io::copy(&mut entry.take(most + 1), &mut std::io::sink()).map_err(|_| Fault::Broken)?;
    if size > most { Err(Fault::Bomb) } else { Ok(size) }
}

type Book<'a> = Xlsx<Cursor<&'a [u8]>>;

fn sheet(book: &mut Book<'_>, name: &str, is_header: &dyn Fn(&[String]) -> bool) -> Result<Table, Fault> {
    let merged = book.merge_cells_by_sheet_name(name).map_err(|_| Fault::Broken)?;
    if merged.len() > MERGED {
        return Err(Fault::Bomb);
    }
    let merged: Vec<_> = merged.iter().map(|area| (area.start, area.end)).collect();
    let is_merged = |row: u32, column: u32| {
        merged
            .iter()
            .any(|((top, left), (bottom, right))| (*top..=*bottom).contains(&row) && (*left..=*right).contains(&column))
    };
    let touched = |row: u32| merged.iter().any(|((top, _), (bottom, _))| (*top..=*bottom).contains(&row));
    let mut gathering = Gathering::new(is_header);
    let mut reader = book.worksheet_cells_reader(name).map_err(|_| Fault::Broken)?;
    let mut current: Option<(u32, Vec<Cell>)> = None;
    let finish = |gathering: &mut Gathering<'_>, (row, mut cells): (u32, Vec<Cell>)| {
        // A title over the table is merged as a rule; below the header nobody can say whose a merged value is.
        if !gathering.table.header.is_empty() && touched(row) {
            let width = gathering.table.header.len().max(cells.len());
            cells.resize(width, Cell::Empty);
            for (column, cell) in (0u32..).zip(cells.iter_mut()) {
                if is_merged(row, column) {
                    *cell = Cell::Merged;
                }
            }
        }
        gathering.add(row + 1, cells)
    };
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(|_| Fault::Broken)? {
        let (row, column) = found.pos;
        if current.as_ref().is_none_or(|(at, _)| *at != row) {
            if let Some(done) = current.take() {
                finish(&mut gathering, done)?;
            }
            current = Some((row, Vec::new()));
        }
        let value = if found.formula.is_some() { Cell::Formula } else { cell(&found.value) };
        if value == Cell::Empty {
            continue;
        }
        let column = usize::try_from(column).map_err(|_| Fault::TooManyColumns)?;
        if column >= COLUMNS {
            return Err(Fault::TooManyColumns);
        }
        if let Some((_, cells)) = &mut current {
            cells.resize(cells.len().max(column + 1), Cell::Empty);
            cells[column] = value;
        }
    }
    if let Some(done) = current {
        finish(&mut gathering, done)?;
    }
    gathering.end()
}

#[expect(clippy::cast_precision_loss, reason = "a number that large is refused as text")]
fn cell(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Bool(yes) => Cell::Text(if *yes { "TRUE" } else { "FALSE" }.to_owned()),
        DataRef::DateTime(at) if at.is_datetime() => match calendar_day(at) {
            Some(day) => Cell::Day(day),
            None => Cell::Number(at.as_f64()),
        },
        DataRef::DateTime(at) => Cell::Number(at.as_f64()),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            day::day(text).map_or_else(|_| Cell::Text(text.clone()), Cell::Day)
        }
        DataRef::Error(_) => Cell::Error,
    }
}

/// The day of a cell that is shown as one, by the calendar of its workbook: some count from 1904.
fn calendar_day(at: &calamine::ExcelDateTime) -> Option<jiff::civil::Date> {
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
