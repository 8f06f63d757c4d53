//! Invitations at night wait for the morning.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::dispatch::{answer, candidates, cut, invite, matter_at, offer_to, run_jobs, task_body};

/// How many invitations were sent by message.
async fn rung(world: &World) -> usize {
    world.visitor().get("/demo/outbox").await.expect(200).text.matches("请您帮忙").count()
}

/// A task at nine of the next day, and the time before dawn.
async fn before_dawn(world: &World, level: &str) -> String {
    let task = cut(world, &matter_at(world, level).await, task_body()).await;
    world.set_time("2026-06-09T04:50:00+08:00");
    task
}

db_test!(
    what_is_sent_before_dawn_rings_at_seven_and_the_time_to_answer_begins_there,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let task = before_dawn(&world, "day").await;
        let list = candidates(&world, &task).await;
        assert_eq!(
            (&list["goes_out"], &list["reply_by"]),
            (&json!("2026-06-09T07:00:00+08:00"), &json!("2026-06-09T07:15:00+08:00"))
        );
        let early = json!({ "people": [world.person("wang").to_string()], "reply_by": "2026-06-09T06:00:00+08:00" });
        let refused = world.api("social").post(&format!("/api/v1/tasks/{task}/offers"), early).await.expect(422).json();
        assert_eq!((&refused["code"], &refused["field"]), (&json!("invite-quiet"), &json!("reply_by")));
        invite(&world, &task, &["wang", "zhao"]).await.expect(201);
        run_jobs(&world).await;
        assert_eq!(rung(&world).await, 0, "nobody is woken");
        // Who sees it on the page answers when they like, and is not told of it any more.
        answer(&world, "zhao", &offer_to(&world, "zhao").await, "decline").await.expect(200);
        world.set_time("2026-06-09T06:59:00+08:00");
        run_jobs(&world).await;
        assert_eq!(rung(&world).await, 0);
        world.set_time("2026-06-09T07:00:00+08:00");
        run_jobs(&world).await;
        assert_eq!(rung(&world).await, 1);
        world.set_time("2026-06-09T07:14:00+08:00");
        run_jobs(&world).await;
        answer(&world, "wang", &offer_to(&world, "wang").await, "acceptance").await.expect(200);
    }
);

db_test!(waves_wait_for_the_morning_as_well_and_what_is_urgent_rings, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = before_dawn(&world, "day").await;
    let sent = world.api("social").post(&format!("/api/v1/tasks/{task}/offers"), json!({ "waves": true })).await;
    assert_eq!(sent.expect(201).json()["items"][0]["reply_by"], "2026-06-09T07:15:00+08:00");
    run_jobs(&world).await;
    assert_eq!(rung(&world).await, 0);
    world.set_time("2026-06-09T07:00:00+08:00");
    run_jobs(&world).await;
    assert!(rung(&world).await > 0);
    let before = rung(&world).await;
    let urgent = cut(
        &world,
        &matter_at(&world, "urgent").await,
        json!({ "title": "送药", "minutes": 60,
        "starts_at": "2026-06-10T09:00:00+08:00", "place_hint": "黄楼社区 3 号楼" }),
    )
    .await;
    world.set_time("2026-06-09T23:00:00+08:00");
    invite(&world, &urgent, &["zhao"]).await.expect(201);
    assert_eq!(rung(&world).await, before + 1, "at once");
});

db_test!(the_page_says_before_sending_that_it_waits, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = before_dawn(&world, "day").await;
    let whole = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    let path = format!("/tasks/{}/assign", whole["code"].as_str().unwrap_or_default());
    let night = world.browser("social").await.get(&path).await.expect(200).text;
    assert!(night.contains("现在是休息时间") && night.contains("7:00"), "{night}");
    world.set_time("2026-06-09T07:30:00+08:00");
    assert!(!world.browser("social").await.get(&path).await.expect(200).text.contains("现在是休息时间"));
});

db_test!(nobodys_time_to_answer_runs_at_night_and_a_full_task_rings_nobody, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let task = cut(&world, &matter_at(&world, "normal").await, task_body()).await;
    world.set_time("2026-06-08T20:00:00+08:00");
    assert_eq!(candidates(&world, &task).await["reply_by"], "2026-06-09T09:00:00+08:00", "at the start");
    let later = json!({ "title": "送药", "minutes": 60, "starts_at": "2026-06-10T09:00:00+08:00" });
    let later = cut(&world, &matter_at(&world, "normal").await, later).await;
    let by = |text: &str| json!(format!("2026-06-09T{text}:00+08:00"));
    assert_eq!(candidates(&world, &later).await["reply_by"], by("09:30"), "an hour and a half, then the rest of four");
    world.set_time("2026-06-08T21:29:00+08:00");
    assert_eq!(
        candidates(&world, &later).await["reply_by"],
        by("10:59"),
        "what is sent late is not over by the morning"
    );
    world.set_time("2026-06-08T22:00:00+08:00");
    invite(&world, &task, &["wang", "zhao"]).await.expect(201);
    answer(&world, "wang", &offer_to(&world, "wang").await, "acceptance").await.expect(200);
    world.set_time("2026-06-09T07:00:00+08:00");
    run_jobs(&world).await;
    assert_eq!(rung(&world).await, 0);
});
