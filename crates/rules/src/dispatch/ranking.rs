//! The ranked list for an invitation: a weighted sum whose every term can be read out.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::eligibility::{Asked, Candidate, Relaxed, Way, exclusion, exclusion_relaxed};
use super::task::TaskRules;
use crate::places::Distance;
use crate::places::path::distance;
use crate::shared::Arg;
use crate::shared::ids::PersonId;

/// Points of score per unit; `weights.toml` says what each means. None may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub nearer_step: u16,
    pub useful_skill: u16,
    pub task_this_week: u16,
    pub week_waiting: u16,
    pub served_before: u16,
    pub language: u16,
    pub preferred_sex: u16,
    pub team_member: u16,
}

static EMBEDDED: LazyLock<Weights> =
    LazyLock::new(|| Weights::parse(include_str!("weights.toml")).expect("the embedded weights are read by a test"));

impl Default for Weights {
    fn default() -> Weights {
        *EMBEDDED
    }
}

impl Weights {
    /// No weight at all: everybody is equal.
    pub const NONE: Weights = Weights {
        nearer_step: 0,
        useful_skill: 0,
        task_this_week: 0,
        week_waiting: 0,
        served_before: 0,
        language: 0,
        preferred_sex: 0,
        team_member: 0,
    };

    /// Reads a county's file.
    ///
    /// # Errors
    /// What the reader says: a name unknown or missing, a number below 0 or above 65,535.
    pub fn parse(toml: &str) -> Result<Weights, toml::de::Error> {
        toml::from_str(toml)
    }
}

/// Most skills, weeks and services that count.
const MOST_SKILLS: usize = 3;
const MOST_WEEKS: u16 = 8;
const MOST_SERVED: u16 = 3;
/// How many reasons make one sentence.
const SENTENCE: usize = 4;

/// Why somebody is suggested. The sentence joins a few of them; `reason-<key>` in the locales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason<'a> {
    /// Holds the credential that the task needs.
    Credential(&'a str),
    Near(Distance),
    ThisWeek(u16),
    ServedBefore(u16),
    Language(&'a str),
    UsefulSkills(u16),
    PreferredSex,
    /// Is in the team that the task was cut for.
    TeamMember,
    NeverServed,
    WeeksWaiting(u16),
}

impl Reason<'_> {
    pub const fn key(&self) -> &'static str {
        match self {
            Reason::Credential(_) => "credential",
            Reason::Near(distance) => distance.key(),
            Reason::ThisWeek(_) => "this-week",
            Reason::ServedBefore(_) => "served-before",
            Reason::Language(_) => "language",
            Reason::UsefulSkills(_) => "useful-skills",
            Reason::PreferredSex => "preferred-sex",
            Reason::TeamMember => "team-member",
            Reason::NeverServed => "never-served",
            Reason::WeeksWaiting(_) => "weeks-waiting",
        }
    }

    /// The values that the words mention; keys of the county's lists as `credential` and `language`.
    pub fn args(&self) -> Vec<(&'static str, Arg)> {
        match self {
            Reason::Credential(key) => vec![("credential", Arg::from(*key))],
            Reason::Language(key) => vec![("language", Arg::from(*key))],
            Reason::ThisWeek(n) | Reason::ServedBefore(n) | Reason::UsefulSkills(n) | Reason::WeeksWaiting(n) => {
                vec![("count", Arg::from(i64::from(*n)))]
            }
            _ => Vec::new(),
        }
    }
}

/// A reason and the points it gave (or, for the week's tasks, took).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term<'a> {
    pub reason: Reason<'a>,
    pub points: i64,
}

/// The terms of one candidate, on the stack.
type Terms<'a> = [Option<Term<'a>>; 8];

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion<'a> {
    pub person: PersonId,
    pub score: i64,
    /// Every term of the score.
    pub terms: Vec<Term<'a>>,
    /// The sentence: the credential, the distance, the week, and what else speaks loudest.
    pub sentence: Vec<Reason<'a>>,
}

/// Who could serve, best first, and how many could not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranking<'a> {
    pub best: Vec<Suggestion<'a>>,
    /// How many could serve, listed or not.
    pub eligible: u32,
    /// How many were left out, by the key of the first reason, most first.
    pub excluded: Vec<(&'static str, u32)>,
    /// How many more could serve if one condition were relaxed.
    pub widening: Widening,
}

/// How many people each relaxation would add.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widening {
    pub distance: u32,
    pub time: u32,
    pub skills: u32,
}

/// Ranks candidates for an invitation and keeps the best `k`. One pass; equal scores are ordered by id, so the same
/// people give the same list.
pub fn rank<'a>(
    asked: &Asked<'a>,
    candidates: impl IntoIterator<Item = &'a Candidate<'a>>,
    weights: &Weights,
    rules: &TaskRules,
    k: usize,
) -> Ranking<'a> {
    let mut heap: BinaryHeap<Reverse<Kept<'a>>> = BinaryHeap::with_capacity(k + 1);
    let mut ranking = Ranking { best: Vec::new(), eligible: 0, excluded: Vec::new(), widening: Widening::default() };
    for candidate in candidates {
        if let Some(why) = exclusion(asked, candidate, Way::Invitation, rules) {
            match ranking.excluded.iter_mut().find(|(key, _)| *key == why.key()) {
                Some((_, count)) => *count += 1,
                None => ranking.excluded.push((why.key(), 1)),
            }
            count_widening(&mut ranking.widening, asked, candidate, rules);
            continue;
        }
        ranking.eligible += 1;
        let score = terms(asked, candidate, weights).iter().flatten().map(|t| t.points).sum();
        heap.push(Reverse(Kept { score, candidate }));
        if heap.len() > k {
            heap.pop();
        }
    }
    // Sorting the reversed ones puts the best first.
    ranking.best = heap.into_sorted_vec().into_iter().map(|Reverse(kept)| suggest(asked, &kept, weights)).collect();
    ranking.excluded.sort_by_key(|(key, count)| (Reverse(*count), *key));
    ranking
}

fn count_widening(widening: &mut Widening, asked: &Asked<'_>, candidate: &Candidate<'_>, rules: &TaskRules) {
    let fits =
        |relaxed| u32::from(exclusion_relaxed(asked, candidate, Way::Invitation, rules, Some(relaxed)).is_none());
    widening.distance += fits(Relaxed::Distance);
    widening.time += fits(Relaxed::Time);
    widening.skills += fits(Relaxed::Skills);
}

fn suggest<'a>(asked: &Asked<'a>, kept: &Kept<'a>, weights: &Weights) -> Suggestion<'a> {
    let terms: Vec<Term<'a>> = terms(asked, kept.candidate, weights).into_iter().flatten().collect();
    let credential = asked.task.needs.credentials.first().map(|key| Reason::Credential(key));
    let fixed = |reason: &Reason<'_>| matches!(reason, Reason::Near(_) | Reason::ThisWeek(_));
    let mut sentence: Vec<Reason<'a>> = credential.into_iter().collect();
    sentence.extend(terms.iter().map(|t| t.reason).filter(fixed));
    let mut others: Vec<&Term<'a>> = terms.iter().filter(|t| !fixed(&t.reason) && t.points > 0).collect();
    others.sort_by_key(|t| Reverse(t.points));
    sentence.extend(others.into_iter().map(|t| t.reason));
    sentence.truncate(SENTENCE);
    Suggestion { person: kept.candidate.who.person, score: kept.score, terms, sentence }
}

fn terms<'a>(asked: &Asked<'a>, candidate: &Candidate<'_>, weights: &Weights) -> Terms<'a> {
    let needs = &asked.task.needs;
    let term = |reason, weight: u16, units: i64| Term { reason, points: i64::from(weight) * units };
    let near = distance(candidate.home_path, &asked.task.place_path);
    let steps_nearer = i64::from(Distance::Beyond.steps() - near.steps());
    let useful = needs.useful_skills.iter().filter(|key| candidate.skills.contains(key)).take(MOST_SKILLS).count();
    let useful = u16::try_from(useful).unwrap_or(u16::MAX);
    let served = candidate.served_before.min(MOST_SERVED);
    let language = needs.languages.iter().find(|key| candidate.languages.contains(key));
    let preferred = needs.preferred_sex.is_some_and(|sex| sex == candidate.sex);
    let waiting = match candidate.last_served {
        None => term(Reason::NeverServed, weights.week_waiting, MOST_WEEKS.into()),
        Some(last) => {
            let weeks = weeks_between(last, asked.day);
            term(Reason::WeeksWaiting(weeks), weights.week_waiting, weeks.into())
        }
    };
    [
        Some(term(Reason::Near(near), weights.nearer_step, steps_nearer)),
        Some(term(Reason::ThisWeek(candidate.this_week), weights.task_this_week, -i64::from(candidate.this_week))),
        (useful > 0).then(|| term(Reason::UsefulSkills(useful), weights.useful_skill, useful.into())),
        (served > 0).then(|| term(Reason::ServedBefore(candidate.served_before), weights.served_before, served.into())),
        language.map(|key| term(Reason::Language(key), weights.language, 1)),
        preferred.then(|| term(Reason::PreferredSex, weights.preferred_sex, 1)),
        candidate.team_member.then(|| term(Reason::TeamMember, weights.team_member, 1)),
        Some(waiting),
    ]
}

/// Full weeks, at most [`MOST_WEEKS`].
fn weeks_between(last: Date, day: Date) -> u16 {
    let days = last.duration_until(day).as_hours() / 24;
    u16::try_from((days / 7).clamp(0, MOST_WEEKS.into())).unwrap_or(MOST_WEEKS)
}

/// A candidate in the heap: by score, then by id, the smaller id first.
struct Kept<'a> {
    score: i64,
    candidate: &'a Candidate<'a>,
}

impl Kept<'_> {
    fn order(&self) -> (i64, Reverse<PersonId>) {
        (self.score, Reverse(self.candidate.who.person))
    }
}
impl PartialEq for Kept<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}
impl Eq for Kept<'_> {}
impl PartialOrd for Kept<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Kept<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}
