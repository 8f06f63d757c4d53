//! SQL of the public figures. Each measure of `measures.toml` is counted here, over an index that answers alone.

use jiff::Timestamp;
use rules::reports::{Month, age_group};
use rules::shared::{Cell, WorkCalendar};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

/// Which table holds a measure's rows, and by what a row falls into a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    /// Matters by the day they were registered.
    Raised,
    /// Matters by the day they were closed; a reopened one has no such day.
    Closed,
    /// Records of service by the day of the service.
    Records,
}

/// What is counted of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Rows,
    Minutes,
    People,
}

/// How a measure is counted.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    table: Table,
    kind: &'static str,
    /// What every row counted here or beside it fulfils.
    base: &'static str,
    /// What the rows of this measure fulfil among those; the others are its complement.
    hit: Option<&'static str>,
    pub what: What,
}

const UNMERGED: &str = "m.merged_into IS NULL";
const SOLVED: &str = "m.merged_into IS NULL AND m.outcome = 'solved'";
const RATED: &str = "m.satisfaction IS NOT NULL";
const IN_TIME: &str = "m.first_response_at IS NOT NULL AND m.first_response_due_at IS NOT NULL AND m.first_response_at <= m.first_response_due_at";

/// How the measure of this key is counted; a rate has none of its own.
pub fn source(key: &str) -> Option<Source> {
    let matters = |table, kind, base, hit| Source { table, kind, base, hit, what: What::Rows };
    let records = |base, what| Source { table: Table::Records, kind: "", base, hit: None, what };
    Some(match key {
        "needs_raised" => matters(Table::Raised, "need", UNMERGED, None),
        "needs_first_answered" => {
            matters(Table::Raised, "need", "m.merged_into IS NULL AND m.first_response_at IS NOT NULL", None)
        }
        "needs_answered_in_time" => matters(Table::Raised, "need", UNMERGED, Some(IN_TIME)),
        "needs_solved" => matters(Table::Closed, "need", SOLVED, None),
        "needs_closed" => matters(Table::Closed, "need", UNMERGED, None),
        "needs_rated" => matters(Table::Closed, "need", UNMERGED, Some(RATED)),
        // 好差评: five is very satisfied, three passable.
        "needs_rated_satisfied" => matters(
            Table::Closed,
            "need",
            "m.merged_into IS NULL AND m.satisfaction IS NOT NULL",
            Some("m.satisfaction >= 3"),
        ),
        "hazards_reported" => matters(Table::Raised, "hazard", UNMERGED, None),
        "hazards_fixed" => matters(Table::Closed, "hazard", SOLVED, None),
        "hours_confirmed" => records("m.evidence <> 'late'", What::Minutes),
        "hours_confirmed_late" => records("m.evidence = 'late'", What::Minutes),
        "volunteers_active" => records("TRUE", What::People),
        _ => return None,
    })
}

/// Months one after the other, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Month,
    pub to: Month,
}

impl Span {
    pub fn of(month: Month) -> Span {
        Span { from: month, to: month }
    }
}

/// By what a span is split, besides months.
#[derive(Clone, Copy, Debug)]
pub enum Split<'a> {
    None,
    /// The codes of so many digits that follow the place's own path.
    Places {
        digits: usize,
    },
    Group(&'a str),
}

/// One number of a table.
#[derive(Clone, Debug, Deserialize)]
pub struct Count {
    pub month: String,
    pub bucket: String,
    /// Rows, minutes or people, as the measure counts.
    pub n: i64,
    /// Rows among which they are.
    pub among: i64,
    pub people: i64,
}

/// Hours that are looked at, or were found false, count nowhere.
const NOT_HELD: &str = "NOT EXISTS (SELECT 1 FROM service_reviews v WHERE v.cell = m.cell AND v.record_id = m.id \
                        AND v.state <> 'cleared')";

impl Source {
    /// The kind whose matters it counts; empty for records of service.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Its rows are matters, and no records of service.
    pub fn is_matters(&self) -> bool {
        self.table != Table::Records
    }

    fn table(&self) -> &'static str {
        match self.table {
            Table::Raised | Table::Closed => "matters_matters m",
            Table::Records => "service_records m",
        }
    }

    fn dated(&self) -> &'static str {
        match self.table {
            Table::Raised => "m.recorded_at",
            Table::Closed => "m.closed_at",
            Table::Records => "m.day",
        }
    }

    fn month(&self, tx: &Tx<'_>) -> String {
        match self.table {
            Table::Records => "SUBSTR(m.day, 1, 7)".to_owned(),
            Table::Raised | Table::Closed => {
                db::dialect::month_of_millis(tx.engine(), self.dated(), offset_minutes(&tx.city().calendar))
            }
        }
    }

    fn count(&self) -> String {
        match (self.what, self.hit) {
            (What::Rows, None) => "COUNT(*)".to_owned(),
            (What::Rows, Some(hit)) => db::dialect::bool_sum(hit),
            (What::Minutes, _) => "CAST(COALESCE(SUM(m.minutes), 0) AS BIGINT)".to_owned(),
            (What::People, _) => "COUNT(DISTINCT m.person_id)".to_owned(),
        }
    }

    fn people(&self) -> &'static str {
        match self.table {
            Table::Records => "COUNT(DISTINCT m.person_id)",
            Table::Raised | Table::Closed => "COUNT(*)",
        }
    }

    /// The condition of the table and its four arguments: path from and to, first and one past the last day.
    fn narrowed(&self, tx: &Tx<'_>, path: &str, span: Span) -> Result<(String, Vec<db::Value>), Stop> {
        let kind = match self.table {
            Table::Records => format!("m.state = 'confirmed' AND {NOT_HELD}"),
            Table::Raised | Table::Closed => format!("m.kind = '{}'", self.kind),
        };
        let (dated, base) = (self.dated(), self.base);
        let sql = format!(
            "{kind} AND {dated} >= $3 AND {dated} < $4 AND m.place_path >= $1 AND m.place_path < $2 AND {base}"
        );
        let mut args = db::args![path, format!("{path}~")];
        match self.table {
            Table::Records => {
                args.extend(db::args![span.from.first_day().to_string(), span.to.plus(1).first_day().to_string()]);
            }
            Table::Raised | Table::Closed => {
                let calendar = &tx.city().calendar;
                let (start, end) = (span.from.window(calendar)?.start, span.to.window(calendar)?.end);
                args.extend(db::args![start.as_millisecond(), end.as_millisecond()]);
            }
        }
        Ok((sql, args))
    }

    /// The column that a group is read from, and what must be joined for it.
    fn group(&self, by: &str) -> (&'static str, &'static str) {
        const PERSON: &str = "JOIN people_people p ON p.cell = m.person_cell AND p.id = m.person_id";
        const MATTER: &str = "LEFT JOIN matters_matters q ON q.cell = m.cell AND q.id = m.matter_id";
        match (self.table, by) {
            (Table::Records, "category") => ("COALESCE(q.category, '')", MATTER),
            (Table::Records, "evidence") => ("m.evidence", ""),
            (Table::Records, "sex") => ("COALESCE(p.sex, '')", PERSON),
            (Table::Records, "age_group") => ("COALESCE(p.birth_date, '')", PERSON),
            (Table::Raised | Table::Closed, "category") => ("m.category", ""),
            (Table::Raised | Table::Closed, "channel") => ("m.channel", ""),
            (Table::Raised | Table::Closed, "reporter_group") => ("m.reporter_group", ""),
            _ => ("''", ""),
        }
    }
}

/// How far the city's clock stands east of Greenwich; a city has one offset throughout the year.
fn offset_minutes(calendar: &WorkCalendar) -> i32 {
    calendar.zone().to_offset(Timestamp::UNIX_EPOCH).seconds() / 60
}

/// Counts a measure in the part of the tree under `path`, by month and `split`.
pub async fn counts(
    tx: &mut Tx<'_>,
    source: &Source,
    path: &str,
    span: Span,
    split: Split<'_>,
) -> Result<Vec<Count>, Stop> {
    let (bucket, join) = match split {
        Split::None => ("''".to_owned(), ""),
        Split::Places { digits } => (format!("SUBSTR(m.place_path, {}, {digits})", path.chars().count() + 1), ""),
        Split::Group(by) => {
            let (column, join) = source.group(by);
            (column.to_owned(), join)
        }
    };
    let (table, month, n, people) = (source.table(), source.month(tx), source.count(), source.people());
    let (narrowed, args) = source.narrowed(tx, path, span)?;
    let sql = format!(
        "SELECT {month} AS month, {bucket} AS bucket, {n} AS n, COUNT(*) AS among, {people} AS people \
         FROM {table} {join} WHERE {narrowed} GROUP BY 1, 2"
    );
    let counts = tx.all::<Count>(&sql, args).await?;
    match split {
        Split::Group("age_group") => by_age(counts),
        _ => Ok(counts),
    }
}

/// Folds days of birth into age groups, by the age at the end of the month. Each person has one day of birth, so the
/// numbers add up.
fn by_age(counts: Vec<Count>) -> Result<Vec<Count>, Stop> {
    let mut folded: Vec<Count> = Vec::new();
    for count in counts {
        let month: Month = count.month.parse()?;
        let years =
            count.bucket.parse().ok().and_then(|born| rules::people::person::full_years(born, month.last_day()));
        let bucket = years.and_then(age_group).unwrap_or_default().to_owned();
        match folded.iter_mut().find(|f| f.month == count.month && f.bucket == bucket) {
            Some(group) => {
                group.n += count.n;
                group.among += count.among;
                group.people += count.people;
            }
            None => folded.push(Count { bucket, ..count }),
        }
    }
    Ok(folded)
}

/// The first month from which there are records behind this measure.
pub async fn first_month(tx: &mut Tx<'_>, source: &Source) -> Result<Option<Month>, Stop> {
    #[derive(Deserialize)]
    struct First {
        day: Option<String>,
    }
    if source.table == Table::Records {
        let sql = "SELECT MIN(day) AS day FROM service_records WHERE state = 'confirmed'";
        let first = tx.one::<First>(sql, db::args![]).await?.and_then(|row| row.day);
        return Ok(first.and_then(|day| day.parse().ok()).map(Month::of));
    }
    let sql = "SELECT MIN(recorded_at) FROM matters_matters WHERE kind = $1";
    let first = tx.maybe_i64(sql, db::args![source.kind]).await?;
    let calendar = &tx.city().calendar;
    Ok(first.and_then(|millis| Timestamp::from_millisecond(millis).ok()).map(|at| Month::of(calendar.date(at))))
}

/// One row behind a figure.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    pub cell: i32,
    pub id: Uuid,
    /// The short code of a matter, empty otherwise.
    pub code: String,
    pub title: String,
    pub private: bool,
    pub place_path: String,
    pub place_name: String,
    /// The volunteer, for records of service.
    pub name: String,
    pub minutes: i64,
    /// When the row falls into its month: a day, or milliseconds.
    pub day: String,
    pub millis: i64,
}

impl Record {
    pub fn cell(&self) -> Cell {
        Cell(self.cell)
    }
}

/// The rows behind a figure, the earliest first: as many as the figure counts.
pub async fn records(
    tx: &mut Tx<'_>,
    source: &Source,
    path: &str,
    span: Span,
    (limit, offset): (i64, i64),
) -> Result<Vec<Record>, Stop> {
    let (narrowed, mut args) = source.narrowed(tx, path, span)?;
    let hit = source.hit.unwrap_or("TRUE");
    args.extend(db::args![limit, offset]);
    let place = "JOIN places_places g ON g.cell = m.cell AND g.id = m.place_id";
    let person = "JOIN people_people p ON p.cell = m.person_cell AND p.id = m.person_id";
    let dated = source.dated();
    let sql = match (source.table, source.what) {
        (Table::Records, What::People) => format!(
            "SELECT p.cell AS cell, p.id AS id, '' AS code, '' AS title, FALSE AS private, \
             MIN(m.place_path) AS place_path, '' AS place_name, p.name AS name, \
             CAST(SUM(m.minutes) AS BIGINT) AS minutes, MIN(m.day) AS day, CAST(0 AS BIGINT) AS millis \
             FROM service_records m {person} WHERE {narrowed} GROUP BY p.cell, p.id, p.name \
             ORDER BY MIN(m.day), p.id LIMIT $5 OFFSET $6"
        ),
        (Table::Records, _) => format!(
            "SELECT m.cell AS cell, m.id AS id, '' AS code, m.activity AS title, COALESCE(q.private, FALSE) AS private, \
             m.place_path AS place_path, g.name AS place_name, p.name AS name, m.minutes AS minutes, m.day AS day, \
             CAST(0 AS BIGINT) AS millis FROM service_records m {place} {person} \
             LEFT JOIN matters_matters q ON q.cell = m.cell AND q.id = m.matter_id \
             WHERE {narrowed} ORDER BY m.day, m.id LIMIT $5 OFFSET $6"
        ),
        _ => format!(
            "SELECT m.cell AS cell, m.id AS id, m.code AS code, m.title AS title, m.private AS private, \
             m.place_path AS place_path, g.name AS place_name, '' AS name, CAST(0 AS BIGINT) AS minutes, '' AS day, \
             {dated} AS millis FROM matters_matters m {place} WHERE {narrowed} AND {hit} ORDER BY {dated}, m.id \
             LIMIT $5 OFFSET $6"
        ),
    };
    Ok(tx.all::<Record>(&sql, args).await?)
}

/// How many rows there are behind a figure.
pub async fn record_count(tx: &mut Tx<'_>, source: &Source, path: &str, span: Span) -> Result<i64, Stop> {
    let (narrowed, args) = source.narrowed(tx, path, span)?;
    let counted = match source.what {
        What::People => "COUNT(DISTINCT m.person_id)",
        What::Rows | What::Minutes => "COUNT(*)",
    };
    let hit = source.hit.unwrap_or("TRUE");
    let sql = format!("SELECT {counted} FROM {} WHERE {narrowed} AND {hit}", source.table());
    Ok(tx.scalar_i64(&sql, args).await?)
}

#[cfg(test)]
mod tests {
    use rules::reports::{Counts, measures};

    use super::*;

    #[test]
    fn every_measure_is_counted() {
        for measure in measures() {
            let what = source(&measure.key).map(|s| s.what);
            let expected = match measure.counts {
                Counts::Rows => Some(What::Rows),
                Counts::People => Some(What::People),
                Counts::Minutes => Some(What::Minutes),
                Counts::Rate => None,
            };
            assert_eq!(what, expected, "{}", measure.key);
            for by in &measure.by {
                assert!(source(&measure.key).is_some_and(|s| s.group(by).0 != "''"), "{} by {by}", measure.key);
            }
        }
    }
}
