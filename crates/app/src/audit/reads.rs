//! The access log: who saw which unmasked field of whom, and for what.

use rules::shared::ids::{MatterThing, PersonId, TaskThing, Thing};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

/// Reads of one thing within ten minutes are one row.
const SLOT_MILLIS: i64 = 10 * 60 * 1000;

/// Whose fields are shown.
#[derive(Clone, Copy)]
pub enum Whose<'a> {
    Person(PersonId),
    /// Somebody's whom nobody has registered: only the subject tells of them, and this is where it lies.
    Unregistered(&'a str),
}

/// What is about to be shown unmasked. Without a field nothing is.
pub struct Look<'a, T> {
    pub of: Whose<'a>,
    /// `phone`, `address`, `identity`, `details` …: the locale keys `field-<field>`.
    pub fields: &'a [&'a str],
    /// `dispatch`, `service`, `call` …: the locale key `purpose-<purpose>`.
    pub purpose: &'a str,
    /// The matter or task that needs it.
    pub subject: Id<T>,
}

/// Writes the look to the access log. Looking at oneself is not logged; the system looks on nobody's behalf.
pub async fn looked_at<T: Thing>(tx: &mut Tx<'_>, who: &Actor, at: Moment, look: Look<'_, T>) -> Result<(), Stop> {
    let (cell, of, place_path) = match look.of {
        Whose::Person(of) if who.person == Some(of) => return Ok(()),
        Whose::Person(of) => (of.cell, of.uuid, None),
        Whose::Unregistered(place_path) => (look.subject.cell, look.subject.uuid, Some(place_path)),
    };
    let Some(reader) = who.person else { return Ok(()) };
    if look.fields.is_empty() {
        return Ok(());
    }
    let now = at.recorded.as_millisecond();
    let mut args = db::args![
        cell.0,
        of,
        reader.cell.0,
        reader.uuid,
        now / SLOT_MILLIS,
        now,
        look.purpose,
        T::PREFIX,
        look.subject.uuid,
        place_path
    ];
    let mut rows = Vec::new();
    for field in look.fields {
        args.push((*field).into());
        rows.push(format!("($1, $2, ${}, $3, $4, $5, $6, $7, $8, $9, $10)", args.len()));
    }
    let sql = format!(
        "INSERT INTO audit_reads (cell, person_id, field, reader_cell, reader_id, slot, read_at, purpose, \
         subject_kind, subject_id, place_path) VALUES {} \
         ON CONFLICT (cell, person_id, field, reader_cell, reader_id, subject_id, slot) DO NOTHING",
        rows.join(", ")
    );
    tx.put(&sql, args).await?;
    Ok(())
}

/// One line of 「谁看过我的信息」.
#[derive(Clone, Debug, Deserialize)]
pub struct Reading {
    pub field: String,
    pub reader_name: String,
    pub read_at: i64,
    pub purpose: String,
}

/// Who looked at this person's fields, newest first.
pub async fn readers_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Reading>, Stop> {
    Ok(tx
        .all::<Reading>(
            "SELECT r.field, p.name AS reader_name, r.read_at, r.purpose FROM audit_reads r \
             JOIN people_people p ON p.cell = r.reader_cell AND p.id = r.reader_id \
             WHERE r.cell = $1 AND r.person_id = $2 ORDER BY r.read_at DESC LIMIT 200",
            db::args![person.cell.0, person.uuid],
        )
        .await?)
}

/// When somebody was last shown a protected field of another, in milliseconds.
pub async fn last_look_of(tx: &mut Tx<'_>, reader: PersonId) -> Result<Option<i64>, Stop> {
    let sql = "SELECT MAX(read_at) FROM audit_reads WHERE reader_cell = $1 AND reader_id = $2";
    Ok(tx.maybe_i64(sql, db::args![reader.cell.0, reader.uuid]).await?)
}

/// One look, for those who look through the log.
#[derive(Clone, Debug, Deserialize)]
pub struct ReadRow {
    cell: i32,
    person_id: Uuid,
    /// Nobody's when nobody has registered them.
    pub person_name: Option<String>,
    subject_kind: String,
    place_path: Option<String>,
    pub field: String,
    reader_cell: i32,
    reader_id: Uuid,
    pub reader_name: Option<String>,
    pub read_at: i64,
    pub purpose: String,
}

impl ReadRow {
    /// By what the list is narrowed to the same person: their id, or that which stands for whom nobody has registered.
    pub fn of(&self) -> PersonId {
        Id::new(Cell(self.cell), self.person_id)
    }

    /// Whose data it was, if somebody has registered them.
    pub fn person(&self) -> Option<PersonId> {
        self.place_path.is_none().then(|| self.of())
    }

    /// The matter or task that alone tells of them.
    pub fn told_by(&self) -> Option<String> {
        self.place_path.as_ref()?;
        let cell = Cell(self.cell);
        match self.subject_kind.as_str() {
            MatterThing::PREFIX => Some(Id::<MatterThing>::new(cell, self.person_id).to_string()),
            TaskThing::PREFIX => Some(Id::<TaskThing>::new(cell, self.person_id).to_string()),
            _ => None,
        }
    }

    pub fn reader(&self) -> PersonId {
        Id::new(Cell(self.reader_cell), self.reader_id)
    }

    /// Where the list goes on after this row.
    pub fn key(&self) -> After {
        (self.read_at, self.person_id, self.reader_id, self.field.clone())
    }
}

/// Where a list goes on: instant, person, reader and field of the last row.
pub type After = (i64, Uuid, Uuid, String);

/// Which part of the log is asked for. Somebody is named by id or by their whole name.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    pub reader: Option<Named>,
    pub of: Option<Named>,
    /// Milliseconds; from the first on, before the second.
    pub between: Option<(i64, i64)>,
    /// Whose looks are left out.
    pub except: Option<PersonId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Person(PersonId),
    Name(String),
}

/// What was read of the people who live below `within`, and of those whom only a matter there tells of, the newest first.
pub async fn reads_within(
    tx: &mut Tx<'_>,
    cell: Cell,
    within: &str,
    narrowed: &Narrowed,
    (after, limit): (Option<&After>, i64),
) -> Result<Vec<ReadRow>, Stop> {
    let mut args = db::args![cell.0, within, format!("{within}~"), limit];
    let mut wheres = String::new();
    let mut add = |args: &mut Vec<db::Value>, text: &str, values: Vec<db::Value>| {
        let mut text = text.to_owned();
        for value in values {
            args.push(value);
            text = text.replacen('?', &format!("${}", args.len()), 1);
        }
        wheres.push_str(&text);
    };
    for (named, columns) in [
        (&narrowed.reader, ["a.name", "r.reader_cell", "r.reader_id"]),
        (&narrowed.of, ["p.name", "r.cell", "r.person_id"]),
    ] {
        let [name, of_cell, id] = columns;
        match named {
            Some(Named::Person(who)) => {
                let values = db::args![who.cell.0, who.uuid];
                add(&mut args, &format!(" AND {of_cell} = ? AND {id} = ?"), values);
            }
            Some(Named::Name(whole)) => add(&mut args, &format!(" AND {name} = ?"), db::args![whole.as_str()]),
            None => {}
        }
    }
    if let Some(except) = narrowed.except {
        let values = db::args![except.cell.0, except.uuid];
        add(&mut args, " AND NOT (r.reader_cell = ? AND r.reader_id = ?)", values);
    }
    if let Some((from, until)) = narrowed.between {
        add(&mut args, " AND r.read_at >= ? AND r.read_at < ?", db::args![from, until]);
    }
    if let Some((at, person, reader, field)) = after {
        let values = db::args![*at, *person, *reader, field.as_str()];
        add(&mut args, " AND (r.read_at, r.person_id, r.reader_id, r.field) < (?, ?, ?, ?)", values);
    }
    let sql = format!(
        "SELECT r.cell, r.person_id, p.name AS person_name, r.field, r.reader_cell, r.reader_id, a.name AS reader_name, \
         r.read_at, r.purpose, r.subject_kind, r.place_path FROM audit_reads r \
         LEFT JOIN people_people p ON p.cell = r.cell AND p.id = r.person_id \
         LEFT JOIN people_people a ON a.cell = r.reader_cell AND a.id = r.reader_id \
         WHERE r.cell = $1 AND COALESCE(r.place_path, p.place_path) >= $2 AND COALESCE(r.place_path, p.place_path) < $3{wheres} \
         ORDER BY r.read_at DESC, r.person_id DESC, r.reader_id DESC, r.field DESC LIMIT $4"
    );
    Ok(tx.all::<ReadRow>(&sql, args).await?)
}
