//! Events: one append-only table, written in the transaction of the change. Only an erasure changes what was written, and
//! only the words of it (docs/adr/0005-erasure-in-events.md).

use rules::shared::ids::{EventThing, PersonId, Thing};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Stop, Tx};

/// Records that `who` did `verb` to `subject`. `data` holds what the timeline shows; never a protected field.
pub async fn record<T: Thing>(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    verb: &'static str,
    subject: Id<T>,
    data: Value,
) -> Result<(), Stop> {
    record_about(tx, who, at, verb, (T::PREFIX, subject.cell, subject.uuid), data).await
}

/// [`record`] for a subject known by prefix, cell and uuid.
pub async fn record_about(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    verb: &'static str,
    (prefix, cell, subject): (&'static str, Cell, Uuid),
    data: Value,
) -> Result<(), Stop> {
    let id = tx.new_id::<EventThing>(cell, at);
    let behalf = who.acts_for(verb);
    tx.put(
        "INSERT INTO audit_events (cell, id, occurred_at, recorded_at, actor_cell, actor_id, on_behalf_cell, \
         on_behalf_id, channel, verb, subject_kind, subject_id, data) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        db::args![
            cell.0,
            id.uuid,
            at.occurred.as_millisecond(),
            at.recorded.as_millisecond(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid),
            behalf.map(|p| p.cell.0),
            behalf.map(|p| p.uuid),
            who.channel.key(),
            verb,
            prefix,
            subject,
            data.to_string()
        ],
    )
    .await?;
    Ok(())
}

/// One line of a timeline.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: Uuid,
    pub occurred_at: i64,
    pub recorded_at: i64,
    pub actor: Option<PersonId>,
    pub actor_name: Option<String>,
    /// For whom they acted.
    pub on_behalf: Option<PersonId>,
    pub on_behalf_name: Option<String>,
    pub channel: String,
    pub verb: String,
    pub data: Value,
}

/// The events of one subject, oldest first.
pub async fn timeline<T: Thing>(tx: &mut Tx<'_>, subject: Id<T>) -> Result<Vec<Event>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        id: Uuid,
        occurred_at: i64,
        recorded_at: i64,
        actor_cell: Option<i32>,
        actor_id: Option<Uuid>,
        actor_name: Option<String>,
        on_behalf_cell: Option<i32>,
        on_behalf_id: Option<Uuid>,
        on_behalf_name: Option<String>,
        channel: String,
        verb: String,
        data: String,
    }
    let rows = tx
        .all::<Row>(
            "SELECT e.id, e.occurred_at, e.recorded_at, e.actor_cell, e.actor_id, a.name AS actor_name, \
             e.on_behalf_cell, e.on_behalf_id, b.name AS on_behalf_name, e.channel, e.verb, e.data FROM audit_events e \
             LEFT JOIN people_people a ON a.cell = e.actor_cell AND a.id = e.actor_id \
             LEFT JOIN people_people b ON b.cell = e.on_behalf_cell AND b.id = e.on_behalf_id \
             WHERE e.cell = $1 AND e.subject_id = $2 ORDER BY e.id",
            db::args![subject.cell.0, subject.uuid],
        )
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Event {
                id: row.id,
                occurred_at: row.occurred_at,
                recorded_at: row.recorded_at,
                actor: row.actor_cell.zip(row.actor_id).map(|(cell, id)| Id::new(Cell(cell), id)),
                actor_name: row.actor_name,
                on_behalf: row.on_behalf_cell.zip(row.on_behalf_id).map(|(cell, id)| Id::new(Cell(cell), id)),
                on_behalf_name: row.on_behalf_name,
                channel: row.channel,
                verb: row.verb,
                data: serde_json::from_str(&row.data)?,
            })
        })
        .collect()
}

/// Writes `label` in place of `texts` wherever the events of a subject say them: by what an erased person was known.
pub async fn replace<T: Thing>(tx: &mut Tx<'_>, subject: Id<T>, texts: &[String], label: &str) -> Result<(), Stop> {
    let sql = "UPDATE audit_events SET data = REPLACE(data, $3, $4) WHERE cell = $1 AND subject_id = $2";
    for text in texts {
        tx.run(sql, db::args![subject.cell.0, subject.uuid, text.as_str(), label]).await?;
    }
    Ok(())
}

/// Empties what the events of a subject say under `keys`: the words that an erased person wrote, or that were written
/// about them. What was done, when and by whom stays.
pub async fn strip<T: Thing>(tx: &mut Tx<'_>, subject: Id<T>, keys: &[&str]) -> Result<(), Stop> {
    strip_where(tx, subject, keys, |_| true).await
}

/// [`strip`], of those events alone whose words go.
pub async fn strip_where<T: Thing>(
    tx: &mut Tx<'_>,
    subject: Id<T>,
    keys: &[&str],
    goes: impl Fn(&Event) -> bool,
) -> Result<(), Stop> {
    for mut event in timeline(tx, subject).await?.into_iter().filter(goes) {
        let Some(said) = event.data.as_object_mut() else { continue };
        let before = said.len();
        said.retain(|key, _| !keys.contains(&key.as_str()));
        if said.len() < before {
            let sql = "UPDATE audit_events SET data = $3 WHERE cell = $1 AND id = $2";
            tx.put(sql, db::args![subject.cell.0, event.id, event.data.to_string()]).await?;
        }
    }
    Ok(())
}
