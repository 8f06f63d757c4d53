//! A matter comes in.

use std::collections::BTreeSet;

use jiff::civil::Date;
use uuid::Uuid;

use super::super::access::{Raise, RaiseFor};
use super::super::back;
use super::super::form::{TODAY, Values, check_intake, chosen_type, implied_level, wanted_day};
use super::super::kind::{Kind, RunsFrom};
use super::super::matter::{Change, Fact, Matter};
use super::moving::{Context, Moving, promised};
use crate::places::path;
use crate::shared::ids::{MatterId, OrganisationId, PersonId};
use crate::shared::{Channel, Faults, Permit, Refusal};

/// What comes in.
#[derive(Clone, Debug)]
pub struct Raising {
    pub id: MatterId,
    pub place_path: String,
    /// Whose it is: the person signed in, or the caller when known.
    pub raised_by: Option<PersonId>,
    /// For whom, when for another known person.
    pub subject: Option<PersonId>,
    /// The unit responsible at first.
    pub organisation: Option<OrganisationId>,
    /// For kinds that begin with a joint review.
    pub departments: Vec<OrganisationId>,
    pub private: bool,
    /// Set by a call-taker; otherwise what the form implies.
    pub level: Option<String>,
    pub values: Values,
}

/// A resident raises a matter: how urgent it is follows from what they say, it comes in as they send it, and now.
///
/// # Errors
/// `level-by-staff`, `channel-by-staff`, `occurred-by-staff` for what only whoever writes it down for another says; else a
/// [`Refusal`] for a form that is not complete or not right. Never because a calendar is missing.
pub fn raise(permit: &Permit<Raise>, ctx: &Context<'_>, raising: Raising) -> Result<Change, Refusal> {
    let mut faults = Faults::default();
    if raising.level.is_some() {
        faults.push(Refusal::new("level-by-staff").at_field("level"));
    }
    if matches!(ctx.who.channel, Channel::Phone | Channel::Paper | Channel::Desk) {
        faults.push(Refusal::new("channel-by-staff").at_field("channel"));
    }
    if ctx.at.occurred != ctx.at.recorded {
        faults.push(Refusal::new("occurred-by-staff").at_field("occurred_at"));
    }
    come_in(permit.subject, ctx, raising, faults)
}

/// Staff raise a matter for a caller, a visitor or a paper form.
///
/// # Errors
/// As [`raise`]; `occurred-too-long-ago`.
pub fn raise_for(permit: &Permit<RaiseFor>, ctx: &Context<'_>, raising: Raising) -> Result<Change, Refusal> {
    let mut faults = Faults::default();
    faults.of(back::may_have_been(ctx.calendar.date(ctx.at.occurred), ctx.calendar.date(ctx.at.recorded)));
    come_in(permit.subject, ctx, raising, faults)
}

/// `faults`: what is wrong with when and how it comes, told together with what is wrong with the form.
fn come_in(subject: Uuid, ctx: &Context<'_>, raising: Raising, mut faults: Faults) -> Result<Change, Refusal> {
    assert_eq!(subject, raising.id.uuid, "a permit for another matter than {}", raising.id);
    let kind = ctx.kind;
    if kind.intake.closed {
        let words = Refusal::new("kind-closed").with("kind", kind.name.zh.as_str());
        return Err(words.with("kind_en", kind.name.en.as_str()).at_field("kind"));
    }
    // A form filled in on paper last week is judged by when it was filled in, where that can be.
    let said = if faults.is_empty() { ctx.at.occurred } else { ctx.at.recorded };
    // Whoever looks at it is found by its village; at a township or a county it would be nobody's.
    if !path::is_settled(&raising.place_path) {
        faults.push(Refusal::new("matter-place-wide").at_field("place"));
    }
    faults.of(check_intake(kind, &raising.values, ctx.calendar.local(said)));
    if raising.private && !kind.may_be_private {
        faults.push(Refusal::new("private-not-offered").at_field("private"));
    }
    let key = raising.level.clone().unwrap_or_else(|| implied_level(kind, &raising.values));
    let unknown = || Refusal::new("level-unknown").with("level", key.as_str()).at_field("level");
    let level = kind.level(&key);
    if level.is_none() {
        faults.push(unknown());
    }
    faults.none()?;
    let level = level.ok_or_else(unknown)?;
    let from = match kind.runs_from {
        RunsFrom::Recorded => ctx.at.recorded,
        RunsFrom::Occurred => ctx.at.occurred,
    };
    let wanted = wanted_day(kind, &raising.values, ctx.calendar.date(ctx.at.occurred));
    let matter = Matter {
        id: raising.id,
        kind: kind.id.clone(),
        kind_version: kind.version,
        step: kind.start.clone(),
        level: level.key.clone(),
        type_key: chosen_type(kind, &raising.values),
        way: None,
        risks: BTreeSet::new(),
        place_path: raising.place_path,
        raised_by: raising.raised_by,
        subject: raising.subject,
        for_another: says_another(kind, &raising.values),
        organisation: raising.organisation,
        assignees: BTreeSet::new(),
        done_by: None,
        closed_by: None,
        former: BTreeSet::new(),
        for_role: None,
        followers: BTreeSet::new(),
        private: raising.private,
        accepted: false,
        parts: Vec::new(),
        pause: None,
        wanted,
        resident_clock: promised(level, wanted, from, ctx.calendar),
        step_clock: None,
        next_word_at: None,
        solved: None,
        rating: None,
        closing: None,
        nobody_at: None,
        tries: Vec::new(),
        rerouted: 0,
        reopened: 0,
        version: 0,
    };
    let mut moving = Moving::by_event(ctx, &matter);
    moving.fact(
        Fact::new("matters.raised")
            .with("kind", kind.id.as_str())
            .with("level", level.key.as_str())
            .with_some("type", matter.type_key.clone()),
    );
    moving.report_unset(&matter.resident_clock, "resident");
    moving.enter(&kind.start, &raising.departments)?;
    moving.fields = dated(ctx, wanted, raising.values);
    Ok(moving.done())
}

/// The form as it is kept: “today” of what was said on another day is that day, or whoever reads it takes it for the day on which
/// it was written down.
fn dated(ctx: &Context<'_>, wanted: Option<Date>, mut values: Values) -> Values {
    let is_late = ctx.calendar.date(ctx.at.occurred) != ctx.calendar.date(ctx.at.recorded);
    let said = ctx.kind.wanted_field.as_ref().and_then(|key| values.get_mut(key));
    if let (true, Some(day), Some(said)) = (is_late, wanted, said) {
        said.iter_mut().filter(|said| *said == TODAY).for_each(|said| *said = day.to_string());
    }
    values
}

/// Whether a form names whom it is for as somebody else.
fn says_another(kind: &Kind, values: &Values) -> bool {
    let said = kind.subject_field.as_deref().and_then(|key| values.get(key));
    said.is_some_and(|said| said.iter().any(|one| !one.trim().is_empty()))
}
