//! Verbs of paper: printing a batch, seeing what became of it, spoiling a form. Entering is in `entering`.

use rules::paper::access::{self, BatchVerb, See, Spoil};
use rules::paper::form::{self, PaperRules};
use rules::paper::{Sort, Spoilt};
use rules::shared::code::{Code, CodeError};
use rules::shared::ids::{BatchId, BatchThing, PlaceId, TaskId};
use rules::shared::{Actor, Cell, Id, Moment, Permit, Refusal};
use serde_json::json;
use uuid::Uuid;

use super::store::{self, BatchRow, FormRow, NewBatch};
use crate::matters::kind_of;
use crate::matters::queues::cells_of;
use crate::{Stop, Tx, audit, places, service};

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct New {
    pub sort: Sort,
    /// Of a registration form the kind that it comes in as.
    pub kind: Option<String>,
    /// Of a sign-in sheet the task whose it is, and whose place it then has.
    pub task: Option<TaskId>,
    pub place: Option<PlaceId>,
    /// How many forms.
    pub count: i64,
    pub invented: bool,
}

/// Prints a batch: its forms have their numbers, and are out, from then on.
///
/// # Errors
/// `paper-place`, `kind-unknown`, `paper-count`; missing for a task whose sheet `who` does not keep.
pub async fn print(tx: &mut Tx<'_>, who: &Actor, at: Moment, new: &New) -> Result<BatchId, Stop> {
    let city = tx.city();
    let kind = match (new.sort, new.kind.as_deref()) {
        (Sort::Registration, kind) => Some(kind_of(&city, kind.unwrap_or_default())?.id.as_str()),
        (Sort::SignIn, _) => None,
    };
    let task = match new.task.filter(|_| new.sort == Sort::SignIn) {
        Some(task) => Some(service::sheet::of_task(tx, who, task).await?.task),
        None => None,
    };
    let place = match (&task, new.place) {
        (Some(task), _) => places::store::by_id(tx, Id::new(task.id().cell, task.place_id)).await?,
        (None, Some(place)) => places::store::by_id(tx, place).await?,
        (None, None) => None,
    };
    let place = place.ok_or_else(|| Refusal::new("paper-place").at_field("place"))?;
    let permit = access::print(who, place.id.uuid, &place.path)?;
    let count = form::print(&permit, place.id, new.count, &PaperRules::default())?;
    let draw = |tx: &Tx<'_>| Code::new(place.id.cell, u64::from_be_bytes(tx.random())).map_err(Stop::defect);
    let code = draw(tx)?;
    let serials = (0..count).map(|_| draw(tx)).collect::<Result<Vec<Code>, Stop>>()?;
    let id = tx.new_id::<BatchThing>(place.id.cell, at);
    let task = task.map(|task| task.id());
    let batch =
        NewBatch { id, code, sort: new.sort, kind, task, place: &place, serials: &serials, invented: new.invented };
    store::insert(tx, who, at, batch).await?;
    let data = json!({ "sort": new.sort.key(), "kind": kind, "task": task, "place": place.id, "forms": count });
    audit::record(tx, who, at, "paper.print", id, data).await?;
    Ok(id)
}

/// A batch that `who` may do `V` to; outside that it is missing.
pub async fn find<V: BatchVerb>(tx: &mut Tx<'_>, who: &Actor, id: BatchId) -> Result<(BatchRow, Permit<V>), Stop> {
    let row = store::batch(tx, id).await?.ok_or(Stop::Missing)?;
    access::on_batch::<See>(who, id, &row.place_path).map_err(|_| Stop::Missing)?;
    let permit = access::on_batch::<V>(who, id, &row.place_path)?;
    Ok((row, permit))
}

/// The batch whose number was typed or scanned, as far as `who` may see it.
pub async fn by_number(tx: &mut Tx<'_>, who: &Actor, number: &str) -> Result<BatchRow, Stop> {
    let code: Code = number.parse().map_err(|_| Stop::Missing)?;
    let row = store::batch_by_code(tx, code).await?.ok_or(Stop::Missing)?;
    access::on_batch::<See>(who, row.id(), &row.place_path).map_err(|_| Stop::Missing)?;
    Ok(row)
}

/// The newest batches of one's places; `before`: those older than this one.
pub async fn batches(
    tx: &mut Tx<'_>,
    who: &Actor,
    within: Option<&str>,
    before: Option<Uuid>,
    limit: usize,
) -> Result<Vec<BatchRow>, Stop> {
    let most = i64::try_from(limit).map_err(Stop::defect)?;
    let mut found = Vec::new();
    for root in reach(who, within) {
        for cell in cells_of(tx, &root) {
            found.extend(store::batches(tx, cell, &root, before, most).await?);
        }
    }
    found.sort_by_key(|row| std::cmp::Reverse(row.id));
    found.dedup_by_key(|row| row.id);
    found.truncate(limit);
    Ok(found)
}

/// The parts of the tree whose batches `who` sees, as far as they lie in `within`.
fn reach(who: &Actor, within: Option<&str>) -> Vec<String> {
    let nothing: BatchId = Id::new(Cell::ROOT, Uuid::nil());
    let sees = |path: &str| access::on_batch::<See>(who, nothing, path).is_ok();
    let paths = who.memberships.iter().map(|m| m.place_path.as_str()).filter(|path| sees(path));
    let mut paths: Vec<&str> = match within {
        Some(part) if sees(part) => vec![part],
        Some(part) => paths.filter(|path| path.starts_with(part)).collect(),
        None => paths.collect(),
    };
    paths.sort_unstable();
    // A part of a part adds nothing.
    paths.dedup_by(|later, earlier| later.starts_with(*earlier));
    paths.into_iter().map(str::to_owned).collect()
}

/// Reads the number of a form as it is typed or scanned: an address ends with it.
///
/// # Errors
/// `paper-serial` for what is no number, `paper-serial-check` for one that was misread, both at `serial`.
pub fn serial(text: &str) -> Result<Code, Refusal> {
    let last = text.trim().rsplit('/').next().unwrap_or_default();
    last.parse::<Code>().map_err(|error| {
        let code = if error == CodeError::Check { "paper-serial-check" } else { "paper-serial" };
        Refusal::new(code).at_field("serial")
    })
}

/// The form of a batch that has this number.
///
/// # Errors
/// Those of [`serial`], and `paper-serial-unknown` for a form of another batch or of none.
pub async fn form_of(tx: &mut Tx<'_>, batch: &BatchRow, text: &str) -> Result<FormRow, Stop> {
    let found = store::form(tx, serial(text)?).await?.filter(|form| form.batch() == batch.id());
    Ok(found.ok_or_else(|| Refusal::new("paper-serial-unknown").at_field("serial"))?)
}

/// Takes forms out of the count, all for the same reason: all of them or none.
///
/// # Errors
/// `paper-spoil-entered`, `paper-spoilt`, and those of [`form_of`]; `paper-spoil-none` when none is named.
pub async fn spoil(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    id: BatchId,
    (typed, why): (&[String], Spoilt),
) -> Result<(), Stop> {
    let (batch, permit) = find::<Spoil>(tx, who, id).await?;
    if typed.is_empty() {
        return Err(Refusal::new("paper-spoil-none").at_field("serial").into());
    }
    for typed in typed {
        let row = form_of(tx, &batch, typed).await?;
        form::spoil(&permit, id, row.spoilt()?, row.entered_at.is_some())?;
        if !store::spoil(tx, who, at, &row, why).await? {
            return Err(Stop::Conflict(Refusal::new("changed-meanwhile")));
        }
        audit::record(tx, who, at, "paper.spoil", id, json!({ "serial": row.serial, "why": why.key() })).await?;
    }
    Ok(())
}
