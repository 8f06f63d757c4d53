//! A task after what was promised: whoever sets it is asked, and whose matter it is reads no two things.

use app::testing::world;
use db::db_test;
use serde_json::json;

use crate::dispatch::{answer, cut, invite, matter, offer_to, task_body};

db_test!(a_task_after_the_promise_is_asked_about_and_told_of, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let (path, social) = (format!("/api/v1/matters/{matter}"), world.api("social"));
    let shown = social.get(&path).await.expect(200).json();
    let code = shown["code"].as_str().unwrap().rsplit(' ').next().unwrap().replace('-', "");
    // Today was promised; the task is tomorrow.
    let mut body = task_body();
    body["after_promise"] = json!(false);
    let asked = social.post(&format!("{path}/tasks"), body.clone()).await.expect(422).json();
    assert_eq!((&asked["code"], &asked["field"]), (&json!("task-after-promise"), &json!("after_promise")), "{asked}");
    body["after_promise"] = json!(true);
    let task = cut(&world, &matter, body).await;
    let number = social.get(&format!("/api/v1/tasks/{task}")).await.expect(200).json()["code"].clone();
    let number: String = number.as_str().unwrap().chars().filter(char::is_ascii_alphanumeric).collect();
    let mut browser = world.browser("social").await;
    let (assign, change) = (format!("/tasks/{number}/assign"), format!("/tasks/{number}/change"));
    let page = browser.get(&assign).await.expect(200).text;
    assert!(page.contains("这个任务比答应居民的晚"), "{page}");

    // Who comes stands there with what was promised, in one sentence.
    let receipt = format!("/help/{code}");
    let before = world.browser("zhang").await.get(&receipt).await.expect(200).text;
    assert!(!before.contains("比答应的晚") && before.contains("整件事最晚"), "nobody comes yet: {before}");
    invite(&world, &task, &["li"]).await.expect(201);
    answer(&world, "li", &offer_to(&world, "li").await, "acceptance").await.expect(200);
    let after = world.browser("zhang").await.get(&receipt).await.expect(200).text;
    assert!(after.contains("比答应的晚，请您谅解") && !after.contains("整件事最晚"), "{after}");

    // Moved to before it, nothing is late any more; moved back, it is asked about again.
    let fields = |start: &'static str, end: &'static str| {
        [("title", "陪诊"), ("start", start), ("end", end), ("place_hint", "黄楼社区")]
    };
    let today = fields("2026-06-08T15:00", "2026-06-08T16:00");
    let later = fields("2026-06-10T15:00", "2026-06-10T16:00");
    browser.submit(&change, &change, &today).await.expect(303);
    let page = browser.get(&assign).await.expect(200).text;
    assert!(!page.contains("这个任务比答应居民的晚"), "{page}");
    assert!(!page.contains("这个任务结束的时候"), "it is over in time: {page}");
    // One that begins in time and ends after it is said to, and needs no tick.
    let across = fields("2026-06-08T22:30", "2026-06-09T00:30");
    browser.submit(&change, &change, &across).await.expect(303);
    let page = browser.get(&assign).await.expect(200).text;
    assert!(page.contains("这个任务结束的时候，已经过了答应居民的时间"), "{page}");
    browser.submit(&change, &change, &today).await.expect(303);
    let kept = world.browser("zhang").await.get(&receipt).await.expect(200).text;
    assert!(!kept.contains("比答应的晚"), "{kept}");
    let asked = browser.submit(&change, &change, &later).await.expect(422).text;
    assert!(asked.contains("name=\"after_promise\"") && asked.contains("2026-06-10T15:00"), "{asked}");
    let meant = [&later[..], &[("after_promise", "yes")]].concat();
    browser.send_form(&asked, &change, &meant).await.expect(303);
});
