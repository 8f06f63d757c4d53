//! Staff accounts: opened and reset by an administrator, their password chosen by who uses them.
//!
//! Comparing and hashing are slow on purpose and happen outside any transaction; what is decided by them comes in as an
//! argument.

use jiff::SignedDuration;
use rules::people::access::{self, PersonSubject, ResetPassword, SetPassword};
use rules::people::password;
use rules::shared::ids::{PersonId, SessionId};
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::actions::{Answer, SignedIn};
use super::second::entering::{Half, after_password};
use super::store::{self, PasswordRow};
use crate::{Stop, Tx, audit, people};

/// GB/T 22239 asks for a limit on failed sign-ins; the numbers are usual settings, not the standard's (domain.md §9.2).
const FAILURES: i32 = 5;
const LOCK: SignedDuration = SignedDuration::from_mins(15);

/// What is known of an account before its password is compared.
///
/// # Errors
/// `TooMany` while it is locked.
pub async fn find(tx: &mut Tx<'_>, at: Moment, account: &str) -> Result<Option<PasswordRow>, Stop> {
    let row = store::password(tx, account).await?;
    row.as_ref().map_or(Ok(()), |row| unlocked(row, at))?;
    Ok(row)
}

/// # Errors
/// `TooMany` while it is locked.
pub(super) fn unlocked(row: &PasswordRow, at: Moment) -> Result<(), Stop> {
    match row.locked_until {
        Some(until) if until > at.recorded.as_millisecond() => {
            let seconds = (until - at.recorded.as_millisecond()) / 1000 + 1;
            Err(Stop::TooMany { seconds: u64::try_from(seconds).unwrap_or(60) })
        }
        _ => Ok(()),
    }
}

/// What the right password gives.
pub enum Entered {
    In(SignedIn),
    /// It was set by somebody else: one's own has to be chosen first.
    Choose,
    /// The second step is to come.
    Half(Half),
}

impl From<Result<SignedIn, Half>> for Entered {
    fn from(entered: Result<SignedIn, Half>) -> Entered {
        entered.map_or_else(Entered::Half, Entered::In)
    }
}

/// Ends a sign-in by password: counts a failure and locks, or opens the session.
pub async fn finish(tx: &mut Tx<'_>, at: Moment, account: &str, fits: bool, device: &str) -> Answer<Entered> {
    match counted(tx, at, account, fits, "account").await? {
        Err(refusal) => Ok(Err(refusal)),
        Ok(row) if row.must_change => Ok(Ok(Entered::Choose)),
        Ok(row) => after_password(tx, at, &row, device).await.map(|entered| Ok(entered.into())),
    }
}

/// A password that is not right, or an account that is not: whoever tries others' is not told which. `asked`: `account` where
/// that is typed too, else `password`.
fn wrong(asked: &'static str) -> Refusal {
    Refusal::new("password-wrong").with("asked", asked).at_field("password")
}

/// Counts a wrong password and locks at the fifth. The wrong ones before are forgotten by whoever goes on: after a right
/// password a wrong code may follow, and both are counted together. `asked`: as in [`wrong`].
pub(super) async fn counted(
    tx: &mut Tx<'_>,
    at: Moment,
    account: &str,
    fits: bool,
    asked: &'static str,
) -> Answer<PasswordRow> {
    let wrong = wrong(asked);
    let Some(row) = store::password(tx, account).await? else { return Ok(Err(wrong)) };
    if !fits {
        failed(tx, at, &row).await?;
        return Ok(Err(wrong));
    }
    Ok(Ok(row))
}

/// Counts a failure, and locks the account at the fifth.
pub(super) async fn failed(tx: &mut Tx<'_>, at: Moment, row: &PasswordRow) -> Result<(), Stop> {
    let until = (row.failures + 1 >= FAILURES).then(|| (at.recorded + LOCK).as_millisecond());
    store::password_failed(tx, &row.account, until).await
}

/// Chooses one's own password, when the present one fits: `hash` is the new one's. All other sessions end, because a
/// password is also changed by those who fear that somebody has it.
pub async fn choose(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    account: &str,
    (fits, hash): (bool, &str),
    session: Option<SessionId>,
) -> Answer<PersonId> {
    chosen(tx, who, at, account, (fits, hash, "password"), session).await
}

async fn chosen(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    account: &str,
    (fits, hash, asked): (bool, &str, &'static str),
    session: Option<SessionId>,
) -> Answer<PersonId> {
    let row = match counted(tx, at, account, fits, asked).await? {
        Ok(row) => row,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let person = row.person();
    let home = people::store::present(tx, person).await?.place_path;
    access::on_person::<SetPassword>(who, &PersonSubject { person, home_path: &home, serving_now: &[] })?;
    store::put_password(tx, at, person, account, (hash, false)).await?;
    store::end_sessions_of(tx, at, person, session).await?;
    audit::record(tx, who, at, "identity.set_password", person, json!({})).await?;
    Ok(Ok(person))
}

/// Chooses one's first own password, with the one an administrator set, and goes on as after any right password.
pub async fn choose_first(
    tx: &mut Tx<'_>,
    at: Moment,
    account: &str,
    (fits, hash): (bool, &str),
    device: &str,
) -> Answer<Entered> {
    let Some(row) = store::password(tx, account).await? else {
        return Ok(Err(wrong("account")));
    };
    let who = Actor::person(row.person(), Vec::new(), rules::shared::Channel::Web);
    // Nobody is signed in yet: both were typed.
    if let Err(refusal) = chosen(tx, &who, at, account, (fits, hash, "account"), None).await? {
        return Ok(Err(refusal));
    }
    let row = store::password(tx, account).await?.ok_or(Stop::Missing)?;
    after_password(tx, at, &row, device).await.map(|entered| Ok(entered.into()))
}

/// The account of a person, for themselves and for whoever may reset it.
pub async fn account_of(tx: &mut Tx<'_>, who: &Actor, person: PersonId) -> Result<Option<PasswordRow>, Stop> {
    if who.person != Some(person) {
        let row = people::store::present(tx, person).await?;
        let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
        access::on_person::<ResetPassword>(who, &subject).map_err(|_| Stop::Missing)?;
    }
    store::password_of(tx, person).await
}

/// Opens a staff account, or gives it a password for one sign-in and lifts its lock; its sessions end. `hash` is that of
/// the password that is handed over. An account keeps its name.
///
/// # Errors
/// `account-wider`, `account-name`, `account-taken`, `account-not-staff`.
pub async fn reset(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    account: &str,
    hash: &str,
) -> Result<String, Stop> {
    let row = people::store::present(tx, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    access::on_person::<ResetPassword>(who, &subject)?;
    rules::people::account::may_open(who, &people::store::memberships_from(tx, person, at).await?)?;
    let account = match store::password_of(tx, person).await? {
        Some(row) => row.account,
        None => {
            let memberships = people::store::memberships(tx, person, at).await?;
            if !Actor::person(person, memberships, who.channel).is_staff() {
                return Err(Refusal::new("account-not-staff").into());
            }
            let account = password::account(account)?;
            if store::password(tx, &account).await?.is_some() {
                return Err(Refusal::new("account-taken").with("account", account).at_field("account").into());
            }
            account
        }
    };
    store::put_password(tx, at, person, &account, (hash, true)).await?;
    store::end_sessions_of(tx, at, person, None).await?;
    audit::record(tx, who, at, "identity.reset_password", person, json!({ "account": account })).await?;
    tell(tx, who, at, person, "password_reset").await?;
    Ok(account)
}

/// Tells somebody by their own phone that an administrator opened a way into their account.
pub(super) async fn tell(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    template: &'static str,
) -> Result<(), Stop> {
    if who.is_system() || who.person == Some(person) {
        return Ok(());
    }
    let city = tx.city();
    let link = format!("{}/me/tokens", city.settings.base_url);
    people::tell(tx, at, person, template, json!({ "hotline": city.settings.hotline, "link": link })).await
}
