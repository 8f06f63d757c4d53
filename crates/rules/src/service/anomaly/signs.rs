//! The signs themselves: each a table row of [`AnomalyRules`] held against the [`Facts`].

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::facts::{Entry, Facts, Shares};
use super::settings::{AnomalyRules, Bulk, Night};
use crate::people::household::Tie;
use crate::places::path::{Distance, distance};
use crate::service::Means;
use crate::shared::Window;
use crate::shared::ids::PersonId;

/// A reason to look, with its figures: locale key `review-sign-<key>`. Minutes are whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "sign", rename_all = "snake_case")]
pub enum Sign {
    BulkEntered {
        services: i64,
        people: i64,
        within: i64,
    },
    BulkConfirmed {
        services: i64,
        people: i64,
        within: i64,
    },
    Overlap {
        minutes: i64,
    },
    TooFar {
        distance: Distance,
        minutes: i64,
    },
    SameConfirmer {
        percent: i64,
        others: i64,
    },
    BeyondPlan {
        minutes: i64,
        planned: i64,
    },
    LongDay {
        minutes: i64,
    },
    Night {
        minutes: i64,
    },
    CopiedCard {
        people: i64,
    },
    /// One card, at two tasks at once.
    CardTwice,
    CopiedCode {
        people: i64,
    },
    SentAfter {
        minutes: i64,
    },
    CloseRecorder {
        household: bool,
    },
    NotServed,
    /// Of the volunteer's records so many were found false, within so many days.
    FoundFalse {
        records: i64,
        days: i64,
    },
    /// The same person typed this one and false ones of so many people, so many of them the volunteer's.
    FoundFalseTogether {
        records: i64,
        people: i64,
        days: i64,
    },
}

impl Sign {
    /// Its name in words and in figures.
    pub const fn key(self) -> &'static str {
        match self {
            Sign::BulkEntered { .. } => "bulk-entered",
            Sign::BulkConfirmed { .. } => "bulk-confirmed",
            Sign::Overlap { .. } => "overlap",
            Sign::TooFar { .. } => "too-far",
            Sign::SameConfirmer { .. } => "same-confirmer",
            Sign::BeyondPlan { .. } => "beyond-plan",
            Sign::LongDay { .. } => "long-day",
            Sign::Night { .. } => "night",
            Sign::CopiedCard { .. } => "copied-card",
            Sign::CardTwice => "card-twice",
            Sign::CopiedCode { .. } => "copied-code",
            Sign::SentAfter { .. } => "sent-after",
            Sign::CloseRecorder { .. } => "close-recorder",
            Sign::NotServed => "not-served",
            Sign::FoundFalse { .. } => "found-false",
            Sign::FoundFalseTogether { .. } => "found-false-together",
        }
    }

    /// The figures of its sentence, by the names that the words use.
    pub fn figures(self) -> Vec<(&'static str, i64)> {
        match self {
            Sign::BulkEntered { services, people, within } | Sign::BulkConfirmed { services, people, within } => {
                vec![("count", services), ("people", people), ("minutes", within)]
            }
            Sign::SameConfirmer { percent, others } => vec![("percent", percent), ("others", others)],
            Sign::BeyondPlan { minutes, planned } => vec![("minutes", minutes), ("planned", planned)],
            Sign::CopiedCard { people } | Sign::CopiedCode { people } => vec![("count", people)],
            Sign::Overlap { minutes }
            | Sign::TooFar { minutes, .. }
            | Sign::LongDay { minutes }
            | Sign::Night { minutes }
            | Sign::SentAfter { minutes } => vec![("minutes", minutes)],
            Sign::FoundFalse { records, days } => vec![("count", records), ("days", days)],
            Sign::FoundFalseTogether { records, people, days } => {
                vec![("count", records), ("people", people), ("days", days)]
            }
            Sign::CardTwice | Sign::CloseRecorder { .. } | Sign::NotServed => Vec::new(),
        }
    }

    /// Points.
    pub fn weight(self, rules: &AnomalyRules) -> i64 {
        match self {
            Sign::BulkEntered { .. } => rules.bulk_entered.weight,
            Sign::BulkConfirmed { .. } => rules.bulk_confirmed.weight,
            Sign::Overlap { .. } => rules.overlap.weight,
            Sign::TooFar { .. } => rules.too_far.weight,
            Sign::SameConfirmer { .. } => rules.same_confirmer.weight,
            Sign::BeyondPlan { .. } => rules.beyond_plan.weight,
            Sign::LongDay { .. } => rules.long_day.weight,
            Sign::Night { .. } => rules.night.weight,
            Sign::CopiedCard { .. } | Sign::CardTwice => rules.copied_card.weight,
            Sign::CopiedCode { .. } => rules.copied_code.weight,
            Sign::SentAfter { .. } => rules.sent_after.weight,
            Sign::CloseRecorder { .. } => rules.close_recorder.weight,
            Sign::NotServed => rules.not_served.weight,
            Sign::FoundFalse { .. } | Sign::FoundFalseTogether { .. } => rules.found_false.weight,
        }
    }
}

/// The most that a record scores.
const MOST: i64 = 100;

/// What was found about one record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub signs: Vec<Sign>,
    /// Points from 0 to 100.
    pub score: i64,
}

impl Finding {
    pub fn of(signs: Vec<Sign>, rules: &AnomalyRules) -> Finding {
        let score = signs.iter().map(|sign| sign.weight(rules)).sum::<i64>().clamp(0, MOST);
        Finding { signs, score }
    }

    /// Whether somebody looks before the hours count.
    pub fn holds(&self, rules: &AnomalyRules) -> bool {
        self.score >= rules.bar
    }
}

/// Reads the signs of a record.
pub fn find(facts: &Facts<'_>, rules: &AnomalyRules) -> Finding {
    let day = facts.day;
    let mut signs = Vec::new();
    let beside = |entry: &Option<Entry>, beside: &[Entry], limits: Option<&Bulk>| {
        limits.zip(entry.as_ref()).and_then(|(limits, entry)| in_bulk(entry, beside, limits))
    };
    let limits = rules.bulk_entered.on(day);
    if let Some((services, people, within)) = beside(&facts.entered, facts.entered_beside, limits) {
        signs.push(Sign::BulkEntered { services, people, within });
    }
    let limits = rules.bulk_confirmed.on(day);
    if let Some((services, people, within)) = beside(&facts.confirmed, facts.confirmed_beside, limits) {
        signs.push(Sign::BulkConfirmed { services, people, within });
    }
    signs.extend(elsewhere(facts, rules));
    if let Some(limits) = rules.same_confirmer.on(day)
        && let Some(Shares { records, by_confirmer, all, others_by_confirmer, others }) = facts.shares
    {
        let (percent, usual) = (percent(by_confirmer, all), percent(others_by_confirmer, others));
        let above = percent - usual >= limits.above_others_percent;
        // Where nobody else served, there is nothing to compare with.
        if records >= limits.records && others > 0 && percent >= limits.share_percent && above {
            signs.push(Sign::SameConfirmer { percent, others: usual });
        }
    }
    signs.extend(too_long(facts, rules));
    signs.extend(copied(facts, rules));
    if let Some(tie) = facts.tie.filter(|tie| *tie != Tie::Same && rules.close_recorder.on(day).is_some()) {
        signs.push(Sign::CloseRecorder { household: tie == Tie::Household });
    }
    if facts.denied && rules.not_served.on(day).is_some() {
        signs.push(Sign::NotServed);
    }
    signs.extend(facts.past.zip(rules.found_false.on(day)).and_then(|(past, limits)| past.sign(day, limits)));
    Finding::of(signs, rules)
}

/// Of the stretches of time that this entry lies in, the one with the most services beyond the first of each volunteer, when
/// they are enough and this is one of them: the services of those who have several, how many people that is, the minutes.
fn in_bulk(entry: &Entry, beside: &[Entry], limits: &Bulk) -> Option<(i64, i64, i64)> {
    let stretch = SignedDuration::from_mins(limits.within_minutes);
    let starts = beside.iter().map(|e| e.at).chain([entry.at]);
    let starts = starts.filter(|start| *start <= entry.at && entry.at.duration_since(*start) <= stretch);
    let bulks = starts.filter_map(|start| {
        let mut services: BTreeMap<PersonId, BTreeSet<&str>> = BTreeMap::new();
        let inside = beside.iter().filter(|e| e.at >= start && e.at.duration_since(start) <= stretch);
        for e in inside.chain([entry]) {
            services.entry(e.volunteer).or_default().insert(e.occasion.as_str());
        }
        services.retain(|_, occasions| occasions.len() > 1);
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let (all, people) = (count(services.values().map(BTreeSet::len).sum()), count(services.len()));
        services.contains_key(&entry.volunteer).then_some((all, people))
    });
    let (services, people) = bulks.max_by_key(|(services, people)| services - people)?;
    (services - people >= limits.repeats).then_some((services, people, limits.within_minutes))
}

/// At two places at once, or too soon after one another.
fn elsewhere(facts: &Facts<'_>, rules: &AnomalyRules) -> Option<Sign> {
    if let Some(limits) = rules.overlap.on(facts.day) {
        let common = facts.own.iter().filter_map(|other| other.served.common(&facts.served));
        let most = common.map(|window| window.minutes()).max().unwrap_or(0);
        if most > limits.more_than_minutes {
            return Some(Sign::Overlap { minutes: most });
        }
    }
    let way = rules.too_far.on(facts.day)?;
    let attended = facts.own.iter().filter(|o| o.attended && facts.signed.is_some());
    let gaps = attended.filter_map(|other| {
        let distance = distance(facts.place_path, other.place_path);
        let minutes = gap(&facts.served, &other.served);
        (minutes < way.minutes(distance)).then_some((minutes, distance))
    });
    gaps.min().map(|(minutes, distance)| Sign::TooFar { distance, minutes })
}

/// Whole minutes between two windows; 0 when they touch or overlap.
fn gap(a: &Window, b: &Window) -> i64 {
    let after = a.start.duration_since(b.end).max(b.start.duration_since(a.end));
    after.as_mins().max(0)
}

fn too_long(facts: &Facts<'_>, rules: &AnomalyRules) -> Vec<Sign> {
    let mut signs = Vec::new();
    let planned = facts.planned.map(|planned| planned.minutes());
    if let Some((limits, planned)) = rules.beyond_plan.on(facts.day).zip(planned) {
        let minutes = facts.minutes;
        if minutes * 100 > planned * limits.percent && minutes - planned > limits.minutes {
            signs.push(Sign::BeyondPlan { minutes, planned });
        }
    }
    if let Some(limits) = rules.long_day.on(facts.day) {
        let others = facts.own.iter().filter(|other| other.day == facts.day).map(|other| other.minutes);
        let minutes = facts.minutes + others.sum::<i64>();
        if minutes > limits.minutes {
            signs.push(Sign::LongDay { minutes });
        }
    }
    let is_planned = facts.planned.is_some_and(|planned| planned.covers(&facts.served));
    if let Some(limits) = rules.night.on(facts.day)
        && !is_planned
        && facts.night_minutes > limits.minutes
    {
        signs.push(Sign::Night { minutes: facts.night_minutes });
    }
    signs
}

fn copied(facts: &Facts<'_>, rules: &AnomalyRules) -> Vec<Sign> {
    let Some(signed) = &facts.signed else { return Vec::new() };
    let mut signs = Vec::new();
    let near = |a: Timestamp, b: Timestamp, seconds: i64| a.duration_since(b).as_secs().abs() <= seconds;
    let (came, left) = (signed.came.at, signed.left.map(|left| left.at));
    match signed.means {
        Means::CardQr => {
            if let Some(limits) = rules.copied_card.on(facts.day) {
                let beside = |same_task: bool| {
                    let of = signed.beside.iter().filter(move |card| card.same_task == same_task);
                    of.filter(|card| near(card.came, came, limits.within_seconds)).count()
                };
                let people = 1 + i64::try_from(beside(true)).unwrap_or(i64::MAX - 1);
                if people >= limits.people {
                    signs.push(Sign::CopiedCard { people });
                }
                if beside(false) > 0 {
                    signs.push(Sign::CardTwice);
                }
            }
        }
        Means::VenueQr | Means::Code => {
            if let Some((limits, left)) = rules.copied_code.on(facts.day).zip(left) {
                let with_me = signed.beside.iter().filter(|card| {
                    near(card.came, came, limits.within_seconds)
                        && card.left.is_some_and(|other| near(other, left, limits.within_seconds))
                });
                let people = 1 + i64::try_from(with_me.count()).unwrap_or(i64::MAX - 1);
                if people >= limits.people {
                    signs.push(Sign::CopiedCode { people });
                }
            }
        }
        Means::Desk | Means::Unattended => {}
    }
    if let Some((limits, planned)) = rules.sent_after.on(facts.day).zip(facts.planned)
        && signed.came.received != signed.came.at
    {
        let minutes = signed.came.received.duration_since(planned.end).as_mins();
        if minutes > limits.minutes {
            signs.push(Sign::SentAfter { minutes });
        }
    }
    signs
}

const fn percent(part: i64, of: i64) -> i64 {
    if of <= 0 { 0 } else { part * 100 / of }
}

/// Whole minutes of a window that lie in the night, in local time.
pub fn night_minutes(served: &Window, limits: &Night, zone: &TimeZone) -> i64 {
    let first = served.start.to_zoned_datetime(zone.clone()).date();
    let last = served.end.to_zoned_datetime(zone.clone()).date();
    let at = |day: jiff::civil::Date, hour: i64| {
        let hour = i8::try_from(hour).ok()?;
        day.at(hour, 0, 0, 0).to_zoned_datetime(zone.clone()).ok().map(|zoned| zoned.timestamp())
    };
    let (mut night, mut total) = (first.yesterday().ok(), 0);
    while let Some(day) = night.filter(|day| *day <= last) {
        let morning = day.checked_add(1.day()).ok();
        let ends = morning.and_then(|morning| at(morning, limits.until_hour));
        if let Some((start, end)) = at(day, limits.from_hour).zip(ends) {
            total += Window { start, end }.common(served).map_or(0, |common| common.minutes());
        }
        night = morning;
    }
    total
}
