//! What an erasure takes out of signing in: phone, codes, account, devices, tokens, drafts, answers, messages.

use std::collections::BTreeSet;

use rules::shared::ids::{FileId, PersonId, SessionThing, TokenThing};
use rules::shared::{Cell, Id, Moment};
use serde::Deserialize;
use uuid::Uuid;

use super::{drafts, store};
use crate::exchange::loose;
use crate::jobs::notify;
use crate::{Stop, Tx};

/// `phone`: the one they signed in with, when one is known.
pub async fn erase(tx: &mut Tx<'_>, at: Moment, person: PersonId, phone: Option<&str>) -> Result<(), Stop> {
    let args = || db::args![Cell::ROOT.0, person.cell.0, person.uuid];
    for sql in [
        "DELETE FROM identity_codes WHERE cell = $1 AND phone_hash IN (SELECT phone_hash FROM identity_phones \
         WHERE cell = $1 AND person_cell = $2 AND person_id = $3)",
        "DELETE FROM identity_phones WHERE cell = $1 AND person_cell = $2 AND person_id = $3",
        "DELETE FROM identity_passwords WHERE cell = $1 AND person_cell = $2 AND person_id = $3",
    ] {
        tx.run(sql, args()).await?;
    }
    // A number that somebody else signs in with too is theirs.
    if let Some(phone) = phone
        && store::person_of_phone(tx, phone).await?.is_none()
    {
        store::remove_code(tx, phone).await?;
    }
    forget_answers(tx, person).await?;
    forget_drafts(tx, at, person).await?;
    for sql in [
        "DELETE FROM identity_sessions WHERE cell = $1 AND person_id = $2",
        "DELETE FROM identity_tokens WHERE cell = $1 AND person_id = $2",
        "DELETE FROM identity_second_steps WHERE cell = $1 AND person_id = $2",
        "DELETE FROM identity_recovery_codes WHERE cell = $1 AND person_id = $2",
    ] {
        tx.run(sql, db::args![person.cell.0, person.uuid]).await?;
    }
    notify::forget(tx, person, phone).await
}

/// Answers that are kept for a repetition, to them and about them. Nothing is lost: who repeats a request about somebody
/// erased learns that there is nobody.
async fn forget_answers(tx: &mut Tx<'_>, person: PersonId) -> Result<(), Stop> {
    #[derive(Deserialize)]
    struct Row {
        id: Uuid,
    }
    let mut callers = Vec::new();
    let of = |table: &str| format!("SELECT id FROM {table} WHERE cell = $1 AND person_id = $2 ORDER BY id");
    for row in tx.all::<Row>(&of("identity_sessions"), db::args![person.cell.0, person.uuid]).await? {
        callers.push(format!("session {}", Id::<SessionThing>::new(person.cell, row.id)));
    }
    for row in tx.all::<Row>(&of("identity_tokens"), db::args![person.cell.0, person.uuid]).await? {
        callers.push(format!("token {}", Id::<TokenThing>::new(person.cell, row.id)));
    }
    for caller in callers {
        // Also as it acted for another: the key goes on then.
        let sql = "DELETE FROM identity_answers WHERE cell = $1 AND caller >= $2 AND caller < $3";
        tx.run(sql, db::args![person.cell.0, caller.as_str(), format!("{caller}~")]).await?;
    }
    let about = format!("%{person}%");
    tx.run(
        "DELETE FROM identity_answers WHERE answer LIKE $1 ESCAPE '\\' OR route LIKE $1 ESCAPE '\\'",
        db::args![about],
    )
    .await?;
    Ok(())
}

/// Drafts, and the photos that lie in them.
async fn forget_drafts(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<(), Stop> {
    let mut files = BTreeSet::new();
    for draft in drafts::all(tx, person).await? {
        files.extend(files_in(&draft.content));
    }
    for file in files {
        loose::attached(tx, file).await?;
        loose::left(tx, at, file).await?;
    }
    tx.run("DELETE FROM identity_drafts WHERE cell = $1 AND person_id = $2", db::args![person.cell.0, person.uuid])
        .await?;
    Ok(())
}

/// The files whose ids stand in a text.
fn files_in(text: &str) -> impl Iterator<Item = FileId> + '_ {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter_map(|word| word.parse().ok())
}
