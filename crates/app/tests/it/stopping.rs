//! The desk ends the waves of a task: nobody further is invited, and whoever was invited may still say yes.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::dispatch::{answer, cut, matter, offer_to, run_jobs, state, task_body};

/// One is invited at once, and has an hour.
const ONE_BY_ONE: &str = r#"
format = 1

[[setting]]
county = "371722"
valid_from = "2026-06-01"
source = "local setting"

[[setting.wave]]
level = "day"
per_slot = 1
most = 1
reply_within = { hours = 1 }
reach = ["same_village", "same_township", "same_county"]
then_open = true
"#;

/// How many invitations to the task there are.
async fn invited(world: &World, task: &str) -> usize {
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    shown["desk"]["offers"].as_array().map_or(0, Vec::len)
}

async fn waves(world: &World, task: &str) -> Value {
    let path = format!("/api/v1/tasks/{task}/offers");
    world.api("social").post(&path, json!({ "waves": true })).await.expect(201).json()
}

async fn code_of(world: &World, task: &str) -> String {
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    shown["code"].as_str().unwrap_or_default().replace('-', "")
}

db_test!(waves_that_are_ended_invite_nobody_further, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.set_dispatch(ONE_BY_ONE);
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    let end = format!("/api/v1/tasks/{task}/waves/end");
    let idle = world.api("social").post(&end, json!({})).await.expect(422).json();
    assert_eq!(idle["code"], "waves-not-running");
    waves(&world, &task).await;
    assert_eq!(invited(&world, &task).await, 1);
    for stranger in ["li", "zhang", "clerk", "far"] {
        let refused = world.api(stranger).post(&end, json!({})).await.status.as_u16();
        assert!([403, 404].contains(&refused), "{stranger}: {refused}");
    }
    // The page says whose answer waits, before anything is pressed.
    let code = code_of(&world, &task).await;
    let (assign, page) = (format!("/tasks/{code}/assign"), format!("/tasks/{code}/waves/end"));
    let mut social = world.browser("social").await;
    let before = social.get(&assign).await.expect(200).text;
    assert!(before.contains(&format!("href=\"{page}\"")) && !before.contains("没有在找人"), "{before}");
    let asked = social.get(&page).await.expect(200).text;
    assert!(asked.contains("还没答复的邀请有 1 份"), "{asked}");
    social.submit(&page, &page, &[]).await.expect(303);
    let shown = world.api("social").get(&format!("/api/v1/tasks/{task}")).await.expect(200).json();
    assert_eq!((&shown["desk"]["waves"], &shown["open"]), (&json!(false), &json!(false)), "{shown}");
    // An hour later the second wave would have gone out, and at last the door would have been opened.
    for _ in 0..4 {
        world.pass(61);
        run_jobs(&world).await;
    }
    assert_eq!(invited(&world, &task).await, 1);
    let after = social.get(&assign).await.expect(200).text;
    assert!(after.contains("没有在找人") && !after.contains(&format!("href=\"{page}\"")), "{after}");
    social.get(&page).await.expect(200).text.find("不用停").expect("there is nothing to stop");
    // It can be begun anew.
    let path = format!("/api/v1/matters/{matter}");
    if state(&world, &matter).await != "dispatch" {
        let again = json!({ "level": "day", "type": "hospital", "way": "volunteers", "answer": "dispatch" });
        world.api("social").post(&format!("{path}/triage"), again).await.expect(200);
    }
    waves(&world, &task).await;
    assert_eq!(invited(&world, &task).await, 2);
});

db_test!(whoever_was_invited_may_say_yes_after_the_waves_were_ended, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter(&world).await;
    let task = cut(&world, &matter, task_body()).await;
    waves(&world, &task).await;
    world.api("social").post(&format!("/api/v1/tasks/{task}/waves/end"), json!({})).await.expect(200);
    let offer = offer_to(&world, "li").await;
    answer(&world, "li", &offer, "acceptance").await.expect(200);
    assert_eq!(state(&world, &matter).await, "doing");
    let full = world.api("social").post(&format!("/api/v1/tasks/{task}/waves/end"), json!({})).await.expect(422).json();
    assert_eq!(full["code"], "waves-not-running");
});
