//! What clients send about matters.

use std::collections::BTreeMap;

use rules::matters::kind::{Field, FieldType, Kind};
use rules::matters::{Given, Values};
use rules::shared::ids::OrganisationId;
use rules::shared::{Channel, Moment, Refusal};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::actions::New;
use crate::places::api as places_api;
use crate::web::json::{body_id, read_instant};
use crate::{Stop, Tx};

/// A value of a field: one text, several, a number or yes/no.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum FieldJson {
    One(String),
    Many(Vec<String>),
    Yes(bool),
    Number(i64),
}

impl FieldJson {
    fn values(self) -> Vec<String> {
        match self {
            FieldJson::One(text) => vec![text],
            FieldJson::Many(texts) => texts,
            FieldJson::Yes(yes) => vec![if yes { "yes" } else { "no" }.into()],
            FieldJson::Number(n) => vec![n.to_string()],
        }
    }
}

/// The values of fields as the engine reads them.
pub fn values(fields: BTreeMap<String, FieldJson>) -> Values {
    fields.into_iter().map(|(key, value)| (key, value.values())).collect()
}

/// Photos are sent apart, each as a call's whole body, once the matter is there: a text in their place would be none.
///
/// # Errors
/// `photos-apart` at the field.
pub fn without_photos(kind: &Kind, fields: &BTreeMap<String, FieldJson>) -> Result<(), Refusal> {
    let is_said = |field: &&Field| field.type_ == FieldType::Photos && fields.contains_key(&field.key);
    match kind.fields.iter().find(is_said) {
        Some(field) => Err(Refusal::new("photos-apart").at_field(&field.key)),
        None => Ok(()),
    }
}

/// What comes in.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "need", "place": "371722003003", "fields": {
    "category": "hospital", "what": "明天上午去县医院复查，走路不便", "when": "today", "address": "3 号楼 2 单元 401" } }))]
pub struct NewMatter {
    pub kind: String,
    /// The id or code of a place.
    pub place: String,
    /// By the keys of the kind's fields. Photos are sent apart, to `/api/v1/matters/{id}/photos`.
    #[serde(default)]
    pub fields: BTreeMap<String, FieldJson>,
    #[serde(default)]
    pub private: bool,
    /// Only by staff; otherwise the form implies it.
    pub level: Option<String>,
    /// True when staff write it down for a caller, a visitor or a paper form.
    #[serde(default)]
    pub for_someone: bool,
    /// The person who rang or came, when known.
    pub caller: Option<String>,
    /// The person it is for, when known and another.
    pub subject: Option<String>,
    /// When it happened, when that is not now: a paper form entered later.
    pub occurred_at: Option<String>,
    /// The channel staff received it by: `phone`, `paper` or `desk`.
    pub channel: Option<String>,
    /// The department responsible at first, for kinds that begin in one.
    pub organisation: Option<String>,
    #[serde(default)]
    pub departments: Vec<String>,
}

impl NewMatter {
    pub async fn read(self, tx: &mut Tx<'_>, at: Moment) -> Result<(New, Moment, Option<Channel>), Stop> {
        if let Some(kind) = tx.city().kinds.get(&self.kind) {
            without_photos(kind, &self.fields)?;
        }
        let place = places_api::find(tx, &self.place).await?;
        let place = place.ok_or_else(|| Refusal::new("matter-place-missing").at_field("place"))?;
        let person = |text: &Option<String>, field| text.as_deref().map(|t| body_id(t, field)).transpose();
        let occurred = self.occurred_at.as_deref().map(|t| read_instant(t, "occurred_at")).transpose()?;
        if occurred.is_some_and(|occurred| occurred > at.recorded) {
            return Err(Refusal::new("occurred-in-the-future").at_field("occurred_at").into());
        }
        let channel = self.channel.as_deref().and_then(Channel::from_key);
        let channel = channel.filter(|c| matches!(c, Channel::Phone | Channel::Paper | Channel::Desk));
        let departments = self.departments.iter().map(|d| body_id(d, "departments"));
        let new = New {
            place: Some(place.id),
            caller: person(&self.caller, "caller")?,
            subject: person(&self.subject, "subject")?,
            kind: self.kind,
            values: values(self.fields),
            for_someone: self.for_someone,
            private: self.private,
            level: self.level,
            organisation: self.organisation.as_deref().map(|o| body_id(o, "organisation")).transpose()?,
            departments: departments.collect::<Result<Vec<OrganisationId>, _>>()?,
            invented: false,
        };
        Ok((new, Moment { occurred: occurred.unwrap_or(at.occurred), ..at }, channel))
    }
}

/// What is said with an answer. What the answer requires is in the kind; a refusal names what is missing.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "answer": "dispatch", "level": "day", "type": "hospital", "way": "volunteers" }))]
pub struct GivenJson {
    /// The key of an answer of the present step. At triage it may be left out when `way` says it.
    pub answer: Option<String>,
    /// At closure: the key of an outcome.
    pub outcome: Option<String>,
    pub reason: Option<String>,
    pub owner: Option<String>,
    pub basis: Option<String>,
    pub level: Option<String>,
    #[serde(rename = "type")]
    pub type_key: Option<String>,
    pub way: Option<String>,
    pub risks: Option<Vec<String>>,
    pub next_word_at: Option<String>,
    #[serde(default)]
    pub departments: Vec<String>,
    pub handler: Option<String>,
    pub result: Option<String>,
    pub head: Option<String>,
    /// At a call-back: whom one reached, and what they said.
    pub heard: Option<String>,
    /// It is done before the day that it was wanted for: said where an answer is refused with `answer-before-wanted`.
    #[serde(default)]
    pub early: bool,
    #[serde(default)]
    pub fields: BTreeMap<String, FieldJson>,
    /// The version that was looked at; 409 when somebody else changed it since.
    pub version: Option<i64>,
}

impl GivenJson {
    pub fn given(self) -> Result<Given, Refusal> {
        let departments = self.departments.iter().map(|d| body_id(d, "departments"));
        Ok(Given {
            reason: self.reason,
            owner: self.owner,
            basis: self.basis,
            level: self.level,
            type_key: self.type_key,
            way: self.way,
            risks: self.risks.map(|risks| risks.into_iter().collect()),
            next_word_at: self.next_word_at.as_deref().map(|t| read_instant(t, "next_word_at")).transpose()?,
            departments: departments.collect::<Result<Vec<OrganisationId>, _>>()?,
            handler: self.handler.as_deref().map(|h| body_id(h, "handler")).transpose()?,
            result: self.result,
            head: self.head,
            heard: self.heard,
            early: self.early,
            fields: values(self.fields),
        })
    }
}
