//! Mandates 委托授权: one person may act for another, for named kinds of matters and a time (民法典第一百六十一条、
//! 第一百六十五条). Nothing works before both sides want it: the one represented confirms what was asked of them, and whom
//! they asked agrees; either side ends it at once (第一百七十三条).

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

use super::access::{ConfirmMandate, NamePrivate, RevokeMandate};
use super::household::{Party, tie};
use crate::shared::code::Code;
use crate::shared::ids::{MandateId, PersonId};
use crate::shared::{Permit, Refusal, dated};

/// How long a mandate may last, from a day on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub valid_from: Date,
    /// Days.
    pub longest: u16,
    /// Days, when nobody says anything else.
    pub usual: u16,
    /// Days after which an invitation lapses that nobody confirmed.
    pub answer_within: u16,
    /// Law and article, or whose setting it is.
    pub basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    term: Vec<Term>,
}

static TERMS: LazyLock<Vec<Term>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("mandates.toml")).expect("the embedded terms can be read");
    file.term
});

/// The term that holds on a day; the first one before any does.
pub fn term(day: Date) -> &'static Term {
    dated::at(TERMS.iter(), day, |term| term.valid_from)
}

/// Which kinds of matters a mandate is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kinds {
    All,
    These(Vec<String>),
}

const ALL: &str = "*";

impl Kinds {
    /// As the database keeps it: `*`, or keys with spaces between.
    pub fn text(&self) -> String {
        match self {
            Kinds::All => ALL.to_owned(),
            Kinds::These(kinds) => kinds.join(" "),
        }
    }

    pub fn from_text(text: &str) -> Kinds {
        match text.trim() {
            ALL => Kinds::All,
            these => Kinds::These(these.split_whitespace().map(str::to_owned).collect()),
        }
    }

    /// What was asked for. `known`: the kinds that residents raise.
    ///
    /// # Errors
    /// `mandate-kinds` when none is named; `mandate-kind-unknown`.
    pub fn chosen(asked: &[String], known: &[&str]) -> Result<Kinds, Refusal> {
        if asked.iter().any(|kind| kind == ALL) {
            return Ok(Kinds::All);
        }
        if asked.is_empty() {
            return Err(Refusal::new("mandate-kinds").at_field("kinds"));
        }
        match asked.iter().find(|kind| !known.contains(&kind.as_str())) {
            Some(unknown) => Err(Refusal::new("mandate-kind-unknown").with("kind", unknown.as_str()).at_field("kinds")),
            None => Ok(Kinds::These(asked.to_vec())),
        }
    }

    pub fn hold(&self, kind: &str) -> bool {
        match self {
            Kinds::All => true,
            Kinds::These(kinds) => kinds.iter().any(|k| k == kind),
        }
    }
}

/// How whoever was asked confirmed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Signed in.
    Self_,
    /// Staff telephoned them.
    Phone,
    /// Staff hold the signed slip.
    Slip,
}

impl How {
    pub const ALL: [How; 3] = [How::Self_, How::Phone, How::Slip];

    /// The stable key: in the database, in the API and in the locale key `mandates-how-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            How::Self_ => "self",
            How::Phone => "phone",
            How::Slip => "slip",
        }
    }

    pub fn from_key(key: &str) -> Option<How> {
        How::ALL.into_iter().find(|how| how.key() == key)
    }
}

/// One of the two of a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one represented.
    Person,
    /// Whoever acts for them.
    Delegate,
}

/// One person acting for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    pub id: MandateId,
    /// The one represented.
    pub person: PersonId,
    pub delegate: PersonId,
    /// Whose yes it waits for: the side that did not ask. What staff write down waits for the one represented.
    pub answers: Side,
    pub kinds: Kinds,
    /// Matters that were private before, which the one represented named all the same: their codes.
    pub named: Vec<String>,
    pub asked_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
    pub until: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

/// How a mandate stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Waits for the side that did not ask.
    Asked,
    Holds,
    /// Nobody confirmed it in time, or its time is over.
    Lapsed,
    Revoked,
}

impl Standing {
    /// The stable key: in the API and in the locale key `mandates-standing-<key>`.
    pub const fn key(self) -> &'static str {
        match self {
            Standing::Asked => "asked",
            Standing::Holds => "holds",
            Standing::Lapsed => "lapsed",
            Standing::Revoked => "revoked",
        }
    }
}

/// A matter of the one represented, as far as a mandate looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Touched<'a> {
    pub kind: &'a str,
    pub code: &'a str,
    pub private: bool,
    pub raised_at: Timestamp,
}

/// Whether a mandate between two people can be asked for, for so many days.
///
/// # Errors
/// `mandate-self`; `mandate-held` when there is one between them that waits or holds; `mandate-days` outside the term.
pub fn ask(person: PersonId, delegate: PersonId, held: bool, days: u16, term: &Term) -> Result<(), Refusal> {
    if person == delegate {
        return Err(Refusal::new("mandate-self").at_field("phone"));
    }
    if held {
        return Err(Refusal::new("mandate-held").at_field("phone"));
    }
    days_fit(days, term)
}

/// Whether a mandate may last so many days.
///
/// # Errors
/// `mandate-days` outside the term.
pub fn days_fit(days: u16, term: &Term) -> Result<(), Refusal> {
    if days == 0 || days > term.longest {
        return Err(Refusal::new("mandate-days").with("most", i64::from(term.longest)).at_field("days"));
    }
    Ok(())
}

/// A private matter of the one represented: what they may name.
#[derive(Clone, Copy, Debug)]
pub struct Private<'a> {
    /// Plain, as it is kept.
    pub code: &'a str,
    pub kind: &'a str,
}

/// The codes of the private matters that are named, each once and as they are kept. `own`: the private matters of the one
/// represented.
///
/// # Errors
/// `mandate-named-unknown` with the `code` as it was typed, whether it is nonsense, nobody's, or somebody else's;
/// `mandate-named-kind` for one that a mandate of these `kinds` does not reach.
pub fn named_of(typed: &[String], own: &[Private<'_>], kinds: &Kinds) -> Result<Vec<String>, Refusal> {
    let mut named: Vec<String> = Vec::new();
    for typed in typed {
        let refuse = |code| Err(Refusal::new(code).with("code", typed.as_str()).at_field("named"));
        let plain = typed.parse::<Code>().ok().map(Code::plain);
        match own.iter().find(|matter| Some(matter.code) == plain.as_deref()) {
            None => return refuse("mandate-named-unknown"),
            Some(matter) if !kinds.hold(matter.kind) => return refuse("mandate-named-kind"),
            Some(matter) if named.iter().any(|code| code == matter.code) => {}
            Some(matter) => named.push(matter.code.to_owned()),
        }
    }
    Ok(named)
}

/// Whether private matters of before can be named with it: by the one represented alone, to whom they are private.
///
/// # Errors
/// `mandate-named-theirs` when anybody else names some; left out silently they would be missed later.
pub fn may_name(is_hers: bool, named: &[String]) -> Result<(), Refusal> {
    if is_hers || named.is_empty() { Ok(()) } else { Err(Refusal::new("mandate-named-theirs").at_field("named")) }
}

/// Whether the number that was typed is that of whom is meant: with the name, as far as one was said. One digit wrong would
/// let a stranger act.
///
/// # Errors
/// `mandate-name-differs` with the `name` as it was typed, and nothing of whose number it is.
pub fn is_meant(said: &str, registered: &str) -> Result<(), Refusal> {
    let plain = |name: &str| name.chars().filter(|c| !c.is_whitespace() && *c != '·').collect::<String>();
    if plain(said).is_empty() || plain(said) == plain(registered) {
        return Ok(());
    }
    Err(Refusal::new("mandate-name-differs").with("name", said.trim()).at_field("name"))
}

/// Whether whoever shall act for somebody was named: a number alone would be a guess at who has it.
///
/// # Errors
/// `mandate-name`.
pub fn is_named(said: &str) -> Result<(), Refusal> {
    if said.trim().is_empty() { Err(Refusal::new("mandate-name").at_field("name")) } else { Ok(()) }
}

impl Mandate {
    /// Whose yes it waits for.
    pub fn answerer(&self) -> PersonId {
        match self.answers {
            Side::Person => self.person,
            Side::Delegate => self.delegate,
        }
    }

    pub fn standing(&self, at: Timestamp, term: &Term) -> Standing {
        let answer_by = self.asked_at + jiff::SignedDuration::from_hours(24 * i64::from(term.answer_within));
        match (self.revoked_at, self.confirmed_at) {
            (Some(revoked), _) if revoked <= at => Standing::Revoked,
            (_, Some(_)) if at < self.until => Standing::Holds,
            (_, None) if at < answer_by && at < self.until => Standing::Asked,
            _ => Standing::Lapsed,
        }
    }

    /// Whether the delegate may raise a matter of this kind for the one represented.
    ///
    /// # Errors
    /// `mandate-kind`.
    pub fn may_raise(&self, kind: &str) -> Result<(), Refusal> {
        if self.kinds.hold(kind) { Ok(()) } else { Err(Refusal::new("mandate-kind")) }
    }

    /// Whether a matter of the one represented is open to the delegate. One that was private before the mandate is not,
    /// unless it was named.
    pub fn covers(&self, matter: &Touched<'_>) -> bool {
        let before = self.confirmed_at.is_none_or(|confirmed| matter.raised_at < confirmed);
        let hidden = matter.private && before && !self.named.iter().any(|code| code == matter.code);
        self.kinds.hold(matter.kind) && !hidden
    }

    /// Confirms it. `confirmer` with those around them; by their own hand only the side that was asked.
    ///
    /// # Errors
    /// `mandate-not-waiting`; `needs-a-person`; `mandate-delegate-answers` when anybody else answers for a delegate who was
    /// asked; `mandate-own-hand` when the one asked is said to have been telephoned by themselves, or somebody else says
    /// "myself"; `mandate-witness` for the delegate and for a household or kin of either side.
    pub fn confirm(
        &self,
        permit: &Permit<ConfirmMandate>,
        how: How,
        confirmer: Option<&Party<'_>>,
        (person, delegate): (&Party<'_>, &Party<'_>),
        (at, term): (Timestamp, &Term),
    ) -> Result<(), Refusal> {
        assert_eq!(permit.subject, self.id.uuid, "a permit for another mandate than {}", self.id);
        assert!(person.person == self.person && delegate.person == self.delegate, "those of the mandate");
        if self.standing(at, term) != Standing::Asked {
            return Err(Refusal::new("mandate-not-waiting"));
        }
        let confirmer = confirmer.ok_or_else(|| Refusal::new("needs-a-person"))?;
        let is_own_hand = confirmer.person == self.answerer();
        if self.answers == Side::Delegate && !is_own_hand {
            return Err(Refusal::new("mandate-delegate-answers"));
        }
        if is_own_hand != (how == How::Self_) {
            return Err(Refusal::new("mandate-own-hand").at_field("how"));
        }
        if !is_own_hand && (tie(confirmer, person).is_some() || tie(confirmer, delegate).is_some()) {
            return Err(Refusal::new("mandate-witness"));
        }
        Ok(())
    }

    /// Says anew which private matters of before it opens: `own` as for [`named_of`].
    ///
    /// # Errors
    /// `mandate-ended`; those of [`named_of`].
    pub fn name(
        &self,
        permit: &Permit<NamePrivate>,
        (typed, own): (&[String], &[Private<'_>]),
        (at, term): (Timestamp, &Term),
    ) -> Result<Vec<String>, Refusal> {
        assert_eq!(permit.subject, self.id.uuid, "a permit for another mandate than {}", self.id);
        match self.standing(at, term) {
            Standing::Asked | Standing::Holds => named_of(typed, own, &self.kinds),
            Standing::Lapsed | Standing::Revoked => Err(Refusal::new("mandate-ended")),
        }
    }

    /// Ends it at once, also before it was confirmed.
    ///
    /// # Errors
    /// `mandate-ended`.
    pub fn revoke(&self, permit: &Permit<RevokeMandate>, at: Timestamp, term: &Term) -> Result<(), Refusal> {
        assert_eq!(permit.subject, self.id.uuid, "a permit for another mandate than {}", self.id);
        match self.standing(at, term) {
            Standing::Asked | Standing::Holds => Ok(()),
            Standing::Lapsed | Standing::Revoked => Err(Refusal::new("mandate-ended")),
        }
    }
}

#[cfg(test)]
mod tests;
