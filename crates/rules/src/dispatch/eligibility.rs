//! Who could serve on a task, and the first reason for who could not.

use jiff::Timestamp;
use jiff::civil::Date;

use super::task::{Risk, Task, TaskRules};
use crate::people::availability::{is_free, spans_of};
use crate::people::credential::proves;
use crate::people::household::{Party, Tie, tie};
use crate::people::person::{AgeBar, Guardianship, full_years, may_serve};
use crate::people::{Credential, CredentialFault, Sex, WeeklySpan};
use crate::places::Distance;
use crate::places::path::distance;
use crate::shared::{Arg, Refusal, Window, WorkCalendar};

/// A task as it is held against many candidates; what they share is computed once.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    pub task: &'a Task,
    /// Who is served and who reported the matter.
    pub parties: &'a [Party<'a>],
    /// The local day on which the service begins: the day on which credentials must hold.
    pub day: Date,
    spans: Vec<WeeklySpan>,
}

impl<'a> Asked<'a> {
    pub fn new(task: &'a Task, parties: &'a [Party<'a>], calendar: &WorkCalendar) -> Asked<'a> {
        let day = calendar.date(task.window.start);
        Asked { task, parties, day, spans: spans_of(&task.window, calendar) }
    }
}

/// A volunteer as dispatch may see them. There is no field for declines, expiries, no-shows or withdrawals, and there
/// must never be one.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    pub who: Party<'a>,
    pub home_path: &'a str,
    /// Holds a volunteer membership on the day of the task.
    pub active: bool,
    pub born: Option<Date>,
    pub sex: Sex,
    pub guardianship: Guardianship,
    pub credentials: &'a [Credential],
    /// Keys of skills.
    pub skills: &'a [String],
    /// Keys of languages and dialects.
    pub languages: &'a [String],
    pub weekly: &'a [WeeklySpan],
    /// From [`super::on_hand::OnHand::engaged`], and duty shifts.
    pub engaged: &'a [Window],
    /// Asked to be left alone until then.
    pub alone_until: Option<Timestamp>,
    /// Was invited to this very task before, whatever the answer: nobody is asked the same thing twice.
    pub invited: bool,
    /// When an accident policy covers them.
    pub insured: Option<Window>,
    /// From [`super::on_hand::OnHand::this_week`].
    pub this_week: u16,
    /// From [`super::on_hand::OnHand::last_served`], as a local day.
    pub last_served: Option<Date>,
    /// Confirmed services given to the person served.
    pub served_before: u16,
    /// Is in the team that the task was cut for.
    pub team_member: bool,
}

/// On whose initiative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Somebody would invite them.
    Invitation,
    /// They come themselves: they answer an offer or take an open task. Their own wish outweighs the pattern of their
    /// week, their wish to be left alone, the distance, and an earlier answer.
    OwnWish,
}

/// Why somebody is left out. In the order in which reasons are looked for: the first found is the one told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclusion<'a> {
    NotActive,
    Credential {
        key: &'a str,
        fault: CredentialFault,
    },
    Skill {
        key: &'a str,
    },
    Age(AgeBar),
    WomenOnly,
    NotAvailable,
    /// Another accepted task, or the rest after it, lies in the window.
    Engaged,
    /// They are, live with or are kin of who is served or who reported: whoever serves also says what was needed, how
    /// long it took and whether more is, and nobody says that for their own.
    Conflict(Tie),
    LeftAlone {
        until: Timestamp,
    },
    AlreadyInvited,
    NotInsured,
    TooFar,
}

impl Exclusion<'_> {
    /// The stable key: `excluded-<key>` in the locales tells the desk, `refusal-excluded-<key>` the volunteer.
    pub fn key(&self) -> &'static str {
        self.code().trim_start_matches("excluded-")
    }

    const fn code(&self) -> &'static str {
        match self {
            Exclusion::NotActive => "excluded-not-active",
            Exclusion::Credential { fault: CredentialFault::Missing, .. } => "excluded-credential-missing",
            Exclusion::Credential { fault: CredentialFault::Expired(_), .. } => "excluded-credential-expired",
            Exclusion::Credential { fault: CredentialFault::Unverified, .. } => "excluded-credential-unverified",
            Exclusion::Credential { fault: CredentialFault::NotYet(_), .. } => "excluded-credential-not-yet",
            Exclusion::Credential { fault: CredentialFault::Withdrawn(_), .. } => "excluded-credential-withdrawn",
            Exclusion::Skill { .. } => "excluded-skill",
            Exclusion::Age(AgeBar::Unknown) => "excluded-age-unknown",
            Exclusion::Age(AgeBar::TooYoung { .. }) => "excluded-too-young",
            Exclusion::Age(AgeBar::GuardianConsentMissing) => "excluded-guardian-consent",
            Exclusion::Age(AgeBar::MinorInDanger) => "excluded-minor-in-danger",
            Exclusion::WomenOnly => "excluded-women-only",
            Exclusion::NotAvailable => "excluded-not-available",
            Exclusion::Engaged => "excluded-engaged",
            Exclusion::Conflict(_) => "excluded-conflict",
            Exclusion::LeftAlone { .. } => "excluded-left-alone",
            Exclusion::AlreadyInvited => "excluded-already-invited",
            Exclusion::NotInsured => "excluded-not-insured",
            Exclusion::TooFar => "excluded-too-far",
        }
    }

    /// The values that the words mention: `credential` and `skill` are keys of the county's lists, `day` is ISO 8601,
    /// `least` full years, `until` an instant in RFC 3339, `tie` the key of a [`Tie`].
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Exclusion::Credential { key, fault } => {
                let mut args = vec![("credential", Arg::from(*key))];
                if let CredentialFault::Expired(day) | CredentialFault::NotYet(day) | CredentialFault::Withdrawn(day) =
                    fault
                {
                    args.push(("day", Arg::from(day.to_string())));
                }
                args
            }
            Exclusion::Skill { key } => vec![("skill", Arg::from(*key))],
            Exclusion::Age(AgeBar::TooYoung { least }) => vec![("least", Arg::from(i64::from(*least)))],
            Exclusion::Conflict(tie) => vec![("tie", Arg::from(tie.key()))],
            Exclusion::LeftAlone { until } => vec![("until", Arg::from(until.to_string()))],
            _ => Vec::new(),
        }
    }

    /// The same, told to the volunteer who wanted to come. Not by which tie: kinship may have been declared by the other
    /// side, who need not want it told.
    pub fn refusal(&self) -> Refusal {
        let args = if matches!(self, Exclusion::Conflict(_)) { Vec::new() } else { self.args() };
        Refusal { code: self.code(), args, field: None, further: Vec::new() }
    }
}

/// A condition that the desk may relax when nobody fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relaxed {
    Distance,
    Time,
    Skills,
}

/// The first reason why the candidate cannot serve; `None` when they can. Nothing here allocates.
pub fn exclusion<'a>(
    asked: &Asked<'a>,
    candidate: &Candidate<'_>,
    way: Way,
    rules: &TaskRules,
) -> Option<Exclusion<'a>> {
    exclusion_relaxed(asked, candidate, way, rules, None)
}

/// As [`exclusion`], with one condition left out.
pub(super) fn exclusion_relaxed<'a>(
    asked: &Asked<'a>,
    candidate: &Candidate<'_>,
    way: Way,
    rules: &TaskRules,
    relaxed: Option<Relaxed>,
) -> Option<Exclusion<'a>> {
    let skills = relaxed != Some(Relaxed::Skills);
    if !candidate.active {
        return Some(Exclusion::NotActive);
    }
    unable(asked, candidate, skills)
        .or_else(|| barred_by_age_or_sex(asked, candidate, rules))
        .or_else(|| not_free(asked, candidate, way, rules, relaxed != Some(Relaxed::Time)))
        .or_else(|| tied(asked, candidate))
        .or_else(|| not_to_be_asked(asked, candidate, way))
        .or_else(|| uninsured(asked.task, candidate))
        .or_else(|| too_far(asked.task, candidate, way, relaxed != Some(Relaxed::Distance)))
}

fn unable<'a>(asked: &Asked<'a>, candidate: &Candidate<'_>, skills: bool) -> Option<Exclusion<'a>> {
    let needs = &asked.task.needs;
    for key in &needs.credentials {
        if let Err(fault) = proves(candidate.credentials, key, asked.day) {
            return Some(Exclusion::Credential { key, fault });
        }
    }
    let missing = needs.skills.iter().find(|key| skills && !candidate.skills.contains(key))?;
    Some(Exclusion::Skill { key: missing })
}

fn barred_by_age_or_sex(asked: &Asked<'_>, candidate: &Candidate<'_>, rules: &TaskRules) -> Option<Exclusion<'static>> {
    let needs = &asked.task.needs;
    let age = candidate.born.and_then(|born| full_years(born, asked.day));
    let dangerous = needs.risk == Risk::Dangerous;
    if let Err(bar) = may_serve(age, candidate.guardianship, dangerous, needs.least_age, &rules.minors) {
        return Some(Exclusion::Age(bar));
    }
    (needs.women_only && candidate.sex != Sex::Female).then_some(Exclusion::WomenOnly)
}

fn not_free(
    asked: &Asked<'_>,
    candidate: &Candidate<'_>,
    way: Way,
    rules: &TaskRules,
    pattern: bool,
) -> Option<Exclusion<'static>> {
    if pattern && way == Way::Invitation && !is_free(candidate.weekly, &asked.spans) {
        return Some(Exclusion::NotAvailable);
    }
    let window = &asked.task.window;
    candidate.engaged.iter().any(|e| e.is_nearer_than(window, rules.rest)).then_some(Exclusion::Engaged)
}

fn tied(asked: &Asked<'_>, candidate: &Candidate<'_>) -> Option<Exclusion<'static>> {
    asked.parties.iter().find_map(|party| tie(party, &candidate.who)).map(Exclusion::Conflict)
}

fn not_to_be_asked(asked: &Asked<'_>, candidate: &Candidate<'_>, way: Way) -> Option<Exclusion<'static>> {
    if way == Way::OwnWish {
        return None;
    }
    let alone = candidate.alone_until.filter(|until| asked.task.window.start < *until);
    alone.map(|until| Exclusion::LeftAlone { until }).or_else(|| candidate.invited.then_some(Exclusion::AlreadyInvited))
}

fn uninsured(task: &Task, candidate: &Candidate<'_>) -> Option<Exclusion<'static>> {
    let covered = candidate.insured.is_some_and(|cover| cover.covers(&task.window));
    (task.needs.risk.needs_insurance() && !covered).then_some(Exclusion::NotInsured)
}

fn too_far(task: &Task, candidate: &Candidate<'_>, way: Way, limited: bool) -> Option<Exclusion<'static>> {
    let far = limited && way == Way::Invitation && task.needs.reach < Distance::Beyond;
    (far && distance(candidate.home_path, &task.place_path) > task.needs.reach).then_some(Exclusion::TooFar)
}
