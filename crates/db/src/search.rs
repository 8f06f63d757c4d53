//! Search in Chinese, without a dictionary: every two neighbouring characters are a term.
//!
//! One function makes the terms, so both engines find the same: FTS5 on SQLite, a tsvector on PostgreSQL. Never put a
//! protected field in it.

use serde::Deserialize;
use uuid::Uuid;

use crate::{Engine, Error, Migration, Tx, args};

/// The table of what can be searched.
pub const SEARCH_MIGRATION: Migration = Migration {
    name: "search_entries",
    sql: "\
-- only: sqlite
CREATE TABLE search_entries (
    entry INTEGER PRIMARY KEY,
    cell INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id {uuid} NOT NULL,
    length INTEGER NOT NULL,
    UNIQUE (cell, kind, id)
);
CREATE VIRTUAL TABLE search_index
USING fts5(body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
-- end
-- only: postgres
CREATE TABLE search_entries (
    cell INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id {uuid} NOT NULL,
    length INTEGER NOT NULL,
    body TSVECTOR NOT NULL,
    PRIMARY KEY (cell, kind, id)
);
CREATE INDEX search_entries_by_body ON search_entries USING GIN (body);
-- end",
};

/// A text is indexed up to here: PostgreSQL keeps positions up to 16,383.
const MOST_TERMS: usize = 16_000;
/// What someone types is read up to here.
const LONGEST_QUERY: usize = 100;
const LONGEST_WORD: usize = 64;

/// A stretch of a text that is searched as a whole.
#[derive(Debug, PartialEq, Eq)]
enum Run {
    /// Chinese characters that stand together.
    Han(Vec<char>),
    /// Letters and digits, in small letters.
    Word(String),
}

impl Tx {
    /// Makes an entry findable by its text, instead of by the text it had before.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn search_put(&mut self, cell: i32, kind: &str, id: Uuid, text: &str) -> Result<(), Error> {
        self.search_put_terms(cell, kind, id, &terms(text)).await
    }

    pub(crate) async fn search_put_terms(
        &mut self,
        cell: i32,
        kind: &str,
        id: Uuid,
        terms: &[String],
    ) -> Result<(), Error> {
        let length = i32::try_from(terms.len()).unwrap_or(i32::MAX);
        match self.engine() {
            Engine::Sqlite => {
                let entry = self
                    .scalar_i64(
                        "INSERT INTO search_entries (cell, kind, id, length) VALUES ($1, $2, $3, $4) \
                         ON CONFLICT (cell, kind, id) DO UPDATE SET length = excluded.length RETURNING entry",
                        args![cell, kind, id, length],
                    )
                    .await?;
                self.put(
                    "INSERT OR REPLACE INTO search_index (rowid, body) VALUES ($1, $2)",
                    args![entry, terms.join(" ")],
                )
                .await?;
            }
            Engine::Postgres => {
                let body: Vec<String> =
                    terms.iter().zip(1..).map(|(term, position)| format!("'{term}':{position}")).collect();
                self.put(
                    "INSERT INTO search_entries (cell, kind, id, length, body) \
                     VALUES ($1, $2, $3, $4, CAST($5 AS TSVECTOR)) \
                     ON CONFLICT (cell, kind, id) DO UPDATE SET length = excluded.length, body = excluded.body",
                    args![cell, kind, id, length, body.join(" ")],
                )
                .await?;
            }
        }
        Ok(())
    }

    /// Makes an entry impossible to find; nothing happens when it was not there.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn search_remove(&mut self, cell: i32, kind: &str, id: Uuid) -> Result<(), Error> {
        let entry = "DELETE FROM search_entries WHERE cell = $1 AND kind = $2 AND id = $3";
        match self.engine() {
            Engine::Sqlite => {
                let removed = self.maybe_i64(&format!("{entry} RETURNING entry"), args![cell, kind, id]).await?;
                if let Some(entry) = removed {
                    self.put("DELETE FROM search_index WHERE rowid = $1", args![entry]).await?;
                }
            }
            Engine::Postgres => {
                self.put(entry, args![cell, kind, id]).await?;
            }
        }
        Ok(())
    }

    /// The entries of a kind whose text holds every part of what was typed: Chinese characters that stand together
    /// must stand together, a single one may stand anywhere, a word of letters or digits may go on. The shortest text
    /// comes first, the newest of two equally long; nothing typed finds nothing. `cell`: `None` looks everywhere.
    ///
    /// # Errors
    /// As [`Error`] says; never because of what was typed.
    pub async fn search(
        &mut self,
        cell: Option<i32>,
        kind: &str,
        query: &str,
        limit: u32,
    ) -> Result<Vec<(i32, Uuid)>, Error> {
        #[derive(Deserialize)]
        struct Hit {
            cell: i32,
            id: Uuid,
        }
        let Some(pattern) = pattern(self.engine(), query) else { return Ok(Vec::new()) };
        let sql = match self.engine() {
            // CROSS JOIN: SQLite keeps this order, so it looks the text up once and not for every entry.
            Engine::Sqlite => {
                "SELECT e.cell, e.id FROM search_index CROSS JOIN search_entries e ON e.entry = search_index.rowid \
                 WHERE search_index MATCH $1 AND e.kind = $2 AND (CAST($3 AS INTEGER) IS NULL OR e.cell = $3) \
                 ORDER BY e.length, e.id DESC LIMIT $4"
            }
            Engine::Postgres => {
                "SELECT cell, id FROM search_entries \
                 WHERE body @@ CAST($1 AS TSQUERY) AND kind = $2 AND (CAST($3 AS INTEGER) IS NULL OR cell = $3) \
                 ORDER BY length, id DESC LIMIT $4"
            }
        };
        let hits: Vec<Hit> = self.all(sql, args![pattern, kind, cell, i64::from(limit)]).await?;
        Ok(hits.into_iter().map(|hit| (hit.cell, hit.id)).collect())
    }
}

/// The terms of a text, in order: each two neighbouring Chinese characters, the last one of a run by itself (so that
/// every character begins some term), and words of letters and digits in small letters.
pub fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    for run in runs(text) {
        match run {
            Run::Han(characters) => {
                terms.extend(characters.windows(2).map(String::from_iter));
                terms.extend(characters.last().map(char::to_string));
            }
            Run::Word(word) => terms.push(word),
        }
    }
    terms.truncate(MOST_TERMS);
    terms
}

/// What was typed, in the query language of an engine; `None` when there is nothing to look for. Only letters, digits
/// and Chinese characters reach the engine, each term in quotes.
fn pattern(engine: Engine, query: &str) -> Option<String> {
    let query: String = query.chars().take(LONGEST_QUERY).collect();
    let parts: Vec<String> = runs(&query)
        .into_iter()
        .map(|run| match run {
            Run::Han(characters) if characters.len() > 1 => {
                let pairs: Vec<String> = characters.windows(2).map(String::from_iter).collect();
                match engine {
                    Engine::Sqlite => format!("\"{}\"", pairs.join(" ")),
                    Engine::Postgres => format!("('{}')", pairs.join("' <-> '")),
                }
            }
            Run::Han(characters) => begins_with(engine, &String::from_iter(characters)),
            Run::Word(word) => begins_with(engine, &word),
        })
        .collect();
    let and = match engine {
        Engine::Sqlite => " AND ",
        Engine::Postgres => " & ",
    };
    (!parts.is_empty()).then(|| parts.join(and))
}

fn begins_with(engine: Engine, term: &str) -> String {
    match engine {
        Engine::Sqlite => format!("\"{term}\" *"),
        Engine::Postgres => format!("'{term}':*"),
    }
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut joined = false;
    for c in text.chars().map(half_width) {
        if is_han(c) {
            match runs.last_mut() {
                Some(Run::Han(characters)) if joined => characters.push(c),
                _ => runs.push(Run::Han(vec![c])),
            }
            joined = true;
        } else if c.is_alphanumeric() {
            if !(joined && matches!(runs.last(), Some(Run::Word(_)))) {
                runs.push(Run::Word(String::new()));
            }
            if let Some(Run::Word(word)) = runs.last_mut()
                && word.chars().count() < LONGEST_WORD
            {
                // Lower case may add a combining mark (İ), which the engines read in different ways.
                word.extend(c.to_lowercase().filter(|c| c.is_alphanumeric()));
            }
            joined = true;
        } else {
            joined = false;
        }
    }
    runs.retain(|run| !matches!(run, Run::Word(word) if word.is_empty()));
    runs
}

/// Ａ１ typed with a Chinese keyboard are A1.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Chinese characters with their extensions, 〇 and 々.
fn is_han(c: char) -> bool {
    matches!(u32::from(c),
        0x3005 | 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_terms() {
        let cases: [(&str, &[&str]); 8] = [
            ("黄楼社区", &["黄楼", "楼社", "社区", "区"]),
            ("独居，老人", &["独居", "居", "老人", "人"]),
            ("水", &["水"]),
            ("3号楼 Room-A", &["3", "号楼", "楼", "room", "a"]),
            ("ＡＢＣ１２", &["abc12"]),
            ("二〇二六年", &["二〇", "〇二", "二六", "六年", "年"]),
            ("  ，。\"'* ", &[]),
            ("", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(terms(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_typed_never_becomes_syntax() {
        let cases = [
            ("黄楼社区", "\"黄楼 楼社 社区\"", "('黄楼' <-> '楼社' <-> '社区')"),
            ("楼", "\"楼\" *", "'楼':*"),
            ("Room 楼房", "\"room\" * AND \"楼房\"", "'room':* & ('楼房')"),
            ("a\" OR b:*", "\"a\" * AND \"or\" * AND \"b\" *", "'a':* & 'or':* & 'b':*"),
            ("it's", "\"it\" * AND \"s\" *", "'it':* & 's':*"),
        ];
        for (query, sqlite, postgres) in cases {
            assert_eq!(pattern(Engine::Sqlite, query).as_deref(), Some(sqlite));
            assert_eq!(pattern(Engine::Postgres, query).as_deref(), Some(postgres));
        }
        assert_eq!(pattern(Engine::Sqlite, "\"*() -"), None);
    }

    #[test]
    fn long_texts_and_queries_are_bounded() {
        assert_eq!(terms(&"楼".repeat(100_000)).len(), MOST_TERMS);
        assert_eq!(terms(&"a".repeat(100_000)), ["a".repeat(LONGEST_WORD)]);
        assert!(pattern(Engine::Postgres, &"楼".repeat(100_000)).unwrap().len() < 3_000);
    }
}
