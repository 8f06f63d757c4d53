//! What the person whose matter it is may do, themselves or through staff who do it for them.

use super::super::access::{Follow, Rate, Reopen, SetPrivate, Withdraw};
use super::super::clock::calendar_refusal;
use super::super::kind::{CountsAs, Kind, Outcome, Reopening};
use super::super::matter::{Change, Fact, Given, Matter};
use super::super::step::{Act, Trigger};
use super::answering::take;
use super::moving::{Context, Moving};
use crate::shared::ids::PersonId;
use crate::shared::{CalendarError, Length, Permit, Refusal};

/// The two questions: 解决了吗？满意吗？
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub solved: bool,
    /// 1 to 5 (非常不满意 … 非常满意); left out when the person does not want to say.
    pub rating: Option<u8>,
}

impl Said {
    /// Whether it is solved, and not badly rated.
    pub fn is_content(self) -> bool {
        self.solved && self.rating.is_none_or(|rating| rating > LOW)
    }

    fn fact(self) -> Fact {
        Fact::new("matters.rated")
            .with("solved", if self.solved { "yes" } else { "no" })
            .with_some("rating", self.rating.map(|rating| rating.to_string()))
    }
}

/// The two lowest of the five levels are 差评 and need a call-back.
const LOW: u8 = 2;

/// Whether a word of whose it is is still to be had: at the confirm step, and after the close until there is one.
pub fn may_be_rated(kind: &Kind, matter: &Matter) -> bool {
    match matter.at(kind) {
        Some(step) => step.act == Act::Confirm,
        None => matter.rating.is_none() && !ended_unserved(kind, matter),
    }
}

/// Whether it ended without anything done: it was taken back, or is the same as another.
pub fn ended_unserved(kind: &Kind, matter: &Matter) -> bool {
    let outcome = matter.closing.as_ref().and_then(|closing| kind.outcome(&closing.outcome));
    outcome.is_some_and(|o| matches!(o.counts_as, CountsAs::NoLongerNeeded | CountsAs::Duplicate))
}

/// The person served says whether it is solved and how satisfied they are.
///
/// At the confirm step this is the answer. After the close it is kept, and an unsolved or badly rated matter is opened
/// again while that is possible; afterwards the word counts all the same, or praise alone would be counted.
///
/// # Errors
/// `rating-out-of-range`; `rate-by-handler` when who did the work speaks for the person; `nothing-to-rate` before there
/// is something to rate or when it ended without a service.
pub fn rate(permit: &Permit<Rate>, ctx: &Context<'_>, matter: &Matter, said: Said) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    if said.rating.is_some_and(|r| !(1..=5).contains(&r)) {
        return Err(Refusal::new("rating-out-of-range").at_field("rating"));
    }
    let handled = |p: &PersonId| matter.is_done_by(*p) && !matter.is_own(Some(*p));
    if ctx.who.person.as_ref().is_some_and(handled) {
        return Err(Refusal::new("rate-by-handler"));
    }
    moving.matter.solved = Some(said.solved);
    moving.matter.rating = said.rating;
    if matter.is_closed() {
        return rate_closed(moving, said);
    }
    let step = moving.step()?;
    if step.act != Act::Confirm {
        return Err(Refusal::new("nothing-to-rate"));
    }
    moving.fact(said.fact());
    let trigger = match (said.solved, said.is_content()) {
        (false, _) => Trigger::NotSolved,
        (true, false) => Trigger::LowRating,
        (true, true) => Trigger::Solved,
    };
    let answer = step.on(trigger).ok_or_else(|| Refusal::new("step-gone").with("step", trigger.key()))?;
    take(&mut moving, step, answer, &Given::default())?;
    Ok(moving.done())
}

fn rate_closed(mut moving: Moving<'_>, said: Said) -> Result<Change, Refusal> {
    let kind = moving.ctx.kind;
    if ended_unserved(kind, &moving.matter) {
        return Err(Refusal::new("nothing-to-rate"));
    }
    if said.is_content() {
        moving.fact(said.fact());
        if let Some(closing) = &mut moving.matter.closing {
            closing.confirmed = true;
        }
        return Ok(moving.done());
    }
    let is_late = too_late_since(moving.ctx, &moving.matter)?.is_some();
    match kind.reopening.as_ref().filter(|_| !is_late) {
        Some(rule) => {
            moving.fact(said.fact());
            open_again(&mut moving, rule)?;
        }
        None => moving.fact(said.fact().with(REOPENS, "no")),
    }
    Ok(moving.done())
}

/// What the event of a word says, with `no`, that came when nothing could be opened again any more.
pub const REOPENS: &str = "reopens";

/// Opens a closed matter again: to the supervisor, with a new clock for the resident, the count kept.
///
/// # Errors
/// `reopen-not-offered`, `not-closed`; `reopen-merged` for one that goes on as another: two would do the same;
/// `reopen-needs-reason`, `reopen-too-late` with the days there were.
pub fn reopen(permit: &Permit<Reopen>, ctx: &Context<'_>, matter: &Matter, reason: &str) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let rule = reopening(ctx.kind)?;
    if !matter.is_closed() {
        return Err(Refusal::new("not-closed"));
    }
    if matter.closing.as_ref().is_some_and(|closing| closing.merged_into.is_some()) {
        return Err(Refusal::new("reopen-merged"));
    }
    if reason.trim().is_empty() {
        return Err(Refusal::new("reopen-needs-reason").at_field("reason"));
    }
    Length::Words.fits("reason", reason)?;
    moving.fact(Fact::new("matters.reopen_asked").with("reason", reason));
    open_again(&mut moving, rule)?;
    Ok(moving.done())
}

fn reopening(kind: &Kind) -> Result<&Reopening, Refusal> {
    kind.reopening.as_ref().ok_or_else(|| Refusal::new("reopen-not-offered"))
}

/// Until when a closed matter may be opened again; `None` when it may not, or when its end cannot be computed and the
/// person is therefore given the benefit.
pub fn reopen_until(ctx: &Context<'_>, matter: &Matter) -> Result<Option<jiff::Timestamp>, Refusal> {
    let (Some(rule), Some(closing)) = (&ctx.kind.reopening, &matter.closing) else { return Ok(None) };
    match ctx.calendar.end_of(rule.within, closing.at) {
        Ok(end) => Ok(Some(end)),
        Err(CalendarError::YearNotLoaded(_)) => Ok(None),
        Err(error) => Err(calendar_refusal(error)),
    }
}

/// The end of the days in which it could be opened again, when they are over.
fn too_late_since(ctx: &Context<'_>, matter: &Matter) -> Result<Option<jiff::Timestamp>, Refusal> {
    Ok(reopen_until(ctx, matter)?.filter(|end| ctx.now() > *end))
}

fn open_again(moving: &mut Moving<'_>, rule: &Reopening) -> Result<(), Refusal> {
    let now = moving.now();
    if let Some(end) = too_late_since(moving.ctx, &moving.matter)? {
        let date = moving.ctx.calendar.date(end);
        return Err(Refusal::new("reopen-too-late").with("until", date.to_string()));
    }
    let kind = moving.ctx.kind;
    let matter = &mut moving.matter;
    let handlers = std::mem::take(&mut matter.assignees);
    matter.former.extend(handlers);
    matter.former.extend(matter.done_by.take().unwrap_or_default());
    matter.former.extend(matter.closed_by.take());
    matter.reopened += 1;
    matter.for_role = Some(rule.supervisor);
    matter.closing = None;
    (matter.solved, matter.rating) = (None, None);
    let count = matter.reopened;
    moving.fact(Fact::new("matters.reopened").with("count", count.to_string()).with("to_role", rule.supervisor.key()));
    let level = kind.level(&moving.matter.level).or_else(|| kind.levels.first());
    if let Some(level) = level {
        let mut level = level.clone();
        level.term = rule.term.unwrap_or(level.term);
        moving.matter.resident_clock = moving.start_resident(&level, now);
    }
    moving.enter(&rule.to, &[])
}

/// Takes it back. Possible until someone has accepted; after that the handler is told instead, and closes it.
///
/// # Errors
/// `withdraw-already`, `matter-closed`, `withdraw-done`, `withdraw-too-late`, `withdraw-not-offered` when the kind has no such
/// outcome.
pub fn withdraw(
    permit: &Permit<Withdraw>,
    ctx: &Context<'_>,
    matter: &Matter,
    reason: Option<String>,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let outcome = withdrawn_as(ctx.kind, matter)?;
    Length::Words.fits("reason", reason.as_deref())?;
    moving.fact(Fact::new("matters.withdrawn"));
    moving.close(&outcome.key, &Given { reason, ..Given::default() }, true);
    Ok(moving.done())
}

/// As what it would be closed if it were taken back now. A page asks before anything is pressed.
///
/// # Errors
/// As [`withdraw`].
pub fn withdrawn_as<'k>(kind: &'k Kind, matter: &Matter) -> Result<&'k Outcome, Refusal> {
    if matter.is_closed() {
        let outcome = matter.closing.as_ref().and_then(|closing| kind.outcome(&closing.outcome));
        let is_taken_back = outcome.is_some_and(|o| o.counts_as == CountsAs::NoLongerNeeded);
        return Err(if is_taken_back { Refusal::new("withdraw-already") } else { Refusal::new("matter-closed") });
    }
    // It was done: whose matter it is says whether it is solved.
    if matter.phase(kind).is_past_tasks() {
        return Err(Refusal::new("withdraw-done"));
    }
    if matter.accepted {
        return Err(Refusal::new("withdraw-too-late"));
    }
    let outcome = kind.outcomes.iter().find(|o| o.counts_as == CountsAs::NoLongerNeeded);
    outcome.ok_or_else(|| Refusal::new("withdraw-not-offered"))
}

/// Someone else has the same: they hear what the first one hears. `parties`: who was asked what they say to it; they are no
/// further reporters, and hear how it ends as it is.
///
/// # Errors
/// `matter-closed`, `follow-private`, `follow-own`, `follow-party`, `follow-already`.
pub fn follow(
    permit: &Permit<Follow>,
    ctx: &Context<'_>,
    matter: &Matter,
    follower: PersonId,
    parties: &[PersonId],
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    moving.step()?;
    if matter.private {
        return Err(Refusal::new("follow-private"));
    }
    if matter.is_own(Some(follower)) {
        return Err(Refusal::new("follow-own"));
    }
    if parties.contains(&follower) {
        return Err(Refusal::new("follow-party"));
    }
    if !moving.matter.followers.insert(follower) {
        return Err(Refusal::new("follow-already"));
    }
    moving.fact(Fact::new("matters.followed").with("follower", follower.to_string()));
    Ok(moving.done())
}

/// A follower wants to hear no more of it, also after the close.
///
/// # Errors
/// `follow-none`.
pub fn unfollow(
    permit: &Permit<Follow>,
    ctx: &Context<'_>,
    matter: &Matter,
    follower: PersonId,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    if !moving.matter.followers.remove(&follower) {
        return Err(Refusal::new("follow-none"));
    }
    moving.fact(Fact::new("matters.unfollowed").with("follower", follower.to_string()));
    Ok(moving.done())
}

/// Marks it private: it then shows on no shared card, receipt or phone look-up. Staff may mark it; whose it is lifts that, and
/// whoever on staff may read what is private, who says why: the person asked for it by telephone, or nobody knows who they are.
///
/// # Errors
/// `private-not-offered`; `private-lift-reason` of staff who do not say why; `text-too-long`.
pub fn set_private(
    permit: &Permit<SetPrivate>,
    ctx: &Context<'_>,
    matter: &Matter,
    private: bool,
    reason: Option<&str>,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    if private && !ctx.kind.may_be_private {
        return Err(Refusal::new("private-not-offered"));
    }
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if !private && reason.is_none() && !matter.is_own(ctx.who.person) {
        return Err(Refusal::new("private-lift-reason").at_field("reason"));
    }
    Length::Words.fits("reason", reason)?;
    moving.matter.private = private;
    let fact = Fact::new("matters.private_set").with("private", if private { "yes" } else { "no" });
    moving.fact(fact.with_some("reason", reason));
    Ok(moving.done())
}
