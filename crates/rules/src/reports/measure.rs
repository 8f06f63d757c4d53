//! Definitions of the public figures: data, so that a figure and its explanation cannot part.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::shared::Text;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    Rows,
    /// Each person once.
    People,
    /// A sum of minutes, shown in hours.
    Minutes,
    /// A quotient of two other measures.
    Rate,
}

/// The instant of a row that puts it into a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DatedBy {
    Raised,
    Closed,
    Served,
}

/// Keys of the two measures of a rate.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RateOf {
    pub of: String,
    pub among: String,
}

/// One figure and its definition (口径).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Stable: in addresses, in the API, in exports.
    pub key: String,
    pub name: Text,
    pub unit: Text,
    pub definition: Text,
    pub counts: Counts,
    pub dated_by: DatedBy,
    /// The groups it may be split into, besides place.
    #[serde(default)]
    pub by: Vec<String>,
    #[serde(default)]
    pub rate: Option<RateOf>,
    /// The key of the measure that it counts a part of, row by row.
    #[serde(default)]
    pub within: Option<String>,
}

impl Measure {
    /// What it counts a part of, the widest first, and itself at the end.
    pub fn wholes(&'static self) -> Vec<&'static Measure> {
        let mut line = vec![self];
        while let Some(whole) = line[0].within.as_deref().and_then(measure).filter(|whole| !line.contains(whole)) {
            line.insert(0, whole);
        }
        line
    }
}

/// What a group of a split is called.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// One of a measure's `by`.
    pub by: String,
    /// What the records hold; an age group is written `from-to`, both years included.
    pub key: String,
    pub name: Text,
}

/// A question that readers of the report have, and the figures that answer it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    pub name: Text,
    pub measures: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    question: Vec<Question>,
    measure: Vec<Measure>,
    label: Vec<Label>,
}

static FILE: LazyLock<File> = LazyLock::new(|| {
    let file = read(include_str!("measures.toml")).expect("the embedded file is read by a test");
    assert_eq!(faults(&file.measure), Vec::<String>::new(), "the embedded file is checked by a test");
    file
});

/// All figures, in the order in which the report shows them.
pub fn measures() -> &'static [Measure] {
    &FILE.measure
}

/// The report's questions, in the order in which it asks them.
pub fn questions() -> &'static [Question] {
    &FILE.question
}

/// The names of the groups of one split, in the order in which they are shown.
pub fn labels(by: &str) -> impl Iterator<Item = &'static Label> {
    FILE.label.iter().filter(move |l| l.by == by)
}

/// The age group of this many full years, by its key.
pub fn age_group(years: u8) -> Option<&'static str> {
    labels("age_group").map(|l| l.key.as_str()).find(|key| {
        let bounds = key.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        bounds.is_some_and(|(from, to): (u8, u8)| (from..=to).contains(&years))
    })
}

/// The figure with this key.
pub fn measure(key: &str) -> Option<&'static Measure> {
    FILE.measure.iter().find(|m| m.key == key)
}

fn read(toml: &str) -> Result<File, toml::de::Error> {
    toml::from_str::<File>(toml)
}

/// What is wrong with a list of measures, in words for whoever writes it.
fn faults(measures: &[Measure]) -> Vec<String> {
    let find = |key: &str| measures.iter().find(|m| m.key == key);
    let mut faults = Vec::new();
    for (n, m) in measures.iter().enumerate() {
        if measures[..n].iter().any(|other| other.key == m.key) {
            faults.push(format!("{}: the key is used twice", m.key));
        }
        if [&m.name, &m.unit, &m.definition].into_iter().any(Text::is_incomplete) {
            faults.push(format!("{}: a text lacks a language", m.key));
        }
        if let Some(whole) = &m.within {
            // Part and whole are the same rows of the same month, or nothing follows from one for the other.
            let is_whole = |w: &Measure| w.counts == Counts::Rows && w.dated_by == m.dated_by && w.key != m.key;
            if m.counts != Counts::Rows || !find(whole).is_some_and(is_whole) {
                faults.push(format!("{}: it is no part of {whole}", m.key));
            }
        }
        match (&m.rate, m.counts) {
            (None, Counts::Rate) => faults.push(format!("{}: a rate of what?", m.key)),
            (Some(_), Counts::Rows | Counts::People | Counts::Minutes) => {
                faults.push(format!("{}: only a rate has two parts", m.key));
            }
            (Some(rate), Counts::Rate) => {
                for part in [&rate.of, &rate.among] {
                    // Both parts count the same rows of the same month, or the rate means nothing.
                    if !find(part).is_some_and(|p| p.counts == Counts::Rows && p.dated_by == m.dated_by) {
                        faults.push(format!("{}: {part} cannot be a part of it", m.key));
                    }
                }
            }
            (None, _) => {}
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_measures_are_sound() {
        assert_eq!(faults(measures()), Vec::<String>::new());
        for key in ["needs_raised", "hours_confirmed", "volunteers_active", "hazards_reported", "satisfaction_rate"] {
            assert!(measure(key).is_some(), "{key}");
        }
        assert!(measure("hazards_reported").unwrap().by.contains(&"reporter_group".to_owned()));
    }

    #[test]
    fn every_figure_answers_one_question() {
        for m in measures() {
            let asked = questions().iter().filter(|q| q.measures.contains(&m.key)).count();
            assert_eq!(asked, 1, "{}", m.key);
        }
        assert!(
            questions().iter().all(|q| !q.name.is_incomplete() && q.measures.iter().all(|key| measure(key).is_some()))
        );
    }

    #[test]
    fn ages_fall_into_groups() {
        for (years, group) in
            [(17, Some("14-17")), (18, Some("18-34")), (60, Some("60-79")), (99, Some("80-120")), (3, None)]
        {
            assert_eq!(age_group(years), group, "{years}");
        }
        assert!(labels("channel").any(|l| l.key == "phone" && !l.name.is_incomplete()));
    }

    #[test]
    fn a_part_leads_to_its_wholes() {
        let line = |key: &str| measure(key).unwrap().wholes().into_iter().map(|m| m.key.as_str()).collect::<Vec<_>>();
        assert_eq!(line("needs_raised"), ["needs_raised"]);
        assert_eq!(line("needs_answered_in_time"), ["needs_raised", "needs_first_answered", "needs_answered_in_time"]);
        assert_eq!(line("needs_rated_satisfied"), ["needs_closed", "needs_rated", "needs_rated_satisfied"]);
        // Both counts of a rate, or what is withheld of one would be told by the other.
        for m in measures() {
            let Some(rate) = &m.rate else { continue };
            assert!(line(&rate.of).contains(&rate.among.as_str()), "{}", m.key);
        }
    }

    #[test]
    fn faults_are_found() {
        let mut measures = measures().to_vec();
        measures[1].key = measures[0].key.clone();
        measures[2].definition.en.clear();
        measures[3].counts = Counts::Rate;
        let rate = measures.iter_mut().find(|m| m.key == "participation_rate").unwrap();
        rate.rate.as_mut().unwrap().among = "hours_confirmed".into();
        measures[4].within = Some("needs_closed".into());
        let whole = format!("{}: it is no part of needs_closed", measures[4].key);
        let found = faults(&measures);
        assert!(found.contains(&whole), "{found:?}");
        assert!(found.contains(&"needs_raised: the key is used twice".to_owned()), "{found:?}");
        assert!(found.contains(&"needs_answered_in_time: a text lacks a language".to_owned()), "{found:?}");
        assert!(found.contains(&"needs_solved: a rate of what?".to_owned()), "{found:?}");
        assert!(found.contains(&"participation_rate: hours_confirmed cannot be a part of it".to_owned()), "{found:?}");
    }
}
