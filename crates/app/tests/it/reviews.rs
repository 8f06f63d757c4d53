//! Hours that stand up: held, told, answered, decided by somebody who had no part in them; and the call-backs.

use app::testing::{World, world};
use app::{audit, jobs};
use db::db_test;
use rules::service::anomaly::AnomalyRules;
use rules::shared::Role;
use serde_json::{Value, json};

use super::lived_in::card_of;
use super::service::{appoint, confirm, late, minutes, outing, outing_of, served};

/// Nine and a half hours through a night, entered after the fact: held by itself.
pub async fn through_the_night(world: &World, name: &str, confirmer: &str) -> String {
    let body = json!({ "name": "夜间值守", "place": "371722003003", "content": "在值班室守夜",
        "start": "2026-06-04T20:00:00+08:00", "end": "2026-06-05T05:30:00+08:00", "reason": "没有带手机" });
    let record = world.api(name).post("/api/v1/records", body).await.expect(201).json();
    let id = record["id"].as_str().unwrap().to_owned();
    assert_eq!(confirm(world, confirmer, &id).await.0, 200);
    id
}

pub async fn held(world: &World, name: &str) -> i64 {
    let path = format!("/api/v1/people/{}/hours", world.person(name));
    world.api(name).get(&path).await.expect(200).json()["held_minutes"].as_i64().unwrap()
}

pub async fn sent(world: &World, template: &'static str) -> i64 {
    let sql = "SELECT COUNT(*) FROM jobs_messages WHERE template = $1";
    let found =
        world.app.read(move |mut tx| Box::pin(async move { Ok(tx.scalar_i64(sql, db::args![template]).await?) }));
    found.await.unwrap()
}

async fn listed(world: &World, name: &str, which: &str) -> Vec<Value> {
    let list = world.api(name).get("/api/v1/reviews").await.expect(200).json();
    list[which].as_array().unwrap().clone()
}

pub async fn decide(world: &World, name: &str, record: &str, verdict: &str) -> (u16, String) {
    let path = format!("/api/v1/records/{record}/review-decision");
    let answered = world.api(name).post(&path, json!({ "verdict": verdict, "reason": "已打电话核实" })).await;
    (answered.status.as_u16(), answered.json()["code"].as_str().unwrap_or_default().to_owned())
}

db_test!(a_held_record_is_told_answered_and_cleared, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = through_the_night(&world, "wang", "community").await;
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 0, 0), 570));
    assert_eq!(sent(&world, "hours_held").await, 1, "the volunteer is told at once");
    let own = world.api("wang").get("/api/v1/records?mine=true").await.expect(200).json();
    let row = &own["items"][0];
    assert_eq!((row["state"].as_str(), row["review"].as_str()), (Some("confirmed"), Some("open")));
    let certificates = format!("/api/v1/people/{}/certificates", world.person("wang"));
    let days = json!({ "from": "2026-06-01", "to": "2026-06-07", "without": true });
    let refused = world.api("wang").post(&certificates, days.clone()).await.expect(422).json();
    assert_eq!(refused["code"], "certificate-empty");
    let report = "/api/v1/reports/hours_confirmed_late?by=month&place=371722003003";
    let counted = world.api("supervisor").get(report).await.expect(200).text;
    assert!(!counted.contains("570"), "{counted}");

    let open = listed(&world, "social", "open").await;
    let signs: Vec<&str> = open[0]["signs"].as_array().unwrap().iter().map(|s| s["sign"].as_str().unwrap()).collect();
    assert_eq!(signs, ["long-day", "night"]);
    assert_eq!(open[0]["answer_by"], "2026-06-15T23:59:59+08:00", "five working days");
    assert_eq!(listed(&world, "far", "open").await, Vec::<Value>::new());
    world.api("wang").get("/api/v1/reviews").await.expect(403);

    let answer = format!("/api/v1/records/{id}/review-answer");
    for (stranger, status) in [("li", 404), ("far", 404), ("zhang", 404)] {
        world.api(stranger).post(&answer, json!({ "words": "不是我" })).await.expect(status);
    }
    let empty = world.api("wang").post(&answer, json!({ "words": " " })).await.expect(422).json();
    assert_eq!((empty["code"].as_str(), empty["field"].as_str()), (Some("review-words"), Some("words")));
    world.api("wang").post(&answer, json!({ "words": "那天值夜班" })).await.expect(200);
    world.api("wang").post(&answer, json!({ "words": "那天值夜班，陈队也在" })).await.expect(200);
    assert!(!world.events_text().await.contains("陈队"), "what is said is sealed");

    assert_eq!(decide(&world, "community", &id, "clear").await, (422, "review-took-part".into()));
    assert_eq!(decide(&world, "social", &id, "").await, (422, "review-verdict".into()));
    assert_eq!(decide(&world, "social", &id, "clear").await.0, 200);
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 570, 0), 0));
    let counted = world.api("supervisor").get(report).await.expect(200).text;
    assert!(counted.contains("570"), "{counted}");
    assert_eq!(sent(&world, "hours_cleared").await, 1);
    assert_eq!(decide(&world, "social", &id, "uphold").await, (409, "review-decided".into()));
    world.api("wang").post(&answer, json!({ "words": "还有一句" })).await.expect(409);
    world.api("wang").post(&certificates, days).await.expect(201);
});

db_test!(nobody_is_decided_against_unheard, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = through_the_night(&world, "wang", "community").await;
    assert_eq!(decide(&world, "social", &id, "uphold").await, (422, "review-not-heard".into()));
    world.set_time("2026-06-15T23:59:59+08:00");
    assert_eq!(decide(&world, "social", &id, "uphold").await, (422, "review-not-heard".into()));
    world.set_time("2026-06-16T00:00:00+08:00");
    assert_eq!(decide(&world, "social", &id, "uphold").await.0, 200);
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 0, 0), 0));
    let own = world.api("wang").get("/api/v1/records?mine=true").await.expect(200).json();
    let row = &own["items"][0];
    assert_eq!((row["state"].as_str(), row["reason"].as_str()), (Some("void"), Some("已打电话核实")));
    assert_eq!(sent(&world, "hours_void").await, 1);
    assert_eq!(decide(&world, "social", &id, "clear").await, (409, "review-decided".into()));
});

db_test!(who_inspects_voids_nothing_that_is_looked_at, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = through_the_night(&world, "wang", "community").await;
    let path = format!("/api/v1/records/{id}/voiding");
    let answer = format!("/api/v1/records/{id}/review-answer");
    for heard in [false, true] {
        if heard {
            world.api("wang").post(&answer, json!({ "words": "那天是我值班" })).await.expect(200);
        }
        let refused = world.api("inspector").post(&path, json!({ "reason": "没有这次值守" })).await.expect(422).json();
        assert_eq!(refused["code"], "void-in-review", "the review is decided by who had no part in it");
    }
    assert_eq!(listed(&world, "social", "open").await.len(), 1);
});

db_test!(nobody_decides_on_their_own, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    // 李建国 is a social worker and a community worker besides.
    appoint(&world, "li", Role::SocialWorker).await;
    appoint(&world, "li", Role::CommunityWorker).await;
    let own = through_the_night(&world, "li", "community").await;
    assert_eq!(decide(&world, "li", &own, "clear").await, (422, "review-own".into()));
    assert_eq!(listed(&world, "li", "open").await, Vec::<Value>::new());
    // Who writes the volunteer's answer down does not decide, nor who lives with the volunteer.
    let wangs = through_the_night(&world, "wang", "community").await;
    let answer = format!("/api/v1/records/{wangs}/review-answer");
    world.api("li").post(&answer, json!({ "words": "她说那天值夜班" })).await.expect(200);
    assert_eq!(decide(&world, "li", &wangs, "clear").await, (422, "review-took-part".into()));
    world.move_in("social", "wang").await;
    assert_eq!(decide(&world, "social", &wangs, "clear").await, (422, "review-household".into()));
    for (name, status) in [("inspector", 403), ("call", 403), ("grid", 404), ("wang", 403), ("far", 404)] {
        assert_eq!(decide(&world, name, &wangs, "clear").await.0, status, "{name}");
    }
    assert_eq!(held(&world, "wang").await, 570);
});

db_test!(what_is_typed_in_bulk_is_held_and_looked_at_again, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    world.set_time("2026-06-08T10:00:00+08:00");
    let mut first = Vec::new();
    for day in ["2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14"] {
        first.push(late(&world, "social", "li", day).await.1["id"].as_str().unwrap().to_owned());
    }
    for id in &first {
        assert_eq!(confirm(&world, "community", id).await.0, 200);
    }
    assert_eq!(held(&world, "li").await, 0, "four are nothing unusual");
    world.pass(3);
    for day in ["2026-05-15", "2026-05-16", "2026-05-17", "2026-05-18"] {
        let (_, record) = late(&world, "social", "wang", day).await;
        world.pass(1);
        assert_eq!(confirm(&world, "community", record["id"].as_str().unwrap()).await.0, 200);
    }
    assert_eq!(
        (held(&world, "li").await, held(&world, "wang").await),
        (0, 120),
        "the eighth within eight minutes, six beyond the first of each"
    );
    world.set_time("2026-06-09T10:30:00+08:00");
    jobs::run_due(&world.app).await.unwrap();
    assert_eq!((held(&world, "li").await, held(&world, "wang").await), (480, 480), "and the seven before it");
});

/// They visit 张桂兰 together, sign with her card within a minute, and she confirms.
async fn by_one_card(world: &World, volunteers: &[&str]) {
    let card = card_of(world, &world.person("zhang").to_string()).await;
    let visit = outing(world, volunteers).await;
    for name in volunteers {
        world.api(name).post(&visit.path("check-in"), json!({ "card": card })).await.expect(200);
    }
    world.pass(90);
    for name in volunteers {
        let out = json!({ "card": card, "content": "陪同去县医院复查" });
        let made = world.api(name).post(&visit.path("check-out"), out).await.expect(200).json();
        assert_eq!(confirm(world, "zhang", made["record"].as_str().unwrap()).await.0, 200);
    }
}

db_test!(a_card_read_for_three_at_once_is_held, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    by_one_card(&world, &["li", "wang", "zhao"]).await;
    for name in ["li", "wang", "zhao"] {
        assert_eq!(held(&world, name).await, 90, "{name}");
    }
});

db_test!(a_couple_with_one_card_is_not, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    by_one_card(&world, &["li", "wang"]).await;
    for name in ["li", "wang"] {
        assert_eq!((minutes(&world, name).await, held(&world, name).await), ((90, 0, 0), 0), "{name}");
    }
});

/// Everybody who was served is asked.
fn all_asked(world: &World) {
    world.set_anomalies(AnomalyRules { call_back_of_10000: 10_000, ..AnomalyRules::default() });
}

db_test!(who_was_served_is_asked_and_may_say_that_nobody_came, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    all_asked(&world);
    let visit = outing(&world, &["li"]).await;
    let id = served(&world, &visit, "li").await;
    assert_eq!(confirm(&world, "community", &id).await.0, 200);
    assert_eq!(minutes(&world, "li").await, (90, 0, 0));
    let ask = listed(&world, "call", "to_ask").await;
    assert_eq!((ask[0]["record"].as_str(), ask[0]["served"]["name"].as_str()), (Some(id.as_str()), Some("张桂兰")));
    let path = format!("/api/v1/records/{id}/call-back");
    let say = |said: &'static str| json!({ "said": said, "heard": "女儿接的，说那天没有人来" });
    let refused = world.api("community").post(&path, say("not_done")).await.expect(422).json();
    assert_eq!(refused["code"], "review-took-part");
    assert_eq!(world.api("call").post(&path, say("")).await.expect(422).json()["code"], "call-back-answer");
    world.api("li").post(&path, say("done")).await.expect(403);
    world.api("far").post(&path, say("done")).await.expect(404);
    world.api("call").post(&path, say("not_done")).await.expect(200);
    assert_eq!((minutes(&world, "li").await, held(&world, "li").await), ((0, 0, 0), 90));
    assert_eq!(world.api("call").post(&path, say("done")).await.expect(409).json()["code"], "call-back-given");
    assert_eq!(listed(&world, "call", "to_ask").await, Vec::<Value>::new());
});

db_test!(who_asks_by_telephone_writes_down_what_was_said, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    all_asked(&world);
    let visit = outing(&world, &["li"]).await;
    let id = served(&world, &visit, "li").await;
    assert_eq!(confirm(&world, "community", &id).await.0, 200);
    // Who cannot ring and write it down is not shown the question.
    let inspector = world.browser("inspector").await.get("/desk/reviews").await.expect(200).text;
    assert!(inspector.contains("没有要回访的记录") && !inspector.contains("问 张桂兰"), "{inspector}");
    let (mut call, form, heard) =
        (world.browser("call").await, format!("/desk/call-backs/{id}"), format!("heard-{id}"));
    let said = |said, words| [("said", said), (heard.as_str(), words)];
    let none = call.submit("/desk/reviews", &form, &said("not_done", " ")).await.expect(422).text;
    assert!(none.contains("请写下问了谁"), "{none}");
    let long = "说".repeat(301);
    let again = call.submit("/desk/reviews", &form, &said("not_done", &long)).await.expect(422).text;
    assert!(again.contains(&long), "nothing typed is lost");
    call.submit("/desk/reviews", &form, &said("not_done", "女儿接的，说那天没有人来")).await.expect(303);
    let review = world.browser("social").await.get(&format!("/desk/reviews/{id}")).await.expect(200).text;
    assert!(review.contains("女儿接的，说那天没有人来") && review.contains("没有来过"), "{review}");
    let own = world.browser("li").await.get(&format!("/me/records/{id}")).await.expect(200).text;
    assert!(!own.contains("女儿接的"), "the volunteer reads that it is looked at, and not what was said: {own}");
});

db_test!(of_a_private_matter_only_social_workers_learn, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    all_asked(&world);
    let visit = outing_of(&world, &["li"], true).await;
    let id = served(&world, &visit, "li").await;
    assert_eq!(confirm(&world, "zhang", &id).await.0, 200);
    for (name, expected) in [("social", 1), ("community", 0), ("call", 0), ("inspector", 0)] {
        assert_eq!(listed(&world, name, "to_ask").await.len(), expected, "{name}");
    }
    let path = format!("/api/v1/records/{id}/call-back");
    world
        .api("community")
        .post(&path, json!({ "said": "not_done", "heard": "本人接的，说没有人来" }))
        .await
        .expect(404);
    world.api("social").post(&path, json!({ "said": "not_done", "heard": "本人接的，说没有人来" })).await.expect(200);
    for (name, expected) in [("social", 1), ("community", 0)] {
        assert_eq!(listed(&world, name, "open").await.len(), expected, "{name}");
    }
    world.browser("community").await.get(&format!("/desk/reviews/{id}")).await.expect(404);
});

db_test!(the_pages_say_why_and_keep_what_was_typed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = through_the_night(&world, "wang", "community").await;
    let mut wang = world.browser("wang").await;
    assert!(wang.get("/me/hours").await.expect(200).text.contains("复核中"));
    let (own, desk) = (format!("/me/records/{id}"), format!("/desk/reviews/{id}"));
    let page = wang.get(&own).await.expect(200).text;
    assert!(page.contains("这一天一共记了 9 小时 30 分") && page.contains("6 小时在深夜"), "{page}");
    let long = "值".repeat(501);
    let again = wang.submit(&own, &format!("{own}/answer"), &[("words", &long)]).await.expect(422).text;
    assert!(again.contains(&long), "nothing typed is lost");
    wang.submit(&own, &format!("{own}/answer"), &[("words", "那天值夜班，陈队也在")]).await.expect(303);
    assert!(wang.get(&own).await.expect(200).text.contains("陈队也在"));

    let mut social = world.browser("social").await;
    assert!(social.get("/desk/reviews").await.expect(200).text.contains("本人已说明"));
    assert!(social.get(&desk).await.expect(200).text.contains("陈队也在"));
    let whose = world.person("wang");
    let readers = world.app.read(move |mut tx| Box::pin(async move { audit::readers_of(&mut tx, whose).await }));
    let readers = readers.await.unwrap();
    assert!(readers.iter().any(|r| r.field == "review" && r.reader_name == "周社工"), "{readers:?}");
    assert!(!world.browser("inspector").await.get(&desk).await.expect(200).text.contains("陈队也在"));
    let typed = social.submit(&desk, &desk, &[("reason", "问过陈队")]).await.expect(422).text;
    assert!(typed.contains("问过陈队") && typed.contains("请选择复核结果"), "{typed}");
    social.submit(&desk, &desk, &[("verdict", "clear"), ("reason", "问过陈队")]).await.expect(303);
    assert!(wang.get(&own).await.expect(200).text.contains("问过陈队"));
});
