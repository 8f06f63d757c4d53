//! The access log: who saw which unmasked field of whom, and for what.

use rules::shared::ids::{PersonId, Thing};
use rules::shared::{Actor, Id, Moment};
use serde::Deserialize;

use crate::{Stop, Tx};

/// Reads within ten minutes are one row.
const SLOT_MILLIS: i64 = 10 * 60 * 1000;

/// What is about to be shown unmasked. Without a field nothing is.
pub struct Look<'a, T> {
    /// Whose fields they are.
    pub of: PersonId,
    /// `phone`, `address`, `identity`, `details` …: the locale keys `field-<field>`.
    pub fields: &'a [&'a str],
    /// `dispatch`, `service`, `call` …: the locale key `purpose-<purpose>`.
    pub purpose: &'a str,
    /// The matter or task that needs it.
    pub subject: Id<T>,
}

/// Writes the look to the access log. Looking at oneself is not logged; the system looks on nobody's behalf.
pub async fn looked_at<T: Thing>(tx: &mut Tx<'_>, who: &Actor, at: Moment, look: Look<'_, T>) -> Result<(), Stop> {
    let Some(reader) = who.person.filter(|reader| *reader != look.of) else { return Ok(()) };
    if look.fields.is_empty() {
        return Ok(());
    }
    let now = at.recorded.as_millisecond();
    let mut args = db::args![
        look.of.cell.0,
        look.of.uuid,
        reader.cell.0,
        reader.uuid,
        now / SLOT_MILLIS,
        now,
        look.purpose,
        T::PREFIX,
        look.subject.uuid
    ];
    let mut rows = Vec::new();
    for field in look.fields {
        args.push((*field).into());
        rows.push(format!("($1, $2, ${}, $3, $4, $5, $6, $7, $8, $9)", args.len()));
    }
    let sql = format!(
        "INSERT INTO audit_reads (cell, person_id, field, reader_cell, reader_id, slot, read_at, purpose, \
         subject_kind, subject_id) VALUES {} \
         ON CONFLICT (cell, person_id, field, reader_cell, reader_id, slot) DO NOTHING",
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
