//! Text with commas between its cells, or semicolons, as Excel writes it where the comma stands in numbers, or tabs, as it
//! comes from the clipboard: UTF-8 with or without its mark, else GB 18030, as Excel in China writes it.

use std::borrow::Cow;

use super::{ABOVE, Cell, Fault, Gathering, Table};

pub(super) fn read(bytes: &[u8], is_header: &dyn Fn(&[String]) -> bool) -> Result<Table, Fault> {
    // One end of line whatever program wrote it: the reader counts lines by `\n` alone.
    let text = decoded(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    let between = delimiter(&text, is_header);
    if let Some(row) = unclosed(&text, between) {
        return Err(Fault::Unclosed(row));
    }
    let mut reader = reader(&text, between);
    let mut gathering = Gathering::new(is_header);
    let mut record = csv::StringRecord::new();
    // As a spreadsheet numbers them: a row may hold line breaks, and empty lines are rows.
    let mut row: u32 = 0;
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(_) => return Err(Fault::Broken),
        }
        let begins = record.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or_default();
        let empty = text.as_bytes().iter().skip(begins).take_while(|byte| **byte == b'\n').count();
        row = u32::try_from(empty).ok().and_then(|empty| row.checked_add(1 + empty)).ok_or(Fault::TooManyRows)?;
        gathering.add(row, record.iter().map(cell).collect())?;
    }
    gathering.end()
}

/// Text that begins like a formula is one: the program that opens it would compute it.
fn cell(text: &str) -> Cell {
    let text = text.trim();
    // `="00123"` is how a number keeps its noughts on the way through a text file.
    let quoted = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).filter(|rest| !rest.contains('"'));
    match quoted {
        Some(kept) => Cell::Text(kept.to_owned()),
        None if text.is_empty() => Cell::Empty,
        None if text.starts_with('=') => Cell::Formula,
        None => Cell::Text(text.to_owned()),
    }
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// Where the reader is in a row, of whose quotation marks it says nothing.
#[derive(Clone, Copy)]
enum At {
    Beginning,
    Plain,
    /// In a cell that began with a quotation mark; true once a line has ended in it.
    Quoted(bool),
    /// Behind the mark that ends such a cell, or the first of two that stand for one.
    Closed(bool),
}

/// The row in which a quotation mark begins a cell that never ends, or ends rows further down before the mark of another cell:
/// the reader takes what lies between for one cell and says nothing. It is followed here by its own rules.
fn unclosed(text: &str, delimiter: u8) -> Option<u32> {
    // The reader leaves out such a mark, which is there still when GB 18030 has one.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut at, mut row) = (At::Beginning, 1_u32);
    for byte in text.bytes() {
        at = match (at, byte) {
            (At::Beginning, b'"') => At::Quoted(false),
            (At::Quoted(ended), b'"') => At::Closed(ended),
            (At::Quoted(ended), _) => At::Quoted(ended || byte == b'\n'),
            (At::Closed(ended), b'"') => At::Quoted(ended),
            (_, b'\n') => {
                row = row.saturating_add(1);
                At::Beginning
            }
            _ if byte == delimiter => At::Beginning,
            (At::Closed(true), _) if byte != b' ' => return Some(row),
            (At::Beginning | At::Plain | At::Closed(_), _) => At::Plain,
        };
    }
    matches!(at, At::Quoted(_)).then_some(row)
}

/// What stands between the cells: that by which a row near the top is a header. Where none is, what the first line looks like,
/// so that the file is told what a table lacks.
fn delimiter(text: &str, is_header: &dyn Fn(&[String]) -> bool) -> u8 {
    const ALL: [u8; 3] = *b",;\t";
    let begins_with_header = |delimiter: &u8| {
        let rows = reader(text, *delimiter).into_records().map_while(Result::ok).take(ABOVE + 1);
        rows.into_iter().any(|row| is_header(&row.iter().map(|name| name.trim().to_owned()).collect::<Vec<_>>()))
    };
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let looks_so = |delimiter: &u8| first.as_bytes().contains(delimiter);
    let found = ALL.into_iter().find(begins_with_header).or_else(|| ALL.into_iter().find(looks_so));
    found.unwrap_or(b',')
}

fn decoded(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        return std::str::from_utf8(rest).map(Cow::Borrowed).map_err(|_| Fault::Encoding);
    }
    // UTF-16, which "Unicode text" means to some programs; and what no text holds.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Fault::Encoding);
    }
    if bytes.contains(&0) {
        return Err(Fault::NotASheet);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    let (text, had_errors) = encoding_rs::GB18030.decode_without_bom_handling(bytes);
    if had_errors { Err(Fault::Encoding) } else { Ok(text) }
}
