//! SQL of replies, and their sealed words.

use db::At;
use rules::matters::reply::Reply;
use rules::shared::ids::{MatterId, PersonId, ReplyId};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::matters::Held;
use crate::{Stop, Tx};

/// A question to a party; what was said is sealed.
#[derive(Clone, Debug, Deserialize)]
pub struct ReplyRow {
    cell: i32,
    id: Uuid,
    matter_id: Uuid,
    party_cell: Option<i32>,
    party_id: Option<Uuid>,
    asked_sealed: Option<Vec<u8>>,
    words_sealed: Option<Vec<u8>>,
    key_cell: i32,
    key_owner: Uuid,
    asked_cell: i32,
    asked_by: Uuid,
    pub asked_at: i64,
    pub due_at: i64,
    pub given_at: Option<i64>,
}

impl ReplyRow {
    pub fn id(&self) -> ReplyId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn matter(&self) -> MatterId {
        Id::new(Cell(self.cell), self.matter_id)
    }

    /// The party, when they are registered.
    pub fn party(&self) -> Option<PersonId> {
        self.party_cell.zip(self.party_id).map(|(cell, id)| Id::new(Cell(cell), id))
    }

    pub fn asked_by(&self) -> PersonId {
        Id::new(Cell(self.asked_cell), self.asked_by)
    }

    /// As the rules see it.
    pub fn reply(&self) -> Reply {
        Reply { id: self.id(), party: self.party(), is_given: self.given_at.is_some() }
    }
}

/// What was said to a party and by them, opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    pub asked: Question,
    pub words: Option<String>,
}

/// What a party is told, and how the desk calls them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub name: String,
    pub told: String,
}

fn asked_at(id: Uuid) -> At<'static> {
    At { table: "matters_replies", column: "asked_sealed", id }
}

fn words_at(id: Uuid) -> At<'static> {
    At { table: "matters_replies", column: "words_sealed", id }
}

const SELECT: &str = "SELECT cell, id, matter_id, party_cell, party_id, asked_sealed, words_sealed, key_cell, key_owner, \
                      asked_cell, asked_by, asked_at, due_at, given_at FROM matters_replies";

pub async fn find(tx: &mut Tx<'_>, id: ReplyId) -> Result<Option<ReplyRow>, Stop> {
    let sql = format!("{SELECT} WHERE cell = $1 AND id = $2");
    Ok(tx.one::<ReplyRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// The questions of a matter, the first on top.
pub async fn of_matter(tx: &mut Tx<'_>, matter: MatterId) -> Result<Vec<ReplyRow>, Stop> {
    let sql = format!("{SELECT} WHERE cell = $1 AND matter_id = $2 ORDER BY id");
    Ok(tx.all::<ReplyRow>(&sql, db::args![matter.cell.0, matter.uuid]).await?)
}

/// What somebody was asked, the newest first.
pub async fn of_party(tx: &mut Tx<'_>, party: PersonId, most: i64) -> Result<Vec<ReplyRow>, Stop> {
    let sql = format!("{SELECT} WHERE party_cell = $1 AND party_id = $2 ORDER BY id DESC LIMIT $3");
    Ok(tx.all::<ReplyRow>(&sql, db::args![party.cell.0, party.uuid, most]).await?)
}

/// How many questions somebody was asked, and how many of them wait for an answer.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Counted {
    #[serde(rename = "all_asked")]
    pub all: i64,
    pub waiting: i64,
}

pub async fn counted(tx: &mut Tx<'_>, party: PersonId) -> Result<Counted, Stop> {
    let sql = "SELECT COUNT(*) AS all_asked, COUNT(CASE WHEN r.given_at IS NULL AND m.phase <> 'closed' THEN 1 END) AS waiting \
               FROM matters_replies r JOIN matters_matters m ON m.cell = r.cell AND m.id = r.matter_id \
               WHERE r.party_cell = $1 AND r.party_id = $2";
    Ok(tx.one::<Counted>(sql, db::args![party.cell.0, party.uuid]).await?.unwrap_or_default())
}

/// Opens what was said. Whoever reads it for another writes the reading down. A party who was erased took it with them.
pub async fn open(tx: &mut Tx<'_>, row: &ReplyRow) -> Result<Opened, Stop> {
    let Some(key) = tx.find_data_key(row.key_cell, row.key_owner).await? else { return Ok(Opened::default()) };
    let asked = match &row.asked_sealed {
        Some(sealed) => serde_json::from_str(&key.unseal(asked_at(row.id), sealed).map_err(Stop::from)?)?,
        None => Question::default(),
    };
    let words = match &row.words_sealed {
        Some(sealed) => Some(key.unseal(words_at(row.id), sealed).map_err(Stop::from)?),
        None => None,
    };
    Ok(Opened { asked, words })
}

/// A question that is put to a party.
pub struct New<'a> {
    pub id: ReplyId,
    pub party: Option<PersonId>,
    pub asked: &'a Question,
    /// Milliseconds since 1970, UTC.
    pub due: i64,
    pub by: PersonId,
}

pub async fn insert(tx: &mut Tx<'_>, at: Moment, held: &Held, new: New<'_>) -> Result<(), Stop> {
    let (now, matter) = (at.recorded.as_millisecond(), held.id());
    // Who is not registered has no key; the matter has one of its own.
    let (key_cell, owner) = new.party.map_or((matter.cell.0, matter.uuid), |p| (p.cell.0, p.uuid));
    let key = match new.party {
        Some(_) => tx.data_key(key_cell, owner).await?,
        None => tx.ensure_data_key(key_cell, owner, now).await?,
    };
    let sealed = key.seal(asked_at(new.id.uuid), &serde_json::to_string(new.asked)?);
    tx.put(
        "INSERT INTO matters_replies (cell, id, matter_id, party_cell, party_id, asked_sealed, key_cell, key_owner, \
         asked_cell, asked_by, asked_at, due_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        db::args![
            matter.cell.0,
            new.id.uuid,
            matter.uuid,
            new.party.map(|p| p.cell.0),
            new.party.map(|p| p.uuid),
            sealed,
            key_cell,
            owner,
            new.by.cell.0,
            new.by.uuid,
            now,
            new.due
        ],
    )
    .await?;
    Ok(())
}

/// Keeps an answer with all that was said before; false when somebody added to it meanwhile.
pub async fn answer(tx: &mut Tx<'_>, who: &Actor, at: Moment, row: &ReplyRow, words: &str) -> Result<bool, Stop> {
    let sealed = tx.data_key(row.key_cell, row.key_owner).await?.seal(words_at(row.id), words);
    let by = who.person;
    let sql = "UPDATE matters_replies SET words_sealed = $3, given_cell = $4, given_by = $5, given_at = $6 \
               WHERE cell = $1 AND id = $2 AND COALESCE(given_at, 0) = $7";
    let args = db::args![
        row.cell,
        row.id,
        sealed,
        by.map(|p| p.cell.0),
        by.map(|p| p.uuid),
        at.recorded.as_millisecond(),
        row.given_at.unwrap_or(0)
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// Takes out what was said to a party and by them.
pub async fn erase(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Stop> {
    let sql =
        "UPDATE matters_replies SET asked_sealed = NULL, words_sealed = NULL WHERE key_cell = $1 AND key_owner = $2";
    tx.run(sql, db::args![person.cell.0, person.uuid]).await?;
    Ok(())
}
