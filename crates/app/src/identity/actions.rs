//! Signing in by phone and one-time code, joining, and ending sessions.

use jiff::SignedDuration;
use rules::people::Phone;
use rules::people::access as people_access;
use rules::people::codes::sign_in_code;
use rules::shared::ids::{PersonId, PlaceId, SessionId, SessionThing};
use rules::shared::{Actor, Channel, Moment, Refusal};
use serde_json::json;
use subtle::ConstantTimeEq;

use super::second::entering::{Asked, asked};
use super::secrets::{self, Secret};
use super::store::{self, NewSession};
use crate::jobs::notify::{self, Outgoing};
use crate::{Stop, Tx, audit, people, places};

/// How long a code is good, and how soon another may be asked for (ux.md J1: 10 minutes).
const CODE_TERM: SignedDuration = SignedDuration::from_mins(10);
const CODE_PAUSE: SignedDuration = SignedDuration::from_secs(60);
const CODE_FAILURES: i32 = 5;
/// Staff sign in every working day; residents keep their phone.
const STAFF_SESSION: SignedDuration = SignedDuration::from_hours(12);
const RESIDENT_SESSION: SignedDuration = SignedDuration::from_hours(24 * 30);

pub const SESSION_PREFIX: &str = "hs_";

/// Sends a one-time code to a phone: to sign in, or for a number nobody has yet, to join. Whoever asks gets the same
/// answer for both, so that nobody learns who is registered.
///
/// # Errors
/// `phone-landline`: no text message reaches it; `code-spent`: too many wrong ones were typed, and the next is not sent yet.
pub async fn request_code(tx: &mut Tx<'_>, at: Moment, phone: &Phone) -> Result<(), Stop> {
    if !phone.is_mobile() {
        return Err(Refusal::new("phone-landline").at_field("phone").into());
    }
    let now = at.recorded;
    if let Some(row) = store::code(tx, phone.reveal()).await? {
        let next = row.sent_at + i64::try_from(CODE_PAUSE.as_millis()).unwrap_or(0);
        if now.as_millisecond() < next {
            let left = u64::try_from(next - now.as_millisecond()).unwrap_or(0).div_ceil(1000);
            // The one that was sent a moment ago cannot be typed any more.
            if row.failures >= CODE_FAILURES {
                let seconds = i64::try_from(left).unwrap_or(i64::MAX);
                return Err(Refusal::new("code-spent").with("seconds", seconds).at_field("phone").into());
            }
            return Err(Stop::TooMany { seconds: left });
        }
    }
    let person = store::person_of_phone(tx, phone.reveal()).await?;
    let code = secrets::draw_code(tx);
    let hash = tx.vault().lookup("code", &format!("{}:{code}", phone.reveal()));
    store::put_code(tx, phone.reveal(), hash, now.as_millisecond(), (now + CODE_TERM).as_millisecond()).await?;
    let values = json!({ "code": code });
    let outgoing = Outgoing { to: phone.reveal(), person, template: "sign-in-code", values, until: None };
    notify::send(tx, at, outgoing).await
}

/// Who showed that a phone is theirs.
pub enum Entered {
    Known(SignedIn),
    /// Nobody has this number yet: they may join.
    New,
}

/// What signing in gives: the session string for the cookie, and whose it is.
pub struct SignedIn {
    pub person: PersonId,
    pub session: SessionId,
    pub secret: String,
    pub lasts: SignedDuration,
}

/// A code that does not fit is counted before it is refused, so the count must outlive the refusal: the outer `Result`
/// is the transaction's, the inner one the answer.
pub type Answer<T> = Result<Result<T, Refusal>, Stop>;

pub async fn sign_in_with_code(
    tx: &mut Tx<'_>,
    at: Moment,
    phone: &Phone,
    code: &str,
    device: &str,
) -> Answer<Entered> {
    let now = at.recorded.as_millisecond();
    // What can be no code is a slip of the fingers, and costs none of the tries.
    let code = match sign_in_code(code) {
        Ok(code) => code,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let wrong = || Refusal::new("code-wrong").at_field("code");
    let Some(row) = store::code(tx, phone.reveal()).await? else { return Ok(Err(wrong())) };
    if row.expires_at <= now {
        return Ok(Err(Refusal::new("code-expired").at_field("code")));
    }
    let used_up = || Refusal::new("code-used-up").at_field("code");
    if row.failures >= CODE_FAILURES {
        return Ok(Err(used_up()));
    }
    let hash = tx.vault().lookup("code", &format!("{}:{}", phone.reveal(), code));
    if !bool::from(hash.ct_eq(&row.code_hash)) {
        store::code_failed(tx, phone.reveal()).await?;
        return Ok(Err(if row.failures + 1 >= CODE_FAILURES { used_up() } else { wrong() }));
    }
    store::remove_code(tx, phone.reveal()).await?;
    match store::person_of_phone(tx, phone.reveal()).await? {
        Some(person) => match by_phone_alone(tx, at, person).await? {
            Ok(()) => open_session(tx, at, person, device).await.map(|signed_in| Ok(Entered::Known(signed_in))),
            Err(refusal) => Ok(Err(refusal)),
        },
        None => Ok(Ok(Entered::New)),
    }
}

/// Whether a telephone is enough: who signs in by two steps does not get round them by another door.
async fn by_phone_alone(tx: &mut Tx<'_>, at: Moment, person: PersonId) -> Answer<()> {
    Ok(match asked(tx, at, person).await? {
        Asked::Nothing => Ok(()),
        Asked::Code | Asked::SetUp => Err(Refusal::new("second-by-account").at_field("code")),
    })
}

/// Registers somebody who showed that `phone` is theirs, and signs them in. Sent twice, the second finds the first.
///
/// # Errors
/// `person-name-missing`, `join-place`, `second-by-account`.
pub async fn join(
    tx: &mut Tx<'_>,
    at: Moment,
    phone: &Phone,
    name: &str,
    place: PlaceId,
    device: &str,
) -> Result<SignedIn, Stop> {
    let person = match store::person_of_phone(tx, phone.reveal()).await? {
        Some(person) => {
            by_phone_alone(tx, at, person).await??;
            person
        }
        None => {
            let place = places::store::by_id(tx, place).await?.filter(places::picker::is_settled);
            let place = place.ok_or_else(|| Refusal::new("join-place").at_field("place"))?;
            let invented = tx.city().settings.demo;
            let phone = Some(phone.reveal().to_owned());
            let new = people::actions::Registration { name: name.to_owned(), phone, invented, ..Default::default() };
            let person = people::actions::enter(tx, at, &place, &new).await?;
            let who = Actor::person(person, Vec::new(), Channel::Web);
            audit::record(tx, &who, at, "people.join", person, json!({ "place": place.code })).await?;
            person
        }
    };
    open_session(tx, at, person, device).await
}

pub(super) async fn open_session(
    tx: &mut Tx<'_>,
    at: Moment,
    person: PersonId,
    device: &str,
) -> Result<SignedIn, Stop> {
    let memberships = people::store::memberships(tx, person, at).await?;
    let who = Actor::person(person, memberships, Channel::Web);
    let lasts = if who.is_staff() { STAFF_SESSION } else { RESIDENT_SESSION };
    let Secret { text, hash } = secrets::draw(tx, SESSION_PREFIX, person.cell);
    let session = tx.new_id::<SessionThing>(person.cell, at);
    let device: String = device.chars().take(120).collect();
    let expires_at = (at.recorded + lasts).as_millisecond();
    store::insert_session(tx, at, NewSession { id: session, person, token_hash: hash, device: &device, expires_at })
        .await?;
    audit::record(tx, &who, at, "identity.sign_in", person, json!({})).await?;
    Ok(SignedIn { person, session, secret: text, lasts })
}

/// Ends a session: signing out, another device of one's own, or for an administrator anybody's.
pub async fn revoke_session(tx: &mut Tx<'_>, who: &Actor, at: Moment, session: SessionId) -> Result<PersonId, Stop> {
    let person = store::owner_of_session(tx, session).await?.ok_or(Stop::Missing)?;
    let home = people::store::person(tx, person).await?.ok_or(Stop::Missing)?.place_path;
    // Somebody else's session is not there for those who may not end it.
    people_access::on_session(who, session, person, &home).map_err(|_| Stop::Missing)?;
    if !store::end_session(tx, at, person, session).await? {
        return Err(Stop::Missing);
    }
    audit::record(tx, who, at, "identity.revoke_session", person, json!({})).await?;
    Ok(person)
}
