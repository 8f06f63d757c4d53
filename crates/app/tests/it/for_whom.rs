//! Pages say what is true for whoever reads them: to the social worker something else than to the call-taker.

use app::testing::world;
use db::db_test;
use serde_json::json;

use crate::dispatch::{cut, matter, task_body};
use crate::photos::at_desk;
use crate::service::{outing, served};
use crate::told::messages;

db_test!(whoever_writes_a_call_down_reads_who_sees_it_and_whom_it_goes_to, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (who, kind, says, says_not) in [
        ("social", "need", vec!["只有社工和经办的人看得到；您也看得到", ">保存<"], "您也看不到内容"),
        ("call", "need", vec!["您也看不到内容", "保存并交给社工"], "您也看得到"),
        ("call", "hazard", vec!["保存并交给网格员"], "保存并交给社工"),
    ] {
        let page = world.browser(who).await.get(&format!("/desk/call?kind={kind}")).await.expect(200).text;
        for words in says {
            assert!(page.contains(words), "{who} {kind} {words}: {page}");
        }
        assert!(!page.contains(says_not), "{who} {kind}: {page}");
    }
    let english = world.browser("call").await.get("/en/desk/call").await.expect(200).text;
    assert!(!english.contains("my family"), "{english}");
});

db_test!(the_answer_to_a_number_is_where_the_keyboard_goes_on, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let mut call = world.browser("call").await;
    let page = call.get("/desk/call").await.expect(200).text;
    assert!(page.contains("/desk/call#looked") && page.matches(" autofocus").count() == 1, "{page}");
    let looked = [("do", "look"), ("caller_phone", "13800000001")];
    let page = call.submit("/desk/call", "/desk/call", &looked).await.expect(200).text;
    assert!(page.contains("id=\"looked\" tabindex=\"-1\"") && !page.contains(" autofocus"), "{page}");
    // What is needed for some is not called optional beside its own error.
    let sent = [("relation", "neighbour"), ("category", "hospital"), ("what", "要去医院"), ("place", "黄楼社区")];
    let refused = call.submit("/desk/call", "/desk/call", &sent).await.expect(422).text;
    let label = refused.split("for=\"address\">").nth(1).and_then(|rest| rest.split("</label>").next());
    assert!(label.is_some_and(|label| !label.contains("选填")), "{label:?}");
});

db_test!(enter_in_a_square_shows_the_photo_to_nobody, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let body = json!({ "kind": "hazard", "place": "371722003003", "fields": { "category": "manhole" } });
    let hazard = world.api("zhang").post("/api/v1/matters", body).await.expect(201).json();
    let (id, code) = (hazard["id"].as_str().unwrap(), hazard["code"].as_str().unwrap());
    let photo = at_desk(&world, id).await;
    let desk: String = code.chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let (desk, cover) = (format!("/desk/{desk}"), format!("/desk/{desk}/photo/{photo}/cover"));
    let release = cover.replace("/cover", "/release");
    let mut grid = world.browser("grid").await;
    let page = grid.get(&cover).await.expect(200).text;
    let (first, square) = (page.find("value=\"keep\""), page.find("name=\"cover\""));
    assert!(first.is_some() && first < square, "the first button lets nobody see anything: {page}");
    assert!(page.contains("href=\"#release\"") && page.contains("id=\"release\""), "{page}");
    let kept = grid.submit(&cover, &release, &[("do", "keep"), ("cover", "3-2")]).await.expect(200).text;
    assert!(kept.contains("还没有给别人看") && kept.contains("value=\"3-2\" checked"), "{kept}");
    let seen = world.api("zhang").get(&format!("/api/v1/matters/{id}/photos")).await.expect(200).json();
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(0), "{seen}");
    grid.submit(&cover, &release, &[("do", "release"), ("cover", "3-2")]).await.expect(303);
    // Then the matter says so, changes it and takes it back.
    let page = grid.get(&desk).await.expect(200).text;
    assert!(page.contains("遮挡后别人可见") && page.contains("改遮挡") && !page.contains("遮挡，给别人看"), "{page}");
    grid.submit(&desk, &cover.replace("/cover", "/withhold"), &[]).await.expect(303);
    let page = grid.get(&desk).await.expect(200).text;
    assert!(page.contains("遮挡，给别人看") && !page.contains("改遮挡"), "{page}");
});

db_test!(staff_who_contest_a_record_are_told_what_staff_do_next, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visit = outing(&world, &["li"]).await;
    let record = served(&world, &visit, "li").await;
    let page = format!("/me/records/{record}");
    let mut social = world.browser("social").await;
    social.submit(&page, &format!("{page}/contest"), &[("reason", "时间不对")]).await.expect(303);
    let told = social.get(&page).await.expect(200).text;
    assert!(told.contains("可以更正") && !told.contains("我们会核实"), "{told}");
});

db_test!(staff_look_at_a_full_task_and_are_thanked_for_nothing, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visit = outing(&world, &["li"]).await;
    let task = world.api("social").get(&format!("/api/v1/tasks/{}", visit.task)).await.expect(200).json();
    let page = format!("/tasks/{}", task["code"].as_str().unwrap().replace('-', ""));
    let seen = world.browser("social").await.get(&page).await.expect(200).text;
    assert!(seen.contains("人已找齐") && !seen.contains("已被接走"), "{seen}");
});

db_test!(what_staff_write_down_for_a_volunteer_says_whose_words_it_is, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let visit = outing(&world, &["li"]).await;
    let seen = world.api("social").get(&format!("/api/v1/tasks/{}", visit.task)).await.expect(200).json();
    let list = format!("/tasks/{}/attendance", seen["code"].as_str().unwrap().replace('-', ""));
    let mut social = world.browser("social").await;
    let li = world.person("li").to_string();
    social.submit(&list, &format!("{list}/in"), &[("person", &li)]).await.expect(303);
    world.pass(90);
    let out = [("person", li.as_str()), ("done", "company"), ("wellbeing", "well")];
    let out = [&out[..], &[("left_at", "2026-06-08T10:30"), ("sure", "yes")]].concat();
    social.submit(&format!("{list}?out={li}"), &format!("{list}/out"), &out).await.expect(303);
    let matter = world.api("social").get(&format!("/api/v1/matters/{}", visit.matter)).await.expect(200).json();
    let code: String = matter["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
    let history = social.get(&format!("/desk/{code}")).await.expect(200).text;
    assert!(history.contains("记下了志愿者 李建国 说的当时的情况"), "{history}");
    let record = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
    let record = format!("/me/records/{}", record["items"][0]["id"].as_str().unwrap());
    let page = world.browser("li").await.get(&record).await.expect(200).text;
    assert!(page.contains("代为登记") && !page.contains("工作人员登记"), "{page}");
});

db_test!(a_matter_without_tasks_offers_none_to_look_at, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for cuts in [false, true] {
        let id = matter(&world).await;
        if cuts {
            cut(&world, &id, task_body()).await;
        }
        let seen = world.api("social").get(&format!("/api/v1/matters/{id}")).await.expect(200).json();
        let code: String = seen["code"].as_str().unwrap().chars().skip(1).filter(char::is_ascii_alphanumeric).collect();
        let done = json!({ "answer": "served", "result": "陪她去了医院" });
        world.api("social").post(&format!("/api/v1/matters/{id}/answers"), done).await.expect(200);
        let page = world.browser("social").await.get(&format!("/desk/{code}")).await.expect(200).text;
        assert_eq!(page.contains("看它派过的任务"), cuts, "{page}");
    }
});

db_test!(an_invitation_leaves_the_time_that_the_settings_name, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = matter(&world).await;
    let task = cut(&world, &id, task_body()).await;
    let soon = (world.app.now().recorded + jiff::SignedDuration::from_secs(50)).to_string();
    let body = json!({ "people": [world.person("li").to_string()], "reply_by": soon });
    let refused = world.api("social").post(&format!("/api/v1/tasks/{task}/offers"), body).await.expect(422).json();
    assert_eq!((&refused["code"], &refused["field"]), (&json!("offer-reply-short"), &json!("reply_by")), "{refused}");
    assert!(refused["detail"].as_str().is_some_and(|words| words.contains("来不及回复")), "{refused}");
    assert_eq!(refused["args"]["minutes"], 5, "{refused}");
    // Nor by the system, when the task begins in a moment.
    world.set_time("2026-06-09T08:58:00+08:00");
    let waves = json!({ "waves": true });
    let refused = world.api("social").post(&format!("/api/v1/tasks/{task}/offers"), waves).await.expect(422).json();
    assert_eq!(refused["code"], "offer-reply-short", "{refused}");
});

db_test!(
    what_can_be_confirmed_comes_first_and_the_rest_is_reminded_of_once_a_week,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let (open, whole) = (outing(&world, &["wang"]).await, outing(&world, &["li"]).await);
        world.api("wang").post(&open.path("check-in"), json!({ "code": open.code })).await.expect(200);
        served(&world, &whole, "li").await;
        world.set_time("2026-06-08T11:31:00+08:00");
        app::jobs::run_due(&world.app).await.expect("the forgotten check-out is closed");
        let mut social = world.browser("social").await;
        let page = social.get("/desk/confirm").await.expect(200).text;
        let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} in {page}"));
        assert!(at("李建国") < at("等志愿者补写的") && at("等志愿者补写的") < at("王淑珍"), "{page}");
        assert!(page.contains("href=\"/desk\"") && page.matches("情况属实，确认").count() == 1, "{page}");
        let record = world.api("wang").get("/api/v1/records?mine=true").await.expect(200).json();
        let id = record["items"][0]["id"].as_str().unwrap().to_owned();
        let remind = format!("/desk/confirm/{id}/reminder");
        social.send_form(&page, &remind, &[]).await.expect(303);
        let told = messages(&world, "record_to_describe").await;
        assert!(matches!(&told[..], [one] if one.contains("6月8日 周一") && !one.contains("2026-06-08")), "{told:?}");
        // What would be refused is not offered, and the page says when it was done.
        let after = social.get("/desk/confirm").await.expect(200).text;
        assert!(!after.contains(&remind) && after.contains("11:31 提醒过"), "{after}");
        let again = social.send_form(&page, &remind, &[("_key", "another-drawing")]).await.expect(422).text;
        assert!(again.contains("这一周已经提醒过了"), "{again}");
        assert!(
            again.contains("没有办成") && !again.contains("处需要改"),
            "nothing on the page can be put right: {again}"
        );
        // A volunteer's own record says what is missing, and nobody but staff reminds.
        let own = world.browser("wang").await.get(&format!("/me/records/{id}")).await.expect(200).text;
        assert!(own.contains("等补写做了什么"), "{own}");
        for who in ["call", "li", "supervisor"] {
            let refused = world.api(who).post(&format!("/api/v1/records/{id}/reminder"), json!({})).await;
            assert!([403, 404].contains(&refused.status.as_u16()), "{who}: {}", refused.text);
        }
        // By the clock she is reminded once before the term ends; after it, who is in charge is told, and staff may remind her.
        for time in ["2026-06-21T00:00:00+08:00", "2026-06-28T00:00:01+08:00"] {
            world.set_time(time);
            app::jobs::run_due(&world.app).await.expect("the clocks of the record");
        }
        world.api("social").post(&format!("/api/v1/records/{id}/reminder"), json!({})).await.expect(200);
    }
);
