//! SQL of second steps.

use db::At;
use rules::people::second_step::SECRET_BYTES;
use rules::shared::Moment;
use rules::shared::ids::PersonId;
use serde::Deserialize;
use uuid::Uuid;

use super::totp::Secret;
use crate::{Stop, Tx};

#[derive(Clone, Debug, Deserialize)]
pub struct StepRow {
    secret_sealed: Vec<u8>,
    pub begun_at: i64,
    pub confirmed_at: Option<i64>,
    pub last_step: i64,
}

fn sealed_at(person: Uuid) -> At<'static> {
    At { table: "identity_second_steps", column: "secret_sealed", id: person }
}

pub async fn find(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<StepRow>, Stop> {
    let sql = "SELECT secret_sealed, begun_at, confirmed_at, last_step FROM identity_second_steps \
               WHERE cell = $1 AND person_id = $2";
    Ok(tx.one::<StepRow>(sql, db::args![person.cell.0, person.uuid]).await?)
}

pub async fn secret(tx: &mut Tx<'_>, person: PersonId, row: &StepRow) -> Result<Secret, Stop> {
    let key = tx.data_key(person.cell.0, person.uuid).await?;
    let text = key.unseal(sealed_at(person.uuid), &row.secret_sealed).map_err(Stop::from)?;
    let bytes = data_encoding::BASE32_NOPAD.decode(text.as_bytes()).map_err(Stop::defect)?;
    <[u8; SECRET_BYTES]>::try_from(bytes.as_slice()).map_err(Stop::defect)
}

/// Keeps a new secret, in the place of one that was begun before.
pub async fn begin(tx: &mut Tx<'_>, at: Moment, person: PersonId, secret: &Secret) -> Result<(), Stop> {
    let key = tx.data_key(person.cell.0, person.uuid).await?;
    let sealed = key.seal(sealed_at(person.uuid), &data_encoding::BASE32_NOPAD.encode(secret));
    tx.put(
        "INSERT INTO identity_second_steps (cell, person_id, secret_sealed, begun_at, last_step) \
         VALUES ($1, $2, $3, $4, 0) ON CONFLICT (cell, person_id) DO UPDATE SET \
         secret_sealed = excluded.secret_sealed, begun_at = excluded.begun_at, confirmed_at = NULL, last_step = 0",
        db::args![person.cell.0, person.uuid, sealed, at.recorded.as_millisecond()],
    )
    .await?;
    Ok(())
}

pub async fn confirm(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<(), Stop> {
    tx.put(
        "UPDATE identity_second_steps SET confirmed_at = $3 WHERE cell = $1 AND person_id = $2",
        db::args![person.cell.0, person.uuid, at.recorded.as_millisecond()],
    )
    .await?;
    Ok(())
}

/// Takes the code of `step`; false when another request has taken it, or a later one, meanwhile.
pub async fn take(tx: &mut Tx<'_>, person: PersonId, step: i64) -> Result<bool, Stop> {
    let taken = tx
        .run(
            "UPDATE identity_second_steps SET last_step = $3 WHERE cell = $1 AND person_id = $2 AND last_step < $3",
            db::args![person.cell.0, person.uuid, step],
        )
        .await?;
    Ok(taken == 1)
}

fn code_hash(tx: &Tx<'_>, person: PersonId, code: &str) -> Vec<u8> {
    tx.vault().lookup("recovery-code", &format!("{person}:{code}"))
}

pub async fn put_recovery_code(tx: &mut Tx<'_>, person: PersonId, code: &str) -> Result<(), Stop> {
    let hash = code_hash(tx, person, code);
    tx.put(
        "INSERT INTO identity_recovery_codes (cell, person_id, code_hash) VALUES ($1, $2, $3)",
        db::args![person.cell.0, person.uuid, hash],
    )
    .await?;
    Ok(())
}

/// Uses a printed code up; false when it is none of theirs, or was used.
pub async fn use_recovery_code(tx: &mut Tx<'_>, at: Moment, person: PersonId, code: &str) -> Result<bool, Stop> {
    let hash = code_hash(tx, person, code);
    let used = tx
        .run(
            "UPDATE identity_recovery_codes SET used_at = $4 WHERE cell = $1 AND person_id = $2 AND code_hash = $3 \
             AND used_at IS NULL",
            db::args![person.cell.0, person.uuid, hash, at.recorded.as_millisecond()],
        )
        .await?;
    Ok(used == 1)
}

pub async fn recovery_codes_left(tx: &mut Tx<'_>, person: PersonId) -> Result<i64, Stop> {
    let sql = "SELECT COUNT(*) FROM identity_recovery_codes WHERE cell = $1 AND person_id = $2 AND used_at IS NULL";
    Ok(tx.scalar_i64(sql, db::args![person.cell.0, person.uuid]).await?)
}

/// Forgets the secret and the printed codes; false when there was none.
pub async fn remove(tx: &mut Tx<'_>, person: PersonId) -> Result<bool, Stop> {
    remove_recovery_codes(tx, person).await?;
    let sql = "DELETE FROM identity_second_steps WHERE cell = $1 AND person_id = $2";
    Ok(tx.run(sql, db::args![person.cell.0, person.uuid]).await? == 1)
}

pub async fn remove_recovery_codes(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Stop> {
    let sql = "DELETE FROM identity_recovery_codes WHERE cell = $1 AND person_id = $2";
    tx.run(sql, db::args![person.cell.0, person.uuid]).await?;
    Ok(())
}
