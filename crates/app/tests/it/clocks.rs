//! Clocks and the jobs that watch them.

use app::jobs;
use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

async fn raised(world: &World, body: Value) -> String {
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    format!("/api/v1/matters/{}", matter["id"].as_str().unwrap())
}

fn need(when: &str) -> Value {
    json!({ "kind": "need", "place": "371722003003", "fields": {
        "category": "errands", "what": "买米买油", "when": when, "address": "3 号楼", "phone": "13800000001" } })
}

async fn told(world: &World, path: &str, verb: &str) -> usize {
    let matter = world.api("social").get(path).await.expect(200).json();
    matter["timeline"].as_array().unwrap().iter().filter(|e| e["verb"] == verb).count()
}

db_test!(after_two_days_of_standstill_everything_due_is_done_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = raised(&world, need("now")).await;
    world.pass(2 * 24 * 60);
    assert!(jobs::run_due(&world.app).await.unwrap().done > 0);
    let late = (told(&world, &path, "matters.escalated").await, told(&world, &path, "matters.reminded").await);
    assert_eq!(late.0, 2, "the step's clock and the resident's, once each: {late:?}");
    world.pass(10);
    jobs::run_due(&world.app).await.unwrap();
    assert_eq!((told(&world, &path, "matters.escalated").await, told(&world, &path, "matters.reminded").await), late);
});

db_test!(a_year_that_is_not_loaded_never_loses_a_need, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let hazard = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    world.set_time("2027-03-01T09:00:00+08:00");
    let matter = world.api("zhang").post("/api/v1/matters", hazard).await.expect(201).json();
    let path = format!("/api/v1/matters/{}", matter["id"].as_str().unwrap());
    let department = world.department.to_string();
    let handed =
        json!({ "answer": "to_department", "level": matter["level"], "type": "manhole", "departments": [department] });
    let handed = world.api("grid").post(&format!("{path}/triage"), handed).await.expect(200).json();
    assert_eq!((handed["step"].as_str(), handed["step_due_at"].is_null()), (Some("department"), true));
    let verbs: Vec<&str> = handed["timeline"].as_array().unwrap().iter().filter_map(|e| e["verb"].as_str()).collect();
    assert!(verbs.contains(&"matters.clock_unset"), "{verbs:?}");
});

db_test!(a_paper_form_keeps_both_its_times, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut paper = need("2026-06-12/morning");
    paper["for_someone"] = json!(true);
    paper["channel"] = json!("paper");
    paper["occurred_at"] = json!("2026-06-05T15:00:00+08:00");
    let matter = world.api("community").post("/api/v1/matters", paper).await.expect(201).json();
    assert_eq!(matter["occurred_at"], "2026-06-05T15:00:00+08:00");
    assert_eq!(matter["recorded_at"], "2026-06-08T09:00:00+08:00");
    assert_eq!(
        (matter["channel"].as_str(), matter["due_at"].as_str()),
        (Some("paper"), Some("2026-06-15T23:59:59+08:00"))
    );
});

db_test!(rerouting_leaves_the_residents_clock_alone, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let path = raised(&world, need("today")).await;
    let due = world.api("social").get(&path).await.expect(200).json()["due_at"].clone();
    world.pass(90);
    let to = json!({ "place": "371722003004", "reason": "在隔壁社区" });
    let moved = world.api("social").post(&format!("{path}/rerouting"), to).await.expect(200).json();
    assert_eq!((moved["place"]["name"].as_str(), &moved["due_at"]), (Some("东关社区"), &due));
    assert_ne!(moved["step_due_at"], due);
});
