//! By what a finding names the rows it is about, so that whoever reads it finds them on a page, by the API or in the log.

use std::fmt::Display;

use anyhow::Result;
use db::Db;
use rules::shared::ids::Thing;
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use crate::doctor::{count, with_now};

/// How many are named: a finding stays one line, and once these are mended the next are.
const SHOWN: usize = 5;

/// The columns that name a row.
#[derive(Clone, Copy)]
pub enum Named {
    /// Its cell, its uuid, and the id that pages and the API make of them.
    Id(&'static str, &'static str, fn(Cell, Uuid) -> String),
    /// A job or a message: of which sort it is; with its uuid, as the log and the gateway have it, and why it failed last.
    Work(&'static str),
    /// What is printed on it.
    Code(&'static str),
}

/// Named by the id of this kind of thing, from the columns of its cell and its uuid.
pub const fn by<T: Thing>(cell: &'static str, id: &'static str) -> Named {
    Named::Id(cell, id, typed::<T>)
}

fn typed<T: Thing>(cell: Cell, id: Uuid) -> String {
    match u16::try_from(cell.0) {
        Ok(_) => Id::<T>::new(cell, id).to_string(),
        // No id can be made of it; something else wrote it there.
        Err(_) => format!("{} {id} of the cell {}", T::PREFIX, cell.0),
    }
}

#[derive(Deserialize)]
struct Row {
    cell: i32,
    id: Option<Uuid>,
    words: Option<String>,
    why: Option<String>,
}

impl Named {
    fn columns(self) -> String {
        match self {
            Named::Id(cell, id, _) => format!("{cell} AS cell, {id} AS id"),
            Named::Work(sort) => format!("cell AS cell, id AS id, {sort} AS words, last_error AS why"),
            Named::Code(code) => format!("cell AS cell, {code} AS words"),
        }
    }

    fn name(self, row: Row) -> String {
        let Row { cell, id, words, why } = row;
        match self {
            Named::Id(_, _, typed) => typed(Cell(cell), id.unwrap_or_default()),
            Named::Work(_) => {
                let why = why.map(|why| format!(" ({})", brief(&why))).unwrap_or_default();
                format!("{} {}{why}", words.unwrap_or_default(), id.unwrap_or_default())
            }
            Named::Code(_) => words.unwrap_or_default(),
        }
    }
}

/// How many of these rows there are and the names of the first, in one line; nothing when there is none. `rows` is what follows
/// FROM; `$1` is now.
pub async fn told(db: &Db, finding: &str, rows: &str, named: Named) -> Result<Option<String>> {
    let number = count(db, &format!("SELECT COUNT(*) AS found FROM {rows}")).await?;
    if number == 0 {
        return Ok(None);
    }
    // Several rows may be of one thing: two slots of a task.
    let things = format!("SELECT DISTINCT {} FROM {rows}", named.columns());
    let all = count(db, &format!("SELECT COUNT(*) AS found FROM ({things}) AS things")).await?;
    let sql = format!("{things} ORDER BY 1, 2 LIMIT {SHOWN}");
    let args = with_now(&sql);
    let first: Result<Vec<Row>, db::Error> =
        db.read(move |tx| Box::pin(async move { tx.all::<Row>(&sql, args).await })).await;
    let names: Vec<String> = first?.into_iter().map(|row| named.name(row)).collect();
    let all = usize::try_from(all).unwrap_or(names.len());
    Ok(Some(format!("{number} × {finding}: {}", listed(&names, all))))
}

/// The first of what was found already, as [`told`] names them.
pub fn first<T: Display>(found: &[T]) -> String {
    let names: Vec<String> = found.iter().take(SHOWN).map(T::to_string).collect();
    listed(&names, found.len())
}

fn listed(names: &[String], all: usize) -> String {
    match all.saturating_sub(names.len()) {
        0 => names.join(", "),
        more => format!("{}, and {more} more", names.join(", ")),
    }
}

/// A number with its word.
pub fn counted<N: Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    let word = if number == N::from(1) { one } else { many };
    format!("{number} {word}")
}

/// Why something failed, in one line that anybody may read over a shoulder. A failure is kept as the program writes it down for
/// itself: a refusal with what its words mention, such as a name, and a value of another shape in quotation marks. The code of
/// the refusal and the shape tell enough, and the log has the rest.
fn brief(why: &str) -> String {
    const MOST: usize = 200;
    if let Some((code, _)) = why.split_once("Refusal { code: \"").and_then(|(_, rest)| rest.split_once('"')) {
        return format!("refused: {code}");
    }
    let line = why.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = veiled(&veiled(&line, "\\\""), "`");
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Leaves of what stands between two marks only the names of columns, fields and codes.
fn veiled(text: &str, mark: &str) -> String {
    let is_ours = |part: &str| part.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '-' | '.'));
    let parts = text.split(mark).enumerate();
    let parts: Vec<&str> = parts.map(|(at, part)| if at % 2 == 0 || is_ours(part) { part } else { "…" }).collect();
    parts.join(mark)
}

#[cfg(test)]
mod tests {
    use rules::shared::ids::{RecordId, RecordThing};

    use super::*;

    #[test]
    fn the_first_are_named_and_the_others_counted() {
        assert_eq!(first::<u8>(&[]), "");
        assert_eq!(first(&[1, 2, 3, 4, 5]), "1, 2, 3, 4, 5");
        assert_eq!(first(&[1, 2, 3, 4, 5, 6, 7]), "1, 2, 3, 4, 5, and 2 more");
        assert_eq!([0_usize, 1, 2].map(|n| counted(n, "file", "files")), ["0 files", "1 file", "2 files"]);
    }

    #[test]
    fn an_id_is_written_as_the_pages_write_it_and_one_that_is_none_is_told() {
        let id = Uuid::from_u128(7);
        assert_eq!(typed::<RecordThing>(Cell(3), id), RecordId::new(Cell(3), id).to_string());
        assert_eq!(typed::<RecordThing>(Cell(-1), id), format!("rec {id} of the cell -1"));
    }

    #[test]
    fn why_something_failed_names_nobody() {
        let long = "x".repeat(300);
        for (kept, said) in [
            ("Defect(\"no job is called x\")", "Defect(\"no job is called x\")"),
            (
                "Defect(\"no such column: m.kind\\nin a statement\")",
                "Defect(\"no such column: m.kind\\nin a statement\")",
            ),
            ("the gateway\nanswered 500", "the gateway answered 500"),
            (
                "Refused(Refusal { code: \"administrator-other-name\", args: [(\"name\", Text(\"王某某\"))], field: None })",
                "refused: administrator-other-name",
            ),
            (
                "Defect(\"invalid type: string \\\"王某某\\\", expected u32\")",
                "Defect(\"invalid type: string \\\"…\\\", expected u32\")",
            ),
            (
                "Defect(\"invalid type: integer `13970707071`, or missing field `due_at`\")",
                "Defect(\"invalid type: integer `…`, or missing field `due_at`\")",
            ),
            (long.as_str(), format!("{}…", "x".repeat(200)).as_str()),
        ] {
            assert_eq!(brief(kept), said);
        }
    }
}
