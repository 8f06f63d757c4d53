//! Bringing a spreadsheet in: read, checked, looked at, applied. Checking is applying, undone; so what the preview says is
//! what the actions say.

use jiff::SignedDuration;
use kit::spreadsheets;
use kit::{Lang, PageOf};
use rules::people::access::Import;
use rules::shared::ids::{ImportId, ImportThing};
use rules::shared::permit::{Verb as _, might};
use rules::shared::retention::Swept;
use rules::shared::{Actor, Cell, Channel, Moment, Refusal};
use serde_json::{Value, json};

use super::intake::{Fields, Intake, Noted, Outcome, Problem, Remark, misshapen, of_file};
use super::store::{self, Counts, Fate, ImportRow, Kept, NewImport};
use super::trying;
use crate::jobs::{self, Queued};
use crate::{App, Stop, Tx, audit, capability, people};

/// Goes through the rows of an import, a batch at a time.
pub const GO_ON: &str = "exchange.go_on";
/// Takes the rows of an import away.
pub const CLEAR: &str = "exchange.clear";

/// Rows of one transaction: a tenth of a second, in which nobody else writes on an embedded database.
const BATCH: i64 = 250;
/// Rows of one transaction while a file is taken in.
const INTAKE: usize = 2_000;

/// The intake of this name.
pub fn intake(name: &str) -> Option<&'static Intake> {
    capability::INTAKES.iter().copied().find(|intake| intake.name == name)
}

/// Whether who asks may bring anything in at all.
pub fn permit(who: &Actor) -> Result<(), Stop> {
    if who.is_system() || might::<Import>(who) { Ok(()) } else { Err(Stop::Forbidden { verb: Import::NAME }) }
}

/// What a file calls the columns that an intake knows: our key, and the heading as it stands there.
///
/// # Errors
/// `sheet-…` when the file cannot be used.
pub async fn headings(app: &App, intake: &'static Intake, bytes: Vec<u8>) -> Result<Vec<(&'static str, String)>, Stop> {
    let words = app.web.frame.words;
    let read = tokio::task::spawn_blocking(move || {
        let table = spreadsheets::read(&bytes, |row| intake.is_header(&words, row)).map_err(of_file)?;
        let keys = intake.keys(&words, &table.header);
        Ok::<_, Refusal>(keys.into_iter().zip(table.header).filter_map(|(key, name)| Some((key?, name))).collect())
    });
    Ok(read.await.map_err(Stop::defect)??)
}

/// Whether who asks may bring in such a table: who may enter none of its rows anywhere is not let fill one in.
pub fn permit_of(who: &Actor, intake: &Intake) -> Result<(), Stop> {
    permit(who)?;
    if who.is_system() || (intake.offered)(who) { Ok(()) } else { Err(Stop::Forbidden { verb: Import::NAME }) }
}

/// The tables that who asks may bring in.
pub fn offered(who: &Actor) -> impl Iterator<Item = &'static Intake> {
    capability::INTAKES.iter().copied().filter(|intake| permit_of(who, intake).is_ok())
}

/// Reads a file and keeps its rows, sealed. Nothing comes of them until the import is started.
///
/// # Errors
/// `sheet-…` when the file cannot be used.
pub async fn take_in(
    app: &App,
    who: &Actor,
    cell: Cell,
    intake: &'static Intake,
    bytes: Vec<u8>,
) -> Result<ImportId, Stop> {
    permit_of(who, intake)?;
    let words = app.web.frame.words;
    let read = tokio::task::spawn_blocking(move || {
        let table = spreadsheets::read(&bytes, |row| intake.is_header(&words, row)).map_err(of_file)?;
        let keys = intake.keys(&words, &table.header);
        intake.check_header(&words, &keys)?;
        let columns: Vec<String> = keys.iter().map(|key| key.unwrap_or_default().to_owned()).collect();
        let before = intake.before(&keys, &table.rows);
        let unread = intake.unread(&words, &table);
        Ok::<_, Refusal>((table, (columns, unread), before))
    });
    let (table, names, before) = read.await.map_err(Stop::defect)??;
    if table.rows.is_empty() {
        return Err(Refusal::new("sheet-empty").at_field("file").into());
    }
    let at = app.now();
    let id = app.new_id::<ImportThing>(cell, at);
    let person = who.person;
    // The sheet of our own empty table that says how to fill it in has no rows that anybody would miss.
    let ours = Lang::ALL.map(|lang| words.text(lang, "import-how", &[]));
    let further = table.others.iter().filter(|name| !ours.contains(name)).count();
    let (rows, hidden) = (table.rows.len(), table.hidden);
    app.write(move |mut tx| {
        let (columns, unread) = names.clone();
        Box::pin(async move {
            let tx = &mut tx;
            let (columns, unread) = (&columns, &unread);
            let new = NewImport { id, intake: intake.name, person, columns, unread, rows, hidden, further };
            store::insert(tx, at, new).await?;
            let days = Swept::Imports.days(tx.city().calendar.date(at.recorded));
            let due = at.recorded + SignedDuration::from_hours(24 * days);
            let (key, data) = (id.to_string(), json!({ "import": id }));
            jobs::enqueue(tx, id.cell, at, Queued { job: CLEAR, key: &key, due, data }).await
        })
    })
    .await?;
    for (part, before) in table.rows.chunks(INTAKE).zip(before.chunks(INTAKE)) {
        let part = part.iter().zip(before).map(kept).collect::<Result<Vec<_>, Stop>>()?;
        app.write(move |mut tx| {
            let part = part.clone();
            Box::pin(async move { store::put_rows(&mut tx, id, &part).await })
        })
        .await?;
    }
    Ok(id)
}

fn kept((row, before): (&spreadsheets::Row, &Vec<u32>)) -> Result<(i32, String), Stop> {
    let number = |number: &u32| i32::try_from(*number).map_err(Stop::defect);
    let kept = Kept { cells: row.cells.clone(), before: before.iter().map(number).collect::<Result<_, _>>()? };
    Ok((number(&row.number)?, serde_json::to_string(&kept)?))
}

/// The import, held, for whoever brought it in.
pub async fn find(tx: &mut Tx<'_>, who: &Actor, id: ImportId) -> Result<ImportRow, Stop> {
    let row = store::hold(tx, id).await?.ok_or(Stop::Missing)?;
    if row.person() == who.person { Ok(row) } else { Err(Stop::Missing) }
}

/// The import, to be looked at, for whoever brought it in.
pub async fn own(tx: &mut Tx<'_>, who: &Actor, id: ImportId) -> Result<ImportRow, Stop> {
    let row = store::import(tx, id).await?.ok_or(Stop::Missing)?;
    if row.person() == who.person { Ok(row) } else { Err(Stop::Missing) }
}

/// An import and how far it is.
pub struct Standing {
    pub row: ImportRow,
    pub counts: Counts,
}

impl Standing {
    /// Rows that have been gone through in this pass.
    pub fn done(&self) -> i32 {
        match self.row.state.as_str() {
            "applying" => self.row.rows_total - self.counts.new,
            "checking" | "reading" => self.row.rows_total - self.counts.waiting,
            _ => self.row.rows_total,
        }
    }

    pub fn is_under_way(&self) -> bool {
        ["reading", "checking", "applying"].contains(&self.row.state.as_str())
    }
}

/// How far an import is. Once it has ended, the counts that were kept speak: its rows may be gone.
pub async fn standing(tx: &mut Tx<'_>, row: ImportRow) -> Result<Standing, Stop> {
    let counts = match row.ended_at {
        Some(_) => {
            let ImportRow { added, same, refused, asked, repeated, entered_to, .. } = row;
            Counts { added, same, refused, asked, repeated, entered_to, ..Counts::default() }
        }
        None => store::counts(tx, row.id()).await?,
    };
    Ok(Standing { row, counts })
}

/// A row that comes in, or came, as it was read.
pub struct Came {
    /// Its number in the file.
    pub row: i32,
    /// What stands in it that one knows it again by.
    pub names: Vec<String>,
    /// `new` | `ask`, once applied `added` | `asked`; `same`, `repeated`.
    pub state: String,
    pub noted: Noted,
}

/// The rows of an import that were not refused, `size` of them after the row with that number.
///
/// # Errors
/// A defect, when what is kept of them cannot be read.
pub async fn came(tx: &mut Tx<'_>, row: &ImportRow, (after, size): (Option<i32>, usize)) -> Result<PageOf<Came>, Stop> {
    let intake = intake(&row.intake).ok_or_else(|| Stop::defect("an import of an unknown kind"))?;
    let columns = row.columns()?;
    let shown: Vec<usize> =
        intake.shown.iter().filter_map(|key| columns.iter().position(|column| column == key)).collect();
    let limit = i64::try_from(size + 1).map_err(Stop::defect)?;
    let states = ["new", "ask", "added", "asked", "same", "repeated"];
    let found = store::rows_after(tx, row.id(), &states, (after.unwrap_or(i32::MIN), limit)).await?;
    let came = |open: store::OpenRow| {
        let text = |at: &usize| open.kept.cells.get(*at).and_then(|cell| cell.text().ok()).unwrap_or_default();
        let names = shown.iter().map(text).filter(|text| !text.is_empty()).collect();
        Came { row: open.row, names, state: open.state, noted: open.noted }
    };
    Ok(PageOf::cut(found.into_iter().map(came).collect(), size, |came: &Came| came.row))
}

/// Begins to check an import that was taken in.
pub async fn start(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: ImportId) -> Result<(), Stop> {
    permit(who)?;
    let row = find(tx, who, id).await?;
    if !store::go(tx, id, "reading", "checking").await? {
        return Err(Stop::refused("import-state"));
    }
    let data = json!({ "intake": row.intake, "rows": row.rows_total });
    audit::record(tx, who, at, "people.import", id, data).await
}

/// Begins to apply an import that was checked and looked at.
pub async fn apply(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: ImportId) -> Result<(), Stop> {
    permit(who)?;
    find(tx, who, id).await?;
    if !store::go(tx, id, "checked", "applying").await? {
        return Err(Stop::refused("import-state"));
    }
    audit::record(tx, who, at, "people.apply_import", id, json!({})).await
}

/// Stops an import. What was applied stays; the rest is forgotten at once.
pub async fn cancel(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: ImportId) -> Result<(), Stop> {
    permit(who)?;
    let row = find(tx, who, id).await?;
    if !["reading", "checking", "checked", "applying"].contains(&row.state.as_str()) {
        return Err(Stop::refused("import-state"));
    }
    let counts = store::counts(tx, id).await?;
    store::end(tx, at, id, "cancelled", counts).await?;
    store::clear(tx, at, id).await?;
    audit::record(tx, who, at, "people.cancel_import", id, json!({ "added": counts.added })).await
}

/// Queues the next batch.
pub async fn queue(tx: &mut Tx<'_>, at: Moment, id: ImportId) -> Result<(), Stop> {
    let (key, data) = (id.to_string(), json!({ "import": id }));
    jobs::enqueue(tx, id.cell, at, Queued { job: GO_ON, key: &key, due: at.recorded, data }).await
}

/// The job: one batch, and the next is queued with what this one did. A kill in between loses neither.
pub async fn go_on(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let id = id_of(&data)?;
    if advance(&mut tx, at, id).await? { queue(&mut tx, at, id).await } else { Ok(()) }
}

/// The job: the result was there long enough.
pub async fn clear(mut tx: Tx<'_>, at: Moment, data: Value) -> Result<(), Stop> {
    let id = id_of(&data)?;
    match store::hold(&mut tx, id).await? {
        Some(row) if !row.cleared => {
            if row.ended_at.is_none() {
                let counts = store::counts(&mut tx, id).await?;
                store::end(&mut tx, at, id, "cancelled", counts).await?;
            }
            store::clear(&mut tx, at, id).await
        }
        _ => Ok(()),
    }
}

fn id_of(data: &Value) -> Result<ImportId, Stop> {
    data["import"].as_str().unwrap_or_default().parse().map_err(Stop::defect)
}

/// Goes through one batch of what the import is at; true while there is more.
pub async fn advance(tx: &mut Tx<'_>, at: Moment, id: ImportId) -> Result<bool, Stop> {
    let Some(import) = store::hold(tx, id).await? else { return Ok(false) };
    let (from, keeps): (&[&str], _) = match import.state.as_str() {
        "checking" => (&["waiting"], false),
        "applying" => (&["new", "ask"], true),
        _ => return Ok(false),
    };
    let intake = intake(&import.intake).ok_or_else(|| Stop::defect("an import of an unknown kind"))?;
    let keys: Vec<Option<&'static str>> = import.columns()?.iter().map(|name| column(intake, name)).collect();
    let who = actor(tx, &import, at).await?;
    let batch = store::rows_after(tx, id, from, (i32::MIN, BATCH)).await?;
    let taken = batch.len();
    for open in batch {
        let mut before = Vec::new();
        // Once rows are applied, what stood before is there.
        for row in open.kept.before.iter().filter(|_| !keeps) {
            let whole = store::row(tx, id, *row).await?.filter(|open| misshapen(&keys, &open.kept.cells).is_empty());
            before.extend(whole.map(|open| (open.row, Fields::new(&keys, open.kept.cells))));
        }
        let wrong = misshapen(&keys, &open.kept.cells);
        let done = if wrong.is_empty() {
            let fields = Fields::new(&keys, open.kept.cells);
            told(tx, (&who, at), intake, (fields, before), keeps).await?
        } else {
            Ok(Outcome::Refused(wrong))
        };
        let (state, fate) = fate(done, keeps);
        store::put_state(tx, id, open.row, state, &fate).await?;
    }
    if taken == usize::try_from(BATCH).unwrap_or(0) {
        return Ok(true);
    }
    if keeps {
        let counts = store::counts(tx, id).await?;
        store::end(tx, at, id, "done", counts).await?;
    } else {
        store::go(tx, id, "checking", "checked").await?;
    }
    Ok(false)
}

/// The state of a row that did this, or would have, and what is kept of it.
fn fate(done: Result<Outcome, Refusal>, keeps: bool) -> (&'static str, Fate) {
    let noted = |noted: Noted| {
        // Whom a check entered is not there any more.
        let of = noted.of.filter(|_| keeps);
        Fate { noted: Noted { of, ..noted }, problem: None }
    };
    let refused = |problem| Fate { problem, noted: Noted::default() };
    match done {
        Ok(Outcome::Added(of)) => (if keeps { "added" } else { "new" }, noted(of)),
        Ok(Outcome::Asked(of)) => (if keeps { "asked" } else { "ask" }, noted(of)),
        Ok(Outcome::Same(of)) => ("same", noted(of)),
        Ok(Outcome::Repeated(row, said)) => {
            let repeats = Remark::new("repeats-row").with("row", row.to_string());
            let remarks = std::iter::once(repeats).chain(said.remarks).collect();
            ("repeated", noted(Noted { of: None, remarks }))
        }
        Ok(Outcome::Refused(refusals)) => ("refused", refused(Problem::of_all(refusals))),
        Err(refusal) => ("refused", refused(Some(Problem::of(refusal)))),
    }
}

fn column(intake: &Intake, name: &str) -> Option<&'static str> {
    intake.columns.iter().map(|c| c.key).find(|key| *key == name)
}

/// Who brings it in, with the roles they hold now: who lost one meanwhile may do no more by a sheet than by a page.
async fn actor(tx: &mut Tx<'_>, import: &ImportRow, at: Moment) -> Result<Actor, Stop> {
    Ok(match import.person() {
        Some(person) => {
            let memberships = people::store::memberships(tx, person, at).await?;
            Actor::person(person, memberships, Channel::Import)
        }
        None => Actor { channel: Channel::CommandLine, ..Actor::system() },
    })
}

/// What a row does, or would do: of one that would do nothing, whether that is because of a row before it, and of which.
async fn told(
    tx: &mut Tx<'_>,
    (who, at): (&Actor, Moment),
    intake: &'static Intake,
    (fields, before): (Fields, Vec<(i32, Fields)>),
    keeps: bool,
) -> Result<Result<Outcome, Refusal>, Stop> {
    let first = |n: usize| before.iter().take(n).map(|(_, fields)| fields.clone()).collect::<Vec<_>>();
    let done = run(tx, who, at, intake, (fields.clone(), first(before.len())), keeps).await?;
    let Ok(Outcome::Same(said)) = &done else { return Ok(done) };
    for (n, (row, _)) in before.iter().enumerate() {
        let without = run(tx, who, at, intake, (fields.clone(), first(n)), false).await?;
        if matches!(without, Ok(Outcome::Same(_))) {
            break;
        }
        let with = run(tx, who, at, intake, (fields.clone(), first(n + 1)), false).await?;
        if matches!(with, Ok(Outcome::Same(_))) {
            return Ok(Ok(Outcome::Repeated(*row, said.clone())));
        }
    }
    Ok(done)
}

/// Does what a row says, for good or to see what would come of it behind those before it, which may be of the same.
async fn run(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    intake: &'static Intake,
    rows: (Fields, Vec<Fields>),
    keeps: bool,
) -> Result<Result<Outcome, Refusal>, Stop> {
    let tried = trying::tried(tx, (who, at), keeps, rows, move |tx, who, at, (fields, before)| {
        Box::pin(async move {
            for fields in before {
                let done = trying::tried(tx, (who, at), true, fields, move |tx, who, at, fields| {
                    Box::pin(async move { (intake.row)(tx, who, at, &fields).await })
                });
                // What was refused before left nothing.
                done.await?.ok();
            }
            (intake.row)(tx, who, at, &fields).await
        })
    });
    tried.await
}
