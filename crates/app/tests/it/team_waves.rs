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
    assert!(before.contains("本队合适的有 1 人") && before.contains("先一批一批邀请本队合适的队员"), "{before}");
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

db_test!(members_of_the_team_are_asked_before_whoever_lives_nearer, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    joins(&world, "wang").await;
    let wang = world.person("wang");
    let moves = "UPDATE people_volunteers SET place_path = '3717/371722/371722003/371722003004/' \
                 WHERE cell = $1 AND person_id = $2";
    let moved =
        world.app.db.write(move |tx| Box::pin(async move { tx.run(moves, db::args![wang.cell.0, wang.uuid]).await }));
    assert_eq!(moved.await.expect("she moves"), 1);
    let matter = matter(&world).await;
    let mut body = task_body();
    let anyones = cut(&world, &matter, body.clone()).await;
    let waves = async |task: &str| {
        let offers = format!("/api/v1/tasks/{task}/offers");
        world.api("social").post(&offers, json!({ "waves": true })).await.expect(201);
        asked(&world, task).await
    };
    let near = waves(&anyones).await;
    assert!(!near.is_empty() && !near.contains(&"王淑珍".to_owned()), "the first wave reaches the community: {near:?}");
    body["team"] = json!(world.team.to_string());
    body["starts_at"] = json!("2026-06-10T09:00:00+08:00");
    let teams = cut(&world, &matter, body).await;
    assert_eq!(waves(&teams).await, ["王淑珍"]);
});
