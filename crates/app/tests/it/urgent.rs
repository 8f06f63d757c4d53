//! What is urgent: first in every list of the desk, and told to those who wait for it as soon as it comes in.

use app::jobs::notify::outbox;
use app::testing::{World, world};
use db::db_test;
use rules::shared::code::in_groups;
use serde_json::{Value, json};

use crate::told::messages;

async fn raised(world: &World, when: &str) -> String {
    let body = json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "errands", "what": "买米买油", "when": when, "address": "3 号楼", "phone": "13800000001" } });
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    matter["id"].as_str().unwrap().to_owned()
}

async fn ids(world: &World, path: &str) -> (Vec<String>, Option<String>) {
    let list = world.api("social").get(path).await.expect(200).json();
    let ids = list["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    (ids, list["next"].as_str().map(str::to_owned))
}

/// Whom messages in the words of a template were sent to.
async fn rung(world: &World, template: &'static str) -> Vec<String> {
    let sent = world.app.read(|mut tx| Box::pin(async move { outbox(&mut tx, 1000).await })).await.expect("messages");
    sent.into_iter().filter(|(message, _)| message.template == template).map(|(message, _)| message.to).collect()
}

db_test!(what_is_urgent_stands_first_however_soon_the_rest_is_due, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // More than a page of ordinary ones, each due before the urgent ones that come an hour and a half later.
    let mut ordinary = Vec::new();
    for _ in 0..51 {
        ordinary.push(raised(&world, "2026-06-12/morning").await);
    }
    world.pass(90);
    let urgent = [raised(&world, "now").await, raised(&world, "now").await];
    let (first, next) = ids(&world, "/api/v1/matters").await;
    assert_eq!(first[..2], urgent, "the urgent ones, by their clocks");
    let (second, last) = ids(&world, &format!("/api/v1/matters?cursor={}", next.expect("a second page"))).await;
    assert_eq!((first.len(), second.len(), last), (50, 3, None));
    let rest = [&first[2..], &second[..]].concat();
    assert_eq!(rest, ordinary, "each of the others once, by its clock");
    let social = world.browser("social").await;
    let queue = social.get("/desk").await.expect(200).text;
    let code = code_of(&world, &urgent[0]).await;
    let at = |code: &str| queue.find(code).unwrap_or(usize::MAX);
    assert!(at(&code) < at(&code_of(&world, &ordinary[0]).await), "{queue}");
    assert!(
        social.get("/").await.expect(200).text.contains(&in_groups(&code)),
        "and among the three of the first page"
    );
});

async fn code_of(world: &World, id: &str) -> String {
    let matter = world.api("social").get(&format!("/api/v1/matters/{id}")).await.expect(200).json();
    matter["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect()
}

db_test!(what_is_urgent_rings_those_it_waits_for_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (ordinary, _urgent) = (raised(&world, "2026-06-12/morning").await, raised(&world, "now").await);
    assert_eq!(rung(&world, "urgent").await, ["13800000007"], "whoever triages there, and nobody far away");
    let texts = messages(&world, "urgent").await;
    assert!(texts[0].contains("紧急") && !texts[0].contains("买米") && !texts[0].contains("张桂兰"), "{texts:?}");
    // Whoever makes something urgent knows it; those whom it waits for then are told.
    let step = |level: &str| json!({ "answer": "dispatch", "level": level, "type": "errands", "way": "volunteers" });
    world.api("social").post(&format!("/api/v1/matters/{ordinary}/triage"), step("urgent")).await.expect(200);
    assert_eq!(rung(&world, "urgent").await, ["13800000007"]);
    // It is told once, however often it goes on.
    let said: Value = json!({ "text": "已打电话" });
    world.api("social").post(&format!("/api/v1/matters/{ordinary}/notes"), said).await.expect(200);
    world.pass(95);
    app::jobs::run_due(&world.app).await.expect("the clocks");
    assert_eq!(rung(&world, "urgent").await.len(), 1);
    // Whoever writes one down for a caller is not told by message what they have before them.
    let by_hand = json!({ "kind": "need", "place": "371722003003", "for_someone": true, "fields": {
        "category": "errands", "what": "买米买油", "when": "now", "address": "3 号楼", "phone": "13800000001" } });
    world.api("social").post("/api/v1/matters", by_hand).await.expect(201);
    assert_eq!(rung(&world, "urgent").await.len(), 1);
});
