//! What a city or one of its counties sets for its dispatch: weights of the ranking, limits of tasks, waves of
//! invitations. The program's own numbers hold where nothing else is said; a file beside the data changes some of them,
//! each from a day on. docs/settings.md says how to write it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use toml::{Spanned, Table, Value};

use super::quiet::QuietHours;
use super::ranking::Weights;
use super::task::TaskRules;
use super::wave::{WavePlan, WavePlans};
use crate::matters::{Act, Kinds, Problem};
use crate::people::MinorRules;
use crate::shared::Term;
use crate::shared::loose::{self, Placed};

/// The format that this program reads.
const FORMAT: u32 = 1;
/// What `source` says of a number that no law sets.
const LOCAL: &str = "local setting";
/// How many waves must have run out before the step that finds people is late: the second reaches further than the first.
const WAVES_IN_TIME: i64 = 2;
const LONGEST_REPLY_HOURS: i64 = 72;
const DAY: i64 = 24 * 60;
/// Where levels are named.
const WAVE: &str = "wave";
const THROUGH: &str = "quiet › through";
/// Between the keys of a path.
const WITHIN: &str = " › ";

/// Everything that dispatch weighs and measures by, at one place on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DispatchRules {
    pub weights: Weights,
    pub limits: TaskRules,
    pub waves: WavePlans,
    pub quiet: QuietHours,
}

/// The rules of the city and of each county that has its own, in the order of the days they hold from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DispatchSettings {
    own: DispatchRules,
    city: Vec<(Date, DispatchRules)>,
    counties: BTreeMap<String, Vec<(Date, DispatchRules)>>,
    /// Where the file is and which levels it names in which part, for what is found wrong later.
    file: String,
    levels: Vec<(&'static str, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    #[serde(default, rename = "setting")]
    settings: Vec<Spanned<Setting>>,
}

/// What one part of the file changes. A number that is not named stays as it is; a wave replaces the plan of its level.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Setting {
    /// Six digits; the whole city when it is left out.
    county: Option<String>,
    valid_from: Date,
    source: String,
    weights: Option<Table>,
    limits: Option<Table>,
    quiet: Option<Table>,
    #[serde(default)]
    wave: Vec<WavePlan>,
}

impl DispatchSettings {
    /// Reads the file of a city.
    ///
    /// # Errors
    /// Every [`Problem`], each with what to do.
    pub fn parse(file: &str, text: &str) -> Result<DispatchSettings, Vec<Problem>> {
        let (settings, problems) = DispatchSettings::read(file, text);
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    /// Reads the file of a city: what is right of it, and every [`Problem`] of the rest.
    pub fn read(file: &str, text: &str) -> (DispatchSettings, Vec<Problem>) {
        let line = |at: usize| 1 + text.bytes().take(at).filter(|b| *b == b'\n').count();
        let problem = |line: Option<usize>, part: &str, message: String| Problem {
            file: file.to_owned(),
            line,
            part: part.to_owned(),
            message: format!("{message}; compare with docs/settings.md"),
        };
        let mut problems = Vec::new();
        let (format, mut parts) = match toml::from_str::<File>(text) {
            Ok(File { format, settings }) => {
                let part = |part: Spanned<Setting>| (line(part.span().start), part.into_inner());
                (format, settings.into_iter().map(part).collect())
            }
            Err(first) => {
                problems.push(problem(first.span().map(|s| line(s.start)), "", first.message().to_owned()));
                let (format, parts, wrong) = one_by_one(text, first.message());
                problems.extend(wrong.into_iter().map(|(at, message)| problem(Some(line(at)), "setting", message)));
                (format, parts.into_iter().map(|(at, part)| (line(at), part)).collect::<Vec<_>>())
            }
        };
        if format != FORMAT {
            let message = format!("this program reads format {FORMAT}, not {format}");
            return (DispatchSettings::default(), vec![problem(None, "format", message)]);
        }
        // The city's first and then by day, so that each county's stand on what the city has on that day.
        parts.sort_by(|(_, a), (_, b)| (&a.county, a.valid_from).cmp(&(&b.county, b.valid_from)));
        let levels = parts.iter().flat_map(|(_, part)| part.levels()).collect();
        let mut settings = DispatchSettings { file: file.to_owned(), levels, ..DispatchSettings::default() };
        for (line, part) in &parts {
            for (name, message) in part.problems() {
                problems.push(problem(Some(line_of(text, *line, &name)), &name, message));
            }
        }
        // With mistakes too: what is right of it is held against kinds and counties at the same time.
        for county in parts.iter().map(|(_, p)| p.county.as_ref()).collect::<std::collections::BTreeSet<_>>() {
            settings.keep(county, timeline(county, &parts));
        }
        (settings, problems)
    }

    fn keep(&mut self, county: Option<&String>, days: Vec<(Date, DispatchRules)>) {
        match county {
            None => self.city = days,
            Some(code) => {
                self.counties.insert(code.clone(), days);
            }
        }
    }

    /// What holds at a place on a day.
    pub fn at(&self, place_path: &str, day: Date) -> &DispatchRules {
        let county = place_path.split('/').nth(1).and_then(|code| self.counties.get(code));
        let on = |days: &'_ Vec<(Date, DispatchRules)>| days.iter().rposition(|(from, _)| *from <= day);
        let found = county.and_then(|days| on(days).map(|i| &days[i].1));
        found.or_else(|| on(&self.city).map(|i| &self.city[i].1)).unwrap_or(&self.own)
    }

    /// What does not fit the kinds of matters or the counties in use. `counties`: the codes of those that there are, empty
    /// before any were brought in.
    pub fn check(&self, kinds: &Kinds, counties: &[&str]) -> Vec<Problem> {
        let mut problems = self.check_counties(counties);
        let mut add = |file: &str, part: String, message: String| {
            problems.push(Problem { file: file.to_owned(), line: None, part, message });
        };
        let is_known = |level: &str| kinds.iter().any(|k| k.level(level).is_some());
        for (part, level) in self.levels.iter().filter(|(_, level)| !is_known(level)) {
            let others = if *part == WAVE { ", or \"*\" for all others" } else { "" };
            let message = format!("no kind has this level; name one of theirs{others}");
            add(&self.file, format!("{part} › level {level:?}"), message);
        }
        for (whose, from, rules) in self.all() {
            let place = from.map_or_else(|| whose.clone(), |from| format!("{whose} from {from}"));
            for kind in kinds.iter() {
                for step in kind.steps.iter().filter(|step| step.act == Act::Dispatch) {
                    let step_lasts = step.clock.term.roughly_minutes();
                    for level in &kind.levels {
                        let reply = rules.waves.plan(&level.key).reply_within.roughly_minutes();
                        let lasts = step_lasts.min(level.term.roughly_minutes());
                        if reply * WAVES_IN_TIME > lasts {
                            let message = format!(
                                "of the level {:?} two waves of invitations take {} minutes and only {lasts} are \
                                 granted, so that a second wave is always late: lengthen the clock of the step, or \
                                 shorten reply_within of the wave ({place})",
                                level.key,
                                reply * WAVES_IN_TIME
                            );
                            add(&format!("kind {}", kind.id), format!("step {:?} › clock", step.key), message);
                        }
                    }
                }
            }
        }
        problems
    }

    /// What does not fit the counties in use.
    pub fn check_counties(&self, counties: &[&str]) -> Vec<Problem> {
        // What is no code at all was told when the file was read.
        let is_code = |code: &&String| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit());
        let is_unknown = |code: &&String| !counties.is_empty() && !counties.contains(&code.as_str());
        let unknown = self.counties.keys().filter(is_code).filter(is_unknown);
        let problem = |code: &String| Problem {
            file: self.file.clone(),
            line: None,
            part: format!("county {code:?}"),
            message: format!("no county here has this code; use one of {}", counties.join(", ")),
        };
        unknown.map(problem).collect()
    }

    /// Every set of rules: whose, from which day on.
    fn all(&self) -> impl Iterator<Item = (String, Option<Date>, &DispatchRules)> {
        let own = std::iter::once(("the program's own".to_owned(), None, &self.own));
        let city = self.city.iter().map(|(from, rules)| ("the city".to_owned(), Some(*from), rules));
        let counties = self.counties.iter().flat_map(|(code, days)| {
            days.iter().map(move |(from, rules)| (format!("county {code:?}"), Some(*from), rules))
        });
        own.chain(city).chain(counties)
    }
}

/// The format of a file that does not read as a whole, those of its settings that do, and what is wrong with the others beside
/// the `first` mistake, at which reading ended; each with where it begins.
fn one_by_one(text: &str, first: &str) -> (u32, Placed<usize, Setting>, Placed<usize, String>) {
    #[derive(Deserialize)]
    struct Loose {
        #[serde(default)]
        format: Option<u32>,
        #[serde(default, rename = "setting")]
        settings: Vec<Spanned<Table>>,
    }
    let Ok(loose) = toml::from_str::<Loose>(text) else { return (FORMAT, Vec::new(), Vec::new()) };
    let parts = loose.settings.into_iter().map(|part| (part.span().start, part.into_inner()));
    let (parts, wrong) = loose::one_by_one(parts, first);
    (loose.format.unwrap_or(FORMAT), parts, wrong)
}

/// What holds for a county, or for the city, from each day on which something changes for it.
fn timeline(county: Option<&String>, parts: &[(usize, Setting)]) -> Vec<(Date, DispatchRules)> {
    let applies = |part: &&(usize, Setting)| part.1.county.is_none() || part.1.county.as_ref() == county;
    let mine: Vec<&(usize, Setting)> = parts.iter().filter(applies).collect();
    let mut days: Vec<Date> = mine.iter().map(|(_, p)| p.valid_from).collect();
    days.sort_unstable();
    days.dedup();
    let on = |day: Date| {
        // Sorted: the city's come first, so that the county has the last word.
        let valid = mine.iter().filter(|(_, p)| p.valid_from <= day);
        valid.into_iter().fold(DispatchRules::default(), |rules, (_, part)| part.laid_over(rules).0)
    };
    days.into_iter().map(|day| (day, on(day))).collect()
}

impl Setting {
    /// The levels of kinds that it names, each with the part it stands in.
    fn levels(&self) -> Vec<(&'static str, String)> {
        let waves = self.wave.iter().map(|plan| &plan.level).filter(|level| *level != "*");
        let through = self.quiet.as_ref().and_then(|quiet| quiet.get("through")?.as_array());
        let rings = through.into_iter().flatten().filter_map(Value::as_str).map(|level| (THROUGH, level.to_owned()));
        waves.map(|level| (WAVE, level.clone())).chain(rings).collect()
    }

    /// What is wrong with the part by itself: where in it, and what to do.
    fn problems(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut add = |part: &str, message: String| found.push((part.to_owned(), message));
        if let Some(code) = self.county.as_ref().filter(|c| c.len() != 6 || !c.bytes().all(|b| b.is_ascii_digit())) {
            add("county", format!("{code:?} is no county's code: six digits, or leave it out for the whole city"));
        }
        if self.source.trim().is_empty() {
            add("source", format!("say where the numbers come from: law and article, the notice, or \"{LOCAL}\""));
        }
        if self.weights.is_none() && self.limits.is_none() && self.quiet.is_none() && self.wave.is_empty() {
            add("setting", "it changes nothing: name weights, limits, quiet or a wave, or take it out".into());
        }
        let (rules, wrong) = self.laid_over(DispatchRules::default());
        wrong.into_iter().for_each(|(part, message)| add(&part, message));
        if rules.weights == Weights::NONE {
            add(
                "weights",
                "all are 0, so that the order of the list would mean nothing: give one of them weight".into(),
            );
        }
        let limits = &rules.limits;
        let mut range = |part, n: i64, allowed: RangeInclusive<i64>, unit: &str| {
            if !allowed.contains(&n) {
                add(part, format!("{n} {unit}: give {} to {}", allowed.start(), allowed.end()));
            }
        };
        range("limits › longest", limits.longest, 15..=DAY, "minutes");
        // No more than the least that `longest` may be, so that some length is always left.
        range("limits › shortest", limits.shortest, 1..=15, "minutes");
        range("limits › most_slots", limits.most_slots.into(), 1..=2_000, "people");
        range("limits › ahead", limits.ahead, 1..=3 * 366, "days");
        range("limits › begun", limits.begun, 0..=DAY, "minutes");
        range("limits › rest", limits.rest, 0..=DAY, "minutes");
        range("limits › shortest_reply", limits.shortest_reply, 1..=60, "minutes");
        range("limits › short_notice", limits.short_notice, 0..=7 * DAY, "minutes");
        // The law's ages are a floor.
        let law = MinorRules::default();
        let ages = [
            ("limits › minors › least_age", limits.minors.least_age, law.least_age),
            ("limits › minors › consent_below", limits.minors.consent_below, law.consent_below),
            ("limits › minors › adult_from", limits.minors.adult_from, law.adult_from),
        ];
        for (part, n, least) in ages {
            if n < least {
                add(part, format!("{n} is below the law's {least}: a county may only be stricter"));
            }
        }
        if limits.minors != law && self.source.trim() == LOCAL {
            add("source", "ages are set by law: name law and article, or the notice that is stricter".into());
        }
        for plan in &self.wave {
            found.extend(
                plan_problem(plan).map(|message| (WAVE.to_owned(), format!("level {:?}: {message}", plan.level))),
            );
        }
        found
    }

    /// The rules with what this part changes, and what of it cannot be read: where in it, and why. That changes nothing.
    fn laid_over(&self, rules: DispatchRules) -> (DispatchRules, Vec<(String, String)>) {
        let mut wrong = Vec::new();
        let rules = DispatchRules {
            weights: laid_over(rules.weights, self.weights.as_ref(), "weights", &mut wrong),
            limits: laid_over(rules.limits, self.limits.as_ref(), "limits", &mut wrong),
            quiet: laid_over(rules.quiet, self.quiet.as_ref(), "quiet", &mut wrong),
            waves: self.wave.iter().cloned().fold(rules.waves, WavePlans::with),
        };
        (rules, wrong)
    }
}

fn plan_problem(plan: &WavePlan) -> Option<String> {
    let reply = plan.reply_within.roughly_minutes();
    if plan.per_slot == 0 || plan.most < plan.per_slot {
        Some("it must invite: per_slot is at least 1, and most is no less than per_slot".into())
    } else if plan.reach.is_empty() || plan.reach.windows(2).any(|w| w[1] <= w[0]) {
        Some("reach names one distance per wave, each farther than the one before".into())
    } else if !matches!(plan.reply_within, Term::Minutes(_) | Term::Hours(_)) {
        Some("reply_within is in minutes or hours: an answer by midnight of some day helps nobody who waits".into())
    } else if !(1..=LONGEST_REPLY_HOURS * 60).contains(&reply) {
        Some(format!("reply_within is from 1 minute to {LONGEST_REPLY_HOURS} hours"))
    } else {
        None
    }
}

/// `base` with what `over` names changed. What cannot be read goes to `wrong`, each with its place in the part, and the rest of
/// it holds: one slip hides no other.
fn laid_over<T: Clone + Serialize + DeserializeOwned>(
    base: T,
    over: Option<&Table>,
    part: &str,
    wrong: &mut Vec<(String, String)>,
) -> T {
    let Some(over) = over else { return base };
    let own = match Table::try_from(base.clone()) {
        Ok(own) => own,
        Err(error) => {
            wrong.push((part.to_owned(), error.to_string()));
            return base;
        }
    };
    let read = |over: &Table| {
        let mut table = own.clone();
        put(&mut table, over);
        table.try_into::<T>()
    };
    let mut over = over.clone();
    loop {
        let error = match read(&over) {
            Ok(read) => return read,
            Err(error) => error,
        };
        let path = at_fault(&over, &|one| read(one).is_err());
        let at = std::iter::once(part.to_owned()).chain(path.iter().cloned()).collect::<Vec<_>>().join(WITHIN);
        // The message of the key alone, where reading ended at another one.
        let alone = only(&over, &path).and_then(|one| read(&one).err());
        wrong.push((at, alone.as_ref().unwrap_or(&error).message().to_owned()));
        if !take_out(&mut over, &path) {
            return base;
        }
    }
}

/// The way to the first key that is wrong by itself: a table that was read already no longer knows its lines.
fn at_fault(over: &Table, is_wrong: &dyn Fn(&Table) -> bool) -> Vec<String> {
    let one = |name: &String, value: &Value| Table::from_iter([(name.clone(), value.clone())]);
    let Some((name, value)) = over.iter().find(|(name, value)| is_wrong(&one(name, value))) else { return Vec::new() };
    let inner = value.as_table().map(|inner| at_fault(inner, &|t| is_wrong(&one(name, &Value::Table(t.clone())))));
    std::iter::once(name.clone()).chain(inner.unwrap_or_default()).collect()
}

/// The table with this one key alone.
fn only(table: &Table, path: &[String]) -> Option<Table> {
    let (name, rest) = path.split_first()?;
    let value = table.get(name)?;
    let value = match value.as_table() {
        Some(inner) if !rest.is_empty() => Value::Table(only(inner, rest)?),
        _ => value.clone(),
    };
    Some(Table::from_iter([(name.clone(), value)]))
}

/// Takes one key out; false where there is none.
fn take_out(table: &mut Table, path: &[String]) -> bool {
    match path {
        [] => false,
        [name] => table.remove(name).is_some(),
        [name, rest @ ..] => {
            table.get_mut(name).and_then(Value::as_table_mut).is_some_and(|inner| take_out(inner, rest))
        }
    }
}

/// The line of the part that begins at `from` on which the last key of `path` is set; `from` where it is not.
fn line_of(text: &str, from: usize, path: &str) -> usize {
    let key = path.rsplit(WITHIN).next().unwrap_or_default();
    let sets = |line: &str| {
        line.match_indices(key).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + key.len()..]);
            !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && after.trim_start().starts_with('=')
        })
    };
    let part =
        text.lines().enumerate().skip(from).take_while(|(_, line)| !line.trim_start().starts_with("[[setting]]"));
    part.map(|(at, line)| (at + 1, line)).find(|(_, line)| sets(line)).map_or(from, |(at, _)| at)
}

fn put(table: &mut Table, over: &Table) {
    for (name, value) in over {
        match (table.get_mut(name), value) {
            (Some(Value::Table(inner)), Value::Table(changes)) => put(inner, changes),
            _ => {
                table.insert(name.clone(), value.clone());
            }
        }
    }
}
