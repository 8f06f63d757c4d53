//! The kinds of matters: what a program must send, and which words it may send.

use axum::Json;
use axum::extract::State;
use kit::Failure;
use rules::matters::Kind;
use rules::matters::kind::{Choice, Field, Named};
use rules::matters::step::{Answer, Requirement, Step};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::web::Who;
use crate::web::json::TextJson;

/// A key with its words.
#[derive(Serialize, ToSchema)]
pub struct KindNamedJson {
    #[schema(example = "errands")]
    pub key: String,
    pub name: TextJson,
}

impl From<&Named> for KindNamedJson {
    fn from(named: &Named) -> KindNamedJson {
        KindNamedJson { key: named.key.clone(), name: (&named.name).into() }
    }
}

impl From<&Choice> for KindNamedJson {
    fn from(choice: &Choice) -> KindNamedJson {
        KindNamedJson { key: choice.key.clone(), name: (&choice.name).into() }
    }
}

/// One question of the form.
#[derive(Serialize, ToSchema)]
pub struct KindFieldJson {
    #[schema(example = "category")]
    pub key: String,
    pub label: TextJson,
    pub hint: Option<TextJson>,
    /// `choice`, `choices`, `text`, `long_text`, `yes_no`, `date`, `when`, `number`, `phone`, `address`, `photos`, `place`,
    /// `organisation`, `point` or `credit_code`.
    #[schema(value_type = String, example = "choice")]
    #[serde(rename = "type")]
    pub type_: rules::matters::kind::FieldType,
    /// `intake`: it comes with the matter. `noted`: with one that staff write down for somebody. `answer`: with a later answer
    /// that requires it as `field.<key>`.
    #[schema(value_type = String, example = "intake")]
    pub asked: rules::matters::kind::Asked,
    pub required: bool,
    /// Characters of a text, the largest number, how many may be chosen, or how many photos one person adds.
    pub max: Option<u32>,
    /// Sealed: only who handles the matter reads the answer, and each look is logged.
    pub protected: bool,
    pub options: Vec<KindNamedJson>,
    /// What a value looks like, where that is neither free text nor an option: of `when` `now`, `today`, a day, and a day
    /// with the part of it.
    #[schema(example = json!(["now", "today", "2026-11-25", "2026-11-25/morning"]))]
    pub takes: Vec<String>,
}

impl From<&Field> for KindFieldJson {
    fn from(field: &Field) -> KindFieldJson {
        KindFieldJson {
            key: field.key.clone(),
            label: (&field.label).into(),
            hint: field.hint.as_ref().map(TextJson::from),
            type_: field.type_,
            asked: field.asked,
            required: field.required,
            max: field.max,
            protected: field.protected,
            options: field.options.iter().map(KindNamedJson::from).collect(),
            takes: rules::matters::writing::takes(field.type_),
        }
    }
}

/// One way out of a step.
#[derive(Serialize, ToSchema)]
pub struct KindAnswerJson {
    #[schema(example = "served")]
    pub key: String,
    pub name: TextJson,
    /// The step it leads to, or `closed`.
    #[schema(example = "confirm")]
    pub to: String,
    /// With `closed`: how it ends.
    pub outcome: Option<String>,
    /// What must be said with it.
    #[schema(example = json!(["result"]))]
    pub requires: Vec<String>,
    /// What happens outside and takes it without anybody choosing it.
    #[schema(value_type = Option<String>, example = "service_done")]
    pub on: Option<rules::matters::step::Trigger>,
}

fn required(requires: &[Requirement]) -> Vec<String> {
    let word = |requirement: &Requirement| match requirement {
        Requirement::Field(key) => format!("field.{key}"),
        other => other.key().to_owned(),
    };
    requires.iter().map(word).collect()
}

impl From<&Answer> for KindAnswerJson {
    fn from(answer: &Answer) -> KindAnswerJson {
        KindAnswerJson {
            key: answer.key.clone(),
            name: (&answer.name).into(),
            to: answer.to.clone(),
            outcome: answer.outcome.clone(),
            requires: required(&answer.requires),
            on: answer.on,
        }
    }
}

/// A step that a matter can be at.
#[derive(Serialize, ToSchema)]
pub struct KindStepJson {
    #[schema(example = "serve")]
    pub key: String,
    /// What the resident reads.
    pub name: TextJson,
    /// `review`, `joint_review`, `dispatch`, `serve`, `answer`, `confirm` or `call_back`.
    #[schema(value_type = String, example = "serve")]
    pub act: rules::matters::Act,
    pub answers: Vec<KindAnswerJson>,
}

impl From<&Step> for KindStepJson {
    fn from(step: &Step) -> KindStepJson {
        KindStepJson {
            key: step.key.clone(),
            name: (&step.name).into(),
            act: step.act,
            answers: step.answers.iter().map(KindAnswerJson::from).collect(),
        }
    }
}

/// How a matter can end.
#[derive(Serialize, ToSchema)]
pub struct KindOutcomeJson {
    #[schema(example = "solved")]
    pub key: String,
    pub name: TextJson,
    pub requires: Vec<String>,
}

/// A kind of matter, as this city has it.
#[derive(Serialize, ToSchema)]
pub struct KindJson {
    /// What `POST /api/v1/matters` takes as `kind`.
    #[schema(example = "need")]
    pub id: String,
    pub version: u32,
    pub name: TextJson,
    /// Nobody raises one any more; those there are go on.
    pub closed: bool,
    pub may_be_private: bool,
    pub fields: Vec<KindFieldJson>,
    /// From the most urgent to the least.
    pub levels: Vec<KindNamedJson>,
    pub risks: Vec<KindNamedJson>,
    pub ways: Vec<KindNamedJson>,
    /// The step that a new matter enters.
    #[schema(example = "triage")]
    pub start: String,
    pub steps: Vec<KindStepJson>,
    pub outcomes: Vec<KindOutcomeJson>,
}

impl From<&Kind> for KindJson {
    fn from(kind: &Kind) -> KindJson {
        let level =
            |level: &rules::matters::kind::Level| KindNamedJson { key: level.key.clone(), name: (&level.name).into() };
        let outcome = |outcome: &rules::matters::kind::Outcome| KindOutcomeJson {
            key: outcome.key.clone(),
            name: (&outcome.name).into(),
            requires: required(&outcome.requires),
        };
        KindJson {
            id: kind.id.clone(),
            version: kind.version,
            name: (&kind.name).into(),
            closed: kind.intake.closed,
            may_be_private: kind.may_be_private,
            fields: kind.fields.iter().map(KindFieldJson::from).collect(),
            levels: kind.levels.iter().map(level).collect(),
            risks: kind.risks.iter().map(KindNamedJson::from).collect(),
            ways: kind.ways.iter().map(KindNamedJson::from).collect(),
            start: kind.start.clone(),
            steps: kind.steps.iter().map(KindStepJson::from).collect(),
            outcomes: kind.outcomes.iter().map(outcome).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct KindList {
    pub items: Vec<KindJson>,
}

/// Lists the kinds of matters: the fields of each form, and the words that triage, answers and closing take.
#[utoipa::path(get, path = "/api/v1/kinds", tag = "matters", responses((status = 200, body = KindList)))]
pub async fn index(State(app): State<App>, _who: Who) -> Result<Json<KindList>, Failure> {
    Ok(Json(KindList { items: app.city().kinds.iter().map(KindJson::from).collect() }))
}
