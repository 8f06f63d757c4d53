use app::audit;
use app::service::{self, recording};
use app::testing::{World, world};
use db::db_test;
use rules::shared::ids::RecordId;
use serde_json::json;

use super::service::{Outing, actor, confirm, minutes, outing, outing_of, served};

db_test!(a_late_entry_says_why_and_what_it_was, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let entry = json!({ "name": "小区清扫", "place": "371722003003", "content": "清扫楼道",
        "start": "2026-06-07T08:00:00+08:00", "end": "2026-06-07T10:00:00+08:00", "reason": "手机没电" });
    let cases = [
        ("reason", json!(""), "late-reason", "reason"),
        ("nature", json!("ordered"), "not-volunteer-service", "nature"),
        ("end", json!("2026-06-08T10:00:00+08:00"), "late-not-over", "end"),
        ("name", json!(" "), "service-name", "name"),
        ("place", json!("371799"), "service-place", "place"),
        ("place", json!("371722003"), "service-place", "place"),
        ("place", json!("371722"), "service-place", "place"),
        ("place", json!("3717"), "service-place", "place"),
        ("content", json!("好"), "record-content", "content"),
        ("volunteer", json!(world.person("zhang")), "service-no-volunteer", "volunteer"),
    ];
    for (key, value, code, field) in cases {
        let mut body = entry.clone();
        body[key] = value;
        let name = if key == "volunteer" { "social" } else { "li" };
        let refused = world.api(name).post("/api/v1/records", body).await.expect(422).json();
        assert_eq!((refused["code"].as_str(), refused["field"].as_str()), (Some(code), Some(field)));
    }
    world.api("li").post("/api/v1/records", entry.clone()).await.expect(201);
    let overlaps = world.api("li").post("/api/v1/records", entry).await.expect(422).json();
    assert_eq!(overlaps["code"], "record-overlaps");
});

/// Signs out, and says what the person served may need.
async fn told(world: &World, outing: &Outing) -> String {
    let (li, code) = (world.api("li"), outing.code.as_str());
    li.post(&outing.path("check-in"), json!({ "code": code })).await.expect(200);
    world.pass(60);
    let body = json!({ "code": code, "content": "陪同去县医院复查", "wellbeing": "look_wanted",
        "still_needed": "降压药快吃完了", "next_visit": "下周一" });
    let made = li.post(&outing.path("check-out"), body).await.expect(200).json();
    made["record"].as_str().unwrap().to_owned()
}

db_test!(what_a_volunteer_tells_is_sealed_and_its_readers_are_known, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li"]).await;
    let record = told(&world, &outing).await;
    for name in ["zhang", "li", "social"] {
        for path in ["/api/v1/records?to_confirm=true", "/api/v1/records?mine=true"] {
            let seen = world.api(name).get(path).await.expect(200);
            assert!(!seen.text.contains("降压药"), "{name} {path}");
        }
    }
    let matter = world.api("social").get(&format!("/api/v1/matters/{}", outing.matter)).await.expect(200).json();
    let timeline = matter["timeline"].as_array().unwrap();
    assert!(timeline.iter().any(|event| event["verb"] == "service.look_wanted"), "{matter}");

    let id: rules::shared::ids::RecordId = record.parse().unwrap();
    let read = |name: &'static str| {
        let world = &world;
        async move {
            let who = actor(world, name).await;
            world
                .app
                .act(&who, id, |mut tx, who, at, id| {
                    Box::pin(async move { service::confirming::read_told(&mut tx, &who, at, id).await })
                })
                .await
        }
    };
    let opened: recording::Told = read("social").await.unwrap().unwrap();
    assert_eq!(opened.still_needed.as_deref(), Some("降压药快吃完了"));
    assert!(read("neighbour").await.is_err() && read("far").await.is_err());
    let zhang = world.person("zhang");
    let readers =
        world.app.read(move |mut tx| Box::pin(async move { audit::readers_of(&mut tx, zhang).await })).await.unwrap();
    assert!(readers.iter().any(|r| r.field == "told" && r.reader_name == "周社工"), "{readers:?}");
});

db_test!(the_record_of_a_private_matter_is_for_those_who_see_it, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing_of(&world, &["li"], true).await;
    let record = served(&world, &outing, "li").await;
    for (name, expected) in [("community", 0), ("social", 1), ("zhang", 1), ("li", 0)] {
        let list = world.api(name).get("/api/v1/records?to_confirm=true").await.expect(200).json();
        assert_eq!(list["items"].as_array().map(Vec::len), Some(expected), "{name}");
    }
    assert_eq!(confirm(&world, "community", &record).await.0, 404);
    assert_eq!(confirm(&world, "social", &record).await.0, 200);
    assert_eq!(minutes(&world, "li").await, (90, 0, 0));
});

db_test!(what_waits_to_be_confirmed_says_for_how_long_the_oldest_first, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    for (hours, name) in [(3, "wang"), (73, "li")] {
        let (status, record) = crate::service::late(&world, name, name, "2026-06-04").await;
        assert_eq!(status, 201, "{record}");
        let (id, at) = (record["id"].as_str().unwrap().parse::<RecordId>().unwrap(), world.app.now().recorded);
        let at = (at - jiff::SignedDuration::from_hours(hours)).as_millisecond();
        world
            .app
            .write(move |mut tx| {
                let sql = "UPDATE service_records SET recorded_at = $3 WHERE cell = $1 AND id = $2";
                Box::pin(async move { Ok(tx.put(sql, db::args![id.cell.0, id.uuid, at]).await?) })
            })
            .await
            .unwrap();
    }
    let list = world.browser("community").await.get("/desk/confirm").await.expect(200).text;
    let at = |words: &str| list.find(words).unwrap_or_else(|| panic!("{words}: {list}"));
    assert!(
        at("李建国") < at("等了 3 天") && at("等了 3 天") < at("王淑珍") && at("王淑珍") < at("等了 3 小时"),
        "{list}"
    );
    let english = world.browser("community").await.get("/en/desk/confirm").await.expect(200).text;
    assert!(english.contains("Waiting for 3 days") && english.contains("Waiting for 3 h"), "{english}");
});

db_test!(what_is_said_to_be_wrong_is_set_right_and_confirmed_again, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let (_, record) = crate::service::late(&world, "li", "li", "2026-06-05").await;
    let id = record["id"].as_str().unwrap();
    assert_eq!(confirm(&world, "community", id).await.0, 200);
    let contested = json!({ "reason": "九点半就走了" });
    world.api("li").post(&format!("/api/v1/records/{id}/contest"), contested).await.expect(200);
    for (name, count) in [("community", 1), ("social", 1), ("inspector", 1), ("li", 0), ("call", 0), ("far", 0)] {
        let list = world.api(name).get("/api/v1/records?contested=true").await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{name}");
    }
    let mut desk = world.browser("community").await;
    let list = desk.get("/desk/confirm").await.expect(200).text;
    assert!(list.contains("有人说不对的") && list.contains("九点半就走了"), "{list}");
    let (page, form) = (format!("/me/records/{id}"), format!("/me/records/{id}/correct"));
    for (name, corrects, voids) in [("community", true, false), ("inspector", false, true), ("li", false, false)] {
        let shown = world.browser(name).await.get(&page).await.expect(200).text;
        let offers = [format!("{page}/correct"), format!("{page}/void")].map(|path| shown.contains(&path));
        assert_eq!(offers, [corrects, voids], "{name}");
    }
    world.browser("li").await.get(&form).await.expect(403);
    world.browser("far").await.get(&form).await.expect(404);

    let said = |end, content| {
        [("start", "2026-06-05T08:00"), ("end", end), ("content", content), ("answer", "门卫说九点半走的")]
    };
    let unanswered = [("start", "2026-06-05T08:00"), ("end", "2026-06-05T09:30"), ("content", "清扫楼道")];
    let refused = desk.submit(&form, &form, &unanswered).await.expect(422).text;
    assert!(refused.contains("请写明怎么核实的"), "{refused}");
    let refused = desk.submit(&form, &form, &said("2026-06-05T10:30", "清扫楼道")).await.expect(422).text;
    assert!(refused.contains("更正只能缩短时间") && refused.contains("2026-06-05T10:30"), "{refused}");
    desk.submit(&form, &form, &said("", "清扫楼道")).await.expect(422);
    desk.submit(&form, &form, &said("九点半", "清扫楼道")).await.expect(422);
    let done = desk.submit(&form, &form, &said("2026-06-05T09:30", "清扫楼道")).await.expect(303);
    let list = desk.get(done.location.as_deref().unwrap()).await.expect(200).text;
    assert!(list.contains("已更正") && !list.contains("有人说不对的") && !list.contains("李建国"), "{list}");
    assert_eq!(confirm(&world, "community", id).await, (422, "confirm-recorder".into()));
    assert_eq!(confirm(&world, "social", id).await.0, 200);
    assert_eq!(minutes(&world, "li").await, (0, 90, 0));
    let late = desk.submit(&form, &form, &said("2026-06-05T09:00", "清扫楼道")).await.expect(422).text;
    assert!(late.contains("这条记录现在不能更正"), "{late}");
});

db_test!(those_who_served_together_are_confirmed_together, app::migrations::STEPS, |db| async move {
    let world = world(db, &[]).await;
    let outing = outing(&world, &["li", "zhao"]).await;
    let code = json!({ "code": outing.code });
    for name in ["li", "zhao"] {
        world.api(name).post(&outing.path("check-in"), code.clone()).await.expect(200);
    }
    world.pass(90);
    let mut records = Vec::new();
    for name in ["li", "zhao"] {
        let out = json!({ "code": outing.code, "content": "陪同去县医院复查" });
        let made = world.api(name).post(&outing.path("check-out"), out).await.expect(200).json();
        records.push(made["record"].as_str().unwrap_or_default().to_owned());
    }
    // Whoever takes calls carries the word of one person at a time.
    let list = world.browser("call").await.get("/desk/confirm").await.expect(200).text;
    assert!(list.contains("李建国") && !list.contains("name=\"records\""), "{list}");
    let mut community = world.browser("community").await;
    let several = "/desk/confirm";
    let list = community.get(several).await.expect(200).text;
    assert!(list.contains("一起服务的几个人") && list.matches("name=\"records\"").count() == 2, "{list}");
    let none = community.submit(several, several, &[]).await.expect(422).text;
    assert!(none.contains("请至少勾选一条"), "{none}");
    // One of them may not be confirmed by her: none is, and she reads which.
    let kin = json!({ "person": world.person("community").to_string() });
    world.api("zhao").post(&format!("/api/v1/people/{}/kin", world.person("zhao")), kin).await.expect(200);
    let both: Vec<_> = records.iter().map(|record| ("records", record.as_str())).collect();
    let refused = community.submit(several, several, &both).await.expect(422).text;
    assert!(refused.contains("赵明的这条不能由您确认，所以一条也没有确认"), "{refused}");
    assert_eq!(minutes(&world, "li").await.0, 0);
    let mut social = world.browser("social").await;
    let open = social.get(several).await.expect(200).text;
    for _ in ["sent", "sent again"] {
        social.send_form(&open, several, &both).await.expect(303);
    }
    assert_eq!((minutes(&world, "li").await.0, minutes(&world, "zhao").await.0), (90, 90));
});
