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
