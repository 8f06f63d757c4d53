//! What comes after the right password: nothing, a code, or setting up what gives codes.

use rules::shared::ids::PersonId;
use rules::shared::{Actor, Channel, Moment, Refusal};
use serde_json::json;

use super::actions::{self, Shown, Shows};
use super::store;
use crate::identity::actions::{Answer, SignedIn, open_session};
use crate::identity::store::{self as identity, PasswordRow};
use crate::{Stop, Tx, audit};

/// What is asked of somebody beyond a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Nothing,
    Code,
    /// Their role needs it and they have none yet.
    SetUp,
}

pub async fn asked(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<Asked, Stop> {
    let row = store::find(tx, person).await?;
    Ok(match row.is_some_and(|row| row.confirmed_at.is_some()) {
        true => Asked::Code,
        false if actions::is_required(tx, at, person).await? => Asked::SetUp,
        false => Asked::Nothing,
    })
}

/// Who gave the right password a moment ago. The day it was set is part of it: another password makes this one stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Half {
    pub account: String,
    pub changed_at: i64,
}

fn oneself(account: &PasswordRow) -> Actor {
    Actor::person(account.person(), Vec::new(), Channel::Web)
}

/// The right password was given: opens the session, or says what is asked besides. A secret is drawn for whoever has to
/// set one up and has none waiting.
pub async fn after_password(
    tx: &mut Tx<'_>,
    at: Moment,
    row: &PasswordRow,
    device: &str,
) -> Result<Result<SignedIn, Half>, Stop> {
    let half = Half { account: row.account.clone(), changed_at: row.changed_at };
    match asked(tx, at, row.person()).await? {
        Asked::Nothing => {
            identity::password_worked(tx, &row.account).await?;
            open_session(tx, at, row.person(), device).await.map(Ok)
        }
        Asked::Code => Ok(Err(half)),
        Asked::SetUp => {
            if actions::waiting(tx, at, row.person()).await?.is_none() {
                actions::draw(tx, &oneself(row), at, row).await?;
            }
            Ok(Err(half))
        }
    }
}

async fn whose(tx: &mut Tx<'_>, half: &Half) -> Result<Option<PasswordRow>, Stop> {
    let row = identity::password(tx, &half.account).await?;
    Ok(row.filter(|row| row.changed_at == half.changed_at && !row.must_change))
}

/// What is drawn for the second half: the secret to set up, or nothing but the field of the code. `None` when there is
/// nothing to ask any more.
pub async fn drawn(tx: &mut Tx<'_>, at: Moment, half: &Half) -> Result<Option<Option<Shown>>, Stop> {
    let Some(row) = whose(tx, half).await? else { return Ok(None) };
    Ok(match asked(tx, at, row.person()).await? {
        Asked::Nothing => None,
        Asked::Code => Some(None),
        Asked::SetUp => actions::waiting(tx, at, row.person()).await?.map(Some),
    })
}

/// Who came through.
pub struct Through {
    pub signed_in: SignedIn,
    /// Printed codes that are given this once, after setting up.
    pub codes: Vec<String>,
    /// How many printed ones are left, when one of them was used.
    pub left: Option<i64>,
}

/// The second half of a sign-in.
///
/// # Errors
/// `second-start-again`, and those of a code; `TooMany` while the account is locked.
pub async fn finish(tx: &mut Tx<'_>, at: Moment, half: &Half, code: &str, device: &str) -> Answer<Through> {
    let stale = || Refusal::new("second-start-again");
    let Some(row) = whose(tx, half).await? else { return Ok(Err(stale())) };
    let (person, who) = (row.person(), oneself(&row));
    let (codes, left) = match asked(tx, at, person).await? {
        Asked::Nothing => return Ok(Err(stale())),
        Asked::SetUp => match actions::confirm(tx, &who, at, person, code).await? {
            Ok(codes) => (codes, None),
            Err(refusal) => return Ok(Err(refusal)),
        },
        Asked::Code => match actions::prove(tx, at, &row, code).await? {
            Ok(Shows::Code) => (Vec::new(), None),
            Ok(Shows::Printed) => {
                let left = store::recovery_codes_left(tx, person).await?;
                audit::record(tx, &who, at, "identity.use_recovery_code", person, json!({ "left": left })).await?;
                (Vec::new(), Some(left))
            }
            Err(refusal) => return Ok(Err(refusal)),
        },
    };
    identity::password_worked(tx, &row.account).await?;
    let signed_in = open_session(tx, at, person, device).await?;
    Ok(Ok(Through { signed_in, codes, left }))
}
