//! 申请复核: who lost hours to a review appeals once and in time; somebody above without a part in it decides once.

use app::audit;
use app::testing::{World, world};
use db::db_test;
use rules::service::anomaly::AnomalyRules;
use rules::shared::Role;
use serde_json::{Value, json};

use super::certificates::{ask as certify, verified};
use super::found_false::{find_false, morning, night};
use super::reviews::{decide as review, held, sent, through_the_night};
use super::service::{appoint, confirm, late, minutes, outing, outing_of, served};

/// A night that somebody served, and that a review found false after hearing them.
pub async fn found_false(world: &World, name: &str) -> String {
    let id = through_the_night(world, name, "community").await;
    let answer = format!("/api/v1/records/{id}/review-answer");
    world.api(name).post(&answer, json!({ "words": "那天值夜班" })).await.expect(200);
    assert_eq!(review(world, "social", &id, "uphold").await.0, 200);
    id
}

/// The same, about which they have appealed.
pub async fn appealed(world: &World, name: &str, words: &str) -> String {
    let id = found_false(world, name).await;
    assert_eq!(ask(world, name, &id, words).await, (200, String::new()));
    id
}

fn said(answered: &app::testing::Answered) -> (u16, String) {
    (answered.status.as_u16(), answered.json()["code"].as_str().unwrap_or_default().to_owned())
}

async fn ask(world: &World, name: &str, record: &str, words: &str) -> (u16, String) {
    let path = format!("/api/v1/records/{record}/appeal");
    said(&world.api(name).post(&path, json!({ "words": words })).await)
}

async fn decide(world: &World, name: &str, record: &str, outcome: &str) -> (u16, String) {
    let path = format!("/api/v1/records/{record}/appeal-decision");
    said(&world.api(name).post(&path, json!({ "outcome": outcome, "reason": "值班表上有他" })).await)
}

async fn own(world: &World, name: &str) -> Value {
    world.api(name).get("/api/v1/records?mine=true").await.expect(200).json()["items"][0].clone()
}

async fn waiting(world: &World, name: &str) -> Vec<Value> {
    let list = world.api(name).get("/api/v1/appeals").await.expect(200).json();
    list["waiting"].as_array().unwrap().clone()
}

db_test!(a_finding_is_overturned_and_the_hours_count_again, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = found_false(&world, "wang").await;
    let row = own(&world, "wang").await;
    assert_eq!((row["state"].as_str(), row["confirmed_by"].as_str()), (Some("void"), None));
    // Fifteen working days, with a holiday among them.
    assert_eq!(row["appeal_by"], "2026-06-30T23:59:59+08:00");
    assert_eq!(ask(&world, "wang", &id, " ").await, (422, "appeal-words".into()));
    for (stranger, expected) in [("li", 404), ("far", 404), ("zhang", 404), ("inspector", 403), ("supervisor", 403)] {
        assert_eq!(ask(&world, stranger, &id, "不是我").await.0, expected, "{stranger}");
    }
    assert_eq!(decide(&world, "inspector", &id, "overturn").await.0, 404, "nobody has appealed");
    assert_eq!(ask(&world, "wang", &id, "陈队可以作证").await.0, 200);
    assert_eq!(ask(&world, "wang", &id, "还有一句").await, (409, "appeal-once".into()));
    assert!(!world.events_text().await.contains("陈队"), "what is said is sealed");

    let list = waiting(&world, "inspector").await;
    assert_eq!((list[0]["record"].as_str(), list[0]["appeal"]["state"].as_str()), (Some(id.as_str()), Some("waiting")));
    assert_eq!(waiting(&world, "supervisor").await.len(), 1);
    world.api("social").get("/api/v1/appeals").await.expect(403);
    for (stranger, expected) in [("social", 403), ("community", 403), ("wang", 403), ("li", 404), ("far", 404)] {
        assert_eq!(decide(&world, stranger, &id, "overturn").await.0, expected, "{stranger}");
    }
    assert_eq!(decide(&world, "inspector", &id, "").await, (422, "appeal-outcome".into()));
    let path = format!("/api/v1/records/{id}/appeal-decision");
    let bare = world.api("inspector").post(&path, json!({ "outcome": "overturn" })).await.expect(422).json();
    assert_eq!((bare["code"].as_str(), bare["field"].as_str()), (Some("appeal-reason"), Some("reason")));
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 0, 0), 0));

    assert_eq!(decide(&world, "inspector", &id, "overturn").await.0, 200);
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 570, 0), 0));
    let row = own(&world, "wang").await;
    let now = ["state", "review", "appeal", "confirmed_as"].map(|key| row[key].as_str().unwrap_or_default());
    assert_eq!(now, ["confirmed", "cleared", "overturned", "staff"]);
    assert_eq!((row["confirmed_at"].as_str(), &row["reason"]), (Some("2026-06-08T09:00:00+08:00"), &Value::Null));
    assert_eq!((sent(&world, "appeal_overturned").await, waiting(&world, "inspector").await.len()), (1, 0));
    for outcome in ["stand", "overturn"] {
        assert_eq!(decide(&world, "supervisor", &id, outcome).await, (409, "appeal-decided".into()));
    }
    assert_eq!(ask(&world, "wang", &id, "再看看").await, (409, "appeal-once".into()));
    let figure = "/api/v1/reports/hours_confirmed_late?by=month&place=371722003003";
    let figure = world.api("supervisor").get(figure).await.expect(200).text;
    assert!(figure.contains("570"), "{figure}");
});

db_test!(a_finding_stands_and_is_told_with_its_reason, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = found_false(&world, "wang").await;
    // Staff write down what she says on the telephone, and somebody of the county decides.
    assert_eq!(ask(&world, "call", &id, "她说那天是她值的班").await.0, 200);
    assert_eq!(decide(&world, "supervisor", &id, "stand").await.0, 200);
    let row = own(&world, "wang").await;
    let now = ["state", "review", "appeal"].map(|key| row[key].as_str().unwrap_or_default());
    assert_eq!((now, minutes(&world, "wang").await), (["void", "upheld", "stands"], (0, 0, 0)));
    assert_eq!(sent(&world, "appeal_stands").await, 1);
    assert_eq!(ask(&world, "wang", &id, "再看看").await, (409, "appeal-once".into()));
    assert_eq!(decide(&world, "inspector", &id, "overturn").await, (409, "appeal-decided".into()));
});

db_test!(nobody_decides_who_had_a_part, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for name in ["social", "community", "call", "wang", "li", "neighbour"] {
        appoint(&world, name, Role::Inspector).await;
    }
    let id = found_false(&world, "wang").await;
    assert_eq!(ask(&world, "call", &id, "她说那天是她值的班").await.0, 200);
    for (name, code) in [
        ("wang", "appeal-own"),
        ("social", "appeal-took-part"),
        ("community", "appeal-took-part"),
        ("call", "appeal-took-part"),
    ] {
        assert_eq!(decide(&world, name, &id, "overturn").await, (422, code.into()), "{name}");
    }
    world.move_in("li", "wang").await;
    world.declare_kin("neighbour", "social").await;
    for name in ["li", "neighbour"] {
        assert_eq!(decide(&world, name, &id, "overturn").await, (422, "appeal-household".into()), "{name}");
    }
    assert_eq!(waiting(&world, "wang").await, Vec::<Value>::new(), "one's own is read under one's own hours");
    assert_eq!(decide(&world, "inspector", &id, "overturn").await.0, 200);
});

db_test!(what_is_looked_at_is_voided_by_no_other_way, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = through_the_night(&world, "wang", "community").await;
    let void = format!("/api/v1/records/{id}/voiding");
    let refused = world.api("inspector").post(&void, json!({ "reason": "没有这次值守" })).await.expect(422).json();
    assert_eq!(refused["code"], "void-in-review");
    let inspector = world.browser("inspector").await;
    let page = inspector.get(&format!("/me/records/{id}")).await.expect(200).text;
    assert!(!page.contains(&format!("/me/records/{id}/void")), "{page}");
    let form = inspector.get(&format!("/me/records/{id}/void")).await.expect(200).text;
    assert!(form.contains("正在复核") && !form.contains("name=\"reason\""), "{form}");
    assert_eq!(review(&world, "social", &id, "clear").await.0, 200);
    let refused = world.api("inspector").post(&void, json!({ "reason": "没有这次值守" })).await.expect(422).json();
    assert_eq!(refused["code"], "void-reviewed");
    assert_eq!((minutes(&world, "wang").await, sent(&world, "hours_void").await), ((0, 570, 0), 0));
});

db_test!(who_loses_hours_that_nobody_looked_at_is_told_and_may_appeal, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (_, record) = late(&world, "wang", "wang", "2026-06-05").await;
    let id = record["id"].as_str().unwrap();
    assert_eq!(confirm(&world, "community", id).await.0, 200);
    let (page, form) = (format!("/me/records/{id}"), format!("/me/records/{id}/void"));
    let mut inspector = world.browser("inspector").await;
    let refused = inspector.submit(&form, &form, &[("reason", " ")]).await.expect(422).text;
    assert!(refused.contains("作废要写明理由"), "{refused}");
    let done = inspector.submit(&form, &form, &[("reason", "那天没有清扫")]).await.expect(303);
    assert_eq!(done.location.as_deref(), Some(page.as_str()));
    assert!(!inspector.get(&page).await.expect(200).text.contains(&form), "it is void already");
    assert_eq!((minutes(&world, "wang").await, sent(&world, "hours_void").await), ((0, 0, 0), 1));
    let own = world.browser("wang").await.get(&page).await.expect(200).text;
    assert!(own.contains("那天没有清扫") && own.contains("/appeal") && !own.contains("因为："), "{own}");
    assert_eq!(ask(&world, "wang", id, "有照片").await.0, 200);
    assert_eq!(decide(&world, "inspector", id, "stand").await, (422, "appeal-took-part".into()));
    assert_eq!(decide(&world, "supervisor", id, "overturn").await.0, 200);
    assert_eq!(minutes(&world, "wang").await, (0, 120, 0));
    // Found true on the appeal, it stays so until somebody says that it is wrong, and who decided before decides no more.
    world.pass(1);
    let void = format!("/api/v1/records/{id}/voiding");
    let again = json!({ "reason": "照片是别的日子的" });
    assert_eq!(world.api("inspector").post(&void, again.clone()).await.expect(422).json()["code"], "void-reviewed");
    let contest = format!("/api/v1/records/{id}/contest");
    world.api("social").post(&contest, json!({ "reason": "照片上不是那一天" })).await.expect(200);
    for name in ["inspector", "supervisor"] {
        let refused = world.api(name).post(&void, again.clone()).await.expect(422).json();
        assert_eq!(refused["code"], "void-decided-before", "{name}");
    }
    appoint(&world, "auditor", Role::Inspector).await;
    world.api("auditor").post(&void, again).await.expect(200);
    assert_eq!((minutes(&world, "wang").await, sent(&world, "hours_void").await), ((0, 0, 0), 2));
    assert_eq!(ask(&world, "wang", id, "日子没有错").await.0, 200);
    // What was decided before is not forgotten; who had a part in it is not asked, and does not read what was said.
    let desk = format!("/desk/reviews/{id}");
    let seen = world.browser("inspector").await.get(&desk).await.expect(200).text;
    for words in ["以前的结论", "不属实，作废", "杨督查", "撤销：记录恢复原样", "吴督导", "照片是别的日子的"]
    {
        assert!(seen.contains(words), "{words}: {seen}");
    }
    let seen = world.browser("auditor").await.get(&desk).await.expect(200).text;
    assert!(
        seen.contains("由别人决定") && !seen.contains("日子没有错") && !seen.contains("name=\"outcome\""),
        "{seen}"
    );
});

db_test!(one_appeals_in_time, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let [first, second] = [found_false(&world, "wang").await, found_false(&world, "li").await];
    let cleared = through_the_night(&world, "zhao", "community").await;
    assert_eq!(ask(&world, "zhao", &cleared, "那天我在").await, (422, "appeal-nothing".into()));
    assert_eq!(review(&world, "social", &cleared, "clear").await.0, 200);
    assert_eq!(ask(&world, "zhao", &cleared, "那天我在").await, (422, "appeal-nothing".into()));
    world.set_time("2026-06-30T23:59:59+08:00");
    assert_eq!(ask(&world, "wang", &first, "那天我在").await.0, 200);
    world.set_time("2026-07-01T00:00:00+08:00");
    assert_eq!(ask(&world, "li", &second, "那天我在").await, (422, "appeal-late".into()));
    let page = world.browser("li").await.get(&format!("/me/records/{second}")).await.expect(200).text;
    assert!(page.contains("申请复核的期限到") && !page.contains("name=\"words\""), "{page}");
});

db_test!(without_the_calendar_there_is_no_term, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = through_the_night(&world, "wang", "community").await;
    world
        .api("wang")
        .post(&format!("/api/v1/records/{id}/review-answer"), json!({ "words": "我在" }))
        .await
        .expect(200);
    // Fifteen working days on it is a year of which nobody knows the holidays.
    world.set_time("2026-12-28T09:00:00+08:00");
    assert_eq!(review(&world, "social", &id, "uphold").await.0, 200);
    assert_eq!(own(&world, "wang").await["appeal_by"], Value::Null);
    world.set_time("2027-06-01T09:00:00+08:00");
    assert_eq!(ask(&world, "wang", &id, "那天我在").await.0, 200);
});

db_test!(of_two_at_once_one_is_told_so, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = found_false(&world, "wang").await;
    let (own, desk) = futures::join!(ask(&world, "wang", &id, "我在"), ask(&world, "community", &id, "她说她在"));
    let mut asked = [own, desk];
    asked.sort();
    assert_eq!(asked, [(200, String::new()), (409, "appeal-once".into())]);
    let (stands, falls) =
        futures::join!(decide(&world, "inspector", &id, "stand"), decide(&world, "supervisor", &id, "overturn"));
    let is_overturned = falls.0 == 200;
    let mut decided = [stands, falls];
    decided.sort();
    assert_eq!(decided, [(200, String::new()), (409, "appeal-decided".into())]);
    assert_eq!(minutes(&world, "wang").await.1, if is_overturned { 570 } else { 0 });
    assert_eq!(sent(&world, "appeal_stands").await + sent(&world, "appeal_overturned").await, 1);
});

db_test!(what_was_recorded_anew_does_not_count_twice, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = appealed(&world, "wang", "陈队可以作证").await;
    let again = through_the_night(&world, "wang", "community").await;
    assert_eq!(decide(&world, "inspector", &id, "overturn").await, (422, "appeal-overlaps".into()));
    assert_eq!((waiting(&world, "inspector").await.len(), sent(&world, "appeal_overturned").await), (1, 0));
    find_false(&world, "social", "wang", &again).await;
    assert_eq!(decide(&world, "inspector", &id, "overturn").await.0, 200);
    assert_eq!(minutes(&world, "wang").await, (0, 570, 0));
});

/// Everybody who was served is asked; 李建国 was not there, says the person served on the telephone, and the review agrees.
async fn nobody_came(world: &World, private: bool) -> String {
    world.set_anomalies(AnomalyRules { call_back_of_10000: 10_000, ..AnomalyRules::default() });
    let visit = if private { outing_of(world, &["li"], true).await } else { outing(world, &["li"]).await };
    let id = served(world, &visit, "li").await;
    assert_eq!(confirm(world, "zhang", &id).await.0, 200);
    id
}

async fn denied(world: &World, id: &str, decider: &str) {
    let asked = format!("/api/v1/records/{id}/call-back");
    world.api("social").post(&asked, json!({ "said": "not_done", "heard": "女儿接的，说没有人来" })).await.expect(200);
    find_false(world, decider, "li", id).await;
}

db_test!(a_certificate_is_doubted_no_longer, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    appoint(&world, "call", Role::SocialWorker).await;
    let (_, other) = late(&world, "li", "li", "2026-06-01").await;
    let other = other["id"].as_str().unwrap().to_owned();
    assert_eq!(confirm(&world, "community", &other).await.0, 200);
    let id = nobody_came(&world, false).await;
    world.pass(24 * 60);
    let (_, both) = certify(&world, "li", "li", ("2026-06-01", "2026-06-08")).await;
    let certificate = &both["items"][0];
    denied(&world, &id, "call").await;
    assert_eq!(verified(&world, certificate).await["standing"], "doubtful");
    assert_eq!(ask(&world, "li", &id, "她记错了日子").await.0, 200);
    assert_eq!(decide(&world, "inspector", &id, "overturn").await.0, 200);
    assert_eq!(minutes(&world, "li").await, (90, 120, 0));
    assert_eq!(verified(&world, certificate).await["standing"], "valid");
});

db_test!(a_certificate_stays_doubted_for_another_record, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    appoint(&world, "call", Role::SocialWorker).await;
    let (_, other) = late(&world, "li", "li", "2026-06-01").await;
    let other = other["id"].as_str().unwrap().to_owned();
    assert_eq!(confirm(&world, "community", &other).await.0, 200);
    let id = nobody_came(&world, false).await;
    world.pass(24 * 60);
    let (_, both) = certify(&world, "li", "li", ("2026-06-01", "2026-06-08")).await;
    denied(&world, &id, "call").await;
    let void = format!("/api/v1/records/{other}/voiding");
    world.api("supervisor").post(&void, json!({ "reason": "没有这次服务" })).await.expect(200);
    assert_eq!(ask(&world, "li", &id, "她记错了日子").await.0, 200);
    assert_eq!(decide(&world, "inspector", &id, "overturn").await.0, 200);
    assert_eq!(verified(&world, &both["items"][0]).await["standing"], "doubtful");
});

db_test!(what_was_overturned_speaks_against_no_other, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for day in ["2026-05-04", "2026-05-05"] {
        morning(&world, "wang", "wang", day).await;
    }
    let mut nights = Vec::new();
    for day in ["2026-05-18", "2026-05-20"] {
        nights.push(night(&world, "wang", "wang", day).await);
        find_false(&world, "social", "wang", nights.last().unwrap()).await;
    }
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 0, 0), 240));
    assert_eq!(ask(&world, "wang", &nights[1], "陈队可以作证").await.0, 200);
    assert_eq!(decide(&world, "inspector", &nights[1], "overturn").await.0, 200);
    assert_eq!((minutes(&world, "wang").await, held(&world, "wang").await), ((0, 810, 0), 0), "one is no sign");
    assert_eq!(sent(&world, "hours_cleared").await, 2);
    morning(&world, "wang", "wang", "2026-06-01").await;
    assert_eq!(held(&world, "wang").await, 0, "nor for what comes after");
});

db_test!(of_a_private_matter_who_decides_learns_what_a_certificate_says, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    appoint(&world, "call", Role::SocialWorker).await;
    let id = nobody_came(&world, true).await;
    denied(&world, &id, "call").await;
    let page = format!("/desk/reviews/{id}");
    let mut inspector = world.browser("inspector").await;
    inspector.get(&page).await.expect(404);
    assert_eq!(ask(&world, "li", &id, "她记错了日子").await.0, 200);
    let list = waiting(&world, "inspector").await;
    assert_eq!((list.len(), list[0]["place"].as_str()), (1, Some("")));
    let seen = inspector.get(&page).await.expect(200).text;
    assert!(seen.contains("她记错了日子") && !seen.contains("陪同去县医院复查"), "{seen}");
    world.browser("community").await.get(&page).await.expect(404);
    inspector
        .submit(&page, &format!("{page}/appeal/decision"), &[("outcome", "overturn"), ("reason", "属实")])
        .await
        .expect(303);
    assert_eq!(minutes(&world, "li").await, (90, 0, 0));
});

db_test!(the_pages_say_until_when_and_keep_what_was_typed, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let id = found_false(&world, "wang").await;
    let (own, desk) = (format!("/me/records/{id}"), format!("/desk/reviews/{id}"));
    let mut wang = world.browser("wang").await;
    let page = wang.get(&own).await.expect(200).text;
    assert!(page.contains("6月30日 23:59") && page.contains("申请复核"), "{page}");
    let english = wang.get(&format!("/en{own}")).await.expect(200).text;
    assert!(english.contains("you may appeal until"), "{english}");
    let long = "值".repeat(501);
    let again = wang.submit(&own, &format!("{own}/appeal"), &[("words", &long)]).await.expect(422).text;
    assert!(again.contains(&long), "nothing typed is lost");

    let mut social = world.browser("social").await;
    let page = social.get(&desk).await.expect(200).text;
    assert!(page.contains("代志愿者申请复核"), "{page}");
    let typed = social.submit(&desk, &format!("{desk}/appeal"), &[("words", "")]).await.expect(422).text;
    assert!(typed.contains("请写明为什么认为认定不对"), "{typed}");
    social.submit(&desk, &format!("{desk}/appeal"), &[("words", "她说陈队可以作证")]).await.expect(303);
    let page = social.get(&desk).await.expect(200).text;
    assert!(page.contains("申请复核中") && !page.contains("陈队") && !page.contains("代志愿者申请复核"), "{page}");
    assert!(wang.get(&own).await.expect(200).text.contains("她说陈队可以作证"));

    let mut inspector = world.browser("inspector").await;
    assert!(inspector.get("/").await.expect(200).text.contains("1 份复核申请等着决定"));
    let list = inspector.get("/desk/reviews").await.expect(200).text;
    assert!(list.contains("请再看一次") && list.contains(&desk), "{list}");
    assert!(!social.get("/desk/reviews").await.expect(200).text.contains("请再看一次"));
    let page = inspector.get(&desk).await.expect(200).text;
    for shown in ["她说陈队可以作证", "那天值夜班", "6 小时在深夜", "已打电话核实"] {
        assert!(page.contains(shown), "{shown} in {page}");
    }
    let whose = world.person("wang");
    let readers = world.app.read(move |mut tx| Box::pin(async move { audit::readers_of(&mut tx, whose).await }));
    let readers = readers.await.unwrap();
    for field in ["appeal", "review"] {
        assert!(readers.iter().any(|read| read.field == field && read.reader_name != "周社工"), "{field} {readers:?}");
    }
    let action = format!("{desk}/appeal/decision");
    let typed = inspector.submit(&desk, &action, &[("reason", "问过陈队")]).await.expect(422).text;
    assert!(typed.contains("问过陈队") && typed.contains("请选择复核申请的结果"), "{typed}");
    inspector.submit(&desk, &action, &[("outcome", "overturn"), ("reason", "问过陈队")]).await.expect(303);
    let page = wang.get(&own).await.expect(200).text;
    assert!(page.contains("问过陈队") && page.contains("认定已撤销"), "{page}");
    assert!(wang.get("/me/readers").await.expect(200).text.contains("您申请复核的说明"));
    // What was said of the review is read by who decides while the appeal waits, and not after.
    assert!(!inspector.get(&desk).await.expect(200).text.contains("那天值夜班"));
});
