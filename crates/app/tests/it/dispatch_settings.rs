//! What a county lays beside its data holds for its dispatch, without a rebuild.

use app::testing::world;
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{candidates, cut, matter, matter_at, task_body};

/// 单县 gives two hours to answer and invites two at once, from 9 June on; people rest for an hour between two services,
/// tasks take three at most, and who has helped before counts for nothing else.
const SHAN: &str = r#"
format = 1

[[setting]]
county = "371722"
valid_from = "2026-06-09"
source = "local setting"
weights = { nearer_step = 100 }
limits = { most_slots = 3, longest = 90 }

[[setting.wave]]
level = "normal"
per_slot = 2
most = 2
reply_within = { hours = 2 }
reach = ["same_village", "same_county"]
then_open = true
"#;

db_test!(a_county_sets_weights_waves_and_limits, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.set_dispatch(SHAN);
    let body = |slots: i64, minutes: i64| {
        let mut body = task_body();
        body["starts_at"] = json!("2026-06-11T09:00:00+08:00");
        (body["slots"], body["minutes"]) = (json!(slots), json!(minutes));
        body
    };
    let own = matter_at(&world, "normal").await;
    let path = format!("/api/v1/matters/{own}/tasks");
    let task = cut(&world, &own, body(4, 120)).await;
    let before = candidates(&world, &task).await;
    assert_eq!((before["most"].as_i64(), before["reply_by"].as_str()), (Some(5), Some("2026-06-08T13:00:00+08:00")));

    world.set_time("2026-06-09T09:00:00+08:00");
    let after = candidates(&world, &task).await;
    assert_eq!((after["most"].as_i64(), after["reply_by"].as_str()), (Some(2), Some("2026-06-09T11:00:00+08:00")));
    let score = |list: &Value| list["items"][0]["score"].as_i64().unwrap();
    assert!(score(&after) > score(&before) + 150, "{} {}", score(&after), score(&before));
    for (slots, minutes, field) in [(4, 60, "slots"), (1, 120, "minutes")] {
        let refused = world.api("social").post(&path, body(slots, minutes)).await.expect(422).json();
        assert_eq!(refused["field"], field, "{refused}");
    }
    let sent = world.api("social").post(&format!("/api/v1/tasks/{task}/offers"), json!({ "waves": true })).await;
    assert_eq!(sent.expect(201).json()["items"].as_array().map(Vec::len), Some(2));
    // A level that the file does not name has the program's own plan.
    let day = cut(&world, &matter(&world).await, body(1, 60)).await;
    assert_eq!(candidates(&world, &day).await["reply_by"], "2026-06-09T09:15:00+08:00");
});
