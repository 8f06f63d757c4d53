//! SQL of attendance and ratings; that of records is in `records.rs`.

use db::{At, DataKey};
use jiff::Timestamp;
use rules::service::{Attendance, Means, Rating, Stamp};
use rules::shared::ids::{MatterId, OfferId, PersonId, TaskId};
use rules::shared::{Actor, Cell, Id, Moment, Window};
use serde::Deserialize;
use uuid::Uuid;

use crate::dispatch::store::{TaskRow, instant};
use crate::{Stop, Tx, dispatch};

/// The signatures of one volunteer on one accepted offer.
#[derive(Clone, Debug, Deserialize)]
pub struct AttendanceRow {
    pub cell: i32,
    pub offer_id: Uuid,
    pub task_id: Uuid,
    pub person_cell: i32,
    pub person_id: Uuid,
    pub person_name: String,
    pub in_means: String,
    pub in_device_at: Option<i64>,
    pub in_at: i64,
    in_cell: Option<i32>,
    in_by: Option<Uuid>,
    pub out_means: Option<String>,
    pub out_device_at: Option<i64>,
    pub out_at: Option<i64>,
    out_cell: Option<i32>,
    out_by: Option<Uuid>,
    /// They named what they did.
    pub did: bool,
}

/// A person in two columns that may be empty.
pub fn person(cell: Option<i32>, id: Option<Uuid>) -> Option<PersonId> {
    cell.zip(id).map(|(cell, id)| Id::new(Cell(cell), id))
}

fn means(key: &str) -> Result<Means, Stop> {
    Means::from_key(key).ok_or_else(|| Stop::Defect(format!("no means of signing is called {key}")))
}

impl AttendanceRow {
    pub fn offer(&self) -> OfferId {
        Id::new(Cell(self.cell), self.offer_id)
    }

    pub fn volunteer(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }

    pub fn check_in(&self) -> Result<Stamp, Stop> {
        Ok(Stamp {
            device: self.in_device_at.map(instant).transpose()?,
            server: instant(self.in_at)?,
            means: means(&self.in_means)?,
            by: person(self.in_cell, self.in_by),
        })
    }

    pub fn check_out(&self) -> Result<Option<Stamp>, Stop> {
        let (Some(at), Some(key)) = (self.out_at, &self.out_means) else { return Ok(None) };
        Ok(Some(Stamp {
            device: self.out_device_at.map(instant).transpose()?,
            server: instant(at)?,
            means: means(key)?,
            by: person(self.out_cell, self.out_by),
        }))
    }

    /// As the rules see it, within the planned time of its task.
    pub fn attendance(&self, planned: Window) -> Result<Attendance, Stop> {
        Ok(Attendance {
            offer: self.offer(),
            volunteer: self.volunteer(),
            planned,
            check_in: Some(self.check_in()?),
            check_out: self.check_out()?,
        })
    }
}

const ATTENDANCE: &str = "SELECT a.cell, a.offer_id, a.task_id, a.person_cell, a.person_id, p.name AS person_name, \
                          a.in_means, a.in_device_at, a.in_at, a.in_cell, a.in_by, a.out_means, a.out_device_at, \
                          a.out_at, a.out_cell, a.out_by, a.did FROM service_attendance a \
                          JOIN people_people p ON p.cell = a.person_cell AND p.id = a.person_id";

pub async fn attendance(tx: &mut Tx<'_>, offer: OfferId) -> Result<Option<AttendanceRow>, Stop> {
    let sql = format!("{ATTENDANCE} WHERE a.cell = $1 AND a.offer_id = $2");
    Ok(tx.one::<AttendanceRow>(&sql, db::args![offer.cell.0, offer.uuid]).await?)
}

/// Who signed on a task, in the order in which they came.
pub async fn attendance_of(tx: &mut Tx<'_>, task: TaskId) -> Result<Vec<AttendanceRow>, Stop> {
    let sql = format!("{ATTENDANCE} WHERE a.cell = $1 AND a.task_id = $2 ORDER BY a.in_at, a.offer_id");
    Ok(tx.all::<AttendanceRow>(&sql, db::args![task.cell.0, task.uuid]).await?)
}

/// The task whose QR was scanned, for the pages `/in/{token}` and `/out/{token}`.
pub async fn task_of_qr(tx: &mut Tx<'_>, token: &str) -> Result<Option<TaskId>, Stop> {
    Ok(dispatch::store::task_by_qr(tx, token).await?.map(|task| task.id()))
}

/// The task of this code among those that a person has accepted: they may stand at the wrong door.
pub async fn task_of_code(tx: &mut Tx<'_>, person: PersonId, code: &str) -> Result<Option<TaskId>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        cell: i32,
        id: Uuid,
    }
    let sql = "SELECT t.cell, t.id FROM dispatch_offers o JOIN dispatch_tasks t ON t.cell = o.cell AND t.id = o.task_id \
               WHERE o.person_cell = $1 AND o.person_id = $2 AND o.state = 'accepted' AND t.check_code = $3 \
               ORDER BY t.starts_at DESC, t.id LIMIT 1";
    let row = tx.one::<Row>(sql, db::args![person.cell.0, person.uuid, code]).await?;
    Ok(row.map(|row| Id::new(Cell(row.cell), row.id)))
}

/// How often this person signed in for the same activity within a stretch of time: for tasks of the same matter.
pub async fn check_ins(tx: &mut Tx<'_>, person: PersonId, task: &TaskRow, within: Window) -> Result<u32, Stop> {
    let sql = "SELECT COUNT(*) FROM service_attendance a JOIN dispatch_tasks t ON t.cell = a.cell AND t.id = a.task_id \
               WHERE a.person_cell = $1 AND a.person_id = $2 AND a.in_at >= $3 AND a.in_at < $4 \
               AND (t.id = $5 OR t.matter_id = $6)";
    let (from, to) = (within.start.as_millisecond(), within.end.as_millisecond());
    let args = db::args![person.cell.0, person.uuid, from, to, task.id, task.matter_id];
    u32::try_from(tx.scalar_i64(sql, args).await?).map_err(Stop::defect)
}

/// Keeps a check-in; false when the same volunteer has signed in meanwhile.
pub async fn insert_attendance(tx: &mut Tx<'_>, task: TaskId, signed: &Attendance) -> Result<bool, Stop> {
    let Some(stamp) = signed.check_in else { return Ok(false) };
    let inserted = tx
        .run(
            "INSERT INTO service_attendance (cell, offer_id, task_id, person_cell, person_id, in_means, in_device_at, \
             in_at, in_cell, in_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
             ON CONFLICT (cell, offer_id) DO NOTHING",
            db::args![
                signed.offer.cell.0,
                signed.offer.uuid,
                task.uuid,
                signed.volunteer.cell.0,
                signed.volunteer.uuid,
                stamp.means.key(),
                stamp.device.map(Timestamp::as_millisecond),
                stamp.server.as_millisecond(),
                stamp.by.map(|p| p.cell.0),
                stamp.by.map(|p| p.uuid)
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Keeps a check-out; false when there was one already.
pub async fn sign_out(tx: &mut Tx<'_>, signed: &Attendance, did: bool) -> Result<bool, Stop> {
    let Some(stamp) = signed.check_out else { return Ok(false) };
    let changed = tx
        .run(
            "UPDATE service_attendance SET out_means = $3, out_device_at = $4, out_at = $5, out_cell = $6, out_by = $7, did = $8 \
             WHERE cell = $1 AND offer_id = $2 AND out_at IS NULL",
            db::args![
                signed.offer.cell.0,
                signed.offer.uuid,
                stamp.means.key(),
                stamp.device.map(Timestamp::as_millisecond),
                stamp.server.as_millisecond(),
                stamp.by.map(|p| p.cell.0),
                stamp.by.map(|p| p.uuid),
                did
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// How many volunteers hold a place on a task and have not signed out: once its time is over, only those who came.
pub async fn still_there(tx: &mut Tx<'_>, task: TaskId, is_over: bool) -> Result<i64, Stop> {
    let sql = if is_over {
        "SELECT COUNT(*) FROM service_attendance WHERE cell = $1 AND task_id = $2 AND out_at IS NULL"
    } else {
        "SELECT COUNT(*) FROM dispatch_offers o LEFT JOIN service_attendance a ON a.cell = o.cell AND a.offer_id = o.id \
         WHERE o.cell = $1 AND o.task_id = $2 AND o.state = 'accepted' AND a.out_at IS NULL"
    };
    Ok(tx.scalar_i64(sql, db::args![task.cell.0, task.uuid]).await?)
}

/// How many ratings a matter has had.
pub async fn ratings(tx: &mut Tx<'_>, matter: MatterId) -> Result<i64, Stop> {
    let sql = "SELECT COUNT(*) FROM service_ratings WHERE cell = $1 AND matter_id = $2";
    Ok(tx.scalar_i64(sql, db::args![matter.cell.0, matter.uuid]).await?)
}

/// An answer to the two questions, opened.
pub struct RatingRow {
    pub solved: String,
    pub satisfaction: i32,
    pub words: Option<String>,
    pub rated_at: i64,
}

/// What stands under the key of `of` among the answers to a matter. The caller has permitted it.
pub async fn ratings_of(tx: &mut Tx<'_>, matter: MatterId, of: PersonId) -> Result<Vec<RatingRow>, Stop> {
    #[derive(Deserialize)]
    struct Row {
        solved: String,
        satisfaction: i32,
        words_sealed: Option<Vec<u8>>,
        rated_at: i64,
    }
    let Some(key) = tx.find_data_key(of.cell.0, of.uuid).await? else { return Ok(Vec::new()) };
    let sql = "SELECT solved, satisfaction, words_sealed, rated_at FROM service_ratings WHERE cell = $1 \
               AND matter_id = $2 AND key_cell = $3 AND key_owner = $4 ORDER BY round";
    let rows = tx.all::<Row>(sql, db::args![matter.cell.0, matter.uuid, of.cell.0, of.uuid]).await?;
    let open = |row: Row| {
        let words = row.words_sealed.map(|sealed| key.unseal(words_at(matter), &sealed)).transpose()?;
        Ok(RatingRow { solved: row.solved, satisfaction: row.satisfaction, words, rated_at: row.rated_at })
    };
    rows.into_iter().map(open).collect()
}

fn words_at(matter: MatterId) -> At<'static> {
    At { table: "service_ratings", column: "words_sealed", id: matter.uuid }
}

/// Keeps an answer, its words sealed under the key of `of`; false when the same question was answered meanwhile.
pub async fn insert_rating(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    matter: MatterId,
    rating: &Rating,
    of: Option<PersonId>,
) -> Result<bool, Stop> {
    let (key, (key_cell, key_owner)) = words_key(tx, at, matter, of).await?;
    let place = words_at(matter);
    let inserted = tx
        .run(
            "INSERT INTO service_ratings (cell, matter_id, round, solved, satisfaction, words_sealed, key_cell, \
             key_owner, rated_cell, rated_by, channel, rated_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) \
             ON CONFLICT (cell, matter_id, round) DO NOTHING",
            db::args![
                matter.cell.0,
                matter.uuid,
                i32::from(rating.round),
                rating.solved.key(),
                i32::from(rating.satisfaction.level()),
                rating.words.as_ref().map(|words| key.seal(place, words)),
                key_cell,
                key_owner,
                rating.by.map(|p| p.cell.0),
                rating.by.map(|p| p.uuid),
                who.channel.key(),
                at.recorded.as_millisecond()
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// The key of the person served; the matter's own where nobody is known, or who was has been erased since.
async fn words_key(
    tx: &mut Tx<'_>,
    at: Moment,
    matter: MatterId,
    of: Option<PersonId>,
) -> Result<(DataKey, (i32, Uuid)), Stop> {
    if let Some(person) = of
        && let Some(key) = tx.find_data_key(person.cell.0, person.uuid).await?
    {
        return Ok((key, (person.cell.0, person.uuid)));
    }
    let owner = (matter.cell.0, matter.uuid);
    let key = match tx.find_data_key(owner.0, owner.1).await? {
        Some(key) => key,
        None => tx.create_data_key(owner.0, owner.1, at.recorded.as_millisecond()).await?,
    };
    Ok((key, owner))
}
