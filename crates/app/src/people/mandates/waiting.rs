//! What somebody asked to do for another, or of another, as they asked it. Whether the number is registered they are not told:
//! what they asked waits for them alike until it is answered, taken back or lapsed. Whoever answers tells them that: yes or
//! no. It is theirs alone, like a draft, and kept as one.

use rules::people::Phone;
use rules::people::mandate::{self, Kinds, Side, Standing, term};
use rules::shared::code::{Code, in_groups};
use rules::shared::ids::{MandateId, PersonId};
use rules::shared::{Actor, Length, Moment, Refusal};
use serde::{Deserialize, Serialize};

use super::actions::{self, Asking};
use super::store::{MandateRow, PrivateRow};
use super::{stands, store};
use crate::{Stop, Tx, identity, people};

/// The draft that it is kept as.
pub const DRAFT: &str = "mandates.asked";

/// Something asked for that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// In milliseconds; what it is taken back by.
    pub asked_at: i64,
    /// The number or the code of a card, as it was typed.
    typed: String,
    /// What the other side was called; empty when that was not said.
    #[serde(default)]
    name: String,
    /// The other side shall act for whoever asked; they for it when not.
    #[serde(default)]
    pub for_me: bool,
    /// As [`Kinds::text`] writes them.
    kinds: String,
    mandate: Option<MandateId>,
    /// The other side said no.
    #[serde(skip)]
    pub refused: bool,
}

impl Waiting {
    pub fn kinds(&self) -> Kinds {
        Kinds::from_text(&self.kinds)
    }

    /// The number or the code of a card, as it was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// What the other side was called; empty when that was not said.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number that was typed, masked; `None` for a card.
    pub fn phone(&self) -> Option<String> {
        Phone::parse(&self.typed).ok().map(|phone| phone.masked())
    }

    /// The last group of the code that stands on the card; `None` for what was scanned.
    pub fn last_of_card(&self) -> Option<String> {
        let code = self.typed.parse::<Code>().ok()?;
        in_groups(&code.plain()).rsplit('-').next().map(str::to_owned)
    }
}

/// All that was asked for and is still kept, the oldest first.
pub async fn kept(tx: &mut Tx<'_>, me: PersonId) -> Result<Vec<Waiting>, Stop> {
    match identity::drafts::load(tx, me, DRAFT).await? {
        Some(draft) => Ok(serde_json::from_str(&draft.content)?),
        None => Ok(Vec::new()),
    }
}

/// What waits for `me` to be answered, and what was refused, the newest first.
pub async fn of(tx: &mut Tx<'_>, me: PersonId, at: Moment) -> Result<Vec<Waiting>, Stop> {
    let answer_within = i64::from(term(tx.city().calendar.date(at.recorded)).answer_within);
    let oldest = at.recorded.as_millisecond() - 86_400_000 * answer_within;
    let mut waiting = Vec::new();
    for mut one in kept(tx, me).await?.into_iter().rev().filter(|one| one.asked_at > oldest) {
        let row = match one.mandate {
            Some(id) => store::mandate(tx, id).await?,
            None => None,
        };
        if row.as_ref().is_some_and(MandateRow::is_taken_back) {
            continue;
        }
        one.refused = row.as_ref().is_some_and(MandateRow::is_refused);
        if row.is_none_or(|row| row.confirmed_at.is_none()) {
            waiting.push(one);
        }
    }
    Ok(waiting)
}

/// Asks to act for whoever a number or a card names, or that they act for `who`, and keeps that it was asked. `answers`: which of
/// both is asked.
///
/// # Errors
/// As [`actions::ask`]; `mandate-held` when the same waits already; `mandate-name` when nobody is named who shall act.
pub async fn ask(
    tx: &mut Tx<'_>,
    who: &Actor,
    at: Moment,
    answers: Side,
    (typed, found): (&str, Option<PersonId>),
    asking: &Asking,
) -> Result<(), Stop> {
    let me = who.person.ok_or(Stop::SignIn)?;
    let mut waiting = of(tx, me, at).await?;
    waiting.reverse();
    let typed = Phone::parse(typed).map_or_else(|_| typed.to_owned(), |phone| phone.reveal().to_owned());
    let for_me = answers == Side::Delegate;
    let is_same = |one: &Waiting| one.typed == typed && one.for_me == for_me;
    // Who said no may be asked again.
    waiting.retain(|one| !is_same(one) || !one.refused);
    if waiting.iter().any(is_same) {
        return Err(Refusal::new("mandate-held").into());
    }
    // What is wrong with the form is wrong with it whomever the number belongs to.
    let city = tx.city();
    let known: Vec<&str> = city.raised_by_residents().map(|kind| kind.id.as_str()).collect();
    let kinds = Kinds::chosen(&asking.kinds, &known)?;
    let term = term(city.calendar.date(at.recorded));
    Length::Name.fits("name", asking.name.as_str())?;
    mandate::may_name(for_me, &asking.named)?;
    if for_me {
        mandate::is_named(&asking.name)?;
        let own = store::private_of(tx, me).await?;
        let own: Vec<_> = own.iter().map(PrivateRow::private).collect();
        mandate::named_of(&asking.named, &own, &kinds)?;
    }
    // A name that does not go with the number is as a number that nobody has: nobody is asked, and it waits alike.
    let found = match found {
        Some(person) if mandate::is_meant(&asking.name, &people::store::present(tx, person).await?.name).is_ok() => {
            Some(person)
        }
        _ => None,
    };
    let whom = found.unwrap_or_else(|| tx.new_id(me.cell, at));
    let (person, delegate) = if for_me { (me, whom) } else { (whom, me) };
    mandate::ask(person, delegate, false, asking.days.unwrap_or(term.usual), term)?;
    let mandate = match found {
        Some(_) => Some(actions::ask(tx, who, at, (person, delegate), asking).await?),
        None => None,
    };
    let (asked_at, name, kinds) = (at.recorded.as_millisecond(), asking.name.trim().to_owned(), kinds.text());
    waiting.push(Waiting { asked_at, typed, name, for_me, kinds, mandate, refused: false });
    identity::drafts::save(tx, at, me, DRAFT, &serde_json::to_string(&waiting)?).await
}

/// Takes back what was asked at an instant, if it waits, or puts away what was refused: whether it was.
pub async fn take_back(tx: &mut Tx<'_>, who: &Actor, at: Moment, asked_at: i64) -> Result<bool, Stop> {
    let me = who.person.ok_or(Stop::SignIn)?;
    let mut waiting = kept(tx, me).await?;
    let Some(index) = waiting.iter().position(|one| one.asked_at == asked_at) else { return Ok(false) };
    let one = waiting.remove(index);
    identity::drafts::save(tx, at, me, DRAFT, &serde_json::to_string(&waiting)?).await?;
    let Some(id) = one.mandate else { return Ok(false) };
    let Some(row) = store::mandate(tx, id).await? else { return Ok(false) };
    if stands(tx, &row.mandate()?, at) == Standing::Asked {
        actions::revoke(tx, who, at, id).await?;
        return Ok(false);
    }
    Ok(row.is_refused())
}
