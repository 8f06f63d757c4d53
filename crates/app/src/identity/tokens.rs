//! API tokens: issued by an administrator, seen and ended by their owner too.

use jiff::{SignedDuration, Timestamp};
use rules::people::access::{self, IssueToken, PersonSubject};
use rules::people::account;
use rules::shared::ids::{PersonId, TokenId, TokenThing};
use rules::shared::{Actor, Length, Moment, Refusal, TokenScope};
use serde_json::json;

use super::passwords;
use super::secrets::{self, Secret};
use super::store::{self, NewToken, TokenRow};
pub use crate::web::calls::scopes;
use crate::{Stop, Tx, audit, people};

pub const TOKEN_PREFIX: &str = "ht_";

/// Ten years.
const MOST_DAYS: u16 = 3650;

/// A token that is to be issued.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub name: String,
    pub scopes: Vec<TokenScope>,
    /// For how many days, 1 to [`MOST_DAYS`]; `None` for one that lasts until it is ended.
    pub days: Option<u16>,
}

impl Wanted {
    /// One that may do all that its owner may, until it is ended.
    pub fn whole(name: &str) -> Wanted {
        Wanted { name: name.to_owned(), scopes: vec![TokenScope("*".into())], days: None }
    }
}

/// Issues a token for a person; the string is shown once and kept as a hash.
///
/// # Errors
/// `account-wider`, `token-not-staff`, `token-name-missing`, `text-too-long`, `token-scope-missing`,
/// `token-scope-unknown`, `token-days`, `token-scope-wider`.
pub async fn issue(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    person: PersonId,
    wanted: &Wanted,
) -> Result<(TokenId, String), Stop> {
    let row = people::store::present(tx, person).await?;
    let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
    access::on_person::<IssueToken>(who, &subject)?;
    account::may_have_token(who, &people::store::memberships_from(tx, person, at).await?)?;
    let name = wanted.name.trim();
    if name.is_empty() {
        return Err(Refusal::new("token-name-missing").at_field("name").into());
    }
    Length::Name.fits("name", name)?;
    let scopes: Vec<&str> = wanted.scopes.iter().map(|s| s.0.as_str()).collect();
    if scopes.is_empty() {
        return Err(Refusal::new("token-scope-missing").at_field("scopes").into());
    }
    let known = self::scopes();
    if let Some(unknown) = scopes.iter().find(|scope| !known.iter().any(|known| known == *scope)) {
        let refusal = Refusal::new("token-scope-unknown").with("scope", *unknown).with("known", known.join(", "));
        return Err(refusal.at_field("scopes").into());
    }
    if wanted.days.is_some_and(|days| !(1..=MOST_DAYS).contains(&days)) {
        return Err(Refusal::new("token-days").with("most", i64::from(MOST_DAYS)).at_field("days").into());
    }
    account::may_give_scopes(who, &scopes)?;
    let Secret { text, hash } = secrets::draw(tx, TOKEN_PREFIX, person.cell);
    let id = tx.new_id::<TokenThing>(person.cell, at);
    let term = |days: u16| SignedDuration::from_hours(24 * i64::from(days));
    let expires_at = wanted.days.map(|days| (at.recorded + term(days)).as_millisecond());
    let new = NewToken { id, person, token_hash: hash, name, scopes: &scopes.join(" "), expires_at };
    store::insert_token(tx, at, new).await?;
    audit::record(tx, who, at, "identity.issue_token", person, json!({ "name": name, "scopes": scopes })).await?;
    passwords::tell(tx, who, at, person, "token_issued").await?;
    Ok((id, text))
}

/// Ends a token: one's own, or for an administrator anybody's.
pub async fn revoke(tx: &mut Tx<'_>, who: &Actor, at: Moment, token: TokenId) -> Result<PersonId, Stop> {
    let row = store::token_by_id(tx, token).await?.ok_or(Stop::Missing)?;
    let owner = row.person();
    let home = people::store::person(tx, owner).await?.ok_or(Stop::Missing)?.place_path;
    // Somebody else's token is not there for those who may not end it.
    access::on_token(who, token, owner, &home).map_err(|_| Stop::Missing)?;
    if !store::end_token(tx, at, token).await? {
        return Err(Refusal::new("token-ended").into());
    }
    audit::record(tx, who, at, "identity.revoke_token", owner, json!({ "name": row.name })).await?;
    Ok(owner)
}

/// The tokens of a person, for themselves and for whoever may issue them.
pub async fn of(tx: &mut Tx<'_>, who: &Actor, person: PersonId, now: Timestamp) -> Result<Vec<TokenRow>, Stop> {
    if who.person != Some(person) {
        let row = people::store::present(tx, person).await?;
        let subject = PersonSubject { person, home_path: &row.place_path, serving_now: &[] };
        access::on_person::<IssueToken>(who, &subject).map_err(|_| Stop::Missing)?;
    }
    store::tokens_of(tx, person, now.as_millisecond()).await
}
