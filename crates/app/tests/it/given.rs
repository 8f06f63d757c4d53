//! Whoever is given something hears of it: a colleague of a matter or a task, the leader of a team of a task.

use app::testing::world;
use db::db_test;
use serde_json::json;

use crate::dispatch::{cut, matter, task_body};
use crate::handover::second;
use crate::told::messages;

db_test!(whoever_is_given_something_is_told, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let social = world.api("social");
    let of = matter(&world).await;
    let path = format!("/api/v1/matters/{of}/assignment");
    // What one takes oneself is no news.
    social.post(&path, json!({ "handler": world.person("social").to_string() })).await.expect(200);
    assert!(messages(&world, "given").await.is_empty());
    let colleague = second(&world).await;
    social.post(&path, json!({ "handler": world.person(colleague).to_string() })).await.expect(200);
    let told = messages(&world, "given").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("交给了您") && !told[0].contains("张桂兰"), "{told:?}");

    let mut body = task_body();
    body["slots"] = json!(2);
    body["team"] = json!(world.team.to_string());
    let task = cut(&world, &of, body).await;
    assert_eq!(messages(&world, "team_task").await.len(), 1, "who leads the team");
    let assign = format!("/api/v1/tasks/{task}/assignment");
    social.post(&assign, json!({ "person": world.person("social").to_string() })).await.expect(200);
    assert!(messages(&world, "task_assigned").await.is_empty());
    social.post(&assign, json!({ "person": world.person("community").to_string() })).await.expect(200);
    assert_eq!(messages(&world, "task_assigned").await.len(), 1);
});
