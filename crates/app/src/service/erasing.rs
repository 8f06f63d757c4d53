//! What an erasure takes out of records of service: words. Hours, answers of ratings and the register of certificates stay,
//! and say of nobody that they are theirs.

use jiff::civil::Date;
use rules::people::person::ERASED;
use rules::shared::ids::{MatterId, PersonId, RecordId};
use rules::shared::{Cell, Id};
use serde::Deserialize;
use uuid::Uuid;

use super::records::{self, RecordRow};
use crate::people::erasing::Marks;
use crate::{Stop, Tx, audit};

/// A record that nobody has decided on, or that is looked at, the first time or on an appeal.
const UNSETTLED: &str = "r.person_cell = $1 AND r.person_id = $2 AND (r.state IN ('recorded', 'contested') \
                         OR v.state = 'open' OR EXISTS (SELECT 1 FROM service_appeals x WHERE x.cell = r.cell \
                         AND x.record_id = r.id AND x.state = 'waiting'))";

/// How many records of a person nobody has decided on, or are looked at, the first time or on an appeal.
pub async fn unsettled_of(tx: &mut Tx<'_>, person: PersonId) -> Result<i64, Stop> {
    let records = format!(
        "SELECT COUNT(*) FROM service_records r LEFT JOIN service_reviews v ON v.cell = r.cell \
         AND v.record_id = r.id WHERE {UNSETTLED}"
    );
    Ok(tx.scalar_i64(&records, db::args![person.cell.0, person.uuid]).await?)
}

/// The records of [`unsettled_of`].
pub async fn unsettled_rows(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<RecordRow>, Stop> {
    let sql = format!("{} WHERE {UNSETTLED} ORDER BY r.started_at, r.id", records::SELECT);
    Ok(tx.all::<RecordRow>(&sql, db::args![person.cell.0, person.uuid]).await?)
}

/// The last days of the months in which somebody served.
pub async fn months_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Date>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        day: String,
    }
    let sql = "SELECT DISTINCT day FROM service_records WHERE person_cell = $1 AND person_id = $2 ORDER BY day";
    let rows = tx.all::<Row>(sql, db::args![person.cell.0, person.uuid]).await?;
    rows.into_iter().map(|row| Ok(row.day.parse::<Date>().map_err(Stop::defect)?.last_of_month())).collect()
}

/// Erases what records, reviews, appeals, ratings and certificates tell of a person, as volunteer and as the one served.
pub async fn erase(tx: &mut Tx<'_>, person: PersonId, matters: &[MatterId], marks: &Marks) -> Result<(), Stop> {
    let who = db::args![person.cell.0, person.uuid];
    for theirs in ["person_cell = $1 AND person_id = $2", "served_cell = $1 AND served_id = $2"] {
        let sql = format!(
            "UPDATE service_records SET told_sealed = NULL WHERE {theirs} AND key_cell = $1 AND key_owner = $2"
        );
        tx.run(&sql, who.clone()).await?;
        forget_heard(tx, theirs, person).await?;
        let columns: &[&str] = &["activity", "content", "late_reason", "reason"];
        marks.take_out(tx, ("service_records", columns), (theirs, &who)).await?;
        for (table, columns) in [
            ("service_reviews", &["reason"][..]),
            ("service_appeals", &["reason"][..]),
            ("service_objections", &["words", "answer"][..]),
        ] {
            let reviewed = format!(
                "EXISTS (SELECT 1 FROM service_records r WHERE r.cell = {table}.cell AND r.id = {table}.record_id \
                 AND r.{})",
                theirs.replace(" AND ", " AND r.")
            );
            marks.take_out(tx, (table, columns), (&reviewed, &who)).await?;
        }
    }
    for table in ["service_reviews", "service_appeals"] {
        let words = format!("UPDATE {table} SET words_sealed = NULL WHERE person_cell = $1 AND person_id = $2");
        tx.run(&words, who.clone()).await?;
    }
    let heard = "UPDATE service_objections SET words_sealed = NULL WHERE EXISTS (SELECT 1 FROM service_records r \
                 WHERE r.cell = service_objections.cell AND r.id = service_objections.record_id AND r.person_cell = $1 \
                 AND r.person_id = $2)";
    tx.run(heard, who.clone()).await?;
    // Who looks into it still reads that there were words, and of whom.
    let raised = "UPDATE service_objections SET words = $3 WHERE raised_cell = $1 AND raised_by = $2 \
                  AND raised_as <> 'staff' AND words IS NOT NULL";
    tx.run(raised, db::args![person.cell.0, person.uuid, ERASED]).await?;
    for matter in matters {
        let sql =
            "UPDATE service_ratings SET words_sealed = NULL WHERE cell = $1 AND matter_id = $2 AND key_owner = $3";
        tx.run(sql, db::args![matter.cell.0, matter.uuid, person.uuid]).await?;
    }
    let sql = "UPDATE service_certificates SET name_masked = $3, content_sealed = $4, note_sealed = NULL \
               WHERE person_cell = $1 AND person_id = $2";
    tx.run(sql, db::args![person.cell.0, person.uuid, ERASED, Vec::<u8>::new()]).await?;
    Ok(())
}

/// What was written down of call-backs about records of theirs.
async fn forget_heard(tx: &mut Tx<'_>, theirs: &str, person: PersonId) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        record_id: Uuid,
    }
    let sql = format!(
        "SELECT c.cell, c.record_id FROM service_call_backs c WHERE c.asked_at IS NOT NULL AND EXISTS (SELECT 1 \
         FROM service_records r WHERE r.cell = c.cell AND r.id = c.record_id AND r.{}) ORDER BY c.cell, c.record_id",
        theirs.replace(" AND ", " AND r.")
    );
    for row in tx.all::<Row>(&sql, db::args![person.cell.0, person.uuid]).await? {
        let record: RecordId = Id::new(Cell(row.cell), row.record_id);
        audit::strip(tx, record, &["heard"]).await?;
    }
    Ok(())
}
