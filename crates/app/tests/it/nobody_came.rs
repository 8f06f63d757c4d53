//! A task nobody comes to gets back to the desk by itself, and leaves no mark on a person.

use app::jobs::run_due;
use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, candidates, cut, invite, offer_to, task_body};
use crate::service::{Outing, outing, served, state};

async fn desk_page(world: &World, matter: &str) -> String {
    let seen = world.api("social").get(&format!("/api/v1/matters/{matter}")).await.expect(200).json();
    let code = seen["code"].as_str().unwrap().split(' ').nth(1).unwrap().replace('-', "");
    world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text
}

async fn task_state(world: &World, outing: &Outing) -> Value {
    world.api("social").get(&format!("/api/v1/tasks/{}", outing.task)).await.expect(200).json()["state"].clone()
}

async fn ran(world: &World) -> usize {
    let ran = run_due(&world.app).await.expect("jobs run");
    assert_eq!(ran.failed, 0);
    ran.done
}

async fn events(world: &World, verb: &'static str) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit_events WHERE verb = $1";
    let count = world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![verb]).await?) }));
    count.await.unwrap()
}

db_test!(an_accepted_task_that_nobody_comes_to_gets_to_the_desk, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    ran(&world).await;
    world.pass(121);
    ran(&world).await;
    assert_eq!(state(&world, &outing.matter).await, "doing", "who came may still sign out");
    world.pass(30);
    ran(&world).await;
    assert_eq!(state(&world, &outing.matter).await, "dispatch");
    assert_eq!(task_state(&world, &outing).await, "unattended");
    let shown = desk_page(&world, &outing.matter).await;
    assert!(shown.contains("到时间没有人签到，请打电话核实"), "{shown}");
    let told = world.visitor().get("/demo/outbox").await.expect(200).text;
    assert!(told.contains("的任务没有人签到"), "{told}");
    let whole = world.api("zhang").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let receipt = format!("/help/{}", whole["code"].as_str().unwrap().rsplit(' ').next().unwrap());
    let hers = world.browser("zhang").await.get(&receipt).await.expect(200).text;
    assert!(hers.contains("到时间没有人签到") && !hers.contains("来不了了"), "{hers}");
    let own = world.api("li").get("/api/v1/offers?mine=true").await.expect(200).json();
    assert_eq!(own["items"][0]["state"], "accepted", "no mark on the volunteer");

    // Somebody else is found, and when nobody is left the matter goes on: the old promise holds nothing up.
    let again = json!({ "starts_at": "2026-06-09T09:00:00+08:00", "minutes": 60, "title": "陪诊" });
    let second = cut(&world, &outing.matter, again).await;
    invite(&world, &second, &["wang"]).await.expect(201);
    answer(&world, "wang", &offer_to(&world, "wang").await, "decline").await.expect(200);
    ran(&world).await;
    assert_eq!(state(&world, &outing.matter).await, "review");
});

db_test!(who_promised_and_may_have_come_is_not_called_off, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    ran(&world).await;
    world.pass(30);
    let served = json!({ "answer": "served", "result": "电话核实，志愿者已到" });
    world.api("social").post(&format!("/api/v1/matters/{}/answers", outing.matter), served).await.expect(200);
    ran(&world).await;
    assert_eq!(state(&world, &outing.matter).await, "confirm");
    assert_eq!(task_state(&world, &outing).await, "standing", "a late entry is still written");
});

db_test!(after_days_of_standstill_it_is_said_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (nobody, forgotten) = (outing(&world, &["li"]).await, outing(&world, &["wang"]).await);
    let code = world.api("social").get(&format!("/api/v1/tasks/{}", forgotten.task)).await.expect(200).json();
    let code = json!({ "code": code["desk"]["check_code"] });
    world.api("wang").post(&forgotten.path("check-in"), code).await.expect(200);
    world.pass(5 * 24 * 60);
    ran(&world).await;
    assert_eq!(task_state(&world, &nobody).await, "unattended");
    assert_eq!(task_state(&world, &forgotten).await, "done");
    let records = world.api("wang").get("/api/v1/records").await.expect(200).json();
    assert_eq!(records["items"][0]["closing"], "to_be_confirmed");
    let said = || async { (events(&world, "service.nobody_came").await, events(&world, "dispatch.unattended").await) };
    assert_eq!(said().await, (1, 1));
    // The same look again, as after a restore from a backup.
    for task in [nobody.task, forgotten.task] {
        world
            .app
            .write(move |mut tx| {
                Box::pin(async move {
                    let (at, key) = (tx.app().now(), task.to_string());
                    let data = json!({ "task": key });
                    let job = app::service::CLOSE_FORGOTTEN;
                    let queued = app::jobs::Queued { job, key: &key, due: at.recorded, data };
                    app::jobs::enqueue(&mut tx, task.cell, at, queued).await
                })
            })
            .await
            .unwrap();
    }
    assert_eq!(ran(&world).await, 2);
    assert_eq!(said().await, (1, 1));
    assert_eq!(events(&world, "service.close_forgotten").await, 1);
});

db_test!(who_left_or_is_on_staff_is_not_waited_for, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // Who had accepted left in time: that nobody comes is known.
    let left = outing(&world, &["li"]).await;
    answer(&world, "li", &offer_to(&world, "li").await, "withdrawal").await.expect(200);
    // A colleague holds the other slot: colleagues do not sign in.
    let matter = crate::dispatch::matter(&world).await;
    let mut body = task_body();
    body["slots"] = json!(2);
    let shared = cut(&world, &matter, body).await;
    invite(&world, &shared, &["wang"]).await.expect(201);
    answer(&world, "wang", &offer_to(&world, "wang").await, "acceptance").await.expect(200);
    let given = json!({ "person": world.person("community").to_string() });
    world.api("social").post(&format!("/api/v1/tasks/{shared}/assignment"), given).await.expect(200);
    world.set_time("2026-06-10T09:00:00+08:00");
    ran(&world).await;
    assert_eq!(events(&world, "service.nobody_came").await, 0);
    assert_ne!(task_state(&world, &left).await, "unattended");
});

db_test!(not_coming_changes_no_later_list, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut body = task_body();
    body["starts_at"] = json!("2026-06-25T09:00:00+08:00");
    let asked = cut(&world, &crate::dispatch::matter(&world).await, body).await;
    let list = |list: &Value| (list["items"].clone(), list["excluded"].clone(), list["widening"].clone());
    let before = candidates(&world, &asked).await;
    outing(&world, &["li"]).await;
    world.pass(151);
    ran(&world).await;
    assert_eq!(events(&world, "service.nobody_came").await, 1);
    assert_eq!(list(&candidates(&world, &asked).await), list(&before));
    // One who came counts, so that the comparison can tell a difference.
    let came = outing(&world, &["li"]).await;
    served(&world, &came, "li").await;
    assert_ne!(list(&candidates(&world, &asked).await), list(&before));
});

db_test!(whoever_stayed_has_served_even_without_a_record, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    world.api("li").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    world.pass(121);
    // The sign-out is forgotten, and something else of the same time stands on record by then.
    let beside = json!({ "name": "小区清扫", "place": "371722003003", "content": "清扫楼道", "reason": "手机没电，没有签到",
        "start": "2026-06-08T09:30:00+08:00", "end": "2026-06-08T10:30:00+08:00" });
    world.api("li").post("/api/v1/records", beside).await.expect(201);
    world.pass(30);
    ran(&world).await;
    let records = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
    assert_eq!(records["items"].as_array().map_or(0, Vec::len), 1, "the two overlap: {records}");
    assert_eq!(state(&world, &outing.matter).await, "confirm", "she is asked whether it is solved");
    assert_eq!(events(&world, "service.cut_short").await, 0);
});

db_test!(
    a_yes_after_a_no_counts_although_the_desk_was_told_that_nobody_comes,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let matter = crate::dispatch::matter(&world).await;
        let mut body = task_body();
        body["slots"] = json!(2);
        let task = cut(&world, &matter, body).await;
        invite(&world, &task, &["li", "wang"]).await.expect(201);
        let (li, wang) = (offer_to(&world, "li").await, offer_to(&world, "wang").await);
        for (name, offer) in [("li", &li), ("wang", &wang)] {
            answer(&world, name, offer, "decline").await.expect(200);
        }
        ran(&world).await;
        assert_eq!(state(&world, &matter).await, "review");
        answer(&world, "li", &li, "acceptance").await.expect(200);
        assert_eq!(state(&world, &matter).await, "dispatch", "one more is looked for");
        answer(&world, "wang", &wang, "acceptance").await.expect(200);
        assert_eq!(state(&world, &matter).await, "doing");
        let told = world.visitor().get("/demo/outbox").await.expect(200).text;
        assert!(told.contains("有人接了，谁来"), "{told}");
    }
);

db_test!(a_late_yes_is_refused_once_the_desk_looks_at_it_anew, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = crate::dispatch::matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    invite(&world, &task, &["li", "wang"]).await.expect(201);
    let offer = offer_to(&world, "li").await;
    answer(&world, "li", &offer, "decline").await.expect(200);
    let back = json!({ "answer": "back", "reason": "老人住院了" });
    world.api("social").post(&format!("/api/v1/matters/{matter}/answers"), back).await.expect(200);
    let refused = answer(&world, "li", &offer, "acceptance").await.expect(422).json();
    assert_eq!(refused["code"], "offer-matter-back");
    let shown = world.api("li").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    assert_eq!(shown["unfit"], "offer-matter-back", "said before it is pressed: {shown}");
    assert_eq!(state(&world, &matter).await, "review");
});
