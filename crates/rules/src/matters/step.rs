//! The steps of a kind: what happens there, who may answer, where each answer leads.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::shared::{Role, Term, Text};

/// A step that a matter can be at.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub key: String,
    pub act: Act,
    /// The word that the resident reads.
    pub name: Text,
    /// The word that the desk reads.
    pub desk: Text,
    /// Who may answer.
    pub by: Vec<Role>,
    pub clock: StepClock,
    /// Only for `joint_review`.
    #[serde(default)]
    pub joint: Option<Joint>,
    /// Only for `call_back`.
    #[serde(default)]
    pub reaching: Option<Reaching>,
    #[serde(rename = "answer")]
    pub answers: Vec<Answer>,
}

impl Step {
    pub fn answer(&self, key: &str) -> Option<&Answer> {
        self.answers.iter().find(|a| a.key == key)
    }

    /// The answer that an event takes.
    pub fn on(&self, trigger: Trigger) -> Option<&Answer> {
        self.answers.iter().find(|a| a.on == Some(trigger))
    }

    /// How often somebody is rung who does not answer.
    pub fn reaching(&self) -> Reaching {
        self.reaching.clone().unwrap_or_default()
    }

    /// Whether whose it is is waited for, and their silence goes on by itself: nobody else has anything to do.
    pub fn waits_for_a_word(&self) -> bool {
        self.act == Act::Confirm && self.on(Trigger::Silence).is_some()
    }
}

/// What happens at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// A person judges it: level, type, way of service, where it belongs.
    Review,
    /// Several departments judge it at the same time, each its part.
    JointReview,
    /// Tasks are cut from it and offered.
    Dispatch,
    /// Someone is doing it.
    Serve,
    /// Staff or a department owes the resident an answer.
    Answer,
    /// The person served says whether it is solved and whether they are satisfied.
    Confirm,
    /// Somebody else rings and asks.
    CallBack,
}

impl Act {
    /// What somebody opens what is sealed for, who works on this step: a purpose of the access log.
    pub const fn purpose(self) -> &'static str {
        match self {
            Act::Review | Act::JointReview | Act::Dispatch => "dispatch",
            Act::Serve | Act::Answer => "handling",
            Act::Confirm | Act::CallBack => "call",
        }
    }
}

/// The clock of one step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepClock {
    pub term: Term,
    #[serde(default)]
    pub remind_before: Option<Term>,
    pub escalate_to: Role,
    /// The law and article, the local rule, or `local setting`.
    pub source: String,
    pub valid_from: Date,
}

/// How often somebody is rung who does not answer, before a matter ends without their word.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reaching {
    pub times: u16,
    /// How long after one try another counts.
    pub apart: Term,
    /// The law and article, the local rule, or `local setting`.
    pub source: String,
    pub valid_from: Date,
}

/// Where a step says nothing of it. Local setting.
impl Default for Reaching {
    fn default() -> Reaching {
        Reaching {
            times: 3,
            apart: Term::Hours(2),
            source: "local setting".into(),
            valid_from: jiff::civil::date(2026, 12, 1),
        }
    }
}

/// How a joint review works.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joint {
    pub choose: ChooseDepartments,
    /// With `choose = "field"`: the field of type organisation that names them.
    #[serde(default)]
    pub field: Option<String>,
    /// With `choose = "listed"`: the keys of the departments; the place's own organisations are looked up by them.
    #[serde(default)]
    pub departments: Vec<String>,
    /// How long each department has for its part.
    pub part_clock: StepClock,
    pub one_refusal: OneRefusal,
    /// The answer taken when all parts have agreed.
    pub all_agreed: String,
    /// The answer taken when a part has refused.
    pub refused: String,
}

/// Who says which departments take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChooseDepartments {
    /// Whoever sends it here, by an answer that requires `departments`.
    Handler,
    /// A field of the form.
    Field,
    /// The kind itself.
    Listed,
}

/// What the refusal of one department does to the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OneRefusal {
    /// The review ends at once; parts still open are called off.
    Stops,
    /// The others finish, so that the person hears everything at one time.
    WaitsForAll,
}

/// One way out of a step.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    pub key: String,
    pub name: Text,
    /// A step, or `closed`.
    pub to: String,
    /// With `to = "closed"`: how it ended.
    #[serde(default)]
    pub outcome: Option<String>,
    #[serde(default)]
    pub requires: Vec<Requirement>,
    /// The ways of service that this answer stands for; empty means any.
    #[serde(default)]
    pub ways: Vec<String>,
    /// Narrows the step's `by`.
    #[serde(default)]
    pub by: Vec<Role>,
    /// What takes this answer without a person choosing it.
    #[serde(default)]
    pub on: Option<Trigger>,
}

/// What happens outside and takes an answer by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Every slot of the matter's tasks is taken.
    Accepted,
    /// The service is done.
    ServiceDone,
    /// Nobody took it.
    AllDeclined,
    /// The person served says: solved, and not dissatisfied.
    Solved,
    /// The person served says: not solved.
    NotSolved,
    /// Solved, with one of the two lowest ratings.
    LowRating,
    /// The step's clock ran out and nobody answered.
    Silence,
}

impl Trigger {
    pub const fn key(self) -> &'static str {
        match self {
            Trigger::Accepted => "accepted",
            Trigger::ServiceDone => "service_done",
            Trigger::AllDeclined => "all_declined",
            Trigger::Solved => "solved",
            Trigger::NotSolved => "not_solved",
            Trigger::LowRating => "low_rating",
            Trigger::Silence => "silence",
        }
    }
}

/// What must be said with an answer, an outcome or a re-routing.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Requirement {
    Reason,
    /// Whose it is, when it is not ours.
    Owner,
    /// The law or rule.
    Basis,
    Level,
    Type,
    Way,
    /// When the resident hears from us next.
    NextWordAt,
    Departments,
    /// The person on staff who takes it.
    Handler,
    /// What was done or found.
    Result,
    /// The head who stands for it by name.
    Head,
    /// A field of the kind with `asked = "answer"`.
    Field(String),
}

impl Requirement {
    const WORDS: [(&'static str, Requirement); 11] = [
        ("reason", Requirement::Reason),
        ("owner", Requirement::Owner),
        ("basis", Requirement::Basis),
        ("level", Requirement::Level),
        ("type", Requirement::Type),
        ("way", Requirement::Way),
        ("next_word_at", Requirement::NextWordAt),
        ("departments", Requirement::Departments),
        ("handler", Requirement::Handler),
        ("result", Requirement::Result),
        ("head", Requirement::Head),
    ];

    /// The form field that takes it.
    pub fn key(&self) -> &str {
        match self {
            Requirement::Field(key) => key,
            word => Self::WORDS.iter().find(|(_, w)| w == word).map_or("", |(key, _)| key),
        }
    }
}

impl TryFrom<String> for Requirement {
    type Error = String;

    fn try_from(word: String) -> Result<Requirement, String> {
        if let Some(key) = word.strip_prefix("field.") {
            return Ok(Requirement::Field(key.to_owned()));
        }
        Self::WORDS.into_iter().find(|(key, _)| *key == word).map(|(_, w)| w).ok_or_else(|| {
            let known = Self::WORDS.map(|(key, _)| key).join(", ");
            format!("“{word}” cannot be required; use one of {known}, or field.<key>")
        })
    }
}
