//! SQL of paper: batches, their forms, and what the lines became.

use rules::paper::{Sort, Spoilt};
use rules::shared::code::{Code, in_groups};
use rules::shared::ids::{BatchId, MatterId, RecordId, TaskId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

/// A batch with what became of its forms.
#[derive(Clone, Debug, Deserialize)]
pub struct BatchRow {
    pub cell: i32,
    pub id: Uuid,
    pub code: String,
    sort: String,
    pub kind: Option<String>,
    task_id: Option<Uuid>,
    pub place_id: Uuid,
    pub place_path: String,
    pub place_name: String,
    pub printed_name: Option<String>,
    pub printed_at: i64,
    pub forms: i32,
    pub invented: bool,
    pub entered: i64,
    pub spoilt: i64,
}

impl BatchRow {
    pub fn id(&self) -> BatchId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn task(&self) -> Option<TaskId> {
        self.task_id.map(|id| Id::new(Cell(self.cell), id))
    }

    pub fn sort(&self) -> Result<Sort, Stop> {
        Sort::from_key(&self.sort).ok_or_else(|| Stop::Defect(format!("no form is {}", self.sort)))
    }

    pub fn sort_key(&self) -> &str {
        &self.sort
    }

    /// Forms that are neither entered nor spoilt.
    pub fn out(&self) -> i64 {
        i64::from(self.forms) - self.entered - self.spoilt
    }

    /// The number of the batch as people read it.
    pub fn number(&self) -> String {
        in_groups(&self.code)
    }
}

const BATCH: &str = "SELECT b.cell, b.id, b.code, b.sort, b.kind, b.task_id, b.place_id, b.place_path, \
    l.name AS place_name, p.name AS printed_name, b.printed_at, b.forms, b.invented, \
    (SELECT COUNT(*) FROM paper_forms f WHERE f.cell = b.cell AND f.batch_id = b.id AND f.entered_at IS NOT NULL) \
    AS entered, \
    (SELECT COUNT(*) FROM paper_forms f WHERE f.cell = b.cell AND f.batch_id = b.id AND f.spoilt IS NOT NULL) AS spoilt \
    FROM paper_batches b JOIN places_places l ON l.cell = b.cell AND l.id = b.place_id \
    LEFT JOIN people_people p ON p.cell = b.printed_cell AND p.id = b.printed_by";

pub async fn batch(tx: &mut Tx<'_>, id: BatchId) -> Result<Option<BatchRow>, Stop> {
    let sql = format!("{BATCH} WHERE b.cell = $1 AND b.id = $2");
    Ok(tx.one::<BatchRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The batch whose number was typed or stands in an address.
pub async fn batch_by_code(tx: &mut Tx<'_>, code: Code) -> Result<Option<BatchRow>, Stop> {
    let sql = format!("{BATCH} WHERE b.cell = $1 AND b.code = $2");
    Ok(tx.one::<BatchRow>(&sql, db::args![code.cell().0, code.plain()]).await?)
}

/// The batches below a part of the tree, the newest first: an id begins with the time at which it was given.
pub async fn batches(
    tx: &mut Tx<'_>,
    cell: Cell,
    within: &str,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<BatchRow>, Stop> {
    let mut args = db::args![cell.0, within, format!("{within}~"), limit];
    let mut narrow = "";
    if let Some(before) = before {
        args.push(before.into());
        narrow = " AND b.id < $5";
    }
    let sql = format!(
        "{BATCH} WHERE b.cell = $1 AND b.place_path >= $2 AND b.place_path < $3{narrow} ORDER BY b.id DESC LIMIT $4"
    );
    Ok(tx.all::<BatchRow>(&sql, args).await?)
}

pub struct NewBatch<'a> {
    pub id: BatchId,
    pub code: Code,
    pub sort: Sort,
    pub kind: Option<&'a str>,
    pub task: Option<TaskId>,
    pub place: &'a crate::places::Place,
    pub serials: &'a [Code],
    pub invented: bool,
}

pub async fn insert(tx: &mut Tx<'_>, who: &Actor, at: Moment, new: NewBatch<'_>) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO paper_batches (cell, id, code, sort, kind, task_id, place_id, place_path, forms, printed_cell, \
         printed_by, printed_at, invented) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        db::args![
            new.id.cell.0,
            new.id.uuid,
            new.code.plain(),
            new.sort.key(),
            new.kind,
            new.task.map(|task| task.uuid),
            new.place.id.uuid,
            new.place.path.as_str(),
            i32::try_from(new.serials.len()).map_err(Stop::defect)?,
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid),
            at.recorded.as_millisecond(),
            new.invented
        ],
    )
    .await?;
    for (no, serial) in (1i32..).zip(new.serials) {
        tx.put(
            "INSERT INTO paper_forms (cell, serial, batch_id, no) VALUES ($1, $2, $3, $4)",
            db::args![new.id.cell.0, serial.plain(), new.id.uuid, no],
        )
        .await?;
    }
    Ok(())
}

/// A form of a batch.
#[derive(Clone, Debug, Deserialize)]
pub struct FormRow {
    pub cell: i32,
    pub serial: String,
    batch_id: Uuid,
    pub no: i32,
    pub entered_at: Option<i64>,
    spoilt: Option<String>,
}

impl FormRow {
    pub fn batch(&self) -> BatchId {
        Id::new(Cell(self.cell), self.batch_id)
    }

    pub fn spoilt(&self) -> Result<Option<Spoilt>, Stop> {
        let read = |key: &str| Spoilt::from_key(key).ok_or_else(|| Stop::Defect(format!("no form is {key}")));
        self.spoilt.as_deref().map(read).transpose()
    }

    /// `entered`, `spoilt`, or `out` while it is neither; the locale key is `paper-state-<state>`.
    pub fn state(&self) -> &'static str {
        match (self.entered_at, &self.spoilt) {
            (Some(_), _) => "entered",
            (None, Some(_)) => "spoilt",
            (None, None) => "out",
        }
    }
}

const FORM: &str = "SELECT cell, serial, batch_id, no, entered_at, spoilt FROM paper_forms";

pub async fn form(tx: &mut Tx<'_>, serial: Code) -> Result<Option<FormRow>, Stop> {
    let sql = format!("{FORM} WHERE cell = $1 AND serial = $2");
    Ok(tx.one::<FormRow>(&sql, db::args![serial.cell().0, serial.plain()]).await?)
}

/// The forms of a batch, in the order of printing.
pub async fn forms(tx: &mut Tx<'_>, batch: BatchId) -> Result<Vec<FormRow>, Stop> {
    let sql = format!("{FORM} WHERE cell = $1 AND batch_id = $2 ORDER BY no");
    Ok(tx.all::<FormRow>(&sql, db::args![batch.cell.0, batch.uuid]).await?)
}

/// A line that was entered, and what it became.
#[derive(Clone, Debug, Deserialize)]
pub struct LineRow {
    pub cell: i32,
    pub serial: String,
    pub line: i32,
    matter_id: Option<Uuid>,
    pub matter_code: Option<String>,
    pub matter_kind: Option<String>,
    private: Option<bool>,
    record_id: Option<Uuid>,
    pub activity: Option<String>,
    pub written_at: i64,
    pub entered_name: Option<String>,
    pub entered_at: i64,
}

impl LineRow {
    pub fn matter(&self) -> Option<MatterId> {
        self.matter_id.map(|id| Id::new(Cell(self.cell), id))
    }

    /// The id of the matter or record.
    pub fn became(&self) -> Option<String> {
        let record: Option<RecordId> = self.record_id.map(|id| Id::new(Cell(self.cell), id));
        self.matter().map(|id| id.to_string()).or_else(|| record.map(|id| id.to_string()))
    }

    /// A private matter leaves no trace: not even its number.
    pub fn is_private(&self) -> bool {
        self.private == Some(true)
    }
}

const LINE: &str = "SELECT n.cell, n.serial, n.line, n.matter_id, m.code AS matter_code, m.kind AS matter_kind, m.private, \
    n.record_id, r.activity, n.written_at, p.name AS entered_name, n.entered_at FROM paper_lines n \
    LEFT JOIN matters_matters m ON m.cell = n.cell AND m.id = n.matter_id \
    LEFT JOIN service_records r ON r.cell = n.cell AND r.id = n.record_id \
    LEFT JOIN people_people p ON p.cell = n.entered_cell AND p.id = n.entered_by";

pub async fn line(tx: &mut Tx<'_>, form: &FormRow, line: u16) -> Result<Option<LineRow>, Stop> {
    let sql = format!("{LINE} WHERE n.cell = $1 AND n.serial = $2 AND n.line = $3");
    Ok(tx.one::<LineRow>(&sql, db::args![form.cell, form.serial.as_str(), i32::from(line)]).await?)
}

/// All lines of a batch that were entered.
pub async fn lines(tx: &mut Tx<'_>, batch: BatchId) -> Result<Vec<LineRow>, Stop> {
    let sql = format!(
        "{LINE} JOIN paper_forms f ON f.cell = n.cell AND f.serial = n.serial WHERE f.cell = $1 AND f.batch_id = $2 \
         ORDER BY f.no, n.line"
    );
    Ok(tx.all::<LineRow>(&sql, db::args![batch.cell.0, batch.uuid]).await?)
}

/// What a line became.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    Matter(MatterId),
    Record(RecordId),
}

/// Keeps what a line became; false when somebody entered the line or spoilt the form meanwhile.
pub async fn put_line(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    form: &FormRow,
    line: u16,
    became: Became,
) -> Result<bool, Stop> {
    let now = at.recorded.as_millisecond();
    let taken = tx
        .run(
            "UPDATE paper_forms SET entered_at = COALESCE(entered_at, $3) WHERE cell = $1 AND serial = $2 \
             AND spoilt IS NULL",
            db::args![form.cell, form.serial.as_str(), now],
        )
        .await?;
    let (matter, record) = match became {
        Became::Matter(id) => (Some(id.uuid), None),
        Became::Record(id) => (None, Some(id.uuid)),
    };
    let added = tx
        .run(
            "INSERT INTO paper_lines (cell, serial, line, matter_id, record_id, written_at, entered_cell, entered_by, \
             entered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (cell, serial, line) DO NOTHING",
            db::args![
                form.cell,
                form.serial.as_str(),
                i32::from(line),
                matter,
                record,
                at.occurred.as_millisecond(),
                who.person.map(|p| p.cell.0),
                who.person.map(|p| p.uuid),
                now
            ],
        )
        .await?;
    Ok(taken == 1 && added == 1)
}

/// Takes a form out of the count; false when somebody entered or spoilt it meanwhile.
pub async fn spoil(tx: &mut Tx<'_>, who: &Actor, at: Moment, form: &FormRow, why: Spoilt) -> Result<bool, Stop> {
    let sql = "UPDATE paper_forms SET spoilt = $3, spoilt_cell = $4, spoilt_by = $5, spoilt_at = $6 \
               WHERE cell = $1 AND serial = $2 AND spoilt IS NULL AND entered_at IS NULL";
    let args = db::args![
        form.cell,
        form.serial.as_str(),
        why.key(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid),
        at.recorded.as_millisecond()
    ];
    Ok(tx.run(sql, args).await? == 1)
}
