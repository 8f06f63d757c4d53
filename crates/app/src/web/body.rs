//! Reading a JSON body, and what is wrong with one that cannot be read: by code and field, in words that are no reader's own.

use kit::Failure;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use super::shape;

/// What the bytes say.
///
/// # Errors
/// `body-unknown`, `body-unwanted`, `body-missing`, `body-type`, `body-value`, `body-twice`, `text-control`, each with the field
/// and all at once; else `body-unreadable` with where it breaks off.
pub(super) fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let (body, passed_over) = shape::looked_over(bytes).map_err(|error| unreadable(None, &error))?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader).map_err(|error| match last_name(error.path()) {
        // Of a number where one of several words should stand the reader says what it says of broken JSON.
        Some(name) if error.inner().is_syntax() => of_type(name, "a string"),
        name => unreadable(name, error.inner()),
    });
    let (first, rest) = match read {
        Ok(value) if passed_over.is_empty() => return Ok(value),
        Ok(_) => (None, Vec::new()),
        Err(first) => (Some(first), shape::all_that_is_said::<T>(body)),
    };
    let mut faults: Vec<Failure> = Vec::new();
    for fault in first.into_iter().chain(passed_over).chain(rest) {
        if !faults.iter().any(|told| (&told.code, &told.field) == (&fault.code, &fault.field)) {
            faults.push(fault);
        }
    }
    let first = faults.remove(0);
    Err(first.and(faults))
}

/// The name of the field that a path leads to, or of the list whose entry it is.
pub(super) fn last_name(path: &Path) -> Option<&str> {
    let mut names = path.iter().filter_map(|segment| match segment {
        Segment::Map { key } => Some(key.as_str()),
        _ => None,
    });
    names.next_back()
}

fn unreadable(at: Option<&str>, error: &serde_json::Error) -> Failure {
    let said = error.to_string();
    let why = said.rsplit_once(" at line ").map_or(said.as_str(), |(why, _)| why);
    let told = match error.classify() {
        Category::Data => said_of(at, why),
        Category::Syntax | Category::Eof | Category::Io => None,
    };
    let place = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    told.unwrap_or_else(|| {
        let broken = Failure::refused("body-unreadable").with("why", why);
        broken.with("line", place(error.line())).with("column", place(error.column()))
    })
}

/// What the reader means, by its message: it has no other way to say so.
pub(super) fn said_of(at: Option<&str>, why: &str) -> Option<Failure> {
    let named = |opening: &str| why.strip_prefix(opening).and_then(|rest| rest.split_once('`'));
    // What is expected stands between backticks, apart from what stands between them.
    let listed = |rest: &str| rest.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ");
    if let Some((name, rest)) = named("unknown field `") {
        // It is mostly one that is misspelt.
        let known = listed(rest);
        let failure = match known.is_empty() {
            true => Failure::refused("body-unwanted"),
            false => Failure::refused("body-unknown").with("known", known),
        };
        return Some(failure.with("name", name).at_field(name));
    }
    if let Some((name, _)) = named("missing field `") {
        return Some(Failure::refused("body-missing").with("name", name).at_field(name));
    }
    if let Some((name, _)) = named("duplicate field `") {
        return Some(Failure::refused("body-twice").with("name", name).at_field(name));
    }
    let name = at?;
    if let Some((value, rest)) = named("unknown variant `") {
        let failure = Failure::refused("body-value").with("value", value).with("allowed", listed(rest));
        return Some(failure.at_field(name));
    }
    let is_type =
        why.starts_with("invalid type: ") || why.starts_with("invalid value: ") || why.contains("untagged enum");
    is_type.then(|| of_type(name, why.rsplit_once(", expected ").map_or("", |(_, expected)| expected)))
}

/// 422 `body-type`: what kind of value there should be, `text`, `number`, `boolean`, `list`, `object` or `other`.
pub fn of_type(name: &str, expected: &str) -> Failure {
    let expected = match expected {
        "a string" | "string" | "string or map" => "text",
        "a boolean" => "boolean",
        "a sequence" => "list",
        "a map" => "object",
        other if other.starts_with("struct ") => "object",
        other if other.starts_with(['i', 'u', 'f']) && other[1..].parse::<u8>().is_ok() => "number",
        _ => "other",
    };
    Failure::refused("body-type").with("name", name).with("expected", expected).at_field(name)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only their names and types are asked for")]
    struct Note {
        text: String,
        internal: Option<bool>,
        slots: Option<u16>,
        needs: Option<Needs>,
        rows: Option<Vec<Needs>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only their names and types are asked for")]
    struct Needs {
        reach: Reach,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Reach {
        Near,
        Far,
    }

    fn arg(failure: &Failure, name: &str) -> Option<String> {
        failure.args.iter().find(|(arg, _)| arg == name).map(|(_, value)| match value {
            kit::Value::Text(text) => text.clone(),
            kit::Value::Number(number) => number.to_string(),
        })
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said_by_code_and_field() {
        for (body, code, field, (name, value)) in [
            (r#"{ "test": "x" }"#, "body-unknown", Some("test"), ("known", "text, internal, slots, needs, rows")),
            ("{}", "body-missing", Some("text"), ("name", "text")),
            (r#"{ "text": 7 }"#, "body-type", Some("text"), ("expected", "text")),
            (r#"{ "text": null }"#, "body-type", Some("text"), ("expected", "text")),
            (r#"{ "text": "x", "internal": "yes" }"#, "body-type", Some("internal"), ("expected", "boolean")),
            (r#"{ "text": "x", "slots": "3" }"#, "body-type", Some("slots"), ("expected", "number")),
            (r#"{ "text": "x", "slots": -1 }"#, "body-type", Some("slots"), ("expected", "number")),
            (r#"{ "text": "x", "needs": "far" }"#, "body-type", Some("needs"), ("expected", "object")),
            (r#"{ "text": "x", "rows": {} }"#, "body-type", Some("rows"), ("expected", "list")),
            (r#"{ "text": "x", "needs": { "reach": "moon" } }"#, "body-value", Some("reach"), ("allowed", "near, far")),
            (r#"{ "text": "x", "rows": [{ "reach": 3 }] }"#, "body-type", Some("reach"), ("expected", "text")),
            (r#"{ "text": "x", "rows": [{}] }"#, "body-missing", Some("reach"), ("name", "reach")),
            (r#"{ "text": "x", "text": "y" }"#, "body-twice", Some("text"), ("name", "text")),
            (r#"{ "text": "x" "#, "body-unreadable", None, ("line", "1")),
            (r#"{ "text": "x" } }"#, "body-unreadable", None, ("column", "17")),
        ] {
            let failure = parsed::<Note>(body.as_bytes()).expect_err(body);
            assert_eq!((failure.code.as_str(), failure.field.as_deref()), (code, field), "{body}: {failure:?}");
            assert_eq!(arg(&failure, name).as_deref(), Some(value), "{body}: {failure:?}");
        }
    }
}
