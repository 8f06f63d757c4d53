//! What is wrong with a JSON body as a whole, all at once: what its reader would say one after the other, and what it would pass
//! over. Nothing that is made up here to go on reading is ever taken for what was sent.

use std::collections::BTreeSet;
use std::fmt;

use kit::Failure;
use rules::shared::characters;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};

use super::body::{last_name, said_of};
use crate::Stop;

/// A body is told no more than this at once; who sends more mistakes than that mends a program, not a body.
const MOST: usize = 50;

/// The whole of a body, with what its reader passes over: a name that stands twice in one object, and characters that no text
/// holds.
///
/// # Errors
/// What the bytes are no JSON for.
pub(super) fn looked_over(bytes: &[u8]) -> Result<(Value, Vec<Failure>), serde_json::Error> {
    let mut faults = Vec::new();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Look { faults: &mut faults, name: "" }.deserialize(&mut reader)?;
    reader.end()?;
    Ok((value, faults))
}

/// Reads one value, which stands under a name or in the list of that name.
struct Look<'l> {
    faults: &'l mut Vec<Failure>,
    name: &'l str,
}

impl Look<'_> {
    fn text(&mut self, text: &str) {
        if let Err(refusal) = characters::all_may_stand(self.name, text) {
            self.fault(Stop::Refused(refusal).into());
        }
    }

    fn fault(&mut self, fault: Failure) {
        if self.faults.len() < MOST {
            self.faults.push(fault);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E: Error>(mut self, text: &str) -> Result<Value, E> {
        self.text(text);
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element_seed(Look { faults: &mut *self.faults, name: self.name })? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Value, A::Error> {
        let mut values = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            // What is misspelt at the top is told as unknown.
            if !self.name.is_empty() {
                self.text(&name);
            }
            let value = object.next_value_seed(Look { faults: &mut *self.faults, name: &name })?;
            if values.contains_key(&name) {
                self.fault(Failure::refused("body-twice").with("name", name.as_str()).at_field(name.as_str()));
            }
            values.insert(name, value);
        }
        Ok(Value::Object(values))
    }
}

/// What a reader says of a body, one thing after the other: each is told, and mended in this copy, so that the next is found.
pub(super) fn all_that_is_said<T: DeserializeOwned>(mut body: Value) -> Vec<Failure> {
    let (mut faults, mut met, mut made_up) = (Vec::new(), BTreeSet::new(), Vec::<Vec<Step>>::new());
    while faults.len() < MOST {
        let Err(error) = serde_path_to_error::deserialize::<_, T>(&body) else { break };
        let (path, why) = (error.path(), error.inner().to_string());
        let steps = steps(path);
        let is_made_up = made_up.iter().any(|made| steps.starts_with(made));
        let Some(fault) = said_of(last_name(path), &why) else { break };
        if !is_made_up {
            faults.push(fault);
        }
        // What is no better for having been mended cannot be read on.
        if !met.insert(format!("{path} {why}")) || !mend(&mut body, steps, &why, &mut made_up) {
            break;
        }
    }
    faults
}

/// A step down into a body.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Into(String),
    At(usize),
}

fn steps(path: &Path) -> Vec<Step> {
    let step = |segment: &Segment| match segment {
        Segment::Map { key } => Some(Step::Into(key.clone())),
        Segment::Seq { index } => Some(Step::At(*index)),
        Segment::Enum { .. } | Segment::Unknown => None,
    };
    path.iter().filter_map(step).collect()
}

fn found<'b>(body: &'b mut Value, steps: &[Step]) -> Option<&'b mut Value> {
    steps.iter().try_fold(body, |at, step| match step {
        Step::Into(name) => at.get_mut(name.as_str()),
        Step::At(index) => at.get_mut(*index),
    })
}

/// Takes away what nobody knows, and makes up what is missing or of another type; false where it cannot.
fn mend(body: &mut Value, mut at: Vec<Step>, why: &str, made_up: &mut Vec<Vec<Step>>) -> bool {
    let named = |opening: &str| why.strip_prefix(opening).and_then(|rest| rest.split('`').next());
    if let Some(name) = named("unknown field `") {
        if at.last() == Some(&Step::Into(name.to_owned())) {
            at.pop();
        }
        let object = found(body, &at).and_then(Value::as_object_mut);
        return object.is_some_and(|object| object.remove(name).is_some());
    }
    if let Some(name) = named("missing field `") {
        let Some(object) = found(body, &at).and_then(Value::as_object_mut) else { return false };
        // Its reader says next what it should be.
        object.insert(name.to_owned(), Value::Null);
        at.push(Step::Into(name.to_owned()));
        made_up.push(at);
        return true;
    }
    let is_word = why.starts_with("unknown variant `");
    let made = if is_word { why.split('`').nth(3).map(Value::from) } else { of_type(why) };
    let (Some(made), Some(value)) = (made, found(body, &at)) else { return false };
    *value = made;
    made_up.push(at);
    true
}

/// Something of the type that a reader asks for.
fn of_type(why: &str) -> Option<Value> {
    let (_, expected) = why.rsplit_once(", expected ")?;
    let is_number = expected.starts_with(['i', 'u', 'f']) && expected[1..].parse::<u8>().is_ok();
    Some(match expected {
        "a string" | "string" | "string or map" => Value::from(""),
        "a boolean" => Value::from(false),
        "a sequence" => Value::Array(Vec::new()),
        "a map" => Value::Object(Map::new()),
        other if other.starts_with("struct ") => Value::Object(Map::new()),
        _ if is_number => Value::from(1),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::super::body::parsed;
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only their names and types are asked for")]
    struct Visit {
        kind: String,
        minutes: u16,
        urgent: bool,
        reach: Reach,
        rows: Vec<Row>,
        note: Option<String>,
        #[serde(default)]
        fields: BTreeMap<String, Value>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only their names and types are asked for")]
    struct Row {
        day: String,
        of: Reach,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Reach {
        Near,
        Far,
    }

    fn told(body: &str) -> Vec<(String, String)> {
        let told = |failure: &Failure| (failure.code.clone(), failure.field.clone().unwrap_or_default());
        match parsed::<Visit>(body.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(failure) => std::iter::once(&failure).chain(&failure.further).map(told).collect(),
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_body_is_said_at_once() {
        let rest = r#""minutes": 5, "urgent": true, "reach": "near", "rows": []"#;
        for (body, expected) in [
            (format!(r#"{{ "kind": "x", {rest} }}"#), vec![]),
            ("{}".into(), {
                let missing = ["kind", "minutes", "urgent", "reach", "rows"];
                missing.map(|name| ("body-missing", name)).to_vec()
            }),
            (
                r#"{ "minutes": "5", "rech": "near", "rows": [{ "day": 3, "of": "moon" }, { "of": "far", "at": 1 }] }"#
                    .into(),
                vec![
                    ("body-type", "minutes"),
                    ("body-unknown", "rech"),
                    ("body-type", "day"),
                    ("body-value", "of"),
                    ("body-unknown", "at"),
                    ("body-missing", "day"),
                    ("body-missing", "kind"),
                    ("body-missing", "urgent"),
                    ("body-missing", "reach"),
                ],
            ),
            (format!(r#"{{ "kind": "x", {rest}, "fields": {{ "a": 1, "a": 2 }} }}"#), vec![("body-twice", "a")]),
            (
                format!(r#"{{ "kind": "x", {rest}, "fields": {{ "a": [{{ "b": 1, "b": 1 }}] }}, "note": 1 }}"#),
                vec![("body-type", "note"), ("body-twice", "b")],
            ),
            (
                format!(
                    r#"{{ "kind": "a\u0000b", {rest}, "note": "\u202e", "fields": {{ "a": ["ok\n", "\u0007"] }} }}"#
                ),
                vec![("text-control", "kind"), ("text-control", "note"), ("text-control", "a")],
            ),
        ] {
            let mut said = told(&body);
            let mut expected: Vec<_> =
                expected.into_iter().map(|(code, field)| (code.to_owned(), field.to_owned())).collect();
            if let (Some(first), Some(meant)) = (said.first(), expected.first()) {
                assert_eq!(first, meant, "{body}: {said:?}");
            }
            said.sort();
            expected.sort();
            assert_eq!(said, expected, "{body}");
        }
    }

    #[test]
    fn what_is_made_up_to_read_on_is_told_of_nobody() {
        // `rows` is no list: what stands in the list that is made up for it is not asked for.
        let said = told(r#"{ "kind": "x", "minutes": 5, "urgent": true, "reach": 7, "rows": 3 }"#);
        let expected = [("body-type", "reach"), ("body-type", "rows")];
        let expected = expected.map(|(code, field)| (code.to_owned(), field.to_owned()));
        assert_eq!(said, expected);
    }
}
