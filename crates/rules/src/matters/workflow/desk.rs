//! What those who handle a matter do besides answering: assign, re-route, pause, merge, note, promise.

use jiff::{Timestamp, ToSpan};

use super::super::access::{Assign, Merge, NextWord, Note, PauseClocks, Reroute};
use super::super::clock::calendar_refusal;
use super::super::kind::{CountsAs, Kind};
use super::super::matter::{Change, Fact, Given, Matter, Pause};
use super::super::step::{Act, Step};
use super::answering::{check_given, check_lengths, hand_to};
use super::moving::{Context, Moving};
use crate::shared::ids::{OrganisationId, PersonId};
use crate::shared::{Length, Membership, Permit, Refusal, Role, Term};

/// The unit whose clerks have the matter at `step`: the one it was handed to, where clerks answer.
pub fn unit_of(matter: &Matter, step: &Step) -> Option<OrganisationId> {
    matter.organisation.filter(|_| step.by.contains(&Role::DepartmentClerk))
}

/// Whether somebody who holds these memberships today may be given the matter at `step`. What a unit has been handed is
/// for its own clerks: another unit's clerk would read what was never told to them.
///
/// # Errors
/// `assign-not-staff` when none of the roles may answer the step here; `assign-other-unit` when they may elsewhere, and the
/// matter is with a unit that they do not work for.
pub fn may_be_given(matter: &Matter, step: &Step, held: &[Membership]) -> Result<(), Refusal> {
    let for_role = |role: Role| matter.for_role == Some(role);
    let mut fitting = held
        .iter()
        .filter(|m| (step.by.contains(&m.role) || for_role(m.role)) && matter.place_path.starts_with(&m.place_path));
    let unit = unit_of(matter, step);
    let of_unit = |m: &Membership| match unit {
        Some(unit) => for_role(m.role) || m.role == Role::DepartmentClerk && m.organisation == Some(unit),
        None => true,
    };
    match (fitting.clone().next(), fitting.any(of_unit)) {
        (None, _) => Err(Refusal::new("assign-not-staff").at_field("handler")),
        (Some(_), false) => Err(Refusal::new("assign-other-unit").at_field("handler")),
        (Some(_), true) => Ok(()),
    }
}

/// Gives the matter to a person on staff. Volunteers are never assigned: they are offered tasks.
///
/// `held` are the memberships of that person today.
///
/// # Errors
/// `matter-closed`; those of [`may_be_given`].
pub fn assign(
    permit: &Permit<Assign>,
    ctx: &Context<'_>,
    matter: &Matter,
    handler: PersonId,
    held: &[Membership],
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    may_be_given(matter, moving.step()?, held)?;
    hand_to(&mut moving, handler);
    Ok(moving.done())
}

/// Where a matter is handed to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Destination {
    pub place_path: Option<String>,
    pub organisation: Option<OrganisationId>,
}

/// Whether there is still something to hand on: once the work is done only the word of the person served is waited for,
/// which no other unit can give. Who finds it not solved sends it back first.
///
/// # Errors
/// `matter-closed`, `reroute-done`.
pub fn may_be_rerouted(kind: &Kind, matter: &Matter) -> Result<(), Refusal> {
    let step = matter.at(kind).ok_or_else(|| Refusal::new("matter-closed"))?;
    match step.act {
        Act::Confirm | Act::CallBack => Err(Refusal::new("reroute-done")),
        _ => Ok(()),
    }
}

/// Hands it to another place or department, at the same step. The resident's clock runs on as if nothing had happened.
///
/// # Errors
/// Those of [`may_be_rerouted`], `reroute-not-offered`, `reroute-nowhere`, `reroute-too-often` (then only the supervisor may),
/// and `answer-requires` for what the kind wants said with it.
pub fn reroute(
    permit: &Permit<Reroute>,
    ctx: &Context<'_>,
    matter: &Matter,
    to: &Destination,
    given: &Given,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let step = moving.step()?;
    may_be_rerouted(ctx.kind, matter)?;
    let rule = ctx.kind.rerouting.as_ref().ok_or_else(|| Refusal::new("reroute-not-offered"))?;
    let place = to.place_path.as_ref().filter(|p| **p != matter.place_path);
    let organisation = to.organisation.filter(|o| matter.organisation != Some(*o));
    if place.is_none() && organisation.is_none() {
        return Err(Refusal::new("reroute-nowhere"));
    }
    let supervises = ctx.who.is_system() || ctx.who.covers(rule.supervisor, &matter.place_path);
    if matter.rerouted >= rule.at_most && !supervises {
        return Err(Refusal::new("reroute-too-often").with("count", i64::from(matter.rerouted)));
    }
    check_given(rule.requires.iter(), given)?;
    check_lengths(given)?;
    moving.fact(
        Fact::new("matters.rerouted")
            .with_some("place", place.cloned())
            .with_some("organisation", organisation.map(|o| o.to_string()))
            .with_some("reason", given.reason.clone())
            .with_some("basis", given.basis.clone()),
    );
    moving.end_pause(moving.now());
    if let Some(place) = place {
        moving.matter.place_path.clone_from(place);
    }
    moving.matter.organisation = to.organisation.or(moving.matter.organisation);
    moving.matter.assignees.clear();
    moving.matter.nobody_at = None;
    moving.matter.rerouted += 1;
    // The new unit has its own term for the step; a joint review goes on with the parts it has.
    let clock = moving.start_step(step);
    moving.matter.step_clock = Some(clock);
    Ok(moving.done())
}

/// Lets the clocks stand still under one of the kind's rules, at most as long as it allows.
///
/// # Errors
/// `matter-closed`, `pause-unknown`, `pause-not-here` with the steps, `already-paused`, `pause-needs-reason`, and
/// `calendar-year-not-loaded`: a pause whose lawful end cannot be computed is not begun.
pub fn pause(
    permit: &Permit<PauseClocks>,
    ctx: &Context<'_>,
    matter: &Matter,
    rule: &str,
    reason: &str,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    let step = moving.step()?;
    let rule = ctx.kind.pause(rule).ok_or_else(|| Refusal::new("pause-unknown").with("rule", rule))?;
    if !rule.allowed_in.contains(&step.key) {
        let refusal = Refusal::new("pause-not-here").with("rule", rule.name.zh.as_str());
        return Err(refusal.with("rule_en", rule.name.en.as_str()));
    }
    if matter.pause.is_some() {
        return Err(Refusal::new("already-paused"));
    }
    if reason.trim().is_empty() {
        return Err(Refusal::new("pause-needs-reason").at_field("reason"));
    }
    Length::Words.fits("reason", reason)?;
    let now = moving.now();
    let until = longest(ctx, rule.max, now)?;
    let matter = &mut moving.matter;
    let parts = matter.parts.iter_mut().map(|p| &mut p.clock);
    for clock in parts.chain(&mut matter.step_clock).chain([&mut matter.resident_clock]) {
        clock.pause(now);
    }
    matter.pause = Some(Pause { rule: rule.key.clone(), since: now, until, reason: reason.to_owned() });
    moving.fact(
        Fact::new("matters.paused")
            .with("rule", rule.key.as_str())
            .with("basis", rule.basis.as_str())
            .with("until", until.to_string())
            .with("reason", reason),
    );
    Ok(moving.done())
}

fn longest(ctx: &Context<'_>, max: Term, now: Timestamp) -> Result<Timestamp, Refusal> {
    ctx.calendar.end_of(max, now).map_err(calendar_refusal)
}

/// Ends a pause. The ends of the clocks move by as long as they stood.
///
/// # Errors
/// `not-paused`.
pub fn resume(permit: &Permit<PauseClocks>, ctx: &Context<'_>, matter: &Matter) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    if matter.pause.is_none() {
        return Err(Refusal::new("not-paused"));
    }
    moving.end_pause(moving.now());
    Ok(moving.done())
}

/// Closes `matter` as the same as `into`, whose followers its people become. `reason` says why what two people asked for
/// is one, and is for staff.
///
/// # Errors
/// `matter-closed`, `merge-other-kind`, `merge-itself`, `merge-into-closed`, `merge-into-served`: what is asked for anew after
/// it was done would be done by nobody; `merge-private`: a private matter would
/// show its people to each other; `merge-two-people` without a reason where each is somebody's own; `merge-not-offered`
/// when the kind has no such outcome.
pub fn merge(
    permit: &Permit<Merge>,
    ctx: &Context<'_>,
    matter: &Matter,
    into: &Matter,
    reason: Option<&str>,
) -> Result<(Change, Change), Refusal> {
    let mut from = Moving::permitted(permit, ctx, matter);
    from.step()?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let refusal = if matter.id == into.id {
        Some("merge-itself")
    } else if matter.kind != into.kind {
        Some("merge-other-kind")
    } else if into.is_closed() {
        Some("merge-into-closed")
    } else if into.phase(ctx.kind).is_past_tasks() {
        Some("merge-into-served")
    } else if matter.private || into.private {
        Some("merge-private")
    } else {
        None
    };
    if let Some(code) = refusal {
        return Err(Refusal::new(code));
    }
    if reason.is_none() && is_of_two(ctx.kind, matter, into) {
        return Err(Refusal::new("merge-two-people").at_field("reason"));
    }
    Length::Words.fits("reason", reason)?;
    let outcome = ctx.kind.outcomes.iter().find(|o| o.counts_as == CountsAs::Duplicate);
    let outcome = outcome.ok_or_else(|| Refusal::new("merge-not-offered"))?;
    let fact = Fact::new("matters.merged").with("into", into.id.to_string());
    from.fact(fact.with_some("reason", reason).with_some(READERS, reason.map(|_| STAFF)));
    from.close(&outcome.key, &Given::default(), false);
    if let Some(closing) = &mut from.matter.closing {
        closing.merged_into = Some(into.id);
    }
    let mut to = Moving::by_event(ctx, into);
    let people = matter.owners().into_iter().chain(matter.followers.iter().copied());
    let new = people.filter(|p| !into.is_own(Some(*p)));
    to.matter.followers.extend(new);
    // Whoever asked twice is not told that somebody else did.
    let same = matter.is_of_same_people(into).then_some("yes");
    to.fact(Fact::new("matters.merged_from").with("from", matter.id.to_string()).with_some("same_people", same));
    Ok((from.done(), to.done()))
}

/// Whether two matters of a kind are two people's, as far as anybody knows, where each is somebody's own.
pub fn is_of_two(kind: &Kind, matter: &Matter, other: &Matter) -> bool {
    kind.duplicate.is_some_and(|rule| rule.personal) && !matter.serves_same(other)
}

/// Under which name a remark says who reads it, and that these are the staff alone. A remark that does not say is read by
/// all who see the matter.
pub const READERS: &str = "readers";
pub const STAFF: &str = "staff";

/// Adds a remark to the timeline, also after the close. What those add whose matter it is belongs to them like what they
/// told at first, and is sealed; what staff write is read at a glance, and when it is `internal` by staff alone.
///
/// # Errors
/// `note-empty`; `text-too-long` beyond 2,000 characters.
pub fn note(
    permit: &Permit<Note>,
    ctx: &Context<'_>,
    matter: &Matter,
    text: &str,
    internal: bool,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    if text.trim().is_empty() {
        return Err(Refusal::new("note-empty").at_field("text"));
    }
    Length::Words.fits("text", text)?;
    if matter.is_own(ctx.who.stands_for()) {
        moving.note = Some(text.trim().to_owned());
        moving.fact(Fact::new("matters.noted"));
    } else {
        let readers = internal.then_some(STAFF);
        moving.fact(Fact::new("matters.noted").with("text", text).with_some(READERS, readers));
    }
    Ok(moving.done())
}

/// How long the same words of the same person are one remark: whoever goes back to a page that was sent presses again. Local
/// setting.
const AGAIN_MINUTES: i64 = 10;

/// Whether what is said now may be what was said at `said_at`, sent once more.
pub fn may_be_again(said_at: Timestamp, now: Timestamp) -> bool {
    now < said_at + AGAIN_MINUTES.minutes()
}

/// Whether two remarks say the same: the browser changes line ends and blanks around them.
pub fn is_said_again(last: &str, text: &str) -> bool {
    last.split_whitespace().eq(text.split_whitespace())
}

/// How far ahead the next word can be promised: a quarter of a year. Local setting.
const FARTHEST_WORD_DAYS: i64 = 92;

/// Whether the resident can be promised to hear from us then: a slip in the year would be a promise that nobody keeps.
pub(super) fn may_promise(ctx: &Context<'_>, at: Timestamp) -> Result<(), Refusal> {
    if at <= ctx.now() {
        return Err(Refusal::new("next-word-in-the-past").at_field("next_word_at"));
    }
    let latest = ctx.calendar.date(ctx.now()).saturating_add(FARTHEST_WORD_DAYS.days());
    if ctx.calendar.date(at) > latest {
        return Err(Refusal::new("next-word-far").with("latest", latest.to_string()).at_field("next_word_at"));
    }
    Ok(())
}

/// Promises when the resident hears from us next.
///
/// # Errors
/// `matter-closed`, `next-word-in-the-past`, `next-word-far`.
pub fn next_word(
    permit: &Permit<NextWord>,
    ctx: &Context<'_>,
    matter: &Matter,
    at: Timestamp,
) -> Result<Change, Refusal> {
    let mut moving = Moving::permitted(permit, ctx, matter);
    moving.step()?;
    may_promise(ctx, at)?;
    moving.matter.next_word_at = Some(at);
    moving.fact(Fact::new("matters.next_word_set").with("at", at.to_string()));
    Ok(moving.done())
}
