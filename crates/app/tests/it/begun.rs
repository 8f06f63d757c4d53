//! What has begun: whoever has signed in signs out, and is neither called off nor asked to sign in again.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, cut, invite, matter, offer_to, run_jobs, task_body};
use crate::service::{Outing, outing, state};

/// The address of a task's page.
async fn page_of(world: &World, outing: &Outing) -> String {
    let task = world.api("social").get(&format!("/api/v1/tasks/{}", outing.task)).await.expect(200).json();
    format!("/tasks/{}", task["code"].as_str().unwrap())
}

db_test!(who_has_signed_in_signs_out_and_is_not_called_off, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "wang"]).await;
    let (page, code) = (page_of(&world, &outing).await, json!({ "code": outing.code }));
    let (li, wang) = (offer_to(&world, "li").await, offer_to(&world, "wang").await);
    let mut volunteer = world.browser("li").await;
    let asked = volunteer.get(&page).await.expect(200).text;
    assert!(asked.contains("我要取消"), "{asked}");
    world.api("li").post(&outing.path("check-in"), code.clone()).await.expect(200);

    let before = world.events().await;
    let refused = answer(&world, "li", &li, "withdrawal").await.expect(422).json();
    assert_eq!(refused["code"], "offer-begun");
    let cancellation = format!("/api/v1/tasks/{}/cancellation", outing.task);
    let refused = world.api("social").post(&cancellation, json!({ "reason": "不用了" })).await.expect(422).json();
    assert_eq!(refused["code"], "task-begun");
    // A form that was open before they signed in says the same, and loses nothing.
    let form = asked.as_str();
    let left = volunteer.send_form(form, &format!("{page}/withdraw"), &[("reason", "家里有事")]).await.expect(422);
    assert!(left.text.contains("已经签到，不能再取消"), "{}", left.text);
    assert_eq!(world.events().await, before);
    let shown = volunteer.get(&page).await.expect(200).text;
    assert!(shown.contains("做不下去时请先签退") && !shown.contains("我要取消"), "{shown}");
    let desk = world.browser("social").await.get(&format!("{page}/assign")).await.expect(200).text;
    assert!(desk.contains("已经有志愿者签到") && !desk.contains("取消任务"), "{desk}");
    let offers = world.api("li").get("/api/v1/offers?mine=true").await.expect(200).json();
    assert_eq!(offers["items"][0]["began_at"], "2026-06-08T09:00:00+08:00");

    // Who has not signed in leaves as ever, and whoever has makes a record.
    answer(&world, "wang", &wang, "withdrawal").await.expect(200);
    world.pass(40);
    let told = json!({ "code": outing.code, "content": "陪同去县医院复查" });
    let made = world.api("li").post(&outing.path("check-out"), told).await.expect(200).json();
    assert!(made["record"].is_string(), "{made}");
});

/// Ends the membership by which somebody volunteers, after the question to which their own page leads.
async fn stop_volunteering(world: &World, name: &str) {
    let mut own = world.browser(name).await;
    let page = own.get("/me/volunteer").await.expect(200).text;
    assert!(!page.contains("action=\"/memberships/"), "no press alone ends it: {page}");
    let ways = page.split("href=\"").filter(|rest| rest.starts_with("/memberships/"));
    let question = ways.last().and_then(|rest| rest.split('"').next()).expect("a way to leave").to_owned();
    let asked = own.get(&question).await.expect(200).text;
    assert!(asked.contains("接了还没签到的任务会退回") && asked.contains("已有的时长保留"), "{asked}");
    own.send_form(&asked, &format!("{question}/end"), &[]).await.expect(303);
    // What has ended says so, offers nothing more, and the hours are still found.
    let over = own.get(&question).await.expect(200).text;
    assert!(over.contains("已经结束了") && !over.contains(&format!("{question}/end")), "{over}");
    assert!(own.get("/me").await.expect(200).text.contains("href=\"/me/hours\""));
    own.get("/me/hours").await.expect(200);
}

db_test!(whoever_stops_volunteering_gives_back_what_has_not_begun, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let held = outing(&world, &["li"]).await;
    let matter = matter(&world).await;
    let asked = cut(&world, &matter, task_body()).await;
    invite(&world, &asked, &["li"]).await.expect(201);
    assert_eq!(state(&world, &held.matter).await, "doing");
    let door = "3 号楼";
    let task = format!("/api/v1/tasks/{}", held.task);
    assert_eq!(world.api("li").get(&task).await.expect(200).json()["contact"]["address"], door);

    stop_volunteering(&world, "li").await;
    let seen = world.api("li").get(&task).await.expect(200).json();
    assert!(seen["contact"].is_null(), "the door is closed at once: {seen}");
    run_jobs(&world).await;
    let offers = world.api("li").get("/api/v1/offers?mine=true").await.expect(200).json();
    let states: Vec<&str> = offers["items"].as_array().unwrap().iter().map(|o| o["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["declined", "withdrawn_by_volunteer"]);
    assert_ne!(state(&world, &held.matter).await, "doing", "somebody else is looked for");
    let events = world.events_text().await;
    assert_eq!(events.matches("stopped_volunteering").count(), 2, "{events}");
    let told = world.visitor().get("/demo/outbox").await.expect(200).text;
    assert!(told.contains("有人来不了，请再找人"), "the desk hears of it: {told}");
});

db_test!(whoever_stops_volunteering_signs_out_of_what_has_begun, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let held = outing(&world, &["li"]).await;
    let code = json!({ "code": held.code });
    world.api("li").post(&held.path("check-in"), code).await.expect(200);
    stop_volunteering(&world, "li").await;
    run_jobs(&world).await;
    let seen = world.api("li").get(&format!("/api/v1/tasks/{}", held.task)).await.expect(200).json();
    assert_eq!(seen["contact"]["address"], "3 号楼", "they are there");
    world.pass(40);
    let told = json!({ "code": held.code, "content": "陪同去县医院复查" });
    let made = world.api("li").post(&held.path("check-out"), told).await.expect(200).json();
    assert!(made["record"].is_string(), "{made}");
});

db_test!(pages_say_how_far_one_is_with_a_task, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // Two come, so that the task stands when the first has left.
    let outing = outing(&world, &["li", "wang"]).await;
    let (page, volunteer) = (page_of(&world, &outing).await, world.browser("li").await);
    let said = async |what: &str, wanted: &[&str], gone: &[&str]| {
        for path in ["/tasks", page.as_str()] {
            let shown = volunteer.get(path).await.expect(200).text;
            assert!(gone.iter().all(|words| !shown.contains(words)), "{what} {path}: {shown}");
            assert!(wanted.iter().all(|words| shown.contains(words)), "{what} {path}: {shown}");
        }
    };
    said("accepted", &["到了，签到"], &["去签退"]).await;
    world.api("li").post(&outing.path("check-in"), json!({ "code": outing.code })).await.expect(200);
    said("signed in", &["已签到，去签退"], &["到了，签到"]).await;
    world.pass(40);
    let told = json!({ "code": outing.code, "content": "陪同去县医院复查" });
    world.api("li").post(&outing.path("check-out"), told).await.expect(200);
    // The door is no more theirs to know than before they accepted.
    let whole = world.api("li").get(&format!("/api/v1/tasks/{}", outing.task)).await.expect(200).json();
    assert_eq!(whole["contact"], Value::Null, "{whole}");
    assert!(!volunteer.get(&page).await.expect(200).text.contains("3 号楼"));
    said("signed out", &[], &["到了，签到", "去签退", "我的下一件"]).await;
    let shown = volunteer.get(&page).await.expect(200).text;
    assert!(shown.contains("您已于") && !shown.contains("我要取消"), "{shown}");
    let other = world.browser("wang").await.get("/tasks").await.expect(200).text;
    assert!(other.contains("到了，签到"), "{other}");
});

db_test!(all_that_was_accepted_is_listed_and_counted_once, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let first = outing(&world, &["li"]).await;
    let mut body = task_body();
    body["title"] = json!("陪同取药");
    let second = cut(&world, &matter(&world).await, body).await;
    invite(&world, &second, &["li"]).await.expect(201);
    let offer = offer_to(&world, "li").await;
    answer(&world, "li", &offer, "acceptance").await.expect(200);
    let own = world.browser("li").await;
    let listed = own.get("/tasks").await.expect(200).text;
    let later = listed.split("后面还有").nth(1).unwrap_or_default();
    assert!(listed.contains("我的下一件") && later.contains("陪同取药"), "{listed}");
    let mine = world.api("li").get("/api/v1/tasks?mine=true").await.expect(200).json();
    assert_eq!(mine["items"].as_array().map(Vec::len), Some(2), "{mine}");
    // Who comes a day too early is told from when it counts.
    let path = format!("/api/v1/tasks/{second}");
    let code = world.api("social").get(&path).await.expect(200).json()["desk"]["check_code"].clone();
    let early = world.api("li").post(&format!("{path}/check-in"), json!({ "code": code })).await.expect(422).json();
    assert_eq!((&early["code"], &early["args"]["when"]), (&json!("check-in-early"), &json!("2026-06-09 08:30")));

    world.api("li").post(&first.path("check-in"), json!({ "code": first.code })).await.expect(200);
    let erase = format!("/people/{}/erase", world.person("li"));
    let asked = own.get(&erase).await.expect(200).text;
    assert!(asked.contains("还有 2 个没结束") && asked.contains("陪同取药"), "{asked}");
    answer(&world, "li", &offer, "withdrawal").await.expect(200);
    let asked = own.get(&erase).await.expect(200).text;
    assert!(asked.contains("还有 1 个没结束"), "the one that runs is one: {asked}");
    // Whoever stays a little longer still finds where to sign out.
    world.pass(125);
    assert!(own.get("/tasks").await.expect(200).text.contains("已签到，去签退"));
});
