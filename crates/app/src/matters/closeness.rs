//! Those who stand too close to whose matter it is: they live with them, are their kin, or act for them.

use rules::matters::access::{AnswerStep, Rate, Withdraw};
use rules::matters::step::Act;
use rules::matters::{Kind, Matter, closeness};
use rules::shared::ids::PersonId;
use rules::shared::{Actor, Moment, Refusal, Verb};

use super::{Held, handlers, kind_of};
use crate::{Stop, Tx, people};

/// Whose a matter is, and everybody tied to one of them.
pub async fn circle(tx: &mut Tx<'_>, matter: &Matter) -> Result<Vec<PersonId>, Stop> {
    let mut close = Vec::new();
    for owner in matter.owners() {
        close.extend(people::store::circle(tx, owner).await?);
    }
    Ok(close)
}

/// So many who may have it are named at most.
const NAMED: usize = 5;

/// Refuses a verb to whoever is close to whose matter it is; with those who may do it instead. What one says of one's own is no
/// verb of staff.
pub async fn may_do<V: Verb>(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<(), Stop> {
    let city = tx.city();
    let (kind, matter) = (kind_of(&city, &held.matter.kind)?, &held.matter);
    let own_word = [Rate::NAME, Withdraw::NAME].contains(&V::NAME) && matter.is_own(who.stands_for());
    let act = matter.at(kind).map(|step| step.act);
    if own_word || who.person.is_none() || !closeness::is_kept_from_close_ones(kind, act, V::NAME) {
        return Ok(());
    }
    decides(tx, who, at, held).await
}

/// Refuses to let others read a private matter to whoever is close to whose it is, unless it is their own.
pub async fn may_lift(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<(), Stop> {
    if held.matter.is_own(who.stands_for()) { Ok(()) } else { decides(tx, who, at, held).await }
}

async fn decides(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<(), Stop> {
    let city = tx.city();
    let (kind, matter) = (kind_of(&city, &held.matter.kind)?, &held.matter);
    let close = circle(tx, matter).await?;
    if closeness::may_decide(who.person, &close, &[]).is_ok() {
        return Ok(());
    }
    // After the close it is the word of whose it is that is written down.
    let step = matter.at(kind).or_else(|| kind.steps.iter().find(|step| step.act == Act::Confirm));
    let named = handlers::of_step(tx, at, matter, step).await?;
    // Whoever did it does not ring up about it.
    let rings = step.is_some_and(|step| step.act == Act::CallBack);
    let may = |person: PersonId| !(close.contains(&person) || rings && matter.is_done_by(person));
    let others = named.into_iter().filter(|(person, _)| may(*person)).map(|(_, name)| name);
    let others: Vec<String> = others.take(NAMED).collect();
    Ok(closeness::may_decide(who.person, &close, &others)?)
}

/// Why whoever reads a page decides nothing on it, and may not write down how it was.
#[derive(Clone, Debug, Default)]
pub struct Close {
    pub decides: Option<Refusal>,
    pub rates: Option<Refusal>,
}

impl Close {
    pub async fn of(tx: &mut Tx<'_>, who: &Actor, at: Moment, held: &Held) -> Result<Close, Stop> {
        Ok(Close {
            decides: refused(may_do::<AnswerStep>(tx, who, at, held).await)?,
            rates: refused(may_do::<Rate>(tx, who, at, held).await)?,
        })
    }

    /// What a page says: why they decide nothing, or, where it waits for a word that they would `hear`, why not they.
    pub fn said(&self, hear: bool) -> Option<&Refusal> {
        self.decides.as_ref().or_else(|| self.rates.as_ref().filter(|_| hear))
    }
}

fn refused(done: Result<(), Stop>) -> Result<Option<Refusal>, Stop> {
    match done {
        Ok(()) => Ok(None),
        Err(Stop::Refused(refusal)) => Ok(Some(refusal)),
        Err(stop) => Err(stop),
    }
}

/// Whether a matter may be given to somebody, as far as they are not close to whose it is.
pub async fn may_have(tx: &mut Tx<'_>, kind: &Kind, matter: &Matter, handler: PersonId) -> Result<(), Stop> {
    let close = circle(tx, matter).await?;
    Ok(closeness::may_have(kind, handler, &close)?)
}
