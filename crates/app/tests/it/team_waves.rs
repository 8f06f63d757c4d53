//! The waves of a task that was cut for a team: its members first, and words that are true for who leads it.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::dispatch::{answer, cut, matter, offer_to, run_jobs, task_body};

async fn joins(world: &World, name: &str) {
    let member = json!({ "role": "volunteer", "organisation": world.team.to_string(), "agreed": true });
    let join = format!("/api/v1/people/{}/memberships", world.person(name));
    world.api("leader").post(&join, member).await.expect(201);
}

/// The names of whom a task has asked.
async fn asked(world: &World, task: &str) -> Vec<String> {
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    let name = |offer: &serde_json::Value| offer["volunteer"]["name"].as_str().unwrap_or_default().to_owned();
    shown["desk"]["offers"].as_array().map(|offers| offers.iter().map(name).collect()).unwrap_or_default()
}

db_test!(the_waves_of_a_team_ask_its_members_first, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    joins(&world, "wang").await;
    let mut body = task_body();
    body["team"] = json!(world.team.to_string());
    body["slots"] = json!(2);
    let task = cut(&world, &matter(&world).await, body).await;
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    let number: String = shown["code"].as_str().unwrap().chars().filter(char::is_ascii_alphanumeric).collect();
    let page = format!("/tasks/{number}/assign");
    let mut leader = world.browser("leader").await;
    let before = leader.get(&page).await.expect(200).text;
    assert!(before.contains("本队合适的有 1 人") && before.contains("每一批先请那个范围里本队合适的队员"), "{before}");
    leader.submit(&page, &format!("/tasks/{number}/waves"), &[]).await.expect(303);
    assert_eq!(asked(&world, &task).await, ["王淑珍"], "nobody else as long as a member can be asked");

    // What the leader reads is true of the team, and offers nothing that a leader cannot do.
    let running = leader.get(&page).await.expect(200).text;
    assert!(running.contains("本队合适的队员都请过了，有 1 位") && running.contains("分批邀请中"), "{running}");
    for words in ["合适的有 0 人", "可以自己去", "放宽"] {
        assert!(!running.contains(words), "{words}: {running}");
    }
    // Once she has answered, others are asked for the place that is left.
    answer(&world, "wang", &offer_to(&world, "wang").await, "acceptance").await.expect(200);
    world.pass(120);
    run_jobs(&world).await;
    let all = asked(&world, &task).await;
    assert!(all.len() > 1 && all[0] == "王淑珍", "{all:?}");
    // Full is full, whatever began it.
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    let full = leader.get(&page).await.expect(200).text;
    assert!(full.contains("要 2 人，已招满") && full.contains("人已招满"), "{full}");
    assert!(!full.contains("分批邀请中") && !full.contains("还差"), "{full}");
});
