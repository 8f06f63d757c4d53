//! Which wave of invitations it is, and that the last is over: said on the page of the task and on that of its matter, and told by
//! message to whoever cut the task.

use app::testing::{World, world};
use db::db_test;
use serde_json::json;

use crate::dispatch::{answer, cut, matter_at, offer_to, run_jobs, task_body};
use crate::told::messages;

/// The code in the address of a page, of what a call shows with a letter before it (`skip`) or without.
async fn code_of(world: &World, path: &str, skip: usize) -> String {
    let shown = world.api("social").get(path).await.expect(200).json();
    shown["code"].as_str().unwrap().chars().skip(skip).filter(char::is_ascii_alphanumeric).collect()
}

db_test!(it_is_said_which_wave_it_is_and_when_the_last_is_over, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let matter = matter_at(&world, "normal").await;
    let task = cut(&world, &matter, task_body()).await;
    let path = format!("/api/v1/tasks/{task}/offers");
    world.api("social").post(&path, json!({ "waves": true })).await.expect(201);
    let at_matter = format!("/desk/{}", code_of(&world, &format!("/api/v1/matters/{matter}"), 1).await);
    let at_task = format!("/tasks/{}/assign", code_of(&world, &format!("/api/v1/tasks/{task}"), 0).await);
    let social = world.browser("social").await;
    for page in [&at_matter, &at_task] {
        let said = social.get(page).await.expect(200).text;
        assert!(said.contains("分批邀请中：第 1 批，共 3 批"), "{page}: {said}");
        assert!(!said.contains("系统不会再邀请了"), "{page}: {said}");
    }

    // Whoever was asked says no, and the rest of the county is empty: the task is open, and then it begins.
    for name in ["li", "wang", "zhao"] {
        answer(&world, name, &offer_to(&world, name).await, "decline").await.expect(200);
    }
    run_jobs(&world).await;
    for page in [&at_matter, &at_task] {
        let said = social.get(page).await.expect(200).text;
        assert!(said.contains("各批都请过了（请到第 1 批，共 3 批），已开放报名"), "{page}: {said}");
        assert!(!said.contains("分批邀请中"), "{page}: {said}");
    }
    assert!(messages(&world, "nobody_left").await.is_empty(), "somebody may come until it begins");
    world.set_time("2026-06-09T09:00:00+08:00");
    run_jobs(&world).await;
    // A session of staff has not lasted that long.
    let social = world.browser("social").await;
    for page in [&at_matter, &at_task] {
        let said = social.get(page).await.expect(200).text;
        assert!(said.contains("没有人再答应，还缺人") && said.contains("系统不会再邀请了"), "{page}: {said}");
        assert!(said.contains("自己去") && said.contains("打电话找人") && said.contains("改时间"), "{page}: {said}");
    }
    run_jobs(&world).await;
    let told = messages(&world, "nobody_left").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("还缺人") && !told[0].contains("张桂兰"), "{told:?}");
});
