//! The matter beside the queue: what it says, without opening it.

use kit::Page;
use rules::matters::access;
use rules::matters::kind::FieldType;
use rules::shared::Actor;

use super::asked::words;
use super::fields::{FieldLine, value_words};
use super::queue::{Counties, place_words};
use super::waits::waits;
use crate::city::City;
use crate::matters::pages::line::titled;
use crate::matters::store::MatterRow;
use crate::matters::{Held, kind_of};

/// The matter beside the queue.
pub struct Peek {
    pub row: MatterRow,
    pub place: String,
    pub step: String,
    /// Whose word it waits for.
    pub waits: Option<String>,
    pub fields: Vec<FieldLine>,
}

/// What is shown of it to `who`.
pub fn peek_at(
    page: &Page,
    who: &Actor,
    (city, counties): (&City, &Counties),
    row: MatterRow,
    held: &Held,
) -> Option<Peek> {
    let kind = kind_of(city, &held.matter.kind).ok()?;
    access::see(who, kind, &held.matter).ok()?;
    let step = held.matter.at(kind).map(|s| words(page, &s.desk).to_owned()).unwrap_or_default();
    let fields = kind.fields.iter().filter(|f| f.type_ != FieldType::Photos).filter_map(|field| {
        let said = held.fields.get(&field.key)?;
        let word = |v: &String| field.options.iter().find(|o| o.key == *v).map(|o| words(page, &o.name).to_owned());
        let value = said.iter().map(|v| word(v).unwrap_or_else(|| value_words(page, field.type_, v)));
        let value = page.row_of(&value.collect::<Vec<_>>());
        Some(FieldLine { label: words(page, &field.label).to_owned(), value })
    });
    let place = place_words(counties, &row);
    let waits = waits(page, who, kind, &held.matter);
    Some(Peek { step, waits, fields: fields.collect(), place, row: titled(page, city, row) })
}
