//! What an erasure takes out of tasks and offers: where somebody lives, what was said to invite or to decline.

use rules::shared::Moment;
use rules::shared::ids::{MatterId, PersonId};

use super::store::{self, OfferRow};
use crate::people::erasing::Marks;
use crate::{Stop, Tx, audit};

/// How many tasks of a person are not over, begun or still to come.
pub async fn ahead_of(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<i64, Stop> {
    i64::try_from(rows_ahead(tx, at, person).await?.len()).map_err(Stop::defect)
}

/// The same tasks, for who asks which they are.
pub async fn rows_ahead(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<Vec<OfferRow>, Stop> {
    store::tasks_ahead_of(tx, person, at.recorded).await
}

/// Erases what the tasks of their matters and their own offers tell of a person.
pub async fn erase(tx: &mut Tx<'_>, person: PersonId, matters: &[MatterId], marks: &Marks) -> Result<(), Stop> {
    for matter in matters {
        let key = db::args![matter.cell.0, matter.uuid];
        let of_matter = ("cell = $1 AND matter_id = $2", key.as_slice());
        marks.take_out(tx, ("dispatch_tasks", &["title"]), of_matter).await?;
        let sql = "UPDATE dispatch_tasks SET notes = '', place_hint = (SELECT g.name FROM places_places g \
                   WHERE g.cell = dispatch_tasks.cell AND g.id = dispatch_tasks.place_id) \
                   WHERE cell = $1 AND matter_id = $2";
        tx.run(sql, key.clone()).await?;
        audit::strip(tx, *matter, &["why"]).await?;
        for task in store::tasks_of_matter(tx, *matter).await? {
            audit::strip(tx, task.id(), &["reason"]).await?;
        }
    }
    let sql = "UPDATE dispatch_offers SET reason = '', reasons = '[]' WHERE person_cell = $1 AND person_id = $2";
    tx.run(sql, db::args![person.cell.0, person.uuid]).await?;
    Ok(())
}
