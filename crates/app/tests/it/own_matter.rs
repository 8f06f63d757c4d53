//! What the page of one's own matter says to whoever reads it, in their words and with theirs.

use app::testing::{World, world};
use db::db_test;
use serde_json::{Value, json};

use crate::service::outing;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// 张桂兰 reports; the path of the matter, and the number without its letter.
async fn hazard(world: &World, category: &str) -> (String, String) {
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": category } });
    let matter = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    let code = text(&matter["code"]).rsplit(' ').next().unwrap_or_default().to_owned();
    (format!("/api/v1/matters/{}", text(&matter["id"])), code)
}

async fn fixed(world: &World, matter: &str) {
    let fixed = json!({ "answer": "fixed", "result": "井盖换好了" });
    world.api("grid").post(&format!("{matter}/triage"), fixed).await.expect(200);
}

db_test!(what_was_taken_back_says_so_once_and_why, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (matter, code) = hazard(&world, "manhole").await;
    let zhang = world.browser("zhang").await;
    let page = format!("/help/{code}");
    assert!(zhang.get(&page).await.expect(200).text.contains("请记下编号"));
    world.api("zhang").post(&format!("{matter}/withdrawal"), json!({ "reason": "已经有人修" })).await.expect(200);
    let shown = zhang.get(&page).await.expect(200).text;
    assert!(shown.contains("您撤回了") && shown.contains("已经有人修"), "{shown}");
    assert!(!shown.contains("报告人撤回") && !shown.contains("请记下编号"), "{shown}");
    let again = zhang.get(&format!("{page}/withdraw")).await.expect(200).text;
    assert!(again.contains("这件事已经撤回") && !again.contains("重新办理"), "{again}");
});

db_test!(what_was_done_is_rated_in_ones_own_words_and_not_taken_back, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (matter, code) = hazard(&world, "manhole").await;
    fixed(&world, &matter).await;
    let mut zhang = world.browser("zhang").await;
    let page = format!("/help/{code}");
    let shown = zhang.get(&page).await.expect(200).text;
    assert!(shown.contains("修好了，请您看一眼") && !shown.contains(&format!("{page}/withdraw\"")), "{shown}");
    let refused = world.api("zhang").post(&format!("{matter}/withdrawal"), json!({})).await.expect(422).json();
    assert_eq!(refused["code"], "withdraw-done");
    let rated = [("solved", "yes"), ("satisfaction", "5"), ("words", "来得很快，谢谢")];
    zhang.submit(&page, &format!("{page}/rating"), &rated).await.expect(303);
    assert!(zhang.get(&page).await.expect(200).text.contains("来得很快，谢谢"), "one's own words do not vanish");
});

/// 张桂兰 reports, and nothing is found; as [`hazard`].
async fn closed(world: &World) -> (String, String) {
    let (matter, code) = hazard(world, "manhole").await;
    let ended = json!({ "outcome": "not_found", "result": "到场时井盖是好的" });
    world.api("grid").post(&format!("{matter}/closure"), ended).await.expect(200);
    (matter, code)
}

db_test!(a_word_after_the_days_to_open_it_again_counts_and_opens_nothing, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (by_page, by_call, by_phone) = (closed(&world).await, closed(&world).await, closed(&world).await);
    let page = format!("/help/{}", by_page.1);
    let shown = world.browser("zhang").await.get(&page).await.expect(200).text;
    assert!(shown.contains("请写在“没有办好？”里") && !shown.contains("补充说明"), "{shown}");

    world.pass(17 * 24 * 60);
    let mut zhang = world.browser("zhang").await;
    let shown = zhang.get(&page).await.expect(200).text;
    assert!(shown.contains("请您说一声") && shown.contains("现在不能重新办理"), "{shown}");
    assert!(!shown.contains("没有办好？") && !shown.contains("补充说明"), "only what stands there is named: {shown}");
    let rated = [("solved", "partly"), ("satisfaction", "2")];
    zhang.submit(&page, &format!("{page}/rating"), &rated).await.expect(303);
    let shown = zhang.get(&page).await.expect(200).text;
    assert!(shown.contains("重新办理的期限已过") && shown.contains("再提交一件"), "{shown}");
    assert!(shown.contains("部分解决") && !shown.contains("请您说一声"), "it is kept, and asked once: {shown}");

    let body = json!({ "solved": "no", "satisfaction": 1 });
    let kept = world.api("zhang").post(&format!("{}/rating", by_call.0), body).await.expect(200).json();
    assert_eq!(kept["state"], "closed", "{kept}");
    let reopening = json!({ "reason": "井盖又坏了" });
    let late = world.api("zhang").post(&format!("{}/reopening", by_call.0), reopening).await.expect(422).json();
    assert_eq!(late["code"], "reopen-too-late");

    let desk = format!("/desk/{}", by_phone.1.replace('-', ""));
    let form = format!("{desk}/rating");
    let mut call = world.browser("call").await;
    assert!(call.get(&desk).await.expect(200).text.contains(&form), "who rings after the close is heard");
    let said = [("solved", "no"), ("satisfaction", "1"), ("words", "本人来电：又坏了")];
    call.submit(&form, &form, &said).await.expect(303);
    let shown = call.get(&desk).await.expect(200).text;
    assert!(shown.contains("没有重新打开") && !shown.contains(&form), "{shown}");
});

db_test!(what_waits_for_ones_word_stands_first, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (oldest, code) = hazard(&world, "manhole").await;
    fixed(&world, &oldest).await;
    for category in ["fire_lane", "manhole", "fire_lane"] {
        world.pass(1);
        hazard(&world, category).await;
    }
    let home = world.browser("zhang").await.get("/").await.expect(200).text;
    assert!(home.contains(&format!("/help/{code}")), "the newest three hide it: {home}");
});

db_test!(a_number_is_taken_as_it_was_copied, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (_, code) = hazard(&world, "manhole").await;
    let found = world.visitor().get(&format!("/t?code=%E7%BC%96%E5%8F%B7%20H%20{code}")).await.expect(303);
    assert_eq!(found.location, Some(format!("/t/{code}")));
});

db_test!(an_empty_form_that_was_refused_leaves_no_draft, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut zhang = world.browser("zhang").await;
    zhang.submit("/hazard/new", "/hazard/new", &[]).await.expect(422);
    assert!(!zhang.get("/").await.expect(200).text.contains("没填完"), "there is nothing to go on with");
});

db_test!(whoever_waits_reads_that_the_volunteer_has_come, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let zhang = world.browser("zhang").await;
    let page = format!("/help/{}", outing.matter);
    let address = zhang.get(&page).await.expect(303).location.expect("its number");
    assert!(zhang.get(&address).await.expect(200).text.contains("人没到门口，谁来问都不要说"));
    let code = json!({ "code": outing.code });
    world.api("li").post(&outing.path("check-in"), code).await.expect(200);
    let shown = zhang.get(&address).await.expect(200).text;
    assert!(shown.contains("到了，正在服务") && !shown.contains("人没到门口"), "{shown}");
});
