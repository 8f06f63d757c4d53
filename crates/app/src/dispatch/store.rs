//! SQL of tasks, slots and offers.

use db::dialect::for_update;
use rules::dispatch::{Offer, OfferState, Task, TaskState};
use rules::matters::Code;
use rules::shared::ids::{MatterId, OfferId, OrganisationId, PersonId, TaskId};
use rules::shared::{Cell, Id, Moment, Window};
use serde::Deserialize;
use uuid::Uuid;

use super::reasons::Said;
use crate::matters::queues;
use crate::{Stop, Tx, people};

/// A task as lists, pages and decisions need it; nothing protected is in it.
#[derive(Clone, Debug, Deserialize)]
pub struct TaskRow {
    pub cell: i32,
    pub id: Uuid,
    pub code: String,
    pub matter_id: Option<Uuid>,
    pub team_id: Option<Uuid>,
    pub title: String,
    pub category: String,
    pub notes: String,
    pub place_id: Uuid,
    pub place_code: String,
    pub place_name: String,
    pub place_path: String,
    pub place_hint: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub slots: i32,
    pub slots_left: i32,
    needs: String,
    pub state: String,
    pub open: bool,
    pub waves: bool,
    pub check_code: String,
    pub qr_token: String,
    pub cut_cell: Option<i32>,
    pub cut_by: Option<Uuid>,
    pub created_at: i64,
    pub closed_at: Option<i64>,
    pub invented: bool,
    pub version: i64,
    /// Of the matter it was cut from.
    pub matter_private: Option<bool>,
    pub matter_level: Option<String>,
    reporter_cell: Option<i32>,
    reporter_id: Option<Uuid>,
    subject_cell: Option<i32>,
    subject_id: Option<Uuid>,
}

fn person(cell: Option<i32>, id: Option<Uuid>) -> Option<PersonId> {
    cell.zip(id).map(|(cell, id)| Id::new(Cell(cell), id))
}

/// An instant as the database keeps it.
pub fn instant(millis: i64) -> Result<jiff::Timestamp, Stop> {
    jiff::Timestamp::from_millisecond(millis).map_err(Stop::defect)
}

impl TaskRow {
    pub fn id(&self) -> TaskId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn matter(&self) -> Option<MatterId> {
        self.matter_id.map(|id| Id::new(Cell(self.cell), id))
    }

    pub fn team(&self) -> Option<OrganisationId> {
        self.team_id.map(|id| Id::new(Cell(self.cell), id))
    }

    pub fn cut_by(&self) -> Option<PersonId> {
        person(self.cut_cell, self.cut_by)
    }

    pub fn reporter(&self) -> Option<PersonId> {
        person(self.reporter_cell, self.reporter_id)
    }

    /// For whom the service is: the person the matter is about, else who raised it.
    pub fn served(&self) -> Option<PersonId> {
        person(self.subject_cell, self.subject_id).or_else(|| self.reporter())
    }

    pub fn is_private(&self) -> bool {
        self.matter_private.unwrap_or(false)
    }

    /// The level of urgency whose plan of waves holds.
    pub fn level(&self) -> &str {
        self.matter_level.as_deref().unwrap_or("*")
    }

    pub fn window(&self) -> Result<Window, Stop> {
        Ok(Window { start: instant(self.starts_at)?, end: instant(self.ends_at)? })
    }

    /// The task as the rules see it.
    pub fn task(&self) -> Result<Task, Stop> {
        Ok(Task {
            id: self.id(),
            matter: self.matter(),
            team: self.team(),
            title: self.title.clone(),
            category: self.category.clone(),
            place_path: self.place_path.clone(),
            window: self.window()?,
            slots: u16::try_from(self.slots).map_err(Stop::defect)?,
            open: self.open,
            needs: serde_json::from_str(&self.needs)?,
            state: TaskState::from_key(&self.state)
                .ok_or_else(|| Stop::Defect(format!("no task state is called {}", self.state)))?,
        })
    }
}

const TASK: &str = "t.cell, t.id, t.code, t.matter_id, t.team_id, t.title, t.category, t.notes, t.place_id, \
                    p.code AS place_code, \
                    p.name AS place_name, t.place_path, t.place_hint, t.starts_at, t.ends_at, t.slots, t.free AS slots_left, t.needs, \
                    t.state, t.open, t.waves, t.check_code, t.qr_token, t.cut_cell, t.cut_by, t.created_at, \
                    t.closed_at, t.invented, t.version, m.private AS matter_private, m.level AS matter_level, \
                    m.reporter_cell, m.reporter_id, m.subject_cell, m.subject_id";
const TASK_FROM: &str = "FROM dispatch_tasks t JOIN places_places p ON p.cell = t.cell AND p.id = t.place_id \
                         LEFT JOIN matters_matters m ON m.cell = t.cell AND m.id = t.matter_id";

fn select_tasks(rest: &str) -> String {
    format!("SELECT {TASK} {TASK_FROM} {rest}")
}

pub async fn task(tx: &mut Tx<'_>, id: TaskId) -> Result<Option<TaskRow>, Stop> {
    let sql = select_tasks("WHERE t.cell = $1 AND t.id = $2");
    Ok(tx.one::<TaskRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The task whose code somebody typed or whose address they opened.
pub async fn task_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<TaskRow>, Stop> {
    let Ok(code) = code.parse::<Code>() else { return Ok(None) };
    let sql = select_tasks("WHERE t.cell = $1 AND t.code = $2");
    Ok(tx.one::<TaskRow>(&sql, db::args![code.cell().0, code.plain()]).await?)
}

/// The secret of a task's QR address; it begins with the cell.
pub fn qr_token(cell: Cell, random: [u8; 16]) -> String {
    format!("{:04x}{}", cell.0, data_encoding::HEXLOWER.encode(&random))
}

/// The task whose QR was scanned.
pub async fn task_by_qr(tx: &mut Tx<'_>, token: &str) -> Result<Option<TaskRow>, Stop> {
    let Some(Ok(cell)) = token.get(..4).map(|cell| i32::from_str_radix(cell, 16)) else { return Ok(None) };
    let sql = select_tasks("WHERE t.cell = $1 AND t.qr_token = $2");
    Ok(tx.one::<TaskRow>(&sql, db::args![cell, token]).await?)
}

/// Whether a volunteer has promised to come and has not taken it back.
pub async fn is_promised(tx: &mut Tx<'_>, task: TaskId) -> Result<bool, Stop> {
    Ok(offers_of_task(tx, task).await?.iter().any(|offer| offer.state == OfferState::Accepted.key()))
}

/// The tasks cut from a matter, newest first.
pub async fn tasks_of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<TaskRow>, Stop> {
    let sql = select_tasks("WHERE t.cell = $1 AND t.matter_id = $2 ORDER BY t.id DESC");
    Ok(tx.all::<TaskRow>(&sql, db::args![matter.cell.0, matter.uuid]).await?)
}

/// The tasks cut for a team that are not over, the soonest first.
pub async fn tasks_of_team(
    tx: &mut Tx<'_>,
    team: OrganisationId,
    now: jiff::Timestamp,
    limit: i64,
) -> Result<Vec<TaskRow>, Stop> {
    let sql = select_tasks(
        "WHERE t.cell = $1 AND t.team_id = $2 AND t.state = 'standing' AND t.ends_at > $3 ORDER BY t.starts_at, t.id \
         LIMIT $4",
    );
    Ok(tx.all::<TaskRow>(&sql, db::args![team.cell.0, team.uuid, now.as_millisecond(), limit]).await?)
}

/// What can be taken after the instant `$2`. The first line is what the partial indexes `dispatch_tasks_takeable*` hold;
/// they are in the order of the start, and no task lasts longer than the day that `rules::dispatch::settings` allows.
const TAKEABLE: &str = "t.open AND t.state = 'standing' AND t.free > 0 \
                        AND t.starts_at > $2 - 86400000 AND t.ends_at > $2 AND (m.id IS NULL OR NOT m.private)";

/// Open tasks that somebody who lives at `home_path` may take now, nearest in the tree first, then soonest. Those they
/// have taken already are left out, those too near to one that they have, and those that serve anybody of their circle.
pub async fn open_near(
    tx: &mut Tx<'_>,
    person: PersonId,
    home_path: &str,
    at: Moment,
    limit: i64,
) -> Result<Vec<TaskRow>, Stop> {
    let (now, rest) = (at.recorded.as_millisecond(), 60_000 * tx.city().dispatch_at(home_path, at).limits.rest);
    let township = home_path.split('/').nth(2).unwrap_or_default();
    let village = rules::places::path::up_to(home_path, rules::places::Level::Village);
    let circle = people::store::circle(tx, person).await?;
    let mut found = Vec::new();
    for ring in rings(township) {
        let left = limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
        let end = format!("{village}~");
        let (home, me) = (person.cell.0, person.uuid);
        let mut args = db::args![home, now, village, end, township, home, me, left, rest];
        let marks = db::several(&mut args, circle.iter().map(|p| p.uuid));
        let sql = select_tasks(&format!(
            "WHERE t.cell = $1 AND {TAKEABLE} AND {ring} AND NOT EXISTS (SELECT 1 FROM dispatch_offers o \
             WHERE o.cell = t.cell AND o.task_id = t.id AND o.person_cell = $6 AND o.person_id = $7 \
             AND o.state = 'accepted') AND NOT EXISTS (SELECT 1 FROM dispatch_offers o JOIN dispatch_tasks held \
             ON held.cell = o.cell AND held.id = o.task_id WHERE o.person_cell = $6 AND o.person_id = $7 \
             AND o.state = 'accepted' AND held.state = 'standing' AND o.starts_at < t.ends_at + $9 \
             AND o.ends_at > t.starts_at - $9) AND (m.reporter_id IS NULL OR m.reporter_id NOT IN ({marks})) \
             AND (m.subject_id IS NULL OR m.subject_id NOT IN ({marks})) ORDER BY t.starts_at, t.id LIMIT $8"
        ));
        found.extend(tx.all::<TaskRow>(&sql, args).await?);
        if i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit {
            break;
        }
    }
    Ok(found)
}

/// One's own village, the rest of the township, the rest of the county: asked one after another, for each has an index in
/// the order of the list, and most lists end within the first.
fn rings(township: &str) -> [&'static str; 3] {
    // Who lives at no place below the county has no township around them.
    let village = if township.is_empty() {
        "($5 = '' AND t.place_path >= $3 AND t.place_path < $4)"
    } else {
        "(t.township = $5 AND t.place_path >= $3 AND t.place_path < $4)"
    };
    [
        village,
        "(t.township = $5 AND NOT (t.place_path >= $3 AND t.place_path < $4))",
        "(t.township <> $5 AND NOT (t.place_path >= $3 AND t.place_path < $4))",
    ]
}

/// How many open tasks like one that is gone are looked at for the two nearest.
const SIMILAR: i64 = 40;

/// Open tasks of the same kind of help that can still be taken; `rules::dispatch::task::similar` picks the two to name.
pub async fn similar(tx: &mut Tx<'_>, to: &Task, now: jiff::Timestamp) -> Result<Vec<TaskRow>, Stop> {
    let sql = select_tasks(&format!(
        "WHERE t.cell = $1 AND {TAKEABLE} AND t.category = $3 AND t.id <> $4 ORDER BY t.starts_at, t.id LIMIT {SIMILAR}"
    ));
    let args = db::args![to.id.cell.0, now.as_millisecond(), to.category.as_str(), to.id.uuid];
    Ok(tx.all::<TaskRow>(&sql, args).await?)
}

/// An offer with the name of the volunteer and what the offer is about.
#[derive(Clone, Debug, Deserialize)]
pub struct OfferRow {
    pub cell: i32,
    pub id: Uuid,
    pub task_id: Uuid,
    pub person_cell: i32,
    pub person_id: Uuid,
    pub person_name: String,
    pub wave: i32,
    pub state: String,
    reasons: String,
    pub reason: String,
    pub reply_by: Option<i64>,
    pub offered_at: i64,
    pub answered_at: Option<i64>,
    /// When they signed in, and signed out.
    pub began_at: Option<i64>,
    pub left_at: Option<i64>,
    pub version: i64,
    pub task_code: String,
    pub task_title: String,
    pub task_category: String,
    pub task_state: String,
    pub task_matter: Option<Uuid>,
    pub place_id: Uuid,
    pub place_code: String,
    pub place_name: String,
    pub place_path: String,
    pub place_hint: String,
    pub starts_at: i64,
    pub ends_at: i64,
    pub slots: i32,
    pub slots_left: i32,
}

impl OfferRow {
    pub fn id(&self) -> OfferId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn task(&self) -> TaskId {
        Id::new(Cell(self.cell), self.task_id)
    }

    pub fn volunteer(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }

    /// Why this person was suggested.
    pub fn reasons(&self) -> Vec<Said> {
        serde_json::from_str(&self.reasons).unwrap_or_default()
    }

    /// The offer as the rules see it.
    pub fn offer(&self) -> Result<Offer, Stop> {
        Ok(Offer {
            id: self.id(),
            task: self.task(),
            volunteer: self.volunteer(),
            wave: u16::try_from(self.wave).map_err(Stop::defect)?,
            state: OfferState::from_key(&self.state)
                .ok_or_else(|| Stop::Defect(format!("no offer state is called {}", self.state)))?,
            offered_at: instant(self.offered_at)?,
            reply_by: self.reply_by.map(instant).transpose()?,
            answered_at: self.answered_at.map(instant).transpose()?,
            began: self.began_at.map(instant).transpose()?,
            reason: Some(self.reason.clone()).filter(|r| !r.is_empty()),
        })
    }
}

/// Whether somebody has signed in, of those to whom these are.
pub fn has_begun(offers: &[OfferRow]) -> bool {
    offers.iter().any(|offer| offer.began_at.is_some())
}

fn select_offers(rest: &str) -> String {
    format!(
        "SELECT o.cell, o.id, o.task_id, o.person_cell, o.person_id, w.name AS person_name, o.wave, o.state, o.reasons, \
         o.reason, o.reply_by, o.offered_at, o.answered_at, o.began_at, o.left_at, o.version, \
         t.code AS task_code, t.title AS task_title, \
         t.category AS task_category, t.state AS task_state, t.matter_id AS task_matter, t.place_id, \
         p.code AS place_code, p.name AS place_name, t.place_path, t.place_hint, t.starts_at, t.ends_at, t.slots, \
         t.free AS slots_left \
         FROM dispatch_offers o JOIN dispatch_tasks t ON t.cell = o.cell AND t.id = o.task_id \
         JOIN places_places p ON p.cell = t.cell AND p.id = t.place_id \
         JOIN people_people w ON w.cell = o.person_cell AND w.id = o.person_id {rest}"
    )
}

pub async fn offer(tx: &mut Tx<'_>, id: OfferId) -> Result<Option<OfferRow>, Stop> {
    let sql = select_offers("WHERE o.cell = $1 AND o.id = $2");
    Ok(tx.one::<OfferRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// All offers of a task in the order in which they went out.
pub async fn offers_of_task(tx: &mut Tx<'_>, task: TaskId) -> Result<Vec<OfferRow>, Stop> {
    let sql = select_offers("WHERE o.cell = $1 AND o.task_id = $2 ORDER BY o.id");
    Ok(tx.all::<OfferRow>(&sql, db::args![task.cell.0, task.uuid]).await?)
}

/// A person's own offers of a task, newest first.
pub async fn offers_to(tx: &mut Tx<'_>, task: TaskId, person: PersonId) -> Result<Vec<OfferRow>, Stop> {
    let sql = select_offers(
        "WHERE o.cell = $1 AND o.task_id = $2 AND o.person_cell = $3 AND o.person_id = $4 ORDER BY o.id DESC",
    );
    Ok(tx.all::<OfferRow>(&sql, db::args![task.cell.0, task.uuid, person.cell.0, person.uuid]).await?)
}

/// A person's offers in a state, or in any; latest service first.
pub async fn offers_of_person(
    tx: &mut Tx<'_>,
    person: PersonId,
    state: Option<OfferState>,
    limit: i64,
) -> Result<Vec<OfferRow>, Stop> {
    let mut args = db::args![person.cell.0, person.uuid, limit];
    let mut rest = String::from("WHERE o.person_cell = $1 AND o.person_id = $2");
    if let Some(state) = state {
        args.push(state.key().into());
        rest.push_str(" AND o.state = $4");
    }
    rest.push_str(" ORDER BY o.starts_at DESC, o.id DESC LIMIT $3");
    Ok(tx.all::<OfferRow>(&select_offers(&rest), args).await?)
}

/// What a person was asked or accepted of tasks that stand and are not over, the soonest first.
pub async fn standing_offers_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    now: jiff::Timestamp,
) -> Result<Vec<OfferRow>, Stop> {
    let sql = select_offers(
        "WHERE o.person_cell = $1 AND o.person_id = $2 AND o.state IN ('offered', 'accepted') AND t.state = 'standing' \
         AND o.ends_at > $3 ORDER BY o.starts_at, o.id",
    );
    Ok(tx.all::<OfferRow>(&sql, db::args![person.cell.0, person.uuid, now.as_millisecond()]).await?)
}

/// What somebody has accepted and not signed out of: tasks whose time is not over, and any that they signed in to. The soonest
/// first; `$3` is now.
const AHEAD: &str = "WHERE o.person_cell = $1 AND o.person_id = $2 AND o.state = 'accepted' AND o.left_at IS NULL \
                     AND (o.began_at IS NOT NULL OR (t.state = 'standing' AND o.ends_at > $3)) ORDER BY o.starts_at, o.id";

pub async fn tasks_ahead_of(tx: &mut Tx<'_>, person: PersonId, now: jiff::Timestamp) -> Result<Vec<OfferRow>, Stop> {
    let args = db::args![person.cell.0, person.uuid, now.as_millisecond()];
    Ok(tx.all::<OfferRow>(&select_offers(AHEAD), args).await?)
}

/// 「我的下一件」: the first of [`tasks_ahead_of`].
pub async fn next_task_of(tx: &mut Tx<'_>, person: PersonId, now: jiff::Timestamp) -> Result<Option<OfferRow>, Stop> {
    let args = db::args![person.cell.0, person.uuid, now.as_millisecond()];
    Ok(tx.one::<OfferRow>(&select_offers(&format!("{AHEAD} LIMIT 1")), args).await?)
}

/// 「等您回复」: offers that can still be answered, the one that runs out first on top.
pub async fn waiting_offers(tx: &mut Tx<'_>, person: PersonId, now: jiff::Timestamp) -> Result<Vec<OfferRow>, Stop> {
    let sql = select_offers(
        "WHERE o.person_cell = $1 AND o.person_id = $2 AND o.state = 'offered' AND t.state = 'standing' \
         AND t.free > 0 AND o.ends_at > $3 AND COALESCE(o.reply_by, o.ends_at) >= $3 ORDER BY COALESCE(o.reply_by, o.ends_at), o.id",
    );
    Ok(tx.all::<OfferRow>(&sql, db::args![person.cell.0, person.uuid, now.as_millisecond()]).await?)
}

/// The tasks somebody has accepted, latest first.
pub async fn tasks_accepted_by(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<TaskRow>, Stop> {
    let sql = select_tasks(
        "JOIN dispatch_offers o ON o.cell = t.cell AND o.task_id = t.id WHERE o.person_cell = $1 AND o.person_id = $2 \
         AND o.state = 'accepted' ORDER BY o.starts_at DESC, t.id DESC LIMIT $3",
    );
    Ok(tx.all::<TaskRow>(&sql, db::args![person.cell.0, person.uuid, limit]).await?)
}

/// Staff who hold a slot of a task.
#[derive(Clone, Debug, Deserialize)]
pub struct StaffRow {
    pub cell: i32,
    pub id: Uuid,
    pub name: String,
}

impl StaffRow {
    pub fn id(&self) -> PersonId {
        Id::new(Cell(self.cell), self.id)
    }
}

pub async fn staff_of_task(tx: &mut Tx<'_>, task: TaskId) -> Result<Vec<StaffRow>, Stop> {
    let sql = "SELECT w.cell, w.id, w.name FROM dispatch_slots s JOIN people_people w ON w.cell = s.staff_cell \
               AND w.id = s.staff_id WHERE s.cell = $1 AND s.task_id = $2 ORDER BY s.no";
    Ok(tx.all::<StaffRow>(sql, db::args![task.cell.0, task.uuid]).await?)
}

/// Holds a task until the end of the transaction: of two who sign out or change it at once, the second sees the first.
pub async fn lock_task(tx: &mut Tx<'_>, task: TaskId) -> Result<(), Stop> {
    let sql = format!("SELECT version FROM dispatch_tasks WHERE cell = $1 AND id = $2 {}", for_update(tx.engine()));
    tx.maybe_i64(&sql, db::args![task.cell.0, task.uuid]).await?;
    Ok(())
}

/// Who goes to a matter: a colleague on staff, or a volunteer who accepted.
pub struct Going {
    pub name: String,
    pub staff: bool,
}

/// So many names of who goes to a matter; a rubbish collection in the village has thirty.
const GOING: usize = 8;

/// Who goes next to each matter of a cell, to the soonest of its tasks that anybody goes to: colleagues before volunteers, and at
/// most [`GOING`] of each. A matter may have a task for every day of a year. In the order written: `CROSS JOIN` keeps SQLite,
/// whose statistics may be missing or old, from reading all slots of the cell.
pub async fn going(tx: &mut Tx<'_>, cell: Cell, matters: &[Uuid]) -> Result<Vec<(Uuid, Going)>, Stop> {
    /// Between names, and before a colleague's, where none has it.
    const BETWEEN: char = '\u{1f}';
    const STAFF: char = '\u{1e}';
    let found = queues::named(tx, cell, matters, |ids| {
        format!(
            "WITH asked(id) AS (VALUES {}) SELECT a.id AS matter_id, COALESCE((SELECT STRING_AGG(name, '{BETWEEN}') FROM (\
             SELECT CASE WHEN s.staff_id IS NULL THEN p.name ELSE '{STAFF}' || p.name END AS name \
             FROM (SELECT k.cell, k.id FROM dispatch_tasks k WHERE k.cell = $1 AND k.matter_id = a.id \
             AND k.state = 'standing' AND k.free < k.slots ORDER BY k.starts_at, k.id LIMIT 1) t \
             CROSS JOIN dispatch_slots s LEFT JOIN dispatch_offers o ON o.cell = s.cell AND o.id = s.offer_id \
             CROSS JOIN people_people p WHERE s.cell = t.cell AND s.task_id = t.id \
             AND p.cell = COALESCE(s.staff_cell, o.person_cell) AND p.id = COALESCE(s.staff_id, o.person_id) \
             ORDER BY s.staff_id IS NULL, s.no LIMIT {GOING}) next), '') AS name FROM asked a",
            ids.iter().map(|id| format!("({id})")).collect::<Vec<_>>().join(", ")
        )
    })
    .await?;
    let one = |name: &str| match name.strip_prefix(STAFF) {
        Some(name) => Going { name: name.to_owned(), staff: true },
        None => Going { name: name.to_owned(), staff: false },
    };
    let each = |(matter, names): (Uuid, String)| {
        let names = names.split(BETWEEN).filter(|name| !name.is_empty());
        names.map(|name| (matter, one(name))).collect::<Vec<_>>()
    };
    Ok(found.into_iter().flat_map(each).collect())
}
