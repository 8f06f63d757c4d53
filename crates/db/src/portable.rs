//! Every table as lines of text, the same from both engines: what a backup holds, and how a city moves from one engine to
//! the other. A table begins with a line that names its columns and what they hold; each further line is one row.

use std::io;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::value::{Cell, Row};
use crate::{Batch, Db, Engine, Error, Migration, Tx, Value, args};

/// The search index, which each engine keeps in its own way.
const SEARCH: &str = "search_entries";
/// How many arguments a statement may have: SQLite takes 32,766.
const MOST_ARGUMENTS: usize = 30_000;
const MOST_ROWS: usize = 200;

/// A step of the schema that a database has, and what its text was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub name: String,
    pub checksum: String,
}

impl Step {
    /// Whether this program knows the step by the same text.
    pub fn is(&self, step: &Migration) -> bool {
        self.name == step.name && self.checksum == step.checksum()
    }
}

/// Takes the lines of a table, the one with its columns first.
pub type Sink<'a> = &'a mut (dyn FnMut(&str, &str) -> io::Result<()> + Send);

/// What a column holds, and how it is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Int,
    Flag,
    Text,
    Double,
    Bytes,
    Uuid,
    Json,
}

impl Kind {
    fn declared(word: &str) -> Option<Kind> {
        Some(match word.to_ascii_lowercase().as_str() {
            "integer" | "bigint" => Kind::Int,
            "boolean" => Kind::Flag,
            "text" => Kind::Text,
            "real" | "double precision" => Kind::Double,
            "blob" | "bytea" => Kind::Bytes,
            "uuid" => Kind::Uuid,
            "jsonb" => Kind::Json,
            _ => return None,
        })
    }

    /// Its name in the file: SQLite keeps an id as bytes and JSON as text.
    fn name(self) -> &'static str {
        match self {
            Kind::Int => "int",
            Kind::Flag => "flag",
            Kind::Text | Kind::Json => "text",
            Kind::Double => "double",
            Kind::Bytes | Kind::Uuid => "bytes",
        }
    }

    /// How it is asked for, so that both engines answer alike.
    fn asked(self, column: &str) -> String {
        match self {
            Kind::Int => format!("CAST({column} AS BIGINT)"),
            Kind::Flag => format!("CAST(CAST({column} AS INTEGER) AS BIGINT)"),
            // JSON comes back as its text without spaces from both.
            Kind::Text | Kind::Json | Kind::Double | Kind::Bytes | Kind::Uuid => column.to_owned(),
        }
    }

    fn read(self, cell: &Cell) -> Result<Json, Error> {
        Ok(match (self, cell) {
            (_, Cell::Null) => Json::Null,
            (Kind::Int, Cell::Int(number)) => (*number).into(),
            (Kind::Flag, Cell::Int(number)) => (*number != 0).into(),
            (Kind::Text | Kind::Json, Cell::Text(text)) => text.as_str().into(),
            (Kind::Double, Cell::Real(number)) => (*number).into(),
            // SQLite gives back a whole number where one was put into a column of another type.
            (Kind::Double, Cell::Int(number)) => (*number as f64).into(),
            (Kind::Bytes | Kind::Uuid, Cell::Bytes(bytes)) => BASE64.encode(bytes).into(),
            _ => return Err(Error::defect(format!("a column of {} holds something else", self.name()))),
        })
    }

    /// `None` when the value is of another kind.
    fn bound(self, value: &Json) -> Option<Value> {
        fn maybe<T>(value: &Json, read: impl FnOnce(&Json) -> Option<T>) -> Option<Option<T>> {
            if value.is_null() { Some(None) } else { read(value).map(Some) }
        }
        let bytes = |v: &Json| BASE64.decode(v.as_str()?.as_bytes()).ok();
        Some(match self {
            Kind::Int => maybe(value, Json::as_i64)?.into(),
            Kind::Flag => maybe(value, Json::as_bool)?.into(),
            Kind::Text => maybe(value, |v| v.as_str().map(str::to_owned))?.into(),
            Kind::Double => maybe(value, Json::as_f64)?.into(),
            Kind::Bytes => maybe(value, bytes)?.into(),
            Kind::Uuid => maybe(value, |v| Uuid::from_slice(&bytes(v)?).ok())?.into(),
            Kind::Json => maybe(value, |v| serde_json::from_str::<Json>(v.as_str()?).ok())?.into(),
        })
    }
}

struct Column {
    name: String,
    kind: Kind,
}

/// The columns of a table; empty when there is no such table.
async fn columns(tx: &mut Tx, table: &str) -> Result<Vec<Column>, Error> {
    #[derive(Deserialize)]
    struct Declared {
        name: String,
        kind: String,
    }
    let sql = match tx.engine() {
        Engine::Sqlite => "SELECT name, type AS kind FROM pragma_table_info($1) ORDER BY cid",
        Engine::Postgres => {
            "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS kind FROM information_schema.columns \
             WHERE table_schema = CURRENT_SCHEMA AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    let rows: Vec<Declared> = tx.all(sql, args![table]).await?;
    let column = |row: Declared| match Kind::declared(&row.kind) {
        Some(kind) => Ok(Column { name: row.name, kind }),
        None => Err(Error::defect(format!("{table}.{} is a {}, which cannot be carried", row.name, row.kind))),
    };
    rows.into_iter().map(column).collect()
}

fn heading(columns: &[Column]) -> String {
    Json::from_iter(columns.iter().map(|c| json!([c.name, c.kind.name()]))).to_string()
}

/// The tables that the steps make, in their order: a table points only to those before it. One that a later step makes anew
/// stands where it stood.
fn tables(steps: &[Migration], engine: Engine) -> Result<Vec<String>, Error> {
    let mut tables: Vec<String> = Vec::new();
    for step in steps {
        let text = step.text(engine)?;
        let named = text.lines().filter_map(|line| line.trim_start().strip_prefix("CREATE TABLE "));
        let names = named.filter_map(|rest| rest.split([' ', '(']).find(|word| !word.is_empty()));
        for name in names.filter(|name| *name != SEARCH) {
            if !tables.iter().any(|table| table == name) {
                tables.push(name.to_owned());
            }
        }
    }
    Ok(tables)
}

impl Db {
    /// The steps that this database has, in the order of `steps`; those that only it knows come last.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn steps(&self, steps: &[Migration]) -> Result<Vec<Step>, Error> {
        let order: Vec<&'static str> = steps.iter().map(|step| step.name).collect();
        self.read(move |tx| Box::pin(async move { applied(tx, &order).await })).await
    }

    /// Gives every row to `sink`, table by table, as of one moment; others go on reading and writing meanwhile.
    ///
    /// # Errors
    /// As [`Error`] says; [`Error::Other`] with what `sink` said.
    pub async fn export(&self, steps: &[Migration], sink: Sink<'_>) -> Result<Vec<Step>, Error> {
        let names = tables(steps, self.engine())?;
        let order: Vec<&'static str> = steps.iter().map(|step| step.name).collect();
        let mut tx = self.snapshot().await?;
        let outcome = async {
            for table in &names {
                export_table(&mut tx, table, sink).await?;
            }
            if order.contains(&crate::SEARCH_MIGRATION.name) {
                export_search(&mut tx, sink).await?;
            }
            applied(&mut tx, &order).await
        }
        .await;
        tx.rollback().await;
        outcome
    }

    /// Begins to fill a database from lines that [`Db::export`] gave: what its steps put there goes first.
    ///
    /// # Errors
    /// As [`Error`] says.
    pub async fn loader(&self, steps: &[Migration]) -> Result<Loader, Error> {
        let names = tables(steps, self.engine())?;
        let mut batch = self.batch().await?;
        for table in names.iter().rev() {
            batch.tx().run(&format!("DELETE FROM {table}"), args![]).await?;
        }
        Ok(Loader { batch, known: names, table: String::new(), columns: Vec::new(), rows: Vec::new(), row: 0 })
    }
}

async fn applied(tx: &mut Tx, order: &[&str]) -> Result<Vec<Step>, Error> {
    let mut found: Vec<Step> = tx.all("SELECT name, checksum FROM schema_migrations ORDER BY name", args![]).await?;
    found.sort_by_key(|step| order.iter().position(|name| *name == step.name).unwrap_or(usize::MAX));
    Ok(found)
}

fn told(result: io::Result<()>) -> Result<(), Error> {
    result.map_err(|error| Error::defect(error.to_string()))
}

async fn export_table(tx: &mut Tx, table: &str, sink: Sink<'_>) -> Result<(), Error> {
    let columns = columns(tx, table).await?;
    if columns.is_empty() {
        // A step that this database does not have yet.
        return Ok(());
    }
    told(sink(table, &heading(&columns)))?;
    let asked: Vec<String> = columns.iter().map(|c| c.kind.asked(&c.name)).collect();
    let sql = format!("SELECT {} FROM {table}", asked.join(", "));
    tx.each(&sql, &mut |row: Row| {
        let values = columns.iter().zip(&row.cells).map(|(column, cell)| column.kind.read(cell));
        told(sink(table, &Json::Array(values.collect::<Result<_, _>>()?).to_string()))
    })
    .await
}

async fn export_search(tx: &mut Tx, sink: Sink<'_>) -> Result<(), Error> {
    let engine = tx.engine();
    let sql = match engine {
        Engine::Sqlite => {
            // The index keeps no texts: its terms are put together again, in their order.
            tx.script(
                "CREATE VIRTUAL TABLE temp.search_terms USING fts5vocab(main, search_index, instance);
                 CREATE TEMP TABLE search_texts (entry INTEGER PRIMARY KEY, terms TEXT);
                 INSERT INTO search_texts SELECT doc, string_agg(term, ' ' ORDER BY \"offset\") FROM search_terms \
                 GROUP BY doc;",
            )
            .await?;
            "SELECT CAST(e.cell AS BIGINT), e.kind, e.id, COALESCE(t.terms, '') FROM search_entries e \
             LEFT JOIN search_texts t ON t.entry = e.entry"
        }
        Engine::Postgres => "SELECT CAST(cell AS BIGINT), kind, id, CAST(body AS TEXT) FROM search_entries",
    };
    let id = if engine == Engine::Sqlite { Kind::Bytes } else { Kind::Uuid };
    let kinds = [("cell", Kind::Int), ("kind", Kind::Text), ("id", id), ("terms", Kind::Text)];
    told(sink(SEARCH, &heading(&kinds.map(|(name, kind)| Column { name: name.into(), kind }))))?;
    tx.each(sql, &mut |row: Row| {
        let values = kinds.iter().zip(&row.cells).map(|((_, kind), cell)| kind.read(cell));
        let mut values: Vec<Json> = values.collect::<Result<_, _>>()?;
        if engine == Engine::Postgres {
            values[3] = in_order(values[3].as_str().unwrap_or_default()).into();
        }
        told(sink(SEARCH, &Json::Array(values).to_string()))
    })
    .await
}

/// The terms of `'a':2 'b':1,3` in the order of their positions. Terms are letters, digits and Chinese characters.
fn in_order(vector: &str) -> String {
    let mut terms: Vec<(u32, &str)> = Vec::new();
    for (term, positions) in vector.split(' ').filter_map(|part| part.rsplit_once(':')) {
        let term = term.trim_matches('\'');
        terms.extend(positions.split(',').filter_map(|p| Some((p.parse().ok()?, term))));
    }
    terms.sort_unstable();
    terms.iter().map(|(_, term)| *term).collect::<Vec<_>>().join(" ")
}

/// Fills a database; everything in one transaction, which [`Loader::finish`] keeps.
pub struct Loader {
    batch: Batch,
    known: Vec<String>,
    table: String,
    columns: Vec<Column>,
    rows: Vec<Value>,
    /// Which row of the table comes next, from 1 on.
    row: usize,
}

impl Loader {
    /// Begins a table with its first line.
    ///
    /// # Errors
    /// [`Error::Other`] when this schema has no such table or columns, and as [`Loader::row`].
    pub async fn table(&mut self, table: &str, heading: &str) -> Result<(), Error> {
        self.flush().await?;
        let wrong = |why: &str| Error::defect(format!("{table}: {why}"));
        let named: Vec<(String, String)> = serde_json::from_str(heading).map_err(|e| wrong(&e.to_string()))?;
        table.clone_into(&mut self.table);
        self.row = 1;
        if table == SEARCH {
            self.columns.clear();
            return Ok(());
        }
        if !self.known.iter().any(|name| name == table) {
            return Err(wrong("this schema has no such table"));
        }
        let there = columns(self.batch.tx(), table).await?;
        let mut kinds = Vec::new();
        for (name, kind) in &named {
            let column = there.iter().find(|c| c.name == *name && c.kind.name() == kind);
            let kind = column.ok_or_else(|| wrong(&format!("this schema has no column {name} of {kind}")))?.kind;
            kinds.push(Column { name: name.clone(), kind });
        }
        let names: Vec<String> = named.into_iter().map(|(name, _)| name).collect();
        self.table = format!("{table} ({})", names.join(", "));
        self.columns = kinds;
        Ok(())
    }

    /// Adds a row to the table that was begun.
    ///
    /// # Errors
    /// [`Error::Other`] for a line that is no row of it, and as [`Error`] says.
    pub async fn row(&mut self, line: &str) -> Result<(), Error> {
        let wrong = || Error::defect(format!("{}: not a row of it: {} characters", self.table, line.len()));
        let values: Vec<Json> = serde_json::from_str(line).map_err(|_| wrong())?;
        if self.table == SEARCH {
            let found = || {
                let cell = i32::try_from(values.first()?.as_i64()?).ok()?;
                let id = BASE64.decode(values.get(2)?.as_str()?.as_bytes()).ok()?;
                Some((cell, values.get(1)?.as_str()?, Uuid::from_slice(&id).ok()?, values.get(3)?.as_str()?))
            };
            let (cell, kind, id, terms) = found().ok_or_else(wrong)?;
            let terms: Vec<String> = terms.split_whitespace().map(str::to_owned).collect();
            return self.batch.tx().search_put_terms(cell, kind, id, &terms).await;
        }
        if values.len() != self.columns.len() {
            return Err(wrong());
        }
        if self.batch.tx().engine() == Engine::Postgres {
            self.without_nul(&values)?;
        }
        self.row += 1;
        for (column, value) in self.columns.iter().zip(&values) {
            let bound = column.kind.bound(value).ok_or_else(wrong)?;
            self.rows.push(bound);
        }
        let most = MOST_ROWS.min(MOST_ARGUMENTS / self.columns.len()) * self.columns.len();
        if self.rows.len() >= most { self.flush().await } else { Ok(()) }
    }

    /// SQLite keeps a text with the character of the number 0, which PostgreSQL refuses without saying of which row.
    fn without_nul(&self, values: &[Json]) -> Result<(), Error> {
        let holds = |kind: Kind, value: &Json| match (kind, value.as_str()) {
            (Kind::Text, Some(text)) => text.contains('\0'),
            // In JSON it stands escaped, behind no escaped stroke.
            (Kind::Json, Some(text)) => text
                .match_indices("\\u0000")
                .any(|(at, _)| text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0),
            _ => false,
        };
        let mut columns = self.columns.iter().zip(values);
        let Some((column, _)) = columns.find(|(column, value)| holds(column.kind, value)) else { return Ok(()) };
        let table = self.table.split(' ').next().unwrap_or_default();
        let id = self.columns.iter().position(|column| column.name == "id").and_then(|at| values[at].as_str());
        let id = id.and_then(|text| Uuid::from_slice(&BASE64.decode(text.as_bytes()).ok()?).ok());
        let of = id.map(|id| format!(" (id {id})")).unwrap_or_default();
        Err(Error::defect(format!(
            "{table}, row {}{of}: {} holds the character U+0000, which PostgreSQL does not keep. Take it out of the city that \
             the backup was made of, and make another",
            self.row, column.name
        )))
    }

    async fn flush(&mut self) -> Result<(), Error> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let width = self.columns.len();
        let mut groups = Vec::new();
        for row in 0..self.rows.len() / width {
            let numbers: Vec<String> = (1..=width).map(|at| format!("${}", row * width + at)).collect();
            groups.push(format!("({})", numbers.join(", ")));
        }
        let sql = format!("INSERT INTO {} VALUES {}", self.table, groups.join(", "));
        self.batch.tx().run(&sql, std::mem::take(&mut self.rows)).await?;
        Ok(())
    }

    /// Keeps all of it.
    ///
    /// # Errors
    /// When it could not be kept; then nothing was.
    pub async fn finish(mut self) -> Result<(), Error> {
        self.flush().await?;
        self.batch.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terms_of_a_vector_stand_in_their_order_again() {
        for (vector, terms) in [("'a':2 'b':1,3", "b a b"), ("", ""), ("'陈陈':1 '陈':2", "陈陈 陈")] {
            assert_eq!(in_order(vector), terms);
        }
    }

    #[test]
    fn tables_come_in_the_order_of_their_steps() {
        let steps = [
            Migration { name: "a", sql: "CREATE TABLE b (x INTEGER);\n  CREATE TABLE a(x INTEGER);" },
            crate::SEARCH_MIGRATION,
            Migration {
                name: "c",
                sql: "ALTER TABLE b RENAME TO b_before;\nCREATE TABLE b (x TEXT);\nDROP TABLE b_before;",
            },
        ];
        assert_eq!(tables(&steps, Engine::Sqlite).unwrap(), ["b", "a"]);
    }
}
