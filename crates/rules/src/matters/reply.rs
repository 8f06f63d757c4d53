//! 当事人说明: whom a report is about may say what they think of it while it is decided.
//!
//! Nobody is judged unheard. The law demands it before a penalty (行政处罚法 2021, articles 7, 44 and 45: the party is told of
//! the facts, may state and defend their case, and is not treated worse for it); here whoever handles a matter may ask at any
//! time before its end. What the party is told are words written for them: never who reported.

use jiff::Timestamp;

use super::access::{AskReply, GiveReply};
use super::clock::calendar_refusal;
use super::kind::{CountsAs, Kind};
use super::matter::Matter;
use super::workflow::Context;
use crate::shared::ids::{PersonId, ReplyId};
use crate::shared::{Length, Permit, Refusal, Text};

/// The longest name of a party who is not registered, in characters.
pub const NAME_CHARS: usize = Length::Name.most();
/// The longest text that a party is told, in characters.
pub const TOLD_CHARS: usize = Length::Reason.most();
/// The longest answer at once, in characters.
pub const WORDS_CHARS: usize = Length::Words.most();
/// The longest answer with all that was added to it, in characters.
pub const MOST_CHARS: usize = 5 * WORDS_CHARS;

/// Who is to be asked, and what they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking<'a> {
    /// The party, when they are registered.
    pub person: Option<PersonId>,
    /// How the desk knows them: a name, a shop.
    pub name: &'a str,
    /// What is said of them, in words of their own: the facts, not who told them.
    pub told: &'a str,
    /// The names of those who reported or follow it.
    pub reporters: &'a [String],
    /// The same party was asked already and may still answer.
    pub is_waiting: bool,
}

/// A party is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub name: String,
    pub told: String,
    /// Until when they are waited for. An answer counts as long as the matter is open.
    pub due: Timestamp,
}

/// A question to a party, as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    pub id: ReplyId,
    pub party: Option<PersonId>,
    pub is_given: bool,
}

/// Asks a party.
///
/// # Errors
/// `reply-kind`, `reply-closed`, `reply-reporter`, `reply-party`, `reply-told`, `text-too-long`, `reply-names-reporter`,
/// `reply-asked`; the calendar's, where the year of the term is not loaded.
pub fn ask(
    permit: &Permit<AskReply>,
    ctx: &Context<'_>,
    matter: &Matter,
    asking: &Asking<'_>,
) -> Result<Asked, Refusal> {
    assert_eq!(permit.subject, matter.id.uuid, "a permit for another matter than {}", matter.id);
    let Some(rule) = &ctx.kind.reply else { return Err(Refusal::new("reply-kind")) };
    if matter.is_closed() {
        return Err(Refusal::new("reply-closed"));
    }
    let reported =
        asking.person.is_some_and(|party| matter.owners().contains(&party) || matter.followers.contains(&party));
    if reported {
        return Err(Refusal::new("reply-reporter").at_field("phone"));
    }
    let (name, told) = (asking.name.trim(), asking.told.trim());
    if name.is_empty() {
        return Err(Refusal::new("reply-party").with("most", NAME_CHARS as i64).at_field("name"));
    }
    Length::Name.fits("name", name)?;
    if told.is_empty() {
        return Err(Refusal::new("reply-told").with("most", TOLD_CHARS as i64).at_field("told"));
    }
    Length::Reason.fits("told", told)?;
    if asking.reporters.iter().any(|reporter| told.contains(reporter.as_str())) {
        return Err(Refusal::new("reply-names-reporter").at_field("told"));
    }
    if asking.is_waiting {
        return Err(Refusal::new("reply-asked").at_field("name"));
    }
    let due = ctx.calendar.end_of(rule.within, ctx.at.recorded).map_err(calendar_refusal)?;
    Ok(Asked { name: name.to_owned(), told: told.to_owned(), due })
}

/// Takes the answer of a party, or what staff write down for them; gives back all the words. Until the matter ends more may
/// be added to what was `said` before, and nothing of that is taken away: somebody may have read it already.
///
/// # Errors
/// `reply-over`; `reply-full`; `text-too-long`; `reply-words` without any, or with more than fit beside what was said.
pub fn give(
    permit: &Permit<GiveReply>,
    reply: &Reply,
    matter: &Matter,
    said: Option<&str>,
    words: &str,
) -> Result<String, Refusal> {
    assert_eq!(permit.subject, reply.id.uuid, "a permit for another question than {}", reply.id);
    if matter.is_closed() {
        return Err(Refusal::new("reply-over"));
    }
    let (said, words) = (said.unwrap_or_default(), words.trim());
    if said.chars().count() >= MOST_CHARS {
        return Err(Refusal::new("reply-full").with("most", MOST_CHARS as i64).at_field("words"));
    }
    let room = WORDS_CHARS.min(MOST_CHARS.saturating_sub(said.chars().count()));
    Length::Words.fits("words", words)?;
    if words.is_empty() || words.chars().count() > room {
        return Err(Refusal::new("reply-words").with("most", room as i64).at_field("words"));
    }
    Ok(if said.is_empty() { words.to_owned() } else { format!("{said}\n\n{words}") })
}

/// Whether a party may add photos: while the matter is open. How many, the kind says as for whoever reported.
///
/// # Errors
/// `reply-over`.
pub fn add_photo(permit: &Permit<GiveReply>, reply: &Reply, matter: &Matter) -> Result<(), Refusal> {
    assert_eq!(permit.subject, reply.id.uuid, "a permit for another question than {}", reply.id);
    if matter.is_closed() {
        return Err(Refusal::new("reply-over"));
    }
    Ok(())
}

/// What a party is told of how a matter ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End<'a> {
    /// By its outcome.
    Outcome(&'a Text),
    /// It goes on no more, by the wish of whoever reported it or under another number: which of them is not told.
    Dropped,
}

/// How a matter ended, for a party: what was decided and never what tells of who reported; `None` while it is open.
pub fn end<'a>(kind: &'a Kind, matter: &Matter) -> Option<End<'a>> {
    matter.closing.as_ref().map(|closing| end_of(kind, &closing.outcome))
}

/// The same by the key of the outcome.
pub fn end_of<'a>(kind: &'a Kind, outcome: &str) -> End<'a> {
    match kind.outcome(outcome) {
        Some(outcome) if !matches!(outcome.counts_as, CountsAs::NoLongerNeeded | CountsAs::Duplicate) => {
            End::Outcome(&outcome.name)
        }
        _ => End::Dropped,
    }
}
