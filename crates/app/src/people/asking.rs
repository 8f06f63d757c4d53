//! Who asks: the first thing that every request reads.

use rules::shared::ids::PersonId;
use rules::shared::{Cell, Id, Membership, Moment, Role};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

/// Somebody who asks: called what, living where, with the memberships that are valid at this moment.
pub struct Asking {
    pub name: String,
    pub place_path: String,
    pub memberships: Vec<Membership>,
}

/// Who asks, in one statement, for it is the first of every request; nobody when they were erased.
pub async fn find(tx: &mut Tx<'_>, person: PersonId, when: Moment) -> Result<Option<Asking>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        name: String,
        home: String,
        cell: Option<i32>,
        role: Option<String>,
        organisation_id: Option<Uuid>,
        place_path: Option<String>,
    }
    let sql = "SELECT p.name, p.place_path AS home, m.cell, m.role, m.organisation_id, m.place_path FROM people_people p \
               LEFT JOIN people_memberships m ON m.person_cell = p.cell AND m.person_id = p.id AND m.valid_from <= $3 \
               AND (m.valid_to IS NULL OR m.valid_to > $3) \
               WHERE p.cell = $1 AND p.id = $2 AND p.erased_at IS NULL ORDER BY m.id";
    let rows = tx.all::<Row>(sql, db::args![person.cell.0, person.uuid, when.recorded.as_millisecond()]).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let (name, place_path) = (first.name.clone(), first.home.clone());
    let membership = |row: Row| {
        Some(Membership {
            role: Role::from_key(&row.role?)?,
            organisation: row.cell.zip(row.organisation_id).map(|(cell, id)| Id::new(Cell(cell), id)),
            place_path: row.place_path?,
        })
    };
    Ok(Some(Asking { name, place_path, memberships: rows.into_iter().filter_map(membership).collect() }))
}
