//! SQL of mandates, and of what was done by them.

use rules::people::mandate::{How, Kinds, Mandate, Private, Side};
use rules::shared::ids::{MandateId, MatterId, MatterThing, PersonId, SessionId, Thing};
use rules::shared::{Actor, Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use crate::capability::PRIVATE_MATTERS;
use crate::{Stop, Tx};

/// A mandate with the names that lists show.
#[derive(Clone, Debug, Deserialize)]
pub struct MandateRow {
    pub cell: i32,
    pub id: Uuid,
    pub person_id: Uuid,
    pub person_name: String,
    /// Masked.
    pub person_phone: String,
    pub delegate_cell: i32,
    pub delegate_id: Uuid,
    pub delegate_name: String,
    /// Masked.
    pub delegate_phone: String,
    kinds: String,
    named: String,
    pub asked_at: i64,
    pub asked_cell: Option<i32>,
    pub asked_by: Option<Uuid>,
    pub confirmed_how: Option<String>,
    pub confirmed_at: Option<i64>,
    pub confirmed_by: Option<Uuid>,
    pub confirmed_name: Option<String>,
    pub valid_to: i64,
    pub revoked_at: Option<i64>,
    revoked_by: Option<Uuid>,
}

fn instant(millis: i64) -> Result<jiff::Timestamp, Stop> {
    jiff::Timestamp::from_millisecond(millis).map_err(Stop::defect)
}

impl MandateRow {
    pub fn id(&self) -> MandateId {
        Id::new(Cell(self.cell), self.id)
    }

    pub fn person(&self) -> PersonId {
        Id::new(Cell(self.cell), self.person_id)
    }

    pub fn delegate(&self) -> PersonId {
        Id::new(Cell(self.delegate_cell), self.delegate_id)
    }

    /// Whoever would act asked for it, and nobody for them.
    pub fn is_asked_by_delegate(&self) -> bool {
        self.asked_cell == Some(self.delegate_cell) && self.asked_by == Some(self.delegate_id)
    }

    /// Whose yes it waits for, or waited for: the side that did not ask.
    pub fn answers(&self) -> Side {
        let is_asked_by_person = self.asked_cell == Some(self.cell) && self.asked_by == Some(self.person_id);
        // Of before delegates were asked: what the one represented wanted held by their word alone.
        let is_of_before = self.confirmed_at.is_some() && !self.is_agreed();
        if is_asked_by_person && !is_of_before { Side::Delegate } else { Side::Person }
    }

    /// Whoever shall act has agreed to it.
    pub fn is_agreed(&self) -> bool {
        self.confirmed_by == Some(self.delegate_id)
    }

    /// Whether a side reads of it: of what it asked for itself not before the other agreed, for whose a number is, is not told
    /// by asking.
    pub fn is_shown_to(&self, side: Side) -> bool {
        self.confirmed_at.is_some() || self.answers() == side
    }

    /// Whoever was asked said no to it, or staff for the one represented; what ends when one of both is erased was refused by
    /// nobody.
    pub fn is_refused(&self) -> bool {
        let said_no = match self.answers() {
            Side::Person => self.revoked_by.is_some(),
            Side::Delegate => self.revoked_by == Some(self.delegate_id),
        };
        self.confirmed_at.is_none() && self.revoked_at.is_some() && said_no
    }

    /// Ended unanswered, by whoever asked or by staff for them.
    pub fn is_taken_back(&self) -> bool {
        self.confirmed_at.is_none() && self.revoked_by.is_some() && !self.is_refused()
    }

    pub fn mandate(&self) -> Result<Mandate, Stop> {
        Ok(Mandate {
            id: self.id(),
            person: self.person(),
            delegate: self.delegate(),
            answers: self.answers(),
            kinds: Kinds::from_text(&self.kinds),
            named: self.named.split_whitespace().map(str::to_owned).collect(),
            asked_at: instant(self.asked_at)?,
            confirmed_at: self.confirmed_at.map(instant).transpose()?,
            until: instant(self.valid_to)?,
            revoked_at: self.revoked_at.map(instant).transpose()?,
        })
    }
}

const MANDATE: &str = "SELECT m.cell, m.id, m.person_id, p.name AS person_name, p.phone_masked AS person_phone, \
                       m.delegate_cell, m.delegate_id, d.name AS delegate_name, d.phone_masked AS delegate_phone, \
                       m.kinds, m.named, m.asked_at, m.asked_cell, m.asked_by, m.confirmed_how, m.confirmed_at, m.confirmed_by, \
                       c.name AS confirmed_name, m.valid_to, m.revoked_at, m.revoked_by \
                       FROM people_mandates m JOIN people_people p ON p.cell = m.cell AND p.id = m.person_id \
                       JOIN people_people d ON d.cell = m.delegate_cell AND d.id = m.delegate_id \
                       LEFT JOIN people_people c ON c.cell = m.confirmed_cell AND c.id = m.confirmed_by";

pub async fn mandate(tx: &mut Tx<'_>, id: MandateId) -> Result<Option<MandateRow>, Stop> {
    let sql = format!("{MANDATE} WHERE m.cell = $1 AND m.id = $2");
    Ok(tx.one::<MandateRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

/// Those who may act for this person, asked ones and ended ones too, the newest first.
pub async fn of_person(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<MandateRow>, Stop> {
    let sql = format!("{MANDATE} WHERE m.cell = $1 AND m.person_id = $2 ORDER BY m.id DESC LIMIT 100");
    Ok(tx.all::<MandateRow>(&sql, db::args![person.cell.0, person.uuid]).await?)
}

/// Those for whom this person may act, the newest first.
pub async fn of_delegate(tx: &mut Tx<'_>, delegate: PersonId) -> Result<Vec<MandateRow>, Stop> {
    let sql = format!("{MANDATE} WHERE m.delegate_cell = $1 AND m.delegate_id = $2 ORDER BY m.id DESC LIMIT 100");
    Ok(tx.all::<MandateRow>(&sql, db::args![delegate.cell.0, delegate.uuid]).await?)
}

/// What there ever was between two people, the newest first.
pub async fn between(tx: &mut Tx<'_>, person: PersonId, delegate: PersonId) -> Result<Vec<MandateRow>, Stop> {
    let sql = format!(
        "{MANDATE} WHERE m.cell = $1 AND m.person_id = $2 AND m.delegate_cell = $3 AND m.delegate_id = $4 \
         ORDER BY m.id DESC"
    );
    Ok(tx.all::<MandateRow>(&sql, db::args![person.cell.0, person.uuid, delegate.cell.0, delegate.uuid]).await?)
}

pub async fn insert(tx: &mut Tx<'_>, who: &Actor, mandate: &Mandate) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO people_mandates (cell, id, person_id, delegate_cell, delegate_id, kinds, named, asked_at, \
         asked_cell, asked_by, valid_to) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::args![
            mandate.id.cell.0,
            mandate.id.uuid,
            mandate.person.uuid,
            mandate.delegate.cell.0,
            mandate.delegate.uuid,
            mandate.kinds.text(),
            mandate.named.join(" "),
            mandate.asked_at.as_millisecond(),
            who.person.map(|p| p.cell.0),
            who.person.map(|p| p.uuid),
            mandate.until.as_millisecond()
        ],
    )
    .await?;
    Ok(())
}

/// Keeps who confirmed and how; false when it no longer waits.
pub async fn confirm(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MandateId, how: How) -> Result<bool, Stop> {
    let sql = "UPDATE people_mandates SET confirmed_how = $3, confirmed_at = $4, confirmed_cell = $5, \
               confirmed_by = $6 WHERE cell = $1 AND id = $2 AND confirmed_at IS NULL AND revoked_at IS NULL";
    let args = db::args![
        id.cell.0,
        id.uuid,
        how.key(),
        at.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid)
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// Ends it; false when it had ended.
pub async fn revoke(tx: &mut Tx<'_>, who: &Actor, at: Moment, id: MandateId) -> Result<bool, Stop> {
    let sql = "UPDATE people_mandates SET revoked_at = $3, revoked_cell = $4, revoked_by = $5 \
               WHERE cell = $1 AND id = $2 AND revoked_at IS NULL";
    let args = db::args![
        id.cell.0,
        id.uuid,
        at.recorded.as_millisecond(),
        who.person.map(|p| p.cell.0),
        who.person.map(|p| p.uuid)
    ];
    Ok(tx.run(sql, args).await? == 1)
}

/// A private matter of a person, as they are asked about it.
#[derive(Clone, Debug, Deserialize)]
pub struct PrivateRow {
    /// Plain, as it is kept.
    pub code: String,
    pub kind: String,
    /// What lists call it.
    pub title: String,
    pub recorded_at: i64,
}

impl PrivateRow {
    pub fn private(&self) -> Private<'_> {
        Private { code: &self.code, kind: &self.kind }
    }
}

/// The private matters of a person, the newest first.
pub async fn private_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<PrivateRow>, Stop> {
    Ok(tx.all::<PrivateRow>(PRIVATE_MATTERS, db::args![person.cell.0, person.uuid]).await?)
}

/// Keeps which private matters of before it opens.
pub async fn put_named(tx: &mut Tx<'_>, id: MandateId, named: &[String]) -> Result<(), Stop> {
    let sql = "UPDATE people_mandates SET named = $3 WHERE cell = $1 AND id = $2";
    tx.put(sql, db::args![id.cell.0, id.uuid, named.join(" ")]).await?;
    Ok(())
}

/// Lets a session act by a mandate, or for its own person again.
pub async fn put_acting(tx: &mut Tx<'_>, session: SessionId, mandate: Option<MandateId>) -> Result<(), Stop> {
    let sql = "UPDATE identity_sessions SET mandate_cell = $3, mandate_id = $4 WHERE cell = $1 AND id = $2";
    let args = db::args![session.cell.0, session.uuid, mandate.map(|m| m.cell.0), mandate.map(|m| m.uuid)];
    tx.put(sql, args).await?;
    Ok(())
}

/// Something that was done for a person.
#[derive(Clone, Debug, Deserialize)]
pub struct DoneRow {
    pub verb: String,
    pub actor_name: String,
    pub occurred_at: i64,
    pub cell: i32,
    pub subject_kind: String,
    pub subject_id: Uuid,
}

impl DoneRow {
    /// The matter, when that is what was acted on.
    pub fn matter(&self) -> Option<MatterId> {
        (self.subject_kind == MatterThing::PREFIX).then(|| Id::new(Cell(self.cell), self.subject_id))
    }
}

/// 「谁替我办过事」, the newest first.
pub async fn done_for(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<Vec<DoneRow>, Stop> {
    let sql = "SELECT e.verb, a.name AS actor_name, e.occurred_at, e.cell, e.subject_kind, e.subject_id FROM audit_events e \
               JOIN people_people a ON a.cell = e.actor_cell AND a.id = e.actor_id \
               WHERE e.on_behalf_cell = $1 AND e.on_behalf_id = $2 ORDER BY e.id DESC LIMIT $3";
    Ok(tx.all::<DoneRow>(sql, db::args![person.cell.0, person.uuid, limit]).await?)
}
