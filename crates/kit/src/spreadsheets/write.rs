//! Workbooks for people: a header, text that stays text, and a page that says what one is looking at.

use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

/// What a cell says.
#[derive(Clone, Debug, PartialEq)]
pub enum Out {
    Text(String),
    /// Counts and minutes; never a phone, an identity number or another row of digits that nobody adds up.
    Number(i64),
    /// Minutes, as the hours that they are.
    Hours(i64),
}

impl From<String> for Out {
    fn from(text: String) -> Out {
        Out::Text(text)
    }
}

impl From<&str> for Out {
    fn from(text: &str) -> Out {
        Out::Text(text.to_owned())
    }
}

impl From<i64> for Out {
    fn from(number: i64) -> Out {
        Out::Number(number)
    }
}

/// One sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// At most 31 characters; what a sheet's name may not hold is left out.
    pub name: String,
    pub header: Vec<String>,
    pub rows: Vec<Vec<Out>>,
}

/// A workbook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    pub pages: Vec<Page>,
}

/// Excel's widest row of letters; wider columns are cut on screen, not in the file.
const WIDEST: usize = 50;

/// The bytes of an `.xlsx` file. Every text is written as text, in cells whose format is text, so that nothing in it is
/// computed: not on opening, and not after somebody has edited the cell.
///
/// # Errors
/// When there is more than a sheet can hold.
pub fn write(book: &Book) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let text = Format::new().set_num_format("@");
    let head = Format::new().set_num_format("@").set_bold().set_background_color(Color::RGB(0x00EE_F7F3));
    let hours = Format::new().set_num_format("0.00");
    for page in &book.pages {
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&page.name))?;
        fill(sheet, page, [&text, &head, &hours])?;
    }
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, page: &Page, [text, head, hours]: [&Format; 3]) -> Result<(), XlsxError> {
    sheet.set_freeze_panes(1, 0)?;
    for (column, name) in (0u16..).zip(&page.header) {
        sheet.write_string_with_format(0, column, cut(name), head)?;
        let index = usize::from(column);
        let widest = page.rows.iter().take(200).filter_map(|row| row.get(index)).map(width).max().unwrap_or(0);
        let width = widest.max(name.chars().count() * 2).clamp(8, WIDEST);
        sheet.set_column_width(column, u32::try_from(width).unwrap_or(8) + 2)?;
        // A sheet to be filled in keeps the digits of long numbers.
        if page.rows.is_empty() {
            sheet.set_column_format(column, text)?;
        }
    }
    for (row, cells) in (1u32..).zip(&page.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            match cell {
                Out::Text(said) => sheet.write_string_with_format(row, column, cut(said), text)?,
                #[expect(clippy::cast_precision_loss, reason = "counts and minutes")]
                Out::Number(number) => sheet.write_number(row, column, *number as f64)?,
                Out::Hours(minutes) => sheet.write_number_with_format(row, column, in_hours(*minutes), hours)?,
            };
        }
    }
    Ok(())
}

/// Chinese characters are two letters wide.
fn width(cell: &Out) -> usize {
    match cell {
        Out::Text(text) => text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum(),
        Out::Number(_) | Out::Hours(_) => 8,
    }
}

/// Hours to the hundredth, as the cell shows them: a sum of the cells is the sum of what one reads.
#[expect(clippy::cast_precision_loss, reason = "minutes of people's service")]
pub fn in_hours(minutes: i64) -> f64 {
    (minutes as f64 / 0.6).round() / 100.0
}

/// A cell holds 32,767 characters, and no character that XML has no place for.
fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).take(32_000).collect()
}

fn sheet_name(name: &str) -> String {
    /// Counted as Excel counts: a character outside the first plane is two.
    const LONGEST: usize = 31;
    let mut kept = String::new();
    for c in name.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()) {
        if kept.encode_utf16().count() + c.len_utf16() > LONGEST {
            break;
        }
        kept.push(c);
    }
    if kept.trim().is_empty() { "1".to_owned() } else { kept }
}
