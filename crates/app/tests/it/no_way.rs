//! A task leads whoever comes to somebody: to a door, to a place where they meet, or to a telephone to ask at.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, cut, invite, offer_to, task_body};

/// A need that a caller told, triaged; with these fields beside what it is about.
async fn told(world: &World, fields: &Value) -> String {
    let mut body = json!({ "kind": "need", "place": "371722003003", "for_someone": true, "fields": {
        "category": "errands", "what": "买米买油", "when": "today" } });
    body["fields"].as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let matter = world.api("call").post("/api/v1/matters", body).await.expect(201).json();
    let id = matter["id"].as_str().unwrap().to_owned();
    let triage = json!({ "level": "day", "type": "errands", "way": "volunteers", "reason": "已核实" });
    world.api("social").post(&format!("/api/v1/matters/{id}/triage"), triage).await.expect(200);
    id
}

db_test!(nobody_is_sent_where_nobody_would_be_found, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let nothing = told(&world, &json!({})).await;
    let path = format!("/api/v1/matters/{nothing}/tasks");
    let mut body = task_body();
    for hint in [json!("黄楼社区"), Value::Null] {
        body["place_hint"] = hint;
        let refused = world.api("social").post(&path, body.clone()).await.expect(422).json();
        assert_eq!((&refused["code"], &refused["field"]), (&json!("task-no-way"), &json!("place_hint")), "{body}");
    }
    // A door or a telephone will do, and so does a place where they meet.
    for fields in [json!({ "address": "3 号楼 2 单元 401" }), json!({ "phone": "13800000099" })] {
        let known = told(&world, &fields).await;
        world.api("social").post(&format!("/api/v1/matters/{known}/tasks"), body.clone()).await.expect(201);
    }
    body["place_hint"] = json!("社区服务站门口");
    let task = cut(&world, &nothing, body).await;
    invite(&world, &task, &["li"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    let page = format!("/tasks/{}", shown["code"].as_str().unwrap().replace('-', ""));
    let read = world.browser("li").await.get(&page).await.expect(200).text;
    assert!(read.contains("没有写，请在社区服务站门口碰头") && read.contains("请打服务热线"), "{read}");
    assert!(!read.contains("请先打电话问") && !read.contains("请先问求助的人"), "there is nobody to ask: {read}");
});
