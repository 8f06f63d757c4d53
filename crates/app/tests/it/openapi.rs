use std::collections::BTreeSet;

use app::capability::Method;
use app::testing::world;
use app::web::openapi::document;
use db::db_test;
use serde_json::Value;

use crate::lived_in::{is_api, routes};

const ITSELF: &str = "/api/openapi.json";

fn parsed() -> Value {
    serde_json::to_value(document()).unwrap()
}

#[test]
fn every_route_of_the_api_is_documented_and_nothing_else() {
    let served: BTreeSet<(String, String)> = routes()
        .filter(|r| is_api(r) && r.path != ITSELF)
        .map(|r| (if r.method == Method::Get { "get" } else { "post" }.to_owned(), r.path.to_owned()))
        .collect();
    let document = parsed();
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        documented.extend(methods.as_object().unwrap().keys().map(|method| (method.clone(), path.clone())));
    }
    let missing: Vec<_> = served.difference(&documented).collect();
    let gone: Vec<_> = documented.difference(&served).collect();
    assert!(missing.is_empty() && gone.is_empty(), "not documented: {missing:?}; documented but not served: {gone:?}");
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = parsed();
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let names: Vec<&str> = operations.map(|operation| operation["operationId"].as_str().unwrap()).collect();
    let odd: Vec<_> = names.iter().filter(|name| name.contains(|c: char| !matches!(c, 'a'..='z' | '_'))).collect();
    assert!(odd.is_empty(), "no word of a program: {odd:?}");
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "named twice: {names:?}");
}

/// Every answer of every operation, with where it stands.
fn answers(document: &Value) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                let of = answer["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/responses/"));
                let answer = of.map_or(answer, |name| &document["components"]["responses"][name]);
                answers.push((format!("{method} {path} {status}"), answer.clone()));
            }
        }
    }
    answers
}

#[test]
fn every_answer_says_what_it_is() {
    let document = parsed();
    let answers = answers(&document);
    assert!(answers.len() > 500, "the operations were read: {}", answers.len());
    for (of, answer) in answers {
        assert!(answer["description"].as_str().is_some_and(|said| !said.is_empty()), "{of}: {answer}");
        // What went wrong has the one form that is sent.
        let status = of.rsplit(' ').next().unwrap();
        let problem = "/content/application~1problem+json/schema/$ref";
        if status >= "400" {
            assert_eq!(answer.pointer(problem), Some(&Value::from("#/components/schemas/Problem")), "{of}");
        }
        if status == "401" {
            assert!(answer["headers"]["WWW-Authenticate"].is_object(), "{of}");
        }
    }
}

#[test]
fn every_operation_names_the_scope_that_holds_it() {
    let (document, known) = (parsed(), app::identity::tokens::scopes());
    let mut named = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let Some(scopes) = operation["security"].pointer("/0/token").and_then(Value::as_array) else { continue };
            for scope in scopes.iter().filter_map(Value::as_str) {
                assert!(known.iter().any(|known| known == scope), "{method} {path}: {scope}");
                let ending = if method == "get" { ":read" } else { ":write" };
                assert!(scope.ends_with(ending), "{method} {path}: {scope}");
                named.insert(scope.to_owned());
            }
            assert!(scopes.len() == 1 || path == "/api/v1/me", "{method} {path}: {scopes:?}");
        }
    }
    assert!(named.contains("matters:read") && named.contains("dispatch:write"), "{named:?}");
}

/// Whether an object of a body takes any field that there is none of; looked at through what it refers to.
fn open_objects(document: &Value, schema: &Value, found: &mut BTreeSet<String>, name: &str) {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/")) {
        return open_objects(document, &document["components"]["schemas"][name], found, name);
    }
    let is_map = schema["properties"].is_null() && schema["additionalProperties"].is_object();
    if schema["type"] == "object" && !is_map && schema["additionalProperties"] != Value::Bool(false) {
        found.insert(name.to_owned());
    }
    for part in ["oneOf", "allOf", "anyOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten() {
        open_objects(document, part, found, name);
    }
    for (key, part) in schema["properties"].as_object().into_iter().flatten() {
        open_objects(document, part, found, &format!("{name}.{key}"));
    }
    for part in [&schema["items"], &schema["additionalProperties"]].into_iter().filter(|part| part.is_object()) {
        open_objects(document, part, found, name);
    }
}

#[test]
fn no_body_takes_a_field_that_there_is_none_of() {
    let (document, mut found) = (parsed(), BTreeSet::new());
    for (path, methods) in document["paths"].as_object().unwrap() {
        let schema = &methods["post"]["requestBody"]["content"]["application/json"]["schema"];
        open_objects(&document, schema, &mut found, path);
    }
    assert_eq!(found, BTreeSet::new());
    let needs = &document["components"]["schemas"]["NeedsJson"];
    assert_eq!(needs["additionalProperties"], false, "the bodies were read: {needs}");
}

/// True when a schema has an example, of itself or of what it refers to.
fn has_example(document: &Value, schema: &Value) -> bool {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.strip_prefix("#/components/schemas/")) {
        return has_example(document, &document["components"]["schemas"][name]);
    }
    let parts = |key: &str| schema[key].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    schema.get("example").is_some()
        || schema.get("examples").is_some()
        || parts("allOf").iter().chain(&parts("oneOf")).any(|part| has_example(document, part))
        || properties.values().any(|part| part.get("example").is_some())
}

#[test]
fn every_body_has_an_example() {
    let document = parsed();
    let mut without = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(body) = methods["post"].get("requestBody") else { continue };
        let content = &body["content"]["application/json"];
        // A file is its own example.
        if content.is_null() {
            continue;
        }
        if content.get("example").is_none() && !has_example(&document, &content["schema"]) {
            without.push(path.clone());
        }
    }
    assert_eq!(without, Vec::<String>::new());
}

fn example(path: &str) -> Value {
    let document = parsed();
    let example = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"].clone();
    assert!(example.is_object(), "{path} has no example of its own");
    example
}

db_test!(the_examples_of_a_needs_way_work_as_they_stand, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let new = parsed()["components"]["schemas"]["NewMatter"]["example"].clone();
    let social = world.api("social");
    let raise = async || {
        let matter = world.api("zhang").post("/api/v1/matters", new.clone()).await.expect(201).json();
        format!("/api/v1/matters/{}", matter["id"].as_str().unwrap())
    };
    let path = raise().await;
    let triaged = social.post(&format!("{path}/triage"), example("/api/v1/matters/{id}/triage")).await.expect(200);
    assert_eq!(triaged.json()["step"], "dispatch");
    let answered = social.post(&format!("{path}/answers"), example("/api/v1/matters/{id}/answers")).await.expect(200);
    assert_eq!(answered.json()["step"], "confirm");
    let path = raise().await;
    let closed = social.post(&format!("{path}/closure"), example("/api/v1/matters/{id}/closure")).await.expect(200);
    assert_eq!(closed.json()["state"], "closed");
});

#[test]
fn the_document_is_fresh() {
    crate::access_table::fresh("openapi.json", &format!("{:#}\n", parsed()));
}

db_test!(the_document_is_served, app::migrations::STEPS, |db| async move {
    let served = world(db, &[]).await.visitor().get(ITSELF).await.expect(200).json();
    assert_eq!(served, parsed());
    assert_eq!(served["openapi"], "3.1.0");
});
