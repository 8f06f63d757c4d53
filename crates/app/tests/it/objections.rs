//! What is said against a record: it stands by itself, both sides are heard and told, and it is answered before the hours count.

use app::testing::world;
use db::db_test;
use serde_json::{Value, json};

use crate::service::{confirm, minutes, outing, served};
use crate::told::messages;

/// The last that was said against a record, as `who` reads it.
async fn last(world: &app::testing::World, who: &str, record: &str) -> Value {
    let list = world.api(who).get(&format!("/api/v1/records/{record}/objections")).await.expect(200).json();
    list["items"].as_array().unwrap().last().cloned().unwrap_or_default()
}

db_test!(
    an_objection_is_answered_and_does_not_pass_for_the_reason_of_a_confirmation,
    app::migrations::STEPS,
    |db| async move {
        let world = world(db, &[]).await;
        let outing = outing(&world, &["li"]).await;
        let record = served(&world, &outing, "li").await;
        let (path, page) = (format!("/api/v1/records/{record}"), format!("/me/records/{record}"));
        let mut zhang = world.browser("zhang").await;
        let open = zhang.get(&format!("{page}?contest=1")).await.expect(200).text;
        assert!(open.contains("<details class=\"more\" open>"), "who follows 时间不对 finds the form open: {open}");
        assert!(open.contains("您写的原话，对方和核实的工作人员都会看到"), "{open}");
        zhang.submit(&page, &format!("{page}/contest"), &[("reason", "只来了五分钟")]).await.expect(303);
        let shown = world.browser("li").await.get(&page).await.expect(200).text;
        assert!(
            shown.contains("被服务的人说") && shown.contains("只来了五分钟") && shown.contains("/objection-answer"),
            "{shown}"
        );

        // Whoever has no phone is heard by staff, who write it down.
        let heard = world.browser("community").await.get(&page).await.expect(200).text;
        assert!(heard.contains("志愿者怎么说") && heard.contains("/objection-answer"), "{heard}");

        let words = json!({ "words": "我从八点待到九点半" });
        world.api("zhang").post(&format!("{path}/objection-answer"), words.clone()).await.expect(403);
        world.api("li").post(&format!("{path}/objection-answer"), words).await.expect(200);
        assert_eq!(last(&world, "zhang", &record).await["heard"], Value::Null, "the words are for who looks into it");
        assert_eq!(last(&world, "social", &record).await["heard"], "我从八点待到九点半");

        let row = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json()["items"][0].clone();
        let as_it_was = |answer: &str| json!({ "content": row["content"], "start": row["start"], "end": row["end"], "answer": answer });
        let correction = format!("{path}/correction");
        let refused = world.api("community").post(&correction, as_it_was(" ")).await.expect(422).json();
        assert_eq!((&refused["code"], &refused["field"]), (&json!("objection-answer"), &json!("answer")));
        world.api("community").post(&correction, as_it_was("签到码是她报的")).await.expect(200);
        assert_eq!(last(&world, "zhang", &record).await["state"], "answered");
        // Both hear that there is an answer, and each whose word is waited for.
        assert_eq!(messages(&world, "objection_answered").await.len(), 1);
        assert_eq!(messages(&world, "objection_answered_served").await.len(), 1);
        let hers = zhang.get(&page).await.expect(200).text;
        assert!(hers.contains("等您或者社区确认") && hers.contains("/confirmation"), "{hers}");
        let his = world.browser("li").await.get(&page).await.expect(200).text;
        assert!(his.contains("等被服务的人或者社区确认"), "{his}");
        let waiting = world.browser("social").await.get("/desk/confirm").await.expect(200).text;
        assert!(waiting.contains("只来了五分钟") && waiting.contains("签到码是她报的"), "{waiting}");

        assert_eq!(confirm(&world, "social", &record).await.0, 200);
        let decided = last(&world, "zhang", &record).await;
        assert_eq!((&decided["state"], &decided["found"]), (&json!("decided"), &json!("unchanged")));
        assert_eq!(decided["answer"], "签到码是她报的");
        // Whoever confirmed it is told so; everybody else that another did.
        let hers = zhang.get(&page).await.expect(200).text;
        assert!(hers.contains("记录没有改，已由另一个人确认"), "{hers}");
        let confirmed_it = world.browser("social").await.get(&page).await.expect(200).text;
        assert!(confirmed_it.contains("记录没有改，您已确认"), "{confirmed_it}");
        let confirmed = world.api("li").get("/api/v1/records?mine=true").await.expect(200).json();
        assert_eq!(confirmed["items"][0]["reason"], Value::Null, "what she said is not why it was confirmed");
        let over = world.api("zhang").post(&format!("{path}/objection-withdrawal"), json!({})).await.expect(422).json();
        assert_eq!(over["code"], "objection-over");
    }
);

db_test!(who_objected_takes_it_back_and_the_record_is_what_it_was, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    assert_eq!(confirm(&world, "zhang", &record).await.0, 200);
    let path = |rest: &str| format!("/api/v1/records/{record}/{rest}");
    world.api("zhang").post(&path("contest"), json!({ "reason": "没有来过" })).await.expect(200);
    assert_eq!(minutes(&world, "li").await, (0, 0, 90));
    let refused = world.api("li").post(&path("objection-withdrawal"), json!({})).await.expect(422).json();
    assert_eq!(refused["code"], "objection-of-another");
    world.api("neighbour").post(&path("objection-withdrawal"), json!({})).await.expect(404);
    let mut zhang = world.browser("zhang").await;
    let page = format!("/me/records/{record}");
    zhang.submit(&page, &format!("{page}/objection-withdrawal"), &[]).await.expect(303);
    assert_eq!(minutes(&world, "li").await, (90, 0, 0), "it is confirmed as before");
    assert_eq!(last(&world, "li", &record).await["state"], "withdrawn");
});

db_test!(what_a_message_asks_to_confirm_is_confirmed_where_it_leads, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    let page = format!("/me/records/{record}");
    let whole = world.api("zhang").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let code = whole["code"].as_str().unwrap().rsplit(' ').next().unwrap();
    let confirmation = format!("/help/{code}/records/{record}/confirmation");
    for other in ["li", "social"] {
        let shown = world.browser(other).await.get(&page).await.expect(200).text;
        assert!(!shown.contains("/confirmation"), "{other}: {shown}");
    }
    let mut zhang = world.browser("zhang").await;
    zhang.submit(&page, &confirmation, &[]).await.expect(303);
    assert_eq!(minutes(&world, "li").await, (90, 0, 0));
    let shown = zhang.get(&page).await.expect(200).text;
    assert!(!shown.contains("/confirmation"), "{shown}");
});

db_test!(what_waits_again_after_an_objection_is_reminded_of, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let record = served(&world, &outing, "li").await;
    let path = |rest: &str| format!("/api/v1/records/{record}/{rest}");
    let sent = || async {
        let sql = "SELECT COUNT(*) FROM jobs_messages WHERE template = 'record_to_confirm'";
        world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![]).await?) })).await.unwrap()
    };
    world.api("zhang").post(&path("contest"), json!({ "reason": "没有来过" })).await.expect(200);
    world.set_time("2026-06-21T00:00:00+08:00");
    app::jobs::run_due(&world.app).await.unwrap();
    assert_eq!(sent().await, 0, "nobody is rung about what is contested");
    world.api("zhang").post(&path("objection-withdrawal"), json!({})).await.expect(200);
    world.set_time("2026-06-24T00:00:01+08:00");
    app::jobs::run_due(&world.app).await.unwrap();
    assert_eq!(sent().await, 1, "it waits again, and its term is over");
});
