//! What a task asks of those who serve: as it is typed, and what the risks of its matter add.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rules::dispatch::Needs;
use rules::shared::{Cell, Refusal};

use crate::people::{self, skills};
use crate::{Stop, Tx};

/// What the risks that triage found ask of who serves.
static RISKS: LazyLock<BTreeMap<String, Needs>> =
    LazyLock::new(|| toml::from_str(include_str!("risks.toml")).expect("the embedded needs are read by a test"));

/// Adds to `needs` what the risks of a matter ask for. A page shows this before the task is cut.
pub fn needs_with_risks(mut needs: Needs, risks: &BTreeSet<String>) -> Needs {
    for more in risks.iter().filter_map(|risk| RISKS.get(risk)) {
        needs.two_at_the_door |= more.two_at_the_door;
        needs.women_only |= more.women_only;
        needs.risk = needs.risk.max(more.risk);
        needs.least_age = needs.least_age.max(more.least_age);
        let missing = |have: &Vec<String>, key: &&String| !have.contains(key);
        let credentials: Vec<String> =
            more.credentials.iter().filter(|key| missing(&needs.credentials, key)).cloned().collect();
        let skills: Vec<String> = more.skills.iter().filter(|key| missing(&needs.skills, key)).cloned().collect();
        needs.credentials.extend(credentials);
        needs.skills.extend(skills);
    }
    needs
}

/// How many credentials of a county are looked through.
const KINDS: i64 = 1_000;

/// What a task of a county may ask for, by keys: what pages list, and what is refused otherwise.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// What somebody issues, and what somebody of the county has shown.
    pub credentials: Vec<String>,
    /// What has a name, and what somebody of the county says they can do.
    pub skills: Vec<String>,
}

impl Known {
    pub async fn of(tx: &mut Tx<'_>, cell: Cell) -> Result<Known, Stop> {
        let shown = people::register::certified(tx, cell, KINDS).await?;
        let said = people::store::skills(tx, cell, KINDS).await?;
        let sorted = |named: BTreeSet<String>| named.into_iter().collect();
        let with = |named: Vec<String>, held: &[String]| {
            sorted(named.into_iter().chain(held.iter().map(|held| skills::key(held))).collect())
        };
        Ok(Known {
            credentials: with(skills::certificates().map(str::to_owned).collect(), &shown),
            skills: with(skills::keys_known().map(str::to_owned).collect(), &said),
        })
    }
}

/// The needs with the keys of what was typed in other words.
///
/// # Errors
/// `task-credential-unknown`, `task-skill-unknown`, with those that there are, when something is asked for that has no name and
/// that nobody of the county has: nobody could ever be found for it.
pub async fn in_keys(tx: &mut Tx<'_>, cell: Cell, typed: &Needs) -> Result<Needs, Stop> {
    let keys = |typed: &[String]| -> Vec<String> { typed.iter().map(|typed| skills::key(typed)).collect() };
    let needs = Needs {
        credentials: keys(&typed.credentials),
        skills: keys(&typed.skills),
        useful_skills: keys(&typed.useful_skills),
        ..typed.clone()
    };
    if needs.credentials.is_empty() && needs.skills.is_empty() && needs.useful_skills.is_empty() {
        return Ok(needs);
    }
    let known = Known::of(tx, cell).await?;
    let unknown = |asked: &[String], known: &[String], (code, named, field)| {
        let key = asked.iter().find(|key| !known.contains(key))?;
        let refusal = Refusal::new(code).with(named, key.as_str());
        Some(refusal.with("known", known.join("、")).at_field(field))
    };
    let credential = ("task-credential-unknown", "credential", "credential");
    let skill = ("task-skill-unknown", "skill", "skill");
    let wrong = [
        unknown(&needs.credentials, &known.credentials, credential),
        unknown(&needs.skills, &known.skills, skill),
        unknown(&needs.useful_skills, &known.skills, skill),
    ];
    Refusal::all(wrong.into_iter().flatten())?;
    Ok(needs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks_add_and_never_take_away() {
        let risks: BTreeSet<String> = ["two_people", "woman", "first_aid", "unheard_of"].map(str::to_owned).into();
        let asked = Needs { credentials: vec!["first_aid".into(), "lawyer".into()], ..Needs::default() };
        let needs = needs_with_risks(asked.clone(), &risks);
        assert!(needs.two_at_the_door && needs.women_only);
        assert_eq!(needs.credentials, asked.credentials);
        assert_eq!(needs_with_risks(asked.clone(), &BTreeSet::new()), asked);
    }
}
