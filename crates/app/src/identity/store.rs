//! SQL of sign-ins, sessions, tokens.

use rules::shared::ids::{MandateId, PersonId, SessionId, TokenId};
use rules::shared::{Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use crate::{Stop, Tx};

const ROOT: i32 = Cell::ROOT.0;

/// Makes a normalised phone number sign in as this person. The first claim stands.
pub async fn claim_phone(tx: &mut Tx<'_>, at: Moment, phone: &str, person: PersonId) -> Result<bool, Stop> {
    let hash = tx.vault().lookup("phone", phone);
    let added = tx
        .run(
            "INSERT INTO identity_phones (cell, phone_hash, person_cell, person_id, created_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (cell, phone_hash) DO NOTHING",
            db::args![ROOT, hash, person.cell.0, person.uuid, at.recorded.as_millisecond()],
        )
        .await?;
    Ok(added == 1)
}

/// Takes back a claim of this person; one of somebody else stands.
pub async fn release_phone(tx: &mut Tx<'_>, phone: &str, person: PersonId) -> Result<(), Stop> {
    let hash = tx.vault().lookup("phone", phone);
    tx.put(
        "DELETE FROM identity_phones WHERE cell = $1 AND phone_hash = $2 AND person_cell = $3 AND person_id = $4",
        db::args![ROOT, hash, person.cell.0, person.uuid],
    )
    .await?;
    Ok(())
}

#[derive(Deserialize)]
struct PersonKey {
    person_cell: i32,
    person_id: Uuid,
}

impl From<PersonKey> for PersonId {
    fn from(row: PersonKey) -> PersonId {
        Id::new(Cell(row.person_cell), row.person_id)
    }
}

/// Whom a normalised phone number signs in.
pub async fn person_of_phone(tx: &mut Tx<'_>, phone: &str) -> Result<Option<PersonId>, Stop> {
    let hash = tx.vault().lookup("phone", phone);
    let row = tx
        .one::<PersonKey>(
            "SELECT person_cell, person_id FROM identity_phones WHERE cell = $1 AND phone_hash = $2",
            db::args![ROOT, hash],
        )
        .await?;
    Ok(row.map(PersonId::from))
}

/// A one-time code as it is kept.
#[derive(Clone, Debug, Deserialize)]
pub struct CodeRow {
    pub code_hash: Vec<u8>,
    pub sent_at: i64,
    pub expires_at: i64,
    pub failures: i32,
}

pub async fn code(tx: &mut Tx<'_>, phone: &str) -> Result<Option<CodeRow>, Stop> {
    let hash = tx.vault().lookup("phone", phone);
    Ok(tx
        .one::<CodeRow>(
            "SELECT code_hash, sent_at, expires_at, failures FROM identity_codes WHERE cell = $1 AND phone_hash = $2",
            db::args![ROOT, hash],
        )
        .await?)
}

pub async fn put_code(tx: &mut Tx<'_>, phone: &str, code_hash: Vec<u8>, sent: i64, expires: i64) -> Result<(), Stop> {
    let hash = tx.vault().lookup("phone", phone);
    tx.put(
        "INSERT INTO identity_codes (cell, phone_hash, code_hash, sent_at, expires_at, failures) \
         VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (cell, phone_hash) DO UPDATE SET code_hash = excluded.code_hash, \
         sent_at = excluded.sent_at, expires_at = excluded.expires_at, failures = 0",
        db::args![ROOT, hash, code_hash, sent, expires],
    )
    .await?;
    Ok(())
}

pub async fn code_failed(tx: &mut Tx<'_>, phone: &str) -> Result<(), Stop> {
    let hash = tx.vault().lookup("phone", phone);
    tx.put(
        "UPDATE identity_codes SET failures = failures + 1 WHERE cell = $1 AND phone_hash = $2",
        db::args![ROOT, hash],
    )
    .await?;
    Ok(())
}

pub async fn remove_code(tx: &mut Tx<'_>, phone: &str) -> Result<(), Stop> {
    let hash = tx.vault().lookup("phone", phone);
    tx.put("DELETE FROM identity_codes WHERE cell = $1 AND phone_hash = $2", db::args![ROOT, hash]).await?;
    Ok(())
}

/// A staff account and its password.
#[derive(Clone, Debug, Deserialize)]
pub struct PasswordRow {
    pub account: String,
    pub person_cell: i32,
    pub person_id: Uuid,
    pub hash: String,
    pub failures: i32,
    pub locked_until: Option<i64>,
    pub must_change: bool,
    pub changed_at: i64,
}

impl PasswordRow {
    pub fn person(&self) -> PersonId {
        Id::new(Cell(self.person_cell), self.person_id)
    }
}

const PASSWORD: &str = "account, person_cell, person_id, hash, failures, locked_until, must_change, changed_at";

pub async fn password(tx: &mut Tx<'_>, account: &str) -> Result<Option<PasswordRow>, Stop> {
    let sql = format!("SELECT {PASSWORD} FROM identity_passwords WHERE cell = $1 AND account = $2");
    Ok(tx.one::<PasswordRow>(&sql, db::args![ROOT, account]).await?)
}

/// The account of a person, if they have one.
pub async fn password_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PasswordRow>, Stop> {
    let sql =
        format!("SELECT {PASSWORD} FROM identity_passwords WHERE cell = $1 AND person_cell = $2 AND person_id = $3");
    Ok(tx.one::<PasswordRow>(&sql, db::args![ROOT, person.cell.0, person.uuid]).await?)
}

/// Opens the account, or gives it another password and lifts its lock.
pub async fn put_password(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    account: &str,
    (hash, must_change): (&str, bool),
) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO identity_passwords (cell, account, person_cell, person_id, hash, failures, changed_at, must_change) \
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7) ON CONFLICT (cell, account) DO UPDATE SET hash = excluded.hash, \
         failures = 0, locked_until = NULL, changed_at = excluded.changed_at, must_change = excluded.must_change",
        db::args![ROOT, account, person.cell.0, person.uuid, hash, at.recorded.as_millisecond(), must_change],
    )
    .await?;
    Ok(())
}

pub async fn password_failed(tx: &mut Tx<'_>, account: &str, locked_until: Option<i64>) -> Result<(), Stop> {
    tx.put(
        "UPDATE identity_passwords SET failures = failures + 1, locked_until = $3 WHERE cell = $1 AND account = $2",
        db::args![ROOT, account, locked_until],
    )
    .await?;
    Ok(())
}

pub async fn password_worked(tx: &mut Tx<'_>, account: &str) -> Result<(), Stop> {
    tx.put(
        "UPDATE identity_passwords SET failures = 0, locked_until = NULL WHERE cell = $1 AND account = $2",
        db::args![ROOT, account],
    )
    .await?;
    Ok(())
}

#[derive(Clone, Debug, Deserialize)]
pub struct SessionRow {
    pub cell: i32,
    pub id: Uuid,
    pub person_id: Uuid,
    pub device: String,
    pub created_at: i64,
    pub seen_at: i64,
    pub expires_at: i64,
    mandate_cell: Option<i32>,
    mandate_id: Option<Uuid>,
}

impl SessionRow {
    /// By which mandate it acts for another.
    pub fn mandate(&self) -> Option<MandateId> {
        self.mandate_cell.zip(self.mandate_id).map(|(cell, id)| Id::new(Cell(cell), id))
    }

    pub fn person(&self) -> PersonId {
        Id::new(Cell(self.cell), self.person_id)
    }

    pub fn id(&self) -> SessionId {
        Id::new(Cell(self.cell), self.id)
    }
}

const SESSION: &str = "cell, id, person_id, device, created_at, seen_at, expires_at, mandate_cell, mandate_id";

/// The session of a token, if it still runs.
pub async fn session(tx: &mut Tx<'_>, cell: Cell, token_hash: &[u8], now: i64) -> Result<Option<SessionRow>, Stop> {
    let sql = format!(
        "SELECT {SESSION} FROM identity_sessions WHERE cell = $1 AND token_hash = $2 AND ended_at IS NULL AND expires_at > $3"
    );
    Ok(tx.one::<SessionRow>(&sql, db::args![cell.0, token_hash.to_vec(), now]).await?)
}

/// The session of a token, if it still ran at this instant.
pub async fn session_since(
    tx: &mut Tx<'_>,
    cell: Cell,
    token_hash: &[u8],
    since: i64,
) -> Result<Option<SessionRow>, Stop> {
    let sql = format!(
        "SELECT {SESSION} FROM identity_sessions WHERE cell = $1 AND token_hash = $2 AND expires_at > $3 \
         AND (ended_at IS NULL OR ended_at > $3)"
    );
    Ok(tx.one::<SessionRow>(&sql, db::args![cell.0, token_hash.to_vec(), since]).await?)
}

pub async fn sessions_of(tx: &mut Tx<'_>, person: PersonId, now: i64) -> Result<Vec<SessionRow>, Stop> {
    let sql = format!(
        "SELECT {SESSION} FROM identity_sessions WHERE cell = $1 AND person_id = $2 AND ended_at IS NULL \
         AND expires_at > $3 ORDER BY seen_at DESC"
    );
    Ok(tx.all::<SessionRow>(&sql, db::args![person.cell.0, person.uuid, now]).await?)
}

pub struct NewSession<'a> {
    pub id: SessionId,
    pub person: PersonId,
    pub token_hash: Vec<u8>,
    pub device: &'a str,
    pub expires_at: i64,
}

pub async fn insert_session(tx: &mut Tx<'_>, at: Moment, new: NewSession<'_>) -> Result<(), Stop> {
    let now = at.recorded.as_millisecond();
    tx.put(
        "INSERT INTO identity_sessions (cell, token_hash, id, person_id, device, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $6, $7)",
        db::args![new.id.cell.0, new.token_hash, new.id.uuid, new.person.uuid, new.device, now, new.expires_at],
    )
    .await?;
    Ok(())
}

pub async fn session_seen(tx: &mut Tx<'_>, session: SessionId, now: i64) -> Result<(), Stop> {
    tx.put(
        "UPDATE identity_sessions SET seen_at = $3 WHERE cell = $1 AND id = $2",
        db::args![session.cell.0, session.uuid, now],
    )
    .await?;
    Ok(())
}

/// Whose session it is, ended ones too.
pub async fn owner_of_session(tx: &mut Tx<'_>, session: SessionId) -> Result<Option<PersonId>, Stop> {
    let sql = format!("SELECT {SESSION} FROM identity_sessions WHERE cell = $1 AND id = $2");
    let row = tx.one::<SessionRow>(&sql, db::args![session.cell.0, session.uuid]).await?;
    Ok(row.map(|row| row.person()))
}

/// Ends a session of this person; false when there is none such.
pub async fn end_session(tx: &mut Tx<'_>, at: Moment, person: PersonId, session: SessionId) -> Result<bool, Stop> {
    let ended = tx
        .run(
            "UPDATE identity_sessions SET ended_at = $4 WHERE cell = $1 AND id = $2 AND person_id = $3 AND ended_at IS NULL",
            db::args![session.cell.0, session.uuid, person.uuid, at.recorded.as_millisecond()],
        )
        .await?;
    Ok(ended > 0)
}

/// Ends all sessions of a person but the one that asks.
pub async fn end_sessions_of(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    kept: Option<SessionId>,
) -> Result<(), Stop> {
    tx.put(
        "UPDATE identity_sessions SET ended_at = $4 WHERE cell = $1 AND person_id = $2 AND id <> $3 AND ended_at IS NULL",
        db::args![
            person.cell.0,
            person.uuid,
            kept.map_or(Uuid::nil(), |session| session.uuid),
            at.recorded.as_millisecond()
        ],
    )
    .await?;
    Ok(())
}

#[derive(Clone, Debug, Deserialize)]
pub struct TokenRow {
    pub cell: i32,
    pub id: Uuid,
    pub person_id: Uuid,
    pub name: String,
    pub scopes: String,
    pub created_at: i64,
    pub expires_at: Option<i64>,
}

impl TokenRow {
    pub fn person(&self) -> PersonId {
        Id::new(Cell(self.cell), self.person_id)
    }

    pub fn id(&self) -> TokenId {
        Id::new(Cell(self.cell), self.id)
    }
}

const TOKEN: &str = "cell, id, person_id, name, scopes, created_at, expires_at";

/// The tokens of a person that can still be used.
pub async fn tokens_of(tx: &mut Tx<'_>, person: PersonId, now: i64) -> Result<Vec<TokenRow>, Stop> {
    let sql = format!(
        "SELECT {TOKEN} FROM identity_tokens WHERE cell = $1 AND person_id = $2 AND ended_at IS NULL \
         AND (expires_at IS NULL OR expires_at > $3) ORDER BY created_at DESC, id"
    );
    Ok(tx.all::<TokenRow>(&sql, db::args![person.cell.0, person.uuid, now]).await?)
}

/// A token by its id, ended ones too.
pub async fn token_by_id(tx: &mut Tx<'_>, id: TokenId) -> Result<Option<TokenRow>, Stop> {
    let sql = format!("SELECT {TOKEN} FROM identity_tokens WHERE cell = $1 AND id = $2");
    Ok(tx.one::<TokenRow>(&sql, db::args![id.cell.0, id.uuid]).await?)
}

pub async fn token(tx: &mut Tx<'_>, cell: Cell, token_hash: &[u8], now: i64) -> Result<Option<TokenRow>, Stop> {
    let sql = format!(
        "SELECT {TOKEN} FROM identity_tokens WHERE cell = $1 AND token_hash = $2 AND ended_at IS NULL \
         AND (expires_at IS NULL OR expires_at > $3)"
    );
    Ok(tx.one::<TokenRow>(&sql, db::args![cell.0, token_hash.to_vec(), now]).await?)
}

pub struct NewToken<'a> {
    pub id: TokenId,
    pub person: PersonId,
    pub token_hash: Vec<u8>,
    pub name: &'a str,
    pub scopes: &'a str,
    pub expires_at: Option<i64>,
}

pub async fn insert_token(tx: &mut Tx<'_>, at: Moment, new: NewToken<'_>) -> Result<(), Stop> {
    tx.put(
        "INSERT INTO identity_tokens (cell, token_hash, id, person_id, name, scopes, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        db::args![
            new.id.cell.0,
            new.token_hash,
            new.id.uuid,
            new.person.uuid,
            new.name,
            new.scopes,
            at.recorded.as_millisecond(),
            new.expires_at
        ],
    )
    .await?;
    Ok(())
}

pub async fn end_token(tx: &mut Tx<'_>, at: Moment, token: TokenId) -> Result<bool, Stop> {
    let ended = tx
        .run(
            "UPDATE identity_tokens SET ended_at = $3 WHERE cell = $1 AND id = $2 AND ended_at IS NULL",
            db::args![token.cell.0, token.uuid, at.recorded.as_millisecond()],
        )
        .await?;
    Ok(ended > 0)
}
