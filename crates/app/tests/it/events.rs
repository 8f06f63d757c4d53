//! Each changing call adds at least one event, in the transaction of its change.

use std::collections::BTreeSet;

use app::testing::World;
use db::db_test;
use serde_json::{Value, json};

use crate::lived_in::{is_api, is_get, lived_in, need, routes};

/// One call of the story: which route, as whom, with what.
struct Call {
    route: &'static str,
    who: &'static str,
    body: Value,
}

fn call(route: &'static str, who: &'static str, body: Value) -> Call {
    Call { route, who, body }
}

/// A short life of a need: every changing call on matters once, each in a state that allows it.
fn story(world: &World, other: &str) -> Vec<Call> {
    let social = world.person("social").to_string();
    vec![
        call("/api/v1/matters/{id}/notes", "social", json!({ "text": "已打电话" })),
        call("/api/v1/matters/{id}/next-word", "social", json!({ "at": "2026-06-09T09:00:00+08:00" })),
        call("/api/v1/matters/{id}/assignment", "social", json!({ "handler": social })),
        call("/api/v1/matters/{id}/privacy", "social", json!({ "private": true })),
        call("/api/v1/matters/{id}/privacy", "zhang", json!({ "private": false })),
        call("/api/v1/matters/{id}/followers", "neighbour", json!({})),
        call("/api/v1/matters/{id}/rerouting", "social", json!({ "place": "371722003004", "reason": "住在隔壁社区" })),
        call(
            "/api/v1/matters/{id}/triage",
            "social",
            json!({ "answer": "dispatch", "level": "normal", "type": "hospital", "way": "volunteers" }),
        ),
        call("/api/v1/matters/{id}/pause", "social", json!({ "rule": "waiting_for_person", "reason": "等本人回家" })),
        call("/api/v1/matters/{id}/resumption", "social", json!({})),
        call("/api/v1/matters/{id}/closure", "social", json!({ "outcome": "cannot", "reason": "没有合适的人" })),
        call("/api/v1/matters/{id}/reopening", "zhang", json!({ "reason": "还需要人" })),
        call("/api/v1/matters/{id}/merging", "social", json!({ "into": other })),
    ]
}

db_test!(every_changing_call_leaves_an_event, app::migrations::STEPS, |db| async move {
    let lived = lived_in(db).await;
    let world = &lived.world;
    let mut told: BTreeSet<&str> = BTreeSet::from(["/api/v1/matters"]);
    let before = world.events().await;
    let raise = || need("请人帮忙", "3 号楼 2 单元 401", "13800000001");
    let other = world.api("zhang").post("/api/v1/matters", raise()).await.expect(201).json();
    assert!(world.events().await > before);
    let id = lived.need["id"].as_str().unwrap();
    for Call { route, who, body } in story(world, other["id"].as_str().unwrap()) {
        let (before, address) = (world.events().await, route.replace("{id}", id));
        let answered = world.api(who).post(&address, body).await;
        assert!(answered.status.is_success(), "{who} {address}: {} {}", answered.status, answered.text);
        assert!(world.events().await > before, "{who} {address} left no event");
        told.insert(route);
    }
    let untold: Vec<_> =
        routes().filter(|r| is_api(r) && !is_get(r) && !told.contains(r.path)).map(|r| r.path).collect();
    assert_eq!(untold, Vec::<&str>::new(), "tell these calls in the story");
});
