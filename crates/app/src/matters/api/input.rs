//! What clients send about matters.

use std::collections::BTreeMap;

use rules::matters::kind::{Field, FieldType, Kind};
use rules::matters::{Given, Values};
use rules::shared::ids::{OrganisationId, PersonId};
use rules::shared::{Actor, Channel, Faults, Moment, Refusal};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::super::actions::New;
use super::super::open::kind_of;
use crate::places::api as places_api;
use crate::web::json::{body_id, read_instant};
use crate::{Stop, Tx, people};

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
    /// As the engine reads it, where that is what such a field takes: nothing else is taken for a text.
    fn read(value: &Value, type_: Option<FieldType>) -> Result<Vec<String>, &'static str> {
        use FieldType::{Choices, Number, Organisation, Photos, YesNo};
        let value = FieldJson::deserialize(value).map_err(|_| "other");
        match (value, type_) {
            (Ok(FieldJson::One(text)), _) => Ok(vec![text]),
            (Ok(FieldJson::Many(texts)), None | Some(Choices | Organisation | Photos)) => Ok(texts),
            // More than one stands where one fits: the rule says how many there may be.
            (Ok(FieldJson::Many(texts)), Some(_)) if texts.len() != 1 => Ok(texts),
            (Ok(FieldJson::Yes(yes)), Some(YesNo)) => Ok(vec![if yes { "yes" } else { "no" }.into()]),
            (Ok(FieldJson::Number(number)), Some(Number)) => Ok(vec![number.to_string()]),
            (_, Some(YesNo)) => Err("boolean"),
            (_, Some(Number)) => Err("number"),
            (_, Some(Choices | Organisation | Photos)) => Err("list"),
            _ => Err("text"),
        }
    }
}

/// The values of fields as the engine reads them.
///
/// # Errors
/// `body-type` at each field that is sent as something else than it takes.
pub fn values(kind: &Kind, fields: &BTreeMap<String, Value>) -> Result<Values, Refusal> {
    let (mut values, mut wrong) = (Values::new(), Vec::new());
    for (key, value) in fields {
        match FieldJson::read(value, kind.field(key).map(|field| field.type_)) {
            Ok(said) => {
                values.insert(key.clone(), said);
            }
            Err(expected) => {
                let refusal = Refusal::new("body-type").with("name", key.as_str()).with("expected", expected);
                wrong.push(refusal.at_field(key));
            }
        }
    }
    Refusal::all(wrong)?;
    Ok(values)
}

/// Photos are sent apart, each as a call's whole body, once the matter is there: a text in their place would be none.
///
/// # Errors
/// `photos-apart` at the field.
pub fn without_photos(kind: &Kind, fields: &BTreeMap<String, Value>) -> Result<(), Refusal> {
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
    /// The id or code of the village, community or grid where it is.
    pub place: String,
    /// By the keys of the kind's fields. Photos are sent apart, to `/api/v1/matters/{id}/photos`.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, FieldJson>)]
    pub fields: BTreeMap<String, Value>,
    #[serde(default)]
    pub private: bool,
    /// With `for_someone` alone; otherwise the form implies it (`level-by-staff`).
    pub level: Option<String>,
    /// True when staff write it down for a caller, a visitor or a paper form.
    #[serde(default)]
    pub for_someone: bool,
    /// The person who rang or came, when known.
    pub caller: Option<String>,
    /// The code of the service card that the caller names: the matter is its holder's, whoever's telephone they ring from.
    /// With `for_someone` alone (`card-by-staff`), and instead of `caller`.
    pub caller_card: Option<String>,
    /// The person it is for, when known and another.
    pub subject: Option<String>,
    /// When it happened, when that is not now: a paper form entered later. With `for_someone` alone (`occurred-by-staff`).
    pub occurred_at: Option<String>,
    /// The channel staff received it by: `phone`, `paper` or `desk`. With `for_someone` alone (`channel-by-staff`).
    pub channel: Option<String>,
    /// The department responsible at first, for kinds that begin in one.
    pub organisation: Option<String>,
    #[serde(default)]
    pub departments: Vec<String>,
}

impl NewMatter {
    /// The known person who rang or came: named by id, or by their card.
    async fn caller(&self, tx: &mut Tx<'_>, who: &Actor) -> Result<Option<PersonId>, Stop> {
        match (&self.caller_card, self.for_someone) {
            (None, _) => Ok(self.caller.as_deref().map(|id| body_id(id, "caller")).transpose()?),
            (Some(_), false) => Err(Refusal::new("card-by-staff").at_field("caller_card").into()),
            (Some(card), true) => Ok(Some(people::cards::actions::holder(tx, who, card).await?.id())),
        }
    }

    pub async fn read(self, tx: &mut Tx<'_>, who: &Actor, at: Moment) -> Result<(New, Moment, Option<Channel>), Stop> {
        let mut faults = Faults::default();
        let values = {
            let city = tx.city();
            let kind = kind_of(&city, &self.kind)?;
            faults.of(without_photos(kind, &self.fields));
            faults.of(values(kind, &self.fields))
        };
        let place = places_api::find(tx, &self.place).await?;
        let place = faults.of(place.ok_or_else(|| Refusal::new("matter-place-missing").at_field("place")));
        let caller = Stop::gathered(&mut faults, self.caller(tx, who).await)?.flatten();
        let occurred = self.occurred_at.as_deref().map(|t| read_instant(t, "occurred_at")).transpose();
        let occurred = faults.of(occurred).flatten();
        if occurred.is_some_and(|occurred| occurred > at.recorded) {
            faults.push(Refusal::new("occurred-in-the-future").at_field("occurred_at"));
        }
        let channel = faults.of(self.channel.as_deref().map(received_by).transpose()).flatten();
        let departments = self.departments.iter().map(|d| body_id(d, "departments"));
        let new = New {
            place: place.map(|place| place.id),
            caller,
            subject: faults.of(self.subject.as_deref().map(|id| body_id(id, "subject")).transpose()).flatten(),
            kind: self.kind,
            values: values.unwrap_or_default(),
            prefilled: Vec::new(),
            for_someone: self.for_someone,
            private: self.private,
            level: self.level,
            organisation: faults
                .of(self.organisation.as_deref().map(|o| body_id(o, "organisation")).transpose())
                .flatten(),
            departments: faults.of(departments.collect::<Result<Vec<OrganisationId>, _>>()).unwrap_or_default(),
            invented: false,
        };
        faults.none()?;
        Ok((new, Moment { occurred: occurred.unwrap_or(at.occurred), ..at }, channel))
    }
}

/// The ways by which staff receive what others say.
const RECEIVED_BY: [Channel; 3] = [Channel::Phone, Channel::Paper, Channel::Desk];

/// # Errors
/// `body-value` with those that there are.
fn received_by(key: &str) -> Result<Channel, Refusal> {
    let allowed = || RECEIVED_BY.map(Channel::key).join(", ");
    let unknown = || Refusal::new("body-value").with("value", key).with("allowed", allowed()).at_field("channel");
    RECEIVED_BY.into_iter().find(|channel| channel.key() == key).ok_or_else(unknown)
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
    #[schema(value_type = BTreeMap<String, FieldJson>)]
    pub fields: BTreeMap<String, Value>,
    /// The version that was looked at; 409 when somebody else changed it since.
    pub version: Option<i64>,
}

impl GivenJson {
    /// What is said, of a matter of this kind.
    pub fn given(self, kind: &Kind) -> Result<Given, Refusal> {
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
            nobody_else: false,
            heard: self.heard,
            early: self.early,
            fields: values(kind, &self.fields)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_takes_what_its_type_says_and_nothing_else_for_a_text() {
        use FieldType::{Choice, Choices, LongText, Number, Text, YesNo};
        let text = |said: &[&str]| Ok(said.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        for (type_, value, expected) in [
            (Some(Text), json!("x"), text(&["x"])),
            (Some(Text), json!(5), Err("text")),
            (Some(LongText), json!(true), Err("text")),
            (Some(Text), json!(null), Err("text")),
            (Some(Text), json!({}), Err("text")),
            (Some(Text), json!(["x"]), Err("text")),
            (Some(Text), json!(["x", "y"]), text(&["x", "y"])),
            (Some(Choice), json!(1), Err("text")),
            (Some(YesNo), json!(true), text(&["yes"])),
            (Some(YesNo), json!("no"), text(&["no"])),
            (Some(YesNo), json!(1), Err("boolean")),
            (Some(Number), json!(12), text(&["12"])),
            (Some(Number), json!("12"), text(&["12"])),
            (Some(Number), json!(1.5), Err("number")),
            (Some(Choices), json!(["a", "b"]), text(&["a", "b"])),
            (Some(Choices), json!([1]), Err("list")),
            // What there is no field for is said by the rule, with those that there are.
            (None, json!("x"), text(&["x"])),
        ] {
            assert_eq!(FieldJson::read(&value, type_), expected, "{type_:?} {value}");
        }
    }
}
