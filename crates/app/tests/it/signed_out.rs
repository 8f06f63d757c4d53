//! Signing somebody out at the desk: with the time that was told, and not by a slip.

use app::testing::world;
use db::db_test;

use crate::service::outing;

db_test!(the_desk_says_when_somebody_left_and_that_it_asked, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visit = outing(&world, &["li"]).await;
    let seen = world.api("social").get(&format!("/api/v1/tasks/{}", visit.task)).await.expect(200).json();
    let list = format!("/tasks/{}/attendance", seen["code"].as_str().unwrap().replace('-', ""));
    let mut social = world.browser("social").await;
    let li = world.person("li").to_string();
    social.submit(&list, &format!("{list}/in"), &[("person", &li)]).await.expect(303);
    world.pass(90);
    let (page, form) = (format!("{list}?out={li}"), format!("{list}/out"));
    let drawn = social.get(&page).await.expect(200).text;
    assert!(drawn.contains("2026-06-08T10:30"), "the present time is proposed: {drawn}");
    assert!(drawn.contains("签退不能撤回") && drawn.contains("更正那条记录"), "{drawn}");

    // Nothing filled in signs nobody out, and all that is missing is said at once.
    let refused = social.submit(&page, &form, &[("person", &li)]).await.expect(422).text;
    assert!(refused.contains("请填他什么时候走的") && refused.contains("请先问清楚再勾选"), "{refused}");
    let at = |time: &'static str| [("person", li.as_str()), ("left_at", time), ("sure", "yes"), ("done", "company")];
    let refused = social.submit(&page, &form, &at("2026-06-08T11:30")).await.expect(422).text;
    assert!(refused.contains("走的时间还没有到") && refused.contains("2026-06-08T11:30"), "{refused}");
    social.submit(&page, &form, &at("2026-06-08T10:05")).await.expect(303);
    let records = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
    assert_eq!(records["items"][0]["minutes"], 65, "as it was told: {records}");
});
