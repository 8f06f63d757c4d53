//! What a task asks of those who serve, as programs send it and read it.

use rules::dispatch::{Needs, Risk};
use rules::people::Sex;
use rules::places::Distance;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::Object;

use crate::web::words_schema;

fn reaches() -> Object {
    let keys = ["same_grid", "same_village", "same_township", "same_county", "beyond"];
    words_schema("How far away people may be invited from. Without it `same_township`.", keys)
}

fn risks() -> Object {
    let what = "What may happen to who serves: `bodily` harm asks for insurance, and minors do nothing `dangerous`. Without it \
        `ordinary`.";
    words_schema(what, Risk::ALL.map(Risk::key))
}

/// What a task asks of those who serve. What is left out is not asked.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({ "useful_skills": ["first_aid"], "languages": [], "women_only": false, "reach": "same_township" }))]
pub struct NeedsJson {
    /// Kinds of credentials of which each must hold on the day.
    pub credentials: Vec<String>,
    /// Skills without which nobody is invited, by the keys of `/api/v1/skills`.
    pub skills: Vec<String>,
    /// Skills that help.
    pub useful_skills: Vec<String>,
    /// Languages or dialects that the person served speaks best.
    pub languages: Vec<String>,
    /// `female` or `male`: whom the person served would rather have; a wish, not a condition.
    #[schema(value_type = Option<String>)]
    pub preferred_sex: Option<Sex>,
    /// Only women may come, as triage found.
    pub women_only: bool,
    /// Nobody goes to this door alone.
    pub two_at_the_door: bool,
    /// In full years.
    pub least_age: Option<u8>,
    #[schema(schema_with = risks)]
    pub risk: Risk,
    #[schema(schema_with = reaches)]
    pub reach: Distance,
}

impl Default for NeedsJson {
    fn default() -> NeedsJson {
        Needs::default().into()
    }
}

/// The same fields in both: one that only one of them has does not compile.
macro_rules! same {
    ($from:ty => $to:ident) => {
        impl From<$from> for $to {
            fn from(needs: $from) -> $to {
                $to {
                    credentials: needs.credentials,
                    skills: needs.skills,
                    useful_skills: needs.useful_skills,
                    languages: needs.languages,
                    preferred_sex: needs.preferred_sex,
                    women_only: needs.women_only,
                    two_at_the_door: needs.two_at_the_door,
                    least_age: needs.least_age,
                    risk: needs.risk,
                    reach: needs.reach,
                }
            }
        }
    };
}

same!(Needs => NeedsJson);
same!(NeedsJson => Needs);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_answered_may_be_asked_again() {
        let asked = serde_json::json!({ "skills": ["first_aid"], "preferred_sex": "female", "risk": "ordinary" });
        let needs = Needs::from(serde_json::from_value::<NeedsJson>(asked).expect("needs"));
        let answered = serde_json::to_value(NeedsJson::from(needs.clone())).expect("JSON");
        assert_eq!(answered["reach"], "same_township", "what was left out is said: {answered}");
        assert_eq!(Needs::from(serde_json::from_value::<NeedsJson>(answered).expect("needs")), needs);
    }

    #[test]
    fn the_words_of_the_description_are_those_that_are_read() {
        let keys = |object: Object| object.enum_values.expect("its words");
        for reach in keys(reaches()) {
            assert!(serde_json::from_value::<Distance>(reach.clone()).is_ok(), "{reach}");
        }
        for risk in keys(risks()) {
            assert!(serde_json::from_value::<Risk>(risk.clone()).is_ok(), "{risk}");
        }
        assert_eq!(keys(reaches()).len(), Distance::ALL.len());
    }
}
