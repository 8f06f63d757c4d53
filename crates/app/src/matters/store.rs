//! SQL of matters.

mod filter;

use rules::matters::{Code, Matter, Phase};
use rules::shared::ids::{MatterId, OrganisationId, PersonId};
use rules::shared::{Cell, Channel, Id};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

pub use self::filter::{Filter, Turn, Urgency};

/// The far end of every queue: what has no clock comes last.
pub const NO_CLOCK: i64 = 253_402_300_799_000;

/// A matter as lists show it; nothing protected is in it.
#[derive(Clone, Debug, Deserialize)]
pub struct MatterRow {
    pub cell: i32,
    pub id: Uuid,
    pub code: String,
    pub kind: String,
    pub step: String,
    pub phase: String,
    pub level: Option<String>,
    pub private: bool,
    pub place_id: Uuid,
    pub place_path: String,
    pub place_name: String,
    pub title: String,
    pub category: String,
    pub channel: String,
    pub occurred_at: i64,
    pub recorded_at: i64,
    pub due_at: Option<i64>,
    pub step_due_at: Option<i64>,
    pub sort_at: i64,
    pub next_word_at: Option<i64>,
    pub handler_cell: Option<i32>,
    pub handler_id: Option<Uuid>,
    pub handler_name: Option<String>,
    pub organisation_id: Option<Uuid>,
    pub closed_at: Option<i64>,
    pub outcome: Option<String>,
    pub reopened: i32,
    pub version: i64,
    /// The unit it was handed to.
    pub unit_name: Option<String>,
    /// The units whose answers are waited for and the colleagues who go; the volunteers who come. Looked up for a desk's list.
    #[serde(default)]
    pub asked: Vec<String>,
    #[serde(default)]
    pub coming: Vec<String>,
    /// A volunteer asked for somebody to look in, and nobody has written down what came of it. Looked up as these are.
    #[serde(default)]
    pub look_wanted: bool,
}

impl MatterRow {
    /// The words for the clock that lists show and sort by: the step's, or what the person was promised.
    pub fn clock_key(&self) -> &'static str {
        let is_promise = self.due_at == Some(self.sort_at);
        if is_promise { "desk-due-resident" } else { "desk-due-step" }
    }

    /// Whether any of its clocks has an end: not while the calendar of a year is missing, nor once it is closed.
    pub fn has_clock(&self) -> bool {
        self.sort_at != NO_CLOCK
    }

    /// The words where no clock has an end.
    pub fn no_clock_key(&self) -> &'static str {
        if self.closed_at.is_some() { "desk-closed" } else { "desk-due-unset" }
    }

    pub fn id(&self) -> MatterId {
        Id::new(Cell(self.cell), self.id)
    }

    /// The code of its place: the last of its path.
    pub fn place_code(&self) -> &str {
        self.place_path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    pub fn handler(&self) -> Option<PersonId> {
        self.handler_cell.zip(self.handler_id).map(|(cell, id)| Id::new(Cell(cell), id))
    }
}

const ROW: &str = "m.cell, m.id, m.code, m.kind, m.step, m.phase, m.level, m.private, m.place_id, m.place_path, \
                   p.name AS place_name, m.title, m.category, m.channel, m.occurred_at, m.recorded_at, m.due_at, \
                   m.step_due_at, m.sort_at, m.next_word_at, m.handler_cell, m.handler_id, h.name AS handler_name, \
                   m.organisation_id, m.closed_at, m.outcome, m.reopened, m.version, u.name AS unit_name";
const NAMES: &str = "JOIN places_places p ON p.cell = m.cell AND p.id = m.place_id \
                    LEFT JOIN people_people h ON h.cell = m.handler_cell AND h.id = m.handler_id \
                    LEFT JOIN people_organisations u ON u.cell = m.cell AND u.id = m.organisation_id";

pub async fn row(tx: &mut Tx<'_>, id: MatterId) -> Result<Option<MatterRow>, Stop> {
    let sql = format!("SELECT {ROW} FROM matters_matters m {NAMES} WHERE m.cell = $1 AND m.id = $2");
    Ok(tx.one::<MatterRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The parts of a matter that its row keeps beside the list columns.
#[derive(Clone, Debug, Deserialize)]
pub struct StateRow {
    pub state: String,
    pub fields: String,
    pub fields_sealed: Option<Vec<u8>>,
    pub key_cell: Option<i32>,
    pub key_owner: Option<Uuid>,
    pub code: String,
    pub title: String,
    pub place_id: Uuid,
    pub channel: String,
    pub reporter_group: String,
    pub occurred_at: i64,
    pub recorded_at: i64,
    pub invented: bool,
}

const STATE: &str = "state, fields, fields_sealed, key_cell, key_owner, code, title, place_id, channel, reporter_group, \
                     occurred_at, recorded_at, invented";

pub async fn state(tx: &mut Tx<'_>, id: MatterId) -> Result<Option<StateRow>, Stop> {
    let sql = format!("SELECT {STATE} FROM matters_matters WHERE cell = $1 AND id = $2");
    Ok(tx.one::<StateRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

#[derive(Deserialize)]
struct Key {
    cell: i32,
    id: Uuid,
}

pub async fn by_code(tx: &mut Tx<'_>, cell: Cell, code: &str) -> Result<Option<MatterId>, Stop> {
    let sql = "SELECT cell, id FROM matters_matters WHERE cell = $1 AND code = $2";
    Ok(tx.one::<Key>(sql, db::args![cell.0, code]).await?.map(|k| Id::new(Cell(k.cell), k.id)))
}

/// The matter that a code names, however it was typed; missing when it names none.
pub async fn by_typed_code(tx: &mut Tx<'_>, typed: &str) -> Result<MatterId, Stop> {
    let code: Code = typed.parse().map_err(|_| Stop::Missing)?;
    by_code(tx, code.cell(), &code.plain()).await?.ok_or(Stop::Missing)
}

/// What a new row holds beside the engine's state.
pub struct NewMatter<'a> {
    pub matter: &'a Matter,
    pub phase: &'static str,
    pub code: &'a str,
    pub place_id: Uuid,
    pub township: &'a str,
    pub reporter_group: &'a str,
    pub title: &'a str,
    pub category: &'a str,
    pub fields: String,
    pub fields_sealed: Option<Vec<u8>>,
    pub key: (i32, Uuid),
    pub channel: Channel,
    pub occurred_at: i64,
    pub recorded_at: i64,
    pub invented: bool,
}

/// The list columns that follow from the engine's state.
struct Derived {
    due_at: Option<i64>,
    step_due_at: Option<i64>,
    sort_at: i64,
    handler: Option<PersonId>,
    closed_at: Option<i64>,
}

fn derived(matter: &Matter) -> Derived {
    let due_at = matter.promised().map(jiff::Timestamp::as_millisecond);
    let step_due_at = matter.step_due().map(jiff::Timestamp::as_millisecond);
    let sort_at = [due_at, step_due_at].into_iter().flatten().min().unwrap_or(NO_CLOCK);
    Derived {
        due_at,
        step_due_at,
        sort_at,
        handler: matter.assignees.iter().next().copied(),
        closed_at: matter.closing.as_ref().map(|c| c.at.as_millisecond()),
    }
}

pub async fn insert(tx: &mut Tx<'_>, new: NewMatter<'_>) -> Result<(), Stop> {
    let m = new.matter;
    let d = derived(m);
    tx.run(
        "INSERT INTO matters_matters (cell, id, code, kind, kind_version, step, phase, level, private, place_id, \
         place_path, township, reporter_cell, reporter_id, reporter_group, subject_cell, subject_id, title, category, \
         fields, fields_sealed, key_cell, key_owner, channel, occurred_at, recorded_at, state, due_at, step_due_at, \
         sort_at, organisation_id, reopened, invented, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
         $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, 0, $32, $33)",
        db::args![
            m.id.cell.0,
            m.id.uuid,
            new.code,
            m.kind.as_str(),
            i32::try_from(m.kind_version).map_err(Stop::defect)?,
            m.step.as_str(),
            new.phase,
            m.level.as_str(),
            m.private,
            new.place_id,
            m.place_path.as_str(),
            new.township,
            m.raised_by.map(|p| p.cell.0),
            m.raised_by.map(|p| p.uuid),
            new.reporter_group,
            m.subject.map(|p| p.cell.0),
            m.subject.map(|p| p.uuid),
            new.title,
            new.category,
            new.fields,
            new.fields_sealed,
            new.key.0,
            new.key.1,
            new.channel.key(),
            new.occurred_at,
            new.recorded_at,
            serde_json::to_string(m)?,
            d.due_at,
            d.step_due_at,
            d.sort_at,
            m.organisation.map(|o| o.uuid),
            new.invented,
            m.version
        ],
    )
    .await?;
    save_parts(tx, m).await
}

/// Saves a changed matter over `was`; false when somebody else changed it first. `response`: when staff answered, if they
/// did; the first one counts, against the end that the clock of the level then had.
pub async fn update(
    tx: &mut Tx<'_>,
    m: &Matter,
    phase: &'static str,
    was: i64,
    response: Option<i64>,
) -> Result<bool, Stop> {
    let d = derived(m);
    let changed = tx
        .run(
            "UPDATE matters_matters SET step = $4, phase = $5, level = $6, private = $7, state = $8, due_at = $9, \
             step_due_at = $10, sort_at = $11, next_word_at = $12, handler_cell = $13, handler_id = $14, \
             organisation_id = $15, closed_at = $16, outcome = $17, solved = $18, satisfaction = $19, reopened = $20, \
             category = $21, version = $22, merged_into = $23, \
             first_response_due_at = CASE WHEN first_response_at IS NULL THEN $25 ELSE first_response_due_at END, \
             first_response_at = COALESCE(first_response_at, $24) WHERE cell = $1 AND id = $2 AND version = $3",
            db::args![
                m.id.cell.0,
                m.id.uuid,
                was,
                m.step.as_str(),
                phase,
                m.level.as_str(),
                m.private,
                serde_json::to_string(m)?,
                d.due_at,
                d.step_due_at,
                d.sort_at,
                m.next_word_at.map(jiff::Timestamp::as_millisecond),
                d.handler.map(|p| p.cell.0),
                d.handler.map(|p| p.uuid),
                m.organisation.map(|o| o.uuid),
                d.closed_at,
                m.closing.as_ref().map(|c| c.outcome.clone()),
                m.solved,
                m.rating.map(i32::from),
                i32::try_from(m.reopened).map_err(Stop::defect)?,
                m.type_key.clone().unwrap_or_default(),
                m.version,
                m.closing.as_ref().and_then(|c| c.merged_into).map(|i| i.uuid),
                response,
                response.and(m.resident_clock.due).map(jiff::Timestamp::as_millisecond)
            ],
        )
        .await?;
    if changed == 1 {
        save_parts(tx, m).await?;
    }
    Ok(changed == 1)
}

/// Moves a matter to another place of its county.
pub async fn update_place(tx: &mut Tx<'_>, id: MatterId, place: Uuid, path: &str, township: &str) -> Result<(), Stop> {
    tx.put(
        "UPDATE matters_matters SET place_id = $3, place_path = $4, township = $5 WHERE cell = $1 AND id = $2",
        db::args![id.cell.0, id.uuid, place, path, township],
    )
    .await?;
    Ok(())
}

pub async fn update_title(tx: &mut Tx<'_>, id: MatterId, title: &str) -> Result<(), Stop> {
    let args = db::args![id.cell.0, id.uuid, title];
    tx.put("UPDATE matters_matters SET title = $3 WHERE cell = $1 AND id = $2", args).await?;
    Ok(())
}

/// The departments of a joint review as rows, so that a department's inbox is one index away.
async fn save_parts(tx: &mut Tx<'_>, m: &Matter) -> Result<(), Stop> {
    for part in &m.parts {
        tx.put(
            "INSERT INTO matters_parts (cell, matter_id, organisation_id, answered_at, due_at) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (cell, matter_id, organisation_id) \
             DO UPDATE SET answered_at = excluded.answered_at, due_at = excluded.due_at",
            db::args![
                m.id.cell.0,
                m.id.uuid,
                part.organisation.uuid,
                part.answered_at.map(jiff::Timestamp::as_millisecond),
                part.clock.due.map(jiff::Timestamp::as_millisecond)
            ],
        )
        .await?;
    }
    Ok(())
}

pub async fn update_fields(tx: &mut Tx<'_>, id: MatterId, fields: String, sealed: Option<Vec<u8>>) -> Result<(), Stop> {
    tx.put(
        "UPDATE matters_matters SET fields = $3, fields_sealed = $4 WHERE cell = $1 AND id = $2",
        db::args![id.cell.0, id.uuid, fields, sealed],
    )
    .await?;
    Ok(())
}

/// Matters of a cell by their clocks, after `(sort_at, id)`.
///
/// The township of `within`, when it has one, picks the index; what is narrower filters in it.
pub async fn queue(
    tx: &mut Tx<'_>,
    cell: Cell,
    filter: &Filter,
    after: Option<(i64, Uuid)>,
    limit: i64,
) -> Result<Vec<MatterRow>, Stop> {
    let within = filter.within.clone().unwrap_or_default();
    let township = within.split('/').nth(2).filter(|c| !c.is_empty()).map(str::to_owned);
    let (sort_at, id) = after.unwrap_or((i64::MIN, Uuid::nil()));
    let mut args = db::args![cell.0, sort_at, id, limit, within.as_str(), format!("{within}~")];
    let mut sql = "FROM matters_matters m WHERE m.cell = $1 AND (m.sort_at, m.id) > ($2, $3) AND m.place_path >= $5 \
                   AND m.place_path < $6"
        .to_owned();
    if let Some(township) = township {
        args.push(township.into());
        sql.push_str(&format!(" AND m.township = ${}", args.len()));
    }
    // An index holds the open ones alone: what is closed grows from year to year.
    if filter.phase.as_deref().is_some_and(|phase| phase != Phase::Closed.key()) {
        sql.push_str(" AND m.phase <> 'closed'");
    }
    filter.narrow(&mut sql, &mut args);
    sql.push_str(" ORDER BY m.sort_at, m.id LIMIT $4");
    // Names are looked up for what is shown alone, not for all that is sorted.
    let sql = format!("SELECT {ROW} FROM (SELECT m.* {sql}) m {NAMES} ORDER BY m.sort_at, m.id");
    Ok(tx.all::<MatterRow>(&sql, args).await?)
}

/// How many open matters of a list one phase holds.
#[derive(Clone, Debug, Deserialize)]
pub struct PhaseCount {
    pub phase: String,
    pub n: i64,
    /// Those whose nearest clock has run out.
    pub late: i64,
}

/// How many open matters each phase holds; `filter.phase` is not looked at.
pub async fn counts(tx: &mut Tx<'_>, cell: Cell, filter: &Filter, now: i64) -> Result<Vec<PhaseCount>, Stop> {
    let filter = Filter { phase: None, ..filter.clone() };
    let within = filter.within.as_deref().unwrap_or_default();
    let mut args = db::args![cell.0, within, format!("{within}~"), now];
    let mut sql = "SELECT m.phase, COUNT(*) AS n, COUNT(CASE WHEN m.sort_at <= $4 THEN 1 END) AS late \
                   FROM matters_matters m WHERE m.cell = $1 AND m.place_path >= $2 AND m.place_path < $3 \
                   AND m.phase <> 'closed'"
        .to_owned();
    filter.narrow(&mut sql, &mut args);
    sql.push_str(" GROUP BY m.phase");
    Ok(tx.all::<PhaseCount>(&sql, args).await?)
}

/// So many of a kind and level.
#[derive(Clone, Debug, Deserialize)]
pub struct RaisedCount {
    pub kind: String,
    pub level: Option<String>,
    pub n: i64,
}

/// The open matters of a cell recorded after an instant, by kind and level. With the kinds named, an index picks them.
pub async fn raised_since(tx: &mut Tx<'_>, cell: Cell, filter: &Filter, since: i64) -> Result<Vec<RaisedCount>, Stop> {
    let within = filter.within.as_deref().unwrap_or_default();
    let mut args = db::args![cell.0, within, format!("{within}~"), since];
    let sql = "SELECT m.kind, m.level, COUNT(*) AS n FROM matters_matters m WHERE m.cell = $1 AND m.place_path >= $2 \
               AND m.place_path < $3 AND m.recorded_at > $4 AND m.phase <> 'closed'";
    let mut sql = sql.to_owned();
    filter.narrow(&mut sql, &mut args);
    sql.push_str(" GROUP BY m.kind, m.level");
    Ok(tx.all::<RaisedCount>(&sql, args).await?)
}

/// When somebody last answered for the first time in a part of the tree.
pub async fn last_response(tx: &mut Tx<'_>, cell: Cell, within: &str) -> Result<Option<i64>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        at: Option<i64>,
    }
    let sql = "SELECT MAX(first_response_at) AS at FROM matters_matters WHERE cell = $1 AND place_path >= $2 \
               AND place_path < $3";
    Ok(tx.one::<Row>(sql, db::args![cell.0, within, format!("{within}~")]).await?.and_then(|row| row.at))
}

/// The matters that a person raised or that are about them, newest first.
pub async fn of_person(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<MatterRow>, Stop> {
    let mut rows = Vec::new();
    for column in ["reporter", "subject"] {
        let sql = format!(
            "SELECT {ROW} FROM matters_matters m {NAMES} WHERE m.{column}_cell = $1 AND m.{column}_id = $2 ORDER BY m.id DESC LIMIT $3"
        );
        rows.extend(tx.all::<MatterRow>(&sql, db::args![person.cell.0, person.uuid, limit]).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.id));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

/// The matters of others that a person follows, newest first.
pub async fn followed_by(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<MatterRow>, Stop> {
    let sql = format!(
        "SELECT {ROW} FROM matters_matters m {NAMES} JOIN matters_followers f ON f.cell = m.cell AND f.matter_id = m.id \
         WHERE f.person_cell = $1 AND f.person_id = $2 AND NOT m.private ORDER BY m.id DESC LIMIT $3"
    );
    Ok(tx.all::<MatterRow>(&sql, db::args![person.cell.0, person.uuid, limit]).await?)
}

/// Whether this person wrote the matter down, for themselves or for a caller.
pub async fn was_written_down_by(tx: &mut Tx<'_>, id: MatterId, person: PersonId) -> Result<bool, Stop> {
    let sql = "SELECT COUNT(*) FROM audit_events WHERE cell = $1 AND subject_id = $2 AND verb = 'matters.raised' \
               AND actor_cell = $3 AND actor_id = $4";
    Ok(tx.scalar_i64(sql, db::args![id.cell.0, id.uuid, person.cell.0, person.uuid]).await? > 0)
}

/// The matters in which an organisation's part or answer is waited for.
pub async fn of_organisation(tx: &mut Tx<'_>, org: OrganisationId, limit: i64) -> Result<Vec<MatterRow>, Stop> {
    let sql = format!(
        "SELECT {ROW} FROM matters_matters m {NAMES} WHERE m.cell = $1 AND m.phase <> 'closed' AND (m.organisation_id = $2 OR EXISTS \
         (SELECT 1 FROM matters_parts q WHERE q.cell = m.cell AND q.matter_id = m.id AND q.organisation_id = $2 \
         AND q.answered_at IS NULL)) ORDER BY m.sort_at, m.id LIMIT $3"
    );
    Ok(tx.all::<MatterRow>(&sql, db::args![org.cell.0, org.uuid, limit]).await?)
}

/// Open matters of a cell of which somebody has answered a step, the most urgent first.
pub async fn answered_by(tx: &mut Tx<'_>, cell: Cell, person: PersonId, limit: i64) -> Result<Vec<MatterRow>, Stop> {
    let sql = format!(
        "SELECT {ROW} FROM matters_matters m {NAMES} WHERE m.cell = $1 AND m.phase <> 'closed' AND m.id IN \
         (SELECT e.subject_id FROM audit_events e WHERE e.actor_cell = $2 AND e.actor_id = $3 AND e.cell = $1 \
         AND e.verb = 'matters.answered') ORDER BY m.sort_at, m.id LIMIT $4"
    );
    Ok(tx.all::<MatterRow>(&sql, db::args![cell.0, person.cell.0, person.uuid, limit]).await?)
}

/// Holds a matter until the end of the transaction: whoever would change it too waits.
pub async fn lock(tx: &mut Tx<'_>, id: MatterId) -> Result<(), Stop> {
    let lock = db::dialect::for_update(tx.engine());
    let sql = format!("SELECT version FROM matters_matters WHERE cell = $1 AND id = $2 {lock}");
    tx.maybe_i64(&sql, db::args![id.cell.0, id.uuid]).await?;
    Ok(())
}

/// So many matters that may be the same are shown to somebody, of a few more that are looked at: not everybody may open each.
pub const SIMILAR: usize = 5;

/// Open matters of the same kind and type nearby, newest first: 「是不是这件事？」. Private ones never show.
pub async fn similar(
    tx: &mut Tx<'_>,
    cell: Cell,
    (kind, category): (&str, &str),
    within: &str,
    since: i64,
) -> Result<Vec<MatterRow>, Stop> {
    let sql = format!(
        "SELECT {ROW} FROM matters_matters m {NAMES} WHERE m.cell = $1 AND m.place_path >= $2 AND m.place_path < $3 AND m.kind = $4 \
         AND m.category = $5 AND m.phase <> 'closed' AND NOT m.private AND m.recorded_at >= $6 ORDER BY m.id DESC LIMIT 25"
    );
    let args = db::args![cell.0, within, format!("{within}~"), kind, category, since];
    Ok(tx.all::<MatterRow>(&sql, args).await?)
}
