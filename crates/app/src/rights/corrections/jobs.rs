//! The clock of a request: once its term is over, somebody above hears of it.

use jiff::Timestamp;
use rules::rights::correction;
use rules::shared::ids::CorrectionId;
use rules::shared::{Actor, Moment};
use serde_json::{Value, json};

use super::store;
use crate::jobs::{self, Queued};
use crate::people::store::staff_at;
use crate::{Stop, Tx, audit, people};

/// Looks whether a request was answered in its term.
pub const DUE: &str = "rights.correction_due";

/// Sets the clock of a request.
pub async fn watch(tx: &mut Tx<'_>, at: Moment, id: CorrectionId, due: Timestamp) -> Result<(), Stop> {
    let key = id.to_string();
    // A term ends with the last second of its day; a second later nobody can answer in it any more.
    let due = due + jiff::SignedDuration::from_secs(1);
    let queued = Queued { job: DUE, key: &key, due, data: json!({ "correction": key }) };
    jobs::enqueue(tx, id.cell, at, queued).await
}

/// Takes the clock away: it was answered, or taken back.
pub async fn unwatch(tx: &mut Tx<'_>, id: CorrectionId) -> Result<(), Stop> {
    jobs::cancel(tx, id.cell, DUE, &id.to_string()).await
}

/// Notes that a request is late, and tells those of the next role that the term names.
pub async fn due(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let tx = &mut tx;
    let id: CorrectionId = data["correction"].as_str().unwrap_or_default().parse().map_err(Stop::defect)?;
    let Some(row) = store::correction(tx, id).await?.filter(store::CorrectionRow::waits) else { return Ok(()) };
    if !store::note_late(tx, at, id).await? {
        return Ok(());
    }
    let mut told = None;
    for role in &correction::term(tx.city().calendar.date(at.recorded)).escalates_to {
        let staff = staff_at(tx, &row.place_path, &[*role], at).await?;
        if staff.is_empty() {
            continue;
        }
        let link = format!("{}/desk/corrections", tx.city().settings.base_url);
        for one in staff {
            people::tell(tx, at, one.person, "correction_late", json!({ "link": link })).await?;
        }
        told = Some(role.key());
        break;
    }
    let data = json!({ "person": row.person(), "told": told });
    audit::record(tx, &Actor::system(), at, "rights.correction_late", id, data).await
}
