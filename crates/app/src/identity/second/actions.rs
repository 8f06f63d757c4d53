//! Setting a second step up, ending it, taking it away.

use jiff::SignedDuration;
use rules::people::access::{
    BeginSecondStep, ConfirmSecondStep, EndSecondStep, PersonSubject, PersonVerb, ResetSecondStep, on_person,
};
use rules::people::second_step::{self as rule, RECOVERY_CODES, Typed};
use rules::people::{account as rules_of_accounts, password};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Refusal};
use serde_json::json;

use super::store::{self, StepRow};
use super::totp::{self, Secret};
use crate::identity::actions::Answer;
use crate::identity::passwords;
use crate::identity::store::{self as identity, PasswordRow};
use crate::{Stop, Tx, audit, people};

/// How long a new secret waits for its first code: whoever finds the page open later is not shown it.
const WAITS: SignedDuration = SignedDuration::from_mins(15);

/// How somebody's second step stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// Since when it is asked for; `None` while it is not.
    pub since: Option<i64>,
    /// Printed codes that were not used yet.
    pub codes_left: i64,
    /// The city or the county asks it of their role.
    pub is_required: bool,
}

/// A secret that waits for its first code, as its owner is shown it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// To be typed, in groups of four.
    pub text: String,
    /// To be scanned.
    pub uri: String,
}

async fn permit<V: PersonVerb>(tx: &mut Tx<'_>, who: &Actor, person: PersonId) -> Result<(), Stop> {
    let row = people::store::person(tx, person).await?.ok_or(Stop::Missing)?;
    on_person::<V>(who, &PersonSubject { person, home_path: &row.place_path, serving_now: &[] })?;
    Ok(())
}

/// How it stands, for its owner and for whoever may take it away.
pub async fn standing(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId) -> Result<Standing, Stop> {
    if who.person != Some(person) {
        permit::<ResetSecondStep>(tx, who, person).await.map_err(|_| Stop::Missing)?;
    }
    let since = store::find(tx, person).await?.and_then(|row| row.confirmed_at);
    let codes_left = store::recovery_codes_left(tx, person).await?;
    Ok(Standing { since, codes_left, is_required: is_required(tx, at, person).await? })
}

pub(super) async fn is_required(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<bool, Stop> {
    let memberships = people::store::memberships(tx, person, at).await?;
    let city = tx.city();
    Ok(city.settings.sign_in.asks(&memberships, city.calendar.date(at.recorded)))
}

/// The secret that waits, for its owner.
pub async fn waiting(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Result<Option<Shown>, Stop> {
    let Some(row) = store::find(tx, person).await?.filter(|row| waits(row, at)) else { return Ok(None) };
    let Some(account) = identity::password_of(tx, person).await? else { return Ok(None) };
    let secret = store::secret(tx, person, &row).await?;
    Ok(Some(shown(tx, &secret, &account)))
}

fn waits(row: &StepRow, at: Moment) -> bool {
    row.confirmed_at.is_none() && (at.recorded - WAITS).as_millisecond() < row.begun_at
}

fn shown(tx: &Tx<'_>, secret: &Secret, account: &PasswordRow) -> Shown {
    Shown { text: totp::text(secret), uri: totp::uri(secret, &account.account, &tx.city().settings.runner) }
}

/// Draws a secret, to be shown to its owner until a first code confirms it. `fits`: whether the password they typed is
/// theirs; a wrong one counts as a failed sign-in.
///
/// # Errors
/// `second-no-account`, `second-on`, `password-wrong`.
pub async fn begin(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, fits: bool) -> Answer<Shown> {
    permit::<BeginSecondStep>(tx, who, person).await?;
    let Some(account) = identity::password_of(tx, person).await? else {
        return Ok(Err(Refusal::new("second-no-account")));
    };
    if store::find(tx, person).await?.is_some_and(|row| row.confirmed_at.is_some()) {
        return Ok(Err(Refusal::new("second-on")));
    }
    if let Err(refusal) = passwords::counted(tx, at, &account.account, fits, "password").await? {
        return Ok(Err(refusal));
    }
    identity::password_worked(tx, &account.account).await?;
    draw(tx, who, at, &account).await.map(Ok)
}

pub(super) async fn draw(tx: &mut Tx<'_>, who: &Actor, at: Moment, account: &PasswordRow) -> Result<Shown, Stop> {
    let (person, secret) = (account.person(), tx.random());
    store::begin(tx, at, person, &secret).await?;
    audit::record(tx, who, at, "identity.begin_second_step", person, json!({})).await?;
    Ok(shown(tx, &secret, account))
}

/// Shows by a first code that the telephone has the secret: from now on it is asked for. The printed codes are given this
/// once.
///
/// # Errors
/// `second-begin-again`, `second-code-form`, `second-code-wrong`; `TooMany` while the account is locked.
pub async fn confirm(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, code: &str) -> Answer<Vec<String>> {
    permit::<ConfirmSecondStep>(tx, who, person).await?;
    let row = store::find(tx, person).await?.filter(|row| waits(row, at));
    let account = identity::password_of(tx, person).await?;
    let (Some(row), Some(account)) = (row, account) else { return Ok(Err(Refusal::new("second-begin-again"))) };
    passwords::unlocked(&account, at)?;
    let code = match rule::typed(code) {
        Ok(Typed::Code(code)) => code,
        Ok(Typed::Recovery(_)) => return Ok(Err(Refusal::new("second-code-form").at_field("code"))),
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Err(refusal) = take(tx, at, (person, &row), &code).await? {
        passwords::failed(tx, at, &account).await?;
        return Ok(Err(refusal));
    }
    store::confirm(tx, at, person).await?;
    store::remove_recovery_codes(tx, person).await?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| password::invent(tx.random())).collect();
    for code in &codes {
        store::put_recovery_code(tx, person, &code.replace('-', "")).await?;
    }
    audit::record(tx, who, at, "identity.confirm_second_step", person, json!({})).await?;
    Ok(Ok(codes))
}

async fn take(tx: &mut Tx<'_>, at: Moment, (person, row): (PersonId, &StepRow), code: &str) -> Answer<()> {
    let secret = store::secret(tx, person, row).await?;
    let step = match rule::take(totp::fitting(&secret, code, at.recorded), row.last_step) {
        Ok(step) => step,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let used = || Refusal::new("second-code-used").at_field("code");
    Ok(if store::take(tx, person, step).await? { Ok(()) } else { Err(used()) })
}

/// By what somebody showed that it is them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    Code,
    /// One of the printed codes, which is good no more.
    Printed,
}

/// Compares what was typed with their telephone's code and their printed ones. A wrong one counts as a failed sign-in and
/// locks the account at the fifth; a code that was taken a moment ago, or cannot be one, does not.
pub(super) async fn prove(tx: &mut Tx<'_>, at: Moment, account: &PasswordRow, typed: &str) -> Answer<Shows> {
    passwords::unlocked(account, at)?;
    let person = account.person();
    let row = store::find(tx, person).await?.filter(|row| row.confirmed_at.is_some()).ok_or(Stop::Missing)?;
    let proved = match rule::typed(typed) {
        Err(refusal) => return Ok(Err(refusal)),
        Ok(Typed::Code(code)) => take(tx, at, (person, &row), &code).await?.map(|()| Shows::Code),
        Ok(Typed::Recovery(code)) => {
            let used = store::use_recovery_code(tx, at, person, &code).await?;
            if used { Ok(Shows::Printed) } else { Err(Refusal::new("second-code-wrong").at_field("code")) }
        }
    };
    if proved.as_ref().is_err_and(|refusal| refusal.code == "second-code-wrong") {
        passwords::failed(tx, at, account).await?;
    }
    Ok(proved)
}

/// Ends one's own, by a last code. Whose role needs one keeps it.
///
/// # Errors
/// `second-off`, `second-required`, and those of a code.
pub async fn end(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, code: &str) -> Answer<()> {
    permit::<EndSecondStep>(tx, who, person).await?;
    let on = store::find(tx, person).await?.is_some_and(|row| row.confirmed_at.is_some());
    let account = identity::password_of(tx, person).await?.filter(|_| on);
    let Some(account) = account else { return Ok(Err(Refusal::new("second-off"))) };
    if is_required(tx, at, person).await? {
        return Ok(Err(Refusal::new("second-required")));
    }
    if let Err(refusal) = prove(tx, at, &account, code).await? {
        return Ok(Err(refusal));
    }
    identity::password_worked(tx, &account.account).await?;
    store::remove(tx, person).await?;
    audit::record(tx, who, at, "identity.end_second_step", person, json!({})).await?;
    Ok(Ok(()))
}

/// Takes somebody's second step away, because the telephone and the printed codes are lost; their sessions end. Where
/// their role needs one, they set up another when they sign in next.
///
/// # Errors
/// `second-reset-own`, `account-wider`, `second-reset-reason`, `second-off`.
pub async fn reset(tx: &mut Tx<'_>, who: &Actor, at: Moment, person: PersonId, reason: &str) -> Result<(), Stop> {
    permit::<ResetSecondStep>(tx, who, person).await?;
    if who.person == Some(person) {
        return Err(Refusal::new("second-reset-own").into());
    }
    rules_of_accounts::may_open(who, &people::store::memberships_from(tx, person, at).await?)?;
    let reason = rule::reset_reason(reason)?;
    if !store::remove(tx, person).await? {
        return Err(Refusal::new("second-off").into());
    }
    identity::end_sessions_of(tx, at, person, None).await?;
    audit::record(tx, who, at, "identity.reset_second_step", person, json!({ "reason": reason })).await?;
    passwords::tell(tx, who, at, person, "second_step_reset").await
}
